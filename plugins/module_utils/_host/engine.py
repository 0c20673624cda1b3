# SPDX-License-Identifier: GPL-3.0-or-later
"""One run over the guests of a host: observe, plan, check, apply, confirm, report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._host import confirm, preflight
from ansible_collections.xlops.xen.plugins.module_utils._host.apply import Outcome, apply
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.lock import host_lock
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import Declaration
from ansible_collections.xlops.xen.plugins.module_utils._plan.diff import diff
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan, plan
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import Sighting
from ansible_collections.xlops.xen.plugins.module_utils._plan.report import (
    failure_message,
    foreseen,
    guest_report,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import TOUCHING_DOMAIN, Step

LEAVING_AT_ONCE = 8  # guests that go do not wait for one another

Result = dict[str, Any]
Warn = Callable[[str], None]


@dataclass(frozen=True)
class Engine:
    """Brings the guests of one host to their declarations."""

    host: Host
    check_mode: bool = False
    patience: float = 300.0  # seconds to wait for another run
    live: bool = True  # whether running guests are changed; else all waits for their next boot

    def run(self, declarations: Sequence[Declaration]) -> Result:
        """The module's result: domains, changed, diff, warnings and, where guests failed, failed and msg."""
        if self.check_mode:
            seen, plans = self.prepare(declarations)
            return result(seen, [(foreseen_outcome(one), foreseen(one)) for one in plans])
        with host_lock(self.host.paths.lock, self.patience):
            seen, plans = self.prepare(declarations)
            for path in seen.leftovers:
                self.host.files.forget(path)
            return result(seen, self.confirmed(self.carry_out(plans, seen)))

    def prepare(self, declarations: Sequence[Declaration]) -> tuple[Observation, list[GuestPlan]]:
        """What is to be done, and the observation that says so. Reads only."""
        plans: list[GuestPlan] = []

        def settled(seen: Observation) -> bool:
            drafts = plan(declarations, seen)
            plans[:] = drafts if self.live else [one.unhurried() for one in drafts]
            return all(one.sighting.settled for one in plans)

        keys = {key for declaration in declarations for key in declaration.keys}
        seen = self.host.observe_settled([declaration.name for declaration in declarations], settled, keys)
        return seen, [preflight.check(one, self.host, seen) for one in plans]

    def carry_out(self, plans: Sequence[GuestPlan], seen: Observation) -> list[Outcome]:
        """Guests that go do so first and together, for others may need their memory; then one guest after the other."""
        outcomes: dict[str, Outcome] = {}
        with ThreadPoolExecutor(LEAVING_AT_ONCE) as pool:
            leaving = [one for one in plans if one.leaves]
            for outcome in pool.map(lambda one: apply(one, self.host, seen), leaving):
                outcomes[outcome.plan.name] = outcome
        for one in plans:
            if not one.leaves:
                outcomes[one.name] = apply(one, self.host, seen)
        return [outcomes[one.name] for one in plans]

    def confirmed(self, outcomes: Sequence[Outcome]) -> list[tuple[Outcome, Sighting]]:
        """Read the host once more if domains were touched; a state that was not reached is a failure."""
        touched = (
            TOUCHING_DOMAIN & set(outcome.done) or (outcome.error and outcome.plan.steps) for outcome in outcomes
        )
        if not any(touched):
            return [(outcome, outcome.plan.sighting) for outcome in outcomes]
        try:
            return confirm.confirm(outcomes, self.host)
        except (HostError, OSError) as silence:
            return [confirm.unconfirmed(outcome, silence) for outcome in outcomes]


def foreseen_outcome(one: GuestPlan) -> Outcome:
    return Outcome(one, list(one.steps), forced=Step.DESTROY in one.steps, error=one.error)


def result(seen: Observation, found: Sequence[tuple[Outcome, Sighting]]) -> Result:
    reports = {}
    errors = {}
    diffs = []
    warnings: list[str] = []
    for outcome, after in found:
        report = guest_report(outcome.plan, outcome.done, after, outcome.forced, outcome.elapsed)
        warnings += outcome.plan.warnings
        if outcome.error:
            report["error"] = errors[outcome.plan.name] = outcome.error
        elif outcome.done:
            diffs.append(diff(outcome.plan, report["previous_state"], report["state"], seen.release))
        reports[outcome.plan.name] = report
    summary: Result = {
        "changed": any(report["changed"] for report in reports.values()),
        "domains": reports,
        "xen_release": str(seen.release),
        "diff": diffs,
        "warnings": warnings,
    }
    if errors:
        summary.update(failed=True, msg=failure_message(errors, len(found)))
    return summary
