# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters of devices: IOMMUs, PCI, interrupts, clocks, firmware."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import (
    ARM,
    CHOICE,
    FLAG,
    INTEGER,
    TEXT,
    X86,
    Parameter,
    flags,
    parameter,
    word,
    words,
)

BDF = r"(?:[0-9a-fA-F]{1,4}:)?[0-9a-fA-F]{1,2}:[0-9a-fA-F]{1,2}\.[0-7]"
INTEL, AMD = "intel", "amd"

IOMMU: tuple[Parameter, ...] = (
    parameter(
        "iommu",
        "",
        "on",
        *flags("", "force", "required", "verbose", "debug", "sharept"),
        *flags("intremap", "qinval", "snoop", "amd-iommu-perdev-intremap", arches=X86),
        *flags("dom0-passthrough", "dom0-strict", arches=X86),
        *flags("workaround_bios_bug", until=11, arches=X86),
        *flags("igfx", since=6, arches=X86),
        *flags("intpost", since=7, arches=X86),
        word("quarantine", CHOICE, since=13, got={11: 3, 12: 2}, choices=("scratch-page",), bare=True),
        *flags("crash-disable", since=13, got={10: 4, 11: 2, 12: 1}, arches=X86),
        *flags("superpages", since=17, arches=X86),
        several=True,
        adds=True,
        bare=True,
    ),
    parameter("iommu_inclusive_mapping", FLAG, {5: "off", 9: "on"}, arches=X86, vendor=INTEL),
    parameter("iommu_dev_iotlb_timeout", INTEGER, "1000", since=8, minimum=0),
    parameter("ats", FLAG, "off", arches=X86),
    parameter(
        "snb_igd_quirk", "", "", *flags(""), *words("cap"), word("", INTEGER), arches=X86, bare=True, vendor=INTEL
    ),
    parameter("ivrs_hpet", TEXT, pattern=BDF, example="00:14.0", arches=X86, indexed=True, adds=True, vendor=AMD),
    parameter("ivrs_ioapic", TEXT, pattern=BDF, example="00:14.0", arches=X86, indexed=True, adds=True, vendor=AMD),
    parameter(
        "ivmd",
        TEXT,
        since=16,
        pattern=r"[0-9a-fA-Fx]+(?:-[0-9a-fA-Fx]+)?(?:=\S+)?",
        example="0x1f000-0x1ffff",
        arches=X86,
        adds=True,
        vendor=AMD,
    ),
    parameter(
        "rmrr",
        TEXT,
        since=9,
        pattern=r"[0-9a-fA-Fx]+(?:-[0-9a-fA-Fx]+)?=\S+",
        example="0xd5d45=0:0:1d.0",
        arches=X86,
        adds=True,
        vendor=INTEL,
    ),
)

PCI: tuple[Parameter, ...] = (
    parameter("pci", "", "", *flags("serr", "perr"), *flags("quirks", since=22), several=True, adds=True),
    parameter(
        "pci-phantom",
        TEXT,
        pattern=r"(?:[0-9a-fA-F]{1,4}:)?[0-9a-fA-F]{1,2}:[0-9a-fA-F]{1,2},[1-7]",
        example="00:1c,4",
        adds=True,
    ),
    parameter("pci-passthrough", FLAG, "off", since=16, arches=ARM),
    parameter("mmcfg", "", "on", *flags(""), *words("amd-fam10"), several=True, arches=X86, bare=True),
    parameter("mmio-relax", "", "off", *flags(""), *words("all"), since=7, got={5: 3, 6: 3}, arches=X86, bare=True),
    parameter("msi", FLAG, "on", arches=X86),
)

INTERRUPTS: tuple[Parameter, ...] = (
    parameter("apic", "", "", *words("bigsmp", "default"), arches=X86),
    parameter("apic_verbosity", "", "", *words("verbose", "debug"), arches=X86),
    parameter("lapic", arches=X86),
    parameter("nolapic", FLAG, "off", arches=X86),
    parameter("noapic", arches=X86),
    parameter("x2apic", FLAG, "on", arches=X86),
    parameter("x2apic_phys", FLAG, {5: "on", 6: "as the firmware asks"}, arches=X86, instead="x2apic-mode=physical"),
    parameter(
        "x2apic-mode",
        "",
        "",
        *words("physical", "mixed"),
        *words("cluster", until=19),
        since=19,
        got={17: 3, 18: 1},
        arches=X86,
    ),
    parameter("ioapic_ack", "", "new", *words("old", "new"), arches=X86),
    parameter("irq_ratelimit", INTEGER, minimum=0, arches=X86),
    parameter("irq_vector_map", "", "", *words("none", "global", "per-device"), arches=X86),
    parameter("irq-max-guests", INTEGER, "32", since=15, minimum=1, arches=X86),
    parameter("max_gsi_irqs", INTEGER, minimum=1, arches=X86),
    parameter("nr_irqs", INTEGER, minimum=1, arches=X86),
    parameter("noirqbalance", FLAG, "off", arches=X86),
    parameter("tdt", FLAG, "on", arches=X86),
)

CLOCKS: tuple[Parameter, ...] = (
    parameter("clocksource", "", "", *words("pit", "hpet", "acpi"), *words("tsc", since=8), arches=X86, cut={5: 9}),
    parameter("tsc", "", "", *words("unstable", "skewed"), *words("stable:socket", since=8), arches=X86),
    parameter(
        "hpet",
        "",
        "on",
        *flags("", "broadcast", "legacy-replacement"),
        since=15,
        got={13: 4, 14: 2},
        several=True,
        adds=True,
        arches=X86,
        bare=True,
    ),
    parameter("hpetbroadcast", FLAG, "off", arches=X86, instead="hpet=broadcast"),
    parameter("wallclock", "", "auto", *words("auto", "xen", "cmos", "efi"), since=20, arches=X86),
    parameter("cmos-rtc-probe", FLAG, "off", arches=X86),
    parameter("timer_slop", INTEGER, minimum=0),
    parameter("acpi_skip_timer_override", arches=X86),
)

FIRMWARE: tuple[Parameter, ...] = (
    parameter(
        "acpi",
        "",
        "",
        *words("force"),
        *words("ht", "noirq", arches=X86),
        *words("verbose", since=15, arches=X86),
        *flags(""),
        arm=7,
    ),
    parameter("acpi_apic_instance", INTEGER, minimum=0),
    parameter("acpi_sleep", "", "", *words("s3_bios", "s3_mode"), several=True, arches=X86, cut={5: 19, 13: 127}),
    parameter("hest_disable", FLAG, "off", arches=X86),
    parameter(
        "efi",
        "",
        "",
        *flags("rs"),
        word("attr", CHOICE, choices=("uc", "no")),
        since=6,
        got={5: 1},
        several=True,
        adds=True,
    ),
    parameter("efi-rs", FLAG, "on", until=5, lost={5: 1}, instead="efi=rs"),
    parameter("edd", "", "", *words("off", "on", "skipmbr"), arches=X86),
    parameter("no-real-mode", arches=X86),
    parameter("probe-port-aliases", FLAG, "on", since=19, arches=X86),
    parameter("tboot", INTEGER, arches=X86),
)
