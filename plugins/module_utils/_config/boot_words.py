# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of a boot entry, as Xen splits them, as GRUB's scripts quote them, and as the shell reads GRUB's settings."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

# Xen splits its line at blanks and knows no quotes. GRUB puts a word with one of these into quotes of its own when it
# gives it to the hypervisor, which then are part of the value.
UNWRITABLE = re.compile(r"[\s\"'\\`]|[^\x21-\x7e]")

# What GRUB's scripting language leaves as it is.
PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")

# One word of a command: runs of plain text, variables, and quoted parts. In single quotes nothing has a meaning.
GRUB_WORD = re.compile(r"(?:\$\{[^}]*\}|[^\s\"'\\;{}|&<>]|\\.|'[^']*'|\"(?:\\.|[^\"\\])*\")+")
GRUB_PART = re.compile(r"'(?P<single>[^']*)'|\"(?P<double>(?:\\.|[^\"\\])*)\"|\\(?P<escaped>.)|(?P<plain>[^\"'\\]+)")
ESCAPED_IN_QUOTES = re.compile(r"\\([\"\\$])")


def xen_words(line: str) -> list[str]:
    """The words of a line as the hypervisor splits it."""
    return line.replace("\0", "").split()


def to_grub(words: Iterable[str]) -> str:
    """Words as GRUB's scripting language has them."""
    return " ".join(word if PLAIN.fullmatch(word) else f"'{word}'" for word in words)


def from_grub(text: str) -> list[str]:
    """The words of a command in GRUB's scripting language. Variables stay as they are written."""
    return [_unquoted(match[0]) for match in GRUB_WORD.finditer(text)]


def to_shell(text: str) -> str:
    """A text as one word of a shell."""
    return shlex.quote(text)


def _unquoted(word: str) -> str:
    return "".join(map(_part, GRUB_PART.finditer(word)))


def _part(match: re.Match[str]) -> str:
    if match["double"] is not None:
        return ESCAPED_IN_QUOTES.sub(r"\1", match["double"])
    return next(text for text in (match["single"], match["escaped"], match["plain"]) if text is not None)
