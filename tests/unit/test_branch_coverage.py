# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""tests/tools/branch_coverage.py: each layer by itself, and branches without the lines."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
TOOL = ROOT / "tests/tools/branch_coverage.py"


def judged(**layers: tuple[int, int]) -> tuple[int, str]:
    """What the tool says where a file of each layer has that many branches; every line of it was run."""
    report = {
        "files": {
            f"plugins/module_utils/{layer}/file.py": {
                "summary": {"percent_covered": 99.9, "covered_branches": taken, "num_branches": of_all}
            }
            for layer, (taken, of_all) in layers.items()
        }
    }
    done = subprocess.run([sys.executable, TOOL], input=json.dumps(report), check=False, capture_output=True, text=True)
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("layers", "code"),
    [
        ({"_schema": (44, 44), "_config": (95, 100)}, 0),
        ({"_schema": (44, 44), "_config": (949, 1000)}, 1),
        ({"_schema": (1, 2), "_config": (2000, 2000)}, 1),
        ({"_schema": (44, 44), "_config": (95, 100), "_plan": (0, 9)}, 0),
        ({"_config": (95, 100)}, 1),
        ({"_schema": (0, 0), "_config": (95, 100)}, 1),
    ],
)
def test_each_layer_has_to_have_enough(layers: dict[str, tuple[int, int]], code: int) -> None:
    assert judged(**layers)[0] == code


def test_it_says_how_many_there_are() -> None:
    assert "_config: 949 of 1000 branches are tested, 95 % are wanted" in judged(_config=(949, 1000))[1]


def test_the_unit_tests_are_judged_by_it() -> None:
    assert "\tcoverage json -q -o - | python tests/tools/branch_coverage.py\n" in (ROOT / "make/check.mk").read_text()
