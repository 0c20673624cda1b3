# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xl_psr: its options, and the way from them to what is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import parse_info
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.host_module import CONFIG_DIR, host_of
from ansible_collections.xlops.xen.plugins.module_utils._host.kept_units import PERSISTENT, KeptUnits, keep_shares
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host, release_of
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.psr import read_psr
from ansible_collections.xlops.xen.plugins.module_utils._host.resources import (
    RESOURCE_OPTIONS,
    Commander,
    command_texts,
    in_turn,
    taking_back,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.psr import (
    BOTH,
    PARTS,
    Observed,
    Wanted,
    plan,
    read_wanted,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.schedulers import Plan

SOCKETS = {"type": "list", "elements": "int"}


def psr_spec() -> dict[str, dict[str, Any]]:
    cache = {
        "level": {"type": "int", "choices": [3, 2], "default": 3},
        "part": {"type": "str", "choices": list(PARTS), "default": BOTH},
        "mask": {"type": "str", "required": True},
        "sockets": SOCKETS,
    }
    bandwidth = {"throttle": {"type": "int", "required": True}, "sockets": SOCKETS}
    domain = {
        "name": {"type": "str", "required": True},
        "monitored": {"type": "bool"},
        "caches": {"type": "list", "elements": "dict", "options": cache},
        "bandwidth": {"type": "list", "elements": "dict", "options": bandwidth},
    }
    return {
        "domains": {"type": "list", "elements": "dict", "options": domain, "required": True},
        **CONFIG_DIR,
        **PERSISTENT,
        **RESOURCE_OPTIONS,
    }


def keep_psr(module: AnsibleModule, paths: Paths | None = None) -> dict[str, Any]:
    """Bring the domains to their declarations, and give the module's result."""
    result: dict[str, Any] = {}
    with in_one_sentence(module):
        wanted = read_wanted(module.params["domains"])
        host = host_of(module, paths)
        with in_turn(host, module.check_mode, module.params["lock_timeout"]):
            seen = _observe(host, wanted)
            planned = plan(wanted, seen)
            units = KeptUnits(module, host)
            keeping = keep_shares(units, planned.kept)
            if not module.check_mode:
                with units.kept(keeping):
                    _carry_out(host, wanted, planned)
        changes = planned.changes
        result.update(
            keeping.result(planned.before, planned.after, "caches", bool(changes)),
            domains=planned.after["domain"],
            changes=[row for change in changes for row in change.report()],
            commands=command_texts(change.commands for change in changes),
            xen_release=str(seen.release),
        )
    return result


def _observe(host: Host, wanted: Sequence[Wanted]) -> Observed:
    release = release_of(parse_info(host.xl.info()))
    names = {row.domid: row.name for row in host.table.rows()}
    seen = read_psr(host.xl, release, sorted({feature for one in wanted for feature in one.features}))
    return Observed(release, names, frozenset(seen.measured.domains), seen.allocated, seen.missing)


def _carry_out(host: Host, wanted: Sequence[Wanted], planned: Plan) -> None:
    if not planned.changes:
        return
    commander = Commander(host)

    def left() -> Plan:
        try:
            return plan(wanted, _observe(host, wanted))
        except ConfigError as fault:
            raise GuestError(str(fault)) from None

    def settled() -> str:
        return "" if left().before == planned.before else "the host is not as it was"

    with taking_back(commander, settled):
        for change in planned.changes:
            commander.take(change.commands, change.undo)
        wrong = left().changes
        if wrong:
            raise GuestError(f"after the commands {'; '.join(map(str, wrong))}")
