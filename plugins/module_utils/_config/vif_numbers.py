# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers that libxl gives to the interfaces of a guest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any


def vif_numbers(vifs: Iterable[Mapping[str, Any]]) -> list[int]:
    """Those that say none are counted from 0 on, whatever numbers the others have."""
    free = count()
    return [vif["devid"] if "devid" in vif else next(free) for vif in vifs]
