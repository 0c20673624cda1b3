# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule a configuration is held against, and what xl makes of what breaks it. docs/lint.md has this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, NOTE, WARNING, Finding


@dataclass(frozen=True)
class Rule:
    """``xl`` says what xl does with it. What is wrong stands in rule_words.py, which no host is sent."""

    id: str
    severity: str
    xl: str


REFUSED = "refuses the file"
REFUSED_OR_NOT_CREATED = f"{REFUSED}, or fails to create the guest"
NOT_CREATED = "accepts it in a dry run, and fails to create the guest"
NOT_CREATED_ON_X86 = "accepts it in a dry run, and on x86 fails to create the guest"
PASSED_OVER = "warns and goes on without it"
IGNORED = "ignores it without a word"
NEVER_READ = "never reads it: only the collection does"

SYNTAX = (
    Rule("syntax", ERROR, REFUSED),
    Rule("later-syntax", ERROR, REFUSED),
    Rule("dropped-escape", WARNING, "drops the escape"),
    Rule("octal-number", WARNING, "reads it as octal: `010` is 8"),
    Rule("given-twice", WARNING, "takes the last value"),
    Rule(
        "passed-over",
        ERROR,
        f"mostly warns and goes on without it, or {REFUSED}; the finding says which",
    ),
    Rule(
        "device-unreadable",
        ERROR,
        f"{REFUSED}, or leaves part of it out; the finding says which",
    ),
)

KEYS = (
    Rule("unknown-key", ERROR, IGNORED),
    Rule(
        "unknown-sub-key",
        ERROR,
        f"passes over it for vif, vfb, vnuma, channel and (before Xen 4.15) pci, {REFUSED} for other devices",
    ),
    Rule("later-key", ERROR, "ignores it, or refuses a sub-key"),
    Rule("removed-key", ERROR, IGNORED),
    Rule("later-word", ERROR, REFUSED),
    Rule("removed-word", ERROR, REFUSED_OR_NOT_CREATED),
    Rule(
        "missing",
        ERROR,
        f"{REFUSED}, or takes what is there",
    ),
    Rule(
        "wrong-value",
        ERROR,
        f"{PASSED_OVER}, reads a part of it, or {REFUSED}",
    ),
    Rule("out-of-range", ERROR, f"mostly takes it unchecked, or {REFUSED}"),
    Rule("no-effect", WARNING, IGNORED),
    Rule("ignored-key", WARNING, PASSED_OVER),
    Rule("deprecated", WARNING, "follows it, mostly with a warning"),
    Rule("alias", NOTE, "follows it"),
    Rule("too-old", ERROR, "is unknown to the collection"),
    Rule("template", NOTE, NEVER_READ),
    Rule("unreadable", ERROR, NEVER_READ),
    Rule("unusable-name", ERROR, "takes it"),
    Rule("migration-name", ERROR, "takes it, and gives such names to guests that migrate"),
    Rule("no-time-to-stop", ERROR, NEVER_READ),
    Rule("dependency-circle", ERROR, NEVER_READ),
    Rule("dependency-goes", ERROR, NEVER_READ),
    Rule("former-name", ERROR, NEVER_READ),
)

GUEST_TYPE = (
    Rule("type-misread", ERROR, "builds what `builder` says, else PV"),
    Rule("type-unread", NOTE, IGNORED),
    Rule("type-contradiction", ERROR, REFUSED),
    Rule("builder-word", WARNING, "takes it for PV"),
    Rule("shortened-word", WARNING, "takes the first that begins so"),
)

BOOT = (
    Rule("nothing-to-boot", ERROR, REFUSED),
    Rule("bootloader-without-disk", ERROR, NOT_CREATED),
    Rule("kernel-and-firmware", ERROR, REFUSED),
    Rule("firmware-of-pv", ERROR, REFUSED),
    Rule("hvmloader-as-kernel", WARNING, PASSED_OVER),
    Rule("direct-boot", ERROR, NOT_CREATED),
    Rule("command-line-twice", ERROR, "warns and takes cmdline alone"),
    Rule("null-command-line", ERROR, "writes (null) at the end of the command line"),
    Rule("firmware-twice", WARNING, "takes firmware"),
    Rule("bios-path-alone", WARNING, "warns, and uses it for the default bios"),
    Rule("bios-and-device-model", ERROR, NOT_CREATED),
)

RESOURCES = (
    Rule("upper-limit", ERROR, "accepts it, and the guest is not of the size that was meant"),
    Rule("most-vcpus", ERROR, NOT_CREATED),
    Rule("cap-of-vcpus", WARNING, "fails to create the guest under credit, and under credit2 from 4.10 on"),
    Rule("no-cpu", ERROR, NOT_CREATED),
    Rule("pins-unread", ERROR, IGNORED),
    Rule("cpuid", ERROR, "complains and goes on without it"),
    Rule("vnuma", ERROR, REFUSED_OR_NOT_CREATED),
    Rule("populate-on-demand", ERROR, NOT_CREATED),
    Rule("nested-and-altp2m", ERROR, NOT_CREATED),
    Rule("nested-without-hap", ERROR, NOT_CREATED),
    Rule("pvh-without-hap", ERROR, NOT_CREATED),
    Rule("altp2m-without-hap", ERROR, NOT_CREATED),
    Rule("altp2m-count", ERROR, NOT_CREATED),
    Rule("grant-version", ERROR, NOT_CREATED),
    Rule("grant-frames", ERROR, NOT_CREATED),
    Rule("trace-buffer", ERROR, NOT_CREATED),
    Rule("scheduler-gone", WARNING, "reads them, to no effect"),
    Rule("tsc-mode-gone", ERROR, NOT_CREATED),
    Rule("timer-mode-of-pv", ERROR, REFUSED),
)

DISPLAY = (
    Rule("videoram", ERROR, NOT_CREATED),
    Rule("qxl-and-device-model", ERROR, NOT_CREATED),
    Rule("display-twice", ERROR, REFUSED),
    Rule("vnc-beside-vfb", WARNING, IGNORED),
    Rule("spice-without-port", ERROR, NOT_CREATED),
    Rule("spice-without-password", ERROR, NOT_CREATED),
    Rule("spice-and-device-model", WARNING, "makes a guest without it"),
    Rule("without-spice", WARNING, "ignores it and says so only when creating"),
    Rule("usb-twice", ERROR, NOT_CREATED),
    Rule("sound-card", ERROR, NOT_CREATED),
    Rule("viridian-without-base", WARNING, "passes them on; none has an effect"),
    Rule("device-model-unknown", WARNING, "warns and guesses"),
    Rule("stubdomain", ERROR, NOT_CREATED),
    Rule("touch-without-size", ERROR, REFUSED),
)

DEVICES = (
    Rule("duplicate-vdev", ERROR, NOT_CREATED),
    Rule("disk-without-target", ERROR, NOT_CREATED),
    Rule("no-disk-name", ERROR, NOT_CREATED),
    Rule("emulated-twice", ERROR, NOT_CREATED),
    Rule("read-only-disk", ERROR, NOT_CREATED),
    Rule("old-disk-style", NOTE, "follows it"),
    Rule("target-not-last", WARNING, "takes what follows for a part of the path"),
    Rule("ioemu-of-pv", ERROR, NOT_CREATED),
    Rule("group-mac", ERROR, "makes an interface that Linux refuses"),
    Rule("interface-name", ERROR, NOT_CREATED),
    Rule("interface-number", ERROR, NOT_CREATED),
    Rule("channel-without-path", ERROR, REFUSED),
    Rule("share-incomplete", ERROR, REFUSED_OR_NOT_CREATED),
    Rule("pci-address", ERROR, "leaves it out, or refuses"),
    Rule("pci-defaults-unread", WARNING, "reads them after the devices"),
    Rule("pci-all-functions", ERROR, "crashes"),
    Rule("pci-device-twice", ERROR, NOT_CREATED),
    Rule("pvh-passthrough", WARNING, NOT_CREATED_ON_X86),
    Rule("share-pt-of-pv", WARNING, NOT_CREATED_ON_X86),
    Rule("share-pt-without-hap", ERROR, NOT_CREATED),
    Rule("trap-of-hvm", ERROR, NOT_CREATED),
    Rule("trap-of-x86", WARNING, NOT_CREATED_ON_X86),
    Rule("passthrough-disabled", ERROR, NOT_CREATED),
    Rule("rdm-policy", WARNING, IGNORED),
    Rule("usb-controller", ERROR, NOT_CREATED),
    Rule("empty-range", ERROR, REFUSED_OR_NOT_CREATED),
)

TOGETHER = (
    Rule("duplicate-name", ERROR, "creates the first alone"),
    Rule(
        "duplicate-uuid",
        ERROR,
        "creates both, and who goes by the uuid takes one for the other",
    ),
    Rule("duplicate-mac", ERROR, "creates both, and their network fails"),
    Rule("duplicate-vifname", ERROR, "creates the first alone"),
    Rule("duplicate-vncdisplay", ERROR, NOT_CREATED),
    Rule("duplicate-spiceport", ERROR, NOT_CREATED),
    Rule("shared-pci", WARNING, "refuses the second while the first runs"),
    Rule("shared-disk", ERROR, "refuses the second, or lets both destroy the data"),
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.id: rule for rule in (*SYNTAX, *KEYS, *GUEST_TYPE, *BOOT, *RESOURCES, *DISPLAY, *DEVICES, *TOGETHER)}
)


def finding(rule: str, message: str, **where: Any) -> Finding:
    """A finding with the severity of its rule."""
    return Finding(RULES[rule].severity, message, rule=rule, **where)
