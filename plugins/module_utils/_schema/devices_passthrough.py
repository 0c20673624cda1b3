# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: devices of the host handed to a guest, with their sub-keys."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, LIVE, PCI, PV, Option, at, words
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, Release

HEX = r"(?:0x)?[0-9a-fA-F]{1,16}"

RDM_POLICY = words("strict", "relaxed")
POLICIES_BY_LIBXL = Release(4, 15)  # before, xl compares them itself
ADDRESS_BY_WORDS = Release(4, 15)

PCI_BITS = (
    ("permissive", (PV, HVM)),  # of HVM guests from the fixes of XSA-131 on, which the last 4.5 has
    ("msitranslate", (PV, HVM)),
    ("seize", (PV, HVM)),
    ("power_mgmt", (HVM,)),
)

PASSTHROUGH = (
    Option(
        "pci",
        "devices",
        (at("pcidevs"),),
        impact=LIVE,
        identity="bdf",
        grammar=PCI,
        fields=(
            Option(
                "bdf",
                "bdf",
                pattern=r"(?:[0-9a-fA-F]{1,4}:)?[0-9a-fA-F]{1,2}:[01]?[0-9a-fA-F]\.(?:[0-7]|\*)",
                example="0000:03:00.0",
                word_since=ADDRESS_BY_WORDS,
                earlier="the address alone, in front of all else",
            ),
            Option("name", "text", (at("name"),), first=Release(4, 15)),
            Option(
                "vslot",
                "integer",
                minimum=0,
                maximum=31,
                filled=True,
                word_since=ADDRESS_BY_WORDS,
                earlier="the slot behind the address, such as 0000:03:00.0@7",
            ),
            *(Option(key, "bit", (at(key),), guests=guests) for key, guests in PCI_BITS),
            Option(
                "rdm_policy",
                "choice",
                (at("rdm_policy"),),
                choices=RDM_POLICY,
                any_case=POLICIES_BY_LIBXL,
                guests=(HVM,),
                first=Release(4, 6),
                filled=True,
            ),
        ),
    ),
    *(Option(f"pci_{key}", "flag", guests=guests) for key, guests in PCI_BITS),
    Option("e820_host", "flag", (at("b_info/type.pv/e820_host"),), guests=(PV,), filled=True),
    Option(
        "rdm",
        "struct",
        (at("b_info/type.hvm/rdm"),),
        guests=(HVM,),
        first=Release(4, 6),
        fields=(
            Option("strategy", "choice", (at("strategy"),), choices=words("host"), required=True),
            Option("policy", "choice", (at("policy"),), choices=RDM_POLICY, any_case=POLICIES_BY_LIBXL),
        ),
    ),
    Option("dtdev", "texts", (at("dtdevs"),), first=Release(4, 6)),
    Option("ioports", "texts", (at("b_info/ioports"),), pattern=rf"{HEX}(?:-{HEX})?", example="3f8-3ff"),
    Option("irqs", "integers", (at("b_info/irqs"),), minimum=0, maximum=2**32 - 2),
    Option("iomem", "texts", (at("b_info/iomem"),), pattern=rf"{HEX},{HEX}(?:@{HEX})?", example="fe000,10"),
    Option(
        "usbctrl",
        "devices",
        (at("usbctrls"),),
        first=Release(4, 7),
        impact=LIVE,
        fields=(
            Option(
                "type",
                "choice",
                (at("type", silent="auto"),),
                choices=words("auto", "pv", "devicemodel", "qusb"),
                any_case=OLDEST,
                filled=True,
            ),
            Option("version", "integer", (at("version"),), minimum=1, maximum=3, filled=True),
            Option("ports", "integer", (at("ports"),), minimum=1, maximum=31, filled=True),
        ),
    ),
    Option(
        "usbdev",
        "devices",
        (at("usbdevs"),),
        first=Release(4, 7),
        impact=LIVE,
        identity="hostbus hostaddr",
        fields=(
            Option("type", "choice", choices=words("hostdev"), any_case=OLDEST),
            Option("hostbus", "integer", (at("type.hostdev/hostbus"),), required=True, minimum=0, maximum=255),
            Option("hostaddr", "integer", (at("type.hostdev/hostaddr"),), required=True, minimum=0, maximum=255),
            Option("controller", "integer", (at("ctrl", silent=-1),), minimum=0, maximum=65535, filled=True),
            Option("port", "integer", (at("port"),), minimum=1, maximum=31, filled=True),
        ),
    ),
    Option(
        "virtio",
        "devices",
        (at("virtios"),),
        first=Release(4, 18),
        fields=(
            Option("backend", "text", (at("backend_domname"),)),
            Option(
                "type",
                "text",
                (at("type"),),
                commas=True,
                pattern=r"virtio,[^,\n]+|(?!virtio)[^,\n]+",
                example="virtio,device22",
                required=True,
            ),
            Option("transport", "choice", (at("transport"),), choices=words("mmio"), any_case=OLDEST, required=True),
            Option("grant_usage", "flag", (at("grant_usage"),), filled=True),
        ),
    ),
)
