# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers as C reads them: xl hands those of keys to strtol with base 0, and those of some sub-keys to atoi."""

from __future__ import annotations

import re

NUMBER = re.compile(
    # Of nineteen decimal digits at most: more are beyond a long, and beyond what Python is willing to read.
    r"[ \t\n\v\f\r]*(?P<sign>[+-]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0(?P<octal>[0-7]*)|(?P<decimal>[1-9][0-9]{0,18}))"
)
DECIMAL = re.compile(r"[ \t\n\v\f\r]*([+-]?[0-9]{1,19})")
HEXADECIMAL = re.compile(r"(?:0[xX])?[0-9a-fA-F]{1,8}")

LONG_MAX = 2**63 - 1


def c_number(text: str) -> int | None:
    """The number a whole text is to strtol(text, base 0): decimal, 0-octal or 0x-hexadecimal; None if it is none."""
    match = NUMBER.fullmatch(text)
    if match is None:
        return None
    if match["hex"]:
        value = int(match["hex"], 16)
    elif match["decimal"]:
        value = int(match["decimal"])
    else:
        value = int(match["octal"] or "0", 8)
    value = -value if match["sign"] == "-" else value
    return value if -LONG_MAX - 1 <= value <= LONG_MAX else None


def decimal_number(text: str) -> int | None:
    """The number a whole text is to atoi(): one of decimal digits, zeros before them or not; None if it is none."""
    match = DECIMAL.fullmatch(text)
    return int(match[1]) if match else None


def hexadecimal_number(text: str) -> int | None:
    """The number a whole text is to scanf("%x"), with 0x in front or not; None if it is none."""
    return int(text, 16) if HEXADECIMAL.fullmatch(text) else None
