# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scheduler is told about a domain: its parameters, those of its virtual CPUs, pins, and how many are online."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Command, Commands
from ansible_collections.xlops.xen.plugins.module_utils._plan.cpupools import DOMAIN_0
from ansible_collections.xlops.xen.plugins.module_utils._plan.host_cpus import cpus_text
from ansible_collections.xlops.xen.plugins.module_utils._plan.kept import ITSELF
from ansible_collections.xlops.xen.plugins.module_utils._plan.live_values import SETS_EACH_VCPU
from ansible_collections.xlops.xen.plugins.module_utils._plan.moving import pinning
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import TELLS_ALL_CPUS
from ansible_collections.xlops.xen.plugins.module_utils._plan.scheduled import (
    Numbers,
    Planned,
    Subject,
    Values,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.scheduler_parameters import (
    DOMAIN_KEYS,
    EACH,
    PINS,
    SAID_BY_GUEST,
    SCHEDULERS,
    VCPU_KEYS,
    VCPUS,
    Scheduler,
    options,
    said_together,
    schedulers_domain_parameters,
)

# What units say of a domain to its scheduler: to some everything at once, which has the scheduler's name.
SAID_OF_DOMAINS = frozenset({"rtds", "sedf", "weight", "cap"})


class Domain(Subject):
    kind = "domain"

    def plan(self) -> Planned:
        seen = self.scheduling.seen
        domids = [domid for domid, name in seen.names.items() if name == self.name]
        if not domids:
            raise self.refuse("there is no such domain", "start it first, or remove it here", "name")
        self.domid = domids[0]
        self.kept.guest = self.domid != DOMAIN_0
        # Whose unit says it again knows the guest by its name, for its number is another one then.
        self.who = ITSELF if self.kept.guest else str(self.domid)
        self.rows = sorted(self.scheduling.vcpus.get(self.domid, []), key=lambda row: row.vcpu)
        self.pool = seen.places.get(self.domid, seen.first)
        self.sched = seen.pools[self.pool].sched
        self.row = SCHEDULERS.get(self.sched, Scheduler(""))
        self._check_file()
        for key in SAID_OF_DOMAINS - {self.sched, *(row.key for row in self.row.domain)}:
            self._keep(key, ())  # of another scheduler, as which it would fail
        parts = [part() for part in (self._pins, self._scheduled, self._online)]
        before = {key: value for part in parts for key, value in part[0].items()}
        after = {key: value for part in parts for key, value in part[1].items()}
        return before, after, [change for part in parts for change in part[2]]

    def _check_file(self) -> None:
        declared = self.scheduling.files.get(self.name, frozenset())
        for key in self.wanted:
            if SAID_BY_GUEST.get(key) in declared:
                raise self.refuse(
                    f"the guest's own declaration has {SAID_BY_GUEST[key]}",
                    "change it there, with xl_domain or xl_domains, or both would take turns",
                    key,
                )

    def _scheduled(self) -> Planned:
        wanted = {key: value for key, value in self.wanted.items() if key in DOMAIN_KEYS}
        each = self.wanted.get(EACH)
        if self.sched == "rtds":
            return self._real_time(wanted, each or [])
        if each:
            raise self.refuse(f"the scheduler {self.sched} knows no single virtual CPUs", f"remove {EACH}", EACH)
        if not wanted:
            return {}, {}, []
        after = self.parameters(self.sched, self.row.domain, wanted)
        now = self.scheduling.parameters.get(self.domid, {})
        missing = [key for key in after if key not in now]
        if missing:
            raise self.refuse(
                f"xl {self.row.command} does not say what {missing[0]} is", "look at its output", missing[0]
            )
        self._check_together({**now, **after}, after)
        changed = {key: number for key, number in after.items() if number != now[key]}
        if self.sched == "sedf":
            self._keep(self.sched, self._to(self._former({**now, **self._freed(after), **after}, after), self.who))
        else:
            for key, number in after.items():
                self._keep(key, self._to({key: number}, self.who))
        before, after = _truthful({key: now[key] for key in after}), _truthful(after)
        return before, after, self.change(before, after, self._to(changed), self._to(self._former(now, changed)))

    def _keep(self, key: str, commands: Commands) -> None:
        self.kept.commands[key] = commands

    def _freed(self, declared: Numbers) -> Numbers:
        """What sedf forgets when it is told something else."""
        return {"weight": 0} if {"period", "slice"} & set(declared) else {}

    def _former(self, now: Numbers, changed: Numbers) -> Numbers:
        """What brings back what was. sedf takes a weight, or a period and a slice."""
        return said_together(self.sched, now if self.sched == "sedf" else {key: now[key] for key in changed})

    def _to(self, numbers: Values, who: str = "") -> Commands:
        return ((self.row.command, "-d", who or str(self.domid), *options(self.row.domain, numbers)),)

    def _check_together(self, numbers: Numbers, declared: Numbers) -> None:
        most = 100 * max(1, len(self.rows))
        if declared.get("cap", 0) > most:
            raise self.refuse(
                f"a cap of {declared['cap']} is more than its virtual CPUs can use",
                f"give 0 (none) to {most}",
                "cap",
                declared["cap"],
            )
        if self.sched != "sedf":
            return
        if "weight" in declared and {"period", "slice", "extratime"} & set(declared):
            raise self.refuse(
                "sedf takes a weight, or period, slice and extratime, and not both", "remove one of them", "weight"
            )
        if {"period", "slice"} & set(declared) and numbers["slice"] > numbers["period"]:
            raise self.refuse(
                f"a slice of {numbers['slice']} ms is longer than a period of {numbers['period']} ms",
                "declare both, and the slice no longer than the period",
                "slice",
                numbers["slice"],
            )

    def _real_time(self, wanted: Values, each: Sequence[Values]) -> Planned:
        """RTDS takes period, budget and extratime together, from 4.7 on for each virtual CPU."""
        base = self.parameters("rtds", self.row.domain, wanted)
        if not base and not each:
            return {}, {}, []
        now = self.scheduling.real_time.get(self.domid, {})
        if not now:
            raise self.refuse("xl sched-rtds does not say what it has", "look at its output")
        then = {vcpu: {**numbers, **base} for vcpu, numbers in now.items()}
        for one in each:
            self._check_vcpu(one["vcpu"], now)
            given = {key: value for key, value in one.items() if key in VCPU_KEYS and value is not None}
            then[one["vcpu"]].update(self.parameters("rtds", self.row.domain, given))
        for vcpu, numbers in then.items():
            if numbers["budget"] > numbers["period"]:
                raise self.refuse(
                    f"virtual CPU {vcpu} would have a budget of {numbers['budget']} us and a period of "
                    f"{numbers['period']} us",
                    "declare both, and the budget no larger than the period",
                    "budget",
                    numbers["budget"],
                )
        before, after = self._declared(now, base, each), self._declared(then, base, each)
        different = [vcpu for vcpu, numbers in then.items() if numbers != now[vcpu]]
        self._keep(self.sched, self._rtds(then, list(then), self.who))
        return before, after, self.change(before, after, self._rtds(then, different), self._rtds(now, different))

    def _check_vcpu(self, vcpu: int, now: Mapping[int, Numbers]) -> None:
        if self.scheduling.release < SETS_EACH_VCPU:
            raise self.refuse(
                f"rtds knows single virtual CPUs from Xen {SETS_EACH_VCPU} on", f"remove {EACH}", EACH, vcpu
            )
        if vcpu not in now:
            raise self.refuse(f"it has no virtual CPU {vcpu}", f"name one of {cpus_text(now)}", EACH, vcpu)

    def _declared(self, numbers: Mapping[int, Numbers], base: Values, each: Sequence[Values]) -> Values:
        """The declared keys as they are: of all virtual CPUs one number where it is the same."""
        own = {one["vcpu"] for one in each}
        rows = {vcpu: _truthful(row) for vcpu, row in numbers.items()}
        common = [row for vcpu, row in rows.items() if vcpu not in own] or list(rows.values())
        found: dict[str, Any] = {key: _one_or_all([row[key] for row in common]) for key in base}
        if each:
            found[EACH] = [
                {
                    "vcpu": one["vcpu"],
                    **{key: rows[one["vcpu"]][key] for key in VCPU_KEYS if one.get(key) is not None},
                }
                for one in each
            ]
        return found

    def _rtds(self, numbers: Mapping[int, Numbers], vcpus: Sequence[int], who: str = "") -> Commands:
        """One command for each virtual CPU: xl of some releases writes beyond its memory when given many at once."""
        known = schedulers_domain_parameters(self.sched, self.scheduling.release)

        def command(*which: str, of: Numbers) -> Command:
            return (self.row.command, "-d", who or str(self.domid), *which, *options(known, of))

        if self.scheduling.release < SETS_EACH_VCPU:
            return (command(of=numbers[vcpus[0]]),) if vcpus else ()
        if len({tuple(sorted(one.items())) for one in numbers.values()}) == 1 and vcpus:
            return (command("-v", "all", of=numbers[vcpus[0]]),)
        return tuple(command("-v", str(vcpu), of=numbers[vcpu]) for vcpu in vcpus)

    def _pins(self) -> Planned:
        """On which CPUs of the host its virtual CPUs may run, and on which they shall."""
        declared = {key: self.wanted[key] for key in PINS if key in self.wanted}
        if not declared:
            return {}, {}, []
        host = self.scheduling.seen.host
        now = {
            "cpus": [host.had(row.hard) for row in self.rows],
            "cpus_soft": [host.had(row.soft) for row in self.rows],
        }
        then = {key: list(sets) for key, sets in now.items()}
        for key, value in declared.items():
            texts = value if isinstance(value, list) else [value] * len(self.rows)
            if len(texts) > len(self.rows):
                raise self.refuse(
                    f"{len(texts)} CPU lists are given, and it has {len(self.rows)} virtual CPUs",
                    "give at most one for each",
                    key,
                    value,
                )
            for vcpu, one in enumerate(texts):
                then[key][vcpu] = host.named(one, key)
                self._check_told(host.untold(then[key][vcpu]), key, value)
        inside = self.scheduling.seen.pools[self.pool].cpus
        for vcpu, cpus in enumerate(then["cpus"]):
            if "cpus" in declared and not cpus & inside:
                raise self.refuse(
                    f"virtual CPU {vcpu} would be left none of the CPUs {cpus_text(inside)} of its cpupool "
                    f"{shown(self.pool)}",
                    "name some of them",
                    "cpus",
                    declared["cpus"],
                )

        def report(sets: Mapping[str, Sequence[frozenset[int]]]) -> Values:
            return {key: _one_or_all([host.word(cpus) for cpus in sets[key]]) for key in declared}

        def to(sets: Mapping[str, Sequence[frozenset[int]]], keys: Collection[str], who: str) -> Commands:
            masks = [
                tuple(host.word(sets[key][vcpu]) if key in keys and sets[key][vcpu] else "-" for key in PINS)
                for vcpu in range(len(self.rows))
            ]
            return pinning(who, masks)

        for key in declared:
            self._keep(key, to(then, (key,), self.who))
        domid = str(self.domid)
        before, after = report(now), report(then)
        return before, after, self.change(before, after, to(then, declared, domid), to(now, declared, domid))

    def _check_told(self, untold: frozenset[int], key: str, value: Any) -> None:
        if untold:
            raise self.refuse(
                f"xl before Xen {TELLS_ALL_CPUS} does not tell pins to CPU {cpus_text(untold)} where CPUs are offline "
                "in between, so that nobody sees whether this one has its effect",
                "name other CPUs, or bring those online that are missing",
                key,
                value,
            )

    def _online(self) -> Planned:
        count = self.wanted.get(VCPUS)
        if count is None:
            return {}, {}, []
        if not 1 <= count <= len(self.rows):
            raise self.refuse(
                f"{count} virtual CPUs cannot be online",
                f"give 1 to {len(self.rows)}, the number it was started with",
                VCPUS,
                count,
            )
        online = sum(row.cpu is not None for row in self.rows)

        def to(number: int, who: str) -> Commands:
            return (("vcpu-set", "-i", who, str(number)),)

        self._keep(VCPUS, to(count, self.who))
        domid = str(self.domid)
        before, after = {VCPUS: online}, {VCPUS: count}
        return before, after, self.change(before, after, to(count, domid), to(online, domid))


def _truthful(numbers: Values) -> dict[str, Any]:
    return {key: bool(number) if key == "extratime" else number for key, number in numbers.items()}


def _one_or_all(values: Sequence[Any]) -> Any:
    return values[0] if len(set(values)) == 1 else list(values)
