# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: devices of the host handed to a guest, with their sub-keys."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, LIVE, PCI, PV, Option, at, words
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

HEX = r"(?:0x)?[0-9a-fA-F]{1,16}"

RDM_POLICY = words("strict", "relaxed")

PCI_BITS = (
    ("permissive", "Let a paravirtual guest write all of the configuration space.", (PV,)),
    ("msitranslate", "Give the guest a different interrupt than the device has.", (PV, HVM)),
    ("seize", "Take the device from its driver on the host if it is not free yet.", (PV, HVM)),
    ("power_mgmt", "Let the guest program the device's power states.", (HVM,)),
)

PASSTHROUGH = (
    Option(
        "pci",
        "devices",
        "PCI devices.",
        (at("pcidevs"),),
        impact=LIVE,
        default="none",
        identity="bdf",
        grammar=PCI,
        fields=(
            Option(
                "bdf",
                "bdf",
                "Address on the host, C([DDDD:]BB:DD.F); C(*) for F takes all functions.",
                pattern=r"(?:[0-9a-fA-F]{1,4}:)?[0-9a-fA-F]{1,2}:[01]?[0-9a-fA-F]\.(?:[0-7]|\*)",
                example="0000:03:00.0",
            ),
            Option(
                "name",
                "text",
                "Name of the device as given to xl pci-assignable-add, instead of I(bdf).",
                (at("name"),),
                first=Release(4, 15),
            ),
            Option(
                "vslot",
                "integer",
                "Number of the device in the guest.",
                minimum=0,
                maximum=31,
                default="the first that is free",
                filled=True,
            ),
            *(
                Option(key, "bit", description, (at(key),), guests=guests, default=f"I(pci_{key})")
                for key, description, guests in PCI_BITS
            ),
            Option(
                "rdm_policy",
                "choice",
                "What to do when reserved memory of the device conflicts with the guest's.",
                (at("rdm_policy"),),
                choices=RDM_POLICY,
                guests=(HVM,),
                first=Release(4, 6),
                default="that of I(rdm)",
                filled=True,
            ),
        ),
    ),
    *(
        Option(f"pci_{key}", "flag", f"Default of I(pci[].{key}).", guests=guests, default="C(false)")
        for key, _description, guests in PCI_BITS
    ),
    Option(
        "e820_host",
        "flag",
        "Show the guest the memory map of the host.",
        (at("b_info/type.pv/e820_host"),),
        guests=(PV,),
        default="C(true) where I(pci) is given, else C(false)",
        filled=True,
    ),
    Option(
        "rdm",
        "struct",
        "What to do about reserved device memory of the host.",
        (at("b_info/type.hvm/rdm"),),
        guests=(HVM,),
        first=Release(4, 6),
        default="ignore it",
        fields=(
            Option(
                "strategy",
                "choice",
                "C(host) reserves all that the host reports.",
                (at("strategy"),),
                choices=words("host"),
                required=True,
            ),
            Option(
                "policy",
                "choice",
                "Refuse a guest whose memory conflicts, or only warn.",
                (at("policy"),),
                choices=RDM_POLICY,
                default="C(relaxed)",
            ),
        ),
    ),
    Option(
        "dtdev", "texts", "Device tree paths of devices (Arm).", (at("dtdevs"),), first=Release(4, 6), default="none"
    ),
    Option(
        "ioports",
        "texts",
        "I/O ports, each in hexadecimal as C(A) or C(A-B).",
        (at("b_info/ioports"),),
        default="none",
        pattern=rf"{HEX}(?:-{HEX})?",
        example="3f8-3ff",
    ),
    Option(
        "irqs", "integers", "Physical interrupts.", (at("b_info/irqs"),), default="none", minimum=0, maximum=2**32 - 2
    ),
    Option(
        "iomem",
        "texts",
        "Memory of devices, each in hexadecimal page numbers as C(START,COUNT) or C(START,COUNT@GUEST).",
        (at("b_info/iomem"),),
        default="none",
        pattern=rf"{HEX},{HEX}(?:@{HEX})?",
        example="fe000,10",
    ),
    Option(
        "usbctrl",
        "devices",
        "USB controllers for I(usbdev).",
        (at("usbctrls"),),
        first=Release(4, 7),
        impact=LIVE,
        default="one as needed",
        fields=(
            Option(
                "type",
                "choice",
                "Kind of controller.",
                (at("type", silent="auto"),),
                choices=words("auto", "pv", "devicemodel", "qusb"),
                default="C(auto)",
                filled=True,
            ),
            Option(
                "version",
                "integer",
                "Version of USB.",
                (at("version"),),
                minimum=1,
                maximum=3,
                default="C(2)",
                filled=True,
            ),
            Option(
                "ports",
                "integer",
                "Number of ports.",
                (at("ports"),),
                minimum=1,
                maximum=31,
                default="C(8)",
                filled=True,
            ),
        ),
    ),
    Option(
        "usbdev",
        "devices",
        "USB devices.",
        (at("usbdevs"),),
        first=Release(4, 7),
        impact=LIVE,
        default="none",
        fields=(
            Option("type", "choice", "Kind of device.", choices=words("hostdev"), default="C(hostdev)"),
            Option(
                "hostbus",
                "integer",
                "Bus on the host.",
                (at("type.hostdev/hostbus"),),
                required=True,
                minimum=0,
                maximum=255,
            ),
            Option(
                "hostaddr",
                "integer",
                "Address on the bus.",
                (at("type.hostdev/hostaddr"),),
                required=True,
                minimum=0,
                maximum=255,
            ),
            Option(
                "controller",
                "integer",
                "Controller in the guest.",
                (at("ctrl", silent=-1),),
                minimum=0,
                maximum=65535,
                default="the first with a free port",
                filled=True,
            ),
            Option(
                "port",
                "integer",
                "Port on the controller.",
                (at("port"),),
                minimum=1,
                maximum=31,
                default="the first that is free",
                filled=True,
            ),
        ),
    ),
    Option(
        "virtio",
        "devices",
        "Virtio devices of other backends (Arm).",
        (at("virtios"),),
        first=Release(4, 18),
        default="none",
        fields=(
            Option(
                "backend", "text", "Name of the domain that serves it.", (at("backend_domname"),), default="C(Domain-0)"
            ),
            Option(
                "type",
                "text",
                "Device tree name of the device, such as C(virtio,device22).",
                (at("type"),),
                commas=True,
                pattern=r"virtio,[^,\n]+|(?!virtio)[^,\n]+",
                example="virtio,device22",
                required=True,
            ),
            Option(
                "transport",
                "choice",
                "How the guest reaches it.",
                (at("transport"),),
                choices=words("mmio"),
                required=True,
            ),
            Option(
                "grant_usage",
                "flag",
                "Whether the device uses grants.",
                (at("grant_usage"),),
                default="C(false) where I(backend) is C(Domain-0), else C(true)",
                filled=True,
            ),
        ),
    ),
)
