# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what is declared and what is seen to ordered steps; nothing here needs a host."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import read_declarations
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import ENGINE_OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import (
    HEADER,
    ConfigFile,
    Domain,
    Observation,
    Units,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan, plan
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import Presence
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import GOAL, REACH, Step, reach
from ansible_collections.xlops.xen.plugins.module_utils._plan.units import unit_name
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import RELEASES, Release
from hypothesis import given
from hypothesis import strategies as st

MACHINE = "0123456789abcdef0123456789abcdef"
GUEST: dict[str, Any] = {"name": "web1", "kernel": "/k", "memory": 64, "uuid": "6b4d0d1e-51f5-4f0e-9a51-3f1d3f0f1a01"}
NOTHING = Observation(
    Release(4, 17), info={"free_memory": "3000", "xen_commandline": "dom0_mem=1G"}, machine_id=MACHINE
)

LETTERS = {Presence.RUNNING: "-b----", Presence.PAUSED: "--p---", Presence.HUSK: "---s--"}
STATES = ENGINE_OPTIONS["state"].words()


def planned(seen: Observation = NOTHING, **keys: Any) -> GuestPlan:
    (one,) = plan(read_declarations([{**GUEST, **keys}]), seen)
    return one


def managed(release: Release = NOTHING.release, **keys: Any) -> ConfigFile:
    text = f"{HEADER}\n{to_xl_cfg({**GUEST, **keys}, release)}"
    return ConfigFile("/etc/xen/web1.cfg", text)


def seen(
    presence: Presence = Presence.ABSENT,
    file: ConfigFile | None = None,
    staged: str | None = None,
    release: Release = NOTHING.release,
    **running: Any,
) -> Observation:
    domains = ()
    if presence is not Presence.ABSENT:
        config = canonical({**GUEST, **running}, release)
        domains = (Domain(3, "web1", GUEST["uuid"], LETTERS[presence], 64, config, staged),)
    return replace(NOTHING, release=release, domains=domains, files={"web1": file} if file else {})


@given(st.sampled_from(STATES), st.sampled_from([*LETTERS, Presence.ABSENT]), st.integers(0, 60))
def test_every_state_is_reached_or_needs_a_right(state: str, found: Presence, timeout: int) -> None:
    """The steps lead from what was found to the goal, whatever that was."""
    effect = {
        Step.CREATE: Presence.RUNNING,
        Step.CREATE_PAUSED: Presence.PAUSED,
        Step.PAUSE: Presence.PAUSED,
        Step.UNPAUSE: Presence.RUNNING,
        Step.STOP: Presence.ABSENT,
        Step.DESTROY: Presence.ABSENT,
    }
    there = found
    for step in reach(state, found, timeout):
        there = effect[step]
    assert there is GOAL.get(state, found)


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_what_was_done_needs_nothing_more(release: Release) -> None:
    """On every release: with the file written and the guest created from it, there is nothing to do and to say."""
    one = planned(seen(Presence.RUNNING, managed(release), release=release))
    assert (one.steps, one.differences, one.pending, one.error) == ((), (), (), "")


def test_a_guest_that_comes_has_its_file_first_and_its_link_last() -> None:
    assert planned(autostart=True).steps == (Step.WRITE, Step.CREATE, Step.LINK)


def test_a_unit_comes_before_its_guest_and_is_enabled_last() -> None:
    host = replace(NOTHING, units=Units(systemd=True))
    steps = (Step.UNIT, Step.WRITE, Step.CREATE, Step.ENABLE)
    assert planned(host, autostart=True, autostart_by="unit").steps == steps


@pytest.mark.parametrize("state", ["running", "stopped"])
def test_the_new_way_to_start_a_guest_comes_before_the_old_one_goes(state: str) -> None:
    linked = replace(seen(file=managed()), links={"web1": ("web1.cfg",)}, units=Units(systemd=True))
    to_unit = planned(linked, state=state, autostart=True, autostart_by="unit").steps
    assert [step for step in to_unit if step is not Step.CREATE] == [Step.UNIT, Step.ENABLE, Step.UNLINK]
    unit = unit_name("web1")
    units = Units(True, HEADER, HEADER, {"web1": "x"}, frozenset([unit]))
    to_link = planned(replace(seen(file=managed()), units=units), state=state, autostart_by="xendomains").steps
    assert [step for step in to_link if step is not Step.CREATE] == [Step.LINK, Step.DISABLE]


def test_a_guest_that_goes_keeps_its_file_until_it_is_gone() -> None:
    there = replace(seen(Presence.RUNNING, managed()), links={"web1": ("web1.cfg",)})
    assert planned(there, state="absent").steps == (Step.STOP, Step.UNLINK, Step.REMOVE)
    assert planned(there, state="stopped", memory=128).steps == (Step.STOP, Step.WRITE)


@pytest.mark.parametrize(
    ("file", "staged", "steps"),
    [
        (managed(), None, (Step.WRITE, Step.STAGE)),
        (managed(memory=128), None, (Step.STAGE,)),
        (managed(memory=128), managed(memory=128).text, ()),
        (managed(memory=128), managed().text, (Step.STAGE,)),
        (managed(memory=96), managed(memory=96).text, (Step.WRITE, Step.STAGE)),
    ],
)
def test_a_running_guest_has_its_change_staged_once(
    file: ConfigFile, staged: str | None, steps: tuple[Step, ...]
) -> None:
    one = planned(seen(Presence.RUNNING, file, staged), memory=128)
    assert one.steps == steps
    assert [(found.key, found.before, found.after) for found in one.pending] == [("memory", 64, 128)]


def test_what_is_staged_and_no_longer_wanted_is_staged_over() -> None:
    one = planned(seen(Presence.RUNNING, managed(), managed(memory=128).text))
    assert (one.steps, one.pending) == ((Step.STAGE,), ())


def test_a_file_of_somebody_else_is_backed_up_before_it_is_replaced() -> None:
    theirs = ConfigFile("/etc/xen/web1.cfg", to_xl_cfg(GUEST, NOTHING.release), 0o644)
    assert planned(seen(file=theirs), state="present").steps == (Step.BACKUP, Step.WRITE)
    one = planned(seen(file=theirs), state="absent")
    assert one.steps == ()
    assert "left where it is" in one.warnings[0]


def test_a_file_that_cannot_be_read_is_replaced_all_the_same() -> None:
    broken = ConfigFile("/etc/xen/web1.cfg", f"{HEADER}\nname = [")
    assert planned(seen(file=broken), state="present").steps == (Step.WRITE,)


def test_a_husk_needs_the_right_to_be_destroyed() -> None:
    there = seen(Presence.HUSK, managed())
    assert planned(there).error
    assert planned(there, state="present").error == ""
    assert planned(there, destroy="allowed").steps == (Step.DESTROY, Step.CREATE)


def test_who_a_guest_is_comes_from_what_runs_then_from_its_file() -> None:
    unnamed = {key: value for key, value in GUEST.items() if key != "uuid"}
    (derived,) = plan(read_declarations([unnamed]), NOTHING)
    (kept,) = plan(read_declarations([unnamed]), seen(file=managed()))
    (running,) = plan(read_declarations([unnamed]), seen(Presence.RUNNING))
    assert derived.uuid not in ("", GUEST["uuid"])
    assert kept.uuid == running.uuid == GUEST["uuid"]


def test_a_host_without_machine_id_asks_for_a_uuid() -> None:
    unnamed = {key: value for key, value in GUEST.items() if key != "uuid"}
    (one,) = plan(read_declarations([unnamed]), replace(NOTHING, machine_id=""))
    assert "machine id" in one.error
    assert planned(replace(NOTHING, machine_id="")).error == ""


def test_every_option_of_the_release_is_checked_guest_by_guest() -> None:
    guests = [{**GUEST, "type": "pvh"}, {"name": "web2", "kernel": "/k"}]
    first, second = plan(read_declarations(guests), replace(NOTHING, release=Release(4, 5)))
    assert "4.10" in first.error
    assert (second.error, second.steps) == ("", (Step.WRITE, Step.CREATE))


def test_a_guest_that_is_only_started_with_the_host_needs_no_memory_now() -> None:
    assert planned(state="stopped", memory=9000, autostart=True).error == ""


def test_the_table_of_states_is_complete() -> None:
    assert set(REACH) == set(STATES)
