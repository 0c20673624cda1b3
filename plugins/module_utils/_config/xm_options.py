# SPDX-License-Identifier: GPL-3.0-or-later
"""What xend's xm knew of a guest, as data: every option of Xen 3.0 to 4.4, and what becomes of it.

The facts are those of tools/python/xen/xm/create.py and of xend of these releases. An option of which ``subject`` is
given depends on others, and is converted together with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import (
    CHANGED,
    DROPPED,
    KEPT,
    RENAMED,
)

# What a value is.
FLAG, NUMBER, TEXT, WORD, TEXTS, TEXT_OR_TEXTS = "flag", "number", "text", "word", "texts", "text or texts"


@dataclass(frozen=True)
class XmOption:
    """One option. ``to`` are the keys of xl.cfg that take its place, ``why`` says more where it is not kept as it is.

    ``kind`` says how a value is read. ``emulated`` marks what xm read for HVM guests alone. Dropping one of the
    values in ``harmless`` loses nothing; an empty text was no value to xm, nor is it here.
    """

    key: str
    fate: str
    to: str = ""
    why: str = ""
    kind: str = TEXT
    emulated: bool = False
    harmless: tuple[Any, ...] = ()
    subject: str = ""


def _kept(
    kind: str, *keys: str, emulated: bool = False, why: str = "", harmless: tuple[Any, ...] = ()
) -> list[XmOption]:
    return [XmOption(key, KEPT, key, why, kind, emulated, harmless) for key in keys]


def _dropped(why: str, *keys: str, harmless: tuple[Any, ...] = ()) -> list[XmOption]:
    return [XmOption(key, DROPPED, why=why, harmless=harmless) for key in keys]


def _of(subject: str, fate: str, to: str, why: str, *keys: str) -> list[XmOption]:
    return [XmOption(key, fate, to, why, subject=subject) for key in keys]


IA64 = "Itanium is gone"
OFF = (0, "0", "no")
DEFAULT_ON = (1, "1", "yes")

ROWS: tuple[XmOption, ...] = (
    *_of("identity", KEPT, "name", "without it the name of the file", "name"),
    *_of("identity", RENAMED, "type", "linux and generic are pv", "builder"),
    *_kept(TEXT, "uuid", "pool"),
    *_dropped("xl keeps no descriptions", "description"),
    *_of("memory", KEPT, "memory", "xm took 128 where xl takes 32", "memory"),
    *_kept(NUMBER, "maxmem", "shadow_memory", why="0 was no value", harmless=(0, "0")),
    *_dropped("xl does not share pages between guests", "memory_sharing", harmless=OFF),
    *_of("placement", KEPT, "vcpus", "", "vcpus"),
    *_of("placement", KEPT, "maxvcpus", "", "maxvcpus"),
    *_of("placement", CHANGED, "vcpus, maxvcpus", "xl has no mask; the first ones are online", "vcpu_avail"),
    *_of("placement", KEPT, "cpus", "", "cpus"),
    *_of("placement", CHANGED, "cpus", "it is put before them, as xend did", "cpu"),
    *_kept(NUMBER, "cpu_weight"),
    XmOption("cpu_cap", RENAMED, "cap", kind=NUMBER),
    *_of("boot", KEPT, "kernel", "of HVM guests xm took it for the firmware, where loader was not given", "kernel"),
    *_of("boot", KEPT, "ramdisk", "", "ramdisk"),
    *_of("boot", RENAMED, "firmware_override", "hvmloader xl finds itself", "loader"),
    *_of("boot", KEPT, "bootloader", "a path to pygrub is pygrub: xl finds its own", "bootloader"),
    *_of("boot", RENAMED, "bootloader_args", "", "bootargs"),
    *_dropped("xm passed over it from Xen 3.1 on; say it in bootargs (--entry=)", "bootentry"),
    *_of("command line", RENAMED, "cmdline", "", "root", "extra"),
    *_of(
        *("command line", CHANGED, "cmdline", "as ip= of the kernel's command line"),
        *("ip", "netmask", "gateway", "hostname", "interface", "dhcp"),
    ),
    *_of("command line", CHANGED, "cmdline", "as nfsroot= of the kernel's command line", "nfs_server", "nfs_root"),
    *_dropped("xl gives kernels no list of features", "features"),
    *_of("life cycle", KEPT, "on_poweroff", "", "on_poweroff"),
    *_of("life cycle", KEPT, "on_reboot", "", "on_reboot"),
    *_of("life cycle", KEPT, "on_crash", "xm restarted where xl destroys", "on_crash"),
    *_of("life cycle", CHANGED, "on_poweroff, on_reboot, on_crash", "one word for the three of them", "restart"),
    *_dropped("xm never read it, though its manual named it", "on_shutdown"),
    *_of("start", CHANGED, "autostart", "an option of xl_domains; a link in auto/ to xendomains", "on_xend_start"),
    *_dropped("xendomains decides what happens when the host stops", "on_xend_stop", harmless=("ignore",)),
    *_dropped("xl create -p leaves a guest paused", "paused", harmless=OFF),
    *_dropped("it is for whoever types the command", "quiet", "console_autoconnect", harmless=(*OFF, *DEFAULT_ON)),
    *_of("start", CHANGED, "driver_domain", "", "blkif", "netif", "tpmif"),
    *_dropped("it named the domain that a stub domain serves, which xl does itself", "target", harmless=(0, "0")),
    *_of("disks", KEPT, "disk", "", "disk"),
    *_of("disks", CHANGED, "disk", "as disk hdc", "cdrom"),
    *_dropped(
        "xl has no floppies; device_model_args_hvm can hand one to QEMU (-fda FILE)",
        *("fda", "fdb"),
    ),
    *_of("network", KEPT, "vif", "", "vif"),
    *_of("network", CHANGED, "vif", "an empty one for each that is missing", "nics"),
    *_dropped("Xen 3.0.0 had it for all interfaces; vif has ip", "ipaddr", harmless=([],)),
    *_dropped("the second network channel never came to be", "vif2"),
    *_of("passthrough", KEPT, "pci", "", "pci"),
    *_of("passthrough", KEPT, "pci_msitranslate", "xm took 1 where xl takes 0", "pci_msitranslate"),
    *_kept(FLAG, "pci_power_mgmt", emulated=True),
    *_kept(TEXTS, "ioports"),
    XmOption("irq", RENAMED, "irqs", kind=TEXTS),
    *_of("devices", CHANGED, "vtpm", "", "vtpm"),
    *_of("devices", CHANGED, "usbctrl", "from Xen 4.7 on", "vusb"),
    *_dropped("xl passes no SCSI devices through; give the guest a disk", "vscsi"),
    *_dropped("xl has no ports of the host for it; declare usbdev", "usbport"),
    *_of("devices", CHANGED, "seclabel", "labels of XSM alone; ACM is gone", "access_control"),
    *_dropped("ACM is gone; XSM has seclabel", "ssidref"),
    *_of("display", KEPT, "vfb", "of HVM guests xl reads the keys themselves", "vfb"),
    *_of("display", KEPT, "vnc", "xm had none where xl has one", "vnc"),
    *_of("display", KEPT, "sdl", "", "sdl"),
    *(
        row
        for key in ("vnclisten", "vncdisplay", "vncunused", "vncpasswd", "opengl", "display", "xauthority", "keymap")
        for row in _of("display", KEPT, key, "", key)
    ),
    *_dropped("xl create -V and xl vncviewer open one", "vncviewer", "vncconsole", harmless=(*OFF, *DEFAULT_ON)),
    *_kept(FLAG, "nographic", "gfx_passthru", "usb", emulated=True),
    XmOption("stdvga", RENAMED, "vga", "stdvga or cirrus", FLAG, True, subject="display"),
    *_of("display", KEPT, "videoram", "left out where QEMU would need more", "videoram"),
    *_kept(TEXT_OR_TEXTS, "serial", "usbdevice", emulated=True),
    *_kept(TEXT, "soundhw", "boot", emulated=True),
    *_dropped("xl has no such sound card; soundhw has others", "audio", harmless=OFF),
    *_dropped("xl has no model by that name; vif has model", "ne2000", harmless=OFF),
    *_dropped("device_model_args_hvm can hand one to QEMU (-parallel FILE)", "parallel"),
    *_dropped("device_model_args_hvm can hand one to QEMU (-monitor vc)", "monitor", "monitor_path", harmless=OFF),
    *_of(
        "device model", DROPPED, "", "xl finds its own; stubdom-dm is device_model_stubdomain_override", "device_model"
    ),
    *_kept(FLAG, "pae", "acpi", "apic", "hap", "nestedhvm", "vpt_align", "xen_platform_pci", "oos", emulated=True),
    XmOption("lapic", RENAMED, "apic", kind=FLAG, emulated=True),
    *_kept(FLAG, "viridian", emulated=True),
    *_of("device model", KEPT, "hpet", "xm took 0 where xl takes 1", "hpet"),
    XmOption("timer_mode", KEPT, "timer_mode", "the number becomes its word", WORD, True),
    XmOption("tsc_mode", KEPT, "tsc_mode", "the number becomes its word", WORD),
    *_kept(FLAG, "localtime", "nomigrate"),
    *_kept(NUMBER, "rtc_timeoffset"),
    *_of("devices", KEPT, "cpuid", "hexadecimal registers become bits", "cpuid"),
    *_dropped("xl does not check the host; migrate among hosts that are alike", "cpuid_check"),
    *_dropped("xl has no such card", "isa", harmless=OFF),
    *_dropped("xl shows guests no battery", "xen_extended_power_mgmt", harmless=OFF),
    *_dropped("xl gives superpages where it can", "superpages", harmless=(*OFF, *DEFAULT_ON)),
    *_dropped("xl has nothing of tboot", "s3_integrity", harmless=(*OFF, *DEFAULT_ON)),
    *_dropped("xl does not limit the addresses of a guest's memory", "machine_address_size"),
    *_dropped("it is an option of the hypervisor no more", "suppress_spurious_page_faults", harmless=OFF),
    *_dropped("QEMU's snapshots are no key of xl", "snapshot", harmless=OFF),
    *_dropped(IA64, "guest_os_type", harmless=("default",)),
    *_dropped(IA64, "vhpt", harmless=(0, "0")),
)

XM_OPTIONS: Mapping[str, XmOption] = MappingProxyType({row.key: row for row in ROWS})
