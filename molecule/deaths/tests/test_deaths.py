# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after runs that died: nothing of them is left."""

from __future__ import annotations


def test_no_guest_is_left(host):
    assert "mortal" not in host.check_output("xl list")


def test_no_file_is_left(host):
    assert not host.file("/etc/xen/mortal.cfg").exists
    assert host.check_output("find /etc/xen /var/lib/xen -name '*mortal*' -o -name '*.xlops*'") == ""


def test_no_monitor_is_left(host):
    assert host.run("pgrep -f 'xl create.*mortal'").rc == 1


def test_no_backend_is_left(host):
    """The one domain in xenstore is the control domain."""
    assert host.check_output("xenstore-list /local/domain").split() == ["0"]
