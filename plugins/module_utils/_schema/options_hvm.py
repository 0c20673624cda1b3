# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: the emulated platform of fully virtualised guests, and its device model."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import (
    HVM,
    IGNORED,
    MEMKB_DEFAULT,
    PV,
    Choice,
    Option,
    Place,
    at,
    words,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, Release

VIRIDIAN = (
    *words("base", "freq", "time_ref_count", "defaults", "all"),
    *words("reference_tsc", first=Release(4, 6)),
    *words("hcall_remote_tlb_flush", "apic_assist", first=Release(4, 7)),
    *words("crash_ctl", first=Release(4, 9)),
    *words("synic", "stimer", "hcall_ipi", first=Release(4, 13)),
    *words("ex_processor_masks", "no_vp_limit", "cpu_hotplug", first=Release(4, 15)),
)

# The bit of each group in libxl's sets.
VIRIDIAN_BITS = {
    name: bit
    for bit, name in enumerate(
        (
            *("base", "freq", "time_ref_count", "reference_tsc", "hcall_remote_tlb_flush", "apic_assist", "crash_ctl"),
            *("synic", "stimer", "hcall_ipi", "ex_processor_masks", "no_vp_limit", "cpu_hotplug"),
        )
    )
}

SMBIOS_KEYS = [
    "bios_vendor",
    "bios_version",
    "system_manufacturer",
    "system_product_name",
    "system_version",
    "system_serial_number",
    "baseboard_manufacturer",
    "baseboard_product_name",
    "baseboard_version",
    "baseboard_serial_number",
    "baseboard_asset_tag",
    "baseboard_location_in_chassis",
    "enclosure_manufacturer",
    "enclosure_serial_number",
    "enclosure_asset_tag",
    "battery_manufacturer",
    "battery_device_name",
    "oem",
]

# Xen 4.10 read apic for every guest, later releases do for HVM guests alone.
HVM_APIC = Place(("b_info", "apic"), Release(4, 11), guests=(HVM,))

PLATFORM = (
    *(
        Option(
            key,
            "flag",
            description,
            places,
            guests=(HVM,),
            first=first,
            default=f"C({default})",
            filled=True,
        )
        for key, description, default, first, places in (
            ("hap", "Use hardware assisted paging.", "true", OLDEST, (at("c_info/hap"),)),
            ("oos", "Let shadow page tables go out of sync.", "true", OLDEST, (at("c_info/oos"),)),
            ("pae", "Offer physical address extension.", "true", OLDEST, (at("b_info/type.hvm/pae"),)),
            (
                "apic",
                "Offer an APIC.",
                "true",
                OLDEST,
                (at("b_info/type.hvm/apic"), at("b_info/apic", Release(4, 10)), HVM_APIC),
            ),
            (
                "acpi",
                "Offer ACPI tables.",
                "true",
                OLDEST,
                (at("b_info/type.hvm/acpi"), at("b_info/acpi", Release(4, 8))),
            ),
            ("acpi_s3", "Offer suspend to RAM.", "true", OLDEST, (at("b_info/type.hvm/acpi_s3"),)),
            ("acpi_s4", "Offer suspend to disk.", "true", OLDEST, (at("b_info/type.hvm/acpi_s4"),)),
            (
                "acpi_laptop_slate",
                "Offer the device that tells a laptop from a slate.",
                "false",
                Release(4, 9),
                (at("b_info/type.hvm/acpi_laptop_slate"),),
            ),
            ("nx", "Offer no-execute pages.", "true", OLDEST, (at("b_info/type.hvm/nx"),)),
            ("hpet", "Offer a high precision event timer.", "true", OLDEST, (at("b_info/type.hvm/hpet"),)),
            (
                "vpt_align",
                "Align periodic timers to reduce interrupts.",
                "true",
                OLDEST,
                (at("b_info/type.hvm/vpt_align"),),
            ),
            (
                "hvm_pirq",
                "Offer interrupts of passed through devices as event channels.",
                "false",
                Release(4, 19),
                (at("b_info/type.hvm/pirq"),),
            ),
            (
                "xen_platform_pci",
                "Offer the Xen platform device, by which paravirtual drivers find Xen.",
                "true",
                OLDEST,
                (at("b_info/type.hvm/xen_platform_pci"),),
            ),
            (
                "xen_platform_pci_bar_uc",
                "Map the memory of the Xen platform device uncached.",
                "true",
                Release(4, 21),
                (at("b_info/type.hvm/xen_platform_pci_bar_uc"),),
            ),
            (
                "vkb_device",
                "Offer a paravirtual keyboard and pointer.",
                "true",
                Release(4, 13),
                (at("b_info/type.hvm/vkb_device"),),
            ),
        )
    ),
    Option(
        "viridian",
        "flag_or_texts",
        "Interfaces of Hyper-V to offer. A boolean, or a list of groups; a group with C(!) in front of it is left out.",
        (at("b_info/type.hvm/viridian"),),
        choices=VIRIDIAN,
        guests=(HVM,),
        default="C(false)",
        filled=True,
    ),
    Option(
        "ms_vm_genid",
        "choice",
        "Whether the guest gets a generation identifier, which is new each time it is created or restored.",
        (at("b_info/type.hvm/ms_vm_genid"),),
        choices=words("generate", "none"),
        guests=(HVM,),
        default="C(none)",
    ),
    Option(
        "smbios_firmware",
        "text",
        "File with SMBIOS structures for the guest.",
        (at("b_info/type.hvm/smbios_firmware"),),
        guests=(HVM,),
        default="none",
    ),
    Option(
        "acpi_firmware",
        "text",
        "File with ACPI tables for the guest.",
        (at("b_info/type.hvm/acpi_firmware"),),
        guests=(HVM,),
        default="none",
    ),
    Option(
        "smbios",
        "texts",
        "SMBIOS texts of the guest, each as C(KEY=TEXT), such as C(bios_vendor=Example).",
        (at("b_info/type.hvm/smbios"),),
        guests=(HVM,),
        first=Release(4, 18),
        default="Xen's own",
        pattern=rf"(?:{'|'.join(SMBIOS_KEYS)})=.+",
        example="bios_vendor=Example",
    ),
    Option(
        "hdtype",
        "choice",
        "Bus of the emulated disks C(hda) to C(hdd).",
        (at("b_info/type.hvm/hdtype", silent="ide"),),
        choices=words("ide", "ahci"),
        guests=(HVM,),
        first=Release(4, 6),
        default="C(ide)",
    ),
    Option(
        "vendor_device",
        "choice",
        "Device by which Windows finds the drivers of a vendor.",
        (at("b_info/type.hvm/vendor_device", silent="none"),),
        choices=words("none", "xenserver"),
        guests=(HVM,),
        default="C(none)",
    ),
)

DEVICE_MODEL = (
    Option(
        "device_model_version",
        "choice",
        "Which QEMU emulates the devices.",
        (at("b_info/device_model_version"),),
        choices=(
            Choice("qemu-xen"),
            Choice("qemu-xen-traditional", last=Release(4, 20)),
            Choice("none", first=Release(4, 7), last=Release(4, 9)),
        ),
        guests=(HVM, PV),
        default="C(qemu-xen)",
        filled=True,
    ),
    *(
        Option(key, "text", description, (at(f"b_info/{place}"),), guests=guests, first=first, default=default)
        for key, description, place, guests, first, default in (
            (
                "device_model_override",
                "Program to use as the device model; give I(device_model_version) too.",
                "device_model",
                (HVM, PV),
                OLDEST,
                "that of the distribution",
            ),
            (
                "device_model_user",
                "User as whom the device model runs.",
                "device_model_user",
                (HVM,),
                Release(4, 7),
                "C(root), or one of Xen's own users",
            ),
            (
                "device_model_stubdomain_seclabel",
                "XSM label of the stub domain.",
                "device_model_ssid_label",
                (HVM,),
                OLDEST,
                "none",
            ),
            (
                "stubdomain_kernel",
                "Kernel of the stub domain.",
                "stubdomain_kernel",
                (HVM,),
                Release(4, 14),
                "Xen's own",
            ),
            (
                "stubdomain_cmdline",
                "Command line of the stub domain.",
                "stubdomain_cmdline",
                (HVM,),
                Release(4, 16),
                "Xen's own",
            ),
            (
                "stubdomain_ramdisk",
                "RAM disk of the stub domain.",
                "stubdomain_ramdisk",
                (HVM,),
                Release(4, 14),
                "Xen's own",
            ),
        )
    ),
    Option(
        "device_model_stubdomain_override",
        "flag",
        "Run the device model in a domain of its own.",
        (at("b_info/device_model_stubdomain"),),
        guests=(HVM,),
        default="C(false)",
        filled=True,
    ),
    Option(
        "stubdomain_memory",
        "mib",
        "Memory of the stub domain.",
        (at("b_info/stubdomain_memkb", silent=MEMKB_DEFAULT),),
        guests=(HVM,),
        first=Release(4, 14),
        unit="MiB",
        default="C(32), or C(128) for one that runs Linux",
        minimum=1,
        maximum=1 << 20,
        filled=True,
    ),
    Option(
        "dm_restrict",
        "flag",
        "Let the device model touch nothing but its guest.",
        (at("b_info/dm_restrict"),),
        guests=(HVM,),
        first=Release(4, 10),
        default="C(false)",
        filled=True,
    ),
    *(
        Option(key, "texts", description, (at(f"b_info/{place}"),), guests=guests, default="none")
        for key, description, place, guests in (
            ("device_model_args", "Further arguments for QEMU.", "extra", (HVM, PV)),
            ("device_model_args_pv", "Further arguments for the QEMU of paravirtual guests.", "extra_pv", (PV,)),
            ("device_model_args_hvm", "Further arguments for the QEMU of HVM guests.", "extra_hvm", (HVM,)),
        )
    ),
    Option(
        "device_model",
        "text",
        "Program to use as the device model, before device_model_override.",
        status=IGNORED,
        instead="device_model_override",
    ),
)
