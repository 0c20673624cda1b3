# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices as a recorded listing of xenstore shows them, and as a hostile one might."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._plan.backends import read_backends
from hypothesis import given
from hypothesis import strategies as st

RECORDING = Path(__file__).resolve().parent.parent / "data/4.17/xenstore-ls.txt"


def test_a_recorded_listing() -> None:
    assert read_backends(RECORDING.read_text()) == {
        2: [
            {"kind": "console", "devid": 0, "backend_domid": 0, "state": "initialising"},
            {
                "kind": "vbd",
                "devid": 51712,
                "backend_domid": 0,
                "state": "waiting",
                "dev": "xvda",
                "mode": "w",
                "params": "/root/guest/d.img",
                "script": "/etc/xen/scripts/block",
                "hotplug": "connected",
            },
            {
                "kind": "vif",
                "devid": 0,
                "backend_domid": 0,
                "state": "waiting",
                "bridge": "xenbr0",
                "mac": "00:16:3e:00:00:01",
                "script": "/etc/xen/scripts/vif-bridge",
                "hotplug": "connected",
            },
        ]
    }


@given(st.text())
def test_no_text_does_any_harm(text: str) -> None:
    for devices in read_backends(f'/local/domain/0/backend/vbd/1/2/params = "{text}"').values():
        assert all(len(str(value)) <= 1024 for device in devices for value in device.values())
