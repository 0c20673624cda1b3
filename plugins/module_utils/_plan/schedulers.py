# SPDX-License-Identifier: GPL-3.0-or-later
"""What schedulers are told about pools and domains: the parameters of each release, and the commands that set them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import VcpuRow
from ansible_collections.xlops.xen.plugins.module_utils._plan.cpupools import Command, Commands, Seen
from ansible_collections.xlops.xen.plugins.module_utils._plan.host_cpus import checked, cpus_text
from ansible_collections.xlops.xen.plugins.module_utils._plan.live_values import HAS_EXTRATIME, SETS_EACH_VCPU
from ansible_collections.xlops.xen.plugins.module_utils._plan.refusal import refusal
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Values = Mapping[str, Any]
Numbers = Mapping[str, int]

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
RATELIMIT = {"option": "-r", "low": 100, "high": 500000, "unit": "us", "off": 0}

SCHEDULERS: Mapping[str, Scheduler] = {
    "credit": Scheduler(
        "sched-credit",
        (
            Parameter("tslice_ms", "-t", 1, 1000, "ms"),
            Parameter("ratelimit_us", **RATELIMIT),  # type: ignore[arg-type]
            Parameter("migration_delay_us", "-m", 0, 100000, "us", Release(4, 11)),
        ),
        (WEIGHT, Parameter("cap", "-c", 0)),
    ),
    "credit2": Scheduler(
        "sched-credit2",
        (Parameter("ratelimit_us", first=Release(4, 8), **RATELIMIT),),  # type: ignore[arg-type]
        (WEIGHT, Parameter("cap", "-c", 0, first=Release(4, 10))),
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


@dataclass(frozen=True)
class Plan:
    changes: Sequence[Change]
    before: Mapping[str, Mapping[str, Values]]  # by kind and name, what is declared as it is
    after: Mapping[str, Mapping[str, Values]]


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
    planned: list[tuple[str, str, Values, Values, list[Change]]] = []
    for pool in pools:
        planned.append(("pool", pool["name"], *_Pool(pool, scheduling).plan()))
    for domain in domains:
        planned.append(("domain", domain["name"], *_Domain(domain, scheduling).plan()))
    before: dict[str, dict[str, Values]] = {"pool": {}, "domain": {}}
    after: dict[str, dict[str, Values]] = {"pool": {}, "domain": {}}
    for kind, name, now, then, _changes in planned:
        before[kind][name], after[kind][name] = now, then
    return Plan([change for row in planned for change in row[4]], before, after)


Planned = tuple[Values, Values, "list[Change]"]


class _Subject:
    kind = ""

    def __init__(self, wanted: Values, scheduling: Scheduling) -> None:
        self.name = str(wanted["name"])
        self.wanted = {key: value for key, value in wanted.items() if key != "name" and value is not None}
        self.scheduling = scheduling

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


def _options(known: Sequence[Parameter], numbers: Values) -> tuple[str, ...]:
    return tuple(word for row in known if row.key in numbers for word in (row.option, str(int(numbers[row.key]))))


class _Pool(_Subject):
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
            return ((row.command, "-s", "-p", self.name, *_options(row.pool, numbers)),)

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


class _Domain(_Subject):
    kind = "domain"

    def plan(self) -> Planned:
        seen = self.scheduling.seen
        domids = [domid for domid, name in seen.names.items() if name == self.name]
        if not domids:
            raise self.refuse("there is no such domain", "start it first, or remove it here", "name")
        self.domid = domids[0]
        self.rows = sorted(self.scheduling.vcpus.get(self.domid, []), key=lambda row: row.vcpu)
        self.pool = seen.places.get(self.domid, seen.first)
        self.sched = seen.pools[self.pool].sched
        self.row = SCHEDULERS.get(self.sched, Scheduler(""))
        self._check_file()
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
        now = {("extratime" if key == "extra" else key): number for key, number in now.items()}
        missing = [key for key in after if key not in now]
        if missing:
            raise self.refuse(
                f"xl {self.row.command} does not say what {missing[0]} is", "look at its output", missing[0]
            )
        self._check_together({**now, **after}, after)
        changed = {key: number for key, number in after.items() if number != now[key]}
        before, after = _truthful({key: now[key] for key in after}), _truthful(after)
        return before, after, self.change(before, after, self._to(changed), self._to(self._former(now, changed)))

    def _former(self, now: Numbers, changed: Numbers) -> Numbers:
        """What brings back what was. sedf takes a weight, or a period and a slice."""
        if self.sched != "sedf":
            return {key: now[key] for key in changed}
        kept = ("weight",) if now.get("weight") else ("period", "slice")
        return {key: now[key] for key in (*kept, "latency", "extratime") if key in now}

    def _to(self, numbers: Values) -> Commands:
        return ((self.row.command, "-d", str(self.domid), *_options(self.row.domain, numbers)),)

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

    def _rtds(self, numbers: Mapping[int, Numbers], vcpus: Sequence[int]) -> Commands:
        """One command for each virtual CPU: xl of some releases writes beyond its memory when given many at once."""
        known = [row for row in self.row.domain if row.first is None or self.scheduling.release >= row.first]

        def command(*which: str, of: Numbers) -> Command:
            return (self.row.command, "-d", str(self.domid), *which, *_options(known, of))

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

        def text(cpus: frozenset[int]) -> str:
            return "all" if cpus == host.numbers else cpus_text(cpus) or "none"

        def report(sets: Mapping[str, Sequence[frozenset[int]]]) -> Values:
            return {key: _one_or_all([text(cpus) for cpus in sets[key]]) for key in declared}

        def to(sets: Mapping[str, Sequence[frozenset[int]]]) -> Commands:
            masks = [
                tuple(text(sets[key][vcpu]) if key in declared and sets[key][vcpu] else "-" for key in PINS)
                for vcpu in range(len(self.rows))
            ]
            if len(set(masks)) == 1:
                return (("vcpu-pin", str(self.domid), "all", *masks[0]),)
            return tuple(("vcpu-pin", str(self.domid), str(vcpu), *mask) for vcpu, mask in enumerate(masks))

        before, after = report(now), report(then)
        return before, after, self.change(before, after, to(then), to(now))

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

        def to(number: int) -> Commands:
            return (("vcpu-set", "-i", str(self.domid), str(number)),)

        before, after = {VCPUS: online}, {VCPUS: count}
        return before, after, self.change(before, after, to(count), to(online))


def _truthful(numbers: Values) -> dict[str, Any]:
    return {key: bool(number) if key == "extratime" else number for key, number in numbers.items()}


def _one_or_all(values: Sequence[Any]) -> Any:
    return values[0] if len(set(values)) == 1 else list(values)
