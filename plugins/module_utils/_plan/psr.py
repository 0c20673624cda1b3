# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is monitored, and who may use how much of caches and memory bandwidth: as declared, and the commands for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.psr_tables import Allocated
from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Commands
from ansible_collections.xlops.xen.plugins.module_utils._plan.cpupools import DOMAIN_0
from ansible_collections.xlops.xen.plugins.module_utils._plan.kept import ITSELF
from ansible_collections.xlops.xen.plugins.module_utils._plan.psr_features import FEATURES, SETS_LEVELS
from ansible_collections.xlops.xen.plugins.module_utils._plan.refusal import refusal
from ansible_collections.xlops.xen.plugins.module_utils._plan.scheduled import Change, KeptCommands, Values
from ansible_collections.xlops.xen.plugins.module_utils._plan.schedulers import Plan
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

MONITORED = "monitored"
BOTH, CODE, DATA = "both", "code", "data"
PARTS = {BOTH: "", CODE: "-c", DATA: "-d"}
ALL = "all"  # of a cache
HAS_PARTS = Release(4, 7)


@dataclass(frozen=True)
class Setting:
    """How much of something a domain may use, on the named sockets or on all."""

    feature: str
    value: int | None  # None: all of a cache
    part: str = BOTH
    sockets: Sequence[int] | None = None


@dataclass(frozen=True)
class Wanted:
    name: str
    monitored: bool | None = None
    settings: Sequence[Setting] = ()

    @property
    def features(self) -> set[str]:
        return {one.feature for one in self.settings} | ({"cmt"} if self.monitored is not None else set())


@dataclass(frozen=True)
class Observed:
    """What xl says of the features that are declared."""

    release: Release
    names: Mapping[int, str]
    monitored: frozenset[int] = frozenset()
    allocated: Mapping[str, Mapping[int, Allocated]] = field(default_factory=dict)  # by feature and socket
    missing: Mapping[str, str] = field(default_factory=dict)  # why the host has a feature not


def read_wanted(items: Sequence[Mapping[str, Any]]) -> list[Wanted]:
    names = [item["name"] for item in items]
    for name in names:
        if names.count(name) > 1:
            raise refusal(f"domain {shown(name)} is declared {names.count(name)} times", "declare it once", "name")
    return [Wanted(item["name"], item.get(MONITORED), _settings(item)) for item in items]


def _settings(item: Mapping[str, Any]) -> list[Setting]:
    caches = [
        Setting(f"l{one['level']}", _mask(one["mask"]), one["part"], one.get("sockets"))
        for one in item.get("caches") or []
    ]
    return caches + [Setting("mba", one["throttle"], BOTH, one.get("sockets")) for one in item.get("bandwidth") or []]


def _mask(text: str) -> int | None:
    if text == ALL:
        return None
    try:
        mask = int(text, 0)
    except ValueError:
        mask = 0
    # Hardware takes neighbours alone: the lowest bit added carries through all of them.
    if mask <= 0 or mask & (mask + (mask & -mask)):
        raise refusal(
            f"{shown(text)} is no mask of a cache", f"give neighbouring bits, such as 0x3f, or {ALL}", "mask", text
        )
    return mask


def plan(wanted: Sequence[Wanted], seen: Observed) -> Plan:
    """All changes. ConfigError where something cannot be had, before anything is done."""
    subjects = [_Domain(one, seen) for one in wanted]
    before = {"domain": {one.wanted.name: one.before for one in subjects}}
    after = {"domain": {one.wanted.name: one.after for one in subjects}}
    kept = {("domain", one.wanted.name): one.kept for one in subjects}
    return Plan([change for one in subjects for change in one.changes], before, after, kept)


class _Domain:
    def __init__(self, wanted: Wanted, seen: Observed) -> None:
        self.wanted = wanted
        self.seen = seen
        domids = [domid for domid, name in seen.names.items() if name == wanted.name]
        if not domids:
            raise self.refuse("there is no such domain", "start it first, or remove it here", "name")
        self.domid = domids[0]
        self.kept = KeptCommands(guest=self.domid != DOMAIN_0)
        self.before: dict[str, Any] = {}
        self.after: dict[str, Any] = {}
        self.changes: list[Change] = []
        for feature in FEATURES:
            if feature in wanted.features:
                self.check(feature)
        if wanted.monitored is not None:
            self.monitor(wanted.monitored)
        for setting in wanted.settings:
            self.allocate(setting)

    def check(self, feature: str) -> None:
        row, reason = FEATURES[feature], self.seen.missing.get(feature)
        if row.first is not None and self.seen.release < row.first:
            raise self.refuse(f"{row.words} is there from Xen {row.first} on", "remove it")
        if reason is not None:
            raise self.refuse(
                f"the hypervisor has no {row.words}: {reason}",
                f"boot it with {row.boot} on a processor that has it, or remove it here",
            )

    def monitor(self, wanted: bool) -> None:
        def to(attached: bool, who: str) -> Commands:
            return ((f"psr-cmt-{'attach' if attached else 'detach'}", who),)

        self.add(MONITORED, self.domid in self.seen.monitored, wanted, to, kept=wanted)

    def allocate(self, setting: Setting) -> None:
        sockets = self.seen.allocated[setting.feature]
        for number in sorted(sockets) if setting.sockets is None else setting.sockets:
            if number not in sockets:
                raise self.refuse(f"there is no socket {number}", f"name some of {sorted(sockets)}", "sockets", number)
            socket = sockets[number]
            values = socket.domains.get(self.domid)
            if values is None:
                raise self.refuse(f"xl does not say what it has on socket {number}", "look at xl psr-cat-show")
            self.set_socket(setting, number, socket, values)

    def set_socket(self, setting: Setting, number: int, socket: Allocated, values: Sequence[int]) -> None:
        feature, value = setting.feature, socket.full if setting.value is None else setting.value
        if feature != "mba" and value & ~socket.full:
            raise self.refuse(
                f"{value:#x} is more than the cache of socket {number} has", f"give {socket.full:#x} or less", "mask"
            )
        apart = len(values) > 1
        if setting.part != BOTH and (not apart or self.seen.release < HAS_PARTS):
            raise self.refuse(
                f"code and data have no parts of the cache of their own on socket {number}",
                "boot the hypervisor with psr=cdp:1 on a processor that has it, or declare both together",
                "part",
                setting.part,
            )
        parts = (CODE, DATA) if apart and setting.part == BOTH else (setting.part,)
        for part in parts:
            former = values[1] if part == DATA else values[0]

            def to(one: int, who: str, part: str = part) -> Commands:
                return (self.command(feature, number, part, one, who),)

            name = f"{feature}{'' if part == BOTH else f'-{part}'}-{number}"
            shown_as: Callable[[int], Any] = (lambda one: one) if feature == "mba" else (lambda one: f"{one:#x}")
            self.add(name, former, value, to, shown_as)

    def command(self, feature: str, socket: int, part: str, value: int, who: str) -> tuple[str, ...]:
        if feature == "mba":
            return ("psr-mba-set", "-s", str(socket), who, str(value))
        name = "psr-cat-set" if self.seen.release >= SETS_LEVELS else "psr-cat-cbm-set"
        level = ("-l", "2") if feature == "l2" else ()
        option = (PARTS[part],) if PARTS[part] else ()
        return (name, "-s", str(socket), *level, *option, who, f"{value:#x}")

    def add(
        self,
        key: str,
        former: Any,
        value: Any,
        to: Callable[[Any, str], Commands],
        shown_as: Callable[[Any], Any] = lambda one: one,
        kept: bool = True,
    ) -> None:
        before, after = {key: shown_as(former)}, {key: shown_as(value)}
        self.before.update(before)
        self.after.update(after)
        domid = str(self.domid)
        self.kept.commands[key] = to(value, ITSELF if self.kept.guest else domid) if kept else ()
        if former != value:
            self.changes.append(Change("domain", self.wanted.name, before, after, to(value, domid), to(former, domid)))

    def refuse(self, message: str, remedy: str, key: str | None = None, value: Values | Any = None) -> Exception:
        return refusal(f"domain {shown(self.wanted.name)}: {message}", remedy, key, value, self.seen.release)
