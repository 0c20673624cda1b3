# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything in _config that reads a text: how it is called, what it expects, and what it may raise."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._config.affinity import cpu_set
from ansible_collections.xlops.xen.plugins.module_utils._config.boot_words import from_grub, xen_words
from ansible_collections.xlops.xen.plugins.module_utils._config.checks_text import open_decisions
from ansible_collections.xlops.xen.plugins.module_utils._config.config_reader import read_devices, read_option
from ansible_collections.xlops.xen.plugins.module_utils._config.cpuid_policy import policy_in_json
from ansible_collections.xlops.xen.plugins.module_utils._config.device_reader import (
    NoDevice,
    read_device,
    read_pairs,
    read_pci,
    read_sound_card,
    read_texts,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.disk_names import disk_name, may_be_disk
from ansible_collections.xlops.xen.plugins.module_utils._config.disk_reader import NoDisk, read_disk
from ansible_collections.xlops.xen.plugins.module_utils._config.dom0_kernel_cmdline import (
    examine_kernel,
    kernel_line_faults,
    reaches_console,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.efi_boot import (
    read_firmware,
    read_xen_cfg,
    with_default,
    with_section,
    without_section,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.from_libxl import from_libxl
from ansible_collections.xlops.xen.plugins.module_utils._config.grub_menu import read_environment, read_menu
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_cmdline import (
    examine,
    overruled,
    token,
    tokens,
    without_grubs,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_log import parse_hypervisor_log
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_releases import Target
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_values import size_in_bytes
from ansible_collections.xlops.xen.plugins.module_utils._config.ifupdown_files import (
    left_alone,
    read_stanzas,
    reads_directory,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.image_heads import image_format, image_size, seed_digest
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import from_json
from ansible_collections.xlops.xen.plugins.module_utils._config.kinds import NotThisKind, as_cpus, normal_mac
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import (
    read_config,
    read_domain_list,
    read_json,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import lint_text, lint_together
from ansible_collections.xlops.xen.plugins.module_utils._config.network_checks import check_network, name_fault
from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import read_network
from ansible_collections.xlops.xen.plugins.module_utils._config.numbers import (
    c_number,
    decimal_number,
    hexadecimal_number,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import (
    from_xl_cfg,
    read_declaration,
    read_xl_cfg,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.pci_address import (
    address_in_json,
    function_too_high,
    normal_address,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.psr_hwinfo import parse_hwinfo
from ansible_collections.xlops.xen.plugins.module_utils._config.psr_tables import (
    lines_of,
    number,
    parse_allocated,
    parse_measured,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.save_file import MAGIC, read_save_file
from ansible_collections.xlops.xen.plugins.module_utils._config.settings_file import SHELL, XL, Style, edited, values_in
from ansible_collections.xlops.xen.plugins.module_utils._config.sizes import is_share, read_size
from ansible_collections.xlops.xen.plugins.module_utils._config.spellings import spelled
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_checks import check_storage
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_model import normal, read_storage
from ansible_collections.xlops.xen.plugins.module_utils._config.syntax import parse_settings, read_settings
from ansible_collections.xlops.xen.plugins.module_utils._config.vif_rate import is_octal, rate_in_json
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_conf import read_xl_conf
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_on_wrong import xl_on_ports
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import (
    parse_cpupool_cpus,
    parse_cpupool_list,
    parse_info,
    parse_list,
    parse_numa,
    parse_pool_settings,
    parse_pools,
    parse_schedule,
    parse_topology,
    parse_vcpu_list,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_devices import (
    pairs,
    read_xm_pci,
    read_xm_vfb,
    read_xm_vif,
    read_xm_vtpm,
    read_xm_vusb,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_directory import import_directory
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_disks import read_xm_disk
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_import import import_guest, is_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_lexer import read_tokens
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_program import read_program
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_python import parse_python
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import Refused, without_secrets
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, VSND
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, OLDEST, Release
from ansible_collections.xlops.xen.tests.unit.transcripts import DATA, stdout

ROOT = Path(__file__).resolve().parents[3]
V4_17 = Release(4, 17)

DEVICES = [option for option in OPTIONS.values() if option.kind in ("devices", "struct")]
LISTED_TEXTS = [option for option in DEVICES if option.grammar == VSND or option.key == "vnuma"]


def recorded(pattern: str) -> list[str]:
    return [stdout(str(path.relative_to(DATA))) for path in sorted(DATA.glob(pattern))]


def files(*patterns: str) -> list[str]:
    return [path.read_text() for pattern in patterns for path in sorted(ROOT.glob(pattern))]


LISTS, DRY_RUNS = (
    recorded("4.*/xl-list-l*.txt"),
    recorded("4.*/xl-create-n-pv*.txt") + recorded("4.*/xl-create-n-h*.txt"),
)
XL_CFG = files("docs/examples/xl_cfg*/*.cfg", "tests/unit/data/lint/*/*.cfg")
XL_CONF = ['autoballoon="off"\nclaim_mode=0\nvif.default.script="a"\nvm.cpumask="0-3,^1"\nmax_grant_frames=0x40\n']
XM = files("tests/unit/data/xm/*")
DISKS = [
    "/dev/vg/root,raw,xvda,rw",
    "format=qcow2, vdev=hdc, access=ro, devtype=cdrom, discard, target=/a,b.qcow2",
    "file:/a.img,hda:cdrom,r",
    "tap2:aio:/a.img,xvda,w!",
]
ELEMENTS = [
    *DISKS,
    "mac=00:16:3e:01:02:03,bridge=xenbr0,rate=10Mb/s@20ms,model=e1000,type=ioemu,vifname=v",
    "0000:03:00.0@7,msitranslate=1,permissive=1,rdm_policy=relaxed",
    "backend=tpm,uuid=c3b9e2b5-8e43-4518-8b8b-05d3c3c4e43d",
    "vnc=1,vnclisten=::1,vncdisplay=3,sdl=0,keymap=de",
    "type=virtio,device22,transport=mmio,grant_usage=1",
    "id=0,connectors=id0:1920x1080;id1:800x600,be-alloc=1",
    "PCM, name=p, sample-rates=8000;44100, buffer-size=64",
    "pnode=0",
    "vcpus=0-3,5",
    "usbver=2,numports=4,port_1=1-2",
]
SAVED_CONFIG = b'{"c_info": {"name": "web1", "uuid": "c3b9e2b5-8e43-4518-8b8b-05d3c3c4e43d"}}\0'
SAVED = [
    struct.pack("<32sIIIII", MAGIC, 0x01020304, flags, 0, 4 + len(SAVED_CONFIG), len(SAVED_CONFIG)) + SAVED_CONFIG
    for flags in (1, 3)
]
MENUS = files("tests/unit/data/boot/*.cfg")
FIRMWARE = """\
BootCurrent: 0001
Timeout: 3 seconds
BootOrder: 0001,0002
BootNext: 0002
Boot0001* debian\tHD(1,GPT,5c1c)/File(\\EFI\\debian\\shimx64.efi)
Boot0002* Xen\tHD(1,GPT,5c1c)/File(\\EFI\\xen\\xen.efi)
"""
XEN_LINES = ["dom0_mem=2G,max:4G console=com1,vga loglvl=all/warning no-real-mode", "iommu=on,no-verbose smt=0"]
KERNEL_LINES = ["root=/dev/sda1 ro console=hvc0 earlyprintk=xen", "console=tty0 quiet"]
QCOW2 = struct.pack(">4sIQIIQ", b"QFI\xfb", 3, 0, 0, 16, 1 << 30)
SEED = bytes(16 * 2048 + 574) + f"{'XLOPS-XEN ' + 'A' * 64:<128}".encode()
HEADS = [head.decode("latin-1") for head in (QCOW2, b"conectix" + bytes(504), SEED)]
XEN_CFG = """\
[global]
default=xlops
# words
[xlops]
options=dom0_mem=2G console=vga
kernel=vmlinuz root=/dev/sda1 ro
ramdisk=initrd
"""
PSR = [
    """\
Cache Monitoring Technology (CMT):
Enabled         : 1
Total RMID      : 63
Supported monitor types:
cache_occupancy
Cache Allocation Technology (CAT):
Socket ID       : 0
L3 Cache        : 12288KB
Maximum COS     : 15
CBM length      : 12
""",
    """\
Total RMID: 63
Name                                        ID        Socket 0
Total L3 Cache Size                               12288 KB
Domain-0                                     0         1024 KB
""",
    """\
Socket ID       : 0
L3 Cache        : 12288KB
Default CBM     : 0xfff
   ID                     NAME             CBM
    0                 Domain-0           0xfff
""",
]
CPUID = [
    "host,tm=0,sse3=k,family=0x1f,model=255,arch-caps=1",
    f"0xd,1:eax={'x' * 32},ecx={'01ks' * 8}",
]


STANZAS = """\
auto eth0 lo
allow-hotplug eth0
iface eth0 inet static
    address 192.0.2.1/24
    post-up ip route add 10.0.0.0/8 via 192.0.2.9
iface eth0:1 inet6 manual
source /etc/network/interfaces.d/*
"""


def of_bytes(read: Callable[[bytes], object]) -> Callable[[str], object]:
    """A reader of the first bytes of an image."""
    return lambda text: read(text.encode("latin-1", "replace"))


def of_words(read: Callable[[list[str]], object]) -> Callable[[str], object]:
    """A reader of the words of a line, which comes to its end."""
    return lambda text: list(answer) if isinstance(answer := read(text.split()), Iterator) else answer


def check_links(text: str) -> None:
    """Every text of a link."""
    texts = {option: [text] for option in ("ports", "addresses", "gateways", "dns")}
    common = {"name": text, "mac": text, "routes": [{"to": text, "via": text}], **texts}
    bridge = {**common, "trunks": [{"port": text, "vlans": [text]}]}
    check_network(read_network({"bridges": [bridge], "bonds": [{**common, "mode": text}], "interfaces": [common]}))
    check_network(read_network({"vlans": [{**common, "parent": text, "id": 1}]}))


def check_storage_of(text: str) -> None:
    """Every text of pools, templates and disks."""
    pool = dict.fromkeys(("name", "type", "vg", "path", "dataset", "thin_pool", "thin_pool_size", "extent_size"), text)
    template = dict.fromkeys(("name", "path", "format", "url", "checksum"), text)
    words = ("name", "pool", "path", "vg", "lv", "size", "format", "template", "backing", "template_format")
    disks = [{"name": text, "pool": text, "size": text}, {"path": text, "template": text}, dict.fromkeys(words, text)]
    check_storage(read_storage({"pools": [{**pool, "devices": [text]}], "templates": [template], "disks": disks}))


def for_each_device(read: Callable[..., object], options: Sequence[Any]) -> Callable[[str], None]:
    """One reader for all kinds of devices: it may refuse each of them."""

    def read_all(text: str) -> None:
        for option in options:
            try:
                read(text, option)
            except (NoDevice, NoDisk):
                continue

    return read_all


def read_options(text: str) -> None:
    config = read_config(text)
    for option in OPTIONS.values():
        read_option(option, V4_17, config)


def read_all_devices(text: str) -> None:
    config = read_config(text)
    for option in OPTIONS.values():
        if option.kind == "devices":
            read_devices(option, V4_17, config)


class Reader(NamedTuple):
    """How a function is given a text, texts as it expects them, and the errors that it may raise."""

    read: Callable[[str], object]
    texts: Sequence[str]
    errors: tuple[type[Exception], ...] = (ConfigError,)


READERS: dict[Callable[..., Any], Reader] = {
    # xl.cfg and xl.conf
    parse_settings: Reader(parse_settings, XL_CFG),
    read_settings: Reader(read_settings, XL_CFG, ()),
    read_declaration: Reader(read_declaration, XL_CFG, ()),
    read_xl_cfg: Reader(
        lambda text: [read_xl_cfg(text, "a", release) for release in (None, OLDEST, NEWEST)], XL_CFG, ()
    ),
    from_xl_cfg: Reader(from_xl_cfg, XL_CFG),
    lint_text: Reader(lambda text: [lint_text(text, release) for release in (OLDEST, NEWEST)], XL_CFG, ()),
    lint_together: Reader(lambda text: lint_together([lint_text(text, V4_17)] * 2), XL_CFG, ()),
    open_decisions: Reader(lambda text: list(open_decisions(text)), XL_CFG, ()),
    read_xl_conf: Reader(read_xl_conf, XL_CONF),
    # devices and other values in xl.cfg
    read_device: Reader(for_each_device(read_device, DEVICES), ELEMENTS, ()),
    read_disk: Reader(lambda text: read_disk(text, OPTIONS["disk"]), DISKS, (NoDisk,)),
    read_pci: Reader(lambda text: read_pci(text, OPTIONS["pci"]), ELEMENTS, (NoDevice,)),
    read_pairs: Reader(
        for_each_device(lambda text, option: read_pairs(text.split(","), option), DEVICES), ELEMENTS, ()
    ),
    read_texts: Reader(
        for_each_device(lambda text, option: read_texts(text.split("\n"), option), LISTED_TEXTS), ELEMENTS, ()
    ),
    read_sound_card: Reader(lambda text: read_sound_card(text.split("\n"), OPTIONS["vsnd"]), ELEMENTS, (NoDevice,)),
    policy_in_json: Reader(lambda text: [policy_in_json(cpuid, NEWEST) for cpuid in (text, [text])], CPUID, ()),
    cpu_set: Reader(
        lambda text: cpu_set(as_cpus(text, OPTIONS["cpus"]), HostFacts()), ["0-3,^1", "all"], (NotThisKind,)
    ),
    normal_address: Reader(normal_address, ["3:0.0", "0000:03:00.*"], (ValueError,)),
    rate_in_json: Reader(rate_in_json, ["10Mb/s@20ms", "250KB/s"], (ValueError,)),
    is_octal: Reader(is_octal, ["010Mb/s@020ms", "0"], ()),
    xl_on_ports: Reader(lambda text: xl_on_ports(text.split(",")), ["3f8,2f8-2ff, +0x3f8x", "3f8-"], ()),
    c_number: Reader(c_number, ["-0x7fffffff", "0777", " 12"], ()),
    decimal_number: Reader(decimal_number, ["-17", "0777", " 12"], ()),
    hexadecimal_number: Reader(hexadecimal_number, ["1f", "0x10", "010"], ()),
    normal_mac: Reader(normal_mac, ["0-16-3E-1-2-3"], ()),
    disk_name: Reader(disk_name, ["xvda1", "hdc", "xvdaa255"], ()),
    may_be_disk: Reader(may_be_disk, ["xvda1", "d5p1", "51728", "0x301"], ()),
    address_in_json: Reader(address_in_json, ["0000:03:00.1", "0000:03:00.*"], (ValueError,)),
    function_too_high: Reader(function_too_high, ["01:00.9", "0000:03:00.1"], ()),
    spelled: Reader(
        lambda text: [spelled(text, OPTIONS[key], OLDEST) for key in ("cpus", "uuid", "tsc_mode", "name")],
        ["0-3,^1", "c3b9e2b5-8e43-4518-8b8b-05d3c3c4e43d", "NATIVE"],
        (NotThisKind,),
    ),
    # what xl prints
    parse_list: Reader(parse_list, recorded("4.*/xl-list*.txt")),
    parse_pools: Reader(parse_pools, recorded("4.*/xl-list*.txt")),
    parse_vcpu_list: Reader(parse_vcpu_list, recorded("4.*/xl-vcpu-list.txt")),
    parse_cpupool_list: Reader(parse_cpupool_list, recorded("4.*/xl-cpupool-list.txt")),
    parse_cpupool_cpus: Reader(
        lambda text: parse_cpupool_cpus(text, ["Pool-0"]), recorded("4.*/xl-cpupool-list-c.txt")
    ),
    read_save_file: Reader(
        lambda text: read_save_file(text.encode("latin-1", "replace"), b"", "web1"),
        [saved.decode("latin-1") for saved in SAVED],
    ),
    parse_pool_settings: Reader(parse_pool_settings, recorded("4.*/xl-sched-*.txt"), ()),
    parse_schedule: Reader(parse_schedule, recorded("4.*/xl-sched-*.txt")),
    parse_info: Reader(parse_info, recorded("4.*/xl-info*.txt"), ()),
    parse_topology: Reader(parse_topology, recorded("4.*/xl-info-n.txt"), ()),
    parse_numa: Reader(parse_numa, recorded("4.*/xl-info-n.txt"), ()),
    parse_hypervisor_log: Reader(parse_hypervisor_log, recorded("4.*/xl-dmesg.txt"), ()),
    parse_hwinfo: Reader(parse_hwinfo, PSR),
    parse_measured: Reader(parse_measured, PSR),
    parse_allocated: Reader(parse_allocated, PSR),
    lines_of: Reader(lambda text: list(lines_of(text)), PSR, ()),
    number: Reader(number, ["0xfff", "63"], ()),
    # command lines
    xen_words: Reader(xen_words, XEN_LINES, ()),
    token: Reader(token, XEN_LINES, ()),
    tokens: Reader(of_words(tokens), XEN_LINES, ()),
    without_grubs: Reader(of_words(without_grubs), XEN_LINES, ()),
    examine: Reader(of_words(lambda words: examine(words, Target(V4_17, "x86"))), XEN_LINES, ()),
    overruled: Reader(of_words(lambda words: overruled(words, words)), XEN_LINES, ()),
    size_in_bytes: Reader(size_in_bytes, ["2G", "-512M", "0x10k"], ()),
    examine_kernel: Reader(of_words(examine_kernel), KERNEL_LINES, ()),
    kernel_line_faults: Reader(of_words(kernel_line_faults), KERNEL_LINES, ()),
    reaches_console: Reader(of_words(reaches_console), KERNEL_LINES, ()),
    # what a host boots
    from_grub: Reader(from_grub, MENUS, ()),
    read_menu: Reader(read_menu, MENUS),
    read_environment: Reader(read_environment, ["# GRUB Environment Block\nsaved_entry=a\nnext_entry=b\n####"], ()),
    read_firmware: Reader(read_firmware, [FIRMWARE]),
    read_xen_cfg: Reader(read_xen_cfg, [XEN_CFG]),
    with_default: Reader(lambda text: with_default(text, "xlops"), [XEN_CFG], ()),
    with_section: Reader(lambda text: with_section(text, "xlops", [("kernel", "k")], "xlops", "# ours"), [XEN_CFG], ()),
    without_section: Reader(lambda text: without_section(text, "xlops", "# ours"), [XEN_CFG], ()),
    # settings of the toolstack
    values_in: Reader(lambda text: [values_in(text, Style(kind, "a")) for kind in (SHELL, XL)], XL_CONF),
    edited: Reader(
        lambda text: [edited(text, {"claim_mode": "1", "a": None}, Style(kind, "a")) for kind in (SHELL, XL)], XL_CONF
    ),
    # images
    image_format: Reader(of_bytes(image_format), HEADS, ()),
    image_size: Reader(of_bytes(lambda head: image_size(head, image_format(head), len(head))), HEADS, ()),
    seed_digest: Reader(of_bytes(seed_digest), HEADS, ()),
    # networks
    read_stanzas: Reader(read_stanzas, [STANZAS], ()),
    read_network: Reader(check_links, ["xenbr0", "192.0.2.1/24", "2001:db8::1/64", "10-20", "00:16:3e:00:00:01"], ()),
    reads_directory: Reader(reads_directory, [STANZAS], ()),
    left_alone: Reader(lambda text: left_alone(text, ["eth0"]), [STANZAS], ()),
    name_fault: Reader(name_fault, ["xenbr0", "eth0.10"], ()),
    # storage
    read_size: Reader(read_size, ["1.5GiB", "512", "2T"], ()),
    read_storage: Reader(check_storage_of, ["vg0", "/srv/xen/a.img", "2G", "50%FREE", "sha256:00"], ()),
    is_share: Reader(is_share, ["50%FREE", "100%VG"], ()),
    normal: Reader(normal, ["/srv//xen/../a.img"], ()),
    # libxl's JSON
    read_json: Reader(lambda text: read_json(text, "it"), LISTS),
    read_domain_list: Reader(lambda text: [(one.name, one.uuid) for one in read_domain_list(text)], LISTS),
    read_config: Reader(read_config, DRY_RUNS),
    read_option: Reader(read_options, DRY_RUNS),
    read_devices: Reader(read_all_devices, DRY_RUNS),
    from_json: Reader(
        lambda text: [from_json(read_json(text, "it"), one) for one in OPTIONS.values()], ["32768", '"a"']
    ),
    from_libxl: Reader(lambda text: [from_libxl(read_config(text), release) for release in (OLDEST, V4_17)], DRY_RUNS),
    # guest files of xm
    read_tokens: Reader(lambda text: read_tokens(text, "a"), XM),
    parse_python: Reader(parse_python, XM),
    read_program: Reader(read_program, XM),
    import_guest: Reader(lambda text: import_guest(text, V4_17), XM),
    is_xl_cfg: Reader(is_xl_cfg, [*XM, *XL_CFG], ()),
    without_secrets: Reader(without_secrets, ["vncpasswd=a", "passwd = 'a'"], ()),
    pairs: Reader(lambda text: [pairs(text, secret) for secret in (False, True)], ELEMENTS, (Refused,)),
    import_directory: Reader(lambda text: import_directory({"a": text}, V4_17), XM, ()),
    read_xm_disk: Reader(read_xm_disk, ELEMENTS, (Refused,)),
    read_xm_vif: Reader(lambda text: read_xm_vif(text, HVM), ELEMENTS, (Refused,)),
    read_xm_vfb: Reader(read_xm_vfb, ELEMENTS, (Refused,)),
    read_xm_pci: Reader(read_xm_pci, ELEMENTS, (Refused,)),
    read_xm_vtpm: Reader(read_xm_vtpm, ELEMENTS, (Refused,)),
    read_xm_vusb: Reader(read_xm_vusb, ELEMENTS, (Refused,)),
}
