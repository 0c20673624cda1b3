# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A guest that has another name than it is declared with is renamed: itself, its file, and what starts it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.tests.contract.twice import check_then_run_twice
from ansible_collections.xlops.xen.tests.contract.units import LINK, by_unit, with_systemd

NEW_LINK = LINK.replace("web1", "web2")
VIF = [{"bridge": "xenbr0"}]


def renamed(bench: Any, **keys: Any) -> dict[str, Any]:
    guest: dict[str, Any] = bench.guest("web2", former_name="web1", **keys)
    return guest


def traces(bench: Any) -> list[str]:
    """What is left of the former name."""
    return [name for name in (*bench.files(), *bench.unit_files()) if "web1" in name]


def test_a_running_guest_is_renamed_and_is_the_same_guest(any_bench: Any) -> None:
    bench = any_bench
    bench.domains(bench.guest(vif=VIF, autostart=True, protect=["restart"]))
    before = bench.domain("web1")
    report = check_then_run_twice(bench, renamed(bench, vif=VIF))
    assert report["actions"] == ["write", "move", "stage", "alter"]
    assert report["commands"] == [f"xl rename {before['domid']} web2"]
    assert report["differences"] == [
        {"key": "name", "before": "web1", "after": "web2", "impact": "live", "how": report["commands"][0]}
    ]
    after = bench.domain("web2")
    assert (after["domid"], after["uuid"], after["config"]["nics"]) == (
        before["domid"],
        before["uuid"],
        before["config"]["nics"],
    )
    assert (traces(bench), bench.files()["auto/web2.cfg"]) == ([], ("../web2.cfg", 0))
    assert "# protect: restart\n" in bench.files()["web2.cfg"][0]
    without = {key: value for key, value in renamed(bench, vif=VIF).items() if key != "former_name"}
    assert bench.domains(without)["changed"] is False, "the guest is who it is, whether its former name is told or not"


def test_the_diff_shows_it(bench: Any) -> None:
    bench.domains(bench.guest())
    (diff,) = bench.domains(renamed(bench), check=True)["diff"]
    assert 'name = "web1"\n' in diff["before"]
    assert 'name = "web2"\n' in diff["after"]
    assert "# name changes at once: xl rename 1 web2\n" in diff["after"]
    assert "# what is called web1 moves: its file, and what starts the guest with the host\n" in diff["after"]


@pytest.mark.parametrize("state", ["stopped", "present", "running", "paused", "absent"])
def test_a_guest_that_does_not_run_is_renamed_too(bench: Any, state: str) -> None:
    bench.domains(bench.guest(state="stopped", vif=VIF, autostart=True))
    mac = [line for line in bench.files()["web1.cfg"][0].splitlines() if "mac=" in line or "uuid" in line]
    report = check_then_run_twice(bench, renamed(bench, vif=VIF, state=state))
    assert report["state"] == ("stopped" if state == "present" else state)
    assert "move" in report["actions"]
    assert traces(bench) == []
    if state != "absent":
        text = bench.files()["web2.cfg"][0]
        assert all(line in text for line in mac)
        assert "watched as" not in text


@pytest.mark.parametrize("state", ["running", "stopped", "absent", "paused", "present"])
def test_a_guest_that_is_only_named_keeps_what_its_file_says(bench: Any, state: str) -> None:
    bench.domains(bench.guest(memory=96, vif=VIF))
    uuid = bench.domain("web1")["uuid"]
    report = check_then_run_twice(bench, {"name": "web2", "former_name": "web1", "state": state})
    assert report["state"] == ("running" if state == "present" else state)
    assert bench.names() == (["web2"] if state not in ("stopped", "absent") else [])
    assert traces(bench) == []
    if state != "absent":
        assert "memory = 96" in bench.files()["web2.cfg"][0]
        assert uuid in bench.files()["web2.cfg"][0]


def test_a_former_guest_that_is_not_there_is_nothing_special(bench: Any) -> None:
    report = check_then_run_twice(bench, renamed(bench))
    assert report["actions"] == ["write", "create"]
    assert bench.domains({"name": "web3", "former_name": "web0", "state": "absent"})["changed"] is False


@pytest.mark.parametrize("state", ["running", "stopped"])
def test_two_guests_of_the_two_names_are_left_alone(bench: Any, state: str) -> None:
    bench.domains(bench.guest(state=state), bench.guest("web2", state=state))
    files, names = bench.files(), bench.names()
    bench.calls()
    for check in (True, False):
        assert "web1 and web2 are both there, and are two guests" in bench.domains(renamed(bench), check=check)["msg"]
    assert (bench.acts(), bench.files(), bench.names()) == ([], files, names)


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ([{"name": "web1"}], "guest web1 is declared too"),
        ([{"name": "web3", "former_name": "web1"}], "it is the former name of web2 too"),
        ([{"name": "web3", "depends_on": ["web1"]}], "name web2 instead"),
        ([{"name": "web3", "former_name": "web3"}], "it is the name that the guest has"),
        ([{"name": "web3", "former_name": "Domain-0"}], "never a guest"),
    ],
)
def test_a_name_that_is_no_former_one_is_refused(bench: Any, others: list[dict[str, Any]], words: str) -> None:
    guests = [renamed(bench), *(bench.guest(**one) for one in others)]
    assert words in bench.domains(*guests, check=True)["msg"]
    assert bench.calls() == []


def test_what_was_staged_under_the_former_name_does_not_bring_it_back(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.domains(bench.guest(memory=128))
    check_then_run_twice(bench, renamed(bench, memory=128))
    bench.change("web2", ended="reboot")
    bench.await_names()
    bench.await_names("web2")
    assert bench.domain("web2")["memory"] == 128
    assert bench.domains(renamed(bench, memory=128))["changed"] is False


@pytest.mark.parametrize("declared", ["with the former name", "without"])
def test_a_renamed_guest_that_reboots_is_not_made_twice(bench: Any, declared: str) -> None:
    """Its xl has the log of the former name, and no domain while it reboots."""
    bench.domains(bench.guest())
    bench.domains(renamed(bench))
    bench.set(reboot_pause=2)
    bench.change("web2", ended="reboot")
    bench.await_names()
    bench.calls()
    guest = renamed(bench) if declared == "with the former name" else bench.guest("web2")
    result = bench.domains(guest)
    assert (result.get("failed"), result["changed"]) == (None, False), result.get("msg")
    assert [call for call in bench.calls() if call[0] == "create"] == []
    assert bench.names() == ["web2"]


def test_another_guest_may_have_the_former_name_then(bench: Any) -> None:
    """Two xl have logs of one name; each is known by the domain that it watches."""
    bench.domains(bench.guest())
    bench.domains(renamed(bench))
    other = bench.guest(uuid="11111111-2222-4333-8444-555555555555")
    run = bench.domains(other, bench.guest("web2"))
    assert (run.get("failed"), run["domains"]["web1"]["actions"]) == (None, ["write", "create"]), run.get("msg")
    bench.set(reboot_pause=2)
    bench.change("web2", ended="reboot")
    bench.await_names("web1")
    bench.calls()
    assert bench.domains(other, bench.guest("web2"))["changed"] is False
    assert [call for call in bench.calls() if call[0] == "create"] == []
    info = bench.run("xl_domain_info")["domains"]
    assert None not in {info["web1"]["monitor"], info["web2"]["monitor"]}
    assert info["web1"]["monitor"] != info["web2"]["monitor"]
    gone = bench.domains({"name": "web2", "state": "stopped"}, settle_timeout=3)
    assert (gone.get("failed"), bench.names()) == (None, ["web1"]), gone.get("msg")


def test_its_own_next_making_forgets_the_former_name(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.domains(renamed(bench))
    assert "# watched as: web1\n" in bench.files()["web2.cfg"][0]
    bench.domains({"name": "web2", "state": "stopped"})
    assert check_then_run_twice(bench, renamed(bench))["actions"] == ["write", "create"]
    assert "watched as" not in bench.files()["web2.cfg"][0]


def test_a_renamed_guest_is_made_anew_under_its_new_name(bench: Any) -> None:
    bench.domains(bench.guest())
    report = check_then_run_twice(bench, renamed(bench, memory=128, restart="allowed"))
    assert report["actions"] == ["write", "move", "stop", "create"]
    assert (bench.names(), traces(bench), bench.domain("web2")["memory"]) == (["web2"], [], 128)


def test_a_guest_that_was_renamed_by_hand_is_taken_over(bench: Any) -> None:
    bench.domains(bench.guest(autostart=True))
    bench.change("web1", name="web2")
    report = check_then_run_twice(bench, renamed(bench))
    assert report["actions"] == ["write", "move", "stage"]
    assert (bench.names(), traces(bench)) == (["web2"], [])


def test_a_guest_of_somebody_else_is_renamed_and_their_file_kept(bench: Any) -> None:
    bench.domains(bench.guest())
    theirs = bench.etc / "web1.cfg"
    theirs.write_text(theirs.read_text().replace("# Managed by xlops.xen\n", ""))
    text = theirs.read_text()
    check_then_run_twice(bench, renamed(bench))
    assert bench.names() == ["web2"]
    (kept,) = bench.etc.glob("web1.cfg*")
    assert (kept.name[-1], kept.read_text()) == ("~", text)


def test_purge_spares_a_guest_that_is_declared_under_its_new_name(bench: Any) -> None:
    bench.domains(bench.guest(), bench.guest("other"))
    result = bench.domains(renamed(bench), purge=True)
    assert {name: one["actions"] for name, one in result["domains"].items()} == {
        "web2": ["write", "move", "stage", "alter"],
        "other": ["stop", "remove"],
    }
    assert bench.names() == ["web2"]


def test_a_protected_guest_cannot_go_by_another_name(bench: Any) -> None:
    bench.domains(bench.guest(protect=["destroy"]))
    files = bench.files()
    result = bench.domains({"name": "web2", "former_name": "web1", "state": "absent"})
    assert "it is protected" in result["msg"]
    assert (bench.files(), bench.names()) == (files, ["web1"])


def test_a_guest_may_depend_on_one_that_is_renamed(bench: Any) -> None:
    bench.domains(bench.guest())
    result = bench.domains(bench.guest("shop", depends_on=["web2"]), renamed(bench))
    assert not result.get("failed"), result
    assert bench.names() == ["shop", "web2"]


def test_a_renaming_of_which_xl_lies_is_taken_back(bench: Any) -> None:
    bench.domains(bench.guest(autostart=True))
    files = bench.files()
    bench.set(faults={"rename": {"code": 0}})
    result = bench.domains(renamed(bench))
    assert 'name is still "web1" after xl rename 1 web2' in result["msg"]
    assert (bench.names(), bench.files()) == (["web1"], files)
    assert result["domains"]["web2"]["state"] == "running"


def test_a_name_that_somebody_takes_meanwhile_is_theirs(bench: Any) -> None:
    bench.domains(bench.guest(autostart=True))
    files = bench.files()
    errors = 'libxl: error: libxl_domain.c:81:libxl__domain_rename: Domain 1:Domain with name "web2" already exists.\n'
    bench.set(faults={"rename": {"code": 1, "errors": errors}})
    result = bench.domains(renamed(bench))
    assert "another domain has this name" in result["msg"]
    assert (bench.names(), bench.files()) == (["web1"], files)


def test_a_change_that_fails_brings_the_name_back(bench: Any) -> None:
    bench.domains(bench.guest(maxmem=128, autostart=True))
    files = bench.files()
    bench.set(faults={"mem-set": {"code": 1, "errors": "libxl: error: no\n"}})
    result = bench.domains(renamed(bench, memory=96, maxmem=128))
    assert result["failed"]
    assert (bench.names(), bench.files()) == (["web1"], files)


@pytest.mark.parametrize("state", ["running", "stopped"])
def test_its_unit_goes_with_it(bench: Any, state: str) -> None:
    with_systemd(bench)
    bench.domains(by_unit(bench, state=state))
    assert LINK in bench.unit_files()
    check_then_run_twice(bench, renamed(bench, state=state))
    files = bench.unit_files()
    assert (NEW_LINK in files, traces(bench)) == (True, [])
    assert "xen-guest@web2.service.d/50-xlops.conf" in files


def test_what_starts_it_may_change_at_the_same_time(bench: Any) -> None:
    with_systemd(bench)
    bench.domains(bench.guest(autostart=True))
    report = check_then_run_twice(bench, renamed(bench, autostart=True, autostart_by="unit"))
    assert report["actions"] == ["unit", "write", "move", "stage", "alter", "enable", "unlink"]
    assert (traces(bench), [name for name in bench.files() if name.startswith("auto/")]) == ([], [])
    assert NEW_LINK in bench.unit_files()


# Where the module dies: right after a system call of its own, the first time or a later one, or beside a command of xl.
OWN_CALLS = [
    f"{call}:{number}"
    for call, numbers in (("fsync", 4), ("replace", 3), ("unlink", 2), ("symlink", 1))
    for number in range(1, numbers + 1)
]
COMMANDS = [(command, moment) for command in ("-N create", "config-update", "rename") for moment in ("before", "after")]


def finishes(bench: Any, before: dict[str, Any]) -> None:
    """The next run ends with one guest, the one there was, and nothing of its former name or of the run that died."""
    bench.set(faults={})
    result = bench.domains(renamed(bench, vif=VIF))
    assert "failed" not in result, result.get("msg")
    after = bench.domain("web2")
    assert (bench.names(), after["uuid"], after["domid"]) == (["web2"], before["uuid"], before["domid"])
    assert bench.domains(renamed(bench, vif=VIF))["changed"] is False
    assert (traces(bench), bench.files()["auto/web2.cfg"][0]) == ([], "../web2.cfg")
    assert [name for name in os.listdir(bench.etc) if name.endswith(".xlops")] == []
    assert Path(bench.place.staged_path(after["domid"], after)).read_text() == bench.files()["web2.cfg"][0]


@pytest.mark.sampled
@pytest.mark.parametrize("call", OWN_CALLS)
def test_a_run_killed_in_its_own_work(bench: Any, call: str) -> None:
    bench.domains(bench.guest(vif=VIF, autostart=True))
    before = bench.domain("web1")
    assert bench.domains(renamed(bench, vif=VIF), kill=call) == {}, "nothing killed it"
    finishes(bench, before)


@pytest.mark.sampled
@pytest.mark.parametrize(("command", "moment"), COMMANDS)
def test_a_run_killed_beside_xl(bench: Any, command: str, moment: str) -> None:
    bench.domains(bench.guest(vif=VIF, autostart=True))
    before = bench.domain("web1")
    bench.set(faults={command: {"kills": moment}})
    assert bench.domains(renamed(bench, vif=VIF)) == {}
    finishes(bench, before)
