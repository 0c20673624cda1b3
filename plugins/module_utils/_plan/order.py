# SPDX-License-Identifier: GPL-3.0-or-later
"""The guests of a run together: in which order they go and come, who waits for whom, and whether all of them fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ansible_collections.xlops.xen.plugins.module_utils._config.dependencies import in_order, waves
from ansible_collections.xlops.xen.plugins.module_utils._plan import memory
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import Step


def going(plans: Sequence[GuestPlan]) -> list[list[GuestPlan]]:
    """The guests that go, in groups: nobody who is still there needs those of a group when it is their turn."""
    by_name = {one.name: one for one in plans if one.leaves}
    groups = waves({name: one.needs for name, one in by_name.items()})
    circle = by_name.keys() - {name for group in groups for name in group}  # files of guests may have one
    groups += [sorted(circle)] if circle else []
    return [[by_name[name] for name in group] for group in reversed(groups)]


def coming(plans: Sequence[GuestPlan]) -> list[GuestPlan]:
    """The guests that stay or come, in the order in which it is done: after those they need, and who gives memory back
    before who takes some.
    """
    by_name = {one.name: one for one in plans if not one.leaves}
    needs = {name: one.needs for name, one in by_name.items()}
    order = in_order(needs, lambda name: 0 if _takes(by_name[name]) < 0 else 1)
    return [by_name[name] for name in order]


def together(plans: Sequence[GuestPlan], seen: Observation) -> list[GuestPlan]:
    """The plans, in their order, without those that fail because of another guest, or of the memory others take."""
    judged = {one.name: one for one in plans}
    for one in coming(plans):
        why = missing(one, judged, seen)
        judged[one.name] = one.failed(why) if why else one
    if not memory.dom0_gives_way(seen.facts.xl_conf.autoballoon, seen.info.get("xen_commandline", ""), seen.release):
        left = seen.free_memory + sum(_freed(one) for one in plans if one.leaves)
        judged.update({one.name: one for one in _within_memory(coming(list(judged.values())), left)})
    return [judged[one.name] for one in plans]


def all_or_none(plans: Sequence[GuestPlan]) -> list[GuestPlan]:
    """The plans; where one has an error, the others have that they are left out for it."""
    failed = next((one.name for one in plans if one.error), "")
    return [one.failed(left_out(failed)) if failed and one.steps else one for one in plans]


def left_out(because_of: str) -> str:
    return f"nothing was done to it, for guest {because_of} failed and continue_on_error is false"


def missing(one: GuestPlan, judged: Mapping[str, GuestPlan], seen: Observation) -> str:
    """Why a guest that is to be created cannot be, for want of another one."""
    for name in one.needs if one.creates else ():
        other = judged.get(name)
        if other is not None and other.error:
            return f"it depends on {name}, which failed"
        comes = other is not None and (other.creates or other.sighting.domain is not None)
        if not seen.named(name) and not comes:
            return f"it depends on {name}, which does not run on the host and is not declared to"
    return ""


def _within_memory(plans: Sequence[GuestPlan], left: int) -> list[GuestPlan]:
    """The guests in the order in which they come; who does not fit any more is left as it is."""
    checked: list[GuestPlan] = []
    for one in plans:
        given, needed = _freed(one), _needed(one)
        if needed > left + given:
            what = "it needs" if one.creates else "for what it is to have more, it needs"
            one = one.failed(memory.lacking(needed, left + given, what))
        else:
            left += given - needed
        checked.append(one)
    needy = [place for place, one in enumerate(checked) if not one.error and _takes(one) > 0]
    last = max(needy, default=-1)
    return [
        replace(one, makes_room=True) if _grows(one) < 0 and place < last else one for place, one in enumerate(checked)
    ]


def _takes(one: GuestPlan) -> int:
    """MiB that the host has less when it is done."""
    return _needed(one) - _freed(one)


def _needed(one: GuestPlan) -> int:
    if one.creates and one.model is not None:
        return one.size
    return max(0, _grows(one))


def _freed(one: GuestPlan) -> int:
    domain = one.sighting.domain
    if domain is not None and {Step.STOP, Step.DESTROY} & set(one.steps):
        return max(domain.memory, one.frees)
    return max(0, -_grows(one))


def _grows(one: GuestPlan) -> int:
    """MiB that a guest gets, or gives back, while it runs."""
    changes = (change.difference for change in one.changes if change.difference.key == "memory")
    return sum(one.after - one.before for one in changes if isinstance(one.before, int) and isinstance(one.after, int))
