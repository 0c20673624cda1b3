# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which cases of a run are worth keeping."""

from __future__ import annotations

from typing import Any

from ansible_collections.xlops.xen.tests.fuzz.coverage import most_diverse
from ansible_collections.xlops.xen.tests.unit.dry_runs import Case


def case(**keys: Any) -> Case:
    return Case("alike", "", {"name": "g", "type": "pv", **keys}, {})


MEMORY, BOTH, VCPUS = case(memory=64), case(memory=64, vcpus=2), case(vcpus=2)


def test_what_adds_most_comes_first_and_what_adds_nothing_never() -> None:
    assert most_diverse([MEMORY, VCPUS, BOTH, case(pool="p")], 9) == [BOTH, case(pool="p")]


def test_no_more_than_were_asked_for() -> None:
    assert most_diverse([MEMORY, BOTH], 0) == []
    assert most_diverse([MEMORY, BOTH, case(pool="p")], 1) == [BOTH]


def test_what_is_kept_already_is_not_kept_again() -> None:
    assert most_diverse([MEMORY, BOTH, VCPUS], 9, [MEMORY]) == [VCPUS]
