# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parameters of the hypervisor, held against what the sources of each release register."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import (
    CHOICE,
    FLAG,
    INTEGER,
    SIZE,
    TEXT,
    WORD,
    WORDS,
    Parameter,
    Row,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_params import PARAMETERS, SUBJECTS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release
from ansible_collections.xlops.xen.tests.unit.transcripts import DATA

ROOT = Path(__file__).resolve().parents[3]
FACTS: dict[str, list[str]] = json.loads((DATA / "facts" / "hypervisor_params.json").read_text())
POINTS: dict[str, dict[str, dict[str, int]]] = json.loads((DATA / "facts" / "hypervisor_points.json").read_text())

# By what the sources register a parameter as. A flag with words, and a text, are registered as what reads their text.
KINDS = {
    "boolean": {FLAG, WORDS},
    "invbool": {FLAG, WORDS},
    "integer": {INTEGER, TEXT},
    "size": {SIZE},
    "string": {TEXT, WORDS},
    "custom": {FLAG, INTEGER, SIZE, TEXT, WORDS},
    "boot": {FLAG, WORDS},
}


def test_every_parameter_of_the_sources_has_one_row() -> None:
    assert set(PARAMETERS) == set(FACTS)
    assert sum(map(len, SUBJECTS.values())) == len(PARAMETERS)


@pytest.mark.parametrize("name", FACTS)
def test_a_row_is_as_the_sources_are(name: str) -> None:
    row, (span, *kinds) = PARAMETERS[name], FACTS[name]
    assert f"{row.first}-{row.last or ''}" == span
    # What changed its kind is of the last one.
    assert any(row.kind in KINDS[kind] for kind in kinds)


@pytest.mark.parametrize(("what", "points"), [("came", lambda row: row.got), ("gone", lambda row: row.lost)])
def test_what_point_releases_changed_is_as_the_sources_are(
    what: str, points: Callable[[Row], tuple[tuple[Release, int], ...]]
) -> None:
    """Of a word, what is not said of its parameter already."""
    ours: dict[str, dict[str, int]] = {}
    for row in PARAMETERS.values():
        for word in (row, *row.words):
            said = set(points(word)) - (set() if word is row else set(points(row)))
            name = row.name if word is row else f"{row.name} {word.name}"
            if said:
                ours[name] = {str(branch): point for branch, point in said}
    assert ours == POINTS[what]


@pytest.mark.parametrize("row", PARAMETERS.values(), ids=lambda row: row.name)
def test_a_row_makes_sense(row: Parameter) -> None:
    assert bool(row.words) == (row.kind == WORDS)
    assert bool(row.pattern) == bool(row.example) == (row.kind == TEXT)
    if row.pattern:
        assert re.fullmatch(row.pattern, row.example)
    assert row.last is None or row.first <= row.last <= NEWEST
    for word in row.words:
        assert row.first <= word.first, word
        assert word.last is None or (word.first <= word.last and (row.last is None or word.last <= row.last)), word
        assert bool(word.choices) == (word.kind == CHOICE)
        assert word.name or word.kind not in (WORD, CHOICE)
        assert set(word.arches) & set(row.arches)
        if word.kind == TEXT:
            assert re.fullmatch(word.pattern, word.example)
    for first, length in row.limits:
        assert first >= row.first and length > 0
    if row.instead:
        assert re.split("[=]", row.instead)[0] in PARAMETERS


def test_what_is_cut_on_the_oldest_release() -> None:
    for name in ("com1", "com2", "console", "dtuart"):
        assert PARAMETERS[name].limit(Release(4, 5)) == 29
    assert PARAMETERS["dtuart"].limit(Release(4, 6)) == 255
    assert PARAMETERS["com1"].limit(Release(4, 9)) == 29
    assert PARAMETERS["com1"].limit(Release(4, 10)) == 127
    assert PARAMETERS["console"].limit(NEWEST) == 29
    assert PARAMETERS["loglvl"].limit(Release(4, 5)) is None


def test_defaults_change_with_the_release() -> None:
    sched = PARAMETERS["sched"]
    assert [sched.default(Release(4, minor)) for minor in (5, 11, 12, 22)] == ["credit", "credit", "credit2", "credit2"]
    assert PARAMETERS["numa"].default(Release(4, 5)) == "on"
    assert PARAMETERS["gnttab_max_maptrack_frames"].default(Release(4, 9)) == ""


def test_the_page_of_parameters_is_that_of_the_rows() -> None:
    tool = runpy.run_path(str(ROOT / "tests/tools/hypervisor_params_doc.py"))
    page = tool["PAGE"].read_text()
    assert page == tool["renewed"](page), "run tests/tools/hypervisor_params_doc.py"
