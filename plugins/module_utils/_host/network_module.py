# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xen_network: its options, and the way from them to a network that stays only when it is confirmed."""

from __future__ import annotations

import os
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import XlConf
from ansible_collections.xlops.xen.plugins.module_utils._config.network_checks import check_network
from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import Network, read_network
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_conf import read_xl_conf
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import read_text
from ansible_collections.xlops.xen.plugins.module_utils._host.lock import turn_of
from ansible_collections.xlops.xen.plugins.module_utils._host.network_change import (
    APPLIED_,
    CONFIRMED_,
    GRACE,
    NOTHING,
    RETURNED_,
    WAITS,
    NetworkChange,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.network_seen import NetworkReader
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.ssh_session import connection_began
from ansible_collections.xlops.xen.plugins.module_utils._plan.network import Plan, plan
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_backend import (
    TITLES,
    choose,
    faults,
    moved_addresses,
    vif_findings,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_files import left_over, packages
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_seen import Seen
from ansible_collections.xlops.xen.plugins.module_utils._schema.network_spec import (
    AUTO,
    BACKENDS,
    CONFIRM_WITHIN,
    LINKS,
)

PRESENT, APPLIED, CONFIRMED, REVERTED = "present", "applied", "confirmed", "reverted"
RETURNED_SENTENCE = (
    "the change of the network was not confirmed in time, or failed, and the host has brought its former configuration "
    "back by itself: see journalctl -u xlops-network-apply.service -u xlops-network-rollback.service on it"
)

Result = dict[str, Any]


def network_spec() -> dict[str, dict[str, Any]]:
    return {
        "state": {"type": "str", "choices": [PRESENT, APPLIED, CONFIRMED, REVERTED], "default": PRESENT},
        **LINKS,
        "backend": {"type": "str", "choices": [AUTO, *BACKENDS], "default": AUTO},
        "confirm_within": {"type": "int", "default": 120},
        "id": {"type": "str"},
        "lock_timeout": {"type": "int", "default": 300},
    }


def keep_network(module: AnsibleModule, paths: Paths | None = None) -> Result:
    """Bring the network to its declaration, confirm that, or take it back; and give the module's result."""
    result: Result = {}
    with in_one_sentence(module):
        if os.geteuid() != 0:
            raise HostError("the network of a host is changed by root alone: run the task with become: true")
        if not os.path.isdir((paths or Paths()).systemd):
            raise HostError("systemd does not run this host, so that nothing could bring its former network back")
        one = _Run(module, paths or Paths())
        result.update(one.present() if module.params["state"] == PRESENT else one.follow())
    return result


class _Run:
    def __init__(self, module: AnsibleModule, paths: Paths) -> None:
        self.module = module
        self.paths = paths
        self.params: dict[str, Any] = module.params
        self.change = NetworkChange(paths)
        self.reader = NetworkReader(paths)

    def present(self) -> Result:
        seconds = self.params["confirm_within"]
        if not CONFIRM_WITHIN[0] <= seconds <= CONFIRM_WITHIN[1]:
            raise HostError(f"confirm_within is {seconds}: it takes {CONFIRM_WITHIN[0]} to {CONFIRM_WITHIN[1]} seconds")
        network = read_network(self.params)
        wrong = check_network(network)
        if wrong:
            raise ConfigError(wrong)
        check = self.module.check_mode
        with turn_of(self.paths.lock, self.params["lock_timeout"], check):
            if not check:
                self.change.clear_away()
            elif self.change.outcome() != NOTHING:
                self.module.warn("a change of the network waits for its confirmation; what is foretold comes after it")
            return self._bring(network, seconds)

    def _bring(self, network: Network, seconds: int) -> Result:
        seen = self.reader.seen(network)
        if not network.links and not left_over({}, seen):  # nothing is asked for, and nothing is there of ours
            return self._result(network, Plan(choose(network, seen)), "", seconds)
        backend = self._backend(network, seen)
        wrong = faults(network, seen, backend)
        if wrong:
            raise ConfigError(wrong)
        planned = plan(network, seen, backend)
        self._warn(network, seen, planned)
        identity = ""
        if planned.changed and not self.module.check_mode:
            identity = self.change.order(planned, seconds, bool(network.nat))
        return self._result(network, planned, identity, seconds)

    def _backend(self, network: Network, seen: Seen) -> str:
        declared = str(self.params["backend"])
        found = choose(network, seen) if declared == AUTO else declared
        if not found:
            titles = ", ".join(TITLES.values())
            raise HostError(f"what makes the network of this host is not known: none of {titles} does")
        return found

    def _warn(self, network: Network, seen: Seen, planned: Plan) -> None:
        lacking = self.change.check_programs(planned) if planned.changed else []
        if lacking:
            needed = packages(network, planned.backend)
            sentence = f"the host lacks {', '.join(lacking)}, which the change needs"
            sentence += f": install {', '.join(needed)}" if needed else ""
            if not self.module.check_mode:
                raise HostError(sentence)
            self.module.warn(sentence)
        for one in moved_addresses(network, seen) if planned.changed else ():
            self.module.warn(one)
        for one in self._vif_findings(network, seen):
            self.module.warn(one)

    def _xl_conf(self) -> XlConf | None:
        text = read_text(self.paths.xl_conf)
        return None if text is None else read_xl_conf(text, self.paths.xl_conf)

    def _vif_findings(self, network: Network, seen: Seen) -> list[str]:
        said = self._xl_conf()
        if said is None or not network.links:
            return []
        found = vif_findings(network, seen, said.vif_bridge or "", said.vif_script or "", self.reader.scripts())
        if self.reader.lacks_brctl():
            found.append("the hotplug script vif-bridge of this release runs brctl, which the host lacks: "
                         "install bridge-utils")  # fmt: skip
        return found

    def _result(self, network: Network, planned: Plan, identity: str, seconds: int) -> Result:
        steps = planned.steps
        files = sorted(planned.after)
        return {
            "changed": planned.changed,
            "backend": planned.backend or None,
            "id": identity or None,
            "outcome": WAITS if identity else NOTHING,
            "confirm_within": seconds,
            "files": files,
            "steps": [str(step) for step in (*steps.before, *steps.apply)],
            "rollback": [str(step) for step in (*steps.leave, *steps.back)],
            "reasons": list(planned.drift),
            "packages": packages(network, planned.backend),
            "diff": [
                {
                    "before_header": path,
                    "after_header": path,
                    "before": planned.before[path] or "",
                    "after": planned.after[path] or "",
                }
                for path in files
            ],
        }

    def follow(self) -> Result:
        """The other states: of a change that was ordered before."""
        identity = self.params["id"] or ""
        state = self.params["state"]
        outcome = self.change.outcome(identity)
        if outcome == WAITS and not (self.module.check_mode or state == REVERTED):
            patience = self.change.seconds() + GRACE
            outcome = self.change.wait(lambda reached: reached != WAITS, patience, identity)
        changed = False
        if state == CONFIRMED and outcome == APPLIED_:
            changed = self._confirm()
            outcome = CONFIRMED_ if changed or self.module.check_mode else self.change.outcome(identity)
        elif state == REVERTED and outcome in (WAITS, APPLIED_):
            changed = True
            if not self.module.check_mode:
                self.change.revert()
                outcome = self.change.wait(lambda reached: reached in (RETURNED_, NOTHING), GRACE, identity)
        if state == CONFIRMED and (outcome in (RETURNED_, WAITS) or (identity and outcome == NOTHING)):
            raise HostError(RETURNED_SENTENCE)
        return {"changed": changed, "id": identity or None, "outcome": outcome}

    def _confirm(self) -> bool:
        began = connection_began(self.paths.processes)
        applied = self.change.applied_at()
        if began is not None and began < applied:
            raise HostError(
                "this connection began before the network was changed, and may live on where no new one can be made: "
                "confirm over a fresh one, after meta: reset_connection"
            )
        return True if self.module.check_mode else self.change.confirm()
