# SPDX-License-Identifier: GPL-3.0-or-later
"""The guest that is to be changed while it runs, and why some of it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._config.config_reader import read_devices, read_option
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import TRADITIONAL, device_model_of
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import found
from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Commands
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Json = Mapping[str, Any]
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
    stored: Json = field(default_factory=dict)  # what libxl keeps of it since it was made
    declared: frozenset[str] = frozenset()  # the keys of which its declaration says something, or the last one said it
    kept: frozenset[str] = frozenset()  # those of them that stay as they are

    @property
    def dom(self) -> str:
        return str(self.domid)

    @property
    def type(self) -> str:
        return str(read_option(OPTIONS["type"], self.release, self.config))

    @property
    def has_stub_domain(self) -> bool:
        return self.type == HVM and found(self.config, ("b_info", "device_model_stubdomain")) == "True"

    @property
    def keeps_vcpus(self) -> bool:
        """Whether its device model is qemu-xen, which adds virtual CPUs and takes none away: libxl sends it `cpu-add`
        (later `device_add`) for those that come, and nothing for those that go (libxl__set_vcpuonline_qmp of 4.5.0,
        set_vcpuonline of 4.22.0).
        """
        model = found(self.config, ("b_info", "device_model_version"))
        named = read_option(OPTIONS["device_model_version"], self.release, self.config) if model else None
        return self.type == HVM and device_model_of(named, self.has_stub_domain, self.release) != TRADITIONAL

    def device(self, option: Option, identity: str | None) -> Device:
        devices = read_devices(option, self.release, self.config)
        return next((one for one in devices if option.identity_of(one) == identity), {})


# The commands that make a difference good, and those that take them back. Waits where there are none.
Row = Callable[[Difference, Running], tuple[Commands, Commands]]
