# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of devices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.checks import Check, Model, Objection, said_again
from ansible_collections.xlops.xen.plugins.module_utils._config.checks_guest import PASSES_THROUGH
from ansible_collections.xlops.xen.plugins.module_utils._config.checks_hvm import DEVICE_MODEL
from ansible_collections.xlops.xen.plugins.module_utils._config.dependencies import THIS_DOMAIN
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import NO_MODEL, guest_type
from ansible_collections.xlops.xen.plugins.module_utils._config.vif_numbers import vif_numbers
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_on_wrong import (
    MISSING,
    NOT_CREATED,
    REFUSES,
    xl_on,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, PV, PVH
from ansible_collections.xlops.xen.plugins.module_utils._schema.options_arm import ARM
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

PCI_DEFAULTS = ("pci_permissive", "pci_msitranslate", "pci_power_mgmt", "pci_seize")
TOUCH_SIZES = ("multi_touch_width", "multi_touch_height", "multi_touch_num_contacts")
P9_FOR_QEMU = ("tag", "security_model", "path")
P9_DAEMON, P9_LIMITS = "xen_9pfsd", ("max_space", "max_files", "max_open_files", "auto_delete")
GROUP_BIT = 1  # of the first octet of a MAC address
LONGEST_INTERFACE = 15  # bytes of a name, to the kernels of all backends
IN_NO_NAME = re.compile(r"[\s/:]|\A\.\.?\Z")  # of an interface, to Linux
EMULATED_BY = (*DEVICE_MODEL, "vif.type", "vif.backend")
EMULATED = "-emu"  # behind the name of the interface of which the device model has the other end

# On Arm a guest is PVH whatever its type says, and can be given devices.
OF_ARM = ("dtdev", *(row.key for row in ARM))

# How many ports a USB controller can have, by its version.
EMULATED_PORTS = {1: (2, 2), 2: (6, 6), 3: (1, 15)}
PARAVIRTUAL_PORTS = {1: (1, 31), 2: (1, 31)}
USB_TYPE = ("usbctrl.type", "usbctrl.version", "usbctrl.ports")
EMULATES_USB = Release(4, 8)

LAST_PORT = 0xFFFF  # of x86, which alone has ports
LAST_COLOUR = 2**10 - 1  # that Xen can be built with
REFUSED_PORT = 2**32 - 1  # the first of the numbers that xl itself takes for none

CHANNELS_HOLD_EQUALS_SIGNS = Release(4, 18)
READS_DEVID = Release(4, 9)
READS_PCI_DEFAULTS_TOO_LATE = Release(4, 13)
CRASHES_ON_ALL_FUNCTIONS = Release(4, 14)
RDM_WITHOUT_POLICY = Release(4, 15)
REFUSES_DEVICES_OF_PVH = Release(4, 13)


def interfaces(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, vif in enumerate(model.get("vif", ())):
        if vif.get("type") == "ioemu" and guest_type(model) != HVM:
            message = f"a {guest_type(model)} guest with an emulated interface is not created"
            yield Objection("ioemu-of-pv", f"vif[{index}].type", message, "write vif")
        if int(vif.get("mac", "00")[:2], 16) & GROUP_BIT:
            message = f"{vif['mac']} is a group address, which no interface can have"
            yield Objection("group-mac", f"vif[{index}].mac", message, "make its first octet even")


def interface_names(model: Model, release: Release | None) -> Iterator[Objection]:
    """Of interfaces that Xen's own scripts set up; others do with a name what they like."""
    vifs = [vif if "script" not in vif else {} for vif in model.get("vif", ())]
    for index, vif in enumerate(vifs):
        name, suffix = vif.get("vifname", ""), EMULATED if _has_emulated_half(model, vif) else ""
        if IN_NO_NAME.search(name.strip(" \t")):  # a blank at an end is said of every sub-key
            message = f"{shown(name)} is no name that Linux gives an interface, and {NOT_CREATED}"
            remedy = "write one without blanks, slashes and colons, that is not . or .."
            yield Objection("interface-name", f"vif[{index}].vifname", message, remedy, name)
        elif name and len((name + suffix).encode()) > LONGEST_INTERFACE:
            message = (
                f"{shown(name + suffix)} is longer than the {LONGEST_INTERFACE} letters that an interface can have"
            )
            remedy = f"write {LONGEST_INTERFACE - len(suffix)} letters or less"
            message = f"{message}, and {NOT_CREATED}"
            yield Objection("interface-name", f"vif[{index}].vifname", message, remedy, name, EMULATED_BY)
    for index in said_again(vifs, "vifname", "backend"):
        name = vifs[index]["vifname"]
        message = f"another interface of the guest is {shown(name)} too, and {NOT_CREATED}"
        yield Objection("interface-name", f"vif[{index}].vifname", message, "give each its own name", name)


def interface_numbers(model: Model, release: Release | None) -> Iterator[Objection]:
    if release is None or release < READS_DEVID:
        return
    taken: set[int] = set()
    for index, number in enumerate(vif_numbers(model.get("vif", ()))):
        if number in taken:
            message = f"another interface of the guest has the number {number}, and {NOT_CREATED}"
            remedy = "give it another one; one that says none has that of its place, from 0 on"
            yield Objection("interface-number", f"vif[{index}].devid", message, remedy, absent=("vif.devid",))
        taken.add(number)


def _has_emulated_half(model: Model, vif: Mapping[str, Any]) -> bool:
    """Whether the script names another interface for the device model, which has it where xl runs."""
    emulated = guest_type(model) == HVM and model.get("device_model_version") != NO_MODEL and vif.get("type") != "vif"
    elsewhere = model.get("device_model_stubdomain_override") or vif.get("backend") not in THIS_DOMAIN
    return emulated and not elsewhere


def channels(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, channel in enumerate(model.get("channel", ())):
        place, path = f"channel[{index}]", f"channel[{index}].path"
        if channel.get("connection") == "socket" and "path" not in channel:
            yield Objection("channel-without-path", path, "it is missing", "a socket needs one", absent=(path,))
        for key, value in channel.items() if release is not None and release < CHANNELS_HOLD_EQUALS_SIGNS else ():
            if "=" in value:
                message = f"{shown(value)} ends at its equals sign, and xl of this release silently drops the rest"
                remedy = f"write one without, or use Xen {CHANNELS_HOLD_EQUALS_SIGNS}"
                yield Objection("wrong-value", f"{place}.{key}", message, remedy, value)


def shared_directories(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, share in enumerate(model.get("p9", ())):
        for key in P9_FOR_QEMU if share.get("type") != P9_DAEMON else ():
            if key not in share:
                place = f"p9[{index}].{key}"
                message = f"it is missing, and {xl_on(MISSING, place, release)}"
                yield Objection("share-incomplete", place, message, "QEMU needs one", absent=(place,))


def servers_of_shares(model: Model, release: Release | None) -> Iterator[Objection]:
    """What libxl looks at itself (libxl__device_p9_setdefault() of 4.19.0 and 4.22.0)."""
    for index, share in enumerate(model.get("p9", ())):
        by_daemon = share.get("type") == P9_DAEMON
        if by_daemon and "security_model" not in share:
            place, message = f"p9[{index}].security_model", f"it is missing, and {NOT_CREATED}"
            yield Objection("share-server", place, message, "write none", absent=(place,))
        for key in P9_LIMITS if not by_daemon else ():
            if share.get(key):
                message = f"QEMU keeps to no limits, and {NOT_CREATED} with one"
                remedy = f"give type: {P9_DAEMON}, or remove it"
                yield Objection("share-server", f"p9[{index}].{key}", message, remedy, absent=(f"p9[{index}].type",))


def pci_devices(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, device in enumerate(model.get("pci", ())):
        if ("bdf" in device) == ("name" in device):
            place = f"pci[{index}].bdf"
            message = f"a device has an address or a name, one of the two, and {xl_on(MISSING, place, release)}"
            yield Objection("pci-address", place, message, "write bdf", absent=(place,))
        if release == CRASHES_ON_ALL_FUNCTIONS and str(device.get("bdf", "")).endswith("*"):
            message = "xl of this release crashes on .*"
            yield Objection("pci-all-functions", f"pci[{index}].bdf", message, "name each function")


def pci_devices_twice(model: Model, release: Release | None) -> Iterator[Objection]:
    devices = model.get("pci", ())
    for key in ("bdf", "name"):
        for index in said_again(devices, key):
            device = devices[index][key]
            message = f"the device {shown(device)} is there before, and {NOT_CREATED}"
            yield Objection("pci-device-twice", f"pci[{index}].{key}", message, "name it once", device)


def devices_of_pvh(model: Model, release: Release | None) -> Iterator[Objection]:
    if guest_type(model) != PVH or release is None or release < REFUSES_DEVICES_OF_PVH:
        return
    passthrough = model.get("passthrough")
    key = "passthrough" if passthrough in PASSES_THROUGH else "pci"
    if model.get(key) and passthrough != "disabled" and not _is_of_arm(model):
        message = "pvh guests of x86 have no devices of the host passed through, and are not created with one"
        remedy = "remove it, or make the guest pv or hvm"
        yield Objection("pvh-passthrough", key, message, remedy, absent=("passthrough", *OF_ARM))


def _is_of_arm(model: Model, but_for: str = "") -> bool:
    """Whether a key says so that means something there alone; most guests on Arm have none."""
    return any(key in model for key in OF_ARM if key != but_for)


def shared_page_tables(model: Model, release: Release | None) -> Iterator[Objection]:
    """libxl_x86.c asks for the hap of a guest whose page tables the IOMMU uses (4.13.5, 4.17.5, 4.21.2)."""
    if model.get("passthrough") != "share_pt" or _is_of_arm(model):
        return
    remedy, absent = "write sync_pt or enabled", OF_ARM
    if guest_type(model) == PV:
        message = "pv guests of x86 have no page tables to share, and are not created with it"
        yield Objection("share-pt-of-pv", "passthrough", message, remedy, absent=absent)
    elif guest_type(model) == HVM and model.get("hap") is False:
        message = f"a guest without hap has no page tables to share, and {NOT_CREATED}"
        yield Objection("share-pt-without-hap", "passthrough", message, remedy, absent=absent)


def unmapped_accesses(model: Model, release: Release | None) -> Iterator[Objection]:
    """On Arm they are trapped unless the guest says no; libxl_x86.c of 4.21.2 refuses to."""
    key = "trap_unmapped_accesses"
    if not model.get(key):
        return
    if guest_type(model) == HVM:
        yield Objection("trap-of-hvm", key, f"only guests on Arm can have it, and {NOT_CREATED}", "remove it")
    elif not _is_of_arm(model, but_for=key):
        message = f"only guests on Arm can have it, and {guest_type(model)} guests of x86 are not created with it"
        remedy = "remove it; on Arm it is the default"
        yield Objection("trap-of-x86", key, message, remedy, absent=OF_ARM)


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


def usb_controllers(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, controller in enumerate(model.get("usbctrl", ())):
        kind, version = controller.get("type", "auto"), controller.get("version", 2)
        emulated = kind == "devicemodel" or (kind == "auto" and guest_type(model) == HVM)
        if release is None or (emulated and release < EMULATES_USB):
            continue
        what, ports_of = ("an emulated", EMULATED_PORTS) if emulated else ("a paravirtual", PARAVIRTUAL_PORTS)
        least, most = ports_of.get(version, (0, 0))
        number = f"{least}" if least == most else f"{least} to {most}"
        if not most:
            message = f"{what} controller is of version {' or '.join(map(str, ports_of))}, and {NOT_CREATED}"
            yield Objection("usb-controller", f"usbctrl[{index}].version", message, "write another", absent=USB_TYPE)
        elif not least <= controller.get("ports", least) <= most:
            message = f"{what} controller of version {version} has {number} ports, and {NOT_CREATED}"
            yield Objection("usb-controller", f"usbctrl[{index}].ports", message, "leave it out", absent=USB_TYPE)


def ranges_of_ports(model: Model, release: Release | None) -> Iterator[Objection]:
    """xl looks at the end of a range before it has read it, and at numbers beyond 32 bits; Xen at the rest."""
    for ports in model.get("ioports", ()):
        first, dash, last = ports.partition("-")
        highest = max(int(first, 16), int(last or first, 16))
        if highest > LAST_PORT:
            rule, xl = ("out-of-range", REFUSES) if highest >= REFUSED_PORT else ("no-such-port", NOT_CREATED)
            message = f"{shown(ports)} has ports beyond {LAST_PORT:x}, the last that there is, and {xl}"
            yield Objection(rule, "ioports", message, "write hexadecimal ports such as 3f8")
        elif dash and int(last, 16) < int(first, 16):
            message = f"{shown(ports)} ends before it begins, and {NOT_CREATED}"
            yield Objection("empty-range", "ioports", message, "write the lower port first")


def ranges_of_pages(model: Model, release: Release | None) -> Iterator[Objection]:
    """Xen refuses pages of which there are none."""
    for pages in model.get("iomem", ()):
        if not int(pages.partition("@")[0].partition(",")[2], 16):
            message = f"{shown(pages)} has no pages, and {NOT_CREATED}"
            yield Objection("empty-range", "iomem", message, "write the first page and how many there are")


def ranges_of_colours(model: Model, release: Release | None) -> Iterator[Objection]:
    for colours in model.get("llc_colors", ()):
        first, dash, last = colours.partition("-")
        if dash and int(last) < int(first):
            message = f"{shown(colours)} ends before it begins, and {REFUSES}"
            yield Objection("empty-range", "llc_colors", message, "write the lower colour first")
        elif int(last or first) > LAST_COLOUR:
            message = (
                f"{shown(colours)} has colours beyond {LAST_COLOUR}, the last that Xen can have, and {NOT_CREATED}"
            )
            yield Objection("no-such-colour", "llc_colors", message, f"write {LAST_COLOUR} or less")


def keyboards(model: Model, release: Release | None) -> Iterator[Objection]:
    for index, keyboard in enumerate(model.get("vkb", ())):
        if keyboard.get("feature_multi_touch") and not any(keyboard.get(key) for key in TOUCH_SIZES):
            key = f"vkb[{index}].feature_multi_touch"
            yield Objection("touch-without-size", key, "the touch screen has no size", f"give {', '.join(TOUCH_SIZES)}")


CHECKS: tuple[Check, ...] = (
    interfaces,
    interface_names,
    interface_numbers,
    channels,
    shared_directories,
    servers_of_shares,
    pci_devices,
    pci_devices_twice,
    devices_of_pvh,
    shared_page_tables,
    unmapped_accesses,
    pci_defaults,
    passthrough,
    reserved_memory,
    usb_controllers,
    ranges_of_ports,
    ranges_of_pages,
    ranges_of_colours,
    keyboards,
)
