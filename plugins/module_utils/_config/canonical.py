# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The libxl JSON that ``xl -N create`` of a release prints for a model, made without that xl.

Rows whose value goes to one place as it is are carried over by the table (plain()); what xl computes from several keys,
or writes without being asked, is below, one function for each subject.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config import affinity
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts, XlConf
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import NOTHING, to_json
from ansible_collections.xlops.xen.plugins.module_utils._config.vif_rate import rate_in_json
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release

Json = dict[str, Any]

# Objects that libxl writes even when they are empty, and the first release that has them.
SKELETON: tuple[tuple[str, Release], ...] = (
    ("b_info/sched_params", Release(4, 5)),
    ("b_info/arch_arm", Release(4, 6)),
    ("b_info/arch_arm/arm_sci", Release(4, 21)),
    ("b_info/arch_x86", Release(4, 15)),
    ("b_info/xenstore_quota", Release(4, 22)),
)
HVM_SKELETON: tuple[tuple[str, Release], ...] = (
    ("b_info/type.hvm/vga", Release(4, 5)),
    ("b_info/type.hvm/vnc", Release(4, 5)),
    ("b_info/type.hvm/sdl", Release(4, 5)),
    ("b_info/type.hvm/spice", Release(4, 5)),
    ("b_info/type.hvm/rdm", Release(4, 6)),
)

# Keys that have a function of their own below.
COMPUTED = ("vcpus", "maxvcpus", "cpus", "cpus_soft", "memory", "maxmem", "disk", "vif")

MEMKB_DEFAULT = 2**64 - 1
COMPUTES_SHADOW_UNTIL = Release(4, 12)
PINNED_TEXT_STOPS_PLACEMENT_UNTIL = Release(4, 11)
ALWAYS_HAS_A_VCPU_FROM = Release(4, 22)


def canonical(model: Mapping[str, Any], release: Release, host: HostFacts | None = None) -> Json:
    """The ``config`` object that xl of the release prints for a model that normalise() gave for it.

    A uuid that the model does not give is left out; the real xl makes a random one.
    """
    facts = host or HostFacts()
    known = min(release, NEWEST)
    config: Json = {"c_info": {}, "b_info": {}}
    for path, first in SKELETON + (HVM_SKELETON if model.get("type") == HVM else ()):
        if first <= known:
            _object(config, path.split("/"))
    _object(config, ("b_info", f"type.{model.get('type', OPTIONS['type'].implied)}"))
    config["c_info"]["run_hotplug_scripts"] = str(facts.xl_conf.run_hotplug_scripts)
    config["b_info"]["claim_mode"] = str(facts.xl_conf.claim_mode)
    if facts.xl_conf.blkdev_start is not None:
        config["b_info"]["blkdev_start"] = facts.xl_conf.blkdev_start
    plain(config, model, tuple(OPTIONS.values()), known)
    _cpus(config["b_info"], model, known, facts)
    _memory(config["b_info"], model, known)
    _devices(config, model, known, facts)
    return config


def plain(target: Json, values: Mapping[str, Any], options: Sequence[Option], release: Release) -> None:
    """Carry each value to the place its row names."""
    for option in options:
        value = values.get(option.key, option.implied)
        place = option.place(release)
        if value is None or place is None or option.key in COMPUTED or not option.known_to(release):
            continue
        rendered = to_json(value, option)
        if rendered is not NOTHING:
            _object(target, place.path[:-1])[place.path[-1]] = rendered


def _object(target: Json, path: Sequence[str]) -> Json:
    for step in path:
        target = target.setdefault(step, {})
    return target


def _cpus(b_info: Json, model: Mapping[str, Any], release: Release, host: HostFacts) -> None:
    online = model.get("vcpus", 1 if release >= ALWAYS_HAS_A_VCPU_FROM else 0)
    highest = model.get("maxvcpus", online)
    if online:
        b_info["avail_vcpus"] = list(range(online))
    if highest:
        b_info["max_vcpus"] = highest
    for key, place in (("cpus", "vcpu_hard_affinity"), ("cpus_soft", "vcpu_soft_affinity")):
        if key not in model:
            continue
        sets = affinity.per_vcpu(model[key], highest, host)
        if sets:
            b_info[place] = sets
        if isinstance(model[key], list) or key == "cpus_soft" or release <= PINNED_TEXT_STOPS_PLACEMENT_UNTIL:
            b_info["numa_placement"] = "False"


def _memory(b_info: Json, model: Mapping[str, Any], release: Release) -> None:
    if "memory" in model:
        b_info["target_memkb"] = model["memory"] * 1024
    if "maxmem" in model or "memory" in model:
        b_info["max_memkb"] = model.get("maxmem", model.get("memory")) * 1024
    if release <= COMPUTES_SHADOW_UNTIL:
        highest = b_info.get("max_memkb", MEMKB_DEFAULT)
        b_info["shadow_memkb"] = 4 * (256 * b_info.get("max_vcpus", 0) + 2 * (highest // 1024))


def _devices(config: Json, model: Mapping[str, Any], release: Release, host: HostFacts) -> None:
    if model.get("disk"):
        config["disks"] = [_disk(disk, release) for disk in model["disk"]]
    if model.get("vif"):
        config["nics"] = [_nic(vif, index, release, host.xl_conf) for index, vif in enumerate(model["vif"])]


def _disk(disk: Mapping[str, Any], release: Release) -> Json:
    cdrom = disk.get("devtype") == "cdrom"
    empty = cdrom and not disk.get("target")
    forced = ({"access": "ro"} if cdrom else {}) | ({"format": "empty"} if empty else {})
    written: Json = {"removable": 1} if cdrom else {}
    plain(written, {**disk, **forced}, OPTIONS["disk"].fields, release)
    return written


def _nic(vif: Mapping[str, Any], index: int, release: Release, xl_conf: XlConf) -> Json:
    from_host = {
        "bridge": xl_conf.vif_bridge,
        "script": xl_conf.vif_script,
        "gatewaydev": xl_conf.vif_gatewaydev,
        "backend": xl_conf.vif_backend,
    }
    defaults: Json = {"devid": index, **{key: value for key, value in from_host.items() if value is not None}}
    values = {**defaults, **vif}
    rate: list[int] = rate_in_json(values.pop("rate")) if "rate" in values else []
    written: Json = {"devid": values["devid"]} if release < Release(4, 9) else {}
    plain(written, values, OPTIONS["vif"].fields, release)
    return {**written, **dict(zip(("rate_bytes_per_interval", "rate_interval_usecs"), rate))}
