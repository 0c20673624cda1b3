# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of what neither xl nor libxl looks at: it goes to the scripts of the host or to QEMU, and is likely wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.checks import Check, Model, Objection
from ansible_collections.xlops.xen.plugins.module_utils._config.checks_devices import LONGEST_INTERFACE
from ansible_collections.xlops.xen.plugins.module_utils._config.dependencies import THIS_DOMAIN
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import did_you_mean, one_edit_apart, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import guest_type
from ansible_collections.xlops.xen.plugins.module_utils._schema.devices_network import VIF_FIELDS
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

ANOTHER_SUB_KEY = re.compile(r"\s({})=".format("|".join(row.word for row in VIF_FIELDS)))
BEHIND_A_BRIDGE = re.compile(r"[.:].*", re.DOTALL)  # tag and trunks, as vif-openvswitch takes them
IN_NO_BRIDGE = re.compile(r"[\s/'\"]")

STAT_BY_LIBXL = (None, "phy")  # backends whose target libxl looks for itself, in all releases
QUOTES = "\"'"

# Words of QEMU. Of NICs and USB devices each release and build has others, so that none is unknown for sure.
NICS = (
    *("e1000", "e1000-82540em", "e1000-82544gc", "e1000-82545em", "e1000e", "igb", "igbvf", "lance", "ne2k_isa"),
    *("i82550", "i82551", "i82557a", "i82557b", "i82557c", "i82558a", "i82558b", "i82559a", "i82559b", "i82559c"),
    *("i82559er", "i82562", "i82801", "ne2k_pci", "netfront", "pcnet", "rocker", "rtl8139", "rtl8139a", "smc91c111"),
    *("sungem", "sunhme", "tulip", "usb-net", "virtio", "virtio-net", "virtio-net-pci", "vmxnet3", "xen"),
)
USB_DEVICES = (
    *("audio", "braille", "bt", "ccid", "disk", "host", "keyboard", "mouse", "net", "serial", "tablet"),
    *("u2f-emulated", "u2f-passthru", "wacom-tablet"),
)
KEYMAPS = (
    *("ar", "ara", "bepo", "common", "cz", "da", "de", "de-ch", "en-gb", "en-us", "es", "et", "fi", "fo", "fr"),
    *("fr-be", "fr-ca", "fr-ch", "hr", "hu", "is", "it", "ja", "lt", "lv", "mk", "modifiers", "nl", "nl-be", "no"),
    *("pl", "pt", "pt-br", "ru", "sl", "sv", "th", "tr"),
)
SERIAL_PORT = re.compile(r"tty\w+")


def commas(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, vif in enumerate(model.get("vif", ())):
        for key, value in vif.items():
            match = ANOTHER_SUB_KEY.search(value) if isinstance(value, str) else None
            if match is not None:
                message = f"{shown(value)} has another sub-key in it, which xl would take for a part of the value"
                remedy = f"write a comma, and no blank, before {match.group(1)}="
                yield Objection("comma-left-out", f"vif[{index}].{key}", message, remedy, value)


def bridges(model: Model, release: Release | None) -> Iterator[Objection]:
    """Of interfaces that Xen's own scripts set up. Some hosts route by default, and look at no bridge."""
    for index, vif in enumerate(model.get("vif", ())):
        bridge = vif.get("bridge")
        fault = _of_bridge(bridge) if bridge is not None and "script" not in vif else None
        if fault is not None:
            message, remedy = fault
            yield Objection("bridge-name", f"vif[{index}].bridge", message, remedy, bridge)


def _of_bridge(bridge: str) -> tuple[str, str] | None:
    """What is wrong with the name of a bridge, and what to do."""
    name = BEHIND_A_BRIDGE.sub("", bridge)
    if not bridge:
        return "it is empty, and the script takes the first bridge that the host has", "name the bridge, or remove it"
    if bridge != bridge.strip() or ANOTHER_SUB_KEY.search(bridge):
        return None  # which is said of every sub-key
    if IN_NO_BRIDGE.search(name):
        return f"{shown(bridge)} has what no bridge has in its name", "write the name alone, without quotes or blanks"
    if len(name.encode()) > LONGEST_INTERFACE:
        message = f"{shown(bridge)} is longer than the {LONGEST_INTERFACE} letters that a bridge can have"
        return message, "write the name that the host has for it"
    return None


def targets(model: Model, release: Release | None) -> Iterator[Objection]:
    """libxl looks for the target itself, as it stands (libxl__device_disk_set_backend() of 4.5.0 and 4.21.0)."""
    for index, disk in enumerate(model.get("disk", ())):
        target = disk.get("target", "")
        if target and not target.startswith("/") and _is_looked_for(disk):
            message = f"{shown(target)} begins with no slash, and is looked for where xl runs"
            quoted = target[0] in QUOTES
            remedy = "write it without quotes" if quoted else "write the whole path, from / on"
            yield Objection("relative-target", f"disk[{index}].target", message, remedy, target)


def _is_looked_for(disk: Mapping[str, Any]) -> bool:
    elsewhere = disk.get("backend") not in THIS_DOMAIN or disk.get("script") or disk.get("colo")
    return not elsewhere and disk.get("format") != "empty" and disk.get("backendtype") in STAT_BY_LIBXL


def words_for_qemu(model: Model, release: Release | None) -> Iterator[Objection]:
    if guest_type(model) != HVM:
        return
    for index, vif in enumerate(model.get("vif", ())):
        if vif.get("type") != "vif":  # of which QEMU has no half
            yield from _slips(f"vif[{index}].model", vif.get("model", ""), NICS)
    for device in _each(model.get("usbdevice")):
        yield from _slips("usbdevice", device.partition(":")[0], USB_DEVICES)
    for port in _each(model.get("serial")):
        if SERIAL_PORT.fullmatch(port):
            yield Objection("word-for-qemu", "serial", f"QEMU has no {shown(port)}", f"write /dev/{port}", port)
    keymap = model.get("keymap")
    if keymap and "/" not in keymap and keymap not in KEYMAPS:
        meant = did_you_mean(keymap, KEYMAPS)
        remedy = f"did you mean {meant}?" if meant else "write one such as de or en-us"
        yield Objection("word-for-qemu", "keymap", f"QEMU comes with no keymap {shown(keymap)}", remedy, keymap)


def _slips(key: str, word: str, known: tuple[str, ...]) -> Iterator[Objection]:
    """A word that is one slip away from one that QEMU knows."""
    meant = [one for one in known if one_edit_apart(word, one)] if word and word not in known else []
    if meant:
        message = f"{shown(word)} is one letter off what QEMU knows"
        yield Objection("word-for-qemu", key, message, f"did you mean {' or '.join(meant)}?", word)


def _each(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


CHECKS: tuple[Check, ...] = (commas, bridges, targets, words_for_qemu)
