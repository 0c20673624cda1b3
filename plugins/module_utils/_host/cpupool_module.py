# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xl_cpupool: its options, and the way from them to what is done."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.host_module import host_of
from ansible_collections.xlops.xen.plugins.module_utils._host.kept_units import PERSISTENT, Keeping, KeptUnits
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.pools import (
    pools_report,
    read_host,
    read_pools,
    with_shares,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.resources import (
    RESOURCE_OPTIONS,
    Commander,
    command_texts,
    in_turn,
    taking_back,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.cpupools import (
    ABSENT,
    ALLOWED,
    MOVE,
    NEVER,
    PRESENT,
    REFUSE,
    SCHEDULERS,
    Seen,
    Step,
    Wanted,
    check,
    plan,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.host_cpus import checked, cpus_text
from ansible_collections.xlops.xen.plugins.module_utils._plan.kept_resources import pool_resources


def cpupool_spec() -> dict[str, dict[str, Any]]:
    return {
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": [PRESENT, ABSENT], "default": PRESENT},
        "sched": {"type": "str", "choices": list(SCHEDULERS)},
        "cpus": {"type": "str"},
        "renamed_from": {"type": "str"},
        "take_from": {"type": "list", "elements": "str"},
        "domains": {"type": "str", "choices": [REFUSE, MOVE], "default": REFUSE},
        "recreate": {"type": "str", "choices": [NEVER, ALLOWED], "default": NEVER},
        **PERSISTENT,
        **RESOURCE_OPTIONS,
    }


def keep_cpupool(module: AnsibleModule, paths: Paths | None = None) -> dict[str, Any]:
    """Bring the pool to its declaration, and give the module's result."""
    result: dict[str, Any] = {}
    wanted = Wanted(**{one.name: module.params[one.name] for one in fields(Wanted)})
    with in_one_sentence(module):
        check(wanted)
        if wanted.cpus is not None:
            checked(wanted.cpus, "cpus")
        host = host_of(module, paths)
        with in_turn(host, module.check_mode, module.params["lock_timeout"]):
            before = read_pools(host, *read_host(host))
            steps, after = plan(wanted, before)
            if any(step.looks_inside for step in steps):
                before = with_shares(host, before)
                steps, after = plan(wanted, before)
            units = KeptUnits(module, host)
            keeping = units.plan(pool_resources(wanted, after, units.persistent))
            if not module.check_mode:
                with units.kept(keeping):
                    after = carry_out(host, before, steps)
        result = _result(wanted, before, steps, after, keeping)
        if after.free and wanted.name != after.first:
            module.warn(
                f"CPU {cpus_text(after.free)} is in no cpupool and runs nothing: declare it for one, "
                f"{after.first} for instance"
            )
    return result


def _result(wanted: Wanted, before: Seen, steps: list[Step], after: Seen, keeping: Keeping) -> dict[str, Any]:
    pools = pools_report(after)
    return {
        **keeping.result(pools_report(before), pools, "cpupools", bool(steps)),
        "name": wanted.name,
        "pool": pools.get(wanted.name),
        "cpupools": pools,
        "free_cpus": sorted(after.free),
        "commands": command_texts(step.commands for step in steps),
        "xen_release": str(before.release),
    }


def carry_out(host: Host, before: Seen, steps: list[Step]) -> Seen:
    """Look after each step whether it had its effect, for xl seldom says so."""
    commander = Commander(host)
    seen = before

    def settled() -> str:
        now = read_pools(host, before.release, before.host)
        return Step((), (), before.pools, before.places, shares=before.shares).fault(
            with_shares(host, now) if before.shares else now
        )

    with taking_back(commander, settled):
        for step in steps:
            try:
                commander.take(step.commands, step.undo)
            except GuestError as refused:
                raise GuestError(f"{refused}{f'; {step.advice}' if step.advice else ''}") from None
            seen = read_pools(host, before.release, before.host, None if step.looks_inside else seen)
            seen = with_shares(host, seen) if step.shares else seen
            fault = step.fault(seen)
            if fault:
                raise GuestError(f"{', '.join(command_texts([step.commands]))} had not its effect: {fault}")
    return seen
