# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fuzzer has recorded of the real ``xl -N create``, replayed without a host."""

from __future__ import annotations

import re

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.model import examine
from ansible_collections.xlops.xen.plugins.module_utils._config.rule_words import NOT_CREATED, XL
from ansible_collections.xlops.xen.tests.fuzz.coverage import points, touched
from ansible_collections.xlops.xen.tests.unit.config.both_ways import faults_of
from ansible_collections.xlops.xen.tests.unit.dry_runs import Recordings, recorded

RECORDED = recorded()


def keys_of(touched_points: set[str]) -> set[str]:
    return {match[1] for point in touched_points if (match := re.fullmatch(r"(\w+) \(\w+\)", point))}


def test_there_are_recordings() -> None:
    assert {"4.17", "4.20"} <= {str(recordings.release) for recordings in RECORDED}
    assert min(len(recordings.cases) for recordings in RECORDED) >= 20


@pytest.mark.parametrize("recordings", RECORDED, ids=lambda recordings: recordings.version)
def test_every_key_is_recorded_to_an_effect(recordings: Recordings) -> None:
    seen = set().union(*(touched(case.model) for case in recordings.cases))
    assert keys_of(points(recordings.release)) - keys_of(seen) == set()


@pytest.mark.parametrize("recordings", RECORDED, ids=lambda recordings: recordings.version)
def test_xl_printed_what_we_make_of_it_and_we_make_it_again(recordings: Recordings) -> None:
    for case in recordings.cases:
        if case.config is not None:
            model, findings = examine(case.model, recordings.release)
            assert {XL[one.rule] for one in errors_in(findings)} <= {NOT_CREATED}, case.why
            assert faults_of(model, case.config, recordings.release, recordings.facts(case)) == [], case.why


@pytest.mark.parametrize("recordings", RECORDED, ids=lambda recordings: recordings.version)
def test_what_xl_refused_is_refused(recordings: Recordings) -> None:
    for case in recordings.cases:
        if case.config is None:
            assert errors_in(examine(case.model, recordings.release)[1]), case.why
