# SPDX-License-Identifier: GPL-3.0-or-later
"""How states and differences are told, in results of all modules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import ABSENT, STOPPED
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import Presence

Report = dict[str, Any]


def state_word(presence: Presence, has_file: bool) -> str:
    """A guest's state as results name it: a guest that is not there is stopped when it has a file."""
    if presence is Presence.ABSENT:
        return STOPPED if has_file else ABSENT
    return "unknown" if presence is Presence.SETTLING else presence.value


def differences_report(differences: Sequence[Difference]) -> list[Report]:
    return [_difference_report(one) for one in differences]


def _difference_report(one: Difference) -> Report:
    told = {"how": one.how} if one.how else {}
    return {"key": one.label, "before": one.before, "after": one.after, "impact": one.impact, **told}
