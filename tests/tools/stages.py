# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run make targets as stages, each to its end whatever became of the others, and close with "N passed, N failed".

A stage counts as the tests that its pytest runs reported, and as one where there were none. A stage that fails without
a failed test counts as one failure.
"""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

TOOLS = pathlib.Path(__file__).resolve().parent


class Result(NamedTuple):
    stage: str
    passed: int
    failed: int
    seconds: float


def clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def heading(text: str) -> None:
    print(f"\n==== {text} {'=' * (100 - len(text))}", flush=True)


def counted(tally: pathlib.Path, succeeded: bool) -> tuple[int, int]:
    """The numbers of a stage from what its pytest runs wrote, corrected by how the stage itself ended."""
    runs = [tuple(map(int, line.split())) for line in tally.read_text().splitlines()]
    passed, failed = (sum(column) for column in zip(*runs)) if runs else (int(succeeded), 0)
    return passed, failed if succeeded else max(failed, 1)


def run(stage: str, tally: pathlib.Path) -> Result:
    tally.write_text("")
    search_path = os.pathsep.join(filter(None, (str(TOOLS), os.environ.get("PYTHONPATH"))))
    environment = os.environ | {
        "XLOPS_TALLY": str(tally),
        "PYTHONPATH": search_path,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_ADDOPTS": f"{os.environ.get('PYTEST_ADDOPTS', '')} -p tally",
    }
    start = time.monotonic()
    code = subprocess.run(["make", "--keep-going", stage], check=False, env=environment).returncode
    return Result(stage, *counted(tally, code == 0), time.monotonic() - start)


def main(stages: list[str]) -> int:
    results = []
    with tempfile.TemporaryDirectory() as directory:
        for number, stage in enumerate(stages, 1):
            elapsed = clock(sum(result.seconds for result in results))
            heading(f"{number}/{len(stages)} {stage} (after {elapsed})")
            results.append(run(stage, pathlib.Path(directory, "tally")))

    heading(f"all stages (after {clock(sum(result.seconds for result in results))})")
    for result in results:
        print(f"{result.stage:<20} {clock(result.seconds):>6}  {result.passed} passed, {result.failed} failed")
    failed = sum(result.failed for result in results)
    print(f"{sum(result.passed for result in results)} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
