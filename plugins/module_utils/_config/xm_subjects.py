# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of xm that only make sense together: what each subject becomes for xl."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_conversion import Conversion
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import CHANGED, DECISION, DROPPED, RENAMED
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_values import Opaque, plain
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, PV

BUILDERS = {"linux": PV, "generic": PV, "hvm": HVM, "vmx": HVM}
XM_MEMORY = 128
EVENTS = ("on_poweroff", "on_reboot", "on_crash")
RESTART = {
    "onreboot": ("destroy", "restart", "destroy"),
    "always": ("restart", "restart", "restart"),
    "never": ("destroy", "destroy", "destroy"),
}
NETWORK_WORDS = ("gateway", "netmask", "hostname", "interface")
NO_NFS_SERVER = "127.0.255.255"
PYGRUB = "pygrub"
GONE_BOOTLOADERS = ("domUloader.py", "domUloader")
HVMLOADER = "hvmloader"


def _base(path: Any) -> str:
    return str(path).rpartition("/")[2]


def identity(guest: Conversion) -> None:
    name = guest.text("name")
    if name:
        guest.put("name", "name", name)
    elif _base(guest.filename) and guest.says_nothing("name"):
        guest.add("name", _base(guest.filename), "xm names a guest after its file")
    builder = guest.text("builder")
    kind = BUILDERS.get(builder or "linux")
    guest.hvm = kind == HVM
    if kind is None:
        guest.report("builder", DECISION, reason=f"xl builds no guest with {shown(builder)}; pv is taken", loss=True)
    elif builder:
        guest.put("builder", "type", kind)
    guest.declaration.setdefault("type", kind or PV)


def memory(guest: Conversion) -> None:
    amount = guest.number("memory")
    if amount is not None:
        guest.put("memory", "memory", amount)
    elif guest.says_nothing("memory"):
        guest.add("memory", XM_MEMORY, "xm gives a guest 128 MiB that names none, xl 32")


def placement(guest: Conversion) -> None:
    vcpus, most, mask = guest.number("vcpus"), guest.number("maxvcpus"), guest.number("vcpu_avail")
    if vcpus is not None:
        guest.put("vcpus", "vcpus", vcpus)
    if most is not None:
        guest.put("maxvcpus", "maxvcpus", most)
    if mask is not None:
        _online(guest, mask, vcpus or 1)
    _pins(guest)


def _online(guest: Conversion, mask: int, vcpus: int) -> None:
    online = mask.bit_length()
    if mask < 1 or mask != (1 << online) - 1:
        reason = f"xl brings the first virtual CPUs up, and cannot choose as {mask:#x} does"
        guest.report("vcpu_avail", DECISION, reason=reason, loss=True)
    elif online >= vcpus:
        guest.report("vcpu_avail", DROPPED, reason="all virtual CPUs are online anyway")
    else:
        guest.put("vcpu_avail", "vcpus", online, CHANGED, "xl has the number of those online, and maxvcpus for all")
        guest.declaration["maxvcpus"] = vcpus


def _pins(guest: Conversion) -> None:
    first = guest.number("cpu")
    pinned = guest.take("cpus")
    if isinstance(pinned, tuple):
        try:
            lists = [str(plain(item)) for item in pinned]
        except Opaque as why:
            guest.report("cpus", DECISION, reason=str(why), loss=True)
            return
        if lists:
            guest.put("cpus", "cpus", lists)
    elif pinned not in (None, ""):
        guest.put("cpus", "cpus", str(pinned))
    if first is None:
        return
    if first < 0:
        guest.report("cpu", DROPPED, reason="a negative number pins nothing")
    elif isinstance(guest.declaration.get("cpus"), list):
        guest.report("cpu", DECISION, reason="it stands beside a list of cpus, of which xend makes nothing", loss=True)
    else:
        both = f"{first},{guest.declaration['cpus']}" if "cpus" in guest.declaration else str(first)
        guest.put("cpu", "cpus", both, CHANGED, "xend puts it before cpus")


def boot(guest: Conversion) -> None:
    (_boot_hvm if guest.hvm else _boot_pv)(guest)


def _boot_hvm(guest: Conversion) -> None:
    """xm took the kernel for the firmware, where loader did not name one."""
    if any(guest.candidates("loader")):
        _firmware(guest, "loader")
        if guest.has("kernel") and not _is_hvmloader(guest, "kernel"):
            _path(guest, "kernel")
    elif guest.has("kernel"):
        _firmware(guest, "kernel")
    if guest.has("ramdisk"):
        _path(guest, "ramdisk")
    for key in ("bootloader", "bootargs"):
        if guest.has(key):
            guest.seen.add(key)
            guest.report(key, DROPPED, reason="an HVM guest boots from its disk")


def _is_hvmloader(guest: Conversion, key: str) -> bool:
    paths = guest.candidates(key)
    found = bool(paths) and all(_base(path) == HVMLOADER for path in paths)
    if found:
        guest.report(key, DROPPED, reason="xl finds hvmloader itself")
    return found


def _firmware(guest: Conversion, key: str) -> None:
    if _is_hvmloader(guest, key):
        return
    path = guest.text(key)
    if path:
        guest.put(key, "firmware_override", path, RENAMED, "xm took it for the firmware of an HVM guest")


def _boot_pv(guest: Conversion) -> None:
    for key in ("kernel", "ramdisk"):
        _path(guest, key)
    guest.seen.add("loader")
    if guest.has("loader"):
        guest.report("loader", DROPPED, reason="xm read it for HVM guests alone")
    _bootloader(guest)


def _path(guest: Conversion, key: str) -> None:
    path = guest.text(key)
    if path:
        guest.put(key, key, path)


def _bootloader(guest: Conversion) -> None:
    paths = guest.candidates("bootloader")
    arguments = guest.text("bootargs")
    if paths and all(_base(path) == PYGRUB for path in paths):
        changed = paths != [PYGRUB]
        guest.put("bootloader", "bootloader", PYGRUB, CHANGED if changed else "", "xl finds its own" if changed else "")
    elif paths and all(_base(path) in GONE_BOOTLOADERS for path in paths):
        reason = "domUloader went with xend; pygrub does the same for a guest that has a GRUB configuration"
        guest.report("bootloader", DECISION, reason=reason, loss=True)
    else:
        path = guest.text("bootloader")
        if path:
            guest.put("bootloader", "bootloader", path)
        elif guest.says_nothing("kernel") and guest.says_nothing("bootloader"):
            guest.add("bootloader", PYGRUB, "xm takes pygrub for a guest without kernel")
    if arguments:
        try:
            guest.put("bootargs", "bootloader_args", shlex.split(arguments))
        except ValueError as wrong:
            guest.report("bootargs", DECISION, reason=f"a shell cannot split it: {wrong}", loss=True)


def command_line(guest: Conversion) -> None:
    """``root=... ip=... nfsroot=... extra``, in the order in which xend joined them."""
    root, extra = guest.text("root"), guest.text("extra")
    address = _address(guest)
    nfs = _nfs(guest)
    parts = [extra]
    if nfs:
        parts.insert(0, nfs)
    if address and not re.search(r"ip=[^ ]+", " ".join(parts)):
        parts.insert(0, f"ip={address}")
    if root and "root=" not in " ".join(parts).replace("nfsroot=", ""):
        parts.insert(0, f"root={root.removeprefix('root=')}")
    line = " ".join(part for part in parts if part)
    if guest.hvm and "kernel" not in guest.declaration:
        for key in ("root", "extra"):
            if guest.has(key):
                guest.report(key, DROPPED, reason="an HVM guest without a kernel of its own has no command line")
        return
    for key, value in (("root", root), ("extra", extra)):
        if value:
            guest.put(key, "cmdline", line)
    if line and "cmdline" not in guest.declaration:
        guest.declaration["cmdline"] = line


def _address(guest: Conversion) -> str:
    """``client:server:gateway:netmask:hostname:device:autoconf``"""
    keys = ("ip", "dhcp", *NETWORK_WORDS)
    words = {key: guest.text(key) for key in keys}
    dhcp = words["dhcp"] or "off"
    if not words["ip"] and dhcp == "off":
        for key in keys:
            if guest.has(key):
                guest.report(key, DROPPED, reason="without ip or dhcp xm makes no use of it")
        return ""
    server = guest.text("nfs_server") or NO_NFS_SERVER
    address = ":".join(
        (
            *(words["ip"].removeprefix("ip="), server, words["gateway"], words["netmask"], words["hostname"]),
            *(words["interface"] or "eth0", dhcp),
        )
    )
    for key in keys:
        if words[key]:
            guest.report(key, CHANGED, "cmdline", "the kernel's own ip=")
    return address


def _nfs(guest: Conversion) -> str:
    path, server = guest.text("nfs_root"), guest.text("nfs_server")
    if not path:
        if server:
            guest.report("nfs_server", CHANGED, "cmdline", reason="part of the kernel's ip=, if there is one")
        return ""
    if not server:
        guest.report("nfs_root", DECISION, reason="xm refuses it without nfs_server", loss=True)
        return ""
    word = f"nfsroot={server}:{path}"
    for key in ("nfs_root", "nfs_server"):
        guest.report(key, CHANGED, "cmdline", "the kernel's own nfsroot=")
    return word


def life_cycle(guest: Conversion) -> None:
    """An event's own option counts for more than restart."""
    word = guest.text("restart")
    if word and word not in RESTART:
        guest.report("restart", DROPPED, reason="xm passed over a word that it did not know")
    elif word:
        for event, action in zip(EVENTS, RESTART[word]):
            guest.put("restart", event, action, CHANGED)
    for event in EVENTS:
        action = guest.text(event)
        if action:
            guest.put(event, event, action)
    if "on_crash" not in guest.declaration and guest.says_nothing("on_crash"):
        guest.add("on_crash", "restart", "xm restarts a guest that has crashed, xl destroys it")


def start(guest: Conversion) -> None:
    word = guest.text("on_xend_start")
    if word == "start":
        guest.autostart = True
        reason = "an option of xl_domains; xendomains starts it"
        guest.report("on_xend_start", CHANGED, "autostart", reason).new = "autostart: true"
    elif word:
        guest.report("on_xend_start", DROPPED, reason="the guest is not started with the host")
    for key in ("blkif", "netif", "tpmif"):
        flag = guest.number(key)
        if flag:
            guest.put(key, "driver_domain", True, CHANGED, "one key for domains that serve devices")
        elif flag == 0:
            guest.report(key, DROPPED, reason="the guest serves no devices")


SUBJECTS: tuple[Callable[[Conversion], None], ...] = (
    identity,
    memory,
    placement,
    boot,
    command_line,
    life_cycle,
    start,
)
