# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong between the keys of one guest: each rule looks at a model and says what xl would make of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Callable, NamedTuple, Optional

from ansible_collections.xlops.xen.plugins.module_utils._config.affinity import cpu_set
from ansible_collections.xlops.xen.plugins.module_utils._config.cpuid_policy import policy_in_json
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, WARNING, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, PV
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Model = Mapping[str, Any]


class Objection(NamedTuple):
    severity: str
    key: str
    message: str
    remedy: str


Rule = Callable[[Model, Optional[Release]], Iterator[Objection]]


def objections(model: Model, release: Release | None) -> Iterator[Objection]:
    """Everything the rules say; without a release, only what they say to all releases."""
    for rule in RULES:
        yield from rule(model, release)


def guest_type(model: Model) -> str:
    return str(model.get("type", OPTIONS["type"].implied))


def upper_limits(model: Model, release: Release | None) -> Iterator[Objection]:
    for lower, upper in (("memory", "maxmem"), ("vcpus", "maxvcpus")):
        if lower in model and upper in model and model[upper] < model[lower]:
            yield Objection(
                ERROR, upper, f"{model[upper]} is below {lower}, {model[lower]}", f"raise it to {model[lower]}"
            )


def command_line(model: Model, release: Release | None) -> Iterator[Objection]:
    if "cmdline" in model and ("root" in model or "extra" in model):
        yield Objection(
            ERROR, "cmdline", "it stands beside root or extra, which xl would ignore", "write all of it into cmdline"
        )


def something_to_boot(model: Model, release: Release | None) -> Iterator[Objection]:
    if "kernel" in model and "firmware" in model and guest_type(model) != HVM:
        yield Objection(ERROR, "firmware", "it stands beside kernel, and xl refuses both", "remove one of the two")
    if "firmware" in model and guest_type(model) != HVM and model["firmware"] not in ("pvgrub32", "pvgrub64"):
        yield Objection(
            ERROR,
            "firmware",
            f"{shown(model['firmware'])} is nothing a {guest_type(model)} guest can boot",
            "write pvgrub32 or pvgrub64",
        )
    if guest_type(model) == HVM and str(model.get("kernel", "")).rpartition("/")[2] == "hvmloader":
        yield Objection(
            WARNING, "kernel", "xl takes no hvmloader for the kernel of an HVM guest", "use firmware_override"
        )


def kernel_of_pv(model: Model, release: Release | None) -> Iterator[Objection]:
    """A guest that is only named, to be stopped or removed, needs none: it is examined without a release."""
    sources = ("kernel", "bootloader", "firmware")
    if release is not None and guest_type(model) != HVM and not any(key in model for key in sources):
        yield Objection(
            ERROR, "kernel", f"a {guest_type(model)} guest without one cannot boot", "give kernel or bootloader"
        )


def timer_mode_of_pv(model: Model, release: Release | None) -> Iterator[Objection]:
    if "timer_mode" in model and guest_type(model) == PV and release is not None and release >= Release(4, 10):
        yield Objection(ERROR, "timer_mode", "xl refuses it for pv guests", "remove it")


def affinities(model: Model, release: Release | None) -> Iterator[Objection]:
    for key in ("cpus", "cpus_soft"):
        lists = model.get(key, ())
        for cpu_list in [lists] if isinstance(lists, str) else lists:
            if "node" not in cpu_list and not cpu_set(cpu_list, HostFacts()):
                yield Objection(
                    ERROR, key, f"{shown(cpu_list)} leaves no CPU to run on", "name CPUs before leaving some out"
                )


def disks(model: Model, release: Release | None) -> Iterator[Objection]:
    vdevs = [disk["vdev"] for disk in model.get("disk", ()) if "vdev" in disk]
    for vdev in sorted({vdev for vdev in vdevs if vdevs.count(vdev) > 1}):
        count = vdevs.count(vdev)
        yield Objection(
            ERROR, "disk", f"the device {shown(vdev)} is there {count} times", "give each disk its own vdev"
        )
    for index, disk in enumerate(model.get("disk", ())):
        if not disk.get("target") and disk.get("devtype") != "cdrom":
            yield Objection(ERROR, f"disk[{index}].target", "it is missing", "only a cdrom may be empty")


def channels(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, channel in enumerate(model.get("channel", ())):
        if channel.get("connection") == "socket" and "path" not in channel:
            yield Objection(ERROR, f"channel[{index}].path", "it is missing", "a socket needs one")


def shared_directories(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, share in enumerate(model.get("p9", ())):
        if share.get("type") == "xen_9pfsd":
            continue
        for key in ("tag", "security_model", "path"):
            if key not in share:
                yield Objection(ERROR, f"p9[{index}].{key}", "it is missing", "QEMU needs one")


def pci_devices(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, device in enumerate(model.get("pci", ())):
        if ("bdf" in device) == ("name" in device):
            yield Objection(
                ERROR, f"pci[{index}].bdf", "a device has an address or a name, one of the two", "write bdf"
            )
    defaults = [key for key in ("pci_permissive", "pci_msitranslate", "pci_power_mgmt", "pci_seize") if key in model]
    if defaults and model.get("pci") and release == Release(4, 13):
        for key in defaults:
            sub_key = key[len("pci_") :]
            yield Objection(
                WARNING,
                key,
                "this release reads it after the devices, to no effect",
                f"write {sub_key} for each device",
            )


def keyboards(model: Model, release: Release | None) -> Iterator[Objection]:
    sizes = ("multi_touch_width", "multi_touch_height", "multi_touch_num_contacts")
    for index, keyboard in enumerate(model.get("vkb", ())):
        if keyboard.get("feature_multi_touch") and not any(keyboard.get(key) for key in sizes):
            yield Objection(
                ERROR, f"vkb[{index}].feature_multi_touch", "the touch screen has no size", f"give {', '.join(sizes)}"
            )


def numa_nodes(model: Model, release: Release | None) -> Iterator[Objection]:
    nodes = model.get("vnuma", ())
    if not nodes or not all("size" in node and "vcpus" in node for node in nodes):
        return
    memory, vcpus = sum(node["size"] for node in nodes), vcpus_of_nodes(nodes)
    if vcpus != list(range(len(vcpus))):
        yield Objection(
            ERROR, "vnuma", "the nodes do not have each virtual CPU from 0 on exactly once", "number them from 0 on"
        )
    if model.get("maxmem", memory) != memory:
        yield Objection(
            ERROR, "maxmem", f"{model['maxmem']} is not the sum of the vnuma nodes, {memory}", "correct one of them"
        )
    if model.get("maxvcpus", len(vcpus)) != len(vcpus):
        yield Objection(
            ERROR,
            "maxvcpus",
            f"{model['maxvcpus']} is not what the vnuma nodes have, {len(vcpus)}",
            "correct one of them",
        )
    if model.get("vcpus", 0) > len(vcpus):
        yield Objection(
            ERROR, "vcpus", f"{model['vcpus']} is more than the vnuma nodes have, {len(vcpus)}", "correct one of them"
        )
    for index, node in enumerate(nodes):
        if len(node.get("vdistances", ())) > len(nodes):
            yield Objection(
                ERROR, f"vnuma[{index}].vdistances", "there are more distances than nodes", "give one for each node"
            )


def vcpus_of_nodes(nodes: Iterable[Mapping[str, Any]]) -> list[int]:
    return sorted(vcpu for node in nodes for vcpu in node_vcpus(node["vcpus"]))


def node_vcpus(text: str) -> list[int]:
    """``0-1,4`` of a virtual NUMA node"""
    ranges = [part.partition("-") for part in text.split(",")]
    return [vcpu for low, _dash, high in ranges for vcpu in range(int(low), int(high or low) + 1)]


def reserved_memory(model: Model, release: Release | None) -> Iterator[Objection]:
    """xl up to 4.14 wants both words of rdm, later ones refuse the policy; what they do not like they pass over."""
    rdm = model.get("rdm")
    if rdm is None or release is None:
        return
    if release < Release(4, 15) and "policy" not in rdm:
        yield Objection(WARNING, "rdm", "this release passes over it without a policy", "add policy: strict or relaxed")
    elif release >= Release(4, 15) and "policy" in rdm:
        yield Objection(WARNING, "rdm", "this release passes over it with a policy", "use pci[].rdm_policy instead")


def cpuid_policy(model: Model, release: Release | None) -> Iterator[Objection]:
    if "cpuid" in model and release is not None:
        for fault in policy_in_json(model["cpuid"], release)[1]:
            yield Objection(ERROR, "cpuid", f"{fault}, and xl passes over it", "correct it")


RULES: tuple[Rule, ...] = (
    upper_limits,
    command_line,
    something_to_boot,
    kernel_of_pv,
    timer_mode_of_pv,
    affinities,
    disks,
    channels,
    shared_directories,
    pci_devices,
    keyboards,
    numa_nodes,
    reserved_memory,
    cpuid_policy,
)
