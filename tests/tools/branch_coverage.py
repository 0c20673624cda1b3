#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the unit tests take 95 % of the branches of the layers that know no host, of each by itself.

`coverage report --fail-under` counts lines and branches together, and layers too: many lines hide few branches.

coverage json -o - | python3 tests/tools/branch_coverage.py
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

LAYERS = ("_schema", "_config")
LEAST = 95  # percent


def branches(report: Mapping[str, Any], layer: str) -> tuple[int, int]:
    """Those of a layer that were taken, and all of them, by the JSON of coverage."""
    files = [file["summary"] for path, file in report["files"].items() if layer in path.split("/")]
    return sum(file["covered_branches"] for file in files), sum(file["num_branches"] for file in files)


def enough(taken: int, of_all: int) -> bool:
    """A layer without any branch was not measured."""
    return of_all > 0 and 100 * taken >= LEAST * of_all


def main() -> int:
    report = json.load(sys.stdin)
    found = {layer: branches(report, layer) for layer in LAYERS}
    for layer, (taken, of_all) in found.items():
        print(f"{layer}: {taken} of {of_all} branches are tested, {LEAST} % are wanted")
    return 0 if all(enough(*counts) for counts in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
