# SPDX-License-Identifier: GPL-3.0-or-later
"""One run over the guests of a host: observe, plan, check, apply, confirm, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._host import confirm, preflight
from ansible_collections.xlops.xen.plugins.module_utils._host.apply import Outcome, apply
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError, HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.lock import host_lock
from ansible_collections.xlops.xen.plugins.module_utils._host.messages import keep_silent_about
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._plan import order
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import Declaration
from ansible_collections.xlops.xen.plugins.module_utils._plan.diff import diff
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan, plan
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import Sighting
from ansible_collections.xlops.xen.plugins.module_utils._plan.purge import Purge
from ansible_collections.xlops.xen.plugins.module_utils._plan.report import (
    failure_message,
    foreseen,
    guest_report,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import TOUCHING_DOMAIN, Step

LEAVING_AT_ONCE = 8  # guests that go do not wait for one another

Result = dict[str, Any]


@dataclass(frozen=True)
class Engine:
    """Brings the guests of one host to their declarations."""

    host: Host
    check_mode: bool = False
    patience: float = 300.0  # seconds to wait for another run
    live: bool = True  # whether running guests are changed; else all waits for their next boot
    continue_on_error: bool = True  # whether the others go on when one guest fails
    purge: Purge | None = None  # what becomes of our guests that are not declared

    def run(self, declarations: Sequence[Declaration]) -> Result:
        """The module's result: domains, changed, diff, warnings and, where guests failed, failed and msg."""
        if self.check_mode:
            seen, plans = self.prepare(declarations)
            return result(seen, [(foreseen_outcome(one), foreseen(one)) for one in plans])
        with host_lock(self.host.paths.lock, self.patience):
            seen, plans = self.prepare(declarations)
            for path in seen.leftovers:
                self.host.files.forget(path)
            found = self.confirmed(self.carry_out(plans, seen))
            self.settle_units([outcome for outcome, _sighting in found])
            return result(seen, found)

    def prepare(self, declarations: Sequence[Declaration]) -> tuple[Observation, list[GuestPlan]]:
        """What is to be done, and the observation that says so. Reads only."""
        plans: list[GuestPlan] = []
        declared = list(declarations)
        if self.purge:
            declarations = [
                *declared,
                *self.purge.declarations(declared, self.host.files.read(self.host.files.names())),
            ]

        def settled(seen: Observation) -> bool:
            drafts = plan(declarations, seen)
            plans[:] = drafts if self.live else [one.unhurried() for one in drafts]
            return all(one.sighting.settled for one in plans)

        keys = {key for declaration in declarations for key in declaration.keys}
        names = [name for one in declarations for name in (one.name, one.former_name) if name is not None]
        seen = self.host.observe_settled(names, settled, keys)
        needed = self.purge.faults(plans, declared) if self.purge else []
        if needed:
            raise ConfigError(needed)
        too_many = self.purge.excess(plans, declared) if self.purge else ""
        if too_many:
            raise HostError(too_many)
        keep_silent_about(secret for one in plans if one.steps for secret in one.secrets)
        checked = order.together([preflight.check(one, self.host, seen) for one in plans], seen)
        return seen, checked if self.continue_on_error else order.all_or_none(checked)

    def carry_out(self, plans: Sequence[GuestPlan], seen: Observation) -> list[Outcome]:
        """Guests that go do so first and together, for others may need their memory; then one guest after the other."""
        outcomes: dict[str, Outcome] = {}
        begun = self.with_units(plans, seen)

        def act(one: GuestPlan) -> Outcome:
            outcome = begun[one.name]
            why = self.obstacle(one, outcomes, seen) if one.steps and not outcome.error else ""
            if why:
                outcome.fail(why)
                outcome.plan = one.failed(outcome.error)
            return apply(outcome, self.host, seen)

        with ThreadPoolExecutor(LEAVING_AT_ONCE) as pool:
            for group in order.going(plans):
                outcomes.update({outcome.plan.name: outcome for outcome in list(pool.map(act, group))})
        for one in order.coming(plans):
            outcomes[one.name] = act(one)
        return [outcomes[one.name] for one in plans]

    def with_units(self, plans: Sequence[GuestPlan], seen: Observation) -> dict[str, Outcome]:
        """Units have their texts before anything else is done, for systemd takes its time to read them."""
        begun = {one.name: Outcome(one, error=one.error) for one in plans}
        changed = [one for one in begun.values() if Step.UNIT in one.plan.steps]
        for one in changed:
            apply(one, self.host, seen, Step.UNIT)
        _reloaded, fault = self.reload_units()
        for one in changed if fault else ():
            if not one.error:
                one.fail(fault)
        return begun

    def settle_units(self, outcomes: Sequence[Outcome]) -> None:
        """systemd knows what units are left, also where a change was taken back."""
        reloaded, fault = self.reload_units()
        gone = {one.plan.name: one for one in outcomes if Step.DISABLE in one.done}
        gone.update({one.plan.former.name: one for one in outcomes if Step.MOVE in one.done and one.plan.former})
        for one in gone.values() if fault else ():
            one.error = one.error or fault
        if reloaded and gone:
            self.host.units.forget(gone)

    def reload_units(self) -> tuple[bool, str]:
        """Have systemd read the units that were changed, by a run that died too: whether it did, and why not."""
        try:
            return self.host.units.reload(), ""
        except (GuestError, OSError) as fault:
            return False, str(fault)

    def obstacle(self, one: GuestPlan, outcomes: Mapping[str, Outcome], seen: Observation) -> str:
        """Why it is not the turn of a guest any more, after what became of the others."""
        failed = [name for name, outcome in outcomes.items() if outcome.error]
        if failed and not self.continue_on_error:
            return order.left_out(failed[0])
        if one.leaves:
            needing = [name for name in failed if one.name in outcomes[name].plan.needs]
            return f"{needing[0]}, which depends on it, is still there" if needing else ""
        said = {name: found.plan.failed(found.error) if found.error else found.plan for name, found in outcomes.items()}
        return order.missing(one, said, seen)

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
