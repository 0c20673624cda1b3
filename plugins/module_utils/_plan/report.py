# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run says of each guest, as plain data for the user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import PRESENT
from ansible_collections.xlops.xen.plugins.module_utils._plan.live import shell
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import Presence, Sighting
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import GOAL, Step
from ansible_collections.xlops.xen.plugins.module_utils._plan.words import Report, differences_report, state_word

SHOWN_GUESTS = 20


def guest_report(
    plan: GuestPlan, done: Sequence[Step], after: Sighting, forced: bool = False, elapsed: float = 0.0
) -> Report:
    """One guest's result. For check mode, ``done`` are the planned steps and ``after`` is what they lead to."""
    has_file = (plan.before is not None or Step.WRITE in done) and Step.REMOVE not in done
    return {
        "state": state_word(after.presence, has_file),
        "previous_state": state_word(plan.sighting.presence, plan.before is not None),
        "domid": after.domain.domid if after.domain else None,
        "uuid": plan.uuid or None,
        "changed": bool(done),
        "actions": [step.value for step in done],
        "forced": forced,
        "differences": differences_report(plan.differences),
        "pending": differences_report(plan.pending),
        "restarted_for": [one.label for one in plan.renewed_for],
        "commands": [shell(change.commands) for change in plan.changes if Step.ALTER in done],
        "error": None,
        "elapsed": round(elapsed, 1),
    }


def foreseen(plan: GuestPlan) -> Sighting:
    """The guest as the plan will leave it."""
    state = plan.declaration.state
    presence = plan.sighting.presence if plan.error or state == PRESENT else GOAL[state]
    keeps_domain = presence not in (Presence.ABSENT,) and not plan.creates
    return Sighting(presence, plan.sighting.domain if keeps_domain else None)


def failure_message(errors: Mapping[str, str], total: int) -> str:
    """One message for all guests that failed."""
    if total == 1:
        return "".join(f"guest {name}: {error}" for name, error in errors.items())
    shown = [f"{name}: {error}" for name, error in list(errors.items())[:SHOWN_GUESTS]]
    if len(errors) > SHOWN_GUESTS:
        shown.append(f"and {len(errors) - SHOWN_GUESTS} more")
    return f"{len(errors)} of {total} guests failed. " + " | ".join(shown)
