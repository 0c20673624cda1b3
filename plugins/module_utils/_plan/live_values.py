# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of a running guest that xl can change, and its commands for that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._config.config_reader import read_option
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import KIB_PER_MIB, found
from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Commands
from ansible_collections.xlops.xen.plugins.module_utils._plan.running import Row, Running, Waits
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

SETS_EACH_VCPU = Release(4, 7)
HAS_EXTRATIME = Release(4, 10)
CREDIT2_HAS_CAP = Release(4, 10)
# From then on libxl makes an HVM guest whose maxmem is more than its memory with 1 MiB less than declared, and adds it
# again when it tells the memory (libxl__get_targetmem_fudge), by the maxmem and memory that it has stored of the guest.
# `mem-set` takes nothing off (libxl_set_memory_target), so it is told 1 MiB less.
HOLDS_BACK = Release(4, 7)
HELD_BACK = KIB_PER_MIB


def value(to: Callable[[Any, Running], Commands]) -> Row:
    """A key with one value: what was there before is set in the same way, where it was set."""

    def make(difference: Difference, running: Running) -> tuple[Commands, Commands]:
        commands = to(difference.after, running)
        if not commands:
            raise Waits("it is declared no more, and Xen gives it anew when the domain is made")
        return commands, to(difference.before, running)

    return make


def _name(name: Any, running: Running) -> Commands:
    return (("rename", running.dom, name),)


def _memory(mib: Any, running: Running) -> Commands:
    if mib is None:
        return ()
    size = f"{mib * KIB_PER_MIB - HELD_BACK}k" if _is_held_back(running) else f"{mib}m"
    return (("mem-set", running.dom, size),)


def _is_held_back(running: Running) -> bool:
    limit, target = (found(running.stored, ("b_info", key)) for key in ("max_memkb", "target_memkb"))
    sized = isinstance(limit, int) and isinstance(target, int) and limit > target
    return sized and running.type == HVM and running.release >= HOLDS_BACK


def _vcpus(count: Any, running: Running) -> Commands:
    """More than the host has CPUs may be declared, so they may be had too."""
    return (("vcpu-set", "-i", running.dom, str(count)),) if count is not None else ()


def _vcpus_online(difference: Difference, running: Running) -> tuple[Commands, Commands]:
    commands, undo = value(_vcpus)(difference, running)
    if not running.keeps_vcpus:
        return commands, undo
    if difference.before is not None and difference.after < difference.before:
        raise Waits("xl takes no virtual CPU from a running HVM guest")
    return commands, ()


def _pins(cpus: Any, running: Running, masks: Callable[[str], tuple[str, str]]) -> Commands:
    if not isinstance(cpus, list):
        return (("vcpu-pin", running.dom, "all", *masks(cpus or "all")),)
    count = found(running.config, ("b_info", "max_vcpus"))
    each = [*cpus, *["all"] * max(0, (count if isinstance(count, int) else 0) - len(cpus))]
    return tuple(("vcpu-pin", running.dom, str(vcpu), *masks(one)) for vcpu, one in enumerate(each))


def _hard(cpus: Any, running: Running) -> Commands:
    return _pins(cpus, running, lambda listed: (listed, "-"))


def _soft(cpus: Any, running: Running) -> Commands:
    return _pins(cpus, running, lambda listed: ("-", listed))


def _pool(pool: Any, running: Running) -> Commands:
    return (("cpupool-migrate", running.dom, pool or running.default_pool),)


def _move(difference: Difference, running: Running) -> tuple[Commands, Commands]:
    """A domain comes to a pool without pins, and with what the scheduler there gives to all: sched_move_domain sets all
    affinities to all CPUs and has new data made, in every release. So what is declared is said again; what changes in
    the same run is said afterwards anyhow.
    """
    commands, undo = value(_pool)(difference, running)
    former = running.schedulers.get(difference.before or running.default_pool, running.scheduler)
    back = _said_again(running.declared, replace(running, scheduler=former))
    return commands + _said_again(running.kept, running), undo + back


def _said_again(keys: Collection[str], running: Running) -> Commands:
    """What the guest has, as far as the scheduler knows it. RTDS takes several keys in one command."""
    return tuple(dict.fromkeys(command for key in FORGOTTEN if key in keys for command in _as_it_is(key, running)))


def _as_it_is(key: str, running: Running) -> Iterator[tuple[str, ...]]:
    now = read_option(OPTIONS[key], running.release, running.config)
    try:
        yield from VALUES[key](Difference(key, now, now, ""), running)[0] if now is not None else ()
    except Waits:
        return


# The option of xl's command that sets a key, by scheduler.
WEIGHING = {"cpu_weight": "-w", "cap": "-c"}
SCHEDULERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "credit": ("sched-credit", WEIGHING),
    "credit2": ("sched-credit2", WEIGHING),
    "sedf": (
        "sched-sedf",
        {"period": "-p", "slice": "-s", "latency": "-l", "extratime": "-e", "cpu_weight": "-w"},
    ),
}


# The release from which on a scheduler knows a key that it did not have at first. What xl does not know it passes over
# and ends well: sched-credit2 has -c, and libxl tells its cap, from 4.10.0 on.
SINCE: Mapping[tuple[str, str], Release] = {("credit2", "cap"): CREDIT2_HAS_CAP, ("rtds", "extratime"): HAS_EXTRATIME}
SHARES = ("cpu_weight", "cap", "period", "slice", "latency", "extratime")


def _scheduled(key: str) -> Row:
    def to(number: Any, running: Running) -> Commands:
        if number is None:
            return ()
        first = SINCE.get((running.scheduler, key))
        if first is not None and running.release < first:
            raise Waits(f"the scheduler {running.scheduler} knows it from Xen {first} on")
        if running.scheduler == "rtds":
            return _real_time(key, number, running)
        command, options = SCHEDULERS.get(running.scheduler, ("", {}))
        if key not in options:
            raise Waits(f"the scheduler {running.scheduler} does not know it")
        return ((command, "-d", running.dom, options[key], str(number)),)

    return value(to)


def _real_time(key: str, number: int, running: Running) -> Commands:
    """RTDS takes its parameters together; the budget is no key of xl.cfg, and stays what it is."""
    now = found(running.config, ("b_info", "sched_params")) or {}
    wanted = {**now, key: number}
    if key not in ("period", "extratime") or not {"period", "budget"} <= set(wanted):
        raise Waits("RTDS does not know it, or not what the guest has of the rest")
    extra = ("-e", str(int(bool(wanted.get("extratime"))))) if running.release >= HAS_EXTRATIME else ()
    vcpus = ("-v", "all") if running.release >= SETS_EACH_VCPU else ()
    numbers = ("-p", str(wanted["period"]), "-b", str(wanted["budget"]))
    return (("sched-rtds", "-d", running.dom, *vcpus, *numbers, *extra),)


FORGOTTEN = ("cpus", "cpus_soft", *SHARES)  # by whoever changes the pool

# In the order in which changes are made: a pool first, for pins and weights count there.
VALUES: Mapping[str, Row] = {
    "name": value(_name),
    "pool": _move,
    "cpus": value(_hard),
    "cpus_soft": value(_soft),
    **{key: _scheduled(key) for key in SHARES},
    "vcpus": _vcpus_online,
    "memory": value(_memory),
}
