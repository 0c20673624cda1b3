# SPDX-License-Identifier: GPL-3.0-or-later
"""Canonical JSON of virtual CPUs, memory and NUMA nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config import affinity
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError, Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import KIB_PER_MIB, Context, Json
from ansible_collections.xlops.xen.plugins.module_utils._config.vnuma import node_vcpus
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import MEMKB_DEFAULT, PV
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

COMPUTES_SHADOW_UNTIL = Release(4, 12)
PINNED_TEXT_STOPS_PLACEMENT_UNTIL = Release(4, 11)
MASKS_SINCE = Release(4, 12)
ALWAYS_HAS_A_VCPU_FROM = Release(4, 22)


def write_memory(b_info: Json, model: Mapping[str, Any], context: Context) -> None:
    if "memory" in model:
        b_info["target_memkb"] = model["memory"] * KIB_PER_MIB
    highest = sum(node["size"] for node in model.get("vnuma", ())) or model.get("maxmem", model.get("memory"))
    if highest is not None:
        b_info["max_memkb"] = highest * KIB_PER_MIB


def write_cpus(b_info: Json, model: Mapping[str, Any], context: Context) -> None:
    online = model.get("vcpus", 1 if context.release >= ALWAYS_HAS_A_VCPU_FROM else 0)
    highest = model.get("maxvcpus", online)
    if online:
        b_info["avail_vcpus"] = list(range(online))
    if highest:
        b_info["max_vcpus"] = highest
    _write_affinity(b_info, model, highest, context)
    _write_nodes(b_info, model)
    _write_shadow(b_info, model, context)


def _write_affinity(b_info: Json, model: Mapping[str, Any], max_vcpus: int, context: Context) -> None:
    for key, place in (("cpus", "vcpu_hard_affinity"), ("cpus_soft", "vcpu_soft_affinity")):
        if key not in model:
            continue
        sets = affinity.per_vcpu(model[key], max_vcpus, context.host)
        if sets:
            b_info[place] = sets
        stops_placement = context.release <= PINNED_TEXT_STOPS_PLACEMENT_UNTIL or key == "cpus_soft"
        if isinstance(model[key], list) or stops_placement:
            b_info["numa_placement"] = "False"
    _apply_masks(b_info, max_vcpus, context)


def _apply_masks(b_info: Json, max_vcpus: int, context: Context) -> None:
    """The CPUs that xl.conf leaves to guests; where that is not all of them, guests without pins get them as pins."""
    xl_conf = context.host.xl_conf
    masks = (xl_conf.cpumask, xl_conf.pv_cpumask if context.guest == PV else xl_conf.hvm_cpumask)
    if context.release < MASKS_SINCE or masks == ("all", "all"):
        return
    allowed = set.intersection(*(set(affinity.cpu_set(mask, context.host)) for mask in masks))
    everywhere = affinity.cpu_set("all", context.host)
    pinned = b_info.get("vcpu_hard_affinity") or [everywhere] * max_vcpus
    if pinned:
        b_info["vcpu_hard_affinity"] = [[cpu for cpu in cpus if cpu in allowed] for cpus in pinned]
        if [] in b_info["vcpu_hard_affinity"]:
            message = "it leaves no CPU to run on beside the masks of xl.conf, and xl refuses the file"
            raise ConfigError([Finding(ERROR, message, key="cpus", remedy="name CPUs that xl.conf leaves to guests")])


def _write_nodes(b_info: Json, model: Mapping[str, Any]) -> None:
    nodes = model.get("vnuma")
    if not nodes:
        return
    b_info["vnuma_nodes"] = [_node(node, len(nodes)) for node in nodes]
    if any("pnode" in node for node in nodes):
        b_info["numa_placement"] = "False"


def _node(node: Mapping[str, Any], count: int) -> Json:
    given = node.get("vdistances", [])
    return {
        "memkb": node["size"] * KIB_PER_MIB,
        "distances": given + [0] * (count - len(given)),
        **({"pnode": node["pnode"]} if node.get("pnode") else {}),
        "vcpus": sorted(set(node_vcpus(node["vcpus"]))),
    }


def _write_shadow(b_info: Json, model: Mapping[str, Any], context: Context) -> None:
    if "shadow_memory" in model:
        b_info["shadow_memkb"] = model["shadow_memory"] * KIB_PER_MIB
    elif context.release <= COMPUTES_SHADOW_UNTIL:
        b_info["shadow_memkb"] = computed_shadow(b_info)


def computed_shadow(b_info: Mapping[str, Any]) -> int:
    """KiB that xl up to 4.12 gave all kinds of guests: 1 MiB for each virtual CPU and two pages for each MiB."""
    highest: int = b_info.get("max_memkb", MEMKB_DEFAULT)
    return int(4 * (256 * b_info.get("max_vcpus", 0) + 2 * (highest // KIB_PER_MIB)))
