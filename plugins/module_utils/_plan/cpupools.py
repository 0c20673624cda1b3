# SPDX-License-Identifier: GPL-3.0-or-later
"""One cpupool as declared, and the commands that make it so. After each of them it is known what xl must show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._plan import moving
from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Commands
from ansible_collections.xlops.xen.plugins.module_utils._plan.host_cpus import Cpus, HostCpus, cpus_text
from ansible_collections.xlops.xen.plugins.module_utils._plan.moving import Shares
from ansible_collections.xlops.xen.plugins.module_utils._plan.refusal import refusal
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, OfReleases, Release

PRESENT, ABSENT = "present", "absent"
REFUSE, MOVE = "refuse", "move"
NEVER, ALLOWED = "never", "allowed"

# xl takes a name of digits alone for a number, and the name stands in quotes in what it is made of.
NAME = re.compile(r"(?!\d+$)[A-Za-z0-9_][A-Za-z0-9_.+-]{0,62}")
SEVERAL_CPUS = Release(4, 6)  # before, one CPU in a command
KEEPS_CPU_0 = Release(4, 17)  # the first pool, from then on
DOMAIN_0 = 0
LONGEST_SLICE = "1000"  # ms


@dataclass(frozen=True)
class Scheduler(OfReleases):
    first: Release = OLDEST
    last: Release | None = None


SCHEDULERS: Mapping[str, Scheduler] = {
    "credit": Scheduler(),
    "credit2": Scheduler(),
    "rtds": Scheduler(),
    "arinc653": Scheduler(),
    "sedf": Scheduler(last=Release(4, 5)),
    "null": Scheduler(first=Release(4, 9)),
}


@dataclass(frozen=True)
class Wanted:
    """What is declared of a pool. None is not declared."""

    name: str
    state: str = PRESENT
    sched: str | None = None
    cpus: str | None = None
    renamed_from: str | None = None
    take_from: Sequence[str] | None = None
    domains: str = REFUSE
    recreate: str = NEVER


@dataclass(frozen=True)
class Pool:
    sched: str
    cpus: Cpus

    def __str__(self) -> str:
        return f"{self.sched}, {f'CPUs {cpus_text(self.cpus)}' if self.cpus else 'no CPU'}"


Pools = Mapping[str, Pool]


@dataclass(frozen=True)
class Seen:
    """The pools of a host in xl's order, and what is in them."""

    release: Release
    host: HostCpus
    pools: Pools
    counts: Mapping[str, int] = field(default_factory=dict)  # of domains in each pool
    places: Mapping[int, str] = field(default_factory=dict)  # of the domains that a table of xl names
    names: Mapping[int, str] = field(default_factory=dict)
    shares: Mapping[int, Shares] = field(default_factory=dict)  # of domains, where some of them are to be moved

    @property
    def first(self) -> str:
        """The pool with which the hypervisor boots, and which is always there."""
        return next(iter(self.pools), "Pool-0")

    @property
    def free(self) -> Cpus:
        return self.host.numbers - frozenset(cpu for pool in self.pools.values() for cpu in pool.cpus)

    def within(self, pool: str) -> list[int]:
        return [domid for domid, place in self.places.items() if place == pool]


@dataclass(frozen=True)
class Step:
    """Commands, what takes them back, and what xl shows when they had their effect."""

    commands: Commands
    undo: Commands
    pools: Pools
    moved: Mapping[int, str] = field(default_factory=dict)
    advice: str = ""  # what may be wrong where xl does not say it
    shares: Mapping[int, Shares] = field(default_factory=dict)  # of moved domains, what they have again

    @property
    def looks_inside(self) -> bool:
        """Whether it does something to domains."""
        return bool(self.moved or self.shares)

    def fault(self, seen: Seen) -> str:
        """What is otherwise than it should be; empty when all is well."""
        for name in [*self.pools, *seen.pools]:
            meant, found = self.pools.get(name), seen.pools.get(name)
            if meant != found:
                return f"cpupool {shown(name)} should be {_condition(meant)}, and is {_condition(found)}"
        for domid, pool in self.moved.items():
            place = seen.places.get(domid, pool)
            if place != pool:
                return f"domain {_domain(domid, seen)} should be in cpupool {shown(pool)}, and is in {shown(place)}"
        for domid, shares in self.shares.items():
            lost = shares.lost(seen.shares[domid]) if domid in seen.shares else ""
            if lost:
                return f"domain {_domain(domid, seen)}: {lost}"
        return ""


def _condition(pool: Pool | None) -> str:
    return "absent" if pool is None else f"there with {pool}"


def check(wanted: Wanted) -> None:
    """What can be wrong before the host is looked at."""
    for key, name in (("name", wanted.name), ("renamed_from", wanted.renamed_from)):
        if name is not None and not NAME.fullmatch(name):
            raise refusal(
                f"{shown(name)} cannot be the name of a cpupool here",
                "use letters, digits and _ . + -, at most 63, and not digits alone",
                key,
                name,
            )
    if wanted.renamed_from == wanted.name:
        raise refusal(f"cpupool {shown(wanted.name)} has that name already", "give its former name", "renamed_from")
    if wanted.state == ABSENT and (wanted.sched or wanted.renamed_from):
        raise refusal(
            f"cpupool {shown(wanted.name)} shall be absent, and its scheduler or former name is given",
            "remove sched and renamed_from, or declare the pool present",
            "state",
            ABSENT,
        )


def plan(wanted: Wanted, seen: Seen) -> tuple[list[Step], Seen]:
    """The steps, none where everything is as declared, and the pools after them. ConfigError where it must not be."""
    check(wanted)
    if wanted.sched is not None and not SCHEDULERS[wanted.sched].known_to(seen.release):
        known = ", ".join(name for name, row in SCHEDULERS.items() if row.known_to(seen.release))
        raise refusal(
            f"cpupool {shown(wanted.name)}: there is no scheduler {wanted.sched}",
            f"use one of {known}",
            "sched",
            wanted.sched,
            seen.release,
        )
    planner = _Planner(wanted, seen)
    planner.leave() if wanted.state == ABSENT else planner.keep()
    return planner.steps, planner.seen


class _Planner:
    """The steps so far, and the pools as they are after them."""

    def __init__(self, wanted: Wanted, seen: Seen) -> None:
        self.wanted = wanted
        self.seen = seen
        self.steps: list[Step] = []

    def leave(self) -> None:
        name = self.wanted.name
        if name == self.seen.first:
            raise self.refuse(f"cpupool {shown(name)} is the one the hypervisor boots with, and never goes", "keep it")
        former: Cpus = frozenset()
        guests: list[int] = []
        if self.wanted.cpus is not None:
            former = self.seen.host.named(self.wanted.cpus, "cpus") & self.seen.free
        if name in self.seen.pools:
            former |= self.seen.pools[name].cpus
            guests = self.evacuate()
            self.destroy()
        self.give(self.seen.first, former)
        self.say_again(guests)

    def keep(self) -> None:
        wanted = self.wanted
        if wanted.name not in self.seen.pools and wanted.renamed_from in self.seen.pools:
            self.rename(str(wanted.renamed_from))
        pool = self.seen.pools.get(wanted.name)
        guests: list[int] = []
        cpus = None if wanted.cpus is None else self.seen.host.named(wanted.cpus, "cpus")
        if pool is None:
            if cpus is None:
                raise self.refuse(
                    f"there is no cpupool {shown(wanted.name)}, and none is made without CPUs",
                    f"say which it shall have, of {self.seen.host.text()}",
                    "cpus",
                )
            self.check_cpus(cpus)
            self.create(wanted.sched or self.seen.pools[self.seen.first].sched)
        elif wanted.sched not in (None, pool.sched):
            cpus = pool.cpus if cpus is None else cpus
            guests = self.make_anew(pool, str(wanted.sched), cpus)
        if cpus is not None:
            self.check_cpus(cpus)
            self.set_cpus(cpus)
        for domid in guests:
            self.migrate(domid, wanted.name)
        self.say_again(guests)

    def make_anew(self, pool: Pool, sched: str, cpus: Cpus) -> list[int]:
        """A pool keeps its scheduler for life."""
        name = self.wanted.name
        problem = f"cpupool {shown(name)} has the scheduler {pool.sched}, which cannot be changed"
        if name == self.seen.first:
            raise self.refuse(
                problem, f"boot the hypervisor with sched={sched}, or declare another cpupool", "sched", sched
            )
        if self.wanted.recreate != ALLOWED:
            raise self.refuse(
                problem, "set recreate to allowed to have the pool destroyed and made anew", "sched", sched
            )
        self.check_cpus(cpus)
        guests = self.evacuate()
        self.destroy()
        self.create(sched)
        return guests

    def check_cpus(self, cpus: Cpus) -> None:
        """Whether all of the CPUs can be had, before anything is done."""
        name, first, seen = self.wanted.name, self.seen.first, self.seen
        taken_from = [first] if self.wanted.take_from is None else self.wanted.take_from
        for other, pool in seen.pools.items():
            lost = pool.cpus & cpus
            if other == name:
                lost = pool.cpus - cpus
            elif lost and other not in taken_from:
                raise self.refuse(
                    f"cpupool {shown(name)} shall have CPU {cpus_text(lost)}, which cpupool {shown(other)} has",
                    f"take it away from there first, or name {other} in take_from",
                    "cpus",
                    self.wanted.cpus,
                )
            if other == first and 0 in lost and seen.release >= KEEPS_CPU_0:
                raise self.refuse(
                    f"cpupool {shown(first)} must keep CPU 0", "declare other CPUs", "cpus", self.wanted.cpus
                )
            if lost and lost == pool.cpus and other != name and (other == first or seen.counts.get(other)):
                raise self.refuse(
                    f"cpupool {shown(name)} shall have CPUs {cpus_text(cpus)}, and none would be left for cpupool "
                    f"{shown(other)}",
                    f"leave it some of its CPUs {cpus_text(pool.cpus)}",
                    "cpus",
                    self.wanted.cpus,
                )

    def set_cpus(self, cpus: Cpus) -> None:
        """First what comes, so that the pool is never without a CPU."""
        name = self.wanted.name
        for other, pool in self.seen.pools.items():
            if other != name:
                self.take(other, pool.cpus & cpus)
        self.give(name, cpus - self.seen.pools[name].cpus)
        surplus = self.seen.pools[name].cpus - cpus
        self.take(name, surplus)
        if name != self.seen.first:
            self.give(self.seen.first, surplus)

    def evacuate(self) -> list[int]:
        """The domains of the pool go to the first one."""
        name, seen = self.wanted.name, self.seen
        guests, count = seen.within(name), seen.counts.get(name, 0)
        if not guests and not count:
            return []
        named = ", ".join(_domain(domid, seen) for domid in guests) or f"{count}, which xl does not name"
        if self.wanted.domains != MOVE:
            raise self.refuse(
                f"cpupool {shown(name)} has domains: {named}",
                f"stop them, move them, or set domains to move to have them moved to {seen.first}",
                "domains",
            )
        if len(guests) < count:
            raise self.refuse(
                f"cpupool {shown(name)} has {count} domains, of which xl names {len(guests)} with this scheduler",
                "move them with xl cpupool-migrate",
                "domains",
            )
        for domid in guests:
            self.migrate(domid, seen.first)
        return guests

    def create(self, sched: str) -> None:
        """Without CPUs: up to 4.5 their list is of limited length, and what takes them is the same for all pools."""
        name = self.wanted.name
        make = ("cpupool-create", f'name="{name}"', f'sched="{sched}"')
        pools = {**self.seen.pools, name: Pool(sched, frozenset())}
        advice = f"perhaps the hypervisor was built without the scheduler {sched}: the first pool's is always there"
        self.add((make,), (("cpupool-destroy", name),), pools, advice)

    def destroy(self) -> None:
        """xl makes the CPUs free."""
        name = self.wanted.name
        pool = self.seen.pools[name]
        make = ("cpupool-create", f'name="{name}"', f'sched="{pool.sched}"')
        pools = {other: one for other, one in self.seen.pools.items() if other != name}
        undo = (make, *self.each("cpupool-cpu-add", name, pool.cpus))
        self.add((*self.before_the_last(name, pool.cpus), ("cpupool-destroy", name)), undo, pools)

    def rename(self, former: str) -> None:
        name = self.wanted.name
        pools = {name if other == former else other: pool for other, pool in self.seen.pools.items()}
        places = {domid: name if place == former else place for domid, place in self.seen.places.items()}
        counts = {name if other == former else other: count for other, count in self.seen.counts.items()}
        self.add((("cpupool-rename", former, name),), (("cpupool-rename", name, former),), pools)
        self.seen = replace(self.seen, places=places, counts=counts)

    def take(self, pool: str, cpus: Cpus) -> None:
        commands = (*self.before_the_last(pool, cpus), *self.each("cpupool-cpu-remove", pool, cpus))
        self._move_cpus(commands, "cpupool-cpu-add", pool, cpus, self.seen.pools[pool].cpus - cpus)

    def give(self, pool: str, cpus: Cpus) -> None:
        commands = self.each("cpupool-cpu-add", pool, cpus)
        self._move_cpus(commands, "cpupool-cpu-remove", pool, cpus, self.seen.pools[pool].cpus | cpus)

    def _move_cpus(self, commands: Commands, undo: str, pool: str, cpus: Cpus, after: Cpus) -> None:
        if cpus:
            pools = {**self.seen.pools, pool: replace(self.seen.pools[pool], cpus=after)}
            self.add(commands, self.each(undo, pool, cpus), pools)

    def before_the_last(self, name: str, cpus: Cpus) -> Commands:
        """What keeps the hypervisor alive when a pool of credit loses its last CPU.

        There csched_deinit_pdata holds the scheduler's lock and waits for its accounting timer, in every release, and
        csched_acct, which is that timer, may be waiting for the lock. It runs once in a time slice.
        """
        pool = self.seen.pools[name]
        if pool.sched != "credit" or not cpus or cpus != pool.cpus:
            return ()
        return (("sched-credit", "-s", "-p", name, "-t", LONGEST_SLICE),)

    def each(self, command: str, pool: str, cpus: Cpus) -> Commands:
        listed = [cpus_text(cpus)] if self.seen.release >= SEVERAL_CPUS and cpus else map(str, sorted(cpus))
        return tuple((command, pool, one) for one in listed)

    def migrate(self, domid: int, pool: str) -> None:
        former = self.seen.places[domid]
        commands = (("cpupool-migrate", str(domid), pool),)
        undo = (("cpupool-migrate", str(domid), former), *self.saying(domid, former)[0])
        self.steps.append(Step(commands, undo, self.seen.pools, {domid: pool}))
        counts = {
            other: count + (other == pool) - (other == former)
            for other, count in {former: 0, pool: 0, **self.seen.counts}.items()
        }
        self.seen = replace(self.seen, places={**self.seen.places, domid: pool}, counts=counts)

    def say_again(self, guests: Sequence[int]) -> None:
        """What the domains have lost on their way, as far as the pool can give it in which they are now."""
        for domid in guests:
            commands, shares = self.saying(domid, self.seen.places[domid])
            if commands:
                self.steps.append(Step(commands, (), self.seen.pools, shares={domid: shares}))

    def saying(self, domid: int, name: str) -> tuple[Commands, Shares]:
        seen, pool = self.seen, self.seen.pools[name]
        shares = seen.shares.get(domid, Shares()).within(pool.sched, pool.cpus, seen.host, seen.release)
        return moving.commands(domid, shares, pool.sched, seen.host, seen.release), shares

    def add(self, commands: Commands, undo: Commands, pools: Pools, advice: str = "") -> None:
        self.steps.append(Step(commands, undo, pools, advice=advice))
        self.seen = replace(self.seen, pools=pools)

    def refuse(self, message: str, remedy: str, key: str = "name", value: Any = None) -> Exception:
        return refusal(message, remedy, key, value, self.seen.release)


def _domain(domid: int, seen: Seen) -> str:
    return f"{shown(seen.names.get(domid, ''))} ({domid})"
