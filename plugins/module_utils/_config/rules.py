# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule a configuration is held against: what is wrong, and what xl makes of it. docs/lint.md has this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, NOTE, WARNING, Finding


@dataclass(frozen=True)
class Rule:
    """``summary`` says what is wrong, ``xl`` what xl does with it."""

    id: str
    severity: str
    summary: str
    xl: str


REFUSED = "refuses the file"
REFUSED_OR_NOT_CREATED = f"{REFUSED}, or fails to create the guest"
NOT_CREATED = "accepts it in a dry run, and fails to create the guest"
PASSED_OVER = "warns and goes on without it"
IGNORED = "ignores it without a word"
NEVER_READ = "never reads it: only the collection does"

SYNTAX = (
    Rule("syntax", ERROR, "The file is no xl.cfg", REFUSED),
    Rule("later-syntax", ERROR, "`+=` before Xen 4.13, a list in a list before 4.6", REFUSED),
    Rule("dropped-escape", WARNING, "A text with an octal escape", "drops the escape"),
    Rule("octal-number", WARNING, "A number with a zero in front", "reads it as octal: `010` is 8"),
    Rule("given-twice", WARNING, "A key that is given again", "takes the last value"),
    Rule(
        "passed-over",
        ERROR,
        "A list, a single value or a text where another kind of value is read",
        f"mostly warns and goes on without it, or {REFUSED}; the finding says which",
    ),
    Rule(
        "device-unreadable",
        ERROR,
        "A device specification that makes no sense",
        f"{REFUSED}, or leaves part of it out; the finding says which",
    ),
)

KEYS = (
    Rule("unknown-key", ERROR, "A key that no release reads", IGNORED),
    Rule(
        "unknown-sub-key",
        ERROR,
        "A sub-key that no release reads",
        f"passes over it for vif, vfb, vnuma, channel and (before Xen 4.15) pci, {REFUSED} for other devices",
    ),
    Rule("later-key", ERROR, "A key, or sub-key, that came with a later release", "ignores it, or refuses a sub-key"),
    Rule("removed-key", ERROR, "A key, or sub-key, that went away with an earlier release", IGNORED),
    Rule("later-word", ERROR, "A word of an enumeration that came with a later release", REFUSED),
    Rule("removed-word", ERROR, "A word of an enumeration that went away", REFUSED_OR_NOT_CREATED),
    Rule(
        "missing",
        ERROR,
        "A key, or sub-key, without which there is no guest or device",
        f"{REFUSED}, or takes what is there",
    ),
    Rule(
        "wrong-value",
        ERROR,
        "A value that is not what the key holds",
        f"{PASSED_OVER}, reads a part of it, or {REFUSED}",
    ),
    Rule("out-of-range", ERROR, "A number below or above what makes sense", f"mostly takes it unchecked, or {REFUSED}"),
    Rule("no-effect", WARNING, "A key that guests of this type do not use", IGNORED),
    Rule("ignored-key", WARNING, "A key of xend that xl knows and does not follow", PASSED_OVER),
    Rule("deprecated", WARNING, "A key, or form of a value, that has a successor", "follows it, mostly with a warning"),
    Rule("alias", NOTE, "An older name of a key", "follows it"),
    Rule("too-old", ERROR, "A release before Xen 4.5", "is unknown to the collection"),
    Rule("template", NOTE, "A value that is a template, which is not known before a play runs", NEVER_READ),
    Rule("unreadable", ERROR, "A file that cannot be read, or is no YAML", NEVER_READ),
    Rule("unusable-name", ERROR, "A name after which no file can be named", "takes it"),
    Rule("no-time-to-stop", ERROR, "`stop_timeout: 0` for a guest that must not be destroyed", NEVER_READ),
    Rule("dependency-circle", ERROR, "Guests that depend on one another", NEVER_READ),
    Rule("dependency-goes", ERROR, "A guest that depends on one that shall not be there", NEVER_READ),
)

GUEST_TYPE = (
    Rule(
        "type-misread", ERROR, "`type` before Xen 4.10, with another type meant", "builds what `builder` says, else PV"
    ),
    Rule("type-unread", NOTE, "`type` before Xen 4.10, with the same guest coming of it", IGNORED),
    Rule("type-contradiction", ERROR, "`type` and `builder` of two minds", REFUSED),
    Rule("builder-word", WARNING, "A word for `builder` that is not hvm before Xen 4.10", "takes it for PV"),
    Rule("shortened-word", WARNING, "Only the beginning of a guest type", "takes the first that begins so"),
)

BOOT = (
    Rule("nothing-to-boot", ERROR, "A PV or PVH guest without kernel, bootloader or firmware", REFUSED),
    Rule("kernel-and-firmware", ERROR, "kernel and firmware for a PV or PVH guest", REFUSED),
    Rule("firmware-of-pv", ERROR, "firmware other than pvgrub for a PV or PVH guest", REFUSED),
    Rule("hvmloader-as-kernel", WARNING, "kernel names hvmloader", PASSED_OVER),
    Rule("direct-boot", ERROR, "ramdisk or a command line for an HVM guest without kernel", NOT_CREATED),
    Rule("command-line-twice", ERROR, "cmdline beside root or extra", "warns and takes cmdline alone"),
    Rule("null-command-line", ERROR, "root without extra on Xen 4.5", "writes (null) at the end of the command line"),
    Rule("firmware-twice", WARNING, "firmware beside bios or firmware_override", "takes firmware"),
    Rule("bios-path-alone", WARNING, "bios_path_override without bios", "warns, and uses it for the default bios"),
    Rule("bios-and-device-model", ERROR, "A bios that the device model has not", NOT_CREATED),
)

RESOURCES = (
    Rule(
        "upper-limit", ERROR, "maxmem below memory, or maxvcpus below vcpus", "makes a guest that is not what was meant"
    ),
    Rule("no-cpu", ERROR, "A CPU list that leaves no CPU", NOT_CREATED),
    Rule("pins-unread", ERROR, "cpus or cpus_soft in a file without vcpus and maxvcpus, before Xen 4.22", IGNORED),
    Rule("cpuid", ERROR, "A part of cpuid that means nothing", "complains and goes on without it"),
    Rule("vnuma", ERROR, "Virtual NUMA nodes that contradict themselves or the guest", REFUSED_OR_NOT_CREATED),
    Rule("populate-on-demand", ERROR, "maxmem above memory with what forbids it", NOT_CREATED),
    Rule("nested-and-altp2m", ERROR, "nestedhvm together with altp2m", NOT_CREATED),
    Rule("pvh-without-hap", ERROR, "pvh without hap", NOT_CREATED),
    Rule("scheduler-gone", WARNING, "Keys of the SEDF scheduler after Xen 4.5", "reads them, to no effect"),
    Rule("tsc-mode-gone", ERROR, "tsc_mode native_paravirt from Xen 4.12 on", NOT_CREATED),
    Rule("timer-mode-of-pv", ERROR, "timer_mode for a PV guest from Xen 4.10 on", REFUSED),
)

DISPLAY = (
    Rule("videoram", ERROR, "Less graphics memory than the card needs", NOT_CREATED),
    Rule("qxl-and-device-model", ERROR, "qxl with the traditional device model", NOT_CREATED),
    Rule("display-twice", ERROR, "A display in vnclisten and in vncdisplay", REFUSED),
    Rule("vnc-beside-vfb", WARNING, "VNC keys of a PV guest that has vfb", IGNORED),
    Rule("spice-without-port", ERROR, "spice without spiceport and spicetls_port", NOT_CREATED),
    Rule("spice-without-password", ERROR, "spice with ticketing and without spicepasswd", NOT_CREATED),
    Rule("spice-and-device-model", WARNING, "spice with the traditional device model", "makes a guest without it"),
    Rule("without-spice", WARNING, "spiceusbredirection without spice", "ignores it and says so only when creating"),
    Rule("usb-twice", ERROR, "usbversion or spiceusbredirection together with usb or usbdevice", NOT_CREATED),
    Rule("viridian-without-base", WARNING, "Groups of viridian without base", "passes them on; none has an effect"),
    Rule("device-model-unknown", WARNING, "device_model_override without device_model_version", "warns and guesses"),
    Rule("stubdomain", ERROR, "A stub domain with qemu-xen before Xen 4.14", NOT_CREATED),
    Rule("touch-without-size", ERROR, "A touch screen without a size", REFUSED),
)

DEVICES = (
    Rule("duplicate-vdev", ERROR, "Two disks of one guest with the same vdev", NOT_CREATED),
    Rule("disk-without-target", ERROR, "A disk without target that is no cdrom", NOT_CREATED),
    Rule("disk-not-emulated", WARNING, "An emulated disk beyond hdd", "makes a disk that firmware does not see"),
    Rule("old-disk-style", NOTE, "A disk specification with a prefix such as `phy:`", "follows it"),
    Rule("ioemu-of-pv", ERROR, "An emulated interface for a guest that is not HVM", NOT_CREATED),
    Rule("group-mac", ERROR, "A MAC address for groups", "makes an interface that Linux refuses"),
    Rule("channel-without-path", ERROR, "A socket channel without path", REFUSED),
    Rule("share-incomplete", ERROR, "A p9 share for QEMU without tag, security_model or path", REFUSED_OR_NOT_CREATED),
    Rule("pci-address", ERROR, "A PCI device with no address and no name, or with both", "leaves it out, or refuses"),
    Rule("pci-defaults-unread", WARNING, "pci_permissive and the like on Xen 4.13", "reads them after the devices"),
    Rule("pci-all-functions", ERROR, "A PCI address that ends in * on Xen 4.14", "crashes"),
    Rule("passthrough-disabled", ERROR, "passthrough disabled, and devices to pass through", NOT_CREATED),
    Rule("rdm-policy", WARNING, "rdm without policy before Xen 4.15, with one after", IGNORED),
)

TOGETHER = (
    Rule("duplicate-name", ERROR, "Two guests of one name", "creates the first alone"),
    Rule(
        "duplicate-uuid",
        ERROR,
        "Two guests with one uuid",
        "creates both, and who goes by the uuid takes one for the other",
    ),
    Rule("duplicate-mac", ERROR, "One MAC address at two interfaces", "creates both, and their network fails"),
    Rule("duplicate-vncdisplay", ERROR, "Two guests with one vncdisplay and vncunused off", NOT_CREATED),
    Rule("duplicate-spiceport", ERROR, "Two guests with one spiceport", NOT_CREATED),
    Rule("shared-disk", ERROR, "One writable disk in two guests", "refuses the second, or lets both destroy the data"),
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.id: rule for rule in (*SYNTAX, *KEYS, *GUEST_TYPE, *BOOT, *RESOURCES, *DISPLAY, *DEVICES, *TOGETHER)}
)


def finding(rule: str, message: str, **where: Any) -> Finding:
    """A finding with the severity of its rule."""
    return Finding(RULES[rule].severity, message, rule=rule, **where)
