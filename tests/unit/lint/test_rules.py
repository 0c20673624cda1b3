# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule of the table is one that something breaks, at the release it speaks of and at no other."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import lint_together
from ansible_collections.xlops.xen.plugins.module_utils._config.model import examine
from ansible_collections.xlops.xen.plugins.module_utils._config.rule_words import SUMMARIES, XL
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import RULES
from ansible_collections.xlops.xen.plugins.module_utils._plan.lint import lint_declaration
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release
from ansible_collections.xlops.xen.tests.unit.lint.seeded import (
    HVM,
    MISTAKES,
    PCI,
    PV,
    SPICE,
    mistakes,
    rules_of,
)
from ansible_collections.xlops.xen.tests.unit.lint.test_rules_of_files import TEXTS, TOGETHER

QXL = {"vga": "qxl"}
TRADITIONAL = {"device_model_version": "qemu-xen-traditional"}
NO_MODEL = {"device_model_version": "none"}
STUBDOMAIN = {"device_model_stubdomain_override": True}
SHARE = {"tag": "t", "security_model": "none", "path": "/srv"}
SOCKET = {"name": "a", "connection": "socket"}

PVH = {**PV, "type": "pvh"}


def disks(*vdevs: str, **keys: Any) -> dict[str, Any]:
    return {"disk": [{"vdev": vdev, "target": f"/d{index}", **keys} for index, vdev in enumerate(vdevs)]}


DECLARED: list[tuple[str, str, dict[str, Any]]] = [
    ("4.17", "", HVM),
    ("4.17", "firmware-of-pv", {"name": "a", "firmware": "ovmf"}),
    ("4.17", "hvmloader-as-kernel", {**HVM, "kernel": "/usr/lib/xen/boot/hvmloader"}),
    ("4.17", "firmware-twice", {**HVM, "firmware": "ovmf", "bios": "seabios"}),
    ("4.17", "bios-path-alone", {**HVM, "bios_path_override": "/b"}),
    ("4.17", "bios-and-device-model", {**HVM, "firmware": "rombios"}),
    ("4.17", "bios-and-device-model", {**HVM, **STUBDOMAIN, "bios": "seabios"}),
    ("4.17", "bios-and-device-model", {**HVM, **TRADITIONAL, "firmware": "u"}),
    ("4.17", "", {**HVM, **TRADITIONAL, "bios": "rombios"}),
    ("4.20", "", {**HVM, **STUBDOMAIN, "bios": "rombios"}),
    ("4.21", "", {**HVM, **STUBDOMAIN, "bios": "seabios"}),
    ("4.21", "bios-and-device-model", {**HVM, **STUBDOMAIN, "bios": "rombios"}),
    ("4.20", "qxl-and-device-model", {**HVM, **STUBDOMAIN, **QXL}),
    ("4.21", "", {**HVM, **STUBDOMAIN, **QXL}),
    ("4.20", "", {**HVM, **STUBDOMAIN, **disks("xvda", "hda")}),
    ("4.22", "emulated-twice", {**HVM, **STUBDOMAIN, **disks("xvda", "hda")}),
    ("4.17", "qxl-and-device-model", {**HVM, **QXL, **TRADITIONAL}),
    ("4.17", "videoram", {**HVM, **QXL, "videoram": 64}),
    ("4.17", "", {**HVM, **QXL, "videoram": 128}),
    ("4.17", "display-twice", {**HVM, "vnclisten": "127.0.0.1:3", "vncdisplay": 4}),
    ("4.17", "", {**HVM, **SPICE}),
    ("4.17", "spice-and-device-model", {**HVM, **SPICE, **TRADITIONAL}),
    ("4.17", "without-spice", {**HVM, "spiceusbredirection": 2}),
    ("4.17", "device-model-unknown", {**HVM, "device_model_override": "/q"}),
    ("4.13", "stubdomain", {**HVM, **STUBDOMAIN, "device_model_version": "qemu-xen"}),
    ("4.14", "", {**HVM, **STUBDOMAIN, "device_model_version": "qemu-xen"}),
    ("4.17", "vnuma", {**HVM, "vnuma": [{"size": 64, "vcpus": "0"}], "maxmem": 128}),
    ("4.17", "vnuma", {**PV, "vnuma": [{"size": 64, "vcpus": "0"}]}),
    ("4.17", "vnuma", {**HVM, "vnuma": [{"size": 64, "vcpus": "1"}]}),
    ("4.17", "vnuma", {**HVM, "vnuma": [{"size": 64, "vcpus": "0", "vdistances": [10, 20]}]}),
    ("4.17", "vnuma", {**HVM, "vnuma": [{"size": 64, "vcpus": "0"}], "maxvcpus": 3}),
    ("4.17", "vnuma", {**HVM, "vnuma": [{"size": 64, "vcpus": "0"}], "vcpus": 3}),
    ("4.17", "vnuma", {**HVM, "vnuma": [{"size": 64, "vcpus": "0"}], "memory": 65}),
    ("4.17", "populate-on-demand", {**HVM, "vnuma": [{"size": 64, "vcpus": "0"}], "memory": 63}),
    ("4.17", "", {**HVM, "vnuma": [{"size": 64, "vcpus": "0"}], "memory": 64}),
    ("4.8", "pvh-without-hap", {**PV, "pvh": True, "hap": False}),
    ("4.10", "timer-mode-of-pv", {**PV, "timer_mode": "no_missed_ticks_pending"}),
    ("4.9", "deprecated", {**HVM, "altp2mhvm": True}),
    ("4.8", "", {**HVM, "altp2mhvm": True}),
    ("4.11", "", {**PV, "tsc_mode": "native_paravirt"}),
    ("4.12", "tsc-mode-gone", {**PV, "tsc_mode": "native_paravirt"}),
    ("4.5", "", {**PV, "slice": 1}),
    ("4.6", "scheduler-gone", {**PV, "slice": 1}),
    ("4.5", "", {**HVM, "ramdisk": "/r"}),
    ("4.6", "direct-boot", {**HVM, "ramdisk": "/r"}),
    ("4.13", "pci-defaults-unread", {**PV, "pci": [{"bdf": "03:00.0"}], "pci_seize": True}),
    ("4.14", "pci-all-functions", {**PV, **PCI}),
    ("4.15", "", {**PV, **PCI}),
    ("4.17", "pci-address", {**PV, "pci": [{"name": "gpu", "bdf": "03:00.0"}]}),
    ("4.17", "share-incomplete", {**PV, "p9": [{"tag": "t", "path": "/p"}]}),
    ("4.17", "touch-without-size", {**PV, "vkb": [{"backend_type": "linux", "feature_multi_touch": True}]}),
    ("4.14", "rdm-policy", {**HVM, "rdm": {"strategy": "host"}}),
    ("4.15", "", {**HVM, "rdm": {"strategy": "host"}}),
    ("4.12", "", {**PVH, "pci": [{"bdf": "03:00.0"}]}),
    ("4.13", "pvh-passthrough", {**PVH, "pci": [{"bdf": "03:00.0"}]}),
    ("4.20", "pvh-passthrough", {**PVH, "passthrough": "share_pt", "pci": [{"bdf": "03:00.0"}]}),
    ("4.20", "pvh-passthrough", {**PVH, "passthrough": "enabled"}),
    ("4.20", "passthrough-disabled", {**PVH, "passthrough": "disabled", "pci": [{"bdf": "03:00.0"}]}),
    ("4.20", "", {**PVH, "passthrough": "default", "pci": []}),
    ("4.20", "", {**PVH, "passthrough": "enabled", "dtdev": ["/soc/ethernet"]}),
    ("4.20", "", {**PVH, "gic_version": "v3", "pci": [{"bdf": "03:00.0"}]}),
    ("4.17", "pci-device-twice", {**PV, "pci": [{"bdf": "03:00.0"}, {"bdf": "0000:03:00.0"}]}),
    ("4.17", "pci-device-twice", {**PV, "pci": [{"name": "gpu"}, {"bdf": "03:00.0"}, {"name": "gpu"}]}),
    ("4.17", "", {**PV, "pci": [{"bdf": "03:00.0"}, {"bdf": "03:00.1"}]}),
    ("4.6", "", {**HVM, **disks("hda", "xvda", access="ro", backend="driver")}),
    ("4.6", "emulated-twice", {**HVM, **disks("hda", "xvda")}),
    ("4.20", "emulated-twice", {**HVM, **disks("sda", "sda1")}),
    ("4.20", "emulated-twice", {**HVM, **disks("hdc", "xvdc", devtype="cdrom", target="")}),
    ("4.20", "emulated-twice", {**HVM, "hdtype": "ahci", **disks("xvdf1", "xvdf2")}),
    ("4.20", "", {**HVM, **disks("xvdf1", "xvdf2")}),
    ("4.20", "", {**HVM, **disks("hda", "sda", "xvdb", "xvde1", "xvde2")}),
    ("4.20", "", {**PV, **disks("hda", "xvda1", "xvda2")}),
    ("4.20", "", {**HVM, **disks("hda", "xvda", specification="virtio")}),
    ("4.20", "", {**HVM, **disks("hda", "xvda", script="block-iscsi")}),
    ("4.20", "", {**HVM, **TRADITIONAL, **disks("hda", "xvda")}),
    ("4.6", "", {**HVM, **disks("hda", access="ro")}),
    ("4.7", "read-only-disk", {**HVM, **disks("hda", access="ro")}),
    ("4.20", "read-only-disk", {**HVM, **disks("xvdd", access="ro", format="qcow2")}),
    ("4.20", "read-only-disk", {**HVM, "hdtype": "ahci", **disks("xvdf", access="ro")}),
    ("4.20", "", {**HVM, **disks("xvdf", access="ro")}),
    ("4.20", "", {**HVM, **disks("sda", "xvde", access="ro")}),
    ("4.20", "", {**HVM, **disks("hdc", access="ro", devtype="cdrom")}),
    ("4.20", "", {**PV, **disks("xvda", access="ro")}),
    ("4.20", "", {**HVM, **TRADITIONAL, **disks("hda", access="ro")}),
    ("4.17", "", {**PV, "bootloader": "pygrub", **disks("xvda")}),
    ("4.17", "bootloader-without-disk", {"name": "a", "bootloader": "pygrub", "disk": []}),
    ("4.17", "template", {"name": "a", "bootloader": "pygrub", "disk": "{{ disks }}"}),
    ("4.17", "deprecated", {"name": "a", "bootloader": "/usr/bin/pygrub", **disks("xvda")}),
    ("4.17", "no-effect", {**HVM, "bootloader": "/usr/bin/pygrub"}),
    ("4.13", "", {**HVM, "nestedhvm": True, "hap": False}),
    ("4.6", "", {**HVM, "vnuma": [{"size": 64, "vcpus": "0,2"}, {"size": 64, "vcpus": "1,3-4"}]}),
    ("4.14", "nested-without-hap", {**HVM, "nestedhvm": True, "hap": False}),
    ("4.14", "", {**HVM, "nestedhvm": True}),
    ("4.16", "", {**HVM, "soundhw": "all"}),
    ("4.17", "sound-card", {**HVM, "soundhw": "all"}),
    ("4.17", "", {**HVM, "soundhw": "HDA"}),
    ("4.17", "", {**HVM, **TRADITIONAL, "soundhw": "all"}),
    ("4.17", "template", {**HVM, "soundhw": "{{ card }}"}),
    ("4.16", "grant-version", {**PV, "max_grant_version": 3}),
    ("4.16", "", {**PV, "max_grant_version": 2}),
    ("4.5", "cap-of-vcpus", {**PV, "cap": 101}),
    ("4.17", "cap-of-vcpus", {**PV, "cap": 201, "vcpus": 2}),
    ("4.17", "", {**PV, "cap": 400, "vcpus": 2, "maxvcpus": 4}),
    ("4.17", "", {**HVM, "cap": 200, "vnuma": [{"size": 64, "vcpus": "0-1"}]}),
    ("4.17", "template", {**PV, "cap": 400, "vcpus": "{{ vcpus }}"}),
    ("4.5", "most-vcpus", {**HVM, "vcpus": 129}),
    ("4.20", "most-vcpus", {**PVH, "vcpus": 2, "maxvcpus": 129}),
    ("4.20", "", {**PV, "vcpus": 129}),
    ("4.5", "", {**PV, "vcpus": 1024, "maxvcpus": 1025}),
    ("4.5", "most-vcpus", {**PV, "vcpus": 1025}),
    ("4.20", "", {**HVM, "vcpus": 128}),
    ("4.17", "empty-range", {**PV, "ioports": ["3ff-3f8"]}),
    ("4.17", "", {**PV, "ioports": ["3f8-3ff", "70", "80-80"]}),
    ("4.19", "share-server", {**PV, "p9": [{"type": "xen_9pfsd"}]}),
    ("4.19", "", {**PV, "p9": [{"type": "xen_9pfsd", "security_model": "none", "max_files": 9, "auto_delete": True}]}),
    ("4.19", "share-server", {**PV, "p9": [{**SHARE, "max_files": 9}]}),
    ("4.22", "share-server", {**PV, "p9": [{**SHARE, "type": "qemu", "auto_delete": True}]}),
    ("4.19", "", {**PV, "p9": [{**SHARE, "max_files": 0, "auto_delete": False}]}),
    ("4.18", "later-key", {**PV, "p9": [{**SHARE, "max_files": 9}]}),
    ("4.9", "", {**PV, "p9": [{**SHARE, "path": "/srv/a=b"}]}),
    ("4.20", "", {**PV, "p9": [{**SHARE, "path": "/srv/a=b"}]}),
    ("4.17", "wrong-value", {**PV, "p9": [{**SHARE, "path": "/srv/a,b"}]}),
    ("4.17", "wrong-value", {**PV, "channel": [{"name": "a=b", "connection": "pty"}]}),
    ("4.17", "wrong-value", {**PV, "channel": [{**SOCKET, "path": "/run/a=b"}]}),
    ("4.17", "wrong-value", {**PV, "channel": [{**SOCKET, "path": "/run/a,b"}]}),
    ("4.18", "", {**PV, "channel": [{**SOCKET, "path": "/run/a=b"}]}),
    ("4.17", "", {**PV, "ioports": ["ffff", "0x0000ffff", "0-ffff"]}),
    ("4.5", "no-such-port", {**PV, "ioports": ["10000"]}),
    ("4.20", "no-such-port", {**PV, "ioports": ["3f8-10000"]}),
    ("4.20", "out-of-range", {**PV, "ioports": ["3f8-ffffffff"]}),
    ("4.17", "empty-range", {**PV, "iomem": ["fe000,0@100"]}),
    ("4.17", "", {**PV, "iomem": ["fe000,10", "0,1@0"]}),
    ("4.17", "interface-name", {**PV, "vif": [{"vifname": "sixteen-letters."}]}),
    ("4.17", "", {**PV, "vif": [{"vifname": "fifteen-letters"}, {}, {}]}),
    ("4.5", "interface-name", {**HVM, "vif": [{"vifname": "twelve-bytes"}]}),
    ("4.17", "", {**HVM, "vif": [{"vifname": "eleven-byte"}, {"vifname": "twelve-bytes", "type": "vif"}]}),
    ("4.17", "", {**HVM, "vif": [{"vifname": "twelve-bytes", "script": "vif-own"}]}),
    ("4.17", "", {**HVM, **STUBDOMAIN, "vif": [{"vifname": "twelve-bytes"}]}),
    ("4.17", "interface-name", {**PV, "vif": [{"vifname": "web"}, {"vifname": "web"}]}),
    ("4.17", "", {**PV, "vif": [{"vifname": "web"}, {"vifname": "web", "backend": "driver"}]}),
    ("4.17", "", {**PV, "vif": [{"vifname": "{{ guest.interface }}"}]}),
    ("4.17", "template", {**PV, **disks("{{ vdev }}")}),
    ("4.9", "", {**HVM, **NO_MODEL, **disks("xvda1", "xvda2", access="ro"), "vif": [{"vifname": "twelve-bytes"}]}),
    ("4.17", "", {**HVM, "vif": [{"vifname": "twelve-bytes", "backend": "net"}]}),
    ("4.17", "interface-name", {**HVM, "vif": [{"vifname": "twelve-bytes", "backend": "0"}]}),
    ("4.17", "", {**PV, "vif": [{"vifname": ""}, {"vifname": ""}]}),
    ("4.17", "", {**PV, "vif": [{"vifname": "web", "script": "s"}, {"vifname": "web", "script": "s"}]}),
    ("4.17", "template", {**HVM, "hdtype": "{{ h }}", **disks("xvdc", "hdc")}),
    ("4.17", "template", {**HVM, **disks("hdc", access="ro", devtype="{{ d }}")}),
    ("4.17", "template", {**HVM, "device_model_version": "{{ v }}", "soundhw": "all"}),
    ("4.17", "template", {**HVM, "vif": [{"vifname": "twelve-bytes", "type": "{{ t }}"}]}),
    ("4.17", "template", {**PVH, "passthrough": "{{ p }}", "pci": [{"bdf": "03:00.0"}]}),
    ("4.17", "", {**HVM, "usbctrl": [{}, {"version": 2, "ports": 6}, {"version": 1, "ports": 2}, {"version": 3}]}),
    ("4.17", "usb-controller", {**HVM, "usbctrl": [{"version": 2, "ports": 4}]}),
    ("4.17", "usb-controller", {**HVM, "usbctrl": [{"type": "devicemodel", "version": 3, "ports": 16}]}),
    ("4.7", "", {**HVM, "usbctrl": [{"version": 2, "ports": 4}]}),
    ("4.17", "", {**PV, "usbctrl": [{"version": 1, "ports": 31}]}),
    ("4.7", "usb-controller", {**PV, "usbctrl": [{"version": 3}]}),
    ("4.17", "usb-controller", {**HVM, "usbctrl": [{"type": "qusb", "version": 3}]}),
    ("4.17", "template", {**HVM, "usbctrl": [{"type": "{{ t }}", "version": 2, "ports": 4}]}),
    ("4.17", "interface-number", {**PV, "vif": [{}, {"devid": 0}]}),
    ("4.9", "interface-number", {**PV, "vif": [{"devid": 3}, {"devid": 3}]}),
    ("4.17", "", {**PV, "vif": [{"devid": 0}, {}, {"devid": 5}]}),
    ("4.17", "interface-number", {**PV, "vif": [{"devid": 5}, {}, {"devid": 1}]}),
    ("4.17", "interface-number", {**PV, "vif": [{"devid": 1}, {}]}),
    ("4.17", "template", {**PV, "vif": [{"devid": "{{ n }}"}, {"devid": 0}, {}]}),
    ("4.21", "removed-word", {**HVM, **TRADITIONAL}),
    ("4.17", "unusable-name", {**PV, "name": "-a"}),
    ("4.5", "migration-name", {**PV, "name": "a--incoming"}),
    ("4.17", "migration-name", {"name": "a--migratedaway", "state": "absent"}),
    ("4.17", "", {**PV, "name": "a--incoming--soon", "former_name": "a--incoming"}),
    ("4.4", "too-old", {**PV}),
]

# Keys that mean something to guests of more types than one would think.
DECLARED += [
    ("4.17", "blank-kept", {**PV, "vif": [{"bridge": "xenbr0 "}]}),
    ("4.5", "blank-kept", {**HVM, **disks("xvda", script="block-drbd ")}),
    ("4.5", "", {**HVM, "pci_permissive": True, "pci": [{"bdf": "03:00.0", "permissive": True}]}),
    ("4.10", "", {**PVH, "hap": False, "oos": False}),
    ("4.17", "no-effect", {**PV, "hap": False}),
    ("4.17", "", {**PVH, "vfb": [{"vnc": True}], "device_model_args": ["-d"], "device_model_args_pv": ["-d"]}),
    ("4.17", "no-effect", {**PVH, "vnc": True}),
    ("4.17", "", {**PVH, "device_model_override": "/q", "device_model_version": "qemu-xen"}),
    ("4.17", "no-effect", {**PVH, "device_model_args_hvm": ["-d"]}),
    ("4.17", "", {**PVH, "vnuma": [{"size": 64, "vcpus": "0"}]}),
    ("4.7", "no-effect", {**PV, "acpi": True}),
    ("4.7", "", {**HVM, "acpi": True}),
    ("4.8", "", {**PV, "acpi": True}),
    ("4.17", "", {**PVH, "acpi": True}),
]

SHARES = {"passthrough": "share_pt"}
LARGER = {"memory": 64, "maxmem": 128}
TRAPS = {"trap_unmapped_accesses": True}

# What goes to the host's scripts and to QEMU unchecked.
DECLARED += [
    ("4.17", "bridge-name", {**PV, "vif": [{"bridge": "sixteen-letters."[:15] + "xy"}]}),
    ("4.17", "", {**PV, "vif": [{"bridge": "fifteen-letters"}, {"bridge": "xenbr0.100:200:300"}]}),
    ("4.17", "", {**PV, "vif": [{"bridge": "sixteen-letters-x", "script": "vif-own"}]}),
    ("4.17", "bridge-name", {**PV, "vif": [{"bridge": "a/b"}]}),
    ("4.17", "", {**PV, "vif": [{"bridge": "{{ bridge }}"}]}),
    *(("4.17", "interface-name", {**PV, "vif": [{"vifname": name}]}) for name in ("a/b", "a b", "eth0:1", ".", "..")),
    ("4.17", "blank-kept", {**PV, "vif": [{"vifname": "web "}]}),
    ("4.17", "", {**PV, "vif": [{"vifname": "..."}, {"vifname": ".web"}, {"vifname": "eth0.1"}]}),
    ("4.17", "", {**PV, "vif": [{"vifname": "a/b", "script": "vif-own"}]}),
    ("4.17", "comma-left-out", {**PV, "vif": [{"model": "e1000 bridge=xenbr0"}]}),
    ("4.17", "", {**PV, "vif": [{"script": "vif-own bridges=2"}]}),
    ("4.5", "relative-target", {**PV, "disk": [{"vdev": "xvda", "target": "vg0/web1"}]}),
    ("4.22", "relative-target", {**PV, "disk": [{"vdev": "xvda", "target": "a.iso", "devtype": "cdrom"}]}),
    ("4.17", "relative-target", {**PV, "disk": [{"vdev": "xvda", "target": "a", "backend": "Domain-0"}]}),
    ("4.17", "", {**PV, "disk": [{"vdev": "xvda", "target": "{{ vg }}/a"}]}),
    ("4.17", "", {**PV, "disk": [{"vdev": "xvda", "target": "rbd:pool/a", "backendtype": "qdisk"}]}),
    ("4.17", "", {**PV, "disk": [{"vdev": "xvda", "target": "r0", "script": "block-drbd"}]}),
    ("4.17", "", {**PV, "disk": [{"vdev": "xvda", "target": "vg0/a", "backend": "driver"}]}),
    ("4.17", "", {**PV, "disk": [{"vdev": "xvda", "target": "", "devtype": "cdrom"}]}),
    ("4.17", "word-for-qemu", {**HVM, "vif": [{"model": "e100e"}]}),
    ("4.17", "", {**HVM, "vif": [{"model": "e1000e"}, {"model": "rtl8139"}, {"model": "nic-of-2040"}]}),
    ("4.17", "", {**PV, "vif": [{"model": "e100e"}]}),
    ("4.17", "", {**HVM, "vif": [{"model": "e100e", "type": "vif"}]}),
    ("4.17", "word-for-qemu", {**HVM, "vif": [{"model": "e100e", "type": "ioemu"}]}),
    ("4.17", "word-for-qemu", {**HVM, "usbdevice": "tablett"}),
    ("4.17", "word-for-qemu", {**HVM, "usbdevice": ["tablet", "moose"]}),
    ("4.17", "", {**HVM, "usbdevice": ["tablet", "host:1.2", "disk:/srv/a.img", "something"]}),
    ("4.17", "word-for-qemu", {**HVM, "serial": "ttyS0"}),
    ("4.17", "", {**HVM, "serial": ["/dev/ttyS0", "pty", "tcp::4444,server"]}),
    ("4.17", "word-for-qemu", {**HVM, "keymap": "german"}),
    ("4.17", "", {**HVM, "keymap": "de-ch"}),
    ("4.17", "", {**HVM, "keymap": "/etc/qemu/keymaps/ours"}),
    ("4.17", "", {**HVM, "keymap": "{{ keymap }}"}),
]

# What a dry run takes, and Xen or libxl does not.
DECLARED += [
    ("4.20", "empty-range", {**PV, "llc_colors": ["0", "7-3"]}),
    ("4.20", "", {**PV, "llc_colors": ["0", "3-7", "5-5", "1000-1023"]}),
    ("4.20", "no-such-colour", {**PV, "llc_colors": ["0-999999999"]}),
    ("4.20", "no-such-colour", {**PV, "llc_colors": ["1024"]}),
    ("4.21", "altp2m-count", {**HVM, "altp2m": "mixed", "altp2m_count": 0}),
    ("4.21", "altp2m-count", {**HVM, "altp2m": "mixed", "altp2m_count": 513}),
    ("4.21", "altp2m-count", {**HVM, "altp2m_count": 10}),
    ("4.22", "altp2m-count", {**PVH, "altp2m": "limited"}),
    ("4.21", "", {**PVH, "altp2m": "limited", "altp2m_count": 512}),
    ("4.21", "", {**HVM, "altp2m": "mixed"}),
    ("4.21", "", {**HVM, "altp2m": "disabled", "altp2m_count": 0}),
    ("4.21", "deprecated", {**HVM, "altp2mhvm": True, "altp2m_count": 10}),
    ("4.21", "template", {**HVM, "altp2m": "{{ a }}", "altp2m_count": 10}),
    ("4.20", "", {**PVH, "altp2m": "limited"}),
    ("4.20", "altp2m-without-hap", {**PVH, "altp2m": "limited", "hap": False}),
    ("4.20", "altp2m-without-hap", {**PV, "altp2m": "mixed"}),
    ("4.22", "altp2m-without-hap", {**HVM, "altp2m": "mixed", "hap": False}),
    ("4.19", "", {**HVM, "altp2m": "mixed", "hap": False}),
    ("4.19", "no-effect", {**PV, "altp2m": "mixed"}),
    ("4.14", "nested-without-hap", {**PVH, "nestedhvm": True, "hap": False}),
    ("4.16", "grant-version", {**PV, "max_grant_version": 0}),
    ("4.10", "grant-frames", {**PV, "max_grant_frames": 0}),
    ("4.17", "", {**PV, "max_grant_frames": 1, "max_maptrack_frames": 0}),
    ("4.17", "trace-buffer", {**PV, "vmtrace_buf_kb": 64}),
    ("4.15", "trace-buffer", {**HVM, "vmtrace_buf_kb": 9}),
    ("4.15", "trace-buffer", {**PVH, "vmtrace_buf_kb": 65537}),
    *(("4.17", "", {**HVM, "vmtrace_buf_kb": size}) for size in (0, 1, 4, 7, 64, 65536)),
    ("4.13", "share-pt-of-pv", {**PV, **SHARES}),
    ("4.22", "share-pt-of-pv", {**PV, **SHARES, "pci": [{"bdf": "03:00.0"}]}),
    ("4.17", "", {**PV, **SHARES, "gic_version": "v3"}),
    ("4.17", "", {**PV, "passthrough": "sync_pt"}),
    ("4.13", "share-pt-without-hap", {**HVM, **SHARES, "hap": False}),
    ("4.17", "", {**HVM, **SHARES}),
    ("4.14", "populate-on-demand", {**HVM, **LARGER, "passthrough": "enabled"}),
    ("4.22", "populate-on-demand", {**HVM, **LARGER, **SHARES}),
    ("4.13", "", {**HVM, **LARGER, "passthrough": "enabled"}),
    ("4.14", "", {**PV, **LARGER, "passthrough": "enabled"}),
    ("4.14", "", {**HVM, **LARGER, "passthrough": "disabled"}),
    ("4.21", "trap-of-hvm", {**HVM, **TRAPS}),
    ("4.21", "trap-of-x86", {**PVH, **TRAPS}),
    ("4.22", "trap-of-x86", {**PV, **TRAPS}),
    ("4.21", "", {**PVH, **TRAPS, "gic_version": "v3"}),
    ("4.21", "", {**PVH, "trap_unmapped_accesses": False}),
]

DECLARED += [
    ("4.5", "" if disk else "no-disk-name", {**PV, **disks(vdev)})
    for disk, vdevs in (
        (True, ["xvda", "xvdz255", "xvdbgqcv", "hdd63", "sdp15", "d5p1", "d0x10p255", "0x301", "51712", "xvda 1", ""]),
        (
            False,
            ["xda", "c0d0p1", "hde", "hda64", "sdq", "sda16", "xvda256", "xvda01", "xvdbgqcw", "XVDA", "/dev/xvda"],
        ),
        (False, ["vda", "nvme0n1", "xvda1p1", "dp1", "xvd" + "a" * 9, "xvda" + "1" * 9999, "hda:cdrom"]),
    )
    for vdev in vdevs
]


@pytest.mark.parametrize(("release", "rule", "declared"), DECLARED)
def test_a_declaration_breaks_one_rule(release: str, rule: str, declared: dict[str, Any]) -> None:
    findings = lint_declaration(declared, None, Release.parse(release)).findings
    assert rules_of(findings) == [rule] * bool(rule)


@pytest.mark.parametrize(
    ("declared", "remedy"),
    [
        ({"vif": [{"model": "e100e"}]}, "did you mean e1000 or e1000e?"),
        ({"usbdevice": "tablett"}, "did you mean tablet?"),
        ({"serial": "ttyS1"}, "write /dev/ttyS1"),
        ({"keymap": "en-uk"}, "did you mean en-us?"),
        ({"keymap": "german"}, "write one such as de or en-us"),
        ({"disk": [{"vdev": "xvda", "target": "'/dev/vg0/a'"}]}, "write it without quotes"),
        ({"disk": [{"vdev": "xvda", "target": "vg0/a"}]}, "write the whole path, from / on"),
        ({"vif": [{"bridge": "xenbr0 mac=00:16:3e:00:00:01"}]}, "write a comma, and no blank, before mac="),
        ({"cpus": "99999", "vcpus": 2}, "name CPUs that the host has"),
        ({"cpus": "^0", "vcpus": 2}, "name CPUs before leaving some out"),
        ({"sched": "credit2"}, "remove it"),
    ],
    ids=str,
)
def test_a_remedy_is_one(declared: dict[str, Any], remedy: str) -> None:
    (finding,) = lint_declaration({**HVM, **declared}, None, Release(4, 17)).findings
    assert finding.remedy == remedy


def test_each_word_that_came_later_is_named() -> None:
    groups = {**HVM, "viridian": ["base", "synic", "stimer"]}
    found = lint_declaration(groups, None, Release(4, 10)).findings
    assert [(one.rule, one.value) for one in found] == [("later-word", "synic"), ("later-word", "stimer")]


def test_each_rule_has_its_words() -> None:
    assert list(SUMMARIES) == list(XL) == list(RULES)


def test_every_rule_is_one_that_can_be_broken() -> None:
    seeded = {rule for release in ("4.5", "4.17") for _file, _line, rule in mistakes(MISTAKES / release)}
    shown = {rule for _release, rule, _case in [*DECLARED, *TEXTS]} | {rule for rule, _guests in TOGETHER}
    assert set(RULES) - seeded - shown - {"unreadable"} == set()


def test_a_typo_of_an_engine_key_has_a_suggestion() -> None:
    (finding,) = lint_declaration({**PV, "autstart": True}, None, NEWEST).findings
    assert finding.remedy == "did you mean autostart?"


def test_the_defaults_count_for_every_guest() -> None:
    defaults = {"kernel": "/k", "memory": "much"}
    one, other = (lint_declaration({"name": name}, defaults, NEWEST) for name in ("a", "b"))
    assert rules_of(one.findings) == ["wrong-value"]
    assert [str(finding) for finding in lint_together([one, other])] == [
        (
            'defaults.memory: "much" is not a number of MiB, and xl would warn and go on without it: a guest '
            "without maxmem gets 32 MiB (Xen 4.22); write it in MiB, without a unit."
        )
    ]


def test_a_guest_that_goes_away_need_not_be_described() -> None:
    assert lint_declaration({"name": "a", "state": "absent"}, None, NEWEST).findings == []


@pytest.mark.parametrize("bios", ["seabios", "rombios"])
def test_without_a_release_the_device_model_of_a_stub_domain_is_not_known(bios: str) -> None:
    assert examine({**HVM, **STUBDOMAIN, "bios": bios})[1] == []


def test_without_a_release_only_what_no_release_can_do_is_said() -> None:
    assert examine({**PV, "tsc_mode": "native_paravirt", "pvh": True})[1] == []
