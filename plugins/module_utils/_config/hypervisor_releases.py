# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the hypervisor that will read it has a parameter, or a word of one, by release and point release."""

from __future__ import annotations

from typing import NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, WARNING
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import Row
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release


class Fault(NamedTuple):
    message: str
    remedy: str
    severity: str = ERROR


class Target(NamedTuple):
    """What will read the value. An arch that is not known is empty; of 4.17.5 the 5 is the point, where it is known."""

    release: Release
    arch: str = ""
    point: int | None = None


def usable_in(row: Row, target: Target) -> bool:
    """Whether it may be there: of a branch that got it by a point release, nobody may know which this one is."""
    fault = lacks(row, target, "it")
    return (fault is None or fault.severity != ERROR) and (not target.arch or target.arch in row.arches)


def lacks(row: Row, target: Target, what: str, instead: str = "leave it out") -> Fault | None:
    """Why the release does not have what the row describes; a warning where it depends on the point release."""
    if target.release < row.first_on(target.arch):
        return _not_yet(row, target, what)
    return _no_more(row, target, what, instead)


def _not_yet(row: Row, target: Target, what: str) -> Fault | None:
    release, got = target.release, row.got_by(target.release)
    came = str(row.first_on(target.arch) if got is None else f"{release}.{got}")
    if got is None or (target.point is not None and target.point < got):
        return Fault(f"{what} comes with Xen {came}", f"leave it out, or boot Xen {came} or later")
    if target.point is None:
        return Fault(
            f"{what} comes with Xen {came}, and an earlier {release} passes over it",
            f"see that the host has Xen {came} or later",
            WARNING,
        )
    return None


def _no_more(row: Row, target: Target, what: str, instead: str) -> Fault | None:
    release, lost = target.release, row.lost_by(target.release)
    if row.last is not None and row.last < release:
        return Fault(f"{what} went away after Xen {row.last}", instead)
    if lost is None or (target.point is not None and target.point < lost):
        return None
    if target.point is None:
        return Fault(f"{what} went away with Xen {release}.{lost}, which passes over it", instead, WARNING)
    return Fault(f"{what} went away with Xen {release}.{lost}", instead)
