# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule a configuration is held against. docs/lint.md has this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, NOTE, WARNING, Finding


@dataclass(frozen=True)
class Rule:
    """What is wrong, and what xl does, stands in rule_words.py."""

    id: str
    severity: str


NEVER_READ = "never reads it: only the collection does"

SYNTAX = (
    Rule("syntax", ERROR),
    Rule("later-syntax", ERROR),
    Rule("dropped-escape", WARNING),
    Rule("octal-number", WARNING),
    Rule("open-decision", NOTE),
    Rule("given-twice", WARNING),
    Rule("passed-over", ERROR),
    Rule("device-unreadable", ERROR),
)

KEYS = (
    Rule("unknown-key", ERROR),
    Rule("unknown-sub-key", ERROR),
    Rule("later-key", ERROR),
    Rule("removed-key", ERROR),
    Rule("later-word", ERROR),
    Rule("removed-word", ERROR),
    Rule("missing", ERROR),
    Rule("wrong-value", ERROR),
    Rule("out-of-range", ERROR),
    Rule("blank-kept", WARNING),
    Rule("no-effect", WARNING),
    Rule("ignored-key", WARNING),
    Rule("deprecated", WARNING),
    Rule("alias", NOTE),
    Rule("too-old", ERROR),
    Rule("template", NOTE),
    Rule("unreadable", ERROR),
    Rule("unusable-name", ERROR),
    Rule("migration-name", ERROR),
    Rule("no-time-to-stop", ERROR),
    Rule("dependency-circle", ERROR),
    Rule("dependency-goes", ERROR),
    Rule("former-name", ERROR),
)

GUEST_TYPE = (
    Rule("type-misread", ERROR),
    Rule("type-unread", NOTE),
    Rule("type-contradiction", ERROR),
    Rule("builder-word", WARNING),
    Rule("shortened-word", WARNING),
)

BOOT = (
    Rule("nothing-to-boot", ERROR),
    Rule("bootloader-without-disk", ERROR),
    Rule("kernel-and-firmware", ERROR),
    Rule("firmware-of-pv", ERROR),
    Rule("hvmloader-as-kernel", WARNING),
    Rule("direct-boot", ERROR),
    Rule("command-line-twice", ERROR),
    Rule("null-command-line", ERROR),
    Rule("firmware-twice", WARNING),
    Rule("bios-path-alone", WARNING),
    Rule("bios-and-device-model", ERROR),
)

RESOURCES = (
    Rule("upper-limit", ERROR),
    Rule("most-vcpus", ERROR),
    Rule("cap-of-vcpus", WARNING),
    Rule("no-cpu", ERROR),
    Rule("pins-unread", ERROR),
    Rule("cpuid", ERROR),
    Rule("vnuma", ERROR),
    Rule("populate-on-demand", ERROR),
    Rule("nested-and-altp2m", ERROR),
    Rule("nested-without-hap", ERROR),
    Rule("pvh-without-hap", ERROR),
    Rule("altp2m-without-hap", ERROR),
    Rule("altp2m-count", ERROR),
    Rule("grant-version", ERROR),
    Rule("grant-frames", ERROR),
    Rule("trace-buffer", ERROR),
    Rule("scheduler-gone", WARNING),
    Rule("tsc-mode-gone", ERROR),
    Rule("timer-mode-of-pv", ERROR),
)

DISPLAY = (
    Rule("videoram", ERROR),
    Rule("qxl-and-device-model", ERROR),
    Rule("display-twice", ERROR),
    Rule("vnc-beside-vfb", WARNING),
    Rule("spice-without-port", ERROR),
    Rule("spice-without-password", ERROR),
    Rule("spice-and-device-model", WARNING),
    Rule("without-spice", WARNING),
    Rule("usb-twice", ERROR),
    Rule("sound-card", ERROR),
    Rule("viridian-without-base", WARNING),
    Rule("device-model-unknown", WARNING),
    Rule("stubdomain", ERROR),
    Rule("touch-without-size", ERROR),
    Rule("word-for-qemu", WARNING),
)

DEVICES = (
    Rule("duplicate-vdev", ERROR),
    Rule("disk-without-target", ERROR),
    Rule("no-disk-name", ERROR),
    Rule("emulated-twice", ERROR),
    Rule("read-only-disk", ERROR),
    Rule("old-disk-style", NOTE),
    Rule("target-not-last", WARNING),
    Rule("relative-target", WARNING),
    Rule("ioemu-of-pv", ERROR),
    Rule("group-mac", ERROR),
    Rule("interface-name", ERROR),
    Rule("interface-number", ERROR),
    Rule("bridge-name", WARNING),
    Rule("comma-left-out", WARNING),
    Rule("channel-without-path", ERROR),
    Rule("share-incomplete", ERROR),
    Rule("share-server", ERROR),
    Rule("pci-address", ERROR),
    Rule("pci-defaults-unread", WARNING),
    Rule("pci-all-functions", ERROR),
    Rule("pci-device-twice", ERROR),
    Rule("pvh-passthrough", WARNING),
    Rule("share-pt-of-pv", WARNING),
    Rule("share-pt-without-hap", ERROR),
    Rule("trap-of-hvm", ERROR),
    Rule("trap-of-x86", WARNING),
    Rule("passthrough-disabled", ERROR),
    Rule("rdm-policy", WARNING),
    Rule("usb-controller", ERROR),
    Rule("empty-range", ERROR),
    Rule("no-such-port", ERROR),
    Rule("no-such-colour", ERROR),
)

TOGETHER = (
    Rule("duplicate-name", ERROR),
    Rule("duplicate-uuid", ERROR),
    Rule("duplicate-mac", ERROR),
    Rule("duplicate-vifname", ERROR),
    Rule("duplicate-vncdisplay", ERROR),
    Rule("duplicate-spiceport", ERROR),
    Rule("shared-pci", WARNING),
    Rule("shared-disk", ERROR),
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.id: rule for rule in (*SYNTAX, *KEYS, *GUEST_TYPE, *BOOT, *RESOURCES, *DISPLAY, *DEVICES, *TOGETHER)}
)


def finding(rule: str, message: str, **where: Any) -> Finding:
    """A finding with the severity of its rule."""
    return Finding(RULES[rule].severity, message, rule=rule, **where)
