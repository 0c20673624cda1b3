# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guests that are tried on hosts have every option, and what hosts made of them is about options that there are."""

from __future__ import annotations

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import CURRENT
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import RELEASES, Release
from ansible_collections.xlops.xen.tests.fuzz.coverage import touched
from ansible_collections.xlops.xen.tests.options.cases import UNTRIED, cases
from ansible_collections.xlops.xen.tests.options.record import records

WORDS = dict.fromkeys(("seabios", "hvmloader", "shim", "device_model"), "/nowhere") | {"firmware": "pvgrub64"}


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_each_option_of_each_type_is_tried_or_has_a_reason(release: Release) -> None:
    every = list(cases(release, WORDS))
    has = {key: OPTIONS[key] for key in OPTIONS if OPTIONS[key].known_to(release) and OPTIONS[key].status == CURRENT}
    kinds = OPTIONS["type"].words(release)
    expected = {(key, kind) for key, option in has.items() for kind in option.guests if kind in kinds}
    tried = {(case.key, case.kind) for case in every}
    assert {(key, kind) for key, kind in expected - tried if key not in (*UNTRIED, "name", "type")} == set()
    for case in every:
        assert f"{case.key} ({case.kind})" in touched(case.guest)
    names = [case.guest["name"] for case in every]
    assert len(set(names)) == len(names)


def test_what_is_recorded_is_known_to_the_release() -> None:
    for record in records():
        release = Release.parse(record["xen"])
        keys = {point.split(" (")[0] for point in [*record["made"], *record["refused"]] if " (" in point}
        assert {key for key in keys if not OPTIONS[key].known_to(release)} == set()
