# SPDX-License-Identifier: GPL-3.0-or-later
"""The PVH guest after pvh.yml, as the hypervisor, xenstore and the bridge show it."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def modern(domains):
    return domains["modern"]


@pytest.fixture(scope="module")
def read(host, modern):
    return lambda path: host.run("xenstore-read %s", path.replace("DOMID", str(modern["domid"]))).stdout.strip()


def test_it_is_pvh(modern):
    assert modern["config"]["c_info"]["type"] == "pvh"
    assert modern["config"]["b_info"]["max_memkb"] == 160 * 1024


def test_it_uses_its_disk(read):
    assert read("/local/domain/DOMID/device/vbd/51712/state") == "4"
    assert read("/local/domain/0/backend/vbd/DOMID/51712/params") == "/srv/xen/modern.img"


def test_it_uses_its_interface_on_the_bridge(host, modern, read):
    assert read("/local/domain/DOMID/device/vif/0/state") == "4"
    assert read("/local/domain/DOMID/device/vif/0/mac") == "00:16:3e:0a:00:30"
    assert host.file(f"/sys/class/net/xenbr0/brif/vif{modern['domid']}.0").exists
