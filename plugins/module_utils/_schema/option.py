# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The row that describes one xl.cfg key, or one sub-key of a device: everything the collection knows about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, Release

PV, PVH, HVM = "pv", "pvh", "hvm"
EVERY_TYPE = (PV, PVH, HVM)

# How a difference takes effect on a running guest.
LIVE = "live"  # the running guest can be changed
NEXT_BOOT = "next_boot"  # staged; the guest has it after its own reboot
RESTART = "restart"  # the guest must be stopped and created again
RECREATE = "recreate"  # it becomes another domain

# Sub-keys whose value takes the rest of a device specification, commas and all.
GREEDY = ("target",)

# What a value is, and the type Ansible knows it by.
ANSIBLE_TYPES = {
    "text": "str",
    "name": "str",
    "uuid": "str",
    "mac": "str",
    "rate": "str",
    "choice": "str",
    "integer": "int",
    "mib": "int",
    "flag": "bool",
    "bit": "bool",
    "texts": "list",
    "cpus": "raw",
    "devices": "list",
}


@dataclass(frozen=True)
class Choice:
    """One word of an enumeration: as xl.cfg writes it, as libxl's JSON writes it, and the releases that have it."""

    word: str
    json: Any = None
    first: Release = OLDEST
    last: Release | None = None

    @property
    def in_json(self) -> Any:
        return self.word.replace("-", "_") if self.json is None else self.json

    def known_to(self, release: Release) -> bool:
        return self.first <= release and (self.last is None or release <= self.last)


@dataclass(frozen=True)
class Place:
    """Where a value stands in libxl's JSON from a release on. A member of a union is one step: ``type.hvm``."""

    path: tuple[str, ...]
    first: Release = OLDEST


@dataclass(frozen=True)
class Option:
    """One key of xl.cfg, or one sub-key of a device specification.

    ``kind`` says what a value is (ANSIBLE_TYPES), ``default`` in words what holds when the key is absent,
    ``implied`` the value that xl itself writes into the JSON then, ``silent`` the JSON value that libxl leaves out.
    ``limit`` names the key whose value in the running guest bounds a live change.
    ``filled`` says that libxl puts a value of its own choice into the JSON of a running guest.
    ``flags`` are the bare words a device specification uses for true and false.
    ``spelling`` is the word in the text where it is not the key itself.
    """

    key: str
    kind: str
    description: str
    places: tuple[Place, ...] = ()
    default: str = ""
    unit: str = ""
    guests: tuple[str, ...] = EVERY_TYPE
    first: Release = OLDEST
    last: Release | None = None
    choices: tuple[Choice, ...] = ()
    implied: Any = None
    silent: Any = None
    impact: str = NEXT_BOOT
    limit: str = ""
    secret: bool = False
    required: bool = False
    filled: bool = False
    minimum: int | None = None
    maximum: int | None = None
    instead: str = ""
    spelling: str = ""
    flags: tuple[str, ...] = ()
    fields: tuple[Option, ...] = field(default=(), repr=False)
    identity: str = ""

    def known_to(self, release: Release) -> bool:
        """Whether xl of this release reads the key."""
        return self.first <= release and (self.last is None or release <= self.last)

    def place(self, release: Release) -> Place | None:
        """Where this release writes the value, or None when it has no place of its own."""
        usable = [place for place in self.places if place.first <= release]
        return usable[-1] if usable else None

    def words(self, release: Release | None = None) -> tuple[str, ...]:
        """The words a choice may have, of one release or of all."""
        return tuple(choice.word for choice in self.choices if release is None or choice.known_to(release))

    def field_named(self, key: str) -> Option | None:
        return next((option for option in self.fields if option.key == key), None)

    @property
    def word(self) -> str:
        """The key as the text spells it."""
        return self.spelling or self.key

    @property
    def ansible_type(self) -> str:
        return ANSIBLE_TYPES[self.kind]


def at(path: str, first: Release = OLDEST) -> Place:
    """``at("b_info/type.pv/bootloader")``"""
    return Place(tuple(path.split("/")), first)


def words(*names: str) -> tuple[Choice, ...]:
    """Choices that every release has and whose JSON word is the same with underscores."""
    return tuple(Choice(name) for name in names)
