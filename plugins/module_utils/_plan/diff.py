# SPDX-License-Identifier: GPL-3.0-or-later
"""One guest before and after, as two pages for diff mode. Nothing changes that they do not show; secrets are hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model
from ansible_collections.xlops.xen.plugins.module_utils._config.secrets import hidden
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._plan.known import file_model
from ansible_collections.xlops.xen.plugins.module_utils._plan.live import shell
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import MANAGED_MODE, ConfigFile
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import Step
from ansible_collections.xlops.xen.plugins.module_utils._plan.units import TEMPLATE
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import RECREATE
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

MANAGED = f"managed, mode {MANAGED_MODE:04o}"


@dataclass(frozen=True)
class Page:
    state: str
    autostart: tuple[str, ...]
    unit: str | None  # the drop-in of its unit
    file: str  # who wrote it, and its mode
    next_boot: str  # what waits for it
    model: Model | None
    notes: tuple[str, ...] = ()  # what becomes of each difference of a guest that runs

    def text(self, release: Release) -> str:
        by = " and ".join(self.autostart)
        head = f"# state: {self.state}, autostart: {f'by {by}' if by else 'no'}\n# file: {self.file}\n"
        head += "".join(f"# unit: {line}\n" for line in (self.unit or "").splitlines()[2:])
        waiting = f"# next boot: {self.next_boot}\n" if self.next_boot else ""
        notes = "".join(f"# {note}\n" for note in self.notes)
        return head + waiting + notes + (to_xl_cfg(hidden(self.model), release) if self.model else "")


def diff(plan: GuestPlan, before: str, after: str, release: Release) -> dict[str, Any]:
    """``before`` and ``after`` are the guest's states, as its report names them."""
    page = _present(plan, before)
    return {
        "before_header": plan.name,
        "after_header": plan.name,
        "before": page.text(release),
        "after": _planned(plan, page, after).text(release),
    }


def _present(plan: GuestPlan, state: str) -> Page:
    domain = plan.sighting.domain
    staged = domain.staged if domain else None
    waiting = "" if staged is None else "as declared" if staged == plan.text else "otherwise than declared"
    start = plan.autostart
    return Page(state, start.now, start.before, _owner(plan.before), waiting, file_model(plan.before))


def _planned(plan: GuestPlan, page: Page, state: str) -> Page:
    page = replace(page, state=state, autostart=plan.autostart.after)
    if {Step.UNIT, Step.DISABLE} & set(plan.steps):
        page = replace(page, unit=plan.autostart.text)
    if Step.WRITE in plan.steps:
        page = replace(page, file=MANAGED, model=plan.model)
    page = replace(page, notes=tuple(_notes(plan)))
    if Step.STAGE in plan.steps:
        page = replace(page, next_boot="as declared")
    if Step.REMOVE in plan.steps:
        page = replace(page, file="none", model=None)
    return page


def _notes(plan: GuestPlan) -> Iterator[str]:
    """In the words of an administrator who reads what would happen."""
    if Step.UNIT in plan.steps and not plan.autostart.template:
        yield f"{TEMPLATE} is written"
    if Step.MOVE in plan.steps and plan.former is not None:
        yield f"what is called {plan.former.name} moves: its file, and what starts the guest with the host"
    for change in plan.changes:
        yield f"{change.difference.label} changes at once: {shell(change.commands)}"
    for one in plan.pending:
        word = "is refused while it runs, and waits" if one.impact == RECREATE else "waits for the next boot"
        yield f"{one.label} {word}: {one.how}"
    if plan.renewed_for:
        yield f"the guest is stopped and made anew for {', '.join(one.label for one in plan.renewed_for)}"


def _owner(file: ConfigFile | None) -> str:
    if file is None:
        return "none"
    return f"{'managed' if file.managed else 'written by somebody else'}, mode {file.mode:04o}"
