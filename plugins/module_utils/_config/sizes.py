# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes of disks as people write them, in powers of 1024."""

from __future__ import annotations

import re
from fractions import Fraction

UNITS = "BKMGTP"
SIZE = re.compile(r"([0-9]{1,20}(?:[.][0-9]{1,20})?)([KMGTP]?)(?:i?B)?", re.IGNORECASE)
SHARE = re.compile(r"(?:100|[1-9]?[0-9])%(?:VG|PVS|FREE)")

BYTE, KIB, MIB, GIB = 1, 1 << 10, 1 << 20, 1 << 30


def read_size(text: str, bare: int = 0) -> int | None:
    """Bytes of a size such as ``2G``; None if it is none. ``bare`` is what a number counts that may lack a unit."""
    found = SIZE.fullmatch(text)
    if not found:
        return None
    number, unit = found.groups()
    factor = 1024 ** UNITS.index(unit.upper()) if unit else (BYTE if text[-1] in "bB" else bare)
    size = int(Fraction(number) * factor)
    return size or None


def is_share(text: str) -> bool:
    """Whether it is a part of a volume group, as ``lvcreate --extents`` takes it."""
    return bool(SHARE.fullmatch(text))


def rounded_up(size: int, step: int) -> int:
    return -(-size // step) * step


def size_words(size: int) -> str:
    """A size for readers, who may have to write it into a declaration: exact, in the largest unit that it fills."""
    for power, unit in reversed(list(enumerate(UNITS))):
        if size and size % 1024**power == 0 and power:
            return f"{size // 1024**power}{unit}"
    return f"{size}B"
