# SPDX-License-Identifier: GPL-3.0-or-later
"""What libxl fills in for keys that are not set, where that is the same for every guest; a sub-key as ``disk.colo``.

Not here is what Arm and x86 fill in differently (acpi, trap_unmapped_accesses), and what depends on another key
(altp2m_count).

Only who compares the JSON of two guests needs it: one may have been written before libxl filled it in, one after.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "nomigrate": False,
        "xend_suspend_evtchn_compat": False,
        "vcpus": 1,
        "cpu_weight": 256,
        "cap": 0,
        "memory": 32,
        "rdm_mem_boundary": 2048,
        "bios": "seabios",
        "pvshim": False,
        "disk.colo": False,
        "disk.specification": "xen",
        "disk.trusted": True,
        "p9.type": "qemu",
        "vif.model": "rtl8139",
        "vif.mtu": 1492,
        "vif.trusted": True,
        "usbctrl.type": "auto",
        "usbctrl.version": 2,
        "usbctrl.ports": 8,
        "vnclisten": "127.0.0.1",
        "vncdisplay": 0,
        "vncunused": True,
        "sdl": False,
        "opengl": False,
        "keymap": "en-us",
        "vga": "cirrus",
        "nographic": False,
        "gfx_passthru": False,
        "spice": False,
        "spicedisable_ticketing": False,
        "spiceagent_mouse": True,
        "spicevdagent": False,
        "spice_clipboard_sharing": False,
        "spiceusbredirection": 0,
        "vfb.vnclisten": "127.0.0.1",
        "vfb.vncdisplay": 0,
        "vfb.vncunused": True,
        "vfb.sdl": False,
        "vfb.opengl": False,
        "vfb.keymap": "en-us",
        "usb": False,
        "hap": True,
        "oos": True,
        "pae": True,
        "apic": True,
        "acpi_s3": True,
        "acpi_s4": True,
        "acpi_laptop_slate": False,
        "nx": True,
        "hpet": True,
        "vpt_align": True,
        "hvm_pirq": False,
        "xen_platform_pci": True,
        "xen_platform_pci_bar_uc": True,
        "vkb_device": True,
        "viridian": False,
        "device_model_version": "qemu-xen",
        "device_model_stubdomain_override": False,
        "stubdomain_memory": 28,
        "dm_restrict": False,
        "nestedhvm": False,
        "altp2m": "disabled",
        "altp2mhvm": False,
        "msr_relaxed": False,
        "vpmu": False,
        "timer_mode": "no_delay_for_missed_ticks",
        "localtime": False,
        "rtc_timeoffset": 0,
        "max_event_channels": 1023,
    }
)

# Of these, what a guest is sized by, and the key whose value libxl prefers to its own. Where a running guest has
# something else, somebody asked for it.
SIZES: Mapping[str, str] = MappingProxyType({"memory": "maxmem", "vcpus": ""})
