# SPDX-License-Identifier: GPL-3.0-or-later
"""The devices of a running guest that xl can attach and detach, and its commands for that."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._config.device_writer import device_text, parameters
from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Commands
from ansible_collections.xlops.xen.plugins.module_utils._plan.live_usb import CONTROLLER, DEVICE, controller, usb_device
from ansible_collections.xlops.xen.plugins.module_utils._plan.running import (
    Device,
    Row,
    Running,
    Waits,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, PV
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

# Before, xl took a disk away from a guest that did not let go of it.
DETACHES_DISKS_SAFELY = Release(4, 15)
# Before, libxl_cdrom_insert refuses guests with a stub domain.
CHANGES_MEDIA_OF_STUB_DOMAINS = Release(4, 20)
EMULATED_DISKS = ("hd", "sd")
EMULATED, PARAVIRTUAL = "ioemu", "vif"  # types of an interface


def _stays(difference: Difference, _running: Running) -> tuple[Commands, Commands]:
    raise Waits(f"xl changes no {difference.key} that stays")


def device(
    key: str,
    attach: Callable[[Device, Running], Commands],
    detach: Callable[[Device, Running], Commands],
    take_away: Callable[[Device, Running], Commands] | None = None,
    changed: Row = _stays,
    come: Callable[[Device, Running], Commands] | None = None,
) -> Row:
    """A device comes or goes; of one that stays, what ``changed`` can change. One that the guest has had for some time
    may need more care when it is taken away than one that has just come; and one that comes has to be as it is
    declared, where one that comes back is as far as it can be.
    """

    def make(difference: Difference, running: Running) -> tuple[Commands, Commands]:
        if difference.before is None:
            return (come or attach)(difference.after, running), detach(difference.after, running)
        if difference.after is None:
            whole = running.device(OPTIONS[key], difference.device) or difference.before
            return (take_away or detach)(whole, running), attach(whole, running)
        return changed(difference, running)

    return make


def _known(key: str, one: Device, running: Running) -> Device:
    """The device in words that this release has."""
    known = {row.key for row in OPTIONS[key].fields if row.known_to(running.release)}
    return {word: value for word, value in one.items() if word in known}


def _text(key: str, one: Device, running: Running) -> str:
    return str(device_text(_known(key, one, running), OPTIONS[key]))


def _told_apart(key: str, one: Device) -> str:
    """The word by which xl finds the device."""
    identity = OPTIONS[key].identity
    if identity not in one:
        raise Waits(f"it is not known by its {identity}")
    return str(one[identity])


def _attach_disk(disk: Device, running: Running) -> Commands:
    _demand_hotplug(disk, running)
    return (("block-attach", running.dom, _text("disk", disk, running)),)


def _detach_disk(disk: Device, running: Running) -> Commands:
    return (("block-detach", running.dom, disk["vdev"]),)


def _take_disk_away(disk: Device, running: Running) -> Commands:
    _demand_hotplug(disk, running)
    if running.release < DETACHES_DISKS_SAFELY:
        raise Waits(f"xl before Xen {DETACHES_DISKS_SAFELY} takes a disk from a guest that still uses it")
    if disk.get("specification") == "virtio":
        raise Waits("xl takes no virtio disk from a running guest")
    return _detach_disk(disk, running)


def _demand_hotplug(disk: Device, running: Running) -> None:
    if running.type == HVM and str(disk["vdev"]).startswith(EMULATED_DISKS):
        raise Waits("the controller that is emulated for it takes no disks while the guest runs")


def _changed_medium(difference: Difference, running: Running) -> tuple[Commands, Commands]:
    """The drive stays and has another medium."""
    drive = running.device(OPTIONS["disk"], difference.device)
    if running.type != HVM or drive.get("devtype") != "cdrom" or not set(difference.after) <= {"target", "format"}:
        raise Waits("xl changes nothing of a disk that stays but the medium of a CD drive of an HVM guest")
    if running.has_stub_domain and running.release < CHANGES_MEDIA_OF_STUB_DOMAINS:
        raise Waits(
            f"xl before Xen {CHANGES_MEDIA_OF_STUB_DOMAINS} changes no medium of a guest that has a stub domain"
        )
    return _medium(drive, difference.after, running), _medium(drive, difference.before, running)


def _medium(drive: Device, changed: Device, running: Running) -> Commands:
    medium = {**drive, **changed}
    if not medium.get("target"):
        return (("cd-eject", running.dom, drive["vdev"]),)
    if medium.get("format") != "raw":
        raise Waits("xl inserts raw images alone")
    return (("cd-insert", running.dom, drive["vdev"], medium["target"]),)


def _attach_vif(vif: Device, running: Running) -> Commands:
    """Under the next free number: the one of its place in the declaration may be taken until the next boot."""
    words = {key: value for key, value in _known("vif", vif, running).items() if key != "devid"}
    if _has_device_model(running):
        words["type"] = PARAVIRTUAL
    return (("network-attach", running.dom, *parameters(words, OPTIONS["vif"])),)


def _bring_vif(vif: Device, running: Running) -> Commands:
    if _has_device_model(running) and vif.get("type") == EMULATED:
        raise Waits("a running guest gets no emulated card, and xl fails at the tap that it does not have")
    return _attach_vif(vif, running)


def _has_device_model(running: Running) -> bool:
    """Whether it runs on this host. The script of an interface of type ioemu is called a second time there, for a tap,
    which only a device model makes when it starts. Up to Xen 4.9 ioemu is what libxl takes for an HVM guest where
    nothing is said, also for an interface that comes while it runs.
    """
    return running.type == HVM and not running.has_stub_domain


def _detach_vif(vif: Device, running: Running) -> Commands:
    return (("network-detach", running.dom, _told_apart("vif", vif)),)


def _attach_pci(pci: Device, running: Running) -> Commands:
    if running.type not in (PV, HVM):
        raise Waits("PVH guests take no PCI devices")
    return (("pci-attach", running.dom, _text("pci", pci, running)),)


def _detach_pci(pci: Device, running: Running) -> Commands:
    return (("pci-detach", running.dom, _told_apart("pci", pci)),)


def _attach_vtpm(vtpm: Device, running: Running) -> Commands:
    return (("vtpm-attach", running.dom, *parameters(vtpm, OPTIONS["vtpm"])),)


def _detach_vtpm(vtpm: Device, running: Running) -> Commands:
    return (("vtpm-detach", running.dom, _told_apart("vtpm", vtpm)),)


DEVICES: Mapping[str, Row] = {
    "disk": device("disk", _attach_disk, _detach_disk, _take_disk_away, _changed_medium),
    "vif": device("vif", _attach_vif, _detach_vif, come=_bring_vif),
    "pci": device("pci", _attach_pci, _detach_pci),
    "vtpm": device("vtpm", _attach_vtpm, _detach_vtpm),
    CONTROLLER: controller,
    DEVICE: usb_device,
}
