# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of disks: their names, and where the device model emulates them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._config.checks import Check, Model, Objection, said_again
from ansible_collections.xlops.xen.plugins.module_utils._config.checks_hvm import DEVICE_MODEL, upstream
from ansible_collections.xlops.xen.plugins.module_utils._config.disk_names import disk_name, may_be_disk
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

REFUSES_READ_ONLY = Release(4, 7)
IDE, AHCI, SCSI = "IDE", "AHCI", "SCSI"
DISKS_OF = {IDE: 4, AHCI: 6, SCSI: 16}

# What keeps a disk from the device model, or may do so: it is the guest's own drivers that see it then.
UNSEEN = {
    "backendtype": ("tap", "standalone"),
    "specification": ("virtio",),
    "format": ("empty",),
    "colo": (True,),
}

# What says whether, and where, the device model has a disk.
SEEN_BY = (*DEVICE_MODEL, "hdtype", "disk.devtype", *(f"disk.{key}" for key in UNSEEN))

Disk = Mapping[str, Any]


class Place(NamedTuple):
    controller: str
    number: int


def names(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, disk in enumerate(model.get("disk", ())):
        vdev = str(disk.get("vdev", ""))
        separated = "," in vdev or "\n" in vdev  # which is said of every sub-key
        if not separated and not may_be_disk(vdev):
            message = f"{shown(vdev)} is the name of no disk, and the guest is not created"
            remedy = (
                "name it xvda and so on, with the number of a partition if need be; of hd there are hda to hdd alone"
            )
            yield Objection("no-disk-name", f"disk[{index}].vdev", message, remedy, vdev)


def same_name_twice(model: Model, release: Release | None) -> Iterator[Objection]:
    disks = model.get("disk", ())
    for index in said_again(disks, "vdev"):
        vdev = disks[index]["vdev"]
        count = sum(disk.get("vdev") == vdev for disk in disks)
        message = f"the device {shown(vdev)} is there {count} times, and the guest is not created"
        yield Objection("duplicate-vdev", f"disk[{index}].vdev", message, "give each disk its own vdev")


def targets(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, disk in enumerate(model.get("disk", ())):
        if not disk.get("target") and disk.get("devtype") != "cdrom":
            place, remedy = f"disk[{index}].target", "only a cdrom may be empty"
            seen_by = (place, f"disk[{index}].devtype")
            yield Objection("disk-without-target", place, "it is missing", remedy, absent=seen_by)


def same_place_twice(model: Model, release: Release | None) -> Iterator[Objection]:
    first: dict[Place, str] = {}
    for index, disk in enumerate(model.get("disk", ())):
        place = _emulated_at(model, disk, release)
        if place is not None and first.setdefault(place, disk["vdev"]) != disk["vdev"]:
            message = f"it is emulated in the place of {shown(first[place])}, and the guest is not created"
            remedy = "name it after another letter"
            yield Objection("emulated-twice", f"disk[{index}].vdev", message, remedy, absent=SEEN_BY)


def unwritable(model: Model, release: Release | None) -> Iterator[Objection]:
    if release is None or release < REFUSES_READ_ONLY:
        return
    for index, disk in enumerate(model.get("disk", ())):
        place = _emulated_at(model, disk, release)
        if place and place.controller != SCSI and disk.get("devtype") != "cdrom" and disk.get("access") == "ro":
            message = (
                f"the emulated {place.controller} disk {shown(disk['vdev'])} cannot be read-only, "
                "and the guest is not created"
            )
            remedy = "name it sda and so on, or xvdg and so on, which is not emulated"
            yield Objection("read-only-disk", f"disk[{index}].access", message, remedy, absent=SEEN_BY)


def _emulated_at(model: Model, disk: Disk, release: Release | None) -> Place | None:
    """Where qemu-xen has a disk beside the guest's own drivers. The traditional device model finds disks by itself."""
    name = disk_name(str(disk.get("vdev", "")))
    if name is None or not upstream(model, release) or not _in_sight(disk):
        return None
    place = Place(_controller(model, disk, name.bus, name.disk), name.disk)
    return place if place.number < DISKS_OF[place.controller] else None


def _controller(model: Model, disk: Disk, bus: str, number: int) -> str:
    if disk.get("devtype") == "cdrom":
        return IDE
    if bus == "sd":
        return SCSI
    return AHCI if model.get("hdtype") == "ahci" and number < DISKS_OF[AHCI] else IDE


def _in_sight(disk: Disk) -> bool:
    """Whether the device model, which runs where xl does, can open the disk. Scripts alone know what they make."""
    hidden = disk.get("backend") or disk.get("script") or any(disk.get(key) in UNSEEN[key] for key in UNSEEN)
    return not hidden and bool(disk.get("target") or disk.get("devtype") == "cdrom")


CHECKS: tuple[Check, ...] = (names, same_name_twice, targets, same_place_twice, unwritable)
