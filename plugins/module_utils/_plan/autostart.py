# SPDX-License-Identifier: GPL-3.0-or-later
"""What starts a guest when its host boots: xendomains, by a link in auto/, or a unit of the guest's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.dependencies import needed_by
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import Declaration
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import ABSENT, UNIT, XENDOMAINS
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.renaming import former
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import Step, Steps
from ansible_collections.xlops.xen.plugins.module_utils._plan.units import (
    LONGEST,
    TEMPLATE,
    drop_in_text,
    started_by,
    unit_name,
)

NOTHING = ""  # beside UNIT and XENDOMAINS: it is not started
INSTEAD = f"or declare autostart_by: {XENDOMAINS}"


@dataclass(frozen=True)
class Autostart:
    """One guest's, as it is and as it shall be."""

    now: tuple[str, ...] = ()  # its unit before the link: who has both is meant to be started by its unit
    wanted: str | None = None  # None: what there is, is left as it is
    before: str | None = None  # the drop-in of its unit, None where it has none
    inherited: str | None = None  # that of the unit that its former name had
    text: str | None = None  # what that shall be
    template: bool = True  # whether the unit of all guests is as it shall be
    peers: frozenset[str] = frozenset()  # the units that start guests
    fault: str = ""

    @property
    def by_unit(self) -> bool:
        """Whether the guest, when it is made, is made by its unit."""
        return UNIT in (self.now if self.wanted is None else (self.wanted,))

    @property
    def after(self) -> tuple[str, ...]:
        """``now``, when all is done."""
        return self.now if self.wanted is None else (self.wanted,) if self.wanted else ()

    def described(self, model: Mapping[str, Any], declaration: Declaration) -> Autostart:
        """With the drop-in of this guest. One that is declared by its name alone keeps what it has."""
        if self.wanted != UNIT:
            return self
        kept = None if declaration.describes_guest or declaration.depends_on else self.before or self.inherited
        needs = needed_by(model, declaration.depends_on)
        text = kept or drop_in_text(model, needs, self.peers, declaration.stop_timeout)
        return replace(self, text=text)

    @property
    def first(self) -> Steps:
        """What is done before the guest is made."""
        current = self.template and self.text == self.before
        return () if self.wanted != UNIT or current else (Step.UNIT,)

    @property
    def last(self) -> Steps:
        """What is done after. The old way goes last, so that at any instant something starts the guest."""
        if self.wanted is None:
            return ()
        unit = UNIT in self.now or self.before is not None
        enable = (Step.ENABLE,) if self.wanted == UNIT and UNIT not in self.now else ()
        link = (Step.LINK,) if self.wanted == XENDOMAINS and XENDOMAINS not in self.now else ()
        disable = (Step.DISABLE,) if self.wanted != UNIT and unit else ()
        unlink = (Step.UNLINK,) if self.wanted != XENDOMAINS and XENDOMAINS in self.now else ()
        return enable + link + disable + unlink


def autostart(declaration: Declaration, seen: Observation, peers: frozenset[str] = frozenset()) -> Autostart:
    """A guest's, but for the text that takes a description of the guest."""
    name, units = declaration.name, seen.units
    one = former(declaration, seen)
    now = tuple(dict.fromkeys((*started_by(name, seen), *(one.starts if one else ()))))
    now = tuple(sorted(now, key=(UNIT, XENDOMAINS).index))
    wanted = _wanted(declaration, now)
    if one is not None and wanted is None and UNIT in now:
        wanted = UNIT  # by a unit of another name, which has to have its text
    fault = _fault(name, seen) if wanted == UNIT else ""
    drop_in, inherited = units.drop_ins.get(name), units.drop_ins.get(one.name) if one else None
    return Autostart(
        now, wanted, drop_in, inherited, template=units.template == units.standard, peers=peers, fault=fault
    )


def by_unit(declarations: Iterable[Declaration], seen: Observation) -> frozenset[str]:
    """The units that start guests when all is done."""
    guests = list(declarations)
    declared = {unit_name(one.name): autostart(one, seen) for one in guests}
    renamed = (former(one, seen) for one in guests)
    others = seen.units.enabled.difference(declared, (unit_name(one.name) for one in renamed if one))
    return others.union(unit for unit, one in declared.items() if one.by_unit)


def _wanted(declaration: Declaration, now: tuple[str, ...]) -> str | None:
    if declaration.state == ABSENT or declaration.autostart is False:
        return NOTHING
    if declaration.autostart is None and not (now and declaration.autostart_by):
        return None
    return declaration.autostart_by or (*now, XENDOMAINS)[0]


def _fault(name: str, seen: Observation) -> str:
    """Why no unit can start it."""
    unit = unit_name(name)
    if not seen.units.systemd:
        return f"autostart_by: a unit needs systemd, which does not run this host; declare {XENDOMAINS}"
    if seen.units.foreign:
        return f"autostart_by: the host has a {TEMPLATE} that somebody else wrote; move it away, {INSTEAD}"
    if unit in seen.units.files:
        return f"autostart_by: the host has a {unit} of its own, or has masked it; remove it, {INSTEAD}"
    if len(unit) > LONGEST:
        return f"autostart_by: its name is too long for a unit, as which it has {len(unit)} letters, {INSTEAD}"
    return ""
