# SPDX-License-Identifier: GPL-3.0-or-later
"""The host with Debian's Xen, as it was before, and after whatever was tried: hypervisor, tools and default entry."""

from __future__ import annotations


def test_hypervisor_and_tools_are_debians(host):
    parts = (host.file(f"/sys/hypervisor/version/{part}").content_string.strip() for part in ("major", "minor"))
    assert host.file(f"/usr/lib/xen-{'.'.join(parts)}/bin/xl").exists
    assert host.run("xl info").rc == 0
    assert host.check_output("command -v xl") == "/usr/sbin/xl"
    assert not host.file("/run/xlops-xen/release").exists


def test_no_unit_of_the_other_release_is_there(host):
    assert host.run("find /run/systemd/generator -lname '/opt/xen/*'").stdout == ""
    assert host.service("xen").is_running


def test_nothing_has_failed(host):
    assert host.check_output("systemctl --failed --no-legend --plain") == ""


def test_the_default_entry_is_debians_and_nothing_is_tried(host):
    listed = dict(line.split("=", 1) for line in host.check_output("grub-editenv list").splitlines() if "=" in line)
    parts = (host.file(f"/sys/hypervisor/version/{part}").content_string.strip() for part in ("major", "minor"))
    assert f"xen-hypervisor-{'.'.join(parts)}-amd64" in listed["saved_entry"]
    assert not listed.get("next_entry")
    assert not host.file("/etc/xlops-xen/try").exists
