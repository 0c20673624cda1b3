# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What starts a guest with its host, for everything that can be declared and everything that can be there."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._plan.autostart import Autostart, autostart, by_unit
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import Declaration
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import HEADER, Observation, Units
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import Step
from ansible_collections.xlops.xen.plugins.module_utils._plan.units import unit_name
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

U, X = "unit", "xendomains"
NOW = ((), (U,), (X,), (U, X))

# By autostart and autostart_by: what starts the guest then, for each of NOW. docs/engine.md has the same table.
TABLE: dict[tuple[bool | None, str | None], tuple[tuple[str, ...], ...]] = {
    (True, None): ((X,), (U,), (X,), (U,)),
    (True, X): ((X,),) * 4,
    (True, U): ((U,),) * 4,
    (False, None): ((),) * 4,
    (False, X): ((),) * 4,
    (False, U): ((),) * 4,
    (None, None): NOW,
    (None, X): ((), (X,), (X,), (X,)),
    (None, U): ((), (U,), (U,), (U,)),
}


def seen(now: tuple[str, ...] = (), name: str = "web1", **units: Any) -> Observation:
    there = U in now
    found = Units(
        systemd=True,
        standard=HEADER,
        template=HEADER if there else None,
        drop_ins={name: HEADER} if there else {},
        enabled=frozenset([unit_name(name)] if there else ()),
    )
    links = {name: (f"{name}.cfg",)} if X in now else {}
    return Observation(Release(4, 17), links=links, units=replace(found, **units))


def declared(state: str = "running", **keys: Any) -> Declaration:
    return Declaration("web1", state, {"name": "web1", "kernel": "/k"}, **keys)


def planned(declaration: Declaration, host: Observation) -> Autostart:
    return autostart(declaration, host).described({"kernel": "/k"}, declaration)


@pytest.mark.parametrize("said", TABLE, ids=str)
def test_each_declaration_leads_to_what_the_table_says(said: tuple[bool | None, str | None]) -> None:
    for now, after in zip(NOW, TABLE[said]):
        found = planned(declared(autostart=said[0], autostart_by=said[1]), seen(now))
        assert (found.now, found.after) == (now, after)
        assert (reached(now, found), found.by_unit) == (set(after), U in after)


def reached(now: tuple[str, ...], plan: Autostart) -> set[str]:
    """What is there after the steps; on the way, something always is, if something shall be."""
    there = set(now)
    for step in plan.last:
        effect = {Step.ENABLE: {U}, Step.LINK: {X}}.get(step, set())
        there = (there | effect) - {Step.DISABLE: {U}, Step.UNLINK: {X}}.get(step, set())
        assert there or not plan.after
    return there


@pytest.mark.parametrize("now", NOW, ids=str)
def test_a_guest_that_is_removed_is_not_started(now: tuple[str, ...]) -> None:
    for start, by in itertools.product((True, None), (U, X, None)):
        assert planned(declared("absent", autostart=start, autostart_by=by), seen(now)).after == ()


def test_what_a_run_left_that_died_is_removed() -> None:
    half = seen(drop_ins={"web1": HEADER})
    assert planned(declared(autostart=False), half).last == (Step.DISABLE,)
    assert planned(declared(), half).last == ()


@pytest.mark.parametrize(
    ("units", "fault"),
    [
        ({"systemd": False}, "does not run this host"),
        ({"template": "# theirs"}, "somebody else wrote"),
        ({"files": frozenset(["xen-guest@web1.service"])}, "masked"),
    ],
)
def test_only_who_is_to_have_a_unit_fails_for_want_of_it(units: dict[str, Any], fault: str) -> None:
    host = seen(**units)
    assert fault in autostart(declared(autostart=True, autostart_by=U), host).fault
    for other in (declared(), declared(autostart=True), declared("absent", autostart_by=U)):
        assert autostart(other, host).fault == ""


def test_units_are_those_that_are_declared_and_those_that_are_left() -> None:
    host = seen((U,), "other")
    guests = [declared(autostart=True, autostart_by=U), replace(declared(), name="plain")]
    assert by_unit(guests, host) == {unit_name("web1"), unit_name("other")}
    assert by_unit([replace(declared(autostart=False), name="other")], host) == frozenset()
