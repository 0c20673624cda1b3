# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a guest is protected against does not happen, also where it is declared no more."""

from __future__ import annotations

from typing import Any

import pytest


def protected(bench: Any, *what: str) -> dict[str, Any]:
    guest: dict[str, Any] = bench.guest(protect=list(what))
    assert not bench.domains(guest).get("failed")
    return guest


@pytest.mark.parametrize("engine", [{"state": "absent"}, {"state": "stopped", "stop_timeout": 0}])
def test_a_protected_guest_is_neither_removed_nor_destroyed(bench: Any, engine: dict[str, Any]) -> None:
    protected(bench, "destroy")
    files = bench.files()
    bench.calls()
    for check in (True, False):
        result = bench.domains({"name": "web1", "destroy": "allowed", **engine}, check=check)
        assert "it is protected" in result["msg"]
    assert bench.acts() == []
    assert bench.files() == files


def test_a_protected_guest_may_be_asked_to_stop_and_no_more(bench: Any) -> None:
    guest = bench.guest(cmdline="deaf", protect=["destroy"])
    bench.domains(guest)
    result = bench.domains({"name": "web1", "state": "stopped", "stop_timeout": 1, "destroy": "allowed"})
    assert "it did not shut down within 1 s" in result["msg"]
    assert bench.names() == ["web1"]


def test_protection_is_lifted_by_who_says_so(bench: Any) -> None:
    protected(bench, "destroy")
    assert bench.domains(bench.guest())["changed"] is False, "what is not declared stays"
    run = bench.domains(bench.guest(protect=[]))["domains"]["web1"]
    assert run["actions"] == ["write"]
    assert bench.domains({"name": "web1", "state": "absent"})["domains"]["web1"]["state"] == "absent"
    assert bench.files() == {key: value for key, value in bench.files().items() if "web1" not in key}


def test_a_guest_that_is_protected_against_it_is_not_restarted(bench: Any) -> None:
    protected(bench, "restart")
    run = bench.domains(bench.guest(memory=128, restart="allowed"))["domains"]["web1"]
    assert run["actions"] == ["write", "stage"]
    assert "protected against restarts" in run["pending"][0]["how"]


def test_an_unknown_protection_is_refused(bench: Any) -> None:
    result = bench.domains(bench.guest(protect=["destory"]))
    assert "destory" in result["msg"]
