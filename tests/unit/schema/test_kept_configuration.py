# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bundle of configuration has: every file that the roles of a host write, and what its page says."""

from __future__ import annotations

import pathlib
import re

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config import ifupdown_files
from ansible_collections.xlops.xen.plugins.module_utils._config.network_forwarding import NFT_PATH, SYSCTL_PATH
from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import read_network
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_files import RENDER
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_units import NAT_SERVICE, unit_texts
from ansible_collections.xlops.xen.plugins.module_utils._schema.kept_configuration import PATTERNS, afterwards, belongs

ROOT = pathlib.Path(__file__).resolve().parents[3]
ROLE = ROOT / "roles/xen_host"


def test_the_page_names_every_pattern() -> None:
    page = (ROOT / "docs/hygiene.md").read_text()
    listed = page.split("test_kept_configuration.py compares -->")[1].split("\nNot in it")[0]
    assert set(re.findall(r"`(etc/[^`]+)`", listed)) == {*PATTERNS, "etc/xen/scripts"}


def test_what_the_role_writes_is_kept() -> None:
    texts = [path.read_text() for path in (*ROLE.glob("tasks/*.yml"), *ROLE.glob("vars/*.yml"))]
    found = {name for text in texts for name in re.findall(r"(?:dest|file|sysctl_file): /(etc/[^\s,}]+)", text)}
    assert len(found) > 6
    assert [name for name in sorted(found) if not belongs(name)] == []


def test_what_the_network_is_described_by_is_kept() -> None:
    links = {"bonds": [{"name": "bond0", "ports": ["eth0"]}], "vlans": [{"name": "v7", "parent": "bond0", "id": 7}]}
    bridges = [{"name": "xenbr0", "ports": ["v7"]}, {"name": "inside", "isolated": True, "forward": "nat"}]
    network = read_network({**links, "bridges": bridges})
    files = [path for render, *_rest in RENDER.values() for path in render(network, {})]
    units = [*unit_texts("/usr/bin/sh", "/state", 120), NAT_SERVICE]
    paths = [*files, SYSCTL_PATH, NFT_PATH, ifupdown_files.MAIN, *(f"/etc/systemd/system/{name}" for name in units)]
    paths += [f"/etc/systemd/system/multi-user.target.wants/{name}" for name in units]
    assert [path for path in paths if not belongs(path.lstrip("/"))] == []


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_sentence_says_what_a_file_waits_for(pattern: str) -> None:
    told = afterwards([pattern.replace("*", "x")])
    assert len(told) <= 1 and all(re.match(r"[\w -]+: \S", one) for one in told)
