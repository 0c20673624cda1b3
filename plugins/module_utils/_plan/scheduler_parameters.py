# SPDX-License-Identifier: GPL-3.0-or-later
"""The parameters of Xen's schedulers, for pools and for domains, and the commands of xl that set them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._plan.live_values import CREDIT2_HAS_CAP, HAS_EXTRATIME
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Parameter:
    """A number that a scheduler knows, the option of xl that sets it, and its range; ``off`` is allowed besides."""

    key: str
    option: str
    low: int
    high: int = LARGEST
    unit: str = ""
    first: Release | None = None
    off: int | None = None

    def allows(self, number: int) -> bool:
        return self.low <= number <= self.high or number == self.off

    def range(self) -> str:
        top = "or more" if self.high == LARGEST else f"to {self.high}"
        return f"{self.low} {top}{f' {self.unit}' if self.unit else ''}{'' if self.off is None else f', or {self.off}'}"


@dataclass(frozen=True)
class Scheduler:
    command: str
    pool: Sequence[Parameter] = ()
    domain: Sequence[Parameter] = ()


WEIGHT = Parameter("weight", "-w", 1, 65535)


def ratelimit(first: Release | None = None) -> Parameter:
    return Parameter("ratelimit_us", "-r", 100, 500000, "us", first, off=0)


SCHEDULERS: Mapping[str, Scheduler] = {
    "credit": Scheduler(
        "sched-credit",
        (
            Parameter("tslice_ms", "-t", 1, 1000, "ms"),
            ratelimit(),
            Parameter("migration_delay_us", "-m", 0, 100000, "us", Release(4, 11)),
        ),
        (WEIGHT, Parameter("cap", "-c", 0)),
    ),
    "credit2": Scheduler(
        "sched-credit2",
        (ratelimit(Release(4, 8)),),
        (WEIGHT, Parameter("cap", "-c", 0, first=CREDIT2_HAS_CAP)),
    ),
    "rtds": Scheduler(
        "sched-rtds",
        (),
        (
            Parameter("period", "-p", 10, unit="us"),
            Parameter("budget", "-b", 10, unit="us"),
            Parameter("extratime", "-e", 0, 1, first=HAS_EXTRATIME),
        ),
    ),
    "sedf": Scheduler(
        "sched-sedf",
        (),
        (
            Parameter("period", "-p", 1, 10000, "ms"),
            Parameter("slice", "-s", 1, 10000, "ms"),
            Parameter("latency", "-l", 0, unit="ms"),
            Parameter("extratime", "-e", 0, 1),
            WEIGHT,
        ),
    ),
}


def options(known: Sequence[Parameter], numbers: Mapping[str, Any]) -> tuple[str, ...]:
    """The words of xl that set the numbers."""
    return tuple(word for row in known if row.key in numbers for word in (row.option, str(int(numbers[row.key]))))


def schedulers_domain_parameters(sched: str, release: Release) -> Sequence[Parameter]:
    """Those of a domain that the scheduler of a release knows."""
    rows = SCHEDULERS[sched].domain if sched in SCHEDULERS else ()
    return [row for row in rows if row.first is None or release >= row.first]


def said_together(sched: str, numbers: Mapping[str, int]) -> Mapping[str, int]:
    """Of what a domain has, what brings it back: sedf takes a weight, or a period and a slice."""
    if sched != "sedf":
        return numbers
    kept = ("weight",) if numbers.get("weight") else ("period", "slice")
    return {key: numbers[key] for key in (*kept, "latency", "extratime") if key in numbers}


POOL_KEYS = ("tslice_ms", "ratelimit_us", "migration_delay_us")
DOMAIN_KEYS = ("weight", "cap", "period", "budget", "slice", "latency", "extratime")
VCPU_KEYS = ("period", "budget", "extratime")
PINS = ("cpus", "cpus_soft")
VCPUS, EACH = "vcpus", "vcpu_params"

# The key of xl.cfg by which a guest's own declaration says the same; a budget has none.
SAID_BY_GUEST: Mapping[str, str] = {
    "weight": "cpu_weight",
    **{key: key for key in ("cap", "period", "slice", "latency", "extratime", *PINS, VCPUS)},
}
