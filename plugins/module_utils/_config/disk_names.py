# SPDX-License-Identifier: GPL-3.0-or-later
"""What the vdev of a disk says: a letter or two for the disk, a number for a partition, behind a word for the bus.

libxl reads more than people write: numbers alone, ``d0p1``, blanks and signs before numbers. What it may read counts as
a disk here, for nothing that works may be called wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

NUMBER = r"\s*[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+)"
NUMBERED = re.compile(rf"{NUMBER}|d{NUMBER}p{NUMBER}|(?:xvd|hd|sd)[a-z]*[\s+-]+[0-9]+")
LETTERED = re.compile(r"(xvd|hd|sd)([a-z]{0,5})([1-9][0-9]{0,2})?")


class Bus(NamedTuple):
    """The highest disk and the highest partition that libxl has numbers for."""

    disk: int
    partition: int


BUSES: Mapping[str, Bus] = MappingProxyType({"xvd": Bus(2**20 - 1, 255), "hd": Bus(3, 63), "sd": Bus(15, 15)})


class DiskName(NamedTuple):
    """``sdb1`` is the second disk of the bus ``sd``."""

    bus: str
    disk: int


def disk_name(vdev: str) -> DiskName | None:
    """What a name with letters stands for, None if that is no disk."""
    match = LETTERED.fullmatch(vdev)
    if match is None or not match[2]:
        return None
    highest, disk = BUSES[match[1]], _number_of(match[2])
    in_range = disk <= highest.disk and int(match[3] or 0) <= highest.partition
    return DiskName(match[1], disk) if in_range else None


def may_be_disk(vdev: str) -> bool:
    return vdev in ("", *BUSES) or bool(NUMBERED.fullmatch(vdev)) or disk_name(vdev) is not None


def _number_of(letters: str) -> int:
    """a is 0, z is 25, aa is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("a") + 1
    return number - 1
