# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of the network that die: the run of the module, the change on the host, the way back, beside each write."""

from __future__ import annotations

from typing import Any

import pytest
from network_host import FORMER, TIMER, NetworkHost

DECLARED: dict[str, Any] = {"bridges": [{"name": "xenbr0", "ports": ["eth0"], "dhcp": True}]}
TURNS = 60


@pytest.fixture(params=list(FORMER))
def host(request: pytest.FixtureRequest, bench: Any) -> NetworkHost:
    one = NetworkHost(bench)
    one.build(request.param)
    return one


def converges(host: NetworkHost) -> None:
    ordered = host.ok(**DECLARED)
    host.happens()
    assert host.ok(state="confirmed", id=ordered["id"])["outcome"] == "confirmed"
    assert host.running()["masters"] == {"eth0": "xenbr0"}
    assert not host.ok(**DECLARED)["changed"]


@pytest.mark.sampled
@pytest.mark.parametrize(
    "kill",
    ["makedirs:1", "makedirs:4", "replace:1", "replace:3", "symlink:1", "unlink:1", "rename:1"]
    + [f"fsync:{number}" for number in (1, 2, 8, 14, 16, 18, 22)],
)
def test_a_run_that_dies_leaves_the_network_alone(bench: Any, kill: str) -> None:
    host = NetworkHost(bench)
    host.build("networkd")
    files, running = host.files(), host.running()
    assert host.run(kill=kill, **DECLARED) == {}
    assert (host.files(), host.running()) == (files, running)
    if (host.root / "systemd/system/xlops-network-boot.service").exists():
        host.reboot()
        assert (host.files(), host.running()) == (files, running)
    converges(host)


def test_a_run_that_dies_after_its_order_returns(host: NetworkHost) -> None:
    files, running = host.files(), host.running()
    host.ok(**DECLARED)
    host.happens()
    host.unit("rollback")  # when the timer is up
    host.set(active=[one for one in host.host["active"] if one != TIMER])
    assert (host.files(), host.running()) == (files, running)
    converges(host)


def test_a_confirmation_that_dies_is_one_or_none(host: NetworkHost) -> None:
    ordered = host.ok(**DECLARED)
    host.happens()
    assert host.run(kill="rename:1", state="confirmed", id=ordered["id"]) == {}
    running = host.running()
    host.unit("rollback")  # its timer was not stopped
    assert host.running() == running
    assert host.ok(state="confirmed", id=ordered["id"])["outcome"] == "confirmed"


def test_a_change_that_dies_beside_each_write_is_taken_back(host: NetworkHost) -> None:
    files, running = host.files(), host.running()
    for turn in range(1, TURNS):
        ordered = host.ok(**DECLARED)
        if host.unit("apply", f"after:{turn}") == 0:
            break
        host.unit("rollback")
        host.set(active=[one for one in host.host["active"] if one != TIMER])
        assert (host.files(), host.running()) == (files, running), turn
        assert host.ok(state="applied", id=ordered["id"])["outcome"] == "returned"
    assert 4 < turn < TURNS - 1
    assert host.ok(state="confirmed", id=ordered["id"])["outcome"] == "confirmed"


@pytest.mark.sampled
@pytest.mark.parametrize("unit", ["rollback", "boot"])
def test_a_way_back_that_dies_beside_each_write_is_finished_by_the_next(host: NetworkHost, unit: str) -> None:
    files, running = host.files(), host.running()
    for turn in range(1, TURNS):
        ordered = host.ok(**DECLARED)
        host.unit("apply")
        died = host.unit(unit, f"after:{turn}") != 0
        if unit == "boot":
            host.reboot()
        else:
            host.unit(unit)
        host.set(active=[one for one in host.host["active"] if one != TIMER])
        assert (host.files(), host.running()) == (files, running), turn
        assert host.ok(state="applied", id=ordered["id"])["outcome"] == "returned"
        if not died:
            break
    assert 3 < turn < TURNS - 1
    converges(host)


def test_two_ways_back_at_once_are_one(host: NetworkHost) -> None:
    files, running = host.files(), host.running()
    host.ok(**DECLARED)
    host.happens()
    assert [host.unit("rollback"), host.unit("rollback"), host.unit("boot")] == [0, 0, 0]
    assert (host.files(), host.running()) == (files, running)


@pytest.mark.sampled
@pytest.mark.parametrize("call", ["fsync", "rename", "replace"])
def test_a_disk_without_room(host: NetworkHost, call: str) -> None:
    files, running = host.files(), host.running()
    assert "No space left on device" in host.run(fail=call, **DECLARED)["msg"]
    assert (host.files(), host.running()) == (files, running)
    converges(host)
