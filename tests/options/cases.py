# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For every option and type of guest a guest that has it, with values that a small emulated host can give.

A case is what the guest has beside what every guest of its type has. An option without a row is given what it can be: a
flag both, a choice each of its words on the first type of guest that has it, and the last of them on others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import guest_type
from ansible_collections.xlops.xen.plugins.module_utils._config.model import examine
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import CURRENT, HVM, PV, PVH, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Guest = dict[str, Any]

GUESTS = "/srv/xen-lab/guests"
# What real_host.py puts there.
PLACE = "/srv/xen-options"
IMAGE, OTHER_IMAGE, MEDIUM = f"{PLACE}/disk.img", f"{PLACE}/disk.qcow2", f"{PLACE}/medium.iso"
TABLE, BOOTLOADER, KERNEL = f"{PLACE}/table", f"{PLACE}/bootloader", f"{PLACE}/kernel"

DISK = {"vdev": "xvda", "target": IMAGE, "format": "raw", "access": "rw"}
VNC = {"vnc": True, "vnclisten": "127.0.0.1"}
SPICE = {"spice": True, "spicehost": "127.0.0.1", "spiceport": 6000, "spicedisable_ticketing": True}
SDL = {"sdl": True, "vnc": False}
BOOTS = {"kernel": KERNEL, "ramdisk": f"{GUESTS}/linux-initrd"}
LOADED = {"bootloader": BOOTLOADER, "kernel": None, "disk": [DISK]}
MEMORY = 32

# None takes the key away from what every guest of the type has.
EVERY_GUEST: Mapping[str, Guest] = {
    PV: {"type": PV, "kernel": f"{GUESTS}/tiny", "memory": MEMORY},
    PVH: {"type": PVH, "kernel": f"{GUESTS}/tiny", "memory": MEMORY},
    HVM: {"type": HVM, "memory": MEMORY, "vga": "none", "videoram": 0, "vnc": False},
}

# Why there is no guest with it on such a host: it would take the host's own devices from it, or there are none to take.
UNTRIED: Mapping[str, str] = {
    "pci": "the emulated host has no IOMMU, and needs the devices that it has",
    "usbdev": "the emulated host has no USB device to give away",
    "vtpm": "a domain with vtpmmgr would have to serve it",
    "dtdev": "the emulated host has no IOMMU",
    **dict.fromkeys(
        ("device_tree", "gic_version", "vuart", "tee", "nr_spis", "sve", "arm_sci", "force_assign_without_iommu"),
        "for Arm",
    ),
    "gfx_passthru": "the emulated host has no graphics card",
    **dict.fromkeys(("pci_permissive", "pci_msitranslate", "pci_seize", "pci_power_mgmt"), "counts with pci alone"),
    **dict.fromkeys(("root", "extra"), "the model says it with cmdline"),
}

CASES: Mapping[str, Sequence[Guest]] = {
    "uuid": [{"uuid": "6b4d0d1e-51f5-4f0e-9a51-0000000000{number:02x}"}],
    "pool": [{"pool": "Pool-0"}],
    "init_seclabel": [{"init_seclabel": "system_u:system_r:domU_t"}],
    "seclabel": [{"seclabel": "system_u:system_r:domU_t"}],
    "passthrough": [{"passthrough": "disabled"}],
    "vcpus": [{"vcpus": 2}],
    "maxvcpus": [{"maxvcpus": 2}],
    "cpus": [{"cpus": "0"}, {"cpus": ["0", "1"], "vcpus": 2}, {"cpus": "all"}],
    "cpus_soft": [{"cpus_soft": "1"}, {"cpus_soft": ["1", "0"], "vcpus": 2}],
    "cpu_weight": [{"cpu_weight": 512}],
    "cap": [{"cap": 50}],
    "period": [{"period": 20000}],
    "slice": [{"slice": 10000}],
    "latency": [{"latency": 10000}],
    "extratime": [{"extratime": 1}],
    "memory": [{"memory": 24}],
    "maxmem": [{"maxmem": 48}],
    "shadow_memory": [{"shadow_memory": 8}],
    "videoram": [{"vga": "stdvga", "videoram": 16}],
    "mmio_hole": [{"mmio_hole": 1024}],
    "rdm_mem_boundary": [{"rdm_mem_boundary": 1024}],
    "vnuma": [
        {
            "vcpus": 2,
            "vnuma": [
                {"pnode": 0, "size": 16, "vcpus": "0", "vdistances": [10, 20]},
                {"pnode": 0, "size": 16, "vcpus": "1", "vdistances": [20, 10]},
            ],
        },
    ],
    "llc_colors": [{"llc_colors": ["0"]}],
    "kernel": [{}],
    "ramdisk": [{"ramdisk": f"{GUESTS}/linux-initrd"}],
    "cmdline": [{"cmdline": 'quiet say="a, b"'}],
    "bootloader": [LOADED],
    "bootloader_args": [{**LOADED, "bootloader_args": ["--quiet", "--with=a, b"]}],
    "bootloader_restrict": [{**LOADED, "bootloader_restrict": False}],
    "bootloader_user": [{**LOADED, "bootloader_user": "nobody"}],
    "firmware": [{"kernel": None, "firmware": "{firmware}"}],
    "boot": [{"boot": "dc"}],
    "bios": [{"bios": "seabios"}],
    "bios_path_override": [{"bios": "seabios", "bios_path_override": "{seabios}"}],
    "firmware_override": [{"firmware_override": "{hvmloader}"}],
    "pvshim": [{"pvshim": True}],
    "pvshim_path": [{"pvshim": True, "pvshim_path": "{shim}"}],
    "pvshim_cmdline": [{"pvshim": True, "pvshim_cmdline": "loglvl=all"}],
    "pvshim_extra": [{"pvshim": True, "pvshim_extra": "loglvl=all"}],
    "disk": [
        {"disk": [DISK, {**DISK, "vdev": "sdb", "access": "ro", "backendtype": "qdisk"}]},
        {"disk": [{**DISK, "discard": False, "direct_io_safe": True, "backendtype": "qdisk"}]},
        {"disk": [{**DISK, "target": OTHER_IMAGE, "format": "qcow2"}]},
        {"disk": [{**DISK, "vdev": "hdc", "target": MEDIUM, "access": "ro", "devtype": "cdrom"}]},
        {"disk": [{"vdev": "hdc", "format": "raw", "access": "ro", "devtype": "cdrom"}]},
    ],
    "p9": [{"p9": [{"tag": "share", "security_model": "none", "path": PLACE}]}],
    "vif": [
        {"vif": [{"bridge": "xenbr0", "mac": "00:16:3e:0b:00:{number:02x}", "rate": "10Mb/s@20ms", "mtu": 1400}]},
        {"vif": [{"bridge": "xenbr0", "vifname": "opt{number}", "ip": "192.0.2.9", "script": "vif-bridge"}]},
        {"vif": [{"bridge": "xenbr0", "type": "vif"}, {"bridge": "xenbr0"}]},
        {"vif": [{"bridge": "xenbr0", "type": "ioemu", "model": "rtl8139"}]},
    ],
    "channel": [
        {"channel": [{"name": "org.example.a", "connection": "pty"}]},
        {"channel": [{"name": "org.example.b", "connection": "socket", "path": PLACE + "/channel{number}"}]},
    ],
    "pvcalls": [{"pvcalls": [{"backend": "Domain-0"}]}],
    "rdm": [{"rdm": {"strategy": "host", "policy": "relaxed"}}],
    "ioports": [{"ioports": ["2f8-2ff"]}],
    "irqs": [{"irqs": [5]}],
    "iomem": [{"iomem": ["fed40,1"]}],
    "usbctrl": [
        {"usbctrl": [{"type": "qusb", "version": 2, "ports": 4}]},
        {"usbctrl": [{"type": "devicemodel", "version": 2, "ports": 6}]},
    ],
    "vnc": [VNC],
    "vnclisten": [VNC],
    "vncdisplay": [{**VNC, "vncdisplay": 7, "vncunused": False}],
    "vncunused": [{**VNC, "vncunused": True}],
    "vncpasswd": [{**VNC, "vncpasswd": "secret12"}],
    "sdl": [SDL],
    "opengl": [{**SDL, "opengl": True}],
    "display": [{**SDL, "display": ":0.0"}],
    "xauthority": [{**SDL, "xauthority": f"{PLACE}/table"}],
    "keymap": [{**VNC, "keymap": "de"}],
    "vga": [{"vga": "stdvga", "videoram": 16}, {"vga": "cirrus", "videoram": 8}, {"vga": "qxl", "videoram": 128}],
    "nographic": [{"nographic": True}],
    "spice": [SPICE],
    "spicehost": [SPICE],
    "spiceport": [SPICE],
    "spicetls_port": [{**SPICE, "spicetls_port": 6001}],
    "spicedisable_ticketing": [SPICE],
    "spicepasswd": [{**SPICE, "spicedisable_ticketing": False, "spicepasswd": "secret12"}],
    "spiceagent_mouse": [{**SPICE, "spiceagent_mouse": False}],
    "spicevdagent": [{**SPICE, "spicevdagent": True}],
    "spice_clipboard_sharing": [{**SPICE, "spicevdagent": True, "spice_clipboard_sharing": True}],
    "spiceusbredirection": [{**SPICE, "usbversion": 2, "spiceusbredirection": 2}],
    "spice_image_compression": [{**SPICE, "spice_image_compression": "glz"}],
    "spice_streaming_video": [{**SPICE, "spice_streaming_video": "filter"}],
    "vfb": [{"vfb": [{**VNC, "vncunused": True}]}],
    "vkb": [{"vkb": [{"backend_type": "qemu"}]}],
    "vdispl": [{"vdispl": [{"backend": "Domain-0", "be_alloc": False, "connectors": ["id0:1920x1080"]}]}],
    "vsnd": [{"vsnd": [{"backend": "Domain-0", "short_name": "card"}]}],
    "virtio": [{"virtio": [{"type": "virtio,device22", "transport": "mmio"}]}],
    "serial": [{"serial": "pty"}, {"serial": ["pty", "null"]}],
    "soundhw": [{"soundhw": "ac97"}],
    "usb": [{"usb": True}],
    "usbversion": [{"usbversion": 2}],
    "usbdevice": [{"usb": True, "usbdevice": ["tablet", "keyboard"]}],
    "viridian": [{"viridian": True}, {"viridian": ["base", "time_ref_count"]}, {"viridian": ["defaults", "!freq"]}],
    "smbios_firmware": [{"smbios_firmware": TABLE}],
    "acpi_firmware": [{"acpi_firmware": TABLE}],
    "smbios": [{"smbios": ["bios_vendor=Example"]}],
    "device_model_version": [{"device_model_version": "qemu-xen"}],
    "device_model_override": [{"device_model_override": "{device_model}"}],
    "device_model_user": [{"device_model_user": "root"}],
    "device_model_stubdomain_seclabel": [{"device_model_stubdomain_seclabel": "system_u:system_r:domU_t"}],
    "stubdomain_kernel": [{"stubdomain_kernel": KERNEL}],
    "stubdomain_cmdline": [{"stubdomain_cmdline": "quiet"}],
    "stubdomain_ramdisk": [{"stubdomain_ramdisk": f"{GUESTS}/linux-initrd"}],
    "stubdomain_memory": [{"stubdomain_memory": 64}],
    "device_model_args": [{"device_model_args": ["-msg", "timestamp=on"]}],
    "device_model_args_pv": [{"device_model_args_pv": ["-msg", "timestamp=on"], "vfb": [VNC]}],
    "device_model_args_hvm": [{"device_model_args_hvm": ["-msg", "timestamp=on"]}],
    "xenstore_feature_mask": [{"xenstore_feature_mask": 3}],
    "xenstore_quota": [{"xenstore_quota": ["nodes=2000"]}],
    "altp2m_count": [{"altp2m": "external", "altp2m_count": 2}],
    "cpuid": [{"cpuid": "host,sse3=0"}, {"cpuid": ["0x1:ecx=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx0"]}],
    "rtc_timeoffset": [{"rtc_timeoffset": 3600}],
    "max_event_channels": [{"max_event_channels": 512}],
    "max_grant_frames": [{"max_grant_frames": 32}],
    "max_maptrack_frames": [{"max_maptrack_frames": 512}],
    "max_grant_version": [{"max_grant_version": 1}],
    "vmtrace_buf_kb": [{"vmtrace_buf_kb": 64}],
    "tsc_mode": [{"tsc_mode": word} for word in ("default", "always_emulate", "native")],
}
# Words of a type alone: direct boot of an HVM guest is the device model's, and needs a kernel that it can boot.
OF_TYPE: Mapping[tuple[str, str], Sequence[Guest]] = {
    ("kernel", HVM): [{"kernel": KERNEL}],
    ("ramdisk", HVM): [BOOTS],
    ("cmdline", HVM): [{**BOOTS, "cmdline": "quiet"}],
    ("firmware", HVM): [{"firmware": "bios"}],
    ("vif", PV): [CASES["vif"][0], CASES["vif"][1], CASES["vif"][2]],
    ("vif", PVH): [CASES["vif"][0], CASES["vif"][1], CASES["vif"][2]],
    **{
        (key, kind): [{"vfb": [VNC], **CASES[key][0]}]
        for key in ("device_model_args", "device_model_version")
        for kind in (PV, PVH)
    },
    # From Xen 4.21 on their views are counted, before there is no key for that.
    ("altp2m", PVH): [{"altp2m": "limited"}, {"altp2m": "limited", "altp2m_count": 2}],
}


@dataclass(frozen=True)
class Case:
    """A guest with an option, and what is to be seen with it: points as in the coverage of the fuzzer."""

    key: str
    guest: Guest

    @property
    def kind(self) -> str:
        return guest_type(self.guest)


def cases(release: Release, words: Mapping[str, str]) -> Iterator[Case]:
    """All for a release; the words are places on the host that differ between distributions."""
    number = 0
    for option, kind in _subjects(release):
        found = 0
        for case in OF_TYPE.get((option.key, kind), CASES.get(option.key)) or _of_kind(option, kind, release):
            guest = _guest(kind, case, {**words, "number": number + 1}, release)
            if not errors_in(examine(guest, release)[1]):
                number, found = number + 1, found + 1
                yield Case(option.key, guest)
        if not found:
            raise LookupError(f"no case for {option.key} on {kind}: give it a row in CASES, or a reason in UNTRIED")


def _subjects(release: Release) -> Iterator[tuple[Option, str]]:
    for option in OPTIONS.values():
        if option.key not in ("name", "type", *UNTRIED) and option.status == CURRENT and option.known_to(release):
            yield from ((option, kind) for kind in option.guests if kind in OPTIONS["type"].words(release))


def _guest(kind: str, case: Guest, words: Mapping[str, Any], release: Release) -> Guest:
    guest = {**EVERY_GUEST[kind], **_filled(case, words)}
    there = {key: value for key, value in guest.items() if value is not None}
    return {"name": f"opt{words['number']}", **_known(there, release)}


def _of_kind(option: Option, kind: str, release: Release) -> Sequence[Guest]:
    """An option without a row: what it can be."""
    if option.kind == "choice":
        words = option.words(release)
        return [{option.key: word} for word in (words if kind == option.guests[0] else words[-1:])]
    if option.kind in ("flag", "bit"):
        return [{option.key: value} for value in (True, False)]
    return [{option.key: list(option.words(release))}] if option.choices else []


def _filled(value: Any, words: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        return value.format(**words) if "{" in value else value
    if isinstance(value, Mapping):
        return {key: _filled(one, words) for key, one in value.items()}
    return [_filled(one, words) for one in value] if isinstance(value, list) else value


def _known(guest: Guest, release: Release) -> Guest:
    """Without sub-keys of devices that the release does not have."""
    return {key: _devices(OPTIONS[key], value, release) for key, value in guest.items()}


def _devices(option: Option, value: Any, release: Release) -> Any:
    if option.kind != "devices":
        return value
    return [{word: one for word, one in device.items() if _row(option, word).known_to(release)} for device in value]


def _row(option: Option, word: str) -> Option:
    return next(row for row in option.fields if row.key == word)
