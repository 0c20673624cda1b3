# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of devices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ansible_collections.xlops.xen.plugins.module_utils._config.checks import Check, Model, Objection
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import guest_type
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_on_wrong import MISSING, xl_on
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

PCI_DEFAULTS = ("pci_permissive", "pci_msitranslate", "pci_power_mgmt", "pci_seize")
TOUCH_SIZES = ("multi_touch_width", "multi_touch_height", "multi_touch_num_contacts")
P9_FOR_QEMU = ("tag", "security_model", "path")
LAST_EMULATED = "d"  # hda to hdd
GROUP_BIT = 1  # of the first octet of a MAC address

READS_PCI_DEFAULTS_TOO_LATE = Release(4, 13)
CRASHES_ON_ALL_FUNCTIONS = Release(4, 14)
RDM_WITHOUT_POLICY = Release(4, 15)


def disks(model: Model, release: Release | None) -> Iterator[Objection]:
    disks = model.get("disk", ())
    for vdev, count in Counter(disk["vdev"] for disk in disks if "vdev" in disk).items():
        if count > 1:
            message = f"the device {shown(vdev)} is there {count} times, and the guest is not created"
            index = max(index for index, disk in enumerate(disks) if disk.get("vdev") == vdev)
            yield Objection("duplicate-vdev", f"disk[{index}].vdev", message, "give each disk its own vdev")
    for index, disk in enumerate(disks):
        if not disk.get("target") and disk.get("devtype") != "cdrom":
            yield Objection(
                "disk-without-target", f"disk[{index}].target", "it is missing", "only a cdrom may be empty"
            )


def emulated_disks(model: Model, release: Release | None) -> Iterator[Objection]:
    if guest_type(model) == HVM:
        for index, disk in enumerate(model.get("disk", ())):
            name = str(disk.get("vdev", ""))
            if name.startswith("hd") and name[2:3] > LAST_EMULATED:
                message = f"{shown(name)} is not emulated, only hda to hdd are"
                yield Objection("disk-not-emulated", f"disk[{index}].vdev", message, "name it hda to hdd, or xvd")


def interfaces(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, vif in enumerate(model.get("vif", ())):
        if vif.get("type") == "ioemu" and guest_type(model) != HVM:
            message = f"a {guest_type(model)} guest with an emulated interface is not created"
            yield Objection("ioemu-of-pv", f"vif[{index}].type", message, "write vif")
        if int(vif.get("mac", "00")[:2], 16) & GROUP_BIT:
            message = f"{vif['mac']} is a group address, which no interface can have"
            yield Objection("group-mac", f"vif[{index}].mac", message, "make its first octet even")


def channels(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, channel in enumerate(model.get("channel", ())):
        if channel.get("connection") == "socket" and "path" not in channel:
            yield Objection("channel-without-path", f"channel[{index}].path", "it is missing", "a socket needs one")


def shared_directories(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, share in enumerate(model.get("p9", ())):
        for key in P9_FOR_QEMU if share.get("type") != "xen_9pfsd" else ():
            if key not in share:
                place = f"p9[{index}].{key}"
                message = f"it is missing, and {xl_on(MISSING, place, release)}"
                yield Objection("share-incomplete", place, message, "QEMU needs one")


def pci_devices(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, device in enumerate(model.get("pci", ())):
        if ("bdf" in device) == ("name" in device):
            place = f"pci[{index}].bdf"
            message = f"a device has an address or a name, one of the two, and {xl_on(MISSING, place, release)}"
            yield Objection("pci-address", place, message, "write bdf")
        if release == CRASHES_ON_ALL_FUNCTIONS and str(device.get("bdf", "")).endswith("*"):
            message = "xl of this release crashes on .*"
            yield Objection("pci-all-functions", f"pci[{index}].bdf", message, "name each function")


def pci_defaults(model: Model, release: Release | None) -> Iterator[Objection]:
    if model.get("pci") and release == READS_PCI_DEFAULTS_TOO_LATE:
        for key in PCI_DEFAULTS:
            if key in model:
                message = "this release reads it after the devices, to no effect"
                remedy = f"write {key[len('pci_') :]} for each device"
                yield Objection("pci-defaults-unread", key, message, remedy)


def passthrough(model: Model, release: Release | None) -> Iterator[Objection]:
    if model.get("passthrough") == "disabled":
        for key in ("pci", "dtdev"):
            if model.get(key):
                message = "with passthrough: disabled the guest is not created with it"
                yield Objection("passthrough-disabled", key, message, "remove one of the two")


def reserved_memory(model: Model, release: Release | None) -> Iterator[Objection]:
    """xl up to 4.14 wants both words of rdm, later ones refuse the policy; what they do not like they pass over."""
    rdm = model.get("rdm")
    if rdm is None or release is None:
        return
    if release < RDM_WITHOUT_POLICY and "policy" not in rdm:
        message = "this release passes over it without a policy"
        yield Objection("rdm-policy", "rdm", message, "add policy: strict or relaxed")
    elif release >= RDM_WITHOUT_POLICY and "policy" in rdm:
        yield Objection(
            "rdm-policy", "rdm", "this release passes over it with a policy", "use pci[].rdm_policy instead"
        )


def keyboards(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, keyboard in enumerate(model.get("vkb", ())):
        if keyboard.get("feature_multi_touch") and not any(keyboard.get(key) for key in TOUCH_SIZES):
            key = f"vkb[{index}].feature_multi_touch"
            yield Objection("touch-without-size", key, "the touch screen has no size", f"give {', '.join(TOUCH_SIZES)}")


CHECKS: tuple[Check, ...] = (
    disks,
    emulated_disks,
    interfaces,
    channels,
    shared_directories,
    pci_devices,
    pci_defaults,
    passthrough,
    reserved_memory,
    keyboards,
)
