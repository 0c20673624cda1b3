# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A guest as it runs, where xl tells less of it than there is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import VcpuRow
from ansible_collections.xlops.xen.plugins.module_utils._plan.elsewhere import needs_what_was_stored
from ansible_collections.xlops.xen.plugins.module_utils._plan.live_view import as_it_runs, differences, running_view
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

PINNED = {"name": "web1", "vcpus": 1, "cpus": "0-3"}


def seen(release: str, hard: str, online: int = 4, possible: int = 8) -> Observation:
    return Observation(
        Release.parse(release),
        {"nr_cpus": str(online)},
        HostFacts(max_cpus=possible),
        vcpus={3: [VcpuRow("web1", 3, 0, 0, "-b-", 1.0, hard, "all")]},
    )


def config(*cpus: int) -> dict[str, Any]:
    pins = {"vcpu_hard_affinity": [list(cpus)]} if cpus else {}
    return {"c_info": {"type": "pv", "name": "web1"}, "b_info": {"max_vcpus": 1, "avail_vcpus": [0], **pins}}


@pytest.mark.parametrize(
    ("release", "hard", "cpus", "different"),
    [
        ("4.11", "all", (0, 1, 2, 3), False),  # printed of a pin to the four that are online, of eight
        ("4.5", "none", (4, 6), False),  # printed of a pin to those that are online behind a hole
        ("4.5", "0-1", (0, 1), False),
        ("4.5", "all", (0, 1), True),
        ("4.12", "all", (0, 1, 2, 3), True),  # printed of no pin at all
        ("4.12", "0-3", (0, 1, 2, 3), False),
    ],
)
def test_a_pin_is_compared_as_far_as_xl_tells_it(
    release: str, hard: str, cpus: tuple[int, ...], different: bool
) -> None:
    host = seen(release, hard)
    running = as_it_runs(Domain(3, "web1", "u", "-b----", 64, config()), ["cpus"], host)
    assert running is not None
    found = differences(PINNED, config(*cpus), running, host)
    assert ([one.key for one in found] == ["cpus"]) is different


FOREIGN = {"vdev": "xvdb", "pdev_path": "/dev/vg/b", "backend_domname": "storage"}
OWN = {"vdev": "xvda", "pdev_path": "/dev/vg/a"}


@pytest.mark.parametrize(("release", "expected"), [("4.6", ["xvda", "xvdb"]), ("4.7", ["xvda"])])
def test_a_disk_of_a_driver_domain_is_there_where_xl_leaves_it_out(release: str, expected: list[str]) -> None:
    stored = json.dumps({**config(), "disks": [FOREIGN, OWN, {"vdev": "xvdc", "pdev_path": "/gone"}]}) + "\0"
    domain = Domain(3, "web1", "u", "-b----", 64, {**config(), "disks": [OWN]}, stored=stored)
    running = as_it_runs(domain, (), Observation(Release.parse(release)))
    assert running is not None
    assert [disk["vdev"] for disk in running["disks"]] == expected


def test_what_was_stored_is_read_where_it_tells_more() -> None:
    hvm = {"c_info": {"type": "hvm"}}
    assert needs_what_was_stored(hvm, Release(4, 17))
    assert needs_what_was_stored(config(), Release(4, 6))
    assert not needs_what_was_stored(config(), Release(4, 17))
    assert not needs_what_was_stored(None, Release(4, 5))


def test_what_was_stored_and_cannot_be_read_says_nothing() -> None:
    domain = Domain(3, "web1", "u", "-b----", 64, config(), stored="half of {")
    view = running_view(domain, (), Observation(Release(4, 17)))
    assert view is not None
    assert view.stored == {}
