# SPDX-License-Identifier: GPL-3.0-or-later
"""What xl can change about a guest while it runs, and by which commands. All else waits, and says why."""

from __future__ import annotations

import shlex
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Union

from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Commands
from ansible_collections.xlops.xen.plugins.module_utils._plan.live_devices import DEVICES
from ansible_collections.xlops.xen.plugins.module_utils._plan.live_usb import CONTROLLER, DEVICE, usb_then
from ansible_collections.xlops.xen.plugins.module_utils._plan.live_values import FORGOTTEN, VALUES
from ansible_collections.xlops.xen.plugins.module_utils._plan.running import Row, Running, Waits
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import LIVE, NEXT_BOOT, RECREATE
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS

ROWS: Mapping[str, Row] = {**VALUES, **DEVICES}
ORDER = tuple(ROWS)
LAST_TO_GO = CONTROLLER  # with one, xl would take the devices that are attached to it
TOGETHER = {CONTROLLER: DEVICE}  # classes that count as one
SAYS_AGAIN = {"pool": FORGOTTEN}  # by key that changes, those that the change would lose and its commands say again


@dataclass(frozen=True)
class Change:
    """One difference that goes away while the guest runs, and how; ``undo`` brings it back, and is empty where nothing
    does. The keys ``also`` said by the commands are to be as they were.
    """

    difference: Difference
    commands: Commands
    undo: Commands
    also: tuple[str, ...] = ()


Verdict = Union[Change, Waits]


def judged(differences: Sequence[Difference], running: Running) -> tuple[list[Difference], list[Change]]:
    """The differences with the impact that they have on this guest, and the changes that can be made now.

    The changes stand in the order in which they are made: what goes makes room for what comes. Devices of a class stay
    together: where one of them has to wait, all do, lest a guest has half of what was declared.
    """
    if not differences:
        return [], []
    usb = usb_then(differences, running)
    kept = running.declared - {one.key for one in differences}
    running = replace(running, scheduler=_scheduler_then(differences, running), usb=usb, kept=kept)
    verdicts = [(one, _verdict(one, running)) for one in differences]
    waiting = {_class(one) for one, verdict in verdicts if one.device is not None and isinstance(verdict, Waits)}
    verdicts = [(one, _together(one, verdict, waiting)) for one, verdict in verdicts]
    changes = [verdict for _one, verdict in verdicts if isinstance(verdict, Change)]
    changes.sort(key=lambda one: _turn(one.difference))
    return [_told(one, verdict) for one, verdict in verdicts], changes


def _class(difference: Difference) -> str:
    return TOGETHER.get(difference.key, difference.key)


def _turn(difference: Difference) -> tuple[bool, bool, int]:
    goes = difference.after is None
    return not goes, goes and difference.key == LAST_TO_GO, ORDER.index(difference.key)


def _scheduler_then(differences: Sequence[Difference], running: Running) -> str:
    """The scheduler that the guest is under when it is in its pool."""
    pools = [one.after or running.default_pool for one in differences if one.key == "pool"]
    return running.schedulers.get(pools[0], running.scheduler) if pools else running.scheduler


def _verdict(difference: Difference, running: Running) -> Verdict:
    option = OPTIONS[difference.key]
    if difference.impact == RECREATE:
        return Waits("it makes another domain of the guest")
    if difference.impact != LIVE or difference.key not in ROWS:
        beyond = option.impact == LIVE and option.limit
        return Waits(f"it was made with a smaller {option.limit}" if beyond else "it is set when the domain is made")
    try:
        also = tuple(key for key in SAYS_AGAIN.get(difference.key, ()) if key in running.kept)
        return Change(difference, *ROWS[difference.key](difference, running), also)
    except Waits as reason:
        return reason


def _together(difference: Difference, verdict: Verdict, waiting: Container[str]) -> Verdict:
    if isinstance(verdict, Change) and _class(difference) in waiting:
        return Waits(f"another {_class(difference)} has to wait, and they change together")
    return verdict


def _told(difference: Difference, verdict: Verdict) -> Difference:
    """The difference with what became known of it."""
    if isinstance(verdict, Change):
        return replace(difference, how=shell(verdict.commands))
    impact = NEXT_BOOT if difference.impact == LIVE else difference.impact
    return replace(difference, impact=impact, how=str(verdict))


def shell(commands: Sequence[Sequence[str]]) -> str:
    """Commands of xl as one would type them."""
    return "; ".join(f"xl {shlex.join(command)}" for command in commands)
