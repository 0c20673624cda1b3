# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices and the emulated machine, as xm has them: what each subject becomes for xl."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_conversion import Conversion
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_devices import (
    VFB_KEPT,
    VFB_NUMBERS,
    pairs,
    read_xm_pci,
    read_xm_vfb,
    read_xm_vif,
    read_xm_vtpm,
    read_xm_vusb,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_disks import read_xm_disk
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import (
    CHANGED,
    DECISION,
    DROPPED,
    RENAMED,
    Refused,
    Row,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_values import Opaque, plain
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, PV

MOST_NICS = 64
SMALLEST_VIDEORAM = {"cirrus": 8, "stdvga": 16}
QEMU, STUBDOM = "qemu-dm", "stubdom-dm"
CPUID = re.compile(r"((?:0x)?[0-9A-Fa-f]+(?:,(?:0x)?[0-9A-Fa-f]+)?):(.*)", re.DOTALL)
REGISTER = re.compile(r"(e[abcd]x)=(?:0x([0-9A-Fa-f]{1,8})|([01xks]{32}))")


def disks(guest: Conversion) -> None:
    guest.devices("disk", read_xm_disk)
    path = guest.text("cdrom")
    if path:
        disk = {"vdev": "hdc", "devtype": "cdrom", "access": "ro", "target": path, "format": "raw"}
        guest.declaration.setdefault("disk", []).append(disk)
        guest.owners[id(disk)] = guest.report("cdrom", CHANGED, "disk", "Xen 3.0 had a key of its own for it")


def network(guest: Conversion) -> None:
    kind = HVM if guest.hvm else PV
    vifs = guest.devices("vif", lambda text: read_xm_vif(text, kind))
    count = guest.number("nics")
    if count is not None and len(vifs) < count <= MOST_NICS:
        missing: list[dict[str, Any]] = [{} for _nic in range(count - len(vifs))]
        guest.declaration["vif"] = vifs = vifs + missing
        row = guest.report("nics", CHANGED, "vif", "an interface with all defaults for each")
        guest.owners.update({id(vif): row for vif in missing})
    elif count is not None:
        guest.report("nics", DROPPED, reason="vif has as many, or nobody can have so many")
    if any("bridge" not in vif and "script" not in vif for vif in vifs):
        guest.ask(
            "vif",
            "an interface names no bridge: xm took the first that it found, xl takes that of xl.conf, else xenbr0",
        )


def passthrough(guest: Conversion) -> None:
    found = guest.devices("pci", read_xm_pci)
    flag = guest.number("pci_msitranslate")
    if not guest.hvm:
        if flag is not None:
            guest.report("pci_msitranslate", DROPPED, reason="xm read it for HVM guests alone")
    elif flag is not None:
        guest.put("pci_msitranslate", "pci_msitranslate", flag != 0)
    elif found and guest.says_nothing("pci_msitranslate"):
        guest.add("pci_msitranslate", True, "xm translates interrupts of devices passed through, xl does not")


def devices(guest: Conversion) -> None:
    guest.devices("vtpm", read_xm_vtpm)
    guest.devices("vusb", read_xm_vusb, "usbctrl")
    _cpuid(guest)
    _labels(guest)


def _cpuid(guest: Conversion) -> None:
    try:
        leaves = [_leaf(plain(item)) for item in guest.items("cpuid")]
    except (Opaque, Refused) as why:
        guest.report("cpuid", DECISION, reason=str(why), loss=True)
        return
    if leaves:
        bits = any("0x" in register for item in guest.items("cpuid") for register in str(plain(item)).split(":")[1:])
        reason = "xl wants all bits where xm took a number" if bits else ""
        guest.put("cpuid", "cpuid", leaves, CHANGED if bits else "", reason)


def _leaf(text: Any) -> str:
    """``LEAF[,SUBLEAF]:eax=BITS,...``"""
    match = CPUID.fullmatch(re.sub(r"\s", "", str(text)))
    registers = [REGISTER.fullmatch(part) for part in match.group(2).split(",")] if match else []
    if match is None or not all(registers):
        raise Refused(f"{shown(text)} is nothing xm knows of a CPUID leaf")
    rendered = [f"{found[1]}={found[3] if found[3] else f'{int(found[2], 16):032b}'}" for found in registers if found]
    return f"{match.group(1)}:{','.join(rendered)}"


def _labels(guest: Conversion) -> None:
    for item in guest.items("access_control")[:1]:
        try:
            words = pairs(str(plain(item)))
        except (Opaque, Refused) as why:
            guest.report("access_control", DECISION, reason=str(why), loss=True)
            continue
        if not words.get("policy") and words.get("label"):
            guest.put("access_control", "seclabel", words["label"], CHANGED, "the label of XSM")
        else:
            reason = "policies of ACM went with xend; XSM has others: write a policy for it, and seclabel"
            guest.report("access_control", DECISION, reason=reason, loss=True)


def display(guest: Conversion) -> None:
    (_display_hvm if guest.hvm else _display_pv)(guest)


def _display_pv(guest: Conversion) -> None:
    """Top-level keys would give a guest a framebuffer that it has not had."""
    guest.devices("vfb", read_xm_vfb)
    framebuffers = guest.declaration.get("vfb", ())
    keymap = guest.text("keymap")
    if keymap and framebuffers:
        for vfb in framebuffers:
            vfb.setdefault("keymap", keymap)
        guest.report("keymap", CHANGED, "vfb", "xm put it into the framebuffer")
    for key in (*VFB_KEPT, "stdvga", "videoram"):
        guest.seen.add(key)
        if guest.has(key) and not (key == "keymap" and keymap and framebuffers):
            guest.report(key, DROPPED, reason="xm read it for HVM guests alone; paravirtual ones have vfb")


def _display_hvm(guest: Conversion) -> None:
    for key in VFB_KEPT:
        if key in VFB_NUMBERS:
            number = guest.number(key)
            if number is not None:
                guest.put(key, key, number if key == "vncdisplay" else number != 0)
        else:
            text = guest.text(key)
            if text:
                guest.put(key, key, text)
    _framebuffer_hvm(guest)
    if not guest.declaration.get("vnc") and not guest.declaration.get("sdl") and guest.says_nothing("vnc"):
        guest.add("vnc", False, "xm shows no display that is not asked for, xl has VNC")
    _graphics_card(guest)


def _framebuffer_hvm(guest: Conversion) -> None:
    """xend took the first framebuffer for the display of the emulated card."""
    found = guest.devices("vfb", read_xm_vfb)
    guest.declaration.pop("vfb", None)
    for index, vfb in enumerate(found):
        row = guest.owners[id(vfb)]
        if index:
            row.drop("an HVM guest has one display")
            continue
        row.action, row.to, row.reason = CHANGED, ", ".join(vfb), "xl reads these keys themselves for an HVM guest"
        guest.declaration.update(vfb)
        guest.owners.update(dict.fromkeys(vfb, row))


def _graphics_card(guest: Conversion) -> None:
    standard = guest.number("stdvga")
    if standard is not None:
        guest.put("stdvga", "vga", "stdvga" if standard else "cirrus", RENAMED)
    amount = guest.number("videoram")
    if amount is None:
        return
    needed = SMALLEST_VIDEORAM["stdvga" if standard else "cirrus"]
    if amount < needed:
        guest.report("videoram", DROPPED, reason=f"QEMU needs {needed} MiB, and has them without being told")
    else:
        guest.put("videoram", "videoram", amount)


def device_model(guest: Conversion) -> None:
    hpet = guest.number("hpet")
    programs = [str(path).rpartition("/")[2] for path in guest.candidates("device_model")]
    if not guest.hvm:
        for key in ("hpet", "device_model"):
            if guest.has(key):
                guest.report(key, DROPPED, reason="xl knows itself which guests need one")
        return
    if hpet is not None:
        guest.put("hpet", "hpet", hpet != 0)
    elif guest.says_nothing("hpet"):
        guest.add("hpet", False, "xm offers none that is not asked for, xl does")
    if programs and all(program == STUBDOM for program in programs):
        guest.put("device_model", "device_model_stubdomain_override", True, CHANGED, "a QEMU in a domain of its own")
    elif programs and all(program in (QEMU, "") for program in programs):
        guest.report("device_model", DROPPED, reason="xl finds its own QEMU")
    elif guest.has("device_model"):
        reason = "xl finds its own QEMU; if it has to be this one, declare device_model_override"
        guest.report("device_model", DECISION, reason=reason, loss=True)
    guest.rows.append(
        Row(
            DECISION,
            "device_model_version",
            to="device_model_version",
            reason="under xm the guest had qemu-xen-traditional and ROMBIOS, xl gives it qemu-xen and SeaBIOS: other "
            "emulated hardware. Try it; up to Xen 4.20 qemu-xen-traditional can be declared, where it is installed",
        )
    )


HARDWARE: tuple[Callable[[Conversion], None], ...] = (
    disks,
    network,
    passthrough,
    devices,
    display,
    device_model,
)
