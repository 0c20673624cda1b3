# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers that the interfaces of a guest have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def vif_numbers(vifs: Iterable[Mapping[str, Any]]) -> list[int]:
    """xl gives each the number of its place, from 0 on, before it reads what it says (xl_parse.c of 4.9.0, 4.22.0)."""
    return [vif.get("devid", place) for place, vif in enumerate(vifs)]
