# SPDX-License-Identifier: GPL-3.0-or-later
"""What schedulers are told about pools and domains, all of a task together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Commands
from ansible_collections.xlops.xen.plugins.module_utils._plan.host_cpus import checked
from ansible_collections.xlops.xen.plugins.module_utils._plan.refusal import refusal
from ansible_collections.xlops.xen.plugins.module_utils._plan.scheduled import (
    Change,
    KeptCommands,
    Numbers,
    Planned,
    Scheduling,
    Subject,
    Values,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.scheduled_domain import Domain
from ansible_collections.xlops.xen.plugins.module_utils._plan.scheduler_parameters import (
    PINS,
    POOL_KEYS,
    SCHEDULERS,
    Scheduler,
    options,
)


@dataclass(frozen=True)
class Plan:
    changes: Sequence[Change]
    before: Mapping[str, Mapping[str, Values]]  # by kind and name, what is declared as it is
    after: Mapping[str, Mapping[str, Values]]
    kept: Mapping[tuple[str, str], KeptCommands]  # by kind and name


def check(pools: Sequence[Values], domains: Sequence[Values]) -> None:
    """What can be wrong before the host is looked at."""
    for kind, items in (("pool", pools), ("domain", domains)):
        names = [item["name"] for item in items]
        for name in names:
            if names.count(name) > 1:
                raise refusal(f"{kind} {shown(name)} is declared {names.count(name)} times", "declare it once", "name")
    for domain in domains:
        for key in PINS:
            given = domain.get(key)
            for text in given if isinstance(given, list) else [] if given is None else [given]:
                checked(text, key)


def plan(pools: Sequence[Values], domains: Sequence[Values], scheduling: Scheduling) -> Plan:
    """All changes. ConfigError where something cannot be had, before anything is done."""
    check(pools, domains)
    subjects = [*(Pool(pool, scheduling) for pool in pools), *(Domain(domain, scheduling) for domain in domains)]
    planned = [(one.kind, one.name, *one.plan()) for one in subjects]
    before: dict[str, dict[str, Values]] = {"pool": {}, "domain": {}}
    after: dict[str, dict[str, Values]] = {"pool": {}, "domain": {}}
    for kind, name, now, then, _changes in planned:
        before[kind][name], after[kind][name] = now, then
    kept = {(one.kind, one.name): one.kept for one in subjects}
    return Plan([change for row in planned for change in row[4]], before, after, kept)


class Pool(Subject):
    kind = "pool"

    def plan(self) -> Planned:
        pools = self.scheduling.seen.pools
        if self.name not in pools:
            raise self.refuse(
                "there is no such cpupool", f"make it with xl_cpupool, or name one of {', '.join(pools)}", "name"
            )
        sched = pools[self.name].sched
        row = SCHEDULERS.get(sched, Scheduler(""))
        after = self.parameters(sched, row.pool, self.wanted)
        settings = self.scheduling.settings.get(self.name, {})
        missing = [key for key in after if key not in settings]
        if missing:
            raise self.refuse(f"xl {row.command} does not say what {missing[0]} is", "look at its output", missing[0])
        self._check_ratelimit({**settings, **after})
        before = {key: settings[key] for key in after}
        changed = {key: number for key, number in after.items() if number != before[key]}

        def to(numbers: Values) -> Commands:
            return ((row.command, "-s", "-p", self.name, *options(row.pool, numbers)),)

        self.kept.commands.update({key: () for key in POOL_KEYS if key not in {one.key for one in row.pool}})
        self.kept.commands.update({key: to({key: number}) for key, number in after.items()})
        return before, after, self.change(before, after, to(changed), to({key: before[key] for key in changed}))

    def _check_ratelimit(self, numbers: Numbers) -> None:
        tslice, ratelimit = numbers.get("tslice_ms"), numbers.get("ratelimit_us", 0)
        if tslice is not None and ratelimit > tslice * 1000:
            raise self.refuse(
                f"a ratelimit of {ratelimit} us is longer than a time slice of {tslice} ms",
                "declare both, and the ratelimit no longer than the slice",
                "ratelimit_us",
                ratelimit,
            )
