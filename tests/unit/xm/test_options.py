# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of xm: what becomes of it, for a guest of the type that had it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_options import XM_OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import (
    CHANGED,
    DECISION,
    DROPPED,
    KEPT,
    RENAMED,
)
from ansible_collections.xlops.xen.tests.unit.xm.guests import HVM, PV, imported, row_of, rows_of

NOTHING: dict[str, Any] = {}

# The guest, lines more, the option, what becomes of it, and what the model then has.
CASES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    (PV, "", "name", KEPT, {"name": "guest"}),
    (PV, 'builder = "linux"', "builder", RENAMED, {"type": "pv"}),
    (PV, 'builder = "generic"', "builder", RENAMED, {"type": "pv"}),
    (HVM, "", "builder", RENAMED, {"type": "hvm"}),
    (PV, 'builder = "plan9"', "builder", DECISION, {"type": "pv"}),
    (PV, "", "memory", KEPT, {"memory": 64}),
    (PV, "memory = '512'", "memory", KEPT, {"memory": 512}),
    (PV, "memory = 1024 / 3", "memory", KEPT, {"memory": 341}),
    (PV, "memory = 'lots'", "memory", DECISION, NOTHING),
    (PV, "maxmem = 128", "maxmem", KEPT, {"maxmem": 128}),
    (PV, "maxmem = 32", "maxmem", DECISION, NOTHING),
    (PV, "maxmem = 0", "maxmem", DROPPED, NOTHING),
    (HVM, "shadow_memory = 8", "shadow_memory", KEPT, {"shadow_memory": 8}),
    (HVM, "memory_sharing = 1", "memory_sharing", DROPPED, NOTHING),
    (
        PV,
        "uuid = '06ed00fe11624fc4b5d811993ee4a8b9'",
        "uuid",
        CHANGED,
        {"uuid": "06ed00fe-1162-4fc4-b5d8-11993ee4a8b9"},
    ),
    (PV, "pool = 'Pool-1'", "pool", KEPT, {"pool": "Pool-1"}),
    (PV, "description = 'the web'", "description", DROPPED, NOTHING),
    (PV, "vcpus = 4", "vcpus", KEPT, {"vcpus": 4}),
    (PV, "vcpus = 2\nmaxvcpus = 4", "maxvcpus", KEPT, {"vcpus": 2, "maxvcpus": 4}),
    (PV, "vcpus = 4\nvcpu_avail = 3", "vcpu_avail", CHANGED, {"vcpus": 2, "maxvcpus": 4}),
    (PV, "vcpus = 4\nvcpu_avail = 15", "vcpu_avail", DROPPED, {"vcpus": 4}),
    (PV, "vcpus = 4\nvcpu_avail = 5", "vcpu_avail", DECISION, {"vcpus": 4}),
    (PV, "cpus = '0-3,^1'", "cpus", KEPT, {"cpus": "0-3,^1"}),
    (PV, "cpus = ['2', '3']\nvcpus = 2", "cpus", KEPT, {"cpus": ["2", "3"]}),
    (PV, "cpus = ''", "cpus", DROPPED, NOTHING),
    (PV, "cpus = []", "cpus", DROPPED, NOTHING),
    (PV, "cpus = 'all of them'", "cpus", DECISION, NOTHING),
    (PV, "cpu = 2", "cpu", CHANGED, {"cpus": "2"}),
    (PV, "cpu = 2\ncpus = '0'", "cpu", CHANGED, {"cpus": "2,0"}),
    (PV, "cpu = -1", "cpu", DROPPED, NOTHING),
    (PV, "cpu = 1\ncpus = ['2']", "cpu", DECISION, {"cpus": ["2"]}),
    (PV, "cpu_weight = 512", "cpu_weight", KEPT, {"cpu_weight": 512}),
    (PV, "cpu_cap = 50", "cpu_cap", RENAMED, {"cap": 50}),
    (PV, "", "kernel", KEPT, {"kernel": "/boot/vmlinuz-xen"}),
    (HVM, "kernel = '/usr/lib/xen/boot/hvmloader'", "kernel", DROPPED, NOTHING),
    (HVM, "kernel = '/opt/loader'", "kernel", RENAMED, {"firmware_override": "/opt/loader"}),
    (HVM, "loader = 'hvmloader'\nkernel = '/boot/vmlinuz'", "kernel", KEPT, {"kernel": "/boot/vmlinuz"}),
    (HVM, "loader = 'hvmloader'", "loader", DROPPED, NOTHING),
    (HVM, "loader = '/opt/loader'", "loader", RENAMED, {"firmware_override": "/opt/loader"}),
    (PV, "loader = 'hvmloader'", "loader", DROPPED, NOTHING),
    (PV, "ramdisk = '/boot/initrd'", "ramdisk", KEPT, {"ramdisk": "/boot/initrd"}),
    (PV, "ramdisk = ''", "ramdisk", DROPPED, NOTHING),
    (PV, "bootloader = 'pygrub'", "bootloader", KEPT, {"bootloader": "pygrub"}),
    (PV, "bootloader = '/usr/lib/xen-4.0/bin/pygrub'", "bootloader", CHANGED, {"bootloader": "pygrub"}),
    (PV, "bootloader = '/usr/lib/xen/boot/domUloader.py'", "bootloader", DECISION, NOTHING),
    (PV, "bootloader = '/opt/boot'", "bootloader", KEPT, {"bootloader": "/opt/boot"}),
    (HVM, "bootloader = 'pygrub'", "bootloader", DROPPED, NOTHING),
    (
        PV,
        "bootloader = 'pygrub'\nbootargs = '-q --x \"a b\"'",
        "bootargs",
        RENAMED,
        {"bootloader_args": ["-q", "--x", "a b"]},
    ),
    (PV, "bootargs = '\"'", "bootargs", DECISION, NOTHING),
    (PV, "bootentry = 'xvda1:/vmlinuz'", "bootentry", DROPPED, NOTHING),
    (PV, "root = '/dev/xvda1 ro'", "root", RENAMED, {"cmdline": "root=/dev/xvda1 ro"}),
    (PV, "root = 'root=/dev/xvda1'", "root", RENAMED, {"cmdline": "root=/dev/xvda1"}),
    (PV, "extra = '4'\nroot = '/dev/sda1'", "extra", RENAMED, {"cmdline": "root=/dev/sda1 4"}),
    (PV, "extra = 'root=/dev/a'\nroot = '/dev/b'", "extra", RENAMED, {"cmdline": "root=/dev/a"}),
    (HVM, "extra = '4'", "extra", DROPPED, NOTHING),
    (PV, "ip = '10.0.0.5'", "ip", CHANGED, {"cmdline": "ip=10.0.0.5:127.0.255.255::::eth0:off"}),
    (
        *(
            PV,
            "ip = '10.0.0.5'\nnetmask = '255.0.0.0'\ngateway = '10.0.0.1'\nhostname = 'h'\ninterface = 'eth1'",
            "netmask",
        ),
        *(CHANGED, {"cmdline": "ip=10.0.0.5:127.0.255.255:10.0.0.1:255.0.0.0:h:eth1:off"}),
    ),
    (PV, "gateway = '10.0.0.1'", "gateway", DROPPED, NOTHING),
    (PV, "hostname = 'h'\ndhcp = 'dhcp'", "hostname", CHANGED, {"cmdline": "ip=:127.0.255.255:::h:eth0:dhcp"}),
    (PV, "interface = 'eth1'\ndhcp = 'dhcp'", "interface", CHANGED, {"cmdline": "ip=:127.0.255.255::::eth1:dhcp"}),
    (PV, "dhcp = 'dhcp'", "dhcp", CHANGED, {"cmdline": "ip=:127.0.255.255::::eth0:dhcp"}),
    (PV, "dhcp = 'off'", "dhcp", DROPPED, NOTHING),
    (
        *(PV, "nfs_server = '10.0.0.2'\nnfs_root = '/srv/root'\nroot = '/dev/nfs'", "nfs_root", CHANGED),
        {"cmdline": "root=/dev/nfs nfsroot=10.0.0.2:/srv/root"},
    ),
    (PV, "nfs_server = '10.0.0.2'", "nfs_server", CHANGED, NOTHING),
    (PV, "nfs_root = '/srv/root'", "nfs_root", DECISION, NOTHING),
    (PV, "features = '!writable_page_tables'", "features", DROPPED, NOTHING),
    (PV, "on_poweroff = 'destroy'", "on_poweroff", KEPT, {"on_poweroff": "destroy"}),
    (PV, "on_reboot = 'rename-restart'", "on_reboot", KEPT, {"on_reboot": "rename-restart"}),
    (PV, "on_crash = 'coredump-restart'", "on_crash", KEPT, {"on_crash": "coredump-restart"}),
    (PV, "on_poweroff = 'never'", "on_poweroff", DECISION, NOTHING),
    (PV, "restart = 'always'", "restart", CHANGED, {"on_poweroff": "restart", "on_reboot": "restart"}),
    (PV, "restart = 'never'", "restart", CHANGED, {"on_reboot": "destroy", "on_crash": "restart"}),
    (PV, "restart = 'sometimes'", "restart", DROPPED, NOTHING),
    (PV, "on_shutdown = 'destroy'", "on_shutdown", DROPPED, NOTHING),
    (PV, "on_xend_start = 'start'", "on_xend_start", CHANGED, NOTHING),
    (PV, "on_xend_start = 'ignore'", "on_xend_start", DROPPED, NOTHING),
    (PV, "on_xend_stop = 'suspend'", "on_xend_stop", DROPPED, NOTHING),
    (PV, "paused = 1", "paused", DROPPED, NOTHING),
    (PV, "quiet = 1", "quiet", DROPPED, NOTHING),
    (PV, "console_autoconnect = 1", "console_autoconnect", DROPPED, NOTHING),
    (PV, "blkif = 1", "blkif", CHANGED, {"driver_domain": True}),
    (PV, "netif = 1", "netif", CHANGED, {"driver_domain": True}),
    (PV, "netif = 0", "netif", DROPPED, NOTHING),
    (PV, "tpmif = 1", "tpmif", CHANGED, {"driver_domain": True}),
    (PV, "target = 3", "target", DROPPED, NOTHING),
    (PV, "disk = ['phy:/dev/vg/a,xvda,w']", "disk[0]", KEPT, NOTHING),
    (PV, "disk = 'phy:/dev/vg/a,xvda,w'", "disk", DECISION, NOTHING),
    (HVM, "cdrom = '/dev/cdrom'", "cdrom", CHANGED, NOTHING),
    (HVM, "fda = '/srv/floppy.img'", "fda", DROPPED, NOTHING),
    (HVM, "fdb = ''", "fdb", DROPPED, NOTHING),
    (PV, "vif = ['bridge=xenbr0']", "vif[0]", KEPT, {"vif": [{"bridge": "xenbr0"}]}),
    (PV, "vif = ['bridge=xenbr0']\nnics = 2", "nics", CHANGED, {"vif": [{"bridge": "xenbr0"}, {}]}),
    (PV, "nics = 0", "nics", DROPPED, NOTHING),
    (PV, "ipaddr = ['10.0.0.1']", "ipaddr", DROPPED, NOTHING),
    (PV, "vif2 = ['bridge=xenbr0']", "vif2", DROPPED, NOTHING),
    (HVM, "pci = ['01:00.0']", "pci[0]", KEPT, {"pci": [{"bdf": "0000:01:00.0"}], "pci_msitranslate": True}),
    (HVM, "pci = ['01:00.0']\npci_msitranslate = 0", "pci_msitranslate", KEPT, {"pci_msitranslate": False}),
    (PV, "pci_msitranslate = 1", "pci_msitranslate", DROPPED, NOTHING),
    (HVM, "pci_power_mgmt = 1", "pci_power_mgmt", KEPT, {"pci_power_mgmt": True}),
    (PV, "ioports = ['02f8-02ff']", "ioports", KEPT, {"ioports": ["02f8-02ff"]}),
    (PV, "ioports = '02f8'", "ioports", DECISION, NOTHING),
    (PV, "irq = [7, '12']", "irq", RENAMED, {"irqs": [7, 12]}),
    (PV, "vtpm = ['instance=1,backend=tpm']", "vtpm[0]", CHANGED, {"vtpm": [{"backend": "tpm"}]}),
    (PV, "vtpm = ['instance=1']", "vtpm[0]", DECISION, NOTHING),
    (PV, "vusb = ['usbver=1,numports=4']", "vusb[0]", KEPT, {"usbctrl": [{"type": "pv", "version": 1, "ports": 4}]}),
    (PV, "vusb = ['port_1=1-8']", "vusb[0]", DECISION, NOTHING),
    (PV, "vscsi = ['/dev/sdx, 0:0:0:0']", "vscsi", DROPPED, NOTHING),
    (HVM, "usbport = ['1-2']", "usbport", DROPPED, NOTHING),
    (PV, "access_control = ['policy=,label=sys:user:dom']", "access_control", CHANGED, {"seclabel": "sys:user:dom"}),
    (PV, "access_control = ['policy=p,label=red']", "access_control", DECISION, NOTHING),
    (PV, "ssidref = 3", "ssidref", DROPPED, NOTHING),
    (PV, "vfb = ['vnc=1,vncunused=1']", "vfb[0]", KEPT, {"vfb": [{"vnc": True, "vncunused": True}]}),
    (HVM, "vfb = ['vnc=1,vncdisplay=2']", "vfb[0]", CHANGED, {"vnc": True, "vncdisplay": 2}),
    (HVM, "", "vnc", KEPT, {"vnc": True}),
    (PV, "vnc = 1", "vnc", DROPPED, NOTHING),
    (HVM, "sdl = 1", "sdl", KEPT, {"sdl": True}),
    (HVM, "vnclisten = '0.0.0.0'", "vnclisten", KEPT, {"vnclisten": "0.0.0.0"}),  # noqa: S104
    (HVM, "vncdisplay = 7", "vncdisplay", KEPT, {"vncdisplay": 7}),
    (HVM, "vncunused = 0", "vncunused", KEPT, {"vncunused": False}),
    (HVM, "vncpasswd = ''", "vncpasswd", DROPPED, NOTHING),
    (HVM, "vncpasswd = 'geheim'", "vncpasswd", KEPT, {"vncpasswd": "geheim"}),
    (HVM, "opengl = 1", "opengl", KEPT, {"opengl": True}),
    (HVM, "display = ':1'", "display", KEPT, {"display": ":1"}),
    (HVM, "xauthority = '/root/.Xauthority'", "xauthority", KEPT, {"xauthority": "/root/.Xauthority"}),
    (HVM, "keymap = 'de'", "keymap", KEPT, {"keymap": "de"}),
    (PV, "keymap = 'de'\nvfb = ['vnc=1']", "keymap", CHANGED, {"vfb": [{"vnc": True, "keymap": "de"}]}),
    (HVM, "vncviewer = 1", "vncviewer", DROPPED, NOTHING),
    (HVM, "vncconsole = 1", "vncconsole", DROPPED, NOTHING),
    (HVM, "nographic = 1", "nographic", KEPT, {"nographic": True}),
    (HVM, "gfx_passthru = 1", "gfx_passthru", KEPT, {"gfx_passthru": True}),
    (HVM, "usb = 1", "usb", KEPT, {"usb": True}),
    (HVM, "stdvga = 1", "stdvga", RENAMED, {"vga": "stdvga"}),
    (HVM, "stdvga = 0", "stdvga", RENAMED, {"vga": "cirrus"}),
    (HVM, "videoram = 4", "videoram", DROPPED, NOTHING),
    (HVM, "videoram = 16", "videoram", KEPT, {"videoram": 16}),
    (HVM, "serial = 'pty'", "serial", KEPT, {"serial": "pty"}),
    (HVM, "serial = ['pty', 'null']", "serial", KEPT, {"serial": ["pty", "null"]}),
    (PV, "serial = 'pty'", "serial", DROPPED, NOTHING),
    (HVM, "usbdevice = 'tablet'", "usbdevice", KEPT, {"usbdevice": "tablet"}),
    (HVM, "soundhw = 'es1370'", "soundhw", KEPT, {"soundhw": "es1370"}),
    (HVM, "boot = 'dc'", "boot", KEPT, {"boot": "dc"}),
    (HVM, "boot = 'disk'", "boot", DECISION, NOTHING),
    (HVM, "audio = 1", "audio", DROPPED, NOTHING),
    (HVM, "ne2000 = 0", "ne2000", DROPPED, NOTHING),
    (HVM, "parallel = 'pty'", "parallel", DROPPED, NOTHING),
    (HVM, "monitor = 1", "monitor", DROPPED, NOTHING),
    (HVM, "monitor_path = 'pty'", "monitor_path", DROPPED, NOTHING),
    (HVM, "device_model = '/usr/lib/xen/bin/qemu-dm'", "device_model", DROPPED, NOTHING),
    (HVM, "device_model = 'stubdom-dm'", "device_model", CHANGED, {"device_model_stubdomain_override": True}),
    (HVM, "device_model = '/opt/dm'", "device_model", DECISION, NOTHING),
    (HVM, "pae = 0", "pae", KEPT, {"pae": False}),
    (HVM, "acpi = '1'", "acpi", KEPT, {"acpi": True}),
    (HVM, "acpi = 'maybe'", "acpi", DECISION, NOTHING),
    (PV, "acpi = 1", "acpi", DROPPED, NOTHING),
    (HVM, "apic = 1", "apic", KEPT, {"apic": True}),
    (HVM, "hap = 0", "hap", KEPT, {"hap": False}),
    (HVM, "nestedhvm = 1", "nestedhvm", KEPT, {"nestedhvm": True}),
    (HVM, "vpt_align = 0", "vpt_align", KEPT, {"vpt_align": False}),
    (HVM, "xen_platform_pci = 0", "xen_platform_pci", KEPT, {"xen_platform_pci": False}),
    (HVM, "oos = 0", "oos", KEPT, {"oos": False}),
    (HVM, "lapic = 1", "lapic", RENAMED, {"apic": True}),
    (HVM, "viridian = 1", "viridian", KEPT, {"viridian": True}),
    (HVM, "hpet = 1", "hpet", KEPT, {"hpet": True}),
    (PV, "hpet = 1", "hpet", DROPPED, NOTHING),
    (HVM, "timer_mode = 2", "timer_mode", CHANGED, {"timer_mode": "no_missed_ticks_pending"}),
    (HVM, "timer_mode = 9", "timer_mode", DECISION, NOTHING),
    (PV, "tsc_mode = 2", "tsc_mode", CHANGED, {"tsc_mode": "native"}),
    (PV, "localtime = 1", "localtime", KEPT, {"localtime": True}),
    (PV, "nomigrate = 1", "nomigrate", KEPT, {"nomigrate": True}),
    (PV, "rtc_timeoffset = -3600", "rtc_timeoffset", KEPT, {"rtc_timeoffset": -3600}),
    (
        *(HVM, f"cpuid = ['1:ecx={'x' * 32},\\\n   eax=0x06b1']", "cpuid", CHANGED),
        {"cpuid": [f"1:ecx={'x' * 32},eax={0x06B1:032b}"]},
    ),
    (HVM, f"cpuid = ['1:ecx={'x' * 32}']", "cpuid", KEPT, {"cpuid": [f"1:ecx={'x' * 32}"]}),
    (HVM, "cpuid = ['1:ecx=0']", "cpuid", DECISION, NOTHING),
    (HVM, f"cpuid_check = ['1:ecx={'x' * 32}']", "cpuid_check", DROPPED, NOTHING),
    (HVM, "isa = 1", "isa", DROPPED, NOTHING),
    (HVM, "xen_extended_power_mgmt = 1", "xen_extended_power_mgmt", DROPPED, NOTHING),
    (PV, "superpages = 1", "superpages", DROPPED, NOTHING),
    (PV, "s3_integrity = 1", "s3_integrity", DROPPED, NOTHING),
    (PV, "machine_address_size = 30", "machine_address_size", DROPPED, NOTHING),
    (PV, "suppress_spurious_page_faults = 1", "suppress_spurious_page_faults", DROPPED, NOTHING),
    (HVM, "snapshot = 1", "snapshot", DROPPED, NOTHING),
    (HVM, "guest_os_type = 'default'", "guest_os_type", DROPPED, NOTHING),
    (HVM, "vhpt = 23", "vhpt", DROPPED, NOTHING),
]


@pytest.mark.parametrize(
    ("base", "lines", "key", "action", "expected"), CASES, ids=[f"{c[2]}-{i}" for i, c in enumerate(CASES)]
)
def test_an_option(base: str, lines: str, key: str, action: str, expected: dict[str, Any]) -> None:
    guest = imported(f"{base}{lines}\n")
    assert {row.action for row in rows_of(guest, key)} == {action}
    assert {name: guest.model.get(name) for name in expected} == expected
    if action == DECISION:
        assert key.split("[")[0] not in guest.model
    assert guest.config


def test_every_option_has_a_case() -> None:
    assert {case[2].split("[")[0] for case in CASES} == set(XM_OPTIONS)


@pytest.mark.parametrize("key", sorted(XM_OPTIONS))
@pytest.mark.parametrize("base", [PV, HVM])
def test_no_option_is_passed_over_whatever_it_holds(key: str, base: str) -> None:
    for value in ("unknown_name", "True", "None", "5L", "u'x'", "('a',)", "{}", "3", "'x'", "['x']", "''", "[]", "1.5"):
        guest = imported(f"{base}{key} = {value}\n")
        rows = [row for row in guest.rows if row.key.split("[")[0] == key and row.line is not None]
        assert rows, f"{key} = {value}"
        assert all(row.reason for row in rows if row.action in (DECISION, DROPPED)), f"{key} = {value}"


@pytest.mark.parametrize("key", [key for key, option in XM_OPTIONS.items() if option.fate != DROPPED])
def test_an_unknown_value_of_an_option_that_counts_is_a_decision(key: str) -> None:
    actions = {row.action for base in (PV, HVM) for row in rows_of(imported(f"{base}{key} = vmid\n"), key)}
    assert DECISION in actions


def test_an_unknown_loader_is_not_passed_over() -> None:
    assert rows_of(imported(f"{HVM}loader = path\n"), "loader")[0].action == DECISION


@pytest.mark.parametrize("value", ["True", "5L", "u'x'", "('a',)", "{}"])
def test_a_type_that_xm_passes_over_is_no_guess(value: str) -> None:
    guest = imported(f"{PV}localtime = {value}\n")
    assert "localtime" not in guest.model
    assert rows_of(guest, "localtime")[0].action == DECISION


@pytest.mark.parametrize(
    ("lines", "key", "value"),
    [
        ("memory = 64", "on_crash", "restart"),
        ("on_crash = 'destroy'", "memory", 128),
        ("memory = 64", "name", "file"),
        ("memory = 64", "bootloader", "pygrub"),
        ("builder = 'hvm'", "hpet", False),
        ("builder = 'hvm'", "vnc", False),
    ],
)
def test_what_xm_did_by_itself_is_said(lines: str, key: str, value: object) -> None:
    guest = imported(f"{lines}\n")
    assert guest.model[key] == value
    (row,) = rows_of(guest, key)
    assert (row.action, row.line) == (CHANGED, None)


def test_a_restart_word_gives_way_to_the_option_of_an_event() -> None:
    guest = imported(f"{PV}restart = 'never'\non_reboot = 'preserve'\n")
    assert (guest.model["on_poweroff"], guest.model["on_reboot"]) == ("destroy", "preserve")


@pytest.mark.parametrize("value", ["u'web'", "ur'web'", "None", "('web',)", "''"])
def test_a_name_that_xm_passed_over_was_that_of_the_file(value: str) -> None:
    guest = imported(f"kernel = '/k'\nname = {value}\n")
    assert (guest.name, guest.faults) == ("file", [])
    assert "xm names a guest after its file" in {row.reason for row in rows_of(guest, "name")}


def test_a_name_that_only_running_the_file_tells_is_not_made_up() -> None:
    assert imported("kernel = '/k'\nname = vm\n").name == ""


@pytest.mark.parametrize("line", ["memory = 512L", "memory = None", "memory = u'512'"])
def test_what_xm_passed_over_has_what_xm_took_without(line: str) -> None:
    assert imported(f"name = 'a'\nkernel = '/k'\n{line}\n").model["memory"] == 128


def test_hvmloader_beside_a_loader_is_no_kernel() -> None:
    guest = imported(f"{HVM}loader = '/usr/lib/xen/boot/hvmloader'\nkernel = '/usr/lib/xen/boot/hvmloader'\n")
    assert not {"kernel", "firmware_override"} & guest.model.keys()
    assert [row_of(guest, key).loss for key in ("kernel", "loader")] == [False, False]


@pytest.mark.parametrize(
    "code",
    [
        "try:\n  import foo\nexcept: pass",
        "def memroy(): pass",
        "class Foo: pass",
        "from os import path as foo",
        'for d in ["a"]:\n  disk.append("%s" % "abc"["a".index(d[0])])',
    ],
)
def test_what_code_brings_in_is_no_option(code: str) -> None:
    guest = imported(f"{PV}disk = []\n{code}\n")
    assert [row for row in guest.rows if row.action == DROPPED and "xm has no such option" in row.reason] == []
    assert all(row.key or row.action == DECISION for row in guest.rows)
