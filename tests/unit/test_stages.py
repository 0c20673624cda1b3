# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""tests/tools/stages.py: what fails is told and nothing waits for it; lanes go on beside each other."""

from __future__ import annotations

import pathlib
import subprocess
import sys

STAGES = pathlib.Path(__file__).parents[1] / "tools" / "stages.py"
# "meet" and "wait" end only if both are at work at the same time.
MAKEFILE = """
good:
\t@echo well
bad:
\t@echo unwell; exit 1
meet:
\t@touch met; for n in $$(seq 300); do test -e waited && exit 0; sleep 0.1; done; exit 1
wait:
\t@touch waited; for n in $$(seq 300); do test -e met && exit 0; sleep 0.1; done; exit 1
"""


def run(directory: pathlib.Path, *words: str) -> tuple[int, list[str]]:
    (directory / "Makefile").write_text(MAKEFILE)
    command = [sys.executable, str(STAGES), *words]
    done = subprocess.run(command, cwd=directory, check=False, capture_output=True, text=True)
    return done.returncode, done.stdout.splitlines()


def test_a_stage_that_fails_is_counted_and_the_next_one_runs(tmp_path: pathlib.Path) -> None:
    code, lines = run(tmp_path, "bad", "good")
    assert (code, lines[-1]) == (1, "1 passed, 1 failed")
    assert "well" in lines


def test_lanes_go_on_beside_each_other_and_every_line_says_where_it_is_from(tmp_path: pathlib.Path) -> None:
    code, lines = run(tmp_path, "meet", "good", "+", "wait", "bad")
    assert (code, lines[-1]) == (1, "3 passed, 1 failed")
    assert {"good: well", "bad: unwell"} < set(lines)
