# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk as xm writes it, ``UNAME,DEV,MODE[,BACKEND[,PROTOCOL]]``, in the model's terms."""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import Refused

ACCESS = {"r": "ro", "w": "rw", "w!": "rw"}
TAP_DRIVERS = ("tapdisk", "ioemu")
TAP_FORMATS = {"aio": "raw", "sync": "raw", "raw": "raw", "qcow": "qcow", "qcow2": "qcow2", "vhd": "vhd"}
SCRIPT = re.compile(r"[a-z][a-z0-9_-]{0,30}")
DOM0 = ("", "0", "Domain-0")

# What a converter gives: the device, and what to say about it where xl is told something else.
Device = tuple[dict[str, Any], list[str]]


def read_xm_disk(text: str) -> Device:
    """The disk, or Refused."""
    parts = [part.strip() for part in text.split(",")]
    if not 3 <= len(parts) <= 5:
        raise Refused(f"it has {len(parts)} parts where xm wants DEVICE,NAME,MODE")
    uname, dev, mode, backend, protocol = [*parts, "", ""][:5]
    disk, remarks = _guest_side(dev)
    if mode not in ACCESS:
        raise Refused(f"{shown(mode)} is no mode of xm; write r or w")
    if mode == "w!":
        remarks.append(
            "w! let several guests write to it at once; xl has no such word, and creates the first of them alone"
        )
    _backing(uname, disk, remarks)
    disk["access"] = ACCESS[mode]
    if backend not in DOM0:
        disk["backend"] = backend
    if protocol:
        remarks.append(f"the protocol {shown(protocol)} is found out by the drivers themselves")
    return disk, remarks


def _guest_side(dev: str) -> Device:
    remarks = []
    if dev.startswith("ioemu:"):
        dev = dev[len("ioemu:") :]
        remarks.append("ioemu: says nothing to xl")
    if dev.startswith("/dev/"):
        dev = dev[len("/dev/") :]
        remarks.append("xl wants the name without /dev/")
    name, _colon, devtype = dev.partition(":")
    if not name:
        raise Refused("it has no name in the guest")
    if devtype not in ("", "disk", "cdrom"):
        raise Refused(f"{shown(devtype)} is no type of disk that xl knows; write disk or cdrom")
    return {"vdev": name, **({"devtype": "cdrom"} if devtype == "cdrom" else {})}, remarks


def _backing(uname: str, disk: dict[str, Any], remarks: list[str]) -> None:
    """Add what backs the disk."""
    kind, colon, rest = uname.partition(":")
    if not uname and disk.get("devtype") == "cdrom":
        return
    if not colon or not rest:
        raise Refused("it has no device such as phy:vg/disk or file:/disk.img; only a cdrom may be without")
    if kind == "phy":
        disk.update(target=rest if rest.startswith("/") else f"/dev/{rest}", format="raw")
        if not rest.startswith("/"):
            remarks.append("xm looked in /dev, xl wants the whole path")
    elif kind == "file":
        disk.update(target=_absolute(rest), format="raw")
    elif kind in ("tap", "tap2"):
        disk.update(_tap(rest))
        remarks.append("blktap is gone; xl chooses the driver")
    elif SCRIPT.fullmatch(kind):
        disk.update(target=rest, script=f"block-{kind}")
        remarks.append(f"the script block-{kind} has to be in /etc/xen/scripts, and to work with xl")
    else:
        raise Refused(f"{shown(kind)} is no kind of disk")


def _tap(rest: str) -> dict[str, Any]:
    kind, _colon, path = rest.partition(":")
    if kind in TAP_DRIVERS:
        kind, _colon, path = path.partition(":")
    if kind.lower() not in TAP_FORMATS:
        raise Refused(f"xl reads no {shown(kind)} images; make it raw or qcow2 (qemu-img convert), and declare that")
    return {"target": _absolute(path), "format": TAP_FORMATS[kind.lower()]}


def _absolute(path: str) -> str:
    if not path.startswith("/"):
        raise Refused(f"{shown(path)} is no absolute path; what it was relative to is not known")
    return "/" + path.lstrip("/")
