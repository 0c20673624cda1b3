# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after removal.yml: nothing of the guests is left but their disks."""

from __future__ import annotations


def test_no_guest_exists(domains):
    assert domains == {}


def test_no_managed_file_and_no_link_is_left(host):
    assert [name for name in host.file("/etc/xen").listdir() if name.endswith(".cfg")] == []
    assert host.file("/etc/xen/auto").listdir() == []


def test_no_userdata_is_left_of_guests(host):
    left = [name for name in host.file("/var/lib/xen").listdir() if name.startswith("userdata-")]
    assert [name for name in left if not name.startswith("userdata-d.0.")] == []


def test_disks_are_never_deleted(host):
    assert host.file("/srv/xen/web1.img").size == 64 * 1024 * 1024


def test_no_backend_is_left_of_guests(host):
    """A kind of them may stay without any; below it is the number of each domain that has some, dom0 maybe too."""
    listed = host.run("xenstore-ls -f /local/domain/0/backend").stdout.splitlines()
    paths = [line.partition(" = ")[0].split("/") for line in listed]
    assert {path[6] for path in paths if len(path) > 6} - {"0"} == set()
