# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys that `xl list -l` tells as they were when the guest was made, and the tables that tell them as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Json = Mapping[str, Any]
Path = tuple[str, ...]

# Tables of xl.
VCPUS = "vcpu-list"
POOLS = "list -c and cpupool-list"
SCHEDULES = "sched-*"

# Each table with all it is read from.
READ_FROM = {VCPUS: {VCPUS}, POOLS: {POOLS}, SCHEDULES: {POOLS, SCHEDULES}}

HARD, SOFT = ("b_info", "vcpu_hard_affinity"), ("b_info", "vcpu_soft_affinity")
POOL = ("c_info", "pool_name")
SCHEDULE = ("b_info", "sched_params")


class Elsewhere(NamedTuple):
    """The table that tells a key, where its value stands in libxl's JSON, and the last release that lists what was."""

    table: str
    path: Path
    last: Release | None = None


# libxl merges what runs into what it stored: online vcpus from 4.8 on, the scheduler's parameters from 4.9 on.
ELSEWHERE: Mapping[str, Elsewhere] = {
    "vcpus": Elsewhere(VCPUS, ("b_info", "avail_vcpus"), Release(4, 7)),
    "cpus": Elsewhere(VCPUS, HARD),
    "cpus_soft": Elsewhere(VCPUS, SOFT),
    "pool": Elsewhere(POOLS, POOL),
    "cpu_weight": Elsewhere(SCHEDULES, (*SCHEDULE, "weight"), Release(4, 8)),
    **{
        key: Elsewhere(SCHEDULES, (*SCHEDULE, key), Release(4, 8))
        for key in ("cap", "period", "slice", "latency", "extratime")
    },
}


# Up to then `xl list -l` leaves out the disks of which another domain is the backend: libxl looks for disks below
# /local/domain/0/backend, and takes one that is not there for one that is gone.
LOSES_FOREIGN_DISKS = Release(4, 6)


def needs_what_was_stored(config: Json | None, release: Release) -> bool:
    """Whether what libxl stored of a domain when it was made tells more than `xl list -l`: of HVM guests the memory
    that is held back, and where disks may be left out, these.
    """
    c_info = (config or {}).get("c_info")
    is_hvm = isinstance(c_info, Mapping) and c_info.get("type") == "hvm"
    return config is not None and (is_hvm or release <= LOSES_FOREIGN_DISKS)


def declared_in(text: str) -> set[str]:
    """The keys of these that a file of ours gives, found without reading all of it: one that goes is a change too."""
    return {key for key in ELSEWHERE if f"\n{key} = " in text}


def told_elsewhere(keys: Iterable[str], release: Release) -> dict[str, Elsewhere]:
    """The rows of these keys, as far as `xl list -l` of a release does not tell them."""
    rows = {key: ELSEWHERE[key] for key in keys if key in ELSEWHERE}
    return {key: row for key, row in rows.items() if row.last is None or release <= row.last}


def tables_for(keys: Iterable[str], configs: Iterable[Json], release: Release) -> set[str]:
    """The tables to read: for keys that are declared, and for those that a guest was made with."""
    wanted = {*keys, *(key for config in configs for key in stored_keys(config, release))}
    return {one for row in told_elsewhere(wanted, release).values() for one in READ_FROM[row.table]}


def stored_keys(config: Json, release: Release) -> list[str]:
    """The keys of these with which a guest was made."""
    return [key for key, row in told_elsewhere(ELSEWHERE, release).items() if _is_there(config, row.path)]


def _is_there(config: Any, path: Path) -> bool:
    for step in path:
        config = config.get(step) if isinstance(config, Mapping) else None
    return config is not None
