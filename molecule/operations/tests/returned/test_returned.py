# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after returned.yml: as before."""

from __future__ import annotations


def test_there_is_one_pool_with_all_cpus(host):
    assert [line.split() for line in host.check_output("xl cpupool-list").splitlines()[1:]] == [
        ["Pool-0", "2", "credit2", "y", "1"]
    ]
    assert host.check_output("xl cpupool-list -c").split()[-1] == "0,1"


def test_domain_0_has_what_it_had(host):
    table = host.check_output("xl sched-credit2").splitlines()
    assert table[0] == "Cpupool Pool-0: ratelimit=1000us"
    assert table[-1].split() == ["Domain-0", "0", "256", "0"]
    affinities = {line.split(None, 6)[6].strip() for line in host.check_output("xl vcpu-list 0").splitlines()[1:]}
    assert affinities == {"all / all"}


def test_no_guest_is_left(domains):
    assert domains == {}
