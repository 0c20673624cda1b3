# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host has of Xen's toolstack: its units as systemd shows them, their files, start scripts and programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import is_ours
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import (
    SCRIPTS,
    UPSTREAM,
    Script,
)

ENABLED = ("enabled", "enabled-runtime", "static", "indirect", "alias")
ACTIVE = ("active", "activating", "reloading")
STORE = "xenstored.service"

# What is asked of systemd, for State below.
PROPERTIES = (
    "LoadState",
    "UnitFileState",
    "ActiveState",
    "SubState",
    "Result",
    "ConditionResult",
    "FragmentPath",
    "SourcePath",
    "DropInPaths",
    "After",
    "InvocationID",
    "NeedDaemonReload",
)


@dataclass(frozen=True)
class State:
    """A unit, by systemd's own words for it."""

    shown: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, key: str) -> str:
        return self.shown.get(key, "")

    @property
    def there(self) -> bool:
        """Whether it has a file, or a start script. A mount is known to systemd without one, too."""
        return self["LoadState"] in ("loaded", "masked") and bool(self["FragmentPath"] or self.masked)

    @property
    def masked(self) -> bool:
        return self["LoadState"] == "masked" or self["UnitFileState"].startswith("masked")

    @property
    def active(self) -> bool:
        return self["ActiveState"] in ACTIVE

    @property
    def failed(self) -> bool:
        return self["ActiveState"] == "failed"

    @property
    def after(self) -> frozenset[str]:
        return frozenset(self["After"].split())


@dataclass(frozen=True)
class Seen:
    """``files`` are texts below /etc/systemd/system, ``texts`` those of units wherever they are, ``packaged`` the units
    that have a file elsewhere. ``scripts`` are the start scripts that are there, ``linked`` the units of those that
    start with the host. ``outdated`` units run with what they had before a file was changed; ``unread`` says that
    systemd has not read all that changed.
    """

    release: Release
    origin: str
    under_xen: bool = True
    units: Mapping[str, State] = field(default_factory=dict)
    files: Mapping[str, str | None] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    packaged: frozenset[str] = frozenset()
    scripts: frozenset[str] = frozenset()
    linked: frozenset[str] = frozenset()
    programs: Mapping[str, str] = field(default_factory=dict)
    xenstored: str = ""
    settings_path: str = "/etc/default/xencommons"
    scripts_dir: str = "/etc/xen/scripts"
    helper: str = ""
    helper_is_right: bool = False
    outdated: frozenset[str] = frozenset()
    unread: bool = False
    socket: bool = True

    def unit(self, name: str) -> State:
        return self.units.get(name, State())

    def carrier(self, name: str) -> str:
        """The unit that stands for one: itself, or that of the start script that does its work."""
        for script in self.live_scripts():
            if name in script.covers:
                return script.unit
        return name

    def script(self, unit: str) -> Script | None:
        """The start script that a unit was made of."""
        return next((script for script in self.live_scripts() if script.unit == unit), None)

    def live_scripts(self) -> tuple[Script, ...]:
        """The start scripts that systemd has made units of; not those masked, or with a unit of their name instead."""
        return tuple(script for script in SCRIPTS[self.origin] if self._lives(script))

    def _lives(self, script: Script) -> bool:
        if script.path not in self.scripts:
            return False
        state = self.unit(script.unit)
        return not state.masked and (not state["FragmentPath"] or bool(state["SourcePath"]))

    def enabled(self, name: str) -> bool:
        if self.script(name):
            return name in self.linked
        return self.unit(name)["UnitFileState"] in ENABLED

    def ours(self, name: str) -> bool:
        return is_ours(self.files.get(name) or "")

    @property
    def has_upstreams_store(self) -> bool:
        """Whether xenstored.service is upstream's, so that what belongs to it is needed."""
        return self.origin == UPSTREAM and not self.ours(STORE)
