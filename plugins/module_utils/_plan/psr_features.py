# SPDX-License-Identifier: GPL-3.0-or-later
"""What processors can have of cache monitoring and allocation, and how xl of a release is asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

SETS_LEVELS = Release(4, 10)  # psr-cat-set; before, psr-cat-cbm-set


class Feature(NamedTuple):
    words: str
    first: Release | None
    show: tuple[str, ...]  # what xl is asked
    boot: str  # option of the hypervisor


FEATURES: Mapping[str, Feature] = {
    "cmt": Feature("cache monitoring", None, ("psr-cmt-show", "cache-occupancy"), "psr=cmt:1"),
    "l3": Feature("allocation of the L3 cache", Release(4, 6), ("psr-cat-show",), "psr=cat:1"),
    "l2": Feature("allocation of the L2 cache", SETS_LEVELS, ("psr-cat-show", "-l", "2"), "psr=cat:1"),
    "mba": Feature("allocation of memory bandwidth", Release(4, 11), ("psr-mba-show",), "psr=mba:1"),
}
WORD_BEFORE_4_6 = "cache_occupancy"


def show_command(feature: str, release: Release) -> tuple[str, ...] | None:
    """How xl of a release is asked, None where it does not know the feature."""
    row = FEATURES[feature]
    if row.first is not None and release < row.first:
        return None
    return (row.show[0], WORD_BEFORE_4_6) if feature == "cmt" and release < Release(4, 6) else row.show
