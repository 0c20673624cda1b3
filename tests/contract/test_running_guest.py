# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running guest is not disturbed: what is declared anew waits for its next boot and is reported until then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

HOW = "it was made with a smaller maxmem; restart: allowed would bring it at once"
PENDING = [{"key": "memory", "before": 64, "after": 128, "impact": "next_boot", "how": HOW}]


def test_a_change_is_staged_and_stays_pending(any_bench: Any) -> None:
    bench = any_bench
    bench.domains(bench.guest())
    bench.calls()
    check = bench.domains(bench.guest(memory=128), check=True)["domains"]["web1"]
    run = bench.domains(bench.guest(memory=128))["domains"]["web1"]
    assert run["actions"] == check["actions"] == ["write", "stage"]
    assert run["differences"] == check["differences"] == PENDING
    assert run["pending"] == check["pending"] == PENDING
    again = bench.domains(bench.guest(memory=128))
    assert (again["changed"], again["domains"]["web1"]["pending"]) == (False, PENDING)
    assert again["domains"]["web1"]["differences"] == []


def test_a_reboot_of_the_guest_brings_what_was_staged(bench: Any) -> None:
    bench.domains(bench.guest())
    uuid = bench.domain("web1")["uuid"]
    bench.domains(bench.guest(memory=128))
    bench.change("web1", ended="reboot")
    result = bench.domains(bench.guest(memory=128))
    bench.await_names("web1")
    result = bench.domains(bench.guest(memory=128))
    assert (result["changed"], result["domains"]["web1"]["pending"]) == (False, [])
    assert bench.domain("web1")["memory"] == 128
    assert bench.domain("web1")["uuid"] == uuid


def test_a_change_that_is_taken_back_is_not_left_staged(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.domains(bench.guest(memory=128))
    result = bench.domains(bench.guest())
    assert result["domains"]["web1"]["actions"] == ["write", "stage"]
    assert result["domains"]["web1"]["pending"] == []
    assert bench.domains(bench.guest())["changed"] is False


def test_a_key_that_is_no_longer_declared_is_a_change(bench: Any) -> None:
    bench.domains(bench.guest(cmdline="quiet"))
    result = bench.domains(bench.guest())
    (difference,) = result["domains"]["web1"]["differences"]
    assert (difference["key"], difference["before"], difference["after"]) == ("cmdline", "quiet", None)
    assert bench.domains(bench.guest())["domains"]["web1"]["pending"] == [difference]


@pytest.mark.parametrize(("key", "value"), [("memory", 64), ("vcpus", 2)])
def test_a_size_that_is_no_longer_declared_waits_for_the_next_boot(bench: Any, key: str, value: int) -> None:
    """What Xen gives a guest of which nothing is said may be far less than it has, so that is not done at once."""
    bench.domains(bench.guest(**{key: value}))
    without = {name: declared for name, declared in bench.guest().items() if name != key}
    check = bench.domains(without, check=True)["domains"]["web1"]
    run = bench.domains(without)["domains"]["web1"]
    assert run["actions"] == check["actions"] == ["write", "stage"]
    (difference,) = run["differences"]
    assert (difference["key"], difference["before"], difference["after"]) == (key, value, None)
    assert difference["impact"] == "next_boot"
    assert run["pending"] == check["pending"] == [difference]
    again = bench.domains(without)
    assert (again["changed"], again["domains"]["web1"]["pending"]) == (False, [difference])


def test_a_weight_that_is_no_longer_declared_is_told_and_staged(bench: Any) -> None:
    bench.domains(bench.guest(cpu_weight=512))
    run = bench.domains(bench.guest())["domains"]["web1"]
    assert [(one["key"], one["after"]) for one in run["differences"]] == [("cpu_weight", None)]
    assert run["actions"] == ["write", "stage"]
    assert not bench.domains(bench.guest())["changed"]


def test_a_stopped_guest_starts_with_what_is_declared_then(bench: Any) -> None:
    bench.domains(bench.guest(state="stopped"))
    bench.domains(bench.guest(memory=128))
    assert bench.domain("web1")["memory"] == 128


def test_a_guest_keeps_who_it_is(bench: Any) -> None:
    guest = bench.guest(vif=[{}, {}])
    bench.domains(guest)
    first = bench.domain("web1")
    macs = [nic["mac"] for nic in first["config"]["nics"]]
    assert len(set(macs)) == 2
    assert all(mac.startswith("00:16:3e:") for mac in macs)
    bench.domains({"name": "web1", "state": "absent"})
    bench.domains(guest)
    again = bench.domain("web1")
    assert again["uuid"] == first["uuid"]
    assert [nic["mac"] for nic in again["config"]["nics"]] == macs


def test_an_adopted_guest_keeps_who_it_was(bench: Any) -> None:
    """A guest that somebody made by hand, with a uuid and a MAC that only xl knows, is not changed by adoption."""
    guest = bench.guest(vif=[{"bridge": "xenbr0"}])
    theirs = {"uuid": "11111111-2222-4333-8444-555555555555", "vif": [{"bridge": "xenbr0", "mac": "00:16:3e:aa:bb:cc"}]}
    bench.domains({**guest, **theirs})
    (bench.etc / "web1.cfg").unlink()
    result = bench.domains(guest)["domains"]["web1"]
    assert result["actions"] == ["write"]
    assert (result["pending"], result["differences"]) == ([], [])
    assert result["uuid"] == theirs["uuid"]
    assert "00:16:3e:aa:bb:cc" in bench.files()["web1.cfg"][0]
    bench.domains({"name": "web1", "state": "stopped"})
    bench.domains(guest)
    assert bench.domain("web1")["uuid"] == theirs["uuid"]


@pytest.mark.parametrize("state", ["running", "paused", "present"])
def test_staging_does_not_change_the_state(bench: Any, state: str) -> None:
    bench.domains(bench.guest(state="paused"))
    result = bench.domains(bench.guest(memory=128, state=state))["domains"]["web1"]
    assert result["actions"][:2] == ["write", "stage"]
    assert result["state"] == ("running" if state == "running" else "paused")


def test_a_staging_of_which_xl_lies_is_an_error(bench: Any) -> None:
    bench.domains(bench.guest())
    domain = bench.domain("web1")
    Path(bench.place.staged_path(domain["domid"], domain)).write_text("something else")
    files = bench.files()
    bench.set(faults={"config-update": {"code": 0}})
    result = bench.domains(bench.guest(memory=128))
    assert "did not keep the file" in result["msg"]
    assert bench.files() == files
