# SPDX-License-Identifier: GPL-3.0-or-later
"""A boot by GRUB: our file among its settings, the menu that comes of them, and the entry that is booted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ansible_collections.xlops.xen.plugins.module_utils._config.boot_words import from_grub, to_grub, to_shell
from ansible_collections.xlops.xen.plugins.module_utils._config.dom0_kernel_cmdline import kernel_line_faults
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.grub_menu import (
    SIMPLE_ENTRY,
    Entry,
    Menu,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_cmdline import overruled, without_grubs
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

HEADER = (
    "# Managed by xlops.xen",
    "# Module xen_boot. Sourced by grub-mkconfig after /etc/default/grub and the files that sort before this one.",
)
SETTINGS = (
    "GRUB_DEFAULT",
    "GRUB_CMDLINE_XEN",
    "GRUB_CMDLINE_XEN_DEFAULT",
    "GRUB_CMDLINE_LINUX",
    "GRUB_CMDLINE_LINUX_DEFAULT",
    "GRUB_CMDLINE_LINUX_XEN_REPLACE",
    "GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT",
)
SAVED = "saved"
FIRST = "0"  # what GRUB boots when nothing is said, or what is said is not there

# How 10_linux calls the entry of one file system.
PLAIN_ENTRY = "gnulinux-simple-"


@dataclass(frozen=True)
class Settings:
    """What all of GRUB's files together say, as its scripts then have it."""

    values: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def default(self) -> str:
        return self.get("GRUB_DEFAULT") or FIRST

    @property
    def xen_words(self) -> tuple[str, ...]:
        """Those of the entry; the first variable alone is in rescue entries too."""
        return tuple(from_grub(f"{self.get('GRUB_CMDLINE_XEN')} {self.get('GRUB_CMDLINE_XEN_DEFAULT')}"))

    @property
    def linux_words(self) -> tuple[str, ...]:
        texts = (
            self.get(f"GRUB_CMDLINE_LINUX_XEN_REPLACE{part}") or self.get(f"GRUB_CMDLINE_LINUX{part}")
            for part in ("", "_DEFAULT")
        )
        return tuple(from_grub(" ".join(texts)))


@dataclass(frozen=True)
class Seen:
    """``bare`` are the settings without our file, ``settings`` those with it as it shall be."""

    drop_in: str | None
    menu: Menu
    environment: Mapping[str, str]
    bare: Settings
    settings: Settings
    release: str
    running: Booting


@dataclass(frozen=True)
class Plan:
    """``default`` and ``once`` are names of entries to be noted; empty where nothing is to be done. ``forget`` says
    that the entry of a single boot is to be noted no more.
    """

    drop_in: str | None
    write: bool
    regenerate: bool
    default: str = ""
    once: str = ""
    forget: bool = False
    entry: Entry | None = None  # of Xen, as it will be

    @property
    def changes(self) -> bool:
        return self.write or self.regenerate or self.forget or bool(self.default or self.once)


def drop_in(wanted: Wanted, menu: Menu, bare: Settings, environment: Mapping[str, str]) -> str | None:
    """Our file among GRUB's settings, None where there is none to be."""
    if wanted.state == ABSENT:
        return _of_plain_linux(menu, bare, environment)
    lines = [*HEADER]
    if wanted.default != KEEP:
        lines.append(f"GRUB_DEFAULT={SAVED}")
    ours = to_shell(to_grub(wanted.xen))
    if wanted.exclusive:
        lines += [f"GRUB_CMDLINE_XEN={ours}", "GRUB_CMDLINE_XEN_DEFAULT=''"]
    elif wanted.xen:
        lines.append(f'GRUB_CMDLINE_XEN="${{GRUB_CMDLINE_XEN:+$GRUB_CMDLINE_XEN }}"{ours}')
    # An empty variable would replace nothing, a blank does.
    ours = to_shell(to_grub(wanted.linux) or " ")
    replaced = "GRUB_CMDLINE_LINUX_XEN_REPLACE"
    if wanted.exclusive:
        lines += [f"{replaced}={ours}", f"{replaced}_DEFAULT=' '"]
    elif wanted.linux:
        lines.append(f'{replaced}="${{{replaced}:-$GRUB_CMDLINE_LINUX}} "{ours}')
    return "".join(f"{line}\n" for line in lines)


def _of_plain_linux(menu: Menu, bare: Settings, environment: Mapping[str, str]) -> str | None:
    """Without our file somebody else's may make Xen the default, as the package of Debian does. Then ours says which
    entry it is. Where the default is the one that is noted, another is noted.
    """
    found = boots(menu, bare.default, environment)
    if found is None or not found.of_xen or bare.default == SAVED:
        return None
    plain = menu.first_of_linux()
    if plain is None:
        raise refusal(
            "the boot menu has no entry of Linux without Xen, so nothing would boot",
            "look at /etc/grub.d/10_linux, and run update-grub",
            "state",
            ABSENT,
        )
    return "".join(f"{line}\n" for line in (*HEADER, f"GRUB_DEFAULT={to_shell(plain.name)}"))


def boots(menu: Menu, default: str, environment: Mapping[str, str]) -> Entry | None:
    """The entry that is booted when nobody is there to choose."""
    name = (environment.get("saved_entry") or FIRST) if default == SAVED else default
    return menu.find(name) or menu.find(FIRST) or next(iter(menu.entries), None)


def plan(wanted: Wanted, seen: Seen) -> Plan:
    """What is to be done; ConfigError where something else would win over it."""
    text = drop_in(wanted, seen.menu, seen.bare, seen.environment)
    _check_settings(wanted, seen.settings)
    write = text != seen.drop_in
    regenerate = not _right(wanted, seen)
    entry = _entry_of(seen, regenerate) if wanted.state != ABSENT else None
    chosen = choose(wanted, wanted.default, seen.menu, seen.release) or entry
    default, once, forget = "", "", False
    if wanted.state == ABSENT:
        default = _away_from_xen(seen)
        single = seen.menu.find(seen.environment.get("next_entry", ""))
        forget = single is not None and single.of_xen
    elif wanted.default != KEEP:
        default = _unless(chosen.name if chosen else "", seen.environment.get("saved_entry"))
    if wanted.state != ABSENT and wanted.once != KEEP:
        single = choose(wanted, wanted.once, seen.menu, seen.release) or entry
        if single is not None and pending(booting(single, seen.settings, regenerate), seen.running).reasons:
            once = _unless(single.name, seen.environment.get("next_entry"))
    return Plan(text, write, regenerate, default, once, forget, entry)


def _unless(name: str, noted: str | None) -> str:
    return "" if name == noted else name


def _check_settings(wanted: Wanted, settings: Settings) -> None:
    if wanted.state == ABSENT:
        return
    lost = [f"{winner} after {word}" for word, winner in overruled(wanted.xen, settings.xen_words)]
    if lost:
        raise refusal(
            f"GRUB's settings have {', '.join(lost)}, and of two such words Xen takes the last",
            "remove it from GRUB_CMDLINE_XEN_DEFAULT in /etc/default/grub and the files of /etc/default/grub.d, or set "
            "exclusive to true",
            "xen",
        )
    absent = [word for word in wanted.xen if word not in settings.xen_words]
    if absent:
        raise refusal(
            f"something that GRUB reads after our file drops {' '.join(absent)}",
            "remove GRUB_CMDLINE_XEN from the files of /etc/default/grub.d that sort after xlops-xen.cfg",
            "xen",
        )
    if wanted.default != KEEP and settings.default != SAVED:
        raise refusal(
            f"something that GRUB reads after our file sets GRUB_DEFAULT to {shown(settings.default)}",
            "remove it from the files of /etc/default/grub.d that sort after xlops-xen.cfg",
            "default",
            wanted.default,
        )


def _right(wanted: Wanted, seen: Seen) -> bool:
    """Whether the menu is what the settings make of it, as far as it is our business."""
    if seen.menu.default != seen.settings.default:
        return False
    entry = seen.menu.first_of_xen(seen.release)
    if entry is None:
        return wanted.state == ABSENT
    return tells(entry, seen.settings)


def tells(entry: Entry, settings: Settings) -> bool:
    """Whether an entry has the words of the settings. What names the root file system stands before them."""
    linux = settings.linux_words
    return (
        tuple(without_grubs(entry.xen_words)) == tuple(without_grubs(settings.xen_words))
        and entry.linux_words[len(entry.linux_words) - len(linux) :] == linux
    )


def _entry_of(seen: Seen, regenerate: bool) -> Entry | None:
    """The entry of Xen; where the menu is not written yet, what it will be called is known from that of Linux."""
    entry = seen.menu.first_of_xen(seen.release)
    plain = seen.menu.first_of_linux()
    if entry is None and regenerate and plain is not None and plain.name.startswith(PLAIN_ENTRY):
        name = f"{SIMPLE_ENTRY}{plain.name[len(PLAIN_ENTRY) :]}"
        return Entry((name,), (name,), (plain.title,), (0,), (frozenset({name}),), hypervisor="xen")
    return entry


def choose(wanted: Wanted, what: str, menu: Menu, release: str) -> Entry | None:
    """The entry that is asked for."""
    if what in (XEN, KEEP):
        return menu.first_of_xen(release)
    found = menu.first_of_linux() if what == LINUX else menu.find(what)
    if found is None:
        raise refusal(
            f"the boot menu has no entry {shown(what)}",
            f"use xen, linux, or one of {', '.join(entry.name for entry in menu.entries[:8]) or 'none'}",
            "default" if what == wanted.default else "once",
            what,
        )
    return found


def _away_from_xen(seen: Seen) -> str:
    """The entry of Linux, where what is noted is one of Xen."""
    noted = boots(seen.menu, seen.settings.default, seen.environment)
    plain = seen.menu.first_of_linux()
    if seen.settings.default != SAVED or noted is None or not noted.of_xen or plain is None:
        return ""
    return plain.name


def booting(entry: Entry, settings: Settings, regenerate: bool) -> Booting:
    """What an entry boots; where the menu is yet to be written, with the words that it will have."""
    if not entry.of_xen:
        return Booting(False, name=entry.name)
    xen_words = settings.xen_words if regenerate else entry.xen_words
    linux_words = settings.linux_words if regenerate else entry.linux_words
    return Booting(True, entry.release, xen_words, linux_words, entry.name)


def menu_faults(wanted: Wanted, menu: Menu, release: str, missing: Callable[[Entry], list[str]]) -> Iterator[str]:
    """Why a menu that was just made must not be used. ``missing`` names the files of an entry that are not there."""
    if not menu.entries:
        yield "it has no entries"
        return
    if wanted.state == ABSENT:
        plain = menu.first_of_linux()
        if plain is None:
            yield "it has no entry of Linux without Xen"
        else:
            yield from (f"{path}, which its entry {plain.name} loads, is not there" for path in missing(plain))
        return
    entry = menu.first_of_xen(release)
    if entry is None:
        of_release = f" {release}" if release else ""
        yield (
            f"it has no entry that loads Xen{of_release}; GRUB's script makes one for kernels whose config in /boot "
            "has CONFIG_XEN_DOM0=y"
        )
        return
    yield from (f"{path}, which its entry {entry.name} loads, is not there" for path in missing(entry))
    if not entry.kernel:
        yield f"its entry {entry.name} loads no kernel"
    absent = [word for word in wanted.xen if word not in entry.xen_words]
    if absent:
        yield f"its entry {entry.name} lacks {' '.join(absent)}"
    absent = [word for word in wanted.linux if word not in entry.linux_words]
    if absent:
        yield f"the kernel of its entry {entry.name} lacks {' '.join(absent)}"
    yield from (
        f"of the kernel of its entry {entry.name} {fault.message}"
        for fault in kernel_line_faults(without_grubs(entry.linux_words))
    )
    yield from (
        f"its entry {entry.name} has {winner} after {word}" for word, winner in overruled(wanted.xen, entry.xen_words)
    )
    if wanted.default != KEEP and menu.default != SAVED:
        yield f"its default entry is {menu.default or 'none'}, and not the one that is noted"
    if wanted.once != KEEP and not menu.one_shot:
        yield "it does not look for the entry of a single boot"
