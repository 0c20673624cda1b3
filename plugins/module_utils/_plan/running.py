# SPDX-License-Identifier: GPL-3.0-or-later
"""The guest that is to be changed while it runs, and why some of it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._config.config_reader import read_devices, read_option
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Json = Mapping[str, Any]
Command = tuple[str, ...]
Commands = tuple[Command, ...]
Device = Mapping[str, Any]


class Waits(Exception):
    """Why a difference cannot be made good while the guest runs."""


@dataclass(frozen=True)
class Usb:
    """The USB devices of a guest while it is changed: where each goes that comes, or why it cannot."""

    places: Mapping[str, tuple[int, int] | str] = field(default_factory=dict)  # by device, controller and port
    held: frozenset[int] = frozenset()  # the controllers of those that stay


@dataclass(frozen=True)
class Running:
    """The guest that is to be changed: its domain, and its configuration as it runs."""

    domid: int
    release: Release
    config: Json
    scheduler: str
    default_pool: str = "Pool-0"
    schedulers: Mapping[str, str] = field(default_factory=dict)  # by pool
    usb: Usb = field(default_factory=Usb)

    @property
    def dom(self) -> str:
        return str(self.domid)

    @property
    def type(self) -> str:
        return str(read_option(OPTIONS["type"], self.release, self.config))

    def device(self, option: Option, identity: str | None) -> Device:
        devices = read_devices(option, self.release, self.config)
        return next((one for one in devices if option.identity_of(one) == identity), {})


# The commands that make a difference good, and those that take them back. Waits where there are none.
Row = Callable[[Difference, Running], "tuple[Commands, Commands]"]
