# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.vif_rate import (
    is_octal,
    rate_from_json,
    rate_in_json,
)
from hypothesis import assume, given
from hypothesis import strategies as st

AMOUNTS = st.integers(1, 2**32 - 1)


@given(AMOUNTS, st.sampled_from(["B", "KB", "MB", "GB", "b", "Kb", "Mb", "Gb"]), AMOUNTS)
def test_a_rate_is_read_back_as_what_libxl_has(amount: int, unit: str, microseconds: int) -> None:
    rate = f"{amount}{unit}/s@{microseconds}us"
    try:
        counted = rate_in_json(rate)
    except ValueError as overflow:
        assume("more than xl can count" not in str(overflow))
        raise
    assert rate_in_json(rate_from_json(*counted)) == counted


@pytest.mark.parametrize(
    ("bytes_per_interval", "microseconds", "rate"),
    [(62500, 50000, "1250000B/s"), (5000, 20000, "250000B/s@20000us"), (1, 0, "0B/s@0us")],
)
def test_the_interval_is_named_where_it_is_not_xls_own(bytes_per_interval: int, microseconds: int, rate: str) -> None:
    assert rate_from_json(bytes_per_interval, microseconds) == rate


@pytest.mark.parametrize("rate", ["48210830GB/s@1s", "3183Gb/s@3582", "4294967296B/s", "1B/s@4295"])
def test_what_xl_cannot_count_is_no_rate(rate: str) -> None:
    with pytest.raises(ValueError, match="more than xl can count"):
        rate_in_json(rate)


def test_more_than_xl_can_count_is_the_most_that_it_can() -> None:
    assert rate_from_json(2**64, 1) == "4294967295GB/s@1us"


@pytest.mark.parametrize("rate", ["010Mb/s", "018b/s", "0010GB/s", "10Mb/s@010ms", "010Mb/s@020", "10Mb/s@01"])
def test_a_zero_in_front_is_octal_to_xl(rate: str) -> None:
    assert is_octal(rate)
    with pytest.raises(ValueError, match="no rate"):
        rate_in_json(rate)


@pytest.mark.parametrize(
    "rate", ["10Mb/s", "08Mb/s", "0Mb/s", "010Mb/s@08ms", "10Mb/s@0", "010", "0x1Mb/s", "fast@010"]
)
def test_what_xl_refuses_or_reads_as_it_stands_is_not_octal(rate: str) -> None:
    assert not is_octal(rate)
