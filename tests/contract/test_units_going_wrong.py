# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Units that cannot be, units that fail, and runs that die on the way."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.tests.contract.units import (
    DROP_IN,
    LINK,
    TEMPLATE,
    UNIT,
    by_unit,
    systemctl,
    with_systemd,
)

HOTPLUG = (
    "libxl: error: libxl_device.c:1265:device_hotplug_child_death_cb: script: Could not find bridge device xenbr0\n"
    "libxl: error: libxl_domain.c:1183:libxl__destroy_domid: Domain 3:Non-existant domain\n"
)
NO_BUS = "Failed to connect to bus: No such file or directory\n"


@pytest.fixture
def host(bench: Any) -> Any:
    return with_systemd(bench)


def guest_files(host: Any) -> list[str]:
    return [name for name in (*host.files(), *host.unit_files()) if "web1" in name]


def refused(host: Any, guest: dict[str, Any], *words: str) -> None:
    """The guest is, before anything is touched, and no other one."""
    before = host.unit_files()
    check, result = (host.domains(guest, host.guest("other"), check=mode) for mode in (True, False))
    assert check["msg"] == result["msg"]
    for word in words:
        assert word in result["msg"]
    assert (host.names(), host.unit_files()) == (["other"], before)
    assert f"{guest['name']}.cfg" not in host.files()


def test_a_host_without_systemd(bench: Any) -> None:
    refused(bench, by_unit(bench), "web1: autostart_by: a unit needs systemd, which does not run this host")


def test_a_template_of_somebody_else(host: Any) -> None:
    (host.root / "systemd/system" / TEMPLATE).write_text("[Service]\nExecStart=/opt/theirs %i\n")
    refused(host, by_unit(host), TEMPLATE, "somebody else wrote", "xendomains")


def test_units_of_somebody_else_are_left_alone(host: Any) -> None:
    units = host.root / "systemd/system"
    (units / TEMPLATE).write_text("[Service]\nExecStart=/opt/theirs %i\n")
    (units / "multi-user.target.wants").mkdir()
    (units / LINK).symlink_to(f"../{TEMPLATE}")
    before = host.unit_files()
    assert host.domains(host.guest())["domains"]["web1"]["actions"] == ["write", "create"]
    assert host.domains(host.guest(autostart=True))["domains"]["web1"]["actions"] == ["link"]
    assert host.domains({"name": "web1", "state": "absent"})["domains"]["web1"]["state"] == "absent"
    assert (host.unit_files(), systemctl(host)) == (before, [])


def test_a_masked_unit(host: Any) -> None:
    (host.root / "systemd/system" / UNIT).symlink_to("/dev/null")
    refused(host, by_unit(host), f"the host has a {UNIT} of its own, or has masked it")


def test_a_name_that_no_unit_can_have(host: Any) -> None:
    refused(host, by_unit(host, "é" * 40), "too long for a unit")


def test_a_guest_without_a_file(host: Any) -> None:
    result = host.domains({"name": "web1", "state": "stopped", "autostart": True, "autostart_by": "unit"})
    assert "has no file" in result["msg"]
    assert guest_files(host) == []


@pytest.mark.parametrize("leaves", [False, True], ids=["clean", "with a domain left behind"])
def test_a_unit_that_fails_says_what_xl_said(host: Any, leaves: bool) -> None:
    host.set(faults={"create": {"code": 3, "errors": HOTPLUG, "leaves": leaves, "once": True}})
    result = host.domains(by_unit(host), host.guest("other"))
    report = result["domains"]["web1"]
    assert report["error"].startswith(
        f"systemctl start {UNIT} failed with code 1: script: Could not find bridge device xenbr0; see "
    )
    assert (report["state"], report["actions"], report["changed"]) == ("absent", [], False)
    assert (host.names(), guest_files(host)) == (["other"], [])
    again = host.domains(by_unit(host))
    assert again["domains"]["web1"]["actions"] == ["unit", "write", "create", "enable"]


def test_what_a_failed_unit_said_is_reported(host: Any) -> None:
    host.domains(by_unit(host, state="stopped"))
    host.set(faults={"create": {"code": 3, "errors": HOTPLUG}})
    host.domains(by_unit(host))
    found = host.run("xl_domain_info", names=["web1"])["domains"]["web1"]
    assert (found["state"], found["unit"]["active"], found["unit"]["result"]) == ("stopped", "failed", "exit-code")
    assert found["unit"]["said"] == "script: Could not find bridge device xenbr0"


def test_what_xl_says_need_be_no_text(host: Any) -> None:
    host.set(faults={"create": {"code": 3, "errors": "libxl: error: a\x1b[31m\udce9\n"}})
    error = host.domains(by_unit(host))["domains"]["web1"]["error"]
    assert "\x1b" not in error
    assert "a?[31m" in error


def test_a_guest_that_somebody_else_made_at_the_same_moment_is_spared(host: Any) -> None:
    create = ["create", "-q", "-f", str(host.etc / "web1.cfg")]
    host.set(faults={"systemctl start": {"meanwhile": create}})
    result = host.domains(by_unit(host))
    assert f"{UNIT} has not started it: a domain of this name is there already" in result["msg"]
    assert (host.names(), result["domains"]["web1"]["actions"]) == (["web1"], [])


def test_a_guest_that_does_not_go_on_is_taken_back(host: Any) -> None:
    result = host.domains(by_unit(host, cmdline="ends"))
    assert "gone again" in result["msg"]
    assert (host.names(), guest_files(host)) == ([], [])
    assert systemctl(host) == ["daemon-reload", "start", "show", "daemon-reload"], (
        "systemd knows that it was taken back"
    )


def test_a_start_of_which_systemctl_lies(host: Any) -> None:
    host.set(faults={"systemctl start": {"code": 0}})
    result = host.domains(by_unit(host))
    assert result["failed"]
    assert (host.names(), guest_files(host)) == ([], [])


def test_a_start_that_systemd_does_not_hear_of(host: Any) -> None:
    host.set(faults={"systemctl start": {"code": 1, "errors": NO_BUS}})
    assert f"systemctl start {UNIT} failed with code 1: Failed to connect to bus" in host.domains(by_unit(host))["msg"]
    assert (host.names(), guest_files(host)) == ([], [])


def test_texts_that_systemd_does_not_read(host: Any) -> None:
    host.set(faults={"systemctl daemon-reload": {"code": 1, "errors": NO_BUS}})
    result = host.domains(by_unit(host), host.guest("other"))
    assert "systemctl daemon-reload failed with code 1: Failed to connect to bus" in result["domains"]["web1"]["error"]
    assert (host.names(), guest_files(host)) == (["other"], [])
    host.set(faults={})
    assert host.domains(by_unit(host))["domains"]["web1"]["state"] == "running"


def test_a_text_whose_going_systemd_does_not_read(host: Any) -> None:
    host.domains(by_unit(host))
    host.set(faults={"systemctl daemon-reload": {"code": 1, "errors": NO_BUS}})
    report = host.domains({"name": "web1", "state": "absent"})["domains"]["web1"]
    assert "daemon-reload failed" in report["error"]
    assert (report["state"], guest_files(host)) == ("absent", [])
    host.set(faults={})
    host.calls()
    host.domains(host.guest("other"))
    assert systemctl(host) == ["daemon-reload"], "the next run has it read"


def test_a_failed_move_leaves_the_link(host: Any) -> None:
    host.domains(host.guest(autostart=True))
    before = host.files()
    host.set(faults={"pause": {"code": 0}})
    assert "host shows it running" in host.domains(by_unit(host, state="paused"))["msg"]
    assert (host.files(), set(host.unit_files())) == (before, {TEMPLATE})


def test_a_failed_move_leaves_the_unit(host: Any) -> None:
    host.domains(by_unit(host))
    before = host.unit_files()
    host.set(faults={"pause": {"code": 0}})
    assert host.domains(by_unit(host, autostart_by="xendomains", state="paused"))["failed"]
    assert host.unit_files() == before
    assert not [name for name in host.files() if name.startswith("auto/")]


def test_a_guest_whose_turn_does_not_come_has_no_unit(host: Any) -> None:
    host.set(faults={"create": {"code": 3, "errors": HOTPLUG}})
    result = host.domains(host.guest("first"), by_unit(host), continue_on_error=False)
    assert "continue_on_error" in result["domains"]["web1"]["error"]
    assert guest_files(host) == []


def prepared(host: Any, way: str) -> dict[str, Any]:
    """A host before a way that is gone, and the declaration that goes it."""
    host.set(faults={})
    host.domains({"name": "web1", "state": "absent"})
    if way == "a new guest":
        return by_unit(host)
    if way == "to a unit":
        host.domains(host.guest(autostart=True))
        return by_unit(host)
    host.domains(by_unit(host))
    if way == "from a unit":
        return by_unit(host, autostart_by="xendomains")
    return {"name": "web1", "state": "absent"}


def converges(host: Any, guest: dict[str, Any]) -> None:
    host.set(faults={})
    result = host.domains(guest)
    assert "failed" not in result, result.get("msg")
    gone = guest.get("state") == "absent"
    assert host.names() == ([] if gone else ["web1"])
    assert host.domains(guest)["changed"] is False
    files = {*host.files(), *host.unit_files()}
    assert not [name for name in files if name.endswith(".xlops")]
    unit = {DROP_IN, LINK} if guest.get("autostart_by") == "unit" else set()
    link = {"auto/web1.cfg"} if guest.get("autostart_by") == "xendomains" else set()
    assert files & {DROP_IN, LINK, "auto/web1.cfg"} == unit | link
    host.calls()
    host.domains(host.guest("another"))
    assert systemctl(host) == [], "systemd has read everything"
    host.domains({"name": "another", "state": "absent"})


@pytest.mark.sampled
@pytest.mark.parametrize("call", ["fsync", "symlink", "unlink", "makedirs"])
@pytest.mark.parametrize("way", ["a new guest", "to a unit", "from a unit", "absent"])
def test_a_run_killed_after_any_of_its_own_calls(host: Any, way: str, call: str) -> None:
    for number in range(1, 40):
        guest = prepared(host, way)
        if host.domains(guest, kill=f"{call}:{number}"):
            return
        converges(host, guest)
    raise AssertionError("it never came to its end")


@pytest.mark.sampled
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("command", ["systemctl daemon-reload", "systemctl start", "systemctl show", "create"])
def test_a_run_killed_beside_systemd(host: Any, command: str, moment: str) -> None:
    guest = prepared(host, "a new guest")
    host.set(faults={command: {"kills": moment}})
    killed = host.domains(guest)
    assert killed == {} or command == "create", "there it is systemctl that dies"
    converges(host, guest)


def test_a_start_that_outlives_its_run_is_not_repeated(host: Any) -> None:
    guest = prepared(host, "a new guest")
    host.set(faults={"systemctl start": {"kills": "before"}, "create": {"hangs": 2}})
    assert host.domains(guest) == {}
    host.calls()
    converges(host, guest)
    assert [call for call in host.calls() if call[0] == "create"] == []


@pytest.mark.sampled
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("command", ["daemon-reload", "reset-failed"])
def test_a_run_killed_while_a_unit_goes(host: Any, command: str, moment: str) -> None:
    guest = prepared(host, "absent")
    host.set(faults={f"systemctl {command}": {"kills": moment}})
    assert host.domains(guest) == {}
    converges(host, guest)
