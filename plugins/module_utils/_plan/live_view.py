# SPDX-License-Identifier: GPL-3.0-or-later
"""A guest as it runs: some keys `xl list -l` tells as they were when it was made, and other tables as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._config import affinity
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import found
from ansible_collections.xlops.xen.plugins.module_utils._plan.live import Running
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Json = Mapping[str, Any]

# Tables of xl.
VCPUS = "vcpu-list"
POOLS = "list -c and cpupool-list"
SCHEDULES = "sched-*"

# Each table with all it is read from.
READ_FROM = {VCPUS: {VCPUS}, POOLS: {POOLS}, SCHEDULES: {POOLS, SCHEDULES}}

SCHEDULER = ("b_info", "sched_params", "sched")
HARD, SOFT, POOL = (OPTIONS[key].places[-1].path for key in ("cpus", "cpus_soft", "pool"))


class Elsewhere(NamedTuple):
    """The table that tells a key, and the last release whose `xl list -l` does not."""

    table: str
    last: Release | None = None


# libxl merges what runs into what it stored: online vcpus from 4.8 on, the scheduler's parameters from 4.9 on.
ELSEWHERE: Mapping[str, Elsewhere] = {
    "vcpus": Elsewhere(VCPUS, Release(4, 7)),
    "cpus": Elsewhere(VCPUS),
    "cpus_soft": Elsewhere(VCPUS),
    "pool": Elsewhere(POOLS),
    **{
        key: Elsewhere(SCHEDULES, Release(4, 8))
        for key in ("cpu_weight", "cap", "period", "slice", "latency", "extratime")
    },
}


def declared_in(text: str) -> set[str]:
    """The keys of these that a file of ours gives, found without reading all of it: one that goes is a change too."""
    return {key for key in ELSEWHERE if f"\n{key} = " in text}


def told_elsewhere(keys: Iterable[str], release: Release) -> dict[str, str]:
    """Of these keys those that `xl list -l` of a release does not tell, and the table that does."""
    rows = {key: ELSEWHERE[key] for key in keys if key in ELSEWHERE}
    return {key: row.table for key, row in rows.items() if row.last is None or release <= row.last}


def tables_for(keys: Iterable[str], configs: Iterable[Json], release: Release) -> set[str]:
    """The tables to read: for keys that are declared, and for those that a guest was made with."""
    wanted = {*keys, *(key for config in configs for key in _stored_keys(config, release))}
    return {one for table in told_elsewhere(wanted, release).values() for one in READ_FROM[table]}


def _stored_keys(config: Json, release: Release) -> list[str]:
    places = ((key, OPTIONS[key].place(release)) for key in told_elsewhere(ELSEWHERE, release))
    return [key for key, place in places if place is not None and found(config, place.path) is not None]


def as_it_runs(domain: Domain, declared: Iterable[str], seen: Observation) -> Json | None:
    """libxl's JSON of a domain, what is declared or stored there replaced by what is."""
    if domain.config is None:
        return None
    keys = {*declared, *_stored_keys(domain.config, seen.release)}
    config: Json = domain.config
    for key in told_elsewhere(keys, seen.release):
        place = OPTIONS[key].place(seen.release)
        value = _value(key, domain, seen)
        if place is not None and value is not None:
            config = _with(config, place.path, value)
    return config


def running_view(domain: Domain, declared: Iterable[str], seen: Observation) -> Running | None:
    """A domain as the changes to it need to know it; None where xl cannot read it."""
    config = as_it_runs(domain, declared, seen)
    if config is None:
        return None
    pool = seen.pools.get(domain.domid, "")
    scheduler = seen.schedulers.get(pool) or found(config, SCHEDULER) or seen.info.get("xen_scheduler", "")
    return Running(domain.domid, seen.release, config, str(scheduler), seen.default_pool)


def _value(key: str, domain: Domain, seen: Observation) -> Any:
    """What the tables say, as libxl's JSON would; None where they do not have the domain."""
    if key == "pool":
        return seen.pools.get(domain.domid)
    rows = seen.vcpus.get(domain.domid)
    if ELSEWHERE[key].table == SCHEDULES:
        column = OPTIONS[key].places[0].path[-1]
        return seen.schedules.get(domain.domid, {}).get(column)
    if not rows:
        return None
    if key == "vcpus":
        return [row.vcpu for row in rows if row.cpu is not None]
    return [_cpus(row.hard if key == "cpus" else row.soft, seen) for row in sorted(rows, key=lambda row: row.vcpu)]


def _cpus(listed: str, seen: Observation) -> list[int]:
    return [] if listed == "none" else affinity.cpu_set(listed, seen.facts)


def _with(config: Json, path: tuple[str, ...], value: Any) -> Json:
    """A copy in which the value stands at the path."""
    step, rest = path[0], path[1:]
    inner = config.get(step)
    return {**config, step: _with(inner if isinstance(inner, Mapping) else {}, rest, value) if rest else value}


def comparable(config: Json, seen: Observation) -> Json:
    """Without what says nothing: CPUs that the host does not have, pins to all CPUs, the pool that all are in."""
    if found(config, POOL) == seen.default_pool:
        config = _with(config, POOL, None)
    highest = seen.facts.max_cpus
    for path in (HARD, SOFT):
        sets = found(config, path)
        if isinstance(sets, list) and highest is not None:
            there = [[cpu for cpu in cpus if cpu < highest] for cpus in sets]
            free = all(len(cpus) == highest for cpus in there)
            config = _with(config, path, None if free else there)
    return config
