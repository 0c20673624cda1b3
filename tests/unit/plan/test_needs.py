# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a guest needs on the host before it can be created."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import XlConf
from ansible_collections.xlops.xen.plugins.module_utils._plan.needs import Need, boot_fault, needs

PLAIN = XlConf()


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        ({"kernel": "/k", "ramdisk": "/r"}, [Need("file", "kernel", "/k"), Need("file", "ramdisk", "/r")]),
        ({"bootloader": "pygrub"}, [Need("program", "bootloader", "pygrub")]),
        ({"disk": [{"vdev": "xvda", "target": "/d"}]}, [Need("disk", "disk[xvda].target", "/d")]),
        ({"disk": [{"vdev": "xvda", "target": "x", "script": "s"}]}, [Need("script", "disk[xvda].script", "s")]),
        ({"disk": [{"vdev": "xvda", "target": "/d", "backend": "storage"}]}, []),
        (
            {"disk": [{"vdev": "xvda", "target": "/d", "backend": "Domain-0"}]},
            [Need("disk", "disk[xvda].target", "/d")],
        ),
        ({"disk": [{"vdev": "hdc", "devtype": "cdrom"}]}, []),
        ({"vif": [{}]}, [Need("script", "vif[0].script", "vif-bridge"), Need("bridge", "vif[0].bridge", "xenbr0")]),
        (
            {"vif": [{"bridge": "b"}]},
            [Need("script", "vif[0].script", "vif-bridge"), Need("bridge", "vif[0].bridge", "b")],
        ),
        ({"vif": [{"script": "vif-route"}]}, [Need("script", "vif[0].script", "vif-route")]),
        ({"vif": [{"backend": "net"}]}, []),
    ],
)
def test_each_key_asks_for_what_it_names(model: dict[str, Any], wanted: list[Need]) -> None:
    assert list(needs(model, PLAIN)) == wanted


def test_the_settings_of_the_host_count() -> None:
    conf = XlConf(vif_bridge="br7", vif_script="/opt/vif-bridge")
    assert [need.value for need in needs({"vif": [{}]}, conf)] == ["/opt/vif-bridge", "br7"]
    assert list(needs({"vif": [{}]}, XlConf(vif_backend="net"))) == []
    assert [need.value for need in needs({"vif": [{}]}, XlConf(vif_backend="0"))] == ["vif-bridge", "xenbr0"]


@pytest.mark.parametrize(
    ("model", "fine"),
    [
        ({"kernel": "/k"}, True),
        ({"bootloader": "pygrub"}, True),
        ({"type": "pvh", "kernel": "/k"}, True),
        ({"type": "hvm"}, True),
        ({}, False),
        ({"type": "pvh"}, False),
    ],
)
def test_a_guest_needs_something_to_boot(model: dict[str, Any], fine: bool) -> None:
    assert (boot_fault(model) is None) is fine
