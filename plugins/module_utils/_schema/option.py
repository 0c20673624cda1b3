# SPDX-License-Identifier: GPL-3.0-or-later
"""The row that describes one xl.cfg key, or one sub-key of a device: everything the collection knows about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, OfReleases, Release

PV, PVH, HVM = "pv", "pvh", "hvm"
EVERY_TYPE = (PV, PVH, HVM)

# How a difference takes effect on a running guest.
LIVE = "live"  # the running guest can be changed
NEXT_BOOT = "next_boot"  # staged; the guest has it after its own reboot
RESTART = "restart"  # the guest must be stopped and created again
RECREATE = "recreate"  # it becomes another domain

# What a key is to xl. Only CURRENT keys are part of the model.
CURRENT = "current"
ALIAS = "alias"  # another way to say what `instead` says
IGNORED = "ignored"  # xl reads it, warns and forgets it

# How the text that specifies one device is made.
PAIRS = "pairs"  # key=value,flag,...
DISK = "disk"  # pairs, positional parameters and a greedy target
TRIMMED = "trimmed"  # pairs with blanks around them
PCI = "pci"  # BDF@VSLOT,key=value,...
NESTED = "nested"  # a list of "key=value" texts
VSND = "vsnd"  # a list of "card, key=value, ..." texts, and of its pcms and streams

# A value of a trimmed device: no blanks around it, and no comma.
TRIMMED_VALUE = r"[^,\s](?:[^,\n]*[^,\s])?"

# What libxl writes for an amount of memory that is not set, and so leaves out.
MEMKB_DEFAULT = 2**64 - 1

# What a value is, and the type Ansible knows it by.
ANSIBLE_TYPES = {
    "text": "str",
    "name": "str",
    "uuid": "str",
    "mac": "str",
    "rate": "str",
    "bdf": "str",
    "choice": "str",
    "integer": "int",
    "mib": "int",
    "flag": "bool",
    "bit": "bool",
    "texts": "list",
    "integers": "list",
    "cpus": "raw",
    "text_or_texts": "raw",
    "flag_or_texts": "raw",
    "flag_or_choice": "raw",
    "struct": "dict",
    "devices": "list",
}
ANSIBLE_ELEMENTS = {"texts": "str", "integers": "int", "devices": "dict"}


@dataclass(frozen=True)
class Choice(OfReleases):
    """One word of an enumeration: as xl.cfg writes it, as libxl's JSON writes it, and the releases that have it.

    ``exact`` says that xl compares the word itself, where it leaves the others of the enumeration to libxl.
    """

    word: str
    json: Any = None
    first: Release = OLDEST
    last: Release | None = None
    exact: bool = False

    @property
    def in_json(self) -> Any:
        return self.word.replace("-", "_") if self.json is None else self.json


@dataclass(frozen=True)
class Place:
    """Where a value stands in libxl's JSON from a release on, and the value that libxl leaves out there.

    A member of a union is one step of the path: ``type.hvm``. Guests of types not in ``guests`` have no such place.
    """

    path: tuple[str, ...]
    first: Release = OLDEST
    silent: Any = 0
    guests: tuple[str, ...] = EVERY_TYPE


@dataclass(frozen=True, eq=False)
class Option(OfReleases):
    """One key of xl.cfg, or one sub-key of a device specification.

    The row has what the code acts on. What an option is for, in words, is for readers of the documentation: it stands
    in plugins/doc_fragments/guest.py, which no host is sent.

    ``kind`` says what a value is (ANSIBLE_TYPES); ``implied`` is what xl itself writes into the JSON when the key is
    absent. ``limit`` names the key whose value in the running guest bounds a live change. ``filled`` says that libxl
    puts a value of its own choice into the JSON of a running guest. ``places`` stand in the order of their releases.
    ``instead`` names the key that says the same today, ``earlier`` the one that did in releases before ``first``.
    ``point`` is the point release to which a key of the next minor release was brought: the .0 lacks it, and a host is
    known by its minor release, so it counts for none but ``first`` and later ones, and is told.
    A text, or each of several, matches ``pattern``, of which ``example`` is one. Of a choice, ``numbered`` says that
    xl takes the position of the word too, ``any_case`` from which release on it takes the word in capitals too: words
    that it leaves to libxl are compared by strcasecmp(), those that it compares itself by strcmp(). In a device
    specification ``spelling`` is the word where it is not the key, ``word_since`` the release that brought it,
    ``commas`` that a value may hold some, ``flags`` the bare words for
    true and false, ``separator`` what stands between the items of a list. ``fields`` are the sub-keys of
    a device, ``identity`` the one that tells devices apart (or several words; none: their position), and ``grammar``
    how the text of a device is made.
    """

    key: str
    kind: str
    places: tuple[Place, ...] = ()
    unit: str = ""
    guests: tuple[str, ...] = EVERY_TYPE
    first: Release = OLDEST
    last: Release | None = None
    choices: tuple[Choice, ...] = ()
    numbered: bool = False
    any_case: Release | None = None
    implied: Any = None
    impact: str = NEXT_BOOT
    limit: str = ""
    secret: bool = False
    required: bool = False
    filled: bool = False
    minimum: int | None = None
    maximum: int | None = None
    pattern: str = ""
    example: str = ""
    status: str = CURRENT
    instead: str = ""
    earlier: str = ""
    point: str = ""
    spelling: str = ""
    word_since: Release = OLDEST
    commas: bool = False
    flags: tuple[str, ...] = ()
    separator: str = ""
    fields: tuple[Option, ...] = field(default=(), repr=False)
    identity: str = ""
    grammar: str = PAIRS

    def places_until(self, release: Release) -> tuple[Place, ...]:
        """Where this release and older ones have written the value, the oldest first."""
        if self.places and self.places[-1].first <= release:
            return self.places
        return tuple(place for place in self.places if place.first <= release)

    def place(self, release: Release, guest: str = "") -> Place | None:
        """Where this release writes the value, or None when it has no place of its own for a guest of that type."""
        usable = self.places_until(release)
        return usable[-1] if usable and (not guest or guest in usable[-1].guests) else None

    def words(self, release: Release | None = None) -> tuple[str, ...]:
        """The words a choice may have, of one release or of all."""
        return tuple(choice.word for choice in self.choices if release is None or choice.known_to(release))

    def spelling_of(self, word: str, release: Release | None) -> str:
        """The one form of a word that xl of the release takes in capitals too; every other word as it is."""
        if self.any_case is None or (release is not None and release < self.any_case) or not word.isascii():
            return word
        alike = (choice.word for choice in self.choices if choice.word == word.lower() and not choice.exact)
        return next(alike, word)

    def choice(self, word: str) -> Choice:
        return next(choice for choice in self.choices if choice.word == word)

    @cached_property
    def current_fields(self) -> Mapping[str, Option]:
        """The sub-keys of the model, by their names."""
        return {row.key: row for row in self.fields if row.status == CURRENT}

    @cached_property
    def fields_by_member(self) -> Mapping[str, tuple[Option, ...]]:
        """The sub-keys by the members of the device's JSON object in which their values stand."""
        members: dict[str, tuple[Option, ...]] = {}
        for option in self.fields:
            for member in dict.fromkeys(place.path[0] for place in option.places):
                members[member] = (*members.get(member, ()), option)
        return members

    def identity_of(self, device: Mapping[str, Any]) -> str | None:
        """What tells a device apart; None where it does not have that, or where nothing but its position does."""
        keys = self.identity.split()
        told = [str(device[key]) for key in keys if key in device]
        return ":".join(told) if keys and len(told) == len(keys) else None

    @property
    def word(self) -> str:
        """The key as the text spells it."""
        return self.spelling or self.key

    @property
    def ansible_type(self) -> str:
        return ANSIBLE_TYPES[self.kind]

    @property
    def ansible_elements(self) -> str:
        """The type of the items of a list, else nothing."""
        return ANSIBLE_ELEMENTS.get(self.kind, "")

    @property
    def ansible_choices(self) -> tuple[str, ...]:
        """The words that Ansible can check; where a word may carry a mark, or stand beside a boolean, it cannot."""
        return self.words() if self.kind in ("choice", "texts") else ()


def at(path: str, first: Release = OLDEST, silent: Any = 0) -> Place:
    """``at("b_info/type.pv/bootloader")``, which paravirtual guests alone have"""
    steps = tuple(path.split("/"))
    guests = tuple(guest for guest in EVERY_TYPE if f"type.{guest}" in steps) or EVERY_TYPE
    return Place(steps, first, silent, guests)


def words(*names: str, first: Release = OLDEST) -> tuple[Choice, ...]:
    """Choices whose JSON word is the same with underscores."""
    return tuple(Choice(name, first=first) for name in names)
