# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after gone.yml: nothing is left of them."""

from __future__ import annotations


def test_no_guest_exists(domains):
    assert domains == {}


def test_no_file_is_left(host):
    assert [name for name in host.file("/etc/xen").listdir() if name.endswith(".cfg")] == []


def test_no_userdata_is_left(host):
    left = [name for name in host.file("/var/lib/xen").listdir() if name.startswith("userdata-")]
    assert [name for name in left if not name.startswith("userdata-d.0.")] == []
