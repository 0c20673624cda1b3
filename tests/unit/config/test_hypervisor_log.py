# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hypervisor says at its boot.

Two logs are of real hosts: `xl dmesg` of 4.5.0, and of 4.20 what came over the serial line until Domain-0 was built,
without most lines that nothing is read from. All other lines here are made after the sources of 4.5.0, 4.17.0 and
4.20.0: no recorded host had such processors or said such things.
"""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_log import ROWS, parse_hypervisor_log
from ansible_collections.xlops.xen.plugins.modules import xl_host_info
from ansible_collections.xlops.xen.tests.unit.transcripts import DATA, stdout
from hypothesis import given, settings
from hypothesis import strategies as st

V4_5_0 = stdout("4.5.0/xl-dmesg.txt")
LEVEL = "(XEN) Std. Loglevel: Errors, warnings and info\n"
START = "(XEN) *** Serial input to DOM0 (type 'CTRL-a' three times to switch input)\n"
V4_20 = (DATA / "4.20/console.txt").read_text() + LEVEL + START


def log(*lines: str, release: str = "4.17.5", level: str = LEVEL) -> str:
    first = f"Xen version {release} (Debian 4.17.5) (pkg@example.org) (gcc 12.2.0) debug=n Tue Nov  3 20:11:50 UTC 2026"
    return "".join(f"(XEN) {line}\n" for line in (first, *lines)) + level + START


def found(*lines: str, **settings: str) -> dict[str, Any]:
    """What is found of a few lines, without what is missing and what the log itself is."""
    seen = parse_hypervisor_log(log(*lines, **settings))
    return {name: value for name, value in seen.items() if value and name not in ("log_begins", "log_level")}


def test_a_real_log_of_4_5_0() -> None:
    seen = parse_hypervisor_log(V4_5_0)
    assert seen["log_begins"]
    assert (seen["scheduler"], seen["platform_timer"], seen["scrubbed"]) == ("credit", "100.000MHz HPET", True)
    assert (seen["hvm"], seen["hvm_features"]) == ("SVM", ["Nested Page Tables (NPT)"])
    assert (seen["asids"], seen["hap"], seen["hap_page_sizes"]) == (True, True, ["4kB", "2MB"])
    assert (seen["iommu"], seen["machine_check"], seen["dom0_max_vcpus"]) == (False, "AMD K8", 2)
    assert (seen["console_ring_kib"], seen["log_level"], seen["guest_log_level"]) == (16, "All", "All")
    assert (seen["cache_monitoring"], seen["microcode_updates"], seen["cpuid_masks"]) == (False, [], [])
    assert seen["unknown_parameters"] is None, "4.5 passes over words that it does not know"


def test_a_real_log_of_4_20() -> None:
    seen = parse_hypervisor_log(V4_20)
    assert (seen["scheduler"], seen["scheduling_granularity"]) == ("credit2", "cpu")
    assert (seen["scrubbed"], seen["console_ring_kib"], seen["dom0_kind"]) == (False, 128, "pv")
    assert (seen["xpti_dom0"], seen["xpti_domu"], seen["pv_l1tf_dom0"], seen["pv_l1tf_domu"]) == (False,) * 4
    assert (seen["speculation_hints"], seen["speculation_pv"], seen["speculation_hvm"]) == ([], ["RSB"], ["RSB"])
    assert seen["speculation_settings"] == "BTI-Thunk: RETPOLINE, SPEC_CTRL: No, Other: BRANCH_HARDEN"
    assert (seen["unknown_parameters"], seen["cpuid_masks"]) == ([], None)


@pytest.mark.parametrize(
    ("lines", "meant"),
    [
        (["HPET: 8 timers usable for broadcast (8 total)"], {"hpet_broadcast_timers": 8}),
        (["Scrubbing Free RAM in background"], {"scrubbed_in_background": True}),
        (["HVM: VMX enabled"], {"hvm": "VMX"}),
        (
            [
                "VMX: Supported advanced features:",
                " - Virtual-Processor Identifiers (VPID)",
                " - APIC Register Virtualization",
                "HVM: ASIDs enabled.",
                " - of something else",
            ],
            {"hvm_features": ["Virtual-Processor Identifiers (VPID)", "APIC Register Virtualization"], "asids": True},
        ),
        (["SVM: Supported advanced features:", " - none"], {}),
        (["HVM: HAP page sizes: 4kB, 2MB, 1GB [disabled]"], {"hap_page_sizes": ["4kB", "2MB"]}),
        (["HVM: Hardware Assisted Paging (HAP) detected but disabled"], {}),
        (
            ["I/O virtualisation enabled", " - Dom0 mode: Relaxed", "Interrupt remapping enabled"],
            {"iommu": True, "iommu_dom0_mode": "relaxed", "interrupt_remapping": True},
        ),
        (
            [
                "Intel VT-d iommu 0 supported page sizes: 4kB, 2MB, 1GB",
                "Intel VT-d Snoop Control enabled.",
                "Intel VT-d Dom0 DMA Passthrough not enabled.",
                "Intel VT-d Posted Interrupt enabled.",
            ],
            {"vtd_features": ["Snoop Control", "Posted Interrupt"]},
        ),
        (
            ["AMD-Vi: IOMMU Extended Features:", "- x2APIC", "- Host Address Translation Size: 0x2", "AMD-Vi: a"],
            {"amd_vi_features": ["x2APIC", "Host Address Translation Size: 0x2"]},
        ),
        (["AMD-Vi: IOMMU Extended Features:", " - NX bit Supported"], {"amd_vi_features": ["NX bit Supported"]}),
        (["Cache Monitoring Technology enabled"], {"cache_monitoring": True}),
        (
            ["microcode: CPU3 updated from revision 0 to 0x2006e05, date = 2023-01-30"],
            {"microcode_updates": [{"cpu": 3, "from": "0", "to": "0x2006e05"}]},
        ),
        (
            ["microcode: CPU0 update rev 0x1 to 0x2 failed, result 0x1"],
            {"microcode_failures": [{"cpu": 0, "from": "0x1", "to": "0x2"}]},
        ),
        (["Invalid processor string: fam_99"], {"cpuid_mask_refused": "fam_99"}),
        (["CPU0: Intel machine check reporting enabled"], {"machine_check": "Intel"}),
        (["Testing NMI watchdog on all CPUs: ok"], {"watchdog": True}),
        (["Testing NMI watchdog on all CPUs: {0-1} stuck"], {}),
        (
            ["  XPTI (64-bit PV only): Dom0 enabled, DomU enabled (with PCID)"],
            {"xpti_dom0": True, "xpti_domu": True},
        ),
        (["  Support for PV VMs: None"], {}),
        (['parameter "bootscrbu" unknown!'], {"unknown_parameters": ["bootscrbu"]}),
        (
            ['parameter "iommu" has invalid value "x", rc=-22!'],
            {"refused_parameters": [{"name": "iommu", "value": "x"}]},
        ),
        (
            [
                "Platform: ARM Ltd. Juno",
                "GICv2 initialization:",
                "        gic_dist_addr=000000002c010000",
                "GICv2: 384 lines, 6 cpus, secure (IID 0200143b).",
                "Using PSCI-0.2 for SMP bringup",
                "Generic Timer IRQ: phys=30 hyp=26 virt=27",
                "Using generic timer at 50000 KHz",
                "P2M: 40-bit IPA",
            ],
            {
                "platform": "ARM Ltd. Juno",
                "gic_version": 2,
                "interrupt_lines": 384,
                "psci": "0.2",
                "timer_khz": 50000,
                "guest_address_bits": 40,
            },
        ),
        (
            [
                "Platform: Generic System",
                "GICv3 initialization:",
                "GICv3: 256 lines, (IID 0000043b).",
                "GICv3: using at most 65536 LPIs on the host.",
                "Using SMC Calling Convention v1.1",
                "Using PSCI v1.1",
                "Generic Timer IRQ: phys=30 hyp=26 virt=27 Freq: 62500 KHz",
                "P2M: 44-bit IPA with 44-bit PA and 8-bit VMID",
            ],
            {
                "platform": "Generic System",
                "gic_version": 3,
                "interrupt_lines": 256,
                "host_lpis": 65536,
                "smc_calling_convention": "1.1",
                "psci": "1.1",
                "timer_khz": 62500,
                "guest_address_bits": 44,
            },
        ),
        (["******* WARNING: CONSOLE OUTPUT IS SYNCHRONOUS"], {"warnings": ["CONSOLE OUTPUT IS SYNCHRONOUS"]}),
    ],
)
def test_lines_after_the_sources(lines: list[str], meant: dict[str, Any]) -> None:
    assert found(*lines) == meant


def test_words_of_the_command_line_are_told_before_the_first_line() -> None:
    """The hypervisor reads it before it opens its console. The first of these words is GRUB's, not the operator's."""
    early = '(XEN) parameter "placeholder" unknown!\n(XEN) parameter "bootscrbu" unknown!\n'
    seen = parse_hypervisor_log(early + log())
    assert (seen["log_begins"], seen["unknown_parameters"]) == (True, ["bootscrbu"])
    assert parse_hypervisor_log(early.partition("\n")[0] + "\n" + log())["unknown_parameters"] == []


def test_masks_of_the_releases_that_tell_them() -> None:
    lines = (
        "Writing CPUID feature mask ECX:EDX -> 00802001H:178BFBFFh",
        "Writing CPUID thermal/power feature mask ECX -> 00000000h",
    )
    masks = found(*lines, release="4.5.0")["cpuid_masks"]
    assert [mask["leaf"] for mask in masks] == ["", "thermal/power"]
    assert masks[1] == {"leaf": "thermal/power", "registers": "ECX", "values": "00000000h"}


@pytest.mark.parametrize("time", ["[2026-11-26 12:00:00] ", "[2026-11-26 12:00:00.123] ", "[    1.234567] "])
def test_times_before_the_messages(time: str) -> None:
    stamped = V4_5_0.replace("(XEN) ", f"(XEN) {time}").replace("\n", "\r\n")
    assert parse_hypervisor_log(stamped) == parse_hypervisor_log(V4_5_0)


def test_silence_means_nothing_where_the_hypervisor_was_told_to_be_silent() -> None:
    quiet = log(level="(XEN) Std. Loglevel: Errors and warnings (Rate-limited: Errors, warnings and info)\n")
    assert parse_hypervisor_log(log())["scrubbed"] is False
    assert parse_hypervisor_log(quiet)["scrubbed"] is None


def test_a_log_that_lost_its_beginning() -> None:
    seen = parse_hypervisor_log(V4_5_0[V4_5_0.index("Platform timer") - 20 :])
    assert (seen["log_begins"], seen["scheduler"], seen["platform_timer"]) == (False, None, "100.000MHz HPET")
    assert (seen["microcode_updates"], seen["cache_monitoring"]) == (None, None)


def test_a_log_that_lost_the_boot() -> None:
    """What is left may be the words of guests, the first line too, cut where one of them wanted it to be."""
    lost = "(XEN) Xen version 4.17.5\n(XEN) Using scheduler: a (null)\n(d1) a\n(XEN) I/O virtualisation enabled\n"
    assert parse_hypervisor_log(lost) == {"log_begins": False, **{row.name: None for row in ROWS}}


@pytest.mark.parametrize("end", ["\r", "\v", "\f", "\x1c", "\x85", "\u2028"])
def test_only_line_feeds_end_a_line(end: str) -> None:
    forged = f"(d1) a{end}(XEN) Using scheduler: a (null){end}(XEN) Freed 288kB init memory\n"
    assert parse_hypervisor_log(forged)["scheduler"] is None


@settings(max_examples=50, deadline=None)
@given(st.text(), st.integers(0, len(V4_5_0)))
def test_what_is_said_later_changes_nothing(later: str, cut: int) -> None:
    assert parse_hypervisor_log(V4_20 + later + V4_5_0[cut:]) == parse_hypervisor_log(V4_20)


def test_the_module_documents_every_row() -> None:
    documented = yaml.safe_load(xl_host_info.RETURN)["host"]["contains"]["features"]["contains"]
    assert list(documented) == ["log_begins", *(row.name for row in ROWS)]
