# SPDX-License-Identifier: GPL-3.0-or-later
"""A boot by xen.efi: the file xen.cfg beside it, what it loads from there, and the firmware's own entry for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ansible_collections.xlops.xen.plugins.module_utils._config.dom0_kernel_cmdline import kernel_line_faults
from ansible_collections.xlops.xen.plugins.module_utils._config.efi_boot import (
    COMMENT,
    GLOBAL,
    Boot,
    Firmware,
    XenCfg,
    read_xen_cfg,
    with_default,
    with_section,
    without_section,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError, Finding, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.grub_menu import base
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot import (
    ABSENT,
    KEEP,
    LINUX,
    XEN,
    Booting,
    Wanted,
    pending,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.refusal import refusal

MANAGED = "# Managed by xlops.xen, module xen_boot: this section."
SECTION = "xlops"
LABEL = "Xen (xlops)"

# What of the running kernel's line finds its root file system.
OF_ROOT = ("root", "ro", "rw", "rootflags", "rootfstype", "rootwait", "rootdelay")
NUMBERS = re.compile(r"([0-9]+)")
BOOT_NUMBER = re.compile(r"[0-9A-Fa-f]{4}")


@dataclass(frozen=True)
class Files:
    """What is loaded beside xen.efi, by key of xen.cfg: where it is taken from. Empty is not loaded."""

    kernel: str = ""
    ramdisk: str = ""
    ucode: str = ""
    xsm: str = ""
    dtb: str = ""

    def sources(self) -> dict[str, str]:
        return {key: path for key, path in vars(self).items() if path}


@dataclass(frozen=True)
class Seen:
    """``loader`` is xen.efi as the firmware calls it, ``image`` where it is to be brought from, if it is. ``differing``
    are the keys of files that are not there yet.
    """

    text: str | None
    firmware: Firmware
    loader: str
    files: Files
    differing: frozenset[str]
    running: Booting
    release: str = ""
    image: str = ""


@dataclass(frozen=True)
class Plan:
    """``copies`` leads from where a file is to what it is called beside xen.efi. ``order`` and ``next`` are numbers of
    boot entries, of which NEW is the one that is made.
    """

    text: str | None
    write: bool
    copies: Mapping[str, str] = field(default_factory=dict)
    create: bool = False
    remove: str = ""
    order: tuple[str, ...] = ()
    next: str = ""
    cfg: XenCfg = field(default_factory=XenCfg)

    @property
    def changes(self) -> bool:
        return self.write or bool(self.copies) or self.create or bool(self.remove or self.order or self.next)


NEW = "new"


def newest(names: Iterable[str]) -> str:
    """The name with the highest version in it."""
    return max(
        names, key=lambda name: [int(part) if part.isdigit() else -1 for part in NUMBERS.split(name)], default=""
    )


def kernel_words(wanted: Wanted, running: Sequence[str]) -> tuple[str, ...]:
    """The line of the control domain's kernel. What finds the root file system is what found it for the one that runs,
    unless that is declared.
    """
    if any(word.startswith("root=") for word in wanted.linux):
        return wanted.linux
    found = () if wanted.exclusive else tuple(word for word in running if word.partition("=")[0] in OF_ROOT)
    if not any(word.startswith("root=") for word in found):
        raise refusal(
            "nothing says where the root file system of the control domain's kernel is", "add root= to linux", "linux"
        )
    return (*found, *wanted.linux)


def section(wanted: Wanted, files: Files, running: Sequence[str], extras: Mapping[str, str]) -> list[tuple[str, str]]:
    """The lines of our section. Of the files it has the names that they get beside xen.efi."""
    if not files.kernel:
        raise refusal("there is no kernel to boot", "install one, or declare kernel", "kernel")
    linux = kernel_words(wanted, running)
    faults = [*kernel_line_faults(linux), *_comments({"xen": wanted.xen, "linux": linux}, files, extras)]
    if faults:
        raise ConfigError(faults)
    pairs = [
        ("options", " ".join(wanted.xen)),
        ("kernel", " ".join((base(files.kernel), *linux))),
        *((key, base(path)) for key, path in files.sources().items() if key != "kernel"),
        *((key, value) for key, value in extras.items() if key != "chain"),
    ]
    return [(key, value) for key, value in pairs if value]


def _comments(lines: Mapping[str, Sequence[str]], files: Files, extras: Mapping[str, str]) -> Iterator[Finding]:
    """xen.efi knows no quotes, and cuts a line at the first # (pre_parse(), 4.5 to 4.22)."""
    names = {key: (base(path),) for key, path in files.sources().items()}
    for key, words in {**names, **{key: (value,) for key, value in extras.items()}, **lines}.items():
        yield from (
            Finding(
                ERROR,
                f"{shown(word)} has a #, and xen.efi takes what follows for a comment",
                key=key,
                remedy="write it without, or start Xen by GRUB",
            )
            for word in words
            if COMMENT in word
        )


def plan(wanted: Wanted, seen: Seen, extras: Mapping[str, str]) -> Plan:
    """What is to be done. ``extras`` are lines of our section that are neither files nor command lines."""
    if wanted.state == ABSENT:
        return _plain_linux(seen)
    text = seen.text or ""
    chained = extras.get("chain", "")
    pairs = section(wanted, seen.files, seen.running.linux_words, extras)
    former = read_xen_cfg(text)
    # xen.efi boots the default section; which firmware entry is the default is another question.
    written = with_section(text, SECTION, pairs, SECTION, MANAGED)
    if chained and former.sections.get(GLOBAL, {}).get("chain") != chained:
        written = written.replace(f"default={SECTION}\n", f"default={SECTION}\nchain={chained}\n", 1)
    copies = {seen.image: base(seen.image)} if seen.image else {}
    copies.update({path: base(path) for key, path in seen.files.sources().items() if key in seen.differing})
    own = seen.firmware.loading(seen.loader)
    number = own.number if own else NEW
    return Plan(
        written,
        written != seen.text,
        copies,
        own is None,
        "",
        _order(wanted.default, number, seen.firmware),
        _next(wanted, number, seen, written),
        read_xen_cfg(written),
    )


def _order(what: str, number: str, firmware: Firmware) -> tuple[str, ...]:
    """The order of boot entries, empty where it is as it shall be."""
    others = tuple(one for one in firmware.order if one != number)
    if what == KEEP:
        return ()
    if what == XEN:
        wanted = (number, *others)
    elif what == LINUX:
        wanted = (*others, number) if number in firmware.order else others
    else:
        _known(what, firmware, "default")
        wanted = (what.upper(), *(one for one in firmware.order if one != what.upper()))
    return () if wanted == firmware.order else wanted


def _next(wanted: Wanted, number: str, seen: Seen, text: str) -> str:
    if wanted.once == KEEP:
        return ""
    if wanted.once == XEN:
        coming: Booting | None = booting(read_xen_cfg(text), seen.release)
        chosen = number
    elif wanted.once == LINUX:
        coming = Booting(False)
        chosen = next((one for one in seen.firmware.booting if one != number), "")
        if not chosen:
            raise refusal("the firmware has no entry that does not start Xen", "make one", "once", LINUX)
    else:
        chosen, coming = _known(wanted.once, seen.firmware, "once").number, None
    needed = coming is None or bool(pending(coming, seen.running).reasons)
    return chosen if needed and chosen != seen.firmware.next else ""


def _known(what: str, firmware: Firmware, key: str) -> Boot:
    found = next((one for one in firmware.entries if one.number == what.upper()), None)
    if found is None or not BOOT_NUMBER.fullmatch(what):
        numbers = ", ".join(one.number for one in firmware.entries) or "none"
        raise refusal(f"the firmware has no entry {shown(what)}", f"use xen, linux, or one of {numbers}", key, what)
    return found


def booting(cfg: XenCfg, release: str) -> Booting:
    """What xen.efi boots by its file."""
    chosen = cfg.default
    kernel = cfg.words(chosen, "kernel")
    return Booting(bool(kernel), release, cfg.words(chosen, "options"), kernel[1:], chosen)


def _plain_linux(seen: Seen) -> Plan:
    """Our section goes, and the firmware's entry with it where it was ours or has nothing left to boot."""
    own = seen.firmware.loading(seen.loader)
    others = tuple(one for one in seen.firmware.order if own is None or one != own.number)
    rest = without_section(seen.text or "", SECTION, MANAGED)
    left = read_xen_cfg(rest)
    sections = [name for name in left.sections if name not in ("", GLOBAL)]
    default = left.default if left.default != SECTION else "".join(sections[:1])
    text = with_default(rest, default) if sections or left.sections.get("") else None
    if own is not None and seen.firmware.order and not set(others) & set(seen.firmware.booting):
        raise refusal(
            "the firmware would have nothing to boot but xen.efi", "make a boot entry for Linux first", "state", ABSENT
        )
    ours = own is not None and (own.label == LABEL or text is None)
    order = others if own is not None and not ours and seen.firmware.order[:1] == (own.number,) else ()
    if order and own is not None:
        order = (*order, own.number)
    return Plan(text, text != seen.text, {}, False, own.number if own is not None and ours else "", order)


def cfg_faults(plan: Plan, there: Iterable[str]) -> Iterator[str]:
    """Why a file for xen.efi must not be used. ``there`` are the names beside it, those yet to be copied too."""
    names = set(there)
    chosen = plan.cfg.default
    if chosen not in plan.cfg.sections:
        yield f"it has no section {chosen}"
        return
    for key in ("kernel", "ramdisk", "ucode", "xsm", "dtb", "chain"):
        words = plan.cfg.words(chosen, key)
        if key == "kernel" and not words:
            yield "it names no kernel"
        elif words and words[0] not in names:
            yield f"{words[0]}, which it loads as {key}, is not there"
