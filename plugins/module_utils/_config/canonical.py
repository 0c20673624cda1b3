# SPDX-License-Identifier: GPL-3.0-or-later
"""The libxl JSON that ``xl -N create`` of a release prints for a model, made without that xl.

Rows whose value goes to one place as it is are carried over by the table (plain()). What xl computes from several keys,
or writes without being asked, has a function for each subject, here and in the canonical_* modules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.canonical_cpu import write_cpus, write_memory
from ansible_collections.xlops.xen.plugins.module_utils._config.canonical_devices import write_devices
from ansible_collections.xlops.xen.plugins.module_utils._config.canonical_platform import write_platform
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import guest_type
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import Context, Json, inside, plain
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import EVERY_TYPE, HVM
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release

# Objects that libxl writes even when they are empty, the first release that has them, and the guests that do.
SKELETON: tuple[tuple[str, Release, tuple[str, ...]], ...] = (
    ("b_info/sched_params", Release(4, 5), EVERY_TYPE),
    ("b_info/arch_arm", Release(4, 6), EVERY_TYPE),
    ("b_info/arch_arm/arm_sci", Release(4, 21), EVERY_TYPE),
    ("b_info/arch_x86", Release(4, 15), EVERY_TYPE),
    ("b_info/xenstore_quota", Release(4, 22), EVERY_TYPE),
    ("b_info/type.hvm/vga", Release(4, 5), (HVM,)),
    ("b_info/type.hvm/vnc", Release(4, 5), (HVM,)),
    ("b_info/type.hvm/sdl", Release(4, 5), (HVM,)),
    ("b_info/type.hvm/spice", Release(4, 5), (HVM,)),
    ("b_info/type.hvm/rdm", Release(4, 6), (HVM,)),
)

# Keys that have a function of their own, and so are not carried over as they are.
COMPUTED = frozenset(
    (
        *("vcpus", "maxvcpus", "cpus", "cpus_soft", "vnuma", "memory", "maxmem", "shadow_memory", "cpuid"),
        *("init_seclabel", "seclabel", "kernel", "rtc_timeoffset", "mca_caps", "llc_colors", "xenstore_quota"),
        *("viridian", "ms_vm_genid", "smbios", "gfx_passthru", "serial", "usbdevice", "rdm", "arm_sci"),
        *("ioports", "iomem", "dtdev", "e820_host", "max_grant_frames", "max_maptrack_frames", "max_grant_version"),
        *("bootloader_restrict",),
        *(key for key, option in OPTIONS.items() if option.kind == "devices"),
    )
)
PLAIN = tuple(option for key, option in OPTIONS.items() if key not in COMPUTED)


def canonical(model: Mapping[str, Any], release: Release, host: HostFacts | None = None) -> Json:
    """The ``config`` object that xl of the release prints for a model that normalise() gave for it.

    A uuid that the model does not give is left out; the real xl makes a random one. So it does for ms_vm_genid, which
    is sixteen zeros here. json_differences() knows about both.
    """
    facts = host or HostFacts()
    context = Context(min(release, NEWEST), guest_type(model), facts)
    config: Json = {"c_info": {}, "b_info": {}}
    for path, first, guests in SKELETON:
        if first <= context.release and context.guest in guests:
            inside(config, path.split("/"))
    inside(config, ("b_info", f"type.{context.guest}"))
    config["c_info"]["run_hotplug_scripts"] = str(facts.xl_conf.run_hotplug_scripts)
    config["b_info"]["claim_mode"] = str(facts.xl_conf.claim_mode)
    if facts.xl_conf.blkdev_start is not None:
        config["b_info"]["blkdev_start"] = facts.xl_conf.blkdev_start
    plain(config, model, PLAIN, context)
    write_memory(config["b_info"], model, context)
    write_cpus(config["b_info"], model, context)
    write_platform(config, model, context)
    write_devices(config, model, context)
    return config
