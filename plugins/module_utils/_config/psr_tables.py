# SPDX-License-Identifier: GPL-3.0-or-later
"""What `xl psr-...` prints of domains: what was measured of them, and what they may use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

SOCKET_ID = "Socket ID"
ROW = re.compile(r"([A-Z][A-Za-z0-9 ]*?)\s*: (\S+)\s*")

SOCKETS = re.compile(r"Socket\s+([0-9]{1,9})")
# A name may be anything. The shortest one counts of which a number follows, and then nothing but sizes.
MEASURED = re.compile(r"(.*?)\s+([0-9]{1,9})((?:\s+[0-9]{1,19} KB(?:/s)?)*)")
SIZE = re.compile(r"([0-9]+) KB")
IDS = 5  # columns, with no blank behind where the name is long
COLUMNS = ("CBM (code)", "CBM (data)", "CBM", "THRTL")
FULL = "Default CBM"
LONGEST = 1024  # a line; names and tables are far below that
NUMBER = re.compile(r"[0-9]{1,19}|0x[0-9a-f]{1,16}")


def lines_of(text: str) -> Iterator[str]:
    """The lines that can be rows of a table."""
    return (line.rstrip() for line in text.splitlines() if len(line) <= LONGEST)


def number(text: str) -> int | None:
    """None for what is none, or none that xl would print."""
    return int(text, 0 if text.startswith("0x") else 10) if NUMBER.fullmatch(text) else None


@dataclass
class Measured:
    """Who is monitored, and what was measured of them on each socket; in KB, of bandwidths in a second."""

    total_rmid: int | None = None
    domains: dict[int, dict[int, int]] = field(default_factory=dict)


def parse_measured(text: str) -> Measured:
    """`xl psr-cmt-show`"""
    found = Measured()
    sockets: list[int] = []
    for line in lines_of(text):
        if line.startswith("Total RMID:"):
            found.total_rmid = number(line.partition(":")[2].strip())
        elif not sockets and SOCKETS.search(line):
            sockets = [int(one) for one in SOCKETS.findall(line)]
        else:
            row = MEASURED.fullmatch(line)
            if row:
                found.domains[int(row[2])] = dict(zip(sockets, map(int, SIZE.findall(row[3]))))
    return found


@dataclass
class Allocated:
    """Of a socket, the mask of all of its cache, and by domain what it may use, of code and data or of both."""

    full: int = 0
    domains: dict[int, Sequence[int]] = field(default_factory=dict)


def parse_allocated(text: str) -> dict[int, Allocated]:
    """`xl psr-cat-show` and `xl psr-mba-show`, by socket"""
    found: dict[int, Allocated] = {}
    here, columns = Allocated(), 0
    for line in lines_of(text):
        row = ROW.fullmatch(line)
        value = number(row[2]) if row else None
        if row and row[1] == SOCKET_ID:
            here = Allocated()
            if value is not None:
                found[value] = here
        elif row and row[1] == FULL:
            here.full = value or 0
        elif line.split()[:2] == ["ID", "NAME"]:
            columns = sum(line.count(word) for word in COLUMNS if word != "CBM") or line.count("CBM")
        elif columns and line[:IDS].strip().isdigit():
            domain = number(line[:IDS].strip())
            values = [number(word) for word in line[IDS:].rsplit(None, columns)[-columns:]]
            known = [value for value in values if value is not None]
            if domain is not None and len(known) == len(values):
                here.domains[domain] = known
    return found
