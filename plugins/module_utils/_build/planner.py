# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands between an order and its result. Looks, and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._build import environment, sources
from ansible_collections.xlops.xen.plugins.module_utils._build.compiler import record
from ansible_collections.xlops.xen.plugins.module_utils._build.confinement import Confinement
from ansible_collections.xlops.xen.plugins.module_utils._build.environment import Environment
from ansible_collections.xlops.xen.plugins.module_utils._build.order import Order
from ansible_collections.xlops.xen.plugins.module_utils._build.stages import CONFIGURE, STAGES
from ansible_collections.xlops.xen.plugins.module_utils._build.store import Store
from ansible_collections.xlops.xen.plugins.module_utils._plan.build_plan import Change, changes, fingerprint, reason
from ansible_collections.xlops.xen.plugins.module_utils._plan.compiler_choice import Needs, combination, needs
from ansible_collections.xlops.xen.plugins.module_utils._plan.configure_arguments import subsystems

ENVIRONMENT, OBTAIN, PACKAGE = "environment", "sources", "package"
COMPILER = "compiler"
ASKED = "it was asked for (rebuild)"


@dataclass(frozen=True)
class Ready:
    """An order in an environment that is there: nothing is unknown any more."""

    environment: Environment
    needs: Needs
    inputs: dict[str, Any]
    key: str


@dataclass(frozen=True)
class Plan:
    """``ready`` is None while there is no environment, ``result`` while there is something to build."""

    ready: Ready | None
    result: dict[str, Any] | None
    changes: list[Change]
    reason: str
    stages: list[str]


def plan(order: Order, store: Store) -> Plan:
    here = Confinement(memory=order.memory, user=order.account)
    found = environment.find(order.environment, store, order.compiler, here)
    inputs = inputs_of(order)
    ready = None if found is None else _ready(order, found, inputs)
    result = store.result(ready.key) if ready else _without_environment(store, inputs)
    if result and not order.rebuild:
        return Plan(ready, result, [], "", [])
    sources.require_acknowledged(order.sources, order.version)
    last = store.last(order.full_version)
    before = last and (last["inputs"] if ready else _without_compiler(last["inputs"]))
    different = changes(before, ready.inputs if ready else inputs)
    return Plan(ready, None, different, ASKED if result else reason(before, different), _stages(order, found))


def inputs_of(order: Order) -> dict[str, Any]:
    """All that decides what comes out, but for the compiler. Not how many jobs, and not where."""
    return {
        "version": order.full_version,
        "sources": sources.identify(order.sources, order.patches),
        "prefix": order.prefix,
        "options": dict(order.options),
        "variables": dict(order.variables),
        "kconfig": dict(order.kconfig),
        "efi": order.efi,
        "epoch": order.epoch,
        "environment": order.environment.identity(),
        "package": {"form": order.package, "revision": order.revision, "maintainer": order.maintainer},
    }


def _ready(order: Order, found: Environment, inputs: dict[str, Any]) -> Ready:
    """Untried where nobody knows whether the compiler builds the release."""
    combination(order.release, found.compiler, order.untried)
    need = needs(order.release, found.compiler)
    extensions = {"extensions": "have a run path"} if order.options.get("rpath") else {}
    complete = {**inputs, COMPILER: {**record(found.compiler), "needs": need.identity(), **extensions}}
    return Ready(found, need, complete, fingerprint(complete))


def _without_environment(store: Store, inputs: dict[str, Any]) -> dict[str, Any] | None:
    """Whoever removed the chroot for the room that it takes still has the result."""
    for one in store.results():
        if _without_compiler(one["inputs"]) == inputs:
            return store.result(one["fingerprint"])
    return None


def _without_compiler(inputs: dict[str, Any]) -> dict[str, Any]:
    """What can be compared while there is no environment to ask."""
    return {name: value for name, value in inputs.items() if name != COMPILER}


def _stages(order: Order, found: Environment | None) -> list[str]:
    built = subsystems(order.options)
    return [
        *([] if found else [ENVIRONMENT]),
        OBTAIN,
        CONFIGURE,
        *(one.name for one in STAGES if one.subsystem in built),
        PACKAGE,
    ]
