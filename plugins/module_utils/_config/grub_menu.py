# SPDX-License-Identifier: GPL-3.0-or-later
"""GRUB's menu as grub-mkconfig writes it: which entries there are, what each loads, and which one boots."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ansible_collections.xlops.xen.plugins.module_utils._config.boot_words import from_grub

OPENING = re.compile(r"\s*(?P<kind>menuentry|submenu)\s(?P<rest>.*)\{\s*")
OTHER_OPENING = re.compile(r"\s*[^#\s].*\{\s*")
CLOSING = re.compile(r"\s*\}\s*")
DEFAULT = re.compile(r"\s*set default=(?P<text>.*)")
# How 20_linux_xen calls the entry of what it puts first, on one file system.
SIMPLE_ENTRY = "xen-gnulinux-simple-"

# What leads into a submenu; doubled it is part of a title.
STEP = re.compile(r"(?<!>)>(?!>)")
# The variable behind which 20_linux_xen and 10_linux write the id, where GRUB knows ids.
ID_MARKS = ("$menuentry_id_option", "--id")
NEXT_ENTRY, SAVED_ENTRY = "${next_entry}", "${saved_entry}"

HYPERVISOR_COMMANDS = ("multiboot", "multiboot2", "xen_hypervisor")
MODULE_COMMANDS = ("module", "module2", "xen_module")
LINUX_COMMANDS = ("linux", "linux16", "linuxefi")
INITRD_COMMANDS = ("initrd", "initrd16", "initrdefi")
CHAIN_COMMANDS = ("chainloader",)
HYPERVISOR_FILE = re.compile(r"xen[^/]*\.(?:gz|efi)|xen(?:-[0-9][^/]*)?")
RELEASE_OF_FILE = re.compile(r"xen-(?P<release>[0-9]+\.[0-9]+)(?![0-9])")
# Debian's names are without it. What is on its way to a point release (4.17.6-pre) has part of it.
POINT_OF_FILE = re.compile(r"xen-[0-9]+\.[0-9]+\.(?P<point>[0-9]+)(?![0-9]|-(?:pre|rc|unstable))")

# Of 1024 bytes; what is not a variable is filled with this.
ENVIRONMENT_FILLER = "#"


@dataclass(frozen=True)
class Entry:
    """One entry, and the submenus that lead to it. ``path`` is what GRUB finds it by, ``ids`` its own names for them.

    GRUB takes the first of a menu that has the id or the title that it looks for, and its own scripts give one id to
    two submenus. So the path has the id where nothing before has it, else the title, else the position.
    """

    path: tuple[str, ...]
    ids: tuple[str, ...]
    titles: tuple[str, ...]
    positions: tuple[int, ...]
    known_by: tuple[frozenset[str], ...] = ()
    hypervisor: str = ""
    xen_words: tuple[str, ...] = ()
    kernel: str = ""
    linux_words: tuple[str, ...] = ()
    ramdisks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return ">".join(step.replace(">", ">>") for step in self.path)

    @property
    def title(self) -> str:
        return self.titles[-1]

    @property
    def simple(self) -> bool:
        """Whether it stays when kernels and hypervisors come and go."""
        return self.ids[-1].startswith(SIMPLE_ENTRY)

    @property
    def of_xen(self) -> bool:
        return bool(self.hypervisor)

    @property
    def of_linux(self) -> bool:
        return bool(self.kernel) and not self.hypervisor

    @property
    def release(self) -> str:
        """The hypervisor's release by the name of its file; empty where the name does not say it."""
        match = RELEASE_OF_FILE.match(base(self.hypervisor))
        return match["release"] if match else ""

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(path for path in (self.hypervisor, self.kernel, *self.ramdisks) if path)


@dataclass(frozen=True)
class Menu:
    """``default`` is what the menu itself says: ``saved``, a position, an id or a title. Submenus are no entries."""

    entries: tuple[Entry, ...] = ()
    default: str = ""
    one_shot: bool = False  # whether it looks for the entry that grub-reboot notes

    def find(self, name: str) -> Entry | None:
        """The entry that GRUB takes for a position, id or title; ``>`` leads into a submenu."""
        steps = [step.replace(">>", ">") for step in STEP.split(name)]
        return next((entry for entry in self.entries if _leads_to(steps, entry)), None)

    def first_of_xen(self, release: str = "") -> Entry | None:
        """The first entry that loads a hypervisor, of one release if that is asked; those outside of submenus first.

        A file whose name has no release may be of any, and comes last.
        """
        fitting = [one for one in self.entries if one.of_xen and (not release or one.release in (release, ""))]
        return min(fitting, key=lambda one: (bool(release) and not one.release, _rank(one)), default=None)

    def first_of_linux(self) -> Entry | None:
        return min((one for one in self.entries if one.of_linux), key=_rank, default=None)


def _rank(entry: Entry) -> tuple[int, tuple[int, ...]]:
    """First what stands in the menu itself and is no rescue system."""
    return ("recovery" in entry.ids[-1]) + len(entry.path), entry.positions


def _leads_to(steps: Sequence[str], entry: Entry) -> bool:
    return len(steps) == len(entry.known_by) and all(step in known for step, known in zip(steps, entry.known_by))


def base(path: str) -> str:
    return path.rsplit("/", 1)[-1]


@dataclass
class _Open:
    """A block of the script that is not closed yet."""

    kind: str
    title: str = ""
    id: str = ""
    position: int = 0
    known_by: tuple[str, ...] = ()
    inside: int = 0
    taken: set[str] = field(default_factory=set)  # ids and titles of what is inside so far
    commands: list[list[str]] = field(default_factory=list)


def read_menu(text: str) -> Menu:
    entries: list[Entry] = []
    blocks: list[_Open] = [_Open("script")]
    default, one_shot = "", False
    for line in text.splitlines():
        opening = OPENING.fullmatch(line)
        if opening:
            blocks.append(_opened(opening["kind"], opening["rest"], blocks[-1]))
        elif OTHER_OPENING.fullmatch(line):
            blocks.append(_Open("other"))
        elif CLOSING.fullmatch(line) and len(blocks) > 1:
            closed = blocks.pop()
            if closed.kind == "menuentry":
                entries.append(_entry(closed, [block for block in blocks if block.kind == "submenu"]))
        else:
            said = DEFAULT.fullmatch(line)
            if said:
                value = "".join(from_grub(said["text"])[:1])
                one_shot = one_shot or value == NEXT_ENTRY
                default = default if value == NEXT_ENTRY else value
            elif blocks[-1].kind == "menuentry":
                blocks[-1].commands.append(from_grub(line))
    return Menu(tuple(entries), "saved" if default == SAVED_ENTRY else default, one_shot)


def _opened(kind: str, rest: str, parent: _Open) -> _Open:
    words = from_grub(rest)
    title = words[0] if words else ""
    found = [after for mark, after in zip(words, words[1:]) if mark in ID_MARKS]
    own = found[0] if found else title
    known_by = tuple(name for name in dict.fromkeys((own, title)) if name not in parent.taken)
    opened = _Open(kind, title, own, parent.inside, (*known_by, str(parent.inside)))
    parent.taken.update((own, title))
    parent.inside += 1
    return opened


def _entry(block: _Open, menus: Sequence[_Open]) -> Entry:
    places = [*menus, block]
    entry = Entry(
        tuple(place.known_by[0] for place in places),
        tuple(place.id for place in places),
        tuple(place.title for place in places),
        tuple(place.position for place in places),
        tuple(frozenset(place.known_by) for place in places),
    )
    return _loading(entry, block.commands)


def _loading(entry: Entry, commands: Sequence[Sequence[str]]) -> Entry:
    hypervisor: list[str] = []
    modules: list[list[str]] = []
    linux: list[str] = []
    ramdisks: list[str] = []
    for command, words in ((words[0], list(_without_options(words[1:]))) for words in commands if words):
        if not words:
            continue
        if command in HYPERVISOR_COMMANDS and HYPERVISOR_FILE.fullmatch(base(words[0])):
            hypervisor = words
        elif command in CHAIN_COMMANDS and HYPERVISOR_FILE.fullmatch(base(words[0])):
            hypervisor = words[:1]
        elif command in MODULE_COMMANDS:
            modules.append(words)
        elif command in LINUX_COMMANDS:
            linux = words
        elif command in INITRD_COMMANDS:
            ramdisks.extend(words)
    kernel = modules[0] if hypervisor and modules else linux
    return replace(
        entry,
        hypervisor=hypervisor[0] if hypervisor else "",
        xen_words=tuple(hypervisor[1:]),
        kernel=kernel[0] if kernel else "",
        linux_words=tuple(kernel[1:]),
        ramdisks=tuple(words[0] for words in modules[1:]) if hypervisor else tuple(ramdisks),
    )


def _without_options(words: Sequence[str]) -> Iterator[str]:
    """What follows a command's own options, such as --nounzip."""
    before_file = True
    for word in words:
        before_file = before_file and word.startswith("--")
        if not before_file:
            yield word


def read_environment(text: str) -> Mapping[str, str]:
    """The variables that GRUB keeps from boot to boot."""
    pairs = (line.partition("=") for line in text.splitlines() if not line.startswith(ENVIRONMENT_FILLER))
    return {name: value for name, sign, value in pairs if sign}
