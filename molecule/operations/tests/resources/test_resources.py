# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after resources.yml, as xl shows it."""

from __future__ import annotations


def rows(host, command):
    return [line.split() for line in host.check_output(command).splitlines()]


def test_there_are_two_pools(host):
    assert rows(host, "xl cpupool-list")[1:] == [
        ["Pool-0", "1", "credit2", "y", "1"],
        ["rt", "1", "credit", "y", "1"],
    ]
    assert rows(host, "xl cpupool-list -c")[1:] == [["Pool-0", "0"], ["rt", "1"]]


def test_the_guest_is_in_its_pool_with_its_share(host, domains):
    table = rows(host, "xl sched-credit")
    assert table[0] == ["Cpupool", "rt:", "tslice=5ms", "ratelimit=1000us", "migration-delay=100us"]
    assert table[-1] == ["inmate", str(domains["inmate"]["domid"]), "256", "50"]


def test_domain_0_comes_first(host):
    table = host.check_output("xl sched-credit2").splitlines()
    assert table[0] == "Cpupool Pool-0: ratelimit=2000us"
    assert table[-1].split() == ["Domain-0", "0", "512", "150"]


def test_domain_0_is_pinned(host):
    affinities = {tuple(row[-3:]) for row in rows(host, "xl vcpu-list 0")[1:]}
    assert affinities == {("0", "/", "0")}
