# SPDX-License-Identifier: GPL-3.0-or-later
"""Believe what the host shows after the work, not what xl said while it was done."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._host.apply import Outcome
from ansible_collections.xlops.xen.plugins.module_utils._host.files import read_end
from ansible_collections.xlops.xen.plugins.module_utils._host.messages import LINE_LENGTH, plain_lines
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Commands
from ansible_collections.xlops.xen.plugins.module_utils._plan.live import shell
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import sight_again, still_different
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import Presence, Sighting
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import GOAL, TOUCHING_DOMAIN, Step

LOG_LINES = 3
STARTING = {Step.CREATE, Step.CREATE_PAUSED}
# Up to Xen 4.7 xl tells the virtual CPUs that the guest's kernel has brought online or offline by then, which takes it
# some time; the others are as they are told at once.
TAKES_TIME = {"vcpus"}


def confirm(outcomes: Sequence[Outcome], host: Host) -> list[tuple[Outcome, Sighting]]:
    """Each outcome with the guest as it is now; what was not reached fails, and is undone."""

    def settled(seen: Observation) -> bool:
        return all(_is_settled(outcome, seen) for outcome in outcomes if not outcome.error)

    changes = [change for outcome in outcomes for change in outcome.plan.changes]
    keys = {key for change in changes for key in (change.difference.key, *change.also)}
    seen = host.observe_settled([outcome.plan.name for outcome in outcomes], settled, keys)
    for outcome in outcomes:
        fault = _fault(outcome, _sight(outcome, seen), host) or _without_effect(outcome, seen)
        if fault and not outcome.error:
            outcome.fail(fault)
    if any(outcome.error for outcome in outcomes):
        seen = host.observe([outcome.plan.name for outcome in outcomes])
    return [(outcome, _sight(outcome, seen)) for outcome in outcomes]


def unconfirmed(outcome: Outcome, silence: Exception) -> tuple[Outcome, Sighting]:
    """The host does not answer any more: what was done is told, and nothing is taken back of which nothing is known."""
    if not outcome.done and not outcome.plan.steps:
        return outcome, outcome.plan.sighting
    outcome.error = "; ".join(filter(None, (outcome.error, f"what became of it could not be seen: {silence}")))
    return outcome, Sighting(Presence.SETTLING, outcome.plan.sighting.domain, str(silence))


def _sight(outcome: Outcome, seen: Observation) -> Sighting:
    return sight_again(outcome.plan, seen)


def _is_settled(outcome: Outcome, seen: Observation) -> bool:
    if not _sight(outcome, seen).settled:
        return False
    slow = any(change.difference.key in TAKES_TIME for change in outcome.plan.changes)
    return not slow or not any(one.key in TAKES_TIME for one in _left(outcome, seen))


def _fault(outcome: Outcome, found: Sighting, host: Host) -> str:
    state = outcome.plan.declaration.state
    if not TOUCHING_DOMAIN & set(outcome.done) or found.presence is GOAL.get(state, outcome.plan.sighting.presence):
        return ""
    if found.presence is Presence.ABSENT:
        started = STARTING & set(outcome.done)
        gone = "it was started and is gone again: it ended or crashed at once" if started else "it has ended or crashed"
        return f"{gone}{_log(outcome.plan.name, host)}"
    if found.presence is Presence.HUSK:
        return f"it was started and has shut down or crashed at once{_log(outcome.plan.name, host)}"
    if found.presence is Presence.SETTLING:
        return f"it is not {state} after {host.settle:g} s: {found.reason}"
    return f"xl said that it is {state}, and the host shows it {found.presence.value}"


def _without_effect(outcome: Outcome, seen: Observation) -> str:
    """The changes to a running guest that xl made no trouble about, and that cannot be seen."""
    commands, meant = _altering(outcome), {change.difference.label for change in outcome.plan.changes}
    return "; ".join(
        f"{one.label} is {'still ' if one.label in meant else ''}{shown(one.before)} after {shell(commands[one.label])}"
        for one in _left(outcome, seen)
    )


def _left(outcome: Outcome, seen: Observation) -> list[Difference]:
    """What was changed, and is not as it was to become."""
    commands = _altering(outcome)
    return [one for one in still_different(outcome.plan, seen) if one.label in commands] if commands else []


def _altering(outcome: Outcome) -> dict[str, Commands]:
    """The commands that have changed the running guest, by what they were to bring about, or say again."""
    if Step.ALTER not in outcome.done:
        return {}
    changes = outcome.plan.changes
    again = {key: change.commands for change in changes for key in change.also}
    return {**again, **{change.difference.label: change.commands for change in changes}}


def _log(name: str, host: Host) -> str:
    """The last words of the guest's monitor."""
    path = f"{host.paths.logs}/xl-{name}.log"
    lines = [line.strip()[:LINE_LENGTH] for line in plain_lines(read_end(path)) if line.strip()]
    return f"; {path} ends with: {' / '.join(lines[-LOG_LINES:])}" if lines else ""
