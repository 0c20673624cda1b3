# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of a running guest that xl can change, and its commands for that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import found
from ansible_collections.xlops.xen.plugins.module_utils._plan.running import Commands, Row, Running, Waits
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

SETS_EACH_VCPU = Release(4, 7)
HAS_EXTRATIME = Release(4, 10)


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
    return (("mem-set", running.dom, f"{mib}m"),) if mib is not None else ()


def _vcpus(count: Any, running: Running) -> Commands:
    """More than the host has CPUs may be declared, so they may be had too."""
    return (("vcpu-set", "-i", running.dom, str(count)),) if count is not None else ()


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


def _scheduled(key: str) -> Row:
    def to(number: Any, running: Running) -> Commands:
        if number is None:
            return ()
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


# In the order in which changes are made: a pool first, for pins and weights count there.
VALUES: Mapping[str, Row] = {
    "name": value(_name),
    "pool": value(_pool),
    "cpus": value(_hard),
    "cpus_soft": value(_soft),
    **{key: _scheduled(key) for key in ("cpu_weight", "cap", "period", "slice", "latency", "extratime")},
    "vcpus": value(_vcpus),
    "memory": value(_memory),
}
