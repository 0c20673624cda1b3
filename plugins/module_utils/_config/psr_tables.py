# SPDX-License-Identifier: GPL-3.0-or-later
"""What `xl psr-...` prints of domains: what was measured of them, and what they may use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

SOCKET_ID = "Socket ID"
ROW = re.compile(r"([A-Z][A-Za-z0-9 ]*?)\s*: (\S+)\s*")

SOCKETS = re.compile(r"Socket\s+(\d+)")
# A name may be anything. The shortest one counts of which a number follows, and then nothing but sizes.
MEASURED = re.compile(r"(.*?)\s+(\d+)((?:\s+\d+ KB(?:/s)?)*)\s*")
SIZE = re.compile(r"(\d+) KB")
IDS = 5  # columns, with no blank behind where the name is long
COLUMNS = ("CBM (code)", "CBM (data)", "CBM", "THRTL")
FULL = "Default CBM"


@dataclass
class Measured:
    """Who is monitored, and what was measured of them on each socket; in KB, of bandwidths in a second."""

    total_rmid: int | None = None
    domains: dict[int, dict[int, int]] = field(default_factory=dict)


def parse_measured(text: str) -> Measured:
    """`xl psr-cmt-show`"""
    found = Measured()
    sockets: list[int] = []
    for line in text.splitlines():
        if line.startswith("Total RMID:"):
            number = line.partition(":")[2].strip()
            found.total_rmid = int(number) if number.isdigit() else None
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
    for line in text.splitlines():
        row = ROW.fullmatch(line)
        if row and row[1] == SOCKET_ID:
            here = found[int(row[2])] = Allocated()
        elif row and row[1] == FULL:
            here.full = int(row[2], 0)
        elif line.split()[:2] == ["ID", "NAME"]:
            columns = sum(line.count(word) for word in COLUMNS if word != "CBM") or line.count("CBM")
        elif columns and line[:IDS].strip().isdigit():
            values = line[IDS:].rsplit(None, columns)[-columns:]
            if all(value.isdigit() or value.startswith("0x") for value in values):
                here.domains[int(line[:IDS])] = [int(value, 0) for value in values]
    return found
