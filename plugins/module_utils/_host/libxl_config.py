# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of one guest as libxl has it: read, compared, staged for its next boot, exported, restored."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._host.apply import Outcome, apply
from ansible_collections.xlops.xen.plugins.module_utils._host.engine import Engine, foreseen_outcome
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import SUFFIX, read_file, replace_file
from ansible_collections.xlops.xen.plugins.module_utils._host.lacks import lacks
from ansible_collections.xlops.xen.plugins.module_utils._host.lock import turn_of
from ansible_collections.xlops.xen.plugins.module_utils._host.messages import clean, keep_silent_about
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._plan.configuration import (
    JSON,
    compared,
    export_text,
    next_boot,
    page,
    reading,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import Declaration
from ansible_collections.xlops.xen.plugins.module_utils._plan.document import Document
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import MANAGED_MODE, Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import Presence, absence, sight
from ansible_collections.xlops.xen.plugins.module_utils._plan.staging import (
    as_declaration,
    reboot_warnings,
    staging,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.words import Report, differences_report

READ, COMPARED, STAGED, EXPORTED, RESTORED = "read", "compared", "staged", "exported", "restored"
NEED_GIVEN = (COMPARED, STAGED, RESTORED)

EXPORT = "export"


@dataclass(frozen=True)
class Kept:
    """What the task found and did."""

    report: Report
    changed: bool = False
    warnings: Sequence[str] = ()
    diff: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LibxlConfig:
    """One guest of a host. ``given`` is what to compare, stage or restore, ``destination`` the file of an export."""

    host: Host
    name: str
    given: Document = field(default_factory=Document)
    destination: str = ""
    form: str = JSON
    check_mode: bool = False
    patience: float = 300.0  # seconds to wait for another run

    def read(self) -> Kept:
        seen, domain = self._find()
        report, warnings = reading(domain, self.host.stored(domain.domid, domain.uuid), seen)
        return Kept(_about(domain, seen, **report), warnings=warnings)

    def compare(self) -> Kept:
        seen, domain = self._find()
        return Kept(_about(domain, seen, differences=compared(self.given, domain, seen)))

    def stage(self) -> Kept:
        with turn_of(self.host.paths.lock, self.patience, self.check_mode):
            seen, domain = self._find()
            plan = staging(self._declaration(seen), seen)
            keep_silent_about(plan.secrets)
            outcome = foreseen_outcome(plan) if self.check_mode else Outcome(plan, error=plan.error)
            if not self.check_mode:
                for leftover in seen.leftovers:
                    self.host.files.forget(leftover)
                apply(outcome, self.host, seen)
        if outcome.error:
            raise GuestError(outcome.error)
        actions = [step.value for step in outcome.done]
        return Kept(
            _about(domain, seen, actions=actions, differences=differences_report(plan.pending)),
            bool(actions),
            [*plan.warnings, *(self._doubts(plan, domain, seen) if plan.pending else ())],
            _diff(f"{self.name}, next boot", next_boot(domain, seen), page(plan.text, seen.release)),
        )

    def export(self) -> Kept:
        self._check_destination()
        with turn_of(self.host.paths.lock, self.patience, self.check_mode):
            seen, domain = self._find()
            text, warnings = export_text(domain, self.form, seen)
            before = read_file(self.destination)
            changed = before != (text, MANAGED_MODE)
            if changed and not self.check_mode:
                replace_file(self.destination, text.encode())
        return Kept(
            _about(domain, seen, actions=[EXPORT] if changed else [], dest=self.destination),
            changed,
            warnings,
            _diff(self.destination, page(before[0], seen.release) if before else "", page(text, seen.release)),
        )

    def restore(self) -> Kept:
        """The engine does it: the guest is as declared in its file and, where it runs, in its next boot."""
        declaration = self._declaration(self.host.observe([self.name]))
        found = Engine(self.host, self.check_mode, self.patience, live=False).run([declaration])
        report = found["domains"][self.name]
        if report["error"]:
            raise GuestError(report["error"])
        differences = report["differences"] if report["domid"] is None else report["pending"]
        about = {
            "domid": report["domid"],
            "uuid": report["uuid"],
            "xen_release": found["xen_release"],
            "actions": report["actions"],
            "differences": differences,
        }
        return Kept(about, report["changed"], found["warnings"], next(iter(found["diff"]), {}))

    def _find(self) -> tuple[Observation, Domain]:
        """The guest's domain, in a state in which it can be looked at."""
        seen = self.host.observe_settled([self.name], lambda seen: sight(self.name, None, seen).settled)
        sighting = sight(self.name, None, seen)
        if not sighting.settled:
            raise GuestError(f"nothing was done: {sighting.reason}")
        if sighting.presence is Presence.ABSENT or sighting.domain is None:
            raise GuestError(absence(self.name, seen))
        return seen, sighting.domain

    def _declaration(self, seen: Observation) -> Declaration:
        return as_declaration(self.given, self.name, seen.release)

    def _doubts(self, plan: GuestPlan, domain: Domain, seen: Observation) -> list[str]:
        missing = lacks(plan.model or {}, self.host, seen)
        boots = [f"guest {self.name}: its next boot will fail as the host is now: {one}" for one in missing]
        return reboot_warnings(domain, seen) + boots

    def _check_destination(self) -> None:
        if os.path.realpath(self.destination) == os.path.realpath(self.host.paths.config_file(self.name)):
            raise GuestError(f"{self.destination} is the guest's own file: export to another, and restore from there")
        directory = os.path.dirname(os.path.realpath(self.destination))
        if directory == os.path.realpath(self.host.paths.config_dir) and self.destination.endswith(SUFFIX):
            raise GuestError(f"{self.destination} is where a guest's file would be: export to another directory")
        if not os.path.isdir(directory):
            raise GuestError(f"there is no directory {directory} to export to: make it first, for root alone")
        if os.path.exists(self.destination) and not os.path.isfile(self.destination):
            raise GuestError(f"{self.destination} is no file: give the path of one")


STATES: Mapping[str, Callable[[LibxlConfig], Kept]] = {
    READ: LibxlConfig.read,
    COMPARED: LibxlConfig.compare,
    STAGED: LibxlConfig.stage,
    EXPORTED: LibxlConfig.export,
    RESTORED: LibxlConfig.restore,
}


def _diff(header: str, before: str, after: str) -> dict[str, str]:
    return {"before_header": header, "after_header": header, "before": before, "after": after}


def _about(domain: Domain, seen: Observation, **more: Any) -> Report:
    return {"domid": domain.domid, "uuid": domain.uuid, "xen_release": str(seen.release), **clean(more)}
