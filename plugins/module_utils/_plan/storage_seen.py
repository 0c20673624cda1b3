# SPDX-License-Identifier: GPL-3.0-or-later
"""What storage a host has, as far as a declaration asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Kinds of what is at a path.
REGULAR, BLOCK, DIRECTORY_, OTHER = "file", "block device", "directory", "device or socket"


@dataclass(frozen=True)
class Entry:
    """What is at a path. ``size`` is the one that a guest sees; None where it is not known, as of a VHD."""

    kind: str
    size: int | None = None
    raw_size: int = 0  # its length
    format: str = ""  # by its first bytes; empty where they say none
    digest: str = ""  # of a seed
    user: str = ""  # a running guest, or what else has it


@dataclass(frozen=True)
class Device:
    """A device that a pool is made of. ``content`` is what wipefs finds on it."""

    block: bool
    real: str = ""
    content: tuple[str, ...] = ()
    vg: str = ""
    busy: bool = False


@dataclass(frozen=True)
class Group:
    """A volume group: sizes in bytes."""

    extent: int
    free: int
    devices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Volume:
    size: int
    user: str = ""
    pool: bool = False


@dataclass(frozen=True)
class Seen:
    entries: Mapping[str, Entry] = field(default_factory=dict)
    devices: Mapping[str, Device] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    volumes: Mapping[tuple[str, str], Volume] = field(default_factory=dict)
    datasets: Mapping[str, Volume | None] = field(default_factory=dict)  # None: a filesystem
    unreadable: str = ""  # why nobody knows which guests run
