# SPDX-License-Identifier: GPL-3.0-or-later
"""What a pool and a domain under a scheduler have in common: what is seen of them, what is declared, what changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import VcpuRow
from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Commands
from ansible_collections.xlops.xen.plugins.module_utils._plan.cpupools import Seen
from ansible_collections.xlops.xen.plugins.module_utils._plan.refusal import refusal
from ansible_collections.xlops.xen.plugins.module_utils._plan.scheduler_parameters import VCPUS, Parameter
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Values = Mapping[str, Any]
Numbers = Mapping[str, int]


@dataclass(frozen=True)
class Scheduling:
    """What xl's tables say: pools, what schedulers give to pools, domains and virtual CPUs, and the virtual CPUs."""

    seen: Seen
    settings: Mapping[str, Numbers] = field(default_factory=dict)  # by pool
    parameters: Mapping[int, Numbers] = field(default_factory=dict)  # by domain
    real_time: Mapping[int, Mapping[int, Numbers]] = field(default_factory=dict)  # by domain and virtual CPU
    vcpus: Mapping[int, Sequence[VcpuRow]] = field(default_factory=dict)  # by domain
    files: Mapping[str, frozenset[str]] = field(default_factory=dict)  # keys in the managed file of each guest

    @property
    def release(self) -> Release:
        return self.seen.release


@dataclass(frozen=True)
class Change:
    """One thing that is not as declared, and how it becomes so."""

    kind: str  # pool or domain
    name: str
    before: Values
    after: Values
    commands: Commands
    undo: Commands

    @property
    def takes_time(self) -> bool:
        """The kernel of the domain brings virtual CPUs online and offline."""
        return VCPUS in self.after

    def report(self) -> list[dict[str, Any]]:
        return [
            {self.kind: self.name, "key": key, "before": self.before[key], "after": after}
            for key, after in self.after.items()
            if self.before[key] != after
        ]

    def __str__(self) -> str:
        keys = ", ".join(f"{one['key']} {one['before']} instead of {one['after']}" for one in self.report())
        return f"{self.kind} {shown(self.name)} has {keys}"


Planned = tuple[Values, Values, "list[Change]"]


@dataclass
class KeptCommands:
    """By what is said of a pool or a domain, the commands that say it where nothing has been said yet.

    ``guest``: not of Domain-0 or a pool, which are there when the host has booted.
    """

    commands: dict[str, Commands] = field(default_factory=dict)
    guest: bool = False


class Subject:
    kind = ""

    def __init__(self, wanted: Values, scheduling: Scheduling) -> None:
        self.kept = KeptCommands()
        self.name = str(wanted["name"])
        self.wanted = {key: value for key, value in wanted.items() if key != "name" and value is not None}
        self.scheduling = scheduling

    def plan(self) -> Planned:
        """What is declared as it is and as it shall be, and how it becomes so."""
        raise NotImplementedError

    def refuse(self, message: str, remedy: str, key: str | None = None, value: Any = None) -> Exception:
        return refusal(f"{self.kind} {shown(self.name)}: {message}", remedy, key, value, self.scheduling.release)

    def parameters(self, sched: str, known: Sequence[Parameter], wanted: Values) -> dict[str, int]:
        """Those of the declared values that the scheduler takes, each of which is in its range."""
        rows = {row.key: row for row in known}
        for key, number in wanted.items():
            row = rows.get(key)
            if row is None:
                raise self.refuse(
                    f"the scheduler {sched} has no parameter {key} here",
                    f"declare {_listed(list(rows)) or 'none'}, or another scheduler",
                    key,
                    number,
                )
            if row.first is not None and self.scheduling.release < row.first:
                raise self.refuse(
                    f"{key} of the scheduler {sched} is there from Xen {row.first} on", "remove it", key, number
                )
            if not row.allows(int(number)):
                raise self.refuse(f"{shown(number)} is out of range", f"give {row.range()}", key, number)
        return {key: int(number) for key, number in wanted.items()}

    def change(self, before: Values, after: Values, commands: Commands, undo: Commands) -> list[Change]:
        return [Change(self.kind, self.name, before, after, commands, undo)] if before != after else []


def _listed(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
