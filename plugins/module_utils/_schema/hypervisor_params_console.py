# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters of the hypervisor's consoles, its log, and what it does when it crashes."""

from __future__ import annotations

from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import (
    ARM,
    FLAG,
    INTEGER,
    SIZE,
    TEXT,
    X86,
    Parameter,
    flags,
    parameter,
    words,
)

# Baud rate, format, port, interrupt and two PCI addresses by position; pairs with names are read from Xen 4.10 on, with
# hyphens also by those releases whose documentation has underscores.
BDF = r"[0-9a-fA-F]{1,2}:[0-9a-fA-F]{1,2}\.[0-7]"
NUMBER = r"(?:0[xX][0-9a-fA-F]+|[0-9]+)"
UART_PAIR = (
    rf"(?:baud=(?:auto|{NUMBER})|bridge={BDF}|clock-hz={NUMBER}|data-bits=[5-8]|dev=(?:pci|amt)|io-base={NUMBER}"
    rf"|irq={NUMBER}|parity=[noems]|port={BDF}|reg-shift={NUMBER}|reg-width=[14]|stop-bits=[12])"
)
UART = (
    rf"(?:(?:auto|{NUMBER})(?:/{NUMBER})?(?:,(?:[5-8][noems][12])?(?:,(?:{NUMBER}|pci|amt)?(?:,(?:{NUMBER}|msi)?"
    rf"(?:,(?:{BDF})?(?:,(?:{BDF})?)?)?)?)?)?(?:,{UART_PAIR})*|{UART_PAIR}(?:,{UART_PAIR})*)"
)
LEVEL = "(?:none|error|warning|info|debug|all)"
LEVELS = f"{LEVEL}(?:/{LEVEL})?"
UART_ROW: dict[str, Any] = {
    "kind": TEXT,
    "pattern": UART,
    "example": "115200,8n1",
    "arches": X86,
    "cut": {5: 29, 10: 127},
}
CRASH_ACTION: dict[str, Any] = {
    "kind": TEXT,
    "since": 15,
    "pattern": r"[0-9A-Za-z+*%]+",
    "example": "0+0r",
    "cut": {15: 31},
}

CONSOLE: tuple[Parameter, ...] = (
    parameter("com1", **UART_ROW),
    parameter("com2", **UART_ROW),
    parameter(
        "console",
        "",
        "vga on x86, dtuart on Arm",
        *words("vga", "com1", "com1H", "com1L", "com2", "com2H", "com2L", "dbgp", arches=X86),
        *words("dtuart", arches=ARM),
        *words("none"),
        *words("pv", since=11, got={10: 1}, arches=X86),
        *words("ehci", "xhci", since=17, arches=X86),
        several=True,
        cut={5: 29},
    ),
    parameter(
        "dtuart",
        TEXT,
        {6: "what stdout-path of the device tree names"},
        pattern=r"[/A-Za-z][^\s:]*(?::\S+)?|[/A-Za-z][^\s,]*,[^\s:]*",
        example="/soc/uart@12c20000",
        arches=ARM,
        cut={5: 29, 6: 255},
    ),
    parameter("conring_size", SIZE, "16k"),
    parameter(
        "console_timestamps",
        "",
        "none",
        *words("none", "date", "datems", "boot"),
        *words("raw", since=12),
        *flags(""),
        bare=True,
    ),
    parameter("console_to_ring", FLAG, "off"),
    parameter("conswitch", TEXT, "a", pattern=r"[a-z`@A-Z\[\\\]^_]x?", example="ax", cut={5: 2}),
    parameter("loglvl", TEXT, {5: "warning", 18: "info"}, pattern=LEVELS, example="all"),
    parameter("guest_loglvl", TEXT, "none/warning", pattern=LEVELS, example="all"),
    parameter("sync_console", FLAG, "off"),
    parameter("serial_tx_buffer", SIZE, "16k"),
    parameter(
        "dbgp",
        TEXT,
        pattern=rf"ehci(?:[0-9]+|@pci{BDF})?|xhci(?:[0-9]+|@pci{BDF})?(?:,share=(?:hwdom|on|off|yes|no|true|false|1|0))?",
        example="ehci",
        arches=X86,
        cut={5: 29, 17: 127},
    ),
    parameter("gdb", TEXT, until=18, pattern=r"com[12][HL]?|dbgp", example="com1", arches=X86, cut={5: 29}),
    parameter(
        "vga",
        TEXT,
        pattern=(
            r"(?:ask|current|text-80x(?:25|28|30|34|43|50|60|80)|gfx-[0-9]+x[0-9]+x[0-9]+|mode-(?:0x)?[0-9a-fA-F]+)"
            r"(?:,keep)?"
        ),
        example="text-80x25",
        arches=X86,
        cut={5: 29},
    ),
    parameter("font", "", "", *words("8x8", "8x14", "8x16"), arches=X86),
    parameter("vesa-map", INTEGER, until=16, arches=X86),
    parameter("vesa-mtrr", INTEGER, until=16, arches=X86),
    parameter("vesa-ram", INTEGER, "0", arches=X86),
    parameter("edid", "", "", *words("no", "force"), arches=X86),
    parameter("debug_stack_lines", INTEGER, "20", minimum=0),
    parameter("debugtrace", TEXT, "128", pattern=r"(?:cpu:)?[0-9]+[bBkKmMgGtT]?", example="128"),
    parameter("tbuf_size", INTEGER, "0", minimum=0),
    parameter("tevt_mask", INTEGER),
    parameter("crash-debug-debugkey", **CRASH_ACTION),
    parameter("crash-debug-hwdom", **CRASH_ACTION),
    parameter("crash-debug-kexeccmd", **CRASH_ACTION),
    parameter("crash-debug-panic", **CRASH_ACTION),
    parameter("crash-debug-watchdog", **CRASH_ACTION),
    parameter("crashinfo_maxaddr", SIZE, "4G", arches=X86),
    parameter(
        "crashkernel",
        TEXT,
        pattern=(
            rf"{NUMBER}[bBkKmMgGtT]?(?:-(?:{NUMBER}[bBkKmMgGtT]?)?:{NUMBER}[bBkKmMgGtT]?"
            rf"(?:,{NUMBER}[bBkKmMgGtT]?-(?:{NUMBER}[bBkKmMgGtT]?)?:{NUMBER}[bBkKmMgGtT]?)*)?"
            rf"(?:(?:[@<]|,below=){NUMBER}[bBkKmMgGtT]?)?"
        ),
        example="192M@64M",
        arches=X86,
    ),
    parameter("low_crashinfo", "", "none", *words("none", "min", "all"), arches=X86, bare=True),
    parameter("noreboot", FLAG, "off"),
    parameter(
        "reboot",
        TEXT,
        pattern=r"(?:[takpPexnwc][a-z]*)(?:,[wcn][a-z]*)*",
        example="acpi,cold",
        arches=X86,
    ),
    parameter("watchdog", "", "off", *words("force"), *flags(""), arches=X86, bare=True),
    parameter("watchdog_timeout", INTEGER, "5", minimum=0, arches=X86),
    parameter("nmi", "", "dom0", *words("ignore", "dom0", "fatal"), arches=X86, cut={5: 9}),
    parameter("async-show-all", FLAG, "off", since=8, arches=X86),
    parameter("cpuinfo", arches=X86),
    parameter("e820-verbose", FLAG, "off", arches=X86),
    parameter("mtrr.show", FLAG, "off", arches=X86),
    parameter("hvm_debug", INTEGER, "0", minimum=0, arches=X86),
    parameter("lock-depth-size", INTEGER, "64", since=18, minimum=0),
)
