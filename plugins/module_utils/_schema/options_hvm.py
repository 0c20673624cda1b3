# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: the emulated platform of fully virtualised guests, and its device model."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import (
    EVERY_TYPE,
    HVM,
    IGNORED,
    MEMKB_DEFAULT,
    PV,
    PVH,
    Choice,
    Option,
    Place,
    at,
    words,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, Release

VIRIDIAN = (
    *words("base", "freq", "time_ref_count"),
    Choice("defaults", exact=True),
    Choice("all", exact=True),
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

# libxl asks for hardware paging, and for shadows that are out of step, for every guest that is not PV.
NOT_PV = (HVM, PVH)

PLATFORM = (
    *(
        Option(key, "flag", places, guests=guests, first=first, filled=True)
        for key, guests, first, places in (
            ("hap", NOT_PV, OLDEST, (at("c_info/hap"),)),
            ("oos", NOT_PV, OLDEST, (at("c_info/oos"),)),
            ("pae", (HVM,), OLDEST, (at("b_info/type.hvm/pae"),)),
            ("apic", (HVM,), OLDEST, (at("b_info/type.hvm/apic"), at("b_info/apic", Release(4, 10)), HVM_APIC)),
            # Guests on Arm, PV or PVH by name, have the switch too (checks_guest.acpi_of_arm).
            ("acpi", EVERY_TYPE, OLDEST, (at("b_info/type.hvm/acpi"), at("b_info/acpi", Release(4, 8)))),
            ("acpi_s3", (HVM,), OLDEST, (at("b_info/type.hvm/acpi_s3"),)),
            ("acpi_s4", (HVM,), OLDEST, (at("b_info/type.hvm/acpi_s4"),)),
            ("acpi_laptop_slate", (HVM,), Release(4, 9), (at("b_info/type.hvm/acpi_laptop_slate"),)),
            ("nx", (HVM,), OLDEST, (at("b_info/type.hvm/nx"),)),
            ("hpet", (HVM,), OLDEST, (at("b_info/type.hvm/hpet"),)),
            ("vpt_align", (HVM,), OLDEST, (at("b_info/type.hvm/vpt_align"),)),
            ("hvm_pirq", (HVM,), Release(4, 19), (at("b_info/type.hvm/pirq"),)),
            ("xen_platform_pci", (HVM,), OLDEST, (at("b_info/type.hvm/xen_platform_pci"),)),
            ("xen_platform_pci_bar_uc", (HVM,), Release(4, 21), (at("b_info/type.hvm/xen_platform_pci_bar_uc"),)),
            ("vkb_device", (HVM,), Release(4, 13), (at("b_info/type.hvm/vkb_device"),)),
        )
    ),
    Option(
        "viridian",
        "flag_or_texts",
        (at("b_info/type.hvm/viridian"),),
        choices=VIRIDIAN,
        any_case=OLDEST,
        guests=(HVM,),
        filled=True,
    ),
    Option(
        "ms_vm_genid", "choice", (at("b_info/type.hvm/ms_vm_genid"),), choices=words("generate", "none"), guests=(HVM,)
    ),
    Option("smbios_firmware", "text", (at("b_info/type.hvm/smbios_firmware"),), guests=(HVM,)),
    Option("acpi_firmware", "text", (at("b_info/type.hvm/acpi_firmware"),), guests=(HVM,)),
    Option(
        "smbios",
        "texts",
        (at("b_info/type.hvm/smbios"),),
        guests=(HVM,),
        first=Release(4, 18),
        pattern=rf"(?ai:{'|'.join(SMBIOS_KEYS)})=.+",
        example="bios_vendor=Example",
    ),
    Option(
        "hdtype",
        "choice",
        (at("b_info/type.hvm/hdtype", silent="ide"),),
        choices=words("ide", "ahci"),
        any_case=OLDEST,
        guests=(HVM,),
        first=Release(4, 6),
    ),
    Option(
        "vendor_device",
        "choice",
        (at("b_info/type.hvm/vendor_device", silent="none"),),
        choices=words("none", "xenserver"),
        any_case=OLDEST,
        guests=(HVM,),
    ),
)

# A guest that is not HVM has a device model where QEMU serves something to it: vfb, p9, a disk, a channel.
DEVICE_MODEL = (
    Option(
        "device_model_version",
        "choice",
        (at("b_info/device_model_version"),),
        choices=(
            Choice("qemu-xen"),
            Choice("qemu-xen-traditional", last=Release(4, 20)),
            Choice("none", first=Release(4, 7), last=Release(4, 9)),
        ),
        guests=EVERY_TYPE,
        filled=True,
    ),
    *(
        Option(key, "text", (at(f"b_info/{place}"),), guests=guests, first=first)
        for key, place, guests, first in (
            ("device_model_override", "device_model", EVERY_TYPE, OLDEST),
            ("device_model_user", "device_model_user", (HVM,), Release(4, 7)),
            ("device_model_stubdomain_seclabel", "device_model_ssid_label", (HVM,), OLDEST),
            ("stubdomain_kernel", "stubdomain_kernel", (HVM,), Release(4, 14)),
            ("stubdomain_cmdline", "stubdomain_cmdline", (HVM,), Release(4, 16)),
            ("stubdomain_ramdisk", "stubdomain_ramdisk", (HVM,), Release(4, 14)),
        )
    ),
    Option(
        "device_model_stubdomain_override", "flag", (at("b_info/device_model_stubdomain"),), guests=(HVM,), filled=True
    ),
    Option(
        "stubdomain_memory",
        "mib",
        (at("b_info/stubdomain_memkb", silent=MEMKB_DEFAULT),),
        guests=(HVM,),
        first=Release(4, 14),
        unit="MiB",
        minimum=1,
        maximum=1 << 20,
        filled=True,
    ),
    Option("dm_restrict", "flag", (at("b_info/dm_restrict"),), guests=(HVM,), first=Release(4, 10), filled=True),
    *(
        Option(key, "texts", (at(f"b_info/{place}"),), guests=guests)
        for key, place, guests in (
            ("device_model_args", "extra", EVERY_TYPE),
            ("device_model_args_pv", "extra_pv", (PV, PVH)),
            ("device_model_args_hvm", "extra_hvm", (HVM,)),
        )
    ),
    Option("device_model", "text", status=IGNORED, instead="device_model_override"),
)
