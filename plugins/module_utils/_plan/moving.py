# SPDX-License-Identifier: GPL-3.0-or-later
"""What a domain loses when it goes to another cpupool, and the commands that say it again.

The hypervisor sets all its affinities to all CPUs and has new data of the scheduler made, in every release
(sched_move_domain).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Optional

from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Commands
from ansible_collections.xlops.xen.plugins.module_utils._plan.host_cpus import Cpus, HostCpus, cpus_text
from ansible_collections.xlops.xen.plugins.module_utils._plan.live_values import SETS_EACH_VCPU
from ansible_collections.xlops.xen.plugins.module_utils._plan.scheduler_parameters import (
    SCHEDULERS,
    Parameter,
    Scheduler,
    options,
    said_together,
    schedulers_domain_parameters,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Numbers = Mapping[str, int]
Mask = tuple[Optional[Cpus], Optional[Cpus]]  # hard and soft; None is not said

# What schedulers give to whoever comes. Of others it is said whatever it is.
GIVEN: Mapping[str, Numbers] = {
    "credit": {"weight": 256, "cap": 0},
    "credit2": {"weight": 256, "cap": 0},
    "rtds": {"period": 10000, "budget": 4000, "extratime": 1},
}


@dataclass(frozen=True)
class Shares:
    """What a domain has by its scheduler, and where its virtual CPUs may run."""

    pins: Sequence[Mask] = ()  # by virtual CPU
    parameters: Numbers = field(default_factory=dict)
    real_time: Mapping[int, Numbers] = field(default_factory=dict)  # by virtual CPU

    def within(self, sched: str, cpus: Cpus, host: HostCpus, release: Release) -> Shares:
        """As much of it as a pool can give that has this scheduler and these CPUs, and does not give by itself."""
        rows = {row.key: row for row in schedulers_domain_parameters(sched, release)}
        given = GIVEN.get(sched, {})

        def told(numbers: Numbers) -> Numbers:
            known = {key: number for key, number in numbers.items() if key in rows and rows[key].allows(number)}
            return {} if all(given.get(key) == number for key, number in known.items()) else known

        real_time = sched == "rtds"
        every = [told(numbers) for numbers in self.real_time.values()] if real_time else []
        return Shares(
            tuple((_told(hard, host, cpus), _told(soft, host)) for hard, soft in self.pins),
            {} if real_time else told(said_together(sched, self.parameters)),
            self.real_time if any(every) else {},
        )

    def lost(self, found: Shares) -> str:
        """What of it is not found; empty where all is."""
        for vcpu, (meant, there) in enumerate(zip(self.pins, found.pins)):
            for word, one, other in zip(("pinned to", "softly pinned to"), meant, there):
                if one is not None and one != other:
                    return f"virtual CPU {vcpu} should be {word} CPUs {cpus_text(one)}, and is not"
        for key, number in self.parameters.items():
            if found.parameters.get(key) != number:
                return f"{key} should be {number}, and is {found.parameters.get(key)}"
        for vcpu, numbers in self.real_time.items():
            if found.real_time.get(vcpu) != numbers:
                return f"virtual CPU {vcpu} should have {dict(numbers)}, and has {found.real_time.get(vcpu)}"
        return ""


def _told(cpus: Cpus | None, host: HostCpus, within: Cpus | None = None) -> Cpus | None:
    """CPUs that it is worth to say, and where some of the pool's must be among them, possible to say."""
    possible = cpus and cpus != host.numbers and (within is None or cpus & within)
    return cpus if possible else None


def commands(domid: int, shares: Shares, sched: str, host: HostCpus, release: Release) -> Commands:
    """What says all of it of a domain in a pool."""
    who, row = ("-d", str(domid)), SCHEDULERS.get(sched, Scheduler(""))
    known = schedulers_domain_parameters(sched, release)
    masks = [tuple("-" if cpus is None else host.word(cpus) for cpus in mask) for mask in shares.pins]
    pins = pinning(str(domid), masks) if any(set(mask) != {"-"} for mask in masks) else ()
    weights = ((row.command, *who, *options(known, shares.parameters)),) if shares.parameters else ()
    return (*pins, *weights, *_real_time(who, shares.real_time, row, known, release))


def _real_time(
    who: tuple[str, str], by_vcpu: Mapping[int, Numbers], row: Scheduler, known: Sequence[Parameter], release: Release
) -> Commands:
    if release < SETS_EACH_VCPU:
        return tuple((row.command, *who, *options(known, numbers)) for numbers in list(by_vcpu.values())[:1])
    return tuple((row.command, *who, "-v", str(vcpu), *options(known, one)) for vcpu, one in by_vcpu.items())


def pinning(who: str, masks: Sequence[tuple[str, ...]]) -> Commands:
    """The commands for hard and soft affinity of each virtual CPU; one where all have the same."""
    if len(set(masks)) == 1:
        return (("vcpu-pin", who, "all", *masks[0]),)
    return tuple(("vcpu-pin", who, str(vcpu), *mask) for vcpu, mask in enumerate(masks) if set(mask) != {"-"})
