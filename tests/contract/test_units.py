# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guests that are started by units of their own: every way there and back, and who needs no unit is not given one."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.tests.contract.twice import check_then_run_twice
from ansible_collections.xlops.xen.tests.contract.units import (
    DROP_IN,
    LINK,
    RELOAD,
    START,
    TEMPLATE,
    UNIT,
    by_unit,
    systemctl,
    with_systemd,
)

FROM_NOTHING: dict[str, tuple[list[str], str]] = {
    "absent": ([], "absent"),
    "stopped": (["unit", "write", "enable"], "stopped"),
    "present": (["unit", "write", "enable"], "stopped"),
    "running": (["unit", "write", "create", "enable"], "running"),
    "paused": (["unit", "write", "create_paused", "enable"], "paused"),
}
MOVES: dict[tuple[str, str], list[str]] = {
    ("stopped", "running"): ["create"],
    ("stopped", "paused"): ["create_paused"],
    ("running", "stopped"): ["stop"],
    ("running", "paused"): ["pause"],
    ("paused", "running"): ["unpause"],
    ("running", "absent"): ["stop", "disable", "remove"],
    ("paused", "absent"): ["unpause", "stop", "disable", "remove"],
    ("stopped", "absent"): ["disable", "remove"],
}


@pytest.fixture
def host(bench: Any) -> Any:
    return with_systemd(bench)


@pytest.fixture
def any_host(any_bench: Any) -> Any:
    return with_systemd(any_bench)


def monitored(host: Any, name: str = "web1") -> bool:
    return bool(host.run("xl_domain_info", names=[name])["domains"][name]["monitor"])


@pytest.mark.parametrize("state", FROM_NOTHING)
def test_a_new_guest(any_host: Any, state: str) -> None:
    actions, result = FROM_NOTHING[state]
    report = check_then_run_twice(any_host, by_unit(any_host, state=state))
    assert (report["actions"], report["state"]) == (actions, result)
    expected = {TEMPLATE, DROP_IN, LINK} if state != "absent" else set()
    assert set(any_host.unit_files()) == expected
    assert not [name for name in any_host.files() if name.startswith("auto/")]


@pytest.mark.parametrize(("before", "after"), MOVES)
def test_a_guest_that_changes_its_state(host: Any, before: str, after: str) -> None:
    host.domains(by_unit(host, state=before))
    assert check_then_run_twice(host, by_unit(host, state=after))["actions"] == MOVES[before, after]
    assert (LINK in host.unit_files()) == (DROP_IN in host.unit_files()) == (after != "absent")


def test_a_guest_is_made_by_its_unit(host: Any) -> None:
    host.domains(by_unit(host))
    calls = [call for call in host.acts() if call[0] != "-N"]
    create = ["create", "-q", "-f", str(host.etc / "web1.cfg")]
    show = ["systemctl", "show", "--property=Id,Result,InvocationID", "--", UNIT]
    assert calls == [RELOAD, START, ["domid", "web1"], create, show]
    assert monitored(host)


def test_a_guest_that_is_made_paused_is_made_by_xl(host: Any) -> None:
    host.domains(by_unit(host, state="paused"))
    assert systemctl(host) == ["daemon-reload"]
    assert host.domain("web1")["paused"]


def test_the_texts_of_all_units_are_read_at_once(host: Any) -> None:
    guests = [by_unit(host, f"g{number}", memory=16) for number in range(4)]
    host.domains(*guests)
    assert systemctl(host) == ["daemon-reload", *["start", "show"] * 4]
    assert host.domains(*guests)["changed"] is False
    assert len(host.calls()) == 3, "the processes of a run that changes nothing"
    host.domains(*[{"name": guest["name"], "state": "absent"} for guest in guests])
    assert systemctl(host) == ["daemon-reload", "reset-failed"]
    assert set(host.unit_files()) == {TEMPLATE}


def test_the_texts_say_what_the_guest_waits_for(host: Any) -> None:
    disk = {"vdev": "xvda", "target": str(host.root / "images/disk.img")}
    host.domains(by_unit(host, "db"), host.guest("by-hand"), by_unit(host, depends_on=["db", "by-hand"], disk=[disk]))
    text, mode = host.unit_files()[DROP_IN]
    assert text.splitlines() == [
        "# Managed by xlops.xen",
        "[Unit]",
        "Wants=xen-guest@db.service",
        "After=xen-guest@db.service",
        "After=xen-guest@by\\x2dhand.service",
        f'RequiresMountsFor="{host.root}/images/kernel"',
        f'RequiresMountsFor="{disk["target"]}"',
    ]
    assert mode == 0o644
    assert host.unit_files()[LINK][0] == str(host.root / "systemd/system" / TEMPLATE)


def test_what_a_guest_waits_for_follows_its_declaration(host: Any) -> None:
    host.domains(by_unit(host, "db"), by_unit(host))
    found = host.domains(by_unit(host, "db"), by_unit(host, depends_on=["db"]))
    assert found["domains"]["web1"]["actions"] == ["unit"]
    assert "+# unit: Wants=xen-guest@db.service" in difference(found)
    assert host.domains({"name": "web1", "autostart": True})["changed"] is False, "its name alone does not describe it"
    assert host.domains(by_unit(host, "db"), by_unit(host))["domains"]["web1"]["actions"] == ["unit"]


def difference(result: dict[str, Any]) -> list[str]:
    """The lines that the one diff adds and takes."""
    (diff,) = result["diff"]
    before, after = diff["before"].splitlines(), diff["after"].splitlines()
    return [f"-{line}" for line in before if line not in after] + [f"+{line}" for line in after if line not in before]


def test_from_xendomains_to_a_unit_and_back(host: Any) -> None:
    host.domains(host.guest(autostart=True))
    domid = host.domain("web1")["domid"]
    assert check_then_run_twice(host, by_unit(host))["actions"] == ["unit", "enable", "unlink"]
    assert "auto/web1.cfg" not in host.files()
    assert check_then_run_twice(host, by_unit(host, autostart_by="xendomains"))["actions"] == ["link", "disable"]
    assert set(host.unit_files()) == {TEMPLATE}
    assert "auto/web1.cfg" in host.files()
    assert host.domain("web1")["domid"] == domid


def test_a_move_is_one_difference_and_touches_no_guest(host: Any) -> None:
    host.domains(host.guest(autostart=True))
    host.calls()
    found = host.domains(by_unit(host))
    assert [call for call in host.acts() if call[0] != "systemctl"] == []
    report = found["domains"]["web1"]
    assert (report["differences"], report["pending"]) == ([], [])
    lines = difference(found)
    assert "-# state: running, autostart: by xendomains" in lines
    assert "+# state: running, autostart: by unit" in lines
    assert f"+# {TEMPLATE} is written" in lines


def test_who_moves_without_saying_whether_moves_those_that_something_starts(host: Any) -> None:
    host.domains(host.guest("kept", autostart=True), host.guest("new"))
    found = host.domains(host.guest("kept", autostart_by="unit"), host.guest("new", autostart_by="unit"))["domains"]
    assert (found["kept"]["actions"], found["new"]["actions"]) == (["unit", "enable", "unlink"], [])


def test_a_guest_keeps_what_it_has_where_nothing_says_otherwise(host: Any) -> None:
    host.domains(by_unit(host), host.guest("linked", autostart=True))
    for name in ("web1", "linked"):
        assert check_then_run_twice(host, host.guest(name))["actions"] == []
        assert check_then_run_twice(host, host.guest(name, autostart=True))["actions"] == []
    host.domains(host.guest(state="stopped"))
    host.calls()
    host.domains(host.guest())
    assert START in host.calls()


def test_a_guest_that_has_both_is_left_with_its_unit(host: Any) -> None:
    host.domains(by_unit(host))
    (host.etc / "auto").mkdir()
    (host.etc / "auto/web1.cfg").symlink_to("../web1.cfg")
    assert check_then_run_twice(host, host.guest())["actions"] == []
    assert check_then_run_twice(host, host.guest(autostart=True))["actions"] == ["unlink"]


def test_a_guest_is_not_started_any_more(host: Any) -> None:
    host.domains(by_unit(host))
    assert check_then_run_twice(host, host.guest(autostart=False))["actions"] == ["disable"]
    assert set(host.unit_files()) == {TEMPLATE}
    assert host.names() == ["web1"]


def test_a_guest_that_somebody_made_is_adopted(host: Any) -> None:
    host.domains(host.guest())
    (host.etc / "web1.cfg").unlink()
    host.calls()
    report = check_then_run_twice(host, by_unit(host))
    assert (report["actions"], report["pending"], report["state"]) == (["unit", "write", "enable"], [], "running")
    assert "create" not in [call[0] for call in host.calls()]


def test_a_guest_is_made_anew_by_its_unit(host: Any) -> None:
    host.domains(by_unit(host))
    host.calls()
    found = host.domains(by_unit(host, memory=128, restart="allowed"))
    assert found["domains"]["web1"]["actions"] == ["write", "stop", "create"]
    assert systemctl(host) == ["start", "show"]
    assert host.domain("web1")["memory"] == 128


def test_purge_leaves_no_unit(host: Any) -> None:
    host.domains(by_unit(host), by_unit(host, "old"))
    host.domains(by_unit(host), purge=True)
    assert set(host.unit_files()) == {TEMPLATE, DROP_IN, LINK}


def test_what_somebody_else_adds_to_a_unit_stays(host: Any) -> None:
    host.domains(by_unit(host))
    theirs = host.root / "systemd/system" / f"{UNIT}.d/90-theirs.conf"
    theirs.write_text("[Service]\nNice=5\n")
    host.domains({"name": "web1", "state": "absent"})
    assert set(host.unit_files()) == {TEMPLATE, f"{UNIT}.d/90-theirs.conf"}


@pytest.mark.parametrize("name", ["my guest", 'd$HOME 9% "q" \\x é@', "${XEN_GUEST}", "a-b.c:d", "%n"])
def test_a_name_is_no_more_than_a_name(host: Any, name: str) -> None:
    check_then_run_twice(host, by_unit(host, name))
    assert host.names() == [name]
    assert len(host.unit_files()) == 3
    check_then_run_twice(host, {"name": name, "state": "absent"})
    assert set(host.unit_files()) == {TEMPLATE}


def test_units_are_reported(host: Any) -> None:
    host.domains(by_unit(host), host.guest("linked", autostart=True), host.guest("neither"))
    host.calls()
    found = host.run("xl_domain_info")["domains"]
    assert len(host.calls()) == 4
    assert [found[name]["autostart_by"] for name in ("web1", "linked", "neither")] == ["unit", "xendomains", None]
    assert found["web1"]["unit"] == {
        "name": UNIT,
        "active": "active",
        "sub": "running",
        "result": "success",
        "said": None,
    }
    assert (found["linked"]["unit"], found["neither"]["unit"]) == (None, None)


def test_xendomains_is_left_alone(host: Any) -> None:
    host.domains(host.guest(autostart=True))
    host.domains(by_unit(host))
    host.domains(by_unit(host, autostart_by="xendomains"))
    host.domains({"name": "web1", "state": "absent"})
    assert not [call for call in host.calls() if "xendomains.service" in call]
