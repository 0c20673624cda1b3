# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of a guest as a whole: memory, CPUs, what it boots."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.xlops.xen.plugins.module_utils._config.affinity import cpu_set
from ansible_collections.xlops.xen.plugins.module_utils._config.checks import Check, Model, Objection
from ansible_collections.xlops.xen.plugins.module_utils._config.cpuid_policy import policy_in_json
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import guest_type
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.vnuma import vcpus_of_nodes
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_on_wrong import NO_CPU, NOT_CREATED, REFUSES, xl_on
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, PV, PVH
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

SEDF_UNTIL = Release(4, 5)
ALTP2M_SINCE = Release(4, 9)
PVRDTSCP_GONE = Release(4, 12)
TIMER_MODE_REFUSED = Release(4, 10)
DIRECT_BOOT_CHECKED = Release(4, 6)
NESTING_NEEDS_HAP = Release(4, 14)
ALTP2M_NEEDS_HAP = Release(4, 20)  # before, libxl sets it when the guest is there, of all that are not PV
ALTP2M_COUNTED = Release(4, 21)
ACPI_OF_ARM_SINCE = Release(4, 8)
POPULATES_FOR_IOMMU = Release(4, 14)

MOST_VCPUS = 128  # of a guest that is not PV
MOST_ONLINE = 1024  # of any guest: libxl takes no more than 128 bytes of bits (libxl_create.c of 4.5.0 and 4.22.0)
NEWEST_GRANT_VERSION = 2
MOST_ALTP2M = 512  # entries of a page, which holds the list of them
TRACE_BUFFER_KIB = (4, 64 << 10)  # the smallest and the largest, of all powers of two; libxl rounds up to pages of 4
OLD_PYGRUB = "/usr/bin/pygrub"

PVGRUB = ("pvgrub32", "pvgrub64")
SAME_MEMORY = "make memory and maxmem the same"
PASSES_THROUGH = ("enabled", "sync_pt", "share_pt")


def upper_limits(model: Model, release: Release | None) -> Iterator[Objection]:
    for lower, upper in (("memory", "maxmem"), ("vcpus", "maxvcpus")):
        if lower in model and upper in model and model[upper] < model[lower]:
            message = f"{model[upper]} is below {lower}, {model[lower]}"
            yield Objection("upper-limit", upper, message, f"raise it to {model[lower]}")


def command_line(model: Model, release: Release | None) -> Iterator[Objection]:
    if "cmdline" in model and ("root" in model or "extra" in model):
        message = "it stands beside root or extra, which xl would ignore"
        yield Objection("command-line-twice", "cmdline", message, "write all of it into cmdline")


def firmware_of_pv(model: Model, release: Release | None) -> Iterator[Objection]:
    if guest_type(model) == HVM or "firmware" not in model:
        return
    if "kernel" in model:
        message = "it stands beside kernel, and xl refuses both"
        yield Objection("kernel-and-firmware", "firmware", message, "remove one of the two")
    if model["firmware"] not in PVGRUB:
        message = f"{shown(model['firmware'])} is nothing a {guest_type(model)} guest can boot"
        yield Objection("firmware-of-pv", "firmware", message, f"write {' or '.join(PVGRUB)}")


def hvmloader_as_kernel(model: Model, release: Release | None) -> Iterator[Objection]:
    if guest_type(model) == HVM and _names_hvmloader(model):
        message = "xl takes no hvmloader for the kernel of an HVM guest"
        yield Objection("hvmloader-as-kernel", "kernel", message, "use firmware_override")


def _names_hvmloader(model: Model) -> bool:
    return str(model.get("kernel", "")).rpartition("/")[2] == "hvmloader"


def something_to_boot(model: Model, release: Release | None) -> Iterator[Objection]:
    """A guest that is only named, to be stopped or removed, needs none: it is examined without a release."""
    sources = ("kernel", "bootloader", "firmware")
    if release is not None and guest_type(model) != HVM and not any(key in model for key in sources):
        message = f"a {guest_type(model)} guest without one cannot boot"
        yield Objection("nothing-to-boot", "kernel", message, "give kernel or bootloader")


def bootloader(model: Model, release: Release | None) -> Iterator[Objection]:
    if guest_type(model) == HVM or "bootloader" not in model:
        return
    if release is not None and not model.get("disk"):
        message = f"it has no disk to look into, and {NOT_CREATED}"
        yield Objection("bootloader-without-disk", "bootloader", message, "give disk, or kernel", absent=("disk",))
    if model["bootloader"] == OLD_PYGRUB:
        yield Objection(
            "deprecated",
            "bootloader",
            "the path is deprecated, and xl warns about it when the guest is created",
            "write pygrub",
        )


def direct_boot_of_hvm(model: Model, release: Release | None) -> Iterator[Objection]:
    given = [key for key in ("ramdisk", "cmdline", "root", "extra") if key in model]
    kernel = "kernel" in model and not _names_hvmloader(model)
    if guest_type(model) == HVM and given and not kernel and release is not None and release >= DIRECT_BOOT_CHECKED:
        message = "an HVM guest without kernel is not created with it"
        yield Objection("direct-boot", given[0], message, "give kernel, or remove it")


def timer_mode_of_pv(model: Model, release: Release | None) -> Iterator[Objection]:
    if "timer_mode" in model and guest_type(model) == PV and release is not None and release >= TIMER_MODE_REFUSED:
        yield Objection("timer-mode-of-pv", "timer_mode", "xl refuses it for pv guests", "remove it")


def affinities(model: Model, release: Release | None) -> Iterator[Objection]:
    for key in ("cpus", "cpus_soft"):
        lists = model.get(key, ())
        for cpu_list in [lists] if isinstance(lists, str) else lists:
            if "node" not in cpu_list and not cpu_set(cpu_list, HostFacts()):
                message = f"{shown(cpu_list)} leaves no CPU to run on, and {xl_on(NO_CPU, key, release)}"
                remedy = "name CPUs before leaving some out" if "^" in cpu_list else "name CPUs that the host has"
                yield Objection("no-cpu", key, message, remedy)


def most_vcpus(model: Model, release: Release | None) -> Iterator[Objection]:
    key = "maxvcpus" if model.get("maxvcpus", 0) > MOST_VCPUS else "vcpus"
    if guest_type(model) != PV and model.get(key, 0) > MOST_VCPUS:
        message = f"{model[key]} are more than the {MOST_VCPUS} of {guest_type(model)} guests, and {NOT_CREATED}"
        yield Objection("most-vcpus", key, message, f"write {MOST_VCPUS} or less")


def most_online(model: Model, release: Release | None) -> Iterator[Objection]:
    if guest_type(model) == PV and model.get("vcpus", 0) > MOST_ONLINE:
        message = f"{model['vcpus']} are more than the {MOST_ONLINE} that libxl can bring up, and {NOT_CREATED}"
        yield Objection("most-vcpus", "vcpus", message, f"write {MOST_ONLINE} or less")


def cap_of_vcpus(model: Model, release: Release | None) -> Iterator[Objection]:
    nodes = [node for node in model.get("vnuma", ()) if "vcpus" in node]
    vcpus = max(model.get("vcpus", 1), model.get("maxvcpus", 1), len(vcpus_of_nodes(nodes)))
    if release is not None and model.get("cap", 0) > 100 * vcpus:
        message = f"{model['cap']} is more than 100 for each virtual CPU, of which there are {vcpus}"
        message += ", and a scheduler that has caps does not take it"
        absent = ("vcpus", "maxvcpus", "vnuma")
        yield Objection("cap-of-vcpus", "cap", message, f"write {100 * vcpus} or less", absent=absent)


def numa_nodes(model: Model, release: Release | None) -> Iterator[Objection]:
    nodes = model.get("vnuma", ())
    if guest_type(model) == PV and nodes:
        message = f"pv guests have no NUMA nodes, and {NOT_CREATED}"
        yield Objection("vnuma", "vnuma", message, "remove it")
    if not nodes or not all("size" in node and "vcpus" in node for node in nodes):
        return
    memory, vcpus = sum(node["size"] for node in nodes), vcpus_of_nodes(nodes)
    if vcpus != list(range(len(vcpus))):
        message = f"the nodes do not have each virtual CPU from 0 on exactly once, and {NOT_CREATED}"
        yield Objection("vnuma", "vnuma", message, "number them from 0 on")
    if model.get("maxmem", memory) != memory:
        message = f"{model['maxmem']} is not the sum of the vnuma nodes, {memory}, and {REFUSES}"
        yield Objection("vnuma", "maxmem", message, "correct one of them")
    if model.get("memory", memory) > memory:
        message = f"{model['memory']} is more than the vnuma nodes have, {memory}, and {NOT_CREATED}"
        yield Objection("vnuma", "memory", message, "correct one of them")
    if model.get("maxvcpus", len(vcpus)) != len(vcpus):
        message = f"{model['maxvcpus']} is not what the vnuma nodes have, {len(vcpus)}, and {REFUSES}"
        yield Objection("vnuma", "maxvcpus", message, "correct one of them")
    if model.get("vcpus", 0) > len(vcpus):
        message = f"{model['vcpus']} is more than the vnuma nodes have, {len(vcpus)}, and {REFUSES}"
        yield Objection("vnuma", "vcpus", message, "correct one of them")
    for index, node in enumerate(nodes):
        if len(node.get("vdistances", ())) > len(nodes):
            message = "there are more distances than nodes, and xl writes beyond its memory"
            yield Objection("vnuma", f"vnuma[{index}].vdistances", message, "give one for each node")


def populate_on_demand(model: Model, release: Release | None) -> Iterator[Objection]:
    """A guest that is not PV and starts below its maxmem, or what its nodes have: incompatible with much."""
    highest = sum(node.get("size", 0) for node in model.get("vnuma", ())) or model.get("maxmem", 0)
    if guest_type(model) == PV or highest <= model.get("memory", highest):
        return
    for key in ("pci", "dtdev", "vnuma", *_altp2m(model), *_iommu(model, release)):
        if model.get(key):
            message = "it does not go together with a maxmem above memory"
            yield Objection("populate-on-demand", key, message, SAME_MEMORY)


def _altp2m(model: Model) -> list[str]:
    """The key by which the guest has alternative views of its memory, if it has them."""
    by_older_key = guest_type(model) == HVM and bool(model.get("altp2mhvm"))
    return ["altp2mhvm"] * by_older_key or ["altp2m"] * (model.get("altp2m", "disabled") != "disabled")


def _iommu(model: Model, release: Release | None) -> list[str]:
    """The key by which the guest is ready for devices, where it has none yet: only the last 4.14 looks at it, and later
    ones do (libxl_create.c of 4.14.6, 4.17.5, 4.21.2).
    """
    looked_at = release is not None and release >= POPULATES_FOR_IOMMU
    return ["passthrough"] * (looked_at and model.get("passthrough") in PASSES_THROUGH)


def nested_virtualisation(model: Model, release: Release | None) -> Iterator[Objection]:
    if guest_type(model) != PV and model.get("nestedhvm") and _altp2m(model):
        message = f"a guest with {_altp2m(model)[0]} is not created with it"
        yield Objection("nested-and-altp2m", "nestedhvm", message, "remove one of the two")


def nested_paging(model: Model, release: Release | None) -> Iterator[Objection]:
    refused = release is not None and release >= NESTING_NEEDS_HAP
    if refused and guest_type(model) != PV and model.get("nestedhvm") and model.get("hap") is False:
        yield Objection("nested-without-hap", "nestedhvm", f"without hap {NOT_CREATED}", "remove one of the two")


def views_of_memory(model: Model, release: Release | None) -> Iterator[Objection]:
    """Xen looks at it when it makes a guest, of whatever type (arch_sanitise_domain_config() of 4.20.4 and 4.21.2)."""
    if release is None or release < ALTP2M_NEEDS_HAP:
        return
    without = "pv guests have no hap" if guest_type(model) == PV else "there is no hap"
    if guest_type(model) == PV or model.get("hap") is False:
        for key in _altp2m(model):
            yield Objection("altp2m-without-hap", key, f"{without}, and {NOT_CREATED} with it", "remove it")


def count_of_views(model: Model, release: Release | None) -> Iterator[Objection]:
    """libxl has a count of its own for HVM guests alone (libxl_create.c of 4.21.2), and Xen wants one that fits."""
    if release is None or release < ALTP2M_COUNTED:
        return
    key, count = next(iter(_altp2m(model)), None), model.get("altp2m_count")
    wrong, remedy = "", f"write 1 to {MOST_ALTP2M}"
    if key is None:
        wrong = f"{count} views are counted without altp2m" if count else ""
        remedy = "give altp2m, or remove it"
    elif count is None:
        wrong = f"{PVH} guests have as many views as are counted" if guest_type(model) == PVH else ""
        remedy = "give altp2m_count, such as 10"
    elif not 1 <= count <= MOST_ALTP2M:
        wrong = f"{count} is {'above' if count else 'below'} what {key} can have"
    if wrong:
        place = "altp2m_count" if count is not None else key or ""
        absent = ("altp2m", "altp2mhvm", "altp2m_count")
        yield Objection("altp2m-count", place, f"{wrong}, and {NOT_CREATED}", remedy, absent=absent)


def grants(model: Model, release: Release | None) -> Iterator[Objection]:
    """The least that Xen makes a grant table of (grant_table_init() of 4.10.4, 4.17.5 and 4.21.2)."""
    version = model.get("max_grant_version", NEWEST_GRANT_VERSION)
    if not 1 <= version <= NEWEST_GRANT_VERSION:
        message = f"there is no version {version}, and {NOT_CREATED}"
        yield Objection("grant-version", "max_grant_version", message, f"write 1 or {NEWEST_GRANT_VERSION}")
    if model.get("max_grant_frames") == 0:
        message = f"a guest has at least one frame, and {NOT_CREATED} with 0"
        yield Objection("grant-frames", "max_grant_frames", message, "write 1 or more, or leave it out")


def trace_buffer(model: Model, release: Release | None) -> Iterator[Objection]:
    size = model.get("vmtrace_buf_kb", 0)
    pages, (least, most) = -(-size // 4) * 4, TRACE_BUFFER_KIB
    if size and guest_type(model) == PV:
        message = f"pv guests are not traced, and {NOT_CREATED}"
        yield Objection("trace-buffer", "vmtrace_buf_kb", message, "remove it")
    elif size and (not least <= pages <= most or pages & (pages - 1)):
        message = f"{size} KiB are no power of two from {least} to {most}, and {NOT_CREATED}"
        yield Objection("trace-buffer", "vmtrace_buf_kb", message, "write one such as 64")


def acpi_of_arm(model: Model, release: Release | None) -> Iterator[Objection]:
    """From 4.8 on libxl_arm.c asks for it, whatever type the guest has; PVH guests of x86 have their tables anyway."""
    if "acpi" in model and guest_type(model) != HVM and release is not None and release < ACPI_OF_ARM_SINCE:
        message = f"it has no effect on {guest_type(model)} guests of this release"
        yield Objection("no-effect", "acpi", message, f"it is for {HVM} guests")


def hardware_paging_of_old_pvh(model: Model, release: Release | None) -> Iterator[Objection]:
    if model.get("pvh") and model.get("hap") is False:
        yield Objection("pvh-without-hap", "hap", "a guest with pvh is not created without it", "remove it")


def cpuid_policy(model: Model, release: Release | None) -> Iterator[Objection]:
    if "cpuid" in model and release is not None:
        for fault in policy_in_json(model["cpuid"], release)[1]:
            yield Objection("cpuid", "cpuid", f"{fault}, and xl passes over it", "correct it")


def gone_scheduler(model: Model, release: Release | None) -> Iterator[Objection]:
    if release is not None and release > SEDF_UNTIL:
        for key in ("slice", "latency", "extratime"):
            if key in model:
                message = "the scheduler it is for went away after Xen 4.5, and xl reads it to no effect"
                yield Objection("scheduler-gone", key, message, "remove it")


def gone_time_mode(model: Model, release: Release | None) -> Iterator[Objection]:
    if release is not None and release >= PVRDTSCP_GONE and model.get("tsc_mode") == "native_paravirt":
        message = "native_paravirt went away with Xen 4.12, and the guest is not created with it"
        yield Objection("tsc-mode-gone", "tsc_mode", message, "write default")


def superseded(model: Model, release: Release | None) -> Iterator[Objection]:
    if release is not None and release >= ALTP2M_SINCE and "altp2mhvm" in model:
        yield Objection("deprecated", "altp2mhvm", "it is deprecated, and xl warns about it", "write altp2m: mixed")


CHECKS: tuple[Check, ...] = (
    upper_limits,
    command_line,
    firmware_of_pv,
    hvmloader_as_kernel,
    something_to_boot,
    bootloader,
    direct_boot_of_hvm,
    timer_mode_of_pv,
    affinities,
    most_vcpus,
    most_online,
    cap_of_vcpus,
    numa_nodes,
    populate_on_demand,
    nested_virtualisation,
    nested_paging,
    views_of_memory,
    count_of_views,
    grants,
    trace_buffer,
    acpi_of_arm,
    hardware_paging_of_old_pvh,
    cpuid_policy,
    gone_scheduler,
    gone_time_mode,
    superseded,
)
