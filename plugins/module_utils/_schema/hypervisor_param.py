# SPDX-License-Identifier: GPL-3.0-or-later
"""The row that describes one parameter of the hypervisor's command line: everything the collection knows about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, OfReleases, Release

X86_64, ARM64, ARM32, RISCV = "x86", "arm64", "arm32", "riscv"
X86 = (X86_64,)
ARM = (ARM64, ARM32)
EVERY = (X86_64, ARM64, ARM32, RISCV)

# By what a kernel calls the machine.
MACHINES = {"x86_64": X86_64, "aarch64": ARM64, "armv7l": ARM32, "armv8l": ARM32, "riscv64": RISCV}

# What a value is.
FLAG = "flag"  # one of the words for true and false; the name alone is true, and false with no- before it
INTEGER = "integer"  # decimal, 0-octal or 0x-hexadecimal
SIZE = "size"  # an integer with B, K, M, G or T; without one it counts KiB
TEXT = "text"  # what the pattern says
WORDS = "words"  # one of several words, or a list of them
WORD = "word"  # among words: the word itself
CHOICE = "choice"  # among words: a name and one of several values

TRUE_WORDS = ("on", "yes", "true", "enable", "1")
FALSE_WORDS = ("off", "no", "false", "disable", "0")

# Xen reads an option into a buffer, and drops what does not fit without a word.
LONGEST_OPTION = ((Release(4, 5), 99), (Release(4, 10), 127))
LONGEST_LINE = 1023  # what the hypervisor keeps of the line to tell it later

Value = TypeVar("Value")
SinceRelease = tuple[tuple[Release, Value], ...]


@dataclass(frozen=True)
class Row(OfReleases):
    """What a parameter and a word of its value have in common. A text matches ``pattern``; ``example`` is one.

    Fixes of security faults bring parameters to older branches. ``got`` has those branches that are older than
    ``first``, each with the point release that brought it; ``lost`` those where a point release took it away.
    """

    name: str
    kind: str
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    also: tuple[int, ...] = ()  # numbers out of that range that are taken
    pattern: str = ""
    example: str = ""
    arches: tuple[str, ...] = EVERY
    first: Release = OLDEST
    last: Release | None = None
    got: tuple[tuple[Release, int], ...] = ()
    lost: tuple[tuple[Release, int], ...] = ()

    def first_on(self, _arch: str) -> Release:
        return self.first

    def got_by(self, release: Release) -> int | None:
        """The point release of an older branch that brought it."""
        return dict(self.got).get(release)

    def lost_by(self, release: Release) -> int | None:
        return dict(self.lost).get(release)


@dataclass(frozen=True)
class Word(Row):
    """A word that may stand in a value. Without a name it is a value alone: ``iommu=on``, ``ucode=-1``.

    ``sign`` stands between name and value. ``bare`` says that the name may stand without one.
    """

    sign: str = "="
    bare: bool = False


@dataclass(frozen=True)
class Parameter(Row):
    """One parameter.

    ``several`` says that the value is a list of words. What ``adds`` may be given more than once; of others Xen takes
    the last. An ``indexed`` one has a number in brackets behind its name. ``instead`` is what says the same, or does
    it, where the parameter is gone or deprecated. ``limits`` are the lengths at which Xen cuts the value, ``defaults``
    what it takes where nothing is said. ``arm`` is the release in which Arm got it, where that is not the first at all.
    ``vendor`` makes the CPUs that it is for.
    """

    words: tuple[Word, ...] = ()
    several: bool = False
    adds: bool = False
    indexed: bool = False
    bare: bool = False
    instead: str = ""
    limits: SinceRelease[int] = ()
    defaults: SinceRelease[str] = ()
    arm: Release | None = None
    vendor: str = ""

    def first_on(self, arch: str) -> Release:
        return self.arm if self.arm is not None and arch in ARM else self.first

    def limit(self, release: Release) -> int | None:
        return latest(self.limits, release)

    def default(self, release: Release) -> str:
        return latest(self.defaults, release) or ""

    def word_named(self, name: str) -> Word | None:
        return next((word for word in self.words if word.name == name), None)

    @property
    def lone(self) -> tuple[Word, ...]:
        """The words that are a value alone."""
        return tuple(word for word in self.words if not word.name)


def latest(rows: SinceRelease[Value], release: Release) -> Value | None:
    """What holds in a release, of what changed from release to release."""
    return next((value for first, value in reversed(rows) if first <= release), None)


Points = Mapping[int, int]  # of a minor number, the point release


def ranged(since: int, until: int | None, got: Points | None = None, lost: Points | None = None) -> dict[str, Any]:
    return {
        "first": Release(4, since),
        "last": None if until is None else Release(4, until),
        "got": _points(got),
        "lost": _points(lost),
    }


def _points(points: Points | None) -> tuple[tuple[Release, int], ...]:
    return tuple((Release(4, minor), point) for minor, point in (points or {}).items())


def parameter(
    name: str,
    kind: str = FLAG,
    default: str | Mapping[int, str] = "",
    *words: Word,
    since: int = 5,
    until: int | None = None,
    arm: int | None = None,
    cut: Mapping[int, int] | None = None,
    got: Points | None = None,
    lost: Points | None = None,
    **row: Any,
) -> Parameter:
    """A row. Releases are written as their minor number, and so are the keys of every mapping.

    A word that does not say since when it is there came with the parameter.
    """
    defaults = {since: default} if isinstance(default, str) else default
    return Parameter(
        name,
        WORDS if words else kind,
        words=tuple(_came_with(one, Release(4, since), _points(got)) for one in words),
        defaults=tuple((Release(4, minor), text) for minor, text in defaults.items() if text),
        limits=tuple((Release(4, minor), length) for minor, length in (cut or {}).items()),
        arm=None if arm is None else Release(4, arm),
        **ranged(since, until, got, lost),
        **row,
    )


def _came_with(word: Word, first: Release, got: tuple[tuple[Release, int], ...]) -> Word:
    return word if word.first > first else replace(word, first=first, got=word.got or got)


def word(
    name: str,
    kind: str = WORD,
    since: int = 5,
    until: int | None = None,
    got: Points | None = None,
    lost: Points | None = None,
    **row: Any,
) -> Word:
    return Word(name, kind, **ranged(since, until, got, lost), **row)


def words(*names: str, since: int = 5, until: int | None = None, **row: Any) -> tuple[Word, ...]:
    return tuple(word(name, WORD, since, until, **row) for name in names)


def flags(*names: str, since: int = 5, until: int | None = None, **row: Any) -> tuple[Word, ...]:
    return tuple(word(name, FLAG, since, until, **row) for name in names)
