# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a running guest is made anew for a change, and what is said where it is not."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.model import normalise
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import VcpuRow
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import read_declarations
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.renewal import explained, obstacle, way_back
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

BOOT = Difference("cmdline", "a", "b", "next_boot", how="it is set when the domain is made")
OTHER = Difference("uuid", "a", "b", "recreate", how="it makes another domain of the guest")
LIVE = Difference("memory", 1, 2, "live", how="xl mem-set 1 2m")


@pytest.mark.parametrize(
    ("waiting", "engine", "protection", "expected"),
    [
        ([], {"restart": "allowed"}, (), None),
        ([BOOT], {}, (), "restart: allowed would bring it at once"),
        ([BOOT], {"restart": "allowed"}, (), ""),
        ([BOOT], {"restart": "allowed", "state": "present"}, (), "state: present leaves the guest as it runs"),
        ([BOOT], {"restart": "allowed"}, ("restart",), "the guest is protected against restarts"),
        ([BOOT], {"recreate": "allowed"}, (), "restart: allowed would bring it at once"),
        ([BOOT, OTHER], {"restart": "allowed"}, (), "recreate: allowed would make it anew"),
        ([BOOT, OTHER], {"recreate": "allowed"}, ("destroy",), ""),
    ],
)
def test_obstacle(
    waiting: list[Difference], engine: dict[str, Any], protection: tuple[str, ...], expected: Any
) -> None:
    (declaration,) = read_declarations([{"name": "a", "kernel": "/k", **engine}])
    assert obstacle(waiting, declaration, protection) == expected


def test_every_difference_says_what_becomes_of_it() -> None:
    assert explained([LIVE], None) == (LIVE,)
    assert [one.how for one in explained([LIVE, BOOT], "permission would help")] == [
        "xl mem-set 1 2m",
        "it is set when the domain is made; permission would help",
    ]
    assert [one.how for one in explained([LIVE, BOOT], "")] == [
        "the guest is made anew for it",
        "it is set when the domain is made; the guest is made anew for it",
    ]


def running(config: Any, release: str, **tables: Any) -> tuple[Domain, Observation]:
    domain = Domain(7, "a", "u", "-b----", 64, config)
    return domain, Observation(Release.parse(release), facts=HostFacts(max_cpus=8), domains=(domain,), **tables)


def made(release: str, **keys: Any) -> dict[str, Any]:
    model = normalise({"name": "a", "kernel": "/k", "memory": 64, "uuid": "0" * 32, **keys}, Release.parse(release))
    return canonical(model, Release.parse(release), HostFacts(max_cpus=8))


def test_the_way_back_is_to_the_guest_as_it_runs() -> None:
    rows = [VcpuRow("a", 7, 0, 1, "-b-", 0.1, "3", "all"), VcpuRow("a", 7, 1, None, "--p", 0.1, "5", "all")]
    config = made("4.5", vcpus=2, cpus="0-1", pool="Pool-0", cpu_weight=256)
    tables = {"vcpus": {7: rows}, "pools": {0: "Pool-0", 7: "slow"}, "schedules": {7: {"weight": 512}}}
    text, lost = way_back(*running(config, "4.5", **tables))
    lines = text.split("\n")
    for line in ("vcpus = 1", "maxvcpus = 2", 'cpus = [ "3", "5" ]', 'pool = "slow"', "cpu_weight = 512"):
        assert line in lines or line.replace("[ ", "[\n    ").replace(", ", ",\n    ").replace(" ]", ",\n]") in text
    assert lost == []


def test_free_pins_and_the_pool_of_all_are_not_declared_by_the_way_back() -> None:
    rows = [VcpuRow("a", 7, 0, 1, "-b-", 0.1, "all", "all")]
    text, _lost = way_back(*running(made("4.17", vcpus=1), "4.17", vcpus={7: rows}, pools={0: "Pool-0", 7: "Pool-0"}))
    assert "cpus" not in text.replace("vcpus", "")
    assert "pool" not in text


def test_what_no_text_can_say_is_lost_on_the_way_back() -> None:
    config = made("4.17")
    config["c_info"]["xsdata"] = {"vm-data/role": "web"}
    assert way_back(*running(config, "4.17"))[1] == ["c_info.xsdata.vm-data/role"]


@pytest.mark.parametrize("config", [None, {"c_info": {"type": "pv"}, "vkbs": [{"devid": 0}], "vfbs": 1}])
def test_there_may_be_no_way_back(config: Any) -> None:
    with pytest.raises(ConfigError):
        way_back(*running(config, "4.17"))
