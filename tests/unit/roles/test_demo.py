# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo beside an inventory of real hosts."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
import yaml
from ansible_collections.xlops.xen.tests.unit.roles.plays import ROOT, run

DEMO = ROOT / "playbooks/demo.yml"
HERE = {"ansible_host": "127.0.0.1", "ansible_port": 22022, "xen_lab_reached_at": "127.0.0.1:22022"}


def inventory(tmp_path: pathlib.Path, groups: dict[str, dict[str, Any]]) -> str:
    path = tmp_path / "production.yml"
    path.write_text(json.dumps({group: {"hosts": hosts} for group, hosts in groups.items()}))
    return str(path)


def test_the_demo_leaves_the_hosts_of_an_inventory_alone(tmp_path: pathlib.Path) -> None:
    production = inventory(tmp_path, {"xen_hosts": {"real1": {}}})
    assert "real1" not in run(str(DEMO), "-i", production, "--list-hosts")
    site = str(ROOT / "playbooks/site.yml")
    assert "hosts (1): real1" in run(site, "-i", production, "--list-hosts")
    assert "hosts (0)" in run(site, "-i", production, "--list-hosts", "-e", "xen_site_hosts=localhost,!localhost")


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        (HERE, "failed=0"),
        ({}, "the inventory has it in that group"),
        (HERE | {"ansible_host": "real1.example.org"}, "variables lead to real1.example.org:22022 by ssh"),
        (HERE | {"ansible_ssh_host": "real1.example.org"}, "variables lead to real1.example.org:22022 by ssh"),
        (HERE | {"ansible_connection": "local"}, "variables lead to 127.0.0.1:22022 by local"),
    ],
)
def test_the_demo_refuses_a_host_that_it_did_not_bring_up(
    tmp_path: pathlib.Path, variables: dict[str, Any], says: str
) -> None:
    (check,) = (play for play in yaml.safe_load(DEMO.read_text()) if play["name"].startswith("Nothing but"))
    book = tmp_path / "check.yml"
    book.write_text(json.dumps([check, {"hosts": "xen_demo_hosts", "tasks": [], "gather_facts": False}]))
    assert says in run(str(book), "-i", inventory(tmp_path, {"xen_demo_hosts": {"demo": variables}}))


def test_no_boot_of_the_host_starts_a_guest_that_the_demo_stops() -> None:
    (site,) = (play for play in yaml.safe_load(DEMO.read_text()) if play["name"] == "Xen host and guests")
    guests = [{**site["vars"]["xen_guests_defaults"], **guest} for guest in site["vars"]["xen_guests_domains"]]
    stopped = [guest for guest in guests if guest.get("state") == "stopped"]
    assert [guest["name"] for guest in stopped] == ["spare"]
    assert [guest["autostart"] for guest in stopped] == [False]
