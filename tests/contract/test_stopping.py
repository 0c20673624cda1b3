# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guests that shall go: asked first, destroyed only where that is allowed, gone when the host does not list them."""

from __future__ import annotations

import time
from typing import Any

import pytest


@pytest.mark.parametrize("state", ["stopped", "absent"])
def test_a_deaf_guest_is_reported_and_left(bench: Any, state: str) -> None:
    bench.domains(bench.guest(cmdline="deaf", autostart=True))
    files = bench.files()
    result = bench.domains({"name": "web1", "state": state, "stop_timeout": 1})
    assert "did not shut down within 1 s" in result["msg"]
    assert "destroy: allowed" in result["msg"]
    assert (bench.names(), bench.files()) == (["web1"], files)
    assert result["domains"]["web1"]["state"] == "running"


def test_a_paused_guest_that_does_not_stop_is_paused_again(bench: Any) -> None:
    bench.domains(bench.guest(cmdline="deaf", state="paused"))
    report = bench.domains({"name": "web1", "state": "stopped", "stop_timeout": 1})["domains"]["web1"]
    assert "did not shut down" in report["error"]
    assert (report["state"], report["actions"], report["changed"]) == ("paused", [], False)


def test_check_mode_says_that_a_guest_will_be_destroyed(bench: Any) -> None:
    bench.domains(bench.guest())
    guest = {"name": "web1", "state": "absent", "stop_timeout": 0, "destroy": "allowed"}
    assert bench.domains(guest, check=True)["domains"]["web1"]["forced"]


def test_a_deaf_guest_is_destroyed_when_that_is_allowed(bench: Any) -> None:
    bench.domains(bench.guest(cmdline="deaf"))
    result = bench.domains({"name": "web1", "state": "absent", "stop_timeout": 1, "destroy": "allowed"})
    assert result["domains"]["web1"]["forced"]
    assert (bench.names(), result["domains"]["web1"]["state"]) == ([], "absent")


def test_without_time_to_stop_a_guest_is_not_asked(bench: Any) -> None:
    bench.domains(bench.guest(cmdline="deaf"))
    bench.calls()
    guest = {"name": "web1", "state": "stopped", "stop_timeout": 0, "destroy": "allowed"}
    assert bench.domains(guest, check=True)["domains"]["web1"]["actions"] == ["destroy"]
    assert bench.domains(guest)["domains"]["web1"]["actions"] == ["destroy"]
    assert not any(call[0] == "shutdown" for call in bench.calls())


def test_a_guest_without_drivers_says_what_to_do(any_bench: Any) -> None:
    any_bench.domains(any_bench.guest(cmdline="nodrivers"))
    result = any_bench.domains({"name": "web1", "state": "stopped"})
    assert "PV control interface not available" in result["msg"]
    assert "PV drivers" in result["msg"]
    assert any_bench.names() == ["web1"]


@pytest.mark.parametrize("state", ["stopped", "running"])
def test_a_guest_that_is_being_saved_is_left_alone_whatever_is_allowed(any_bench: Any, state: str) -> None:
    """No xl watches it while it is suspended, and xl list shows a domain that has shut down."""
    any_bench.domains(any_bench.guest())
    any_bench.change("web1", ended="suspend")
    time.sleep(0.5)
    any_bench.calls()
    guest = any_bench.guest(state=state, destroy="allowed", stop_timeout=1)
    result = any_bench.domains(guest, settle_timeout=1)
    assert "domain 1 is suspended: an xl save or a migration is under way" in result["msg"]
    assert (any_bench.acts(), any_bench.names()) == ([], ["web1"])


def test_a_guest_that_is_saved_while_it_is_asked_is_not_destroyed(bench: Any) -> None:
    bench.domains(bench.guest(cmdline="suspends"))
    result = bench.domains(bench.guest(state="stopped", destroy="allowed", stop_timeout=1), settle_timeout=1)
    assert "domain 1 is suspended" in result["msg"]
    assert bench.names() == ["web1"]


def test_a_guest_that_was_paused_more_than_once_is_unpaused_as_often(bench: Any) -> None:
    bench.domains(bench.guest(state="paused"))
    bench.change("web1", pauses=3)
    report = bench.domains({"name": "web1", "state": "stopped", "stop_timeout": 5})["domains"]["web1"]
    assert (report["error"], report["state"], report["forced"]) == (None, "stopped", False)


def test_a_guest_that_does_not_stop_is_paused_as_often_as_it_was(bench: Any) -> None:
    bench.domains(bench.guest(cmdline="deaf", state="paused"))
    bench.change("web1", pauses=2)
    bench.domains({"name": "web1", "state": "stopped", "stop_timeout": 1})
    assert bench.domain("web1")["pauses"] == 2


def test_a_guest_that_is_kept_is_reported(bench: Any) -> None:
    bench.domains(bench.guest(on_poweroff="preserve"))
    result = bench.domains({"name": "web1", "state": "stopped"})
    assert "preserve" in result["msg"]
    assert result["domains"]["web1"]["state"] == "husk"
    again = bench.domains({"name": "web1", "state": "stopped"})
    assert "was kept" in again["msg"]
    forced = bench.domains({"name": "web1", "state": "stopped", "destroy": "allowed"})
    assert (forced["domains"]["web1"]["actions"], bench.names()) == (["destroy"], [])


def test_a_guest_that_is_cleaned_up_after_slowly_has_all_of_its_time(bench: Any) -> None:
    bench.domains(bench.guest(cmdline="lingers"))
    result = bench.domains({"name": "web1", "state": "stopped", "stop_timeout": 30}, settle_timeout=1)
    assert (result["domains"]["web1"]["state"], bench.names()) == ("stopped", [])


def test_a_guest_that_is_cleaned_up_after_too_slowly_is_not_said_to_be_kept(bench: Any) -> None:
    bench.domains(bench.guest(cmdline="lingers"))
    result = bench.domains({"name": "web1", "state": "stopped", "stop_timeout": 1}, settle_timeout=1)
    assert "its xl has not cleaned up after domain 1 within 1 s" in result["msg"]
    assert "preserve" not in result["msg"]
    assert "failed" not in bench.domains({"name": "web1", "state": "stopped"})
    assert bench.names() == []


def test_a_husk_is_not_replaced_unless_that_is_allowed(bench: Any) -> None:
    bench.domains(bench.guest(on_poweroff="preserve"))
    bench.change("web1", ended="poweroff")
    time.sleep(0.5)
    assert "was kept" in bench.domains(bench.guest(on_poweroff="preserve"))["msg"]
    result = bench.domains(bench.guest(on_poweroff="preserve", destroy="allowed"))
    assert result["domains"]["web1"]["actions"] == ["destroy", "create"]
    assert result["domains"]["web1"]["state"] == "running"


def test_a_guest_that_restarts_when_it_powers_off_has_not_stopped(bench: Any) -> None:
    bench.domains(bench.guest(on_poweroff="restart"))
    result = bench.domains({"name": "web1", "state": "absent"})
    assert "came back as domain 2" in result["msg"]
    assert "web1.cfg" in bench.files()
    assert bench.names() == ["web1"]


def test_guests_stop_beside_one_another(bench: Any) -> None:
    guests = [bench.guest(f"g{number}", memory=16, cmdline="slow") for number in range(4)]
    bench.domains(*guests)
    started = time.monotonic()
    result = bench.domains(*[{"name": guest["name"], "state": "stopped"} for guest in guests])
    took = time.monotonic() - started
    assert {report["state"] for report in result["domains"].values()} == {"stopped"}
    assert took < sum(report["elapsed"] for report in result["domains"].values())


def test_a_deaf_guest_does_not_keep_the_others_from_stopping(bench: Any) -> None:
    bench.domains(bench.guest("deaf", cmdline="deaf"), bench.guest("good"))
    result = bench.domains(
        {"name": "deaf", "state": "stopped", "stop_timeout": 1}, {"name": "good", "state": "stopped"}
    )
    assert (result["domains"]["deaf"]["state"], result["domains"]["good"]["state"]) == ("running", "stopped")


def test_a_guest_whose_configuration_changed_is_stopped_before_its_file_is_written(bench: Any) -> None:
    bench.domains(bench.guest(cmdline="deaf"))
    files = bench.files()
    bench.domains(bench.guest(memory=96, state="stopped", stop_timeout=1))
    assert bench.files() == files
    bench.domains(bench.guest(memory=96, state="stopped", stop_timeout=1, destroy="allowed"))
    assert "memory = 96" in bench.files()["web1.cfg"][0]
