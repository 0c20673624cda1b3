# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hypervisor said at its boot of what it has switched on, read from `xl dmesg`.

The log is a ring, and guests write to it too, so only that counts which the hypervisor itself said before it started
Domain-0. What it did not say is None, and only where it would certainly have said it, False or an empty list.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from re import Match
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, OLDEST, Release

Found = list[Match[str]]
Features = dict[str, Any]

# With console_timestamps, a time stands between the prefix and the message. What guests say has (d1) there.
LINE = re.compile(r"\(XEN\) (?:\[[ 0-9a-f:.-]{10,30}\] )?(.*)")
# In this order; the middle one is missing without a VGA, and the last comes when Domain-0 may already speak.
END = re.compile(r"Xen is relinquishing VGA console|\*\*\* Serial input |Freed [0-9]+kB init memory")
FIRST = re.compile(r"^Xen version ([0-9]{1,4})\.([0-9]{1,4})", re.MULTILINE)
# Below this level the hypervisor leaves lines out, and that one is missing tells nothing.
TALKATIVE = re.compile(r"^Std\. Loglevel: (?:All|Errors, warnings and info)(?: \(|$)", re.MULTILINE)

CPU, HEX = "[0-9]{1,9}", "[0-9a-fx]{1,20}"
YES = ("enabled", "detected", "ok")


def _text(found: Found) -> str:
    return found[-1][1].strip()


def _word(found: Found) -> str:
    return _text(found).lower()


def _number(found: Found) -> int:
    return int(found[-1][1])


def _yes(found: Found) -> bool:
    return found[-1][1] in YES


def _said(_found: Found) -> bool:
    return True


def _words(found: Found) -> list[str]:
    return [word for word in found[-1][1].split() if word != "None"]


def _sizes(found: Found) -> list[str]:
    return [size for size in found[-1][1].split(", ") if not size.endswith(" [disabled]")]


def _items(found: Found) -> list[str]:
    """The lines below a heading, which stands once, or once for each IOMMU."""
    lines = [line.strip().removeprefix("- ") for one in found for line in one[1].splitlines()]
    return list(dict.fromkeys(line for line in lines if line and line != "none"))


def _enabled(found: Found) -> list[str]:
    """Of lines that tell what is and what is not, those that tell what is."""
    return list(dict.fromkeys(one[1] for one in found if not one[2]))


def _every(found: Found) -> list[str]:
    return [one[1].strip() for one in found]


def _records(found: Found) -> list[dict[str, Any]]:
    return [
        {key: int(text) if key == "cpu" else text.strip() for key, text in one.groupdict().items()} for one in found
    ]


@dataclass(frozen=True)
class Row:
    """A message: what it is called in the answer, how its line reads, and what is made of it.

    ``silence`` is what it means that a hypervisor of releases ``since`` to ``until`` did not say it.
    """

    name: str
    pattern: str
    shape: Callable[[Found], Any]
    silence: Any = None
    since: Release = OLDEST
    until: Release = NEWEST

    def found(self, boot: str) -> Found:
        return list(re.finditer(f"^{self.pattern}$", boot, re.MULTILINE))

    def means(self, release: Release | None) -> Any:
        """What silence means, where it is certain, which it is not without a release."""
        return self.silence if release is not None and self.since <= release <= self.until else None


V4_6, V4_10, V4_11, V4_12, V4_14, V4_16 = (Release(4, minor) for minor in (6, 10, 11, 12, 14, 16))

ROWS = (
    Row("scheduler", r"Using scheduler: .+ \((\w+)\)", _text),
    Row("scheduling_granularity", r"Scheduling granularity: (\w+),.*", _word, since=V4_14),
    Row("platform_timer", "Platform timer is (.+)", _text),
    Row("hpet_broadcast_timers", r"HPET: ([0-9]{1,9}) timers usable for broadcast \(.*", _number),
    Row("scrubbed", "Scrubbing Free RAM on [0-9]+ nodes using [0-9]+ CPUs", _said, silence=False),
    Row("scrubbed_in_background", "Scrubbing Free RAM in background", _said, silence=False, since=V4_12),
    Row("console_ring_kib", r"Allocated console ring of ([0-9]{1,9}) KiB\.", _number),
    Row("log_level", r"Std\. Loglevel: (.+)", _text),
    Row("guest_log_level", "Guest Loglevel: (.+)", _text),
    Row("hvm", "HVM: (VMX|SVM) enabled", _text),
    Row("hvm_features", r"(?:VMX|SVM): Supported advanced features:((?:\n - .*)*)", _items),
    Row("asids", r"HVM: ASIDs (enabled|disabled)\.", _yes),
    Row("hap", r"HVM: Hardware Assisted Paging \(HAP\) (detected|not detected|detected but disabled)", _yes),
    Row("hap_page_sizes", "HVM: HAP page sizes: (.+)", _sizes),
    Row("iommu", "I/O virtualisation (enabled|disabled)", _yes),
    Row("iommu_dom0_mode", " - Dom0 mode: (.+)", _word),
    Row("interrupt_remapping", "Interrupt remapping (enabled|disabled)", _yes),
    Row("vtd_features", r"Intel VT-d (.+?) (not )?enabled\.", _enabled),
    Row("amd_vi_features", r"AMD-Vi: IOMMU Extended Features:((?:\n ?- .*)*)", _items),
    Row("cache_monitoring", "Cache Monitoring Technology enabled", _said, silence=False),
    Row(
        "microcode_updates",
        f"microcode: CPU(?P<cpu>{CPU}) updated from revision (?P<from>{HEX}) to (?P<to>{HEX})(?:,.*)?",
        _records,
        silence=(),
    ),
    Row(
        "microcode_failures",
        f"microcode: CPU(?P<cpu>{CPU}) update (?:from revision|rev) (?P<from>{HEX}) to (?P<to>{HEX}) failed.*",
        _records,
        silence=(),
    ),
    Row(
        "cpuid_masks",
        r"Writing CPUID (?P<leaf>.*?) ?feature mask (?P<registers>\S+) -> (?P<values>.+)",
        _records,
        silence=(),
        until=V4_6,  # later ones set masks at each switch of virtual CPUs, without a word
    ),
    Row("cpuid_mask_refused", "Invalid processor string: (.+)", _text),
    Row("machine_check", "(?:CPU[0-9]+: )?(.+) machine check reporting enabled", _text),
    Row("watchdog", "Testing NMI watchdog on all CPUs:.* (ok|stuck)", _yes),
    Row("xpti_dom0", r"  XPTI \(64-bit PV only\): Dom0 (enabled|disabled),.*", _yes, since=V4_11),
    Row("xpti_domu", r"  XPTI \(64-bit PV only\):.* DomU (enabled|disabled)(?: .*)?", _yes, since=V4_11),
    Row("pv_l1tf_dom0", "  PV L1TF shadowing: Dom0 (enabled|disabled),.*", _yes, since=V4_12),
    Row("pv_l1tf_domu", "  PV L1TF shadowing:.* DomU (enabled|disabled)", _yes, since=V4_12),
    Row("speculation_hints", "  Hardware hints:(.*)", _words, since=V4_16),
    Row("speculation_hardware", "  Hardware features:(.*)", _words, since=V4_11),
    Row("speculation_compiled_in", "  Compiled-in support:(.*)", _words, since=V4_11),
    Row("speculation_settings", "  Xen settings: (.+)", _text, since=V4_11),
    Row("speculation_hvm", "  Support for HVM VMs:(.*)", _words, since=V4_12),
    Row("speculation_pv", "  Support for PV VMs:(.*)", _words, since=V4_12),
    Row("dom0_kind", r"\*\*\* Building a (PV|PVH) Dom[0-9]+ \*\*\*", _word, since=V4_11),
    Row("dom0_max_vcpus", "Dom0 has maximum ([0-9]{1,9}) VCPUs", _number),
    # GRUB puts the word "placeholder" in front of the command line, which Xen 4.10 and 4.11 do not know either.
    Row("unknown_parameters", 'parameter "(?!placeholder")(.*)" unknown!', _every, silence=(), since=V4_10),
    Row(
        "refused_parameters",
        'parameter "(?P<name>.*)" has invalid value "(?P<value>.*)", rc=.*',
        _records,
        silence=(),
        since=V4_10,
    ),
    # Of Arm. 4.5.0 says "PSCI-0.2 for SMP bringup", and has the frequency of the timer in a line of its own.
    Row("platform", "Platform: (.+)", _text),
    Row("gic_version", "GICv([0-9]) initialization:", _number),
    Row("interrupt_lines", r"GICv[0-9]: ([0-9]{1,9}) lines, .*", _number),
    Row("host_lpis", r"GICv[0-9]: using at most ([0-9]{1,9}) LPIs on the host\.", _number),
    Row("psci", r"Using PSCI(?: v|-)([0-9]{1,5}\.[0-9]{1,5})(?: for SMP bringup)?", _text),
    Row("smc_calling_convention", r"Using SMC Calling Convention v([0-9]{1,5}\.[0-9]{1,5})", _text, since=V4_11),
    Row("timer_khz", "(?:Using generic timer at|Generic Timer IRQ: .* Freq:) ([0-9]{1,12}) KHz", _number),
    Row("guest_address_bits", "P2M: ([0-9]{1,3})-bit IPA(?: .*)?", _number),
    Row("warnings", r"[* ]*WARNING: (.+)", _every, silence=()),
)


def parse_hypervisor_log(log: str) -> Features:
    """What the hypervisor said at its boot, and whether the log still has the boot from its first line on."""
    boot = "\n".join(_boot(log))
    first = FIRST.search(boot)
    certain = Release(int(first[1]), int(first[2])) if first and TALKATIVE.search(boot) else None
    return {"log_begins": first is not None, **{row.name: _value(row, boot, certain) for row in ROWS}}


def _value(row: Row, boot: str, certain: Release | None) -> Any:
    found = row.found(boot)
    value = row.shape(found) if found else row.means(certain)
    return list(value) if isinstance(value, tuple) else value


def _boot(log: str) -> list[str]:
    """The messages before Domain-0 was started. None where that moment is not in the log: then all could be later.

    Only line feeds end a line, for what else could pass for an end of line may be within the words of a guest.
    """
    boot: list[str] = []
    for line in log.split("\n"):
        message = LINE.fullmatch(line.rstrip())
        if message and END.match(message[1]):
            return boot
        if message and message[1].isprintable():
            boot.append(message[1])
    return []
