# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of a host as it is, and commands that change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Interface:
    """One interface of the host. ``kind`` is bridge, bond, vlan, or empty; ``ports`` are those of a bridge or bond.

    ``leased`` are those of the addresses that a server gave for a time, ``lower`` the interfaces that it stands on,
    ``stp`` is the kernel's word of a bridge: 0 is off, and empty is no bridge.
    """

    kind: str = ""
    mac: str = ""
    master: str = ""
    ports: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    leased: tuple[str, ...] = ()
    lower: tuple[str, ...] = ()
    stp: str = ""


@dataclass(frozen=True)
class Seen:
    """What is there. ``files`` has every file of each backend that may concern us, by its path."""

    interfaces: Mapping[str, Interface] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    running: frozenset[str] = frozenset()
    # By interface: the file that networkd takes, the profile (uuid) that NetworkManager has active.
    networkd: Mapping[str, str] = field(default_factory=dict)
    profiles: Mapping[str, str] = field(default_factory=dict)
    lifelines: tuple[str, ...] = ()  # interfaces with a default route, and the one of this session
    settings: Mapping[str, str] = field(default_factory=dict)  # of the kernel, by key of sysctl
    ovs_ports: Mapping[str, str] = field(default_factory=dict)  # of Open vSwitch's bridges, by port
    default_routes: frozenset[str] | None = None  # interfaces that have one; None where that is not known


@dataclass(frozen=True)
class Step:
    """One command. Where a needed one fails, the whole change is taken back."""

    argv: tuple[str, ...]
    needed: bool = True

    def __str__(self) -> str:
        return " ".join(self.argv)


def need(*argv: str) -> Step:
    return Step(argv)


def try_(*argv: str) -> Step:
    return Step(argv, needed=False)


@dataclass(frozen=True)
class Steps:
    """In their order: with the former files, with the new ones; and back: with the new files, with the former ones,
    what is done where that failed, and what alone is left to do when the host has booted with the former files.
    """

    before: tuple[Step, ...] = ()
    apply: tuple[Step, ...] = ()
    leave: tuple[Step, ...] = ()
    back: tuple[Step, ...] = ()
    last: tuple[Step, ...] = ()
    late: tuple[Step, ...] = ()
