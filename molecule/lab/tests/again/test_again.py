# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts after killed.yml: the one that was killed is back, and on the network."""

from __future__ import annotations


def test_both_run_xen(left, right):
    for host in (left, right):
        assert "Domain-0" in host.check_output("xl list")


def test_they_reach_each_other(left, right):
    assert left.run("ping -c 3 -W 10 10.77.0.12").rc == 0
    assert right.run("ping -c 3 -W 10 10.77.0.11").rc == 0
