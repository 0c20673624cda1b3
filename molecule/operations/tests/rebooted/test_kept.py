# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after its reboot: the pool, its scheduler's parameters, Domain-0's weight and pins, as declared before."""

from __future__ import annotations

import pytest

UNITS = ("pools", "scheduler:kept", r"domain:Domain\x2d0")


def rows(host, command):
    return [line.split() for line in host.check_output(command).splitlines()]


def test_the_pool_is_back(host):
    assert ["kept", "1", "credit", "y", "0"] in rows(host, "xl cpupool-list")
    assert rows(host, "xl cpupool-list -c")[1:] == [["Pool-0", "0"], ["kept", "1"]]
    assert "tslice=5ms" in host.check_output("xl sched-credit -p kept")


def test_domain_0_comes_first_on_its_cpu(host):
    table = rows(host, "xl sched-credit2")
    assert [row[2] for row in table if row[0] == "Domain-0"] == ["384"]
    assert {row[-3] for row in rows(host, "xl vcpu-list 0")[1:]} == {"0"}


@pytest.mark.parametrize("unit", UNITS)
def test_each_unit_has_done_its_work(host, unit):
    shown = host.check_output("systemctl show --property=ActiveState,Result %s", f"xen-resource@{unit}.service")
    assert dict(line.split("=") for line in shown.splitlines()) == {"ActiveState": "active", "Result": "success"}


def when(host, unit, moment):
    return int(host.check_output("systemctl show --value --property=%s %s", f"{moment}TimestampMonotonic", unit))


def test_resources_come_before_guests(host):
    last = max(when(host, f"xen-resource@{unit}.service", "ActiveEnter") for unit in UNITS)
    assert last <= when(host, "xen-guest@store.service", "InactiveExit")


def test_pools_come_before_what_schedulers_are_told(host):
    pools, *others = (f"xen-resource@{unit}.service" for unit in UNITS)
    made = when(host, pools, "ActiveEnter")
    assert all(when(host, unit, "InactiveExit") >= made for unit in others)
