# SPDX-License-Identifier: GPL-3.0-or-later
"""This machine after gone.yml: nothing of the hosts is left, and the inventory says so."""

from __future__ import annotations

import json


def test_no_directory_of_a_host_is_left(lab):
    assert list((lab / "hosts").iterdir()) == []


def test_the_inventory_has_no_host(controller, lab):
    listed = json.loads(controller.check_output(f"ansible-inventory --inventory {lab}/inventory.yml --list"))
    assert listed.get("xen_hosts", {}).get("hosts", []) == []


def test_no_process_has_a_file_of_theirs(controller, lab):
    assert str(lab) not in controller.check_output("ps -A -o args= --no-headers | grep [q]emu-system || true")
