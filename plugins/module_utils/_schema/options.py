# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every xl.cfg key the collection knows, in the order in which it is written. To add a key is to add a row."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ansible_collections.xlops.xen.plugins.module_utils._schema.devices import DISK, VIF
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import (
    HVM,
    LIVE,
    PV,
    PVH,
    RECREATE,
    RESTART,
    Choice,
    Option,
    at,
    words,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

ACTIONS = (
    *words("destroy", "restart"),
    Choice("rename-restart", "restart_rename"),
    *words("preserve", "coredump-destroy", "coredump-restart"),
    Choice("soft-reset", first=Release(4, 7)),
)

IDENTITY = (
    Option(
        "name",
        "name",
        "Name of the guest, unique on the host.",
        (at("c_info/name"),),
        required=True,
        impact=LIVE,
    ),
    Option(
        "uuid",
        "uuid",
        "UUID of the guest in its dashed form.",
        (at("c_info/uuid"),),
        default="derived from host and name, so that it survives re-creation",
        impact=RECREATE,
        filled=True,
    ),
    Option(
        "type",
        "choice",
        "Kind of guest: paravirtual, PVH, or fully virtualised.",
        (at("c_info/type"),),
        choices=(Choice(PV), Choice(PVH, first=Release(4, 10)), Choice(HVM)),
        default="C(pv)",
        implied=PV,
        impact=RESTART,
    ),
    Option(
        "pool",
        "text",
        "Name of the cpupool in which the guest runs.",
        (at("c_info/pool_name"),),
        default="C(Pool-0)",
        impact=LIVE,
    ),
)

CPU = (
    Option(
        "vcpus",
        "integer",
        "Virtual CPUs that are online at boot.",
        (at("b_info/avail_vcpus"),),
        default="C(1)",
        minimum=1,
        maximum=4096,
        impact=LIVE,
        limit="maxvcpus",
        filled=True,
    ),
    Option(
        "maxvcpus",
        "integer",
        "Virtual CPUs the guest can ever have.",
        (at("b_info/max_vcpus"),),
        default="I(vcpus)",
        minimum=1,
        maximum=4096,
        filled=True,
    ),
    Option(
        "cpus",
        "cpus",
        "Physical CPUs on which the virtual CPUs may run: one CPU list for all of them such as C(0-3,^1) or C(node:0), "
        "or a list with one CPU list per virtual CPU.",
        (at("b_info/vcpu_hard_affinity"),),
        default="any",
        impact=LIVE,
    ),
    Option(
        "cpus_soft",
        "cpus",
        "Physical CPUs on which the virtual CPUs prefer to run, written as I(cpus).",
        (at("b_info/vcpu_soft_affinity"),),
        default="placed on NUMA nodes by the toolstack",
        impact=LIVE,
    ),
    Option(
        "cpu_weight",
        "integer",
        "Share of CPU time against other guests.",
        (at("b_info/sched_params/weight"),),
        default="C(256)",
        minimum=1,
        maximum=65535,
        silent=-1,
        impact=LIVE,
        filled=True,
    ),
    Option(
        "cap",
        "integer",
        "Upper limit of the CPU time the guest may use, C(100) being one physical CPU; C(0) is no limit.",
        (at("b_info/sched_params/cap"),),
        default="C(0)",
        unit="percent",
        minimum=0,
        maximum=409600,
        silent=-1,
        impact=LIVE,
        filled=True,
    ),
)

MEMORY = (
    Option(
        "memory",
        "mib",
        "Memory with which the guest starts.",
        (at("b_info/target_memkb"),),
        unit="MiB",
        default="C(32)",
        minimum=1,
        maximum=1 << 30,
        impact=LIVE,
        limit="maxmem",
        filled=True,
    ),
    Option(
        "maxmem",
        "mib",
        "Memory to which the guest can ever grow.",
        (at("b_info/max_memkb"),),
        unit="MiB",
        default="I(memory)",
        minimum=1,
        maximum=1 << 30,
        filled=True,
    ),
)

BOOT = (
    Option("kernel", "text", "Kernel on the host that is booted directly.", (at("b_info/kernel"),)),
    Option("ramdisk", "text", "Initial RAM disk on the host, for I(kernel).", (at("b_info/ramdisk"),)),
    Option("cmdline", "text", "Command line of I(kernel).", (at("b_info/cmdline"),)),
    Option(
        "root",
        "text",
        "Root device; joined with I(extra) to I(cmdline) when that is not given.",
        instead="cmdline",
    ),
    Option(
        "extra",
        "text",
        "Further arguments for the kernel; joined with I(root) to I(cmdline) when that is not given.",
        instead="cmdline",
    ),
    Option(
        "bootloader",
        "text",
        "Program on the host that finds the kernel inside the guest's disk, such as C(pygrub).",
        (at("b_info/type.pv/bootloader"), at("b_info/bootloader", Release(4, 10))),
        guests=(PV, PVH),
    ),
    Option(
        "bootloader_args",
        "texts",
        "Arguments for I(bootloader).",
        (at("b_info/type.pv/bootloader_args"), at("b_info/bootloader_args", Release(4, 10))),
        guests=(PV, PVH),
    ),
)

LIFECYCLE = tuple(
    Option(
        key,
        "choice",
        description,
        (at(key, first),),
        choices=ACTIONS,
        default=f"C({implied})",
        implied=implied,
        silent="destroy",
        first=first,
    )
    for key, description, implied, first in (
        ("on_poweroff", "What happens when the guest powers off.", "destroy", Release(4, 5)),
        ("on_reboot", "What happens when the guest reboots.", "restart", Release(4, 5)),
        ("on_watchdog", "What happens when the guest's watchdog fires.", "destroy", Release(4, 5)),
        ("on_crash", "What happens when the guest crashes.", "destroy", Release(4, 5)),
        ("on_soft_reset", "What happens when the guest asks for a soft reset.", "soft-reset", Release(4, 7)),
    )
)

OPTIONS: Mapping[str, Option] = MappingProxyType(
    {option.key: option for option in (*IDENTITY, *CPU, *MEMORY, *BOOT, DISK, VIF, *LIFECYCLE)}
)
