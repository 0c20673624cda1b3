# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way from one state to another: check mode writes nothing and foresees the run, a second run changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.tests.contract.twice import check_then_run_twice

STATES = ("absent", "stopped", "present", "running", "paused")

# What each declared state leads to, from nothing: actions, and the state that results.
FROM_NOTHING: dict[str, tuple[list[str], str]] = {
    "absent": ([], "absent"),
    "stopped": (["write"], "stopped"),
    "present": (["write"], "stopped"),
    "running": (["write", "create"], "running"),
    "paused": (["write", "create_paused"], "paused"),
}

# From one state to another, the guest being described the same.
MOVES: dict[tuple[str, str], tuple[list[str], str]] = {
    ("stopped", "running"): (["create"], "running"),
    ("stopped", "paused"): (["create_paused"], "paused"),
    ("stopped", "absent"): (["remove"], "absent"),
    ("running", "paused"): (["pause"], "paused"),
    ("running", "present"): ([], "running"),
    ("running", "stopped"): (["stop"], "stopped"),
    ("running", "absent"): (["stop", "remove"], "absent"),
    ("paused", "running"): (["unpause"], "running"),
    ("paused", "present"): ([], "paused"),
    ("paused", "stopped"): (["unpause", "stop"], "stopped"),
    ("paused", "absent"): (["unpause", "stop", "remove"], "absent"),
}


@pytest.mark.parametrize("state", STATES)
def test_a_new_guest(any_bench: Any, state: str) -> None:
    actions, result = FROM_NOTHING[state]
    report = check_then_run_twice(any_bench, any_bench.guest(state=state))
    assert (report["actions"], report["state"], report["previous_state"]) == (actions, result, "absent")
    assert any_bench.names() == (["web1"] if result in ("running", "paused") else [])


@pytest.mark.parametrize(("before", "after"), MOVES)
def test_a_guest_that_changes_its_state(bench: Any, before: str, after: str) -> None:
    actions, result = MOVES[before, after]
    bench.domains(bench.guest(state=before))
    report = check_then_run_twice(bench, bench.guest(state=after))
    assert (report["actions"], report["state"], report["previous_state"]) == (actions, result, before)
    assert bench.names() == (["web1"] if result in ("running", "paused") else [])
    assert ("web1.cfg" in bench.files()) == (result != "absent")


@pytest.mark.parametrize("guest_type", ["pv", "pvh"])
def test_the_file_is_managed_and_private(bench: Any, guest_type: str) -> None:
    check_then_run_twice(bench, bench.guest(type=guest_type, vcpus=2, vif=[{}], disk=[_disk(bench)]))
    text, mode = bench.files()["web1.cfg"]
    assert text.startswith("# Managed by xlops.xen\n")
    assert mode == 0o600


def test_a_file_that_others_can_read_is_closed_again(bench: Any) -> None:
    bench.domains(bench.guest())
    (bench.etc / "web1.cfg").chmod(0o644)
    report = check_then_run_twice(bench, bench.guest())
    assert report["actions"] == ["write"]
    assert bench.files()["web1.cfg"][1] == 0o600


@pytest.mark.parametrize("link", ["../web1.cfg", "{etc}/web1.cfg"])
def test_autostart_is_a_link_and_any_link_counts(bench: Any, link: str) -> None:
    bench.domains(bench.guest())
    (bench.etc / "auto").mkdir()
    (bench.etc / "auto" / "10-web1.cfg").symlink_to(link.format(etc=bench.etc))
    assert check_then_run_twice(bench, bench.guest(autostart=True))["actions"] == []
    assert check_then_run_twice(bench, bench.guest(autostart=False))["actions"] == ["unlink"]
    assert check_then_run_twice(bench, bench.guest(autostart=True))["actions"] == ["link"]
    assert bench.files()["auto/web1.cfg"] == ("../web1.cfg", 0)
    assert check_then_run_twice(bench, bench.guest())["actions"] == [], "autostart that is not declared is left alone"


def test_an_absent_guest_has_no_link(bench: Any) -> None:
    bench.domains(bench.guest(autostart=True))
    report = check_then_run_twice(bench, {"name": "web1", "state": "absent"})
    assert report["actions"] == ["stop", "unlink", "remove"]
    assert [name for name in bench.files() if "web1" in name] == []


def test_a_guest_that_is_not_described_keeps_its_file(bench: Any) -> None:
    bench.domains(bench.guest(memory=96))
    before = bench.files()["web1.cfg"]
    report = check_then_run_twice(bench, {"name": "web1", "state": "stopped"})
    assert report["actions"] == ["stop"]
    assert bench.files()["web1.cfg"] == before


def test_a_guest_that_is_only_named_keeps_its_file_whatever_the_defaults_say(bench: Any) -> None:
    bench.domains(bench.guest(disk=[_disk(bench)], vif=[{}]))
    before = bench.files()["web1.cfg"]
    defaults = {key: value for key, value in bench.guest(memory=96).items() if key != "name"}
    result = bench.domains({"name": "web1", "state": "stopped"}, {"name": "new", "state": "stopped"}, defaults=defaults)
    assert result["domains"]["web1"]["actions"] == ["stop"]
    assert bench.files()["web1.cfg"] == before
    assert "memory = 96" in bench.files()["new.cfg"][0], "who has no file gets the one that the defaults describe"


@pytest.mark.parametrize("state", ["running", "paused", "present"])
def test_a_managed_guest_is_known_by_its_name(any_bench: Any, state: str) -> None:
    bench = any_bench
    bench.domains(bench.guest(state="stopped", memory=96, disk=[_disk(bench)], vif=[{}]))
    before = bench.files()["web1.cfg"]
    check_then_run_twice(bench, {"name": "web1", "state": state, "autostart": True})
    assert bench.files()["web1.cfg"] == before
    assert bench.names() == ([] if state == "present" else ["web1"])


def test_a_guest_of_which_nothing_is_known_but_its_name_is_refused(bench: Any) -> None:
    (bench.etc / "theirs.cfg").write_text('name = "theirs"\n')
    result = bench.domains({"name": "web1"}, {"name": "theirs", "state": "paused"})
    assert "nothing says what it is" in result["domains"]["web1"]["error"]
    assert "nothing says what it is" in result["domains"]["theirs"]["error"]
    assert bench.names() == []


def test_a_guest_that_somebody_made_is_paused_by_its_name(bench: Any) -> None:
    bench.domains(bench.guest())
    (bench.etc / "web1.cfg").unlink()
    report = check_then_run_twice(bench, {"name": "web1", "state": "paused"})
    assert (report["actions"], report["state"]) == (["pause"], "paused")


def test_defaults_stand_below_what_a_guest_says(bench: Any) -> None:
    result = bench.domains(
        {"name": "one"},
        {"name": "two", "memory": 96},
        defaults={key: value for key, value in bench.guest().items() if key != "name"},
    )
    assert result["changed"]
    assert (bench.domain("one")["memory"], bench.domain("two")["memory"]) == (64, 96)


def test_one_guest_alone_is_the_same_engine(bench: Any) -> None:
    check = bench.run("xl_domain", check=True, **bench.guest())
    run = bench.run("xl_domain", **bench.guest())
    assert run["domain"]["actions"] == check["domain"]["actions"] == ["write", "create"]
    assert bench.run("xl_domain", **bench.guest())["changed"] is False
    assert bench.domains(bench.guest())["changed"] is False


def test_twenty_guests_cost_no_more_processes_than_one(bench: Any) -> None:
    guests = [bench.guest(f"g{number}", memory=16) for number in range(20)]
    assert bench.domains(*guests)["changed"]
    bench.calls()
    again = bench.domains(*guests)
    assert again["changed"] is False
    assert len(bench.calls()) == 3
    gone = bench.domains(*[{"name": guest["name"], "state": "absent"} for guest in guests])
    assert {report["state"] for report in gone["domains"].values()} == {"absent"}
    assert bench.names() == []


def _disk(bench: Any) -> dict[str, str]:
    return {"vdev": "xvda", "target": str(bench.root / "images/disk.img")}
