# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after its reboot: who is back, in which order, and in whose control group."""

from __future__ import annotations

import pytest

GUESTS = ("store", "front", "mover", "linked")


def test_all_are_back_the_one_that_is_needed_first(domains):
    assert sorted(domains) == sorted(GUESTS)
    assert domains["store"]["domid"] < domains["front"]["domid"]


@pytest.mark.parametrize("guest", ["store", "front"])
def test_each_was_started_by_its_unit(host, guest):
    """The third one ran outside of its unit: where xendomains saves and restores, its unit has skipped it."""
    shown = host.check_output("systemctl show --property=ActiveState,MainPID xen-guest@%s.service", guest)
    found = dict(line.split("=") for line in shown.splitlines())
    assert found["ActiveState"] == "active"
    assert found["MainPID"] == host.check_output("pgrep --full %s", f"create -q -f /etc/xe[n]/{guest}.cfg")


def test_xendomains_started_the_one_that_is_left_to_it(host):
    assert not host.file("/etc/xen/auto/store.cfg").exists
    assert host.file("/etc/xen/auto/linked.cfg").linked_to == "/etc/xen/linked.cfg"
    assert "linked" not in host.check_output("systemctl list-units --all --plain --no-legend 'xen-guest@*'")


def test_the_one_that_cannot_be_made_is_listed_as_failed(host):
    failed = host.check_output("systemctl list-units --failed --plain --no-legend 'xen-guest@*'").splitlines()
    assert [line.split()[0] for line in failed] == ["xen-guest@broken.service"]


def test_nobody_waits_for_another_restore(host):
    assert not host.file("/var/lib/xen/save").exists or host.file("/var/lib/xen/save").listdir() == []
