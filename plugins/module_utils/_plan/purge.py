# SPDX-License-Identifier: GPL-3.0-or-later
"""Guests of ours that are declared no more: which of them go, and how many may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._config.dependencies import bereft, needed_by
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import finding
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import Declaration
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import ABSENT, DESTROY
from ansible_collections.xlops.xen.plugins.module_utils._plan.known import file_model
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import ConfigFile
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan

CONTROL_DOMAIN = "Domain-0"
SHOWN = 10


@dataclass(frozen=True)
class Purge:
    """How guests go that nothing else is said of: their time to stop, and whether they may be destroyed. What they are
    protected against, their files say.
    """

    max_removals: int
    stop_timeout: int = 60
    may_destroy: bool = False

    def declarations(self, declared: Iterable[Declaration], files: Mapping[str, ConfigFile]) -> list[Declaration]:
        """One for each guest of ours that is not declared: those with a managed file, but for what serves other guests
        and what is protected.
        """
        known = _names(declared)
        ours = [name for name, file in files.items() if name not in known and _may_go(name, file)]
        return [
            Declaration(
                name,
                ABSENT,
                {"name": name},
                stop_timeout=self.stop_timeout,
                may_destroy=self.may_destroy,
                depends_on=needed_by(file_model(files[name]) or {}, ()),
                only_named=True,
            )
            for name in ours
        ]

    def faults(self, plans: Sequence[GuestPlan], declared: Iterable[Declaration]) -> list[Finding]:
        """The guests that stay and need one that would go."""
        known = _names(declared)
        staying = {one.name: one.needs for one in plans if not one.leaves}
        found = []
        for name, other in bereft(staying, [one.name for one in plans if one.name not in known]):
            message = f"it needs {other}, which is not declared, so that purge would remove it"
            remedy = f"declare {other} too, or remove what needs it from {name}"
            found.append(finding("dependency-goes", message, guest=name, remedy=remedy))
        return found

    def excess(self, plans: Sequence[GuestPlan], declared: Iterable[Declaration]) -> str:
        """Why nothing is purged, where it would be more than may be."""
        known = _names(declared)
        going = [one.name for one in plans if one.name not in known and (one.steps or one.error)]
        if len(going) <= self.max_removals:
            return ""
        names = ", ".join(going[:SHOWN]) + (", ..." if len(going) > SHOWN else "")
        return (
            f"purge would remove {len(going)} guests ({names}), and max_removals is {self.max_removals}: "
            "nothing was done; declare those that shall stay, or raise it"
        )


def _names(declared: Iterable[Declaration]) -> set[str | None]:
    """Former names too: a guest that is to be renamed is declared."""
    return {name for one in declared for name in (one.name, one.former_name)}


def _may_go(name: str, file: ConfigFile) -> bool:
    serves = bool((file_model(file) or {}).get("driver_domain"))
    return file.managed and name != CONTROL_DOMAIN and DESTROY not in file.protection and not serves
