# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be wrong with a configuration, said so that it can be acted on."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

ERROR, WARNING, NOTE = "error", "warning", "note"

# Before the key of a value that a guest has from the defaults of all.
DEFAULTS = "defaults."

LONGEST_SHOWN = 80
LOOKS_ALIKE = 0.61  # of 1: sched has three letters in common with spice, no more, and means something else
SHOWN_ERRORS = 5

# What a terminal may obey. Tabs and line ends are none of these.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

# Piece by piece, so that of a value that is large, deep or within itself no more is written than is shown.
ENCODER = json.JSONEncoder(default=repr, check_circular=False)

KINDS: tuple[tuple[type, str], ...] = ((str, "a text"), (Mapping, "a mapping"), (list, "a list"), (tuple, "a list"))


@dataclass(frozen=True)
class Finding:
    """One thing to say about a configuration. ``line`` and ``column`` count from 1; ``str()`` is one sentence.

    ``rule`` names the row of the rules that the configuration breaks, ``xl`` says what xl does, if known exactly.
    """

    severity: str
    message: str
    guest: str | None = None
    key: str | None = None
    value: Any = None
    release: Release | None = None
    remedy: str | None = None
    line: int | None = None
    column: int | None = None
    filename: str = ""
    rule: str = ""
    xl: str = ""

    def __str__(self) -> str:
        return (
            f"{self.position}{': ' if not self._subject() else ', '}{self.sentence}" if self.position else self.sentence
        )

    @property
    def position(self) -> str:
        """File, line and column as compilers write them."""
        numbers = [str(number) for number in (self.line, self.column) if number is not None]
        return ":".join(([printable(self.filename)] if self.filename else []) + numbers)

    @property
    def sentence(self) -> str:
        """Everything but the position."""
        subject = self._subject()
        release = f" (Xen {self.release})" if self.release else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        sentence = printable(f"{subject}{': ' if subject else ''}{self.message}{release}{remedy}")
        return sentence if sentence.endswith("?") else f"{sentence}."

    def _subject(self) -> str:
        return ", ".join(part for part in (self._guest(), self._key()) if part)

    def _guest(self) -> str:
        return f"guest {shown(self.guest)}" if self.guest else ""

    def _key(self) -> str:
        key = self.key or ""
        return key if len(key) <= LONGEST_SHOWN else shown(key)


class Untold(str):
    """A value of which a message tells nothing but what it is: there may be a secret in it. To all others a text."""

    def __new__(cls, value: Any) -> Untold:
        one = super().__new__(cls, value)
        one.kind = next((kind for type_, kind in KINDS if isinstance(value, type_)), "the value")
        return one

    kind: str


class ConfigError(Exception):
    """A configuration that must not be used, with every reason; ``str()`` says the first, and how many."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(first_of(findings)))
        self.findings: list[Finding] = list(findings)


def first_of(findings: Sequence[Finding]) -> list[str]:
    more = len(findings) - SHOWN_ERRORS
    return [*map(str, findings[:SHOWN_ERRORS]), *([f"And {more} more."] if more > 0 else [])]


def unusable(message: str, remedy: str) -> ConfigError:
    """What is of no use as a whole: there is one reason, and no key that it is about."""
    return ConfigError([Finding(ERROR, message, remedy=remedy)])


def printable(text: str) -> str:
    """Whatever somebody wrote in a file or named it, a terminal must not obey it."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def shown(value: Any) -> str:
    """A value inside a message: quoted, printable, of bounded length."""
    if isinstance(value, Untold):
        return value.kind
    text = ""
    try:
        # A text is one piece, which encode() makes without the machinery for several.
        for piece in (ENCODER.encode(value),) if isinstance(value, str) else ENCODER.iterencode(value):
            text += piece
            if len(text) > LONGEST_SHOWN:
                return text[: LONGEST_SHOWN - 4] + '..."'
    except (TypeError, ValueError):  # a key that JSON has not, a number longer than Python writes
        return f"a value of type {type(value).__name__}"
    return text


def counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def errors_in(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == ERROR]


def once(findings: Iterable[Finding]) -> list[Finding]:
    """What is wrong with the defaults is wrong with each guest that has them: it is said once, and then of no guest."""
    alike: dict[tuple[Any, ...], list[Finding]] = {}
    for one in findings:
        guest = None if (one.key or "").startswith(DEFAULTS) else one.guest
        alike.setdefault((one.position or guest, one.rule, one.key, one.message), []).append(one)
    return [
        same[0] if len({one.guest for one in same}) == 1 else replace(same[0], guest=None) for same in alike.values()
    ]


@lru_cache(maxsize=4096)
def did_you_mean(word: str, known: tuple[str, ...]) -> str | None:
    """The known word a typo most likely stands for: one that is one edit away, else one that looks alike."""
    word = word[:LONGEST_SHOWN]
    near = {one for stump in _stumps(word) for one in _by_stump(known).get(stump, ()) if one_edit_apart(word, one)}
    if len(near) == 1:
        return near.pop()
    close = difflib.get_close_matches(word, sorted(near) or known, n=1, cutoff=0.0 if near else LOOKS_ALIKE)
    return close[0] if close else None


def _stumps(word: str) -> set[str]:
    """A word, and what is left of it without one of its letters. Words that are one edit apart have one in common."""
    return {word, *(word[:index] + word[index + 1 :] for index in range(len(word)))}


@lru_cache(maxsize=64)
def _by_stump(known: tuple[str, ...]) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for one in known:
        for stump in _stumps(one):
            words.setdefault(stump, []).append(one)
    return words


def one_edit_apart(one: str, other: str) -> bool:
    """Whether a letter added, left out or changed, or two neighbours exchanged, make one of the other."""
    start = next((index for index, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    exchanged = one[:2] == other[1::-1] and one[2:] == other[2:]
    return one[1:] == other[1:] or one[1:] == other or one == other[1:] or exchanged
