# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run make targets as stages, each to its end whatever became of the others, and close with "N passed, N failed".

What failed is named once more just above that, for thousands of lines lie between it and the end.

Stages go one after the other. A "+" between them begins a lane that goes on beside the ones before it: an emulated
host keeps one processor busy and leaves the other one to what needs no host. Beside each other, every line says which
stage it comes from, and the lanes before the last give way to it.

A stage counts as the tests that its pytest runs reported, and as one where there were none. A stage that fails without
a failed test counts as one failure.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import dataclasses
import itertools
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

TOOLS = pathlib.Path(__file__).resolve().parent
SAME_SHARE = pathlib.Path(os.environ.get("XLOPS_SAME_SHARE", "/proc/sys/kernel/sched_autogroup_enabled"))

NICENESS = "10"  # a tenth of what others get where all want the processor
PATIENCE = 30  # seconds: what cleans up behind itself would leave that at a second signal
REMINDERS = 50  # and no more: what has ended is still there for the kernel until somebody collects it
WIDTH = 300  # of the line that names a failure: enough for what it is and where it lies


class Result(NamedTuple):
    stage: str
    passed: int
    failed: list[str]
    seconds: float


def clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def say(text: str) -> None:
    """In one piece, so that lanes do not share a line."""
    print(text, end="", flush=True)


def heading(text: str) -> None:
    say(f"\n==== {text} {'=' * (100 - len(text))}\n")


def counted(tally: pathlib.Path, status: int, complaints: list[str]) -> tuple[int, list[str]]:
    """What passed and what failed, from what a stage's pytest runs wrote, corrected by how the stage itself ended."""
    runs = [json.loads(line) for line in tally.read_text().splitlines()]
    passed = sum(run["passed"] for run in runs) if runs else int(status == 0)
    failed = [test for run in runs for test in run["failed"]]
    if status and not failed:
        failed = [" ".join(complaints) or f"ended with status {status}"]
    return passed, failed


def command(stage: str, lane: int, lanes: int) -> list[str]:
    """Precedence for the last lane. The processors of an emulated host wait for each other, and all of it stands still
    when one of them does. The other lanes are nice, and not idle work, of which a host that boots leaves nothing for a
    minute: what a test waits for would not come in its time.
    """
    alone = ["make", "--keep-going", stage]
    return alone if lane == lanes - 1 else ["nice", "-n", NICENESS, *alone]


@contextlib.contextmanager
def precedence_counts() -> Iterator[None]:
    """Where the kernel gives every session the same share, precedence counts within one alone, and what a test starts
    in a session of its own takes half of the emulated host. Root can turn that off, and does so for as long as needed.
    """
    before = "0"
    with contextlib.suppress(OSError):  # no such kernel, or not root
        found = SAME_SHARE.read_text().strip()
        SAME_SHARE.write_text("0")
        before = found
    try:
        yield
    finally:
        if before != "0":
            SAME_SHARE.write_text(f"{before}\n")


def give_way(session: int) -> None:
    """The least that others than root can do: the session as such is nice, though none that comes out of it."""
    with contextlib.suppress(OSError):
        pathlib.Path(f"/proc/{session}/autogroup").write_text(NICENESS)


def interrupt(session: int) -> bool:
    """Whether anybody was left to hear it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(session, signal.SIGINT)
        return True
    return False


def end(process: subprocess.Popen[str]) -> None:
    """With all that it started: what is just being started when the signal comes does not get it, and goes on. Make
    may wait for it, so whoever is there after a while is told again.
    """
    interrupt(process.pid)
    while not ended(process, PATIENCE):
        interrupt(process.pid)
    for _once in range(REMINDERS):
        if not interrupt(process.pid):
            return
        time.sleep(0.1)


def ended(process: subprocess.Popen[str], patience: float) -> bool:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)
        return True
    return False


def follow(process: subprocess.Popen[str], mark: str) -> list[str]:
    """Say what it says; what make itself complains of is what comes back."""
    assert process.stdout is not None
    complaints = []
    for line in process.stdout:
        say(f"{mark}{line}")
        if line.startswith("make") and " *** " in line:
            complaints.append(line.strip())
    return complaints


@dataclasses.dataclass
class Course:
    """What the lanes have in common. Every stage at work leads a session, and ends with all that it started there."""

    lanes: list[list[str]]
    tallies: pathlib.Path
    begin: float = dataclasses.field(default_factory=time.monotonic)
    at_work: set[subprocess.Popen[str]] = dataclasses.field(default_factory=set)
    stopped: threading.Event = dataclasses.field(default_factory=threading.Event)

    def clock(self) -> str:
        return clock(time.monotonic() - self.begin)

    def run_lane(self, lane: int) -> list[Result]:
        results = []
        for number, stage in enumerate(self.lanes[lane], 1):
            if not self.stopped.is_set():
                heading(f"{number}/{len(self.lanes[lane])} {stage} (after {self.clock()})")
                results.append(self.run(stage, lane))
        return results

    def run(self, stage: str, lane: int) -> Result:
        tally = self.tallies / f"{lane}-{stage}"
        tally.write_text("")
        search_path = os.pathsep.join(filter(None, (str(TOOLS), os.environ.get("PYTHONPATH"))))
        environment = os.environ | {
            "XLOPS_TALLY": str(tally),
            "PYTHONPATH": search_path,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_ADDOPTS": f"{os.environ.get('PYTEST_ADDOPTS', '')} -p tally",
        }
        start = time.monotonic()
        beside = len(self.lanes) > 1
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if beside else {}
        words = command(stage, lane, len(self.lanes))
        with subprocess.Popen(
            words, env=environment, text=True, errors="replace", start_new_session=True, **streams
        ) as process:
            self.at_work.add(process)
            if self.stopped.is_set():  # in between, when it was not among those that were stopped
                self.end(process)
            if lane < len(self.lanes) - 1:
                give_way(process.pid)
            complaints = follow(process, f"{stage}: ") if beside else []
        self.at_work.discard(process)
        return Result(stage, *counted(tally, process.returncode, complaints), time.monotonic() - start)

    def stop(self, _signal: int = signal.SIGINT, _frame: object = None) -> None:
        self.stopped.set()
        for process in list(self.at_work):
            self.end(process)

    @staticmethod
    def end(process: subprocess.Popen[str]) -> None:
        """Beside the rest, which collects it."""
        threading.Thread(target=end, args=(process,)).start()


def main(words: list[str]) -> int:
    lanes = [list(group) for separator, group in itertools.groupby(words, "+".__eq__) if not separator]
    with contextlib.ExitStack() as stack:
        course = Course(lanes, pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory())))
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(len(lanes)))
        for interruption in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(interruption, course.stop)
        if len(lanes) > 1:
            stack.enter_context(precedence_counts())
        running = [pool.submit(course.run_lane, lane) for lane in range(len(lanes))]
        results = [result for lane in running for result in lane.result()]

    heading(f"all stages (after {course.clock()})")
    for result in results:
        print(f"{result.stage:<20} {clock(result.seconds):>6}  {result.passed} passed, {len(result.failed)} failed")
    failed = [f"{result.stage}: {test}" for result in results for test in result.failed]
    for line in failed:
        print(f"FAILED {line[:WIDTH]}")
    print(f"{sum(result.passed for result in results)} passed, {len(failed)} failed", flush=True)
    return 1 if failed or course.stopped.is_set() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
