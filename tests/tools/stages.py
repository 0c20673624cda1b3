# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run make targets as stages, each to its end whatever became of the others, and close with "N passed, N failed".

Stages go one after the other. A "+" between them begins a lane that goes on beside the ones before it: an emulated
host keeps one processor busy and leaves the other one to what needs no host. Beside each other, every line says which
stage it comes from, and the lanes before the last give way to it.

A stage counts as the tests that its pytest runs reported, and as one where there were none. A stage that fails without
a failed test counts as one failure.
"""

from __future__ import annotations

import concurrent.futures
import functools
import itertools
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


def say(text: str) -> None:
    """In one piece, so that lanes do not share a line."""
    print(text, end="", flush=True)


def heading(text: str) -> None:
    say(f"\n==== {text} {'=' * (100 - len(text))}\n")


def counted(tally: pathlib.Path, succeeded: bool) -> tuple[int, int]:
    """The numbers of a stage from what its pytest runs wrote, corrected by how the stage itself ended."""
    runs = [tuple(map(int, line.split())) for line in tally.read_text().splitlines()]
    passed, failed = (sum(column) for column in zip(*runs)) if runs else (int(succeeded), 0)
    return passed, failed if succeeded else max(failed, 1)


def command(stage: str, lane: int, lanes: int) -> list[str]:
    """One processor for each lane, and precedence for the last: an emulated host must not wait for unit tests."""
    alone = ["make", "--keep-going", stage]
    return alone if lanes == 1 else ["nice", "-n", "0" if lane == lanes - 1 else "19", *alone, "WORKERS=1"]


def follow(process: subprocess.Popen[str], mark: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        say(f"{mark}{line}")


def run(stage: str, lane: int, lanes: int, directory: pathlib.Path) -> Result:
    tally = directory / f"{lane}-{stage}"
    tally.write_text("")
    search_path = os.pathsep.join(filter(None, (str(TOOLS), os.environ.get("PYTHONPATH"))))
    environment = os.environ | {
        "XLOPS_TALLY": str(tally),
        "PYTHONPATH": search_path,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_ADDOPTS": f"{os.environ.get('PYTEST_ADDOPTS', '')} -p tally",
    }
    start = time.monotonic()
    streams = {} if lanes == 1 else {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    words = command(stage, lane, lanes)
    with subprocess.Popen(words, env=environment, text=True, errors="replace", **streams) as process:
        if streams:
            follow(process, f"{stage}: ")
    return Result(stage, *counted(tally, process.returncode == 0), time.monotonic() - start)


def run_lane(stages: list[str], lane: int, lanes: int, directory: pathlib.Path, begin: float) -> list[Result]:
    results = []
    for number, stage in enumerate(stages, 1):
        heading(f"{number}/{len(stages)} {stage} (after {clock(time.monotonic() - begin)})")
        results.append(run(stage, lane, lanes, directory))
    return results


def main(words: list[str]) -> int:
    lanes = [list(group) for separator, group in itertools.groupby(words, "+".__eq__) if not separator]
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as directory, concurrent.futures.ThreadPoolExecutor(len(lanes)) as pool:
        work = functools.partial(run_lane, lanes=len(lanes), directory=pathlib.Path(directory), begin=begin)
        running = [pool.submit(work, stages, lane) for lane, stages in enumerate(lanes)]
        results = [result for lane in running for result in lane.result()]

    heading(f"all stages (after {clock(time.monotonic() - begin)})")
    for result in results:
        print(f"{result.stage:<20} {clock(result.seconds):>6}  {result.passed} passed, {result.failed} failed")
    failed = sum(result.failed for result in results)
    print(f"{sum(result.passed for result in results)} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
