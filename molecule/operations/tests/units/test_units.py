# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after units.yml, as systemd and xl show it."""

from __future__ import annotations

import pytest

SLICE = r"/system.slice/system-xen\x2dguest.slice"


def unit(host, guest):
    """Some properties of a guest's unit."""
    shown = host.check_output("systemctl show xen-guest@%s.service", guest)
    return dict(line.partition("=")[::2] for line in shown.splitlines())


def monitor(host, guest):
    """The process id of the xl that watches a guest; the pattern does not match the shell that it is given to."""
    return host.check_output("pgrep --full %s", f"create -q -f /etc/xe[n]/{guest}.cfg")


@pytest.mark.parametrize("guest", ["store", "front"])
def test_a_unit_runs_and_has_the_monitor(host, guest):
    shown = unit(host, guest)
    assert (shown["ActiveState"], shown["SubState"], shown["Result"]) == ("active", "running", "success")
    assert shown["MainPID"] == monitor(host, guest)
    assert shown["UnitFileState"] == "enabled"
    assert shown["NeedDaemonReload"] == "no"
    cgroup = host.file(f"/proc/{monitor(host, guest)}/cgroup").content_string.strip()
    assert cgroup.endswith(f"{SLICE}/xen-guest@{guest}.service")


def test_who_needs_another_comes_after_it(host):
    shown = unit(host, "front")
    assert "xen-guest@store.service" in shown["After"].split()
    assert "xen-guest@store.service" in shown["Wants"].split()
    assert "/srv/xen" in unit(host, "store")["RequiresMountsFor"]


def test_a_guest_that_was_moved_is_enabled_and_as_it_was(host):
    assert unit(host, "mover")["UnitFileState"] == "enabled"
    assert "xen-guest@mover.service" not in host.file(f"/proc/{monitor(host, 'mover')}/cgroup").content_string
    assert not host.file("/etc/xen/auto/mover.cfg").exists


def test_a_unit_that_failed_is_listed(host):
    failed = host.check_output("systemctl list-units --failed --plain --no-legend 'xen-guest@*'").splitlines()
    assert [line.split()[0] for line in failed] == ["xen-guest@broken.service"]


def test_systemd_has_no_complaint_of_the_texts(host):
    said = host.run("systemd-analyze verify xen-guest@store.service xen-guest@front.service")
    assert "xen-guest@" not in said.stderr, said.stderr


def test_the_texts_are_for_all_to_read(host):
    template = host.file("/etc/systemd/system/xen-guest@.service")
    assert (template.mode, template.user) == (0o644, "root")
    assert template.content_string.startswith("# Managed by xlops.xen\n")
