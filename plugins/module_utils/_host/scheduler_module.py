# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xl_scheduler: its options, and the way from them to what is done."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import parse_pool_settings
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.host_module import CONFIG_DIR, host_of
from ansible_collections.xlops.xen.plugins.module_utils._host.kept_units import (
    PERSISTENT,
    Keeping,
    KeptUnits,
    keep_shares,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.pools import (
    read_host,
    read_pools,
    read_schedules,
    read_vcpus,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.resources import (
    RESOURCE_OPTIONS,
    Commander,
    command_texts,
    in_turn,
    taking_back,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.elsewhere import declared_in
from ansible_collections.xlops.xen.plugins.module_utils._plan.scheduled import Scheduling
from ansible_collections.xlops.xen.plugins.module_utils._plan.schedulers import Plan, check, plan

POLL = 1.0

NUMBER = {"type": "int"}
REAL_TIME = {"period": NUMBER, "budget": NUMBER, "extratime": {"type": "bool"}}


def scheduler_spec() -> dict[str, dict[str, Any]]:
    pool = {
        "name": {"type": "str", "default": "Pool-0"},
        "tslice_ms": NUMBER,
        "ratelimit_us": NUMBER,
        "migration_delay_us": NUMBER,
    }
    domain = {
        "name": {"type": "str", "required": True},
        "weight": NUMBER,
        "cap": NUMBER,
        **REAL_TIME,
        "slice": NUMBER,
        "latency": NUMBER,
        "vcpu_params": {
            "type": "list",
            "elements": "dict",
            "options": {"vcpu": {"type": "int", "required": True}, **REAL_TIME},
        },
        "cpus": {"type": "raw"},
        "cpus_soft": {"type": "raw"},
        "vcpus": NUMBER,
    }
    return {
        "pools": {"type": "list", "elements": "dict", "options": pool, "default": []},
        "domains": {"type": "list", "elements": "dict", "options": domain, "default": []},
        "settle_timeout": {"type": "int", "default": 30},
        **CONFIG_DIR,
        **PERSISTENT,
        **RESOURCE_OPTIONS,
    }


def keep_scheduler(module: AnsibleModule, paths: Paths | None = None) -> dict[str, Any]:
    """Bring pools and domains to their declarations, and give the module's result."""
    result: dict[str, Any] = {}
    pools, domains = module.params["pools"], module.params["domains"]
    with in_one_sentence(module):
        check(pools, domains)
        host = host_of(module, paths)
        with in_turn(host, module.check_mode, module.params["lock_timeout"]):
            reader = _Reader(host, pools, domains)
            planned = reader.plan()
            units = KeptUnits(module, host)
            keeping = keep_shares(units, planned.kept)
            if not module.check_mode:
                with units.kept(keeping):
                    if planned.changes:
                        _carry_out(reader, planned)
        result.update(_result(planned, keeping), xen_release=str(reader.release))
    return result


def _result(planned: Plan, keeping: Keeping) -> dict[str, Any]:
    changes = planned.changes
    return {
        **keeping.result(planned.before, planned.after, "schedulers", bool(changes)),
        "pools": planned.after["pool"],
        "domains": planned.after["domain"],
        "changes": [row for change in changes for row in change.report()],
        "commands": command_texts(change.commands for change in changes),
    }


class _Reader:
    """Reads what the declarations need, again and again."""

    def __init__(self, host: Host, pools: Sequence[Mapping[str, Any]], domains: Sequence[Mapping[str, Any]]) -> None:
        self.host = host
        self.pools = pools
        self.domains = domains
        self.release, self.cpus = read_host(host)

    def plan(self) -> Plan:
        return plan(self.pools, self.domains, self.read())

    def read(self) -> Scheduling:
        seen = read_pools(self.host, self.release, self.cpus)
        schedules = read_schedules(self.host, seen)
        return Scheduling(
            seen,
            {name: found for text in schedules.texts.values() for name, found in parse_pool_settings(text).items()},
            schedules.parameters,
            schedules.real_time,
            read_vcpus(self.host, self.release) if self.domains else {},
            self._files(),
        )

    def _files(self) -> dict[str, frozenset[str]]:
        files = self.host.files.read(domain["name"] for domain in self.domains if "/" not in domain["name"])
        return {name: frozenset(declared_in(file.text)) for name, file in files.items() if file.managed}


def _carry_out(reader: _Reader, planned: Plan) -> None:
    """Give all commands and look at their effect: virtual CPUs come and go when the kernel of the domain likes."""
    commander = Commander(reader.host)
    before = planned.before

    def settled() -> str:
        left = _left(reader)
        return "" if left.before == before else "; ".join(map(str, left.changes)) or "the host is not as it was"

    with taking_back(commander, settled):
        for change in planned.changes:
            commander.take(change.commands, change.undo)
        deadline = time.monotonic() + reader.host.settle
        left = _left(reader)
        while any(change.takes_time for change in left.changes) and time.monotonic() < deadline:
            time.sleep(POLL)
            left = _left(reader)
        if left.changes:
            raise GuestError(f"after the commands {'; '.join(map(str, left.changes))}")


def _left(reader: _Reader) -> Plan:
    try:
        return reader.plan()
    except ConfigError as fault:
        raise GuestError(str(fault)) from None
