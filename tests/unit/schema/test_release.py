# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import (
    NEWEST,
    OLDEST,
    RELEASES,
    Release,
    point_of,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4.17", Release(4, 17)),
        ("4.17.5", Release(4, 17)),
        ("4.5.0", Release(4, 5)),
        ("4.21-rc", Release(4, 21)),
        (" 4.20.4-pre ", Release(4, 20)),
    ],
)
def test_a_release_is_read_from_what_xl_info_says(text: str, expected: Release) -> None:
    assert Release.parse(text) == expected


@pytest.mark.parametrize("text", ["", "4", "xen", "4.", ".17", "four.17", "4.123456789"])
def test_what_is_no_release_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"write one as 4\.17"):
        Release.parse(text)


def test_releases_are_ordered_as_numbers() -> None:
    assert Release.parse("4.9") < Release.parse("4.10")
    assert sorted(RELEASES) == list(RELEASES)
    assert (RELEASES[0], RELEASES[-1]) == (OLDEST, NEWEST)


@pytest.mark.parametrize(
    ("text", "point"), [("4.17.5", 5), (" 4.5.0 ", 0), ("4.17", None), ("4.17.6-pre", None), ("4.21-rc", None)]
)
def test_a_point_release_counts_where_it_is_a_whole_one(text: str, point: int | None) -> None:
    assert point_of(text) == point


def test_a_release_is_written_without_its_patch_level() -> None:
    assert str(Release.parse("4.17.5")) == "4.17"
