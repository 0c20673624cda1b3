# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of the control domain's kernel, as far as Xen is concerned. The rest of it is the kernel's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._config.boot_words import UNWRITABLE
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import (
    ERROR,
    WARNING,
    Finding,
    did_you_mean,
    shown,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_params import PARAMETERS

BDF = r"(?:[0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7*]"
NUMBER = r"-?(?:0[xX][0-9a-fA-F]+|[0-9]+)"
SWITCH = r"[01yYnN]|on|off|true|false"


class KernelWord(NamedTuple):
    """A parameter of Linux under Xen: what its value matches, and an example of it. None has no value, or any."""

    pattern: str | None = None
    example: str = ""


# Linux takes hyphens and underscores in a name for the same; here they are underscores.
KERNEL_WORDS = {
    "xen_pciback.hide": KernelWord(rf"(?:\({BDF}\))+", "(0000:03:00.0)"),
    "xen_pciback.permissive": KernelWord(SWITCH, "1"),
    "xen_pciback.passthrough": KernelWord(SWITCH, "1"),
    "xen_pciback.verbose_request": KernelWord(SWITCH, "1"),
    "xen_pciback.disable_cpu_notify": KernelWord(SWITCH, "1"),
    "xen_netback.separate_tx_rx_irq": KernelWord(SWITCH, "1"),
    "xen_netback.max_queues": KernelWord(NUMBER, "4"),
    "xen_blkback.max_persistent_grants": KernelWord(NUMBER, "1056"),
    "xen_blkback.max_queues": KernelWord(NUMBER, "4"),
    "xen_blkback.max_ring_page_order": KernelWord(NUMBER, "4"),
    "xen_blkback.log_stats": KernelWord(SWITCH, "1"),
    "xen_acpi_processor.off": KernelWord(SWITCH, "1"),
    "xen.balloon_boot_timeout": KernelWord(NUMBER, "180"),
    "xen.event_eoi_delay": KernelWord(NUMBER, "10"),
    "xen.event_loop_timeout": KernelWord(NUMBER, "2"),
    "xen.fifo_events": KernelWord(SWITCH, "0"),
    "xen_512gb_limit": KernelWord(SWITCH, ""),
    "xen_legacy_crash": KernelWord(),
    "xen_mc_debug": KernelWord(SWITCH, ""),
    "xen_msr_safe": KernelWord(SWITCH, "1"),
    "xen_no_vector_callback": KernelWord(),
    "xen_nopvspin": KernelWord(),
    "xen_scrub_pages": KernelWord(SWITCH, "0"),
    "xen_timer_slop": KernelWord(NUMBER, "100000"),
}

# What makes no sense, or no control domain, under Xen.
INSTEAD = {
    "mem": "the control domain's memory is given to it by the hypervisor: declare dom0_mem in xen",
    "maxcpus": "the control domain's CPUs are given to it by the hypervisor: declare dom0_max_vcpus in xen",
    "nr_cpus": "the control domain's CPUs are given to it by the hypervisor: declare dom0_max_vcpus in xen",
    "intel_iommu": "the IOMMU is the hypervisor's: declare iommu in xen",
    "amd_iommu": "the IOMMU is the hypervisor's: declare iommu in xen",
    "crashkernel": "the memory for a crash kernel is kept back by the hypervisor: declare crashkernel in xen",
}
NEVER = {"xen_nopv": "a control domain needs the interfaces that it switches off"}

# Names that the hypervisor knows and Linux does not: those with dom0 or sched in them are seldom meant for the kernel.
OF_XEN = re.compile(
    r"(?:dom0|sched_?|credit2|guest_loglvl|loglvl|com[12]|conring|gnttab|bootscrub|psr|ucode|flask|xsm)"
)
# What both know.
BOTH = {"flask", "console"}

XEN_CONSOLE = re.compile(r"hvc[0-9]+(?:,.*)?|xenboot")


# MAX_GUEST_CMDLINE in Xen's public/xen.h, BOOTMOD_MAX_CMDLINE on Arm, with the byte at its end: 4.5 to 4.22 cut what is
# longer on x86 without a word, and put " noapic" and " acpi=off" of the hypervisor's own line behind it.
LONGEST_KERNEL_LINE = 1023


def examine_kernel(words: Sequence[str], arch: str = "") -> list[Finding]:
    """What is wrong with words for the control domain's kernel, as far as Xen knows."""
    return [*(finding for word in words for finding in _about(word, arch)), *kernel_line_faults(words)]


def kernel_line_faults(words: Sequence[str]) -> Iterator[Finding]:
    """Whether Xen hands over the whole line: the name of the kernel, which stands before it, does not count."""
    length = len(" ".join(words))
    if length > LONGEST_KERNEL_LINE:
        yield Finding(
            ERROR,
            f"the line has {length} characters, and Xen hands {LONGEST_KERNEL_LINE} of them to the kernel",
            key="linux",
            remedy="make it shorter",
        )


def _about(text: str, arch: str) -> Iterator[Finding]:
    name, equals, value = text.partition("=")
    known = name.replace("-", "_")
    if not text or UNWRITABLE.search(text):
        yield Finding(
            ERROR,
            f"{shown(text)} has a blank, a quote, a backslash or a sign beyond ASCII, which cannot be handed over",
            key="linux",
            remedy="write it without, one word for each parameter",
        )
    elif name in PARAMETERS and OF_XEN.match(name) and name not in BOTH:
        yield Finding(ERROR, "it is for the hypervisor", key=name, value=text, remedy="move it to xen")
    elif known in NEVER:
        yield Finding(ERROR, NEVER[known], key=name, remedy="leave it out")
    elif known in INSTEAD:
        yield Finding(WARNING, f"{shown(text)} has no effect or a wrong one under Xen", key=name, remedy=INSTEAD[known])
    elif known == "earlyprintk" and "xen" in value.split(","):
        if arch and arch != "x86":
            yield Finding(ERROR, "earlyprintk=xen is of x86", key=name, remedy="write earlycon=xenboot")
    elif known in KERNEL_WORDS:
        yield from _value(name, value if equals else None, KERNEL_WORDS[known])
    elif known.startswith(("xen", "pciback")):
        yield from _unknown(name, known)


def _value(name: str, value: str | None, row: KernelWord) -> Iterator[Finding]:
    if row.pattern is None or (value is None and not row.example):
        return
    if value is None or not re.fullmatch(row.pattern, value):
        yield Finding(
            ERROR,
            "it stands without a value" if value is None else f"{shown(value)} is not what it takes",
            key=name,
            value=value,
            remedy=f"write {name}={row.example}" if row.example else "leave the value out",
        )


def _unknown(name: str, known: str) -> Iterator[Finding]:
    """A module's name may come before any parameter of it, so that this is no error."""
    suggestion = did_you_mean(known, tuple(KERNEL_WORDS))
    if known == "pciback.hide":
        suggestion = "xen-pciback.hide"
    yield Finding(
        WARNING,
        "it is no parameter of Linux under Xen that is known here",
        key=name,
        remedy=f"did you mean {suggestion}?" if suggestion else "see the kernel's own documentation",
    )


def reaches_console(words: Sequence[str]) -> bool:
    """Whether the kernel writes to the console that the hypervisor gives it. Without a console word it does."""
    consoles = [word.partition("=")[2] for word in words if word.startswith("console=")]
    return not consoles or any(XEN_CONSOLE.fullmatch(console) for console in consoles)
