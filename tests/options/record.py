# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts made of each option, as real_host.py recorded it: one file for each Xen."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

MADE = "made"
RECORDS = Path(__file__).with_name("seen")


def keep(version: str, outcomes: Iterable[tuple[str, str, str, set[str]]]) -> None:
    """Option, type of guest, what became of it, and what else the guest had: points as in the fuzzer's coverage."""
    made: set[str] = set()
    refused: dict[str, str] = {}
    for key, kind, outcome, points in outcomes:
        if outcome == MADE:
            made |= points
        else:
            refused.setdefault(f"{key} ({kind})", outcome)
    RECORDS.mkdir(exist_ok=True)
    told = {"xen": version, "made": sorted(made), "refused": refused}
    (RECORDS / f"{version}.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def made_points() -> set[str]:
    return {point for record in records() for point in record["made"]}


def records() -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(RECORDS.glob("*.json"))]
