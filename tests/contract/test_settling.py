# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guests on their way from one state to another: waited for, never touched, never created twice."""

from __future__ import annotations

from typing import Any

import pytest


def created(bench: Any) -> int:
    return sum(1 for call in bench.calls() if call[0] == "create")


def test_a_rebooting_guest_is_not_created_twice(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.calls()
    bench.change("web1", ended="reboot")
    bench.await_names()
    result = bench.domains(bench.guest())
    assert "failed" not in result
    assert (result["changed"], created(bench)) == (False, 0)
    assert bench.names() == ["web1"]
    assert result["domains"]["web1"]["domid"] == 2


def test_a_guest_that_does_not_come_back_in_time_is_reported(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.set(reboot_pause=60)
    files = bench.files()
    bench.calls()
    bench.change("web1", ended="reboot")
    bench.await_names()
    result = bench.domains(bench.guest(memory=128), bench.guest("other"), settle_timeout=0)
    assert "rebooting, its xl process" in result["domains"]["web1"]["error"]
    assert result["domains"]["web1"]["state"] == "unknown"
    assert bench.files()["web1.cfg"] == files["web1.cfg"]
    assert result["domains"]["other"]["state"] == "running"
    assert created(bench) == 1


def test_a_domain_that_xl_cannot_read_is_unknown_and_left_alone(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.set(hidden=["web1"])
    bench.calls()
    for state in ("running", "absent", "stopped", "paused", "present"):
        result = bench.domains(bench.guest(state=state), settle_timeout=0)
        assert "not in 'xl list -l'" in result["msg"]
        assert bench.acts() == []
    assert bench.names() == ["web1"]


@pytest.mark.parametrize("suffix", ["--incoming", "--migratedaway"])
def test_a_migrating_guest_is_left_alone(bench: Any, suffix: str) -> None:
    bench.domains(bench.guest())
    bench.change("web1", name=f"web1{suffix}")
    bench.calls()
    result = bench.domains(bench.guest(), settle_timeout=0)
    assert "migration is under way" in result["msg"]
    assert bench.acts() == []


@pytest.mark.parametrize("change", [{"dying": True}, {"dying": True, "name": ""}], ids=["named", "nameless"])
def test_a_dying_domain_is_waited_for(bench: Any, change: dict[str, Any]) -> None:
    bench.domains(bench.guest())
    bench.change("web1", **change)
    bench.calls()
    result = bench.domains(bench.guest(), settle_timeout=0)
    assert "is being destroyed" in result["msg"]
    assert bench.acts() == []


def test_a_guest_that_is_about_to_be_restarted_is_left_to_its_monitor(bench: Any) -> None:
    bench.domains(bench.guest(on_crash="restart"))
    bench.calls()
    bench.change("web1", ended="crash")
    result = bench.domains(bench.guest(on_crash="restart"))
    assert (result["changed"], created(bench)) == (False, 0)
    assert bench.names() == ["web1"]
