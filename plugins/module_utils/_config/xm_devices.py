# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices as xm writes them, all but disks, in the model's terms."""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.vif_rate import LARGEST, rate_in_json
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_disks import DOM0, Device
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import Refused
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM

VIF_KEPT = ("mac", "bridge", "ip", "script", "vifname", "model")
VIF_DROPPED = {
    "accel": "xl has no accelerators",
    "policy": "ACM policies are gone with xend",
    "label": "ACM labels are gone with xend",
}
VFB_KEPT = (
    *("vnc", "sdl", "opengl", "vnclisten", "vncdisplay", "vncunused", "vncpasswd", "display", "xauthority", "keymap"),
)
VFB_DROPPED = {
    "videoram": "xl sizes the framebuffer itself",
    "serial": "xl has no serial port of a framebuffer",
    "monitor": "xl has no QEMU monitor of a framebuffer",
}
VFB_NUMBERS = ("vnc", "sdl", "opengl", "vncunused", "vncdisplay")
VTPM_DROPPED = {"instance": "the backend domain has the instance", "type": "xl has no types of TPM"}
PCI = re.compile(
    r"(?:([0-9a-fA-F]{1,4})[:,])?([0-9a-fA-F]{1,2})[:,]([0-9a-fA-F]{1,2})[.,](\*|[0-7](?:[-,=0-7]*[0-7])?)"
    r"(?:@([01]?[0-9a-fA-F]))?(?:,(.*))?"
)
PCI_BITS = {"0": False, "no": False, "1": True, "yes": True}
MOST_PORTS = 16
RATE = re.compile(r"0*([1-9][0-9]*[GMK]?[Bb]/s)(?:@0*([1-9][0-9]*[mu]?s))?")


def pairs(text: str, secret: bool = False) -> dict[str, str]:
    """``a=1, b=2`` as xm reads it; the last of two wins. A piece may be the rest of a ``secret`` that has a comma."""
    found = {}
    for piece in text.strip().split(",") if text.strip() else ():
        key, equals, value = piece.partition("=")
        if not equals:
            what = "a piece of it" if secret else shown(piece.strip())
            raise Refused(f"{what} is no KEY=VALUE, and xm refuses it")
        found[key.strip()] = value.strip()
    return found


def _unknown(words: dict[str, str], known: tuple[str, ...], what: str) -> None:
    for word in words:
        if word not in known:
            raise Refused(f"{shown(word)} is nothing xm knows of a {what}, and xm refuses it")


def read_xm_vif(text: str, guest: str) -> Device:
    words = pairs(text)
    _unknown(words, (*VIF_KEPT, *VIF_DROPPED, "type", "backend", "rate"), "vif")
    vif: dict[str, Any] = {key: words[key] for key in VIF_KEPT if words.get(key)}
    remarks = [why for key, why in VIF_DROPPED.items() if key in words]
    kind = words.get("type", "")
    if kind and guest == HVM:
        vif["type"] = "ioemu" if kind == "ioemu" else "vif"
        if kind not in ("ioemu", "vif"):
            remarks.append(f"type={kind} is type=vif to xl")
    elif kind == "ioemu":
        remarks.append("xl refuses type=ioemu for a guest without emulated hardware")
    if words.get("backend", "") not in DOM0:
        vif["backend"] = words["backend"]
    if words.get("rate"):
        rate = _rate(words["rate"])
        vif.update({"rate": rate} if rate else {})
        if not rate:
            remarks.append(f"rate={shown(words['rate'])} is no rate; xm took it for no limit")
        elif rate != words["rate"]:
            remarks.append(f"rate={shown(words['rate'])} is decimal to xm, and octal to xl with a zero in front")
    return vif, remarks


def _rate(text: str) -> str:
    """What xm read of a rate, as xl reads it; nothing where xm set no limit (xend/server/netif.py, 4.0.0 to 4.4.0)."""
    match = RATE.fullmatch(text)
    rate = "@".join(filter(None, match.groups())) if match else ""
    try:
        return rate if rate and 0 < rate_in_json(rate)[0] <= LARGEST else ""
    except ValueError:
        return ""


def read_xm_vfb(text: str) -> Device:
    words = pairs(text, secret=True)
    if words.get("type"):  # the form of Xen 3.0
        words[words.pop("type")] = "1"
    _unknown(words, (*VFB_KEPT, *VFB_DROPPED), "vfb")
    vfb: dict[str, Any] = {key: words[key] for key in VFB_KEPT if words.get(key)}
    for key in VFB_NUMBERS:
        if key in vfb:
            if not re.fullmatch(r"[0-9]{1,5}", vfb[key]):
                raise Refused(f"{key}={shown(vfb[key])} is no number")
            vfb[key] = int(vfb[key]) if key == "vncdisplay" else int(vfb[key]) != 0
    return vfb, [why for key, why in VFB_DROPPED.items() if key in words]


def read_xm_pci(text: str) -> Device:
    match = PCI.fullmatch(text.strip())
    if match is None:
        raise Refused(f"{shown(text)} is no PCI device; write one such as 0000:03:00.0")
    domain, bus, slot, function, vslot, options = match.groups()
    if len(function) > 1:
        raise Refused(f"the functions {function} have to be written as one device each, or as * for all")
    device: dict[str, Any] = {"bdf": f"{int(domain or '0', 16):04x}:{int(bus, 16):02x}:{int(slot, 16):02x}.{function}"}
    if vslot:
        device["vslot"] = int(vslot, 16)
    for key, value in pairs(options or "").items():
        if key not in ("msitranslate", "power_mgmt") or value.lower() not in PCI_BITS:
            raise Refused(f"{shown(f'{key}={value}')} is nothing xm knows of a PCI device, and xm refuses it")
        device[key] = PCI_BITS[value.lower()]
    return device, []


def read_xm_vtpm(text: str) -> Device:
    words = pairs(text)
    _unknown(words, ("backend", "uuid", *VTPM_DROPPED), "vtpm")
    if words.get("backend", "") in DOM0:
        raise Refused("xl wants a TPM domain as its backend, which xm did not; declare vtpm with backend")
    device = {key: words[key] for key in ("backend", "uuid") if words.get(key)}
    return device, [why for key, why in VTPM_DROPPED.items() if key in words]


def read_xm_vusb(text: str) -> Device:
    """The controller. What is plugged in is named by its port on the host, where xl wants its address."""
    words = pairs(text)
    ports = tuple(f"port_{number}" for number in range(1, MOST_PORTS + 1))
    _unknown(words, ("usbver", "numports", *ports), "vusb")
    version, count = words.get("usbver", "2"), words.get("numports", "8")
    if version not in ("1", "2") or not re.fullmatch(r"[1-9]|1[0-6]", count):
        raise Refused("xm wants usbver=1 or 2, and numports from 1 to 16")
    plugged = [f"{key}={words[key]}" for key in ports if words.get(key)]
    if plugged:
        raise Refused(
            f"{shown(', '.join(plugged))} names devices by ports of the host; declare usbctrl, and usbdev with hostbus "
            "and hostaddr"
        )
    return {"type": "pv", "version": int(version), "ports": int(count)}, []
