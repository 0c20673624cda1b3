# SPDX-License-Identifier: GPL-3.0-or-later
"""What `xl psr-...` prints of cache monitoring, cache allocation and memory bandwidth allocation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

SECTIONS = {
    "Cache Monitoring Technology (CMT):": "cmt",
    "Cache Allocation Technology (CAT):": "l3",
    "Cache Allocation Technology (CAT): L2": "l2",
    "Memory Bandwidth Allocation (MBA):": "mba",
}
TYPES = "Supported monitor types:"
SOCKET_ID = "Socket ID"
ROW = re.compile(r"([A-Z][A-Za-z0-9 ]*?)\s*: (\S+)\s*")

SOCKETS = re.compile(r"Socket\s+(\d+)")
# A name may be anything. The shortest one counts of which a number follows, and then nothing but sizes.
MEASURED = re.compile(r"(.*?)\s+(\d+)((?:\s+\d+ KB(?:/s)?)*)\s*")
SIZE = re.compile(r"(\d+) KB")
IDS = 5  # columns, with no blank behind where the name is long
COLUMNS = ("CBM (code)", "CBM (data)", "CBM", "THRTL")
FULL = "Default CBM"

Facts = dict[str, Any]


def parse_hwinfo(text: str) -> Facts:
    """By feature, what the hardware has: of monitoring one mapping, of the others one for each socket."""
    found: Facts = {}
    section, types = "", False
    rows: Facts = {}
    for line in text.splitlines():
        if line in SECTIONS:
            section, rows, types = SECTIONS[line], {}, False
            found[section] = rows if section == "cmt" else []
            continue
        row = ROW.fullmatch(line)
        if types and not row and line.strip():
            rows["monitor_types"].append(line.strip())
        elif line == TYPES:
            types = True
            rows["monitor_types"] = []
        elif section and row:
            if row[1] == SOCKET_ID:
                rows = {}
                found[section].append(rows)
            rows[_key(row[1])] = _value(row[1], row[2])
    return found


def _key(words: str) -> str:
    return words.lower().replace(" ", "_")


def _value(key: str, word: str) -> Any:
    if word in ("Enabled", "Disabled"):
        return word == "Enabled"
    if key == "Enabled":
        return word == "1"
    number = word[:-2] if word.endswith("KB") else word
    return int(number) if number.isdigit() else word


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
