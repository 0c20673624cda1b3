# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""tests/tools/stages.py: what fails is told and nothing waits for it; lanes go on beside each other."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

STAGES = pathlib.Path(__file__).parents[1] / "tools" / "stages.py"
# "meet" and "wait" end only if both are at work at the same time.
MAKEFILE = """
good:
\t@echo well
bad:
\t@echo unwell; exit 1
tests:
\t@echo 'def test_one(): assert [] == [1], "for a reason"' > test_it.py; echo 'def test_two(): pass' >> test_it.py
\t@pytest -p no:cacheprovider .
meet:
\t@touch met; for n in $$(seq 3000); do test -e waited && exit 0; sleep 0.1; done; exit 1
slow:
\t@echo $$$$ > slow; sleep 600; echo over
late:
\t@trap 'python3 -c "import subprocess; subprocess.Popen([\\"sleep\\", \\"600\\"])"; exit' INT; touch late; sleep 600
share:
\t@echo share $$(cat setting)
scheduling:
\t@echo nice $$(nice) group $$(cat /proc/self/autogroup)
wait:
\t@touch waited; for n in $$(seq 3000); do test -e met && exit 0; sleep 0.1; done; exit 1
"""


def prepared(directory: pathlib.Path, *words: str, setting: str = "setting") -> list[str]:
    """The command. The setting of this machine's kernel is a file here: other runs may be changing the real one."""
    (directory / "Makefile").write_text(MAKEFILE)
    (directory / "setting").write_text("1\n")
    return ["env", f"XLOPS_SAME_SHARE={directory / setting}", sys.executable, str(STAGES), *words]


def run(directory: pathlib.Path, *words: str) -> tuple[int, list[str]]:
    done = subprocess.run(prepared(directory, *words), cwd=directory, check=False, capture_output=True, text=True)
    return done.returncode, done.stdout.splitlines()


def test_a_stage_that_fails_is_counted_and_the_next_one_runs(tmp_path: pathlib.Path) -> None:
    code, lines = run(tmp_path, "bad", "good")
    assert (code, lines[-1]) == (1, "1 passed, 1 failed")
    assert "well" in lines


def test_what_failed_is_named_at_the_end(tmp_path: pathlib.Path) -> None:
    """pytest counts and names its tests; of what reports none, make says what failed, or its status does."""
    _code, lines = run(tmp_path, "tests", "good", "+", "bad")
    *_before, tests, bad, summed_up = lines
    assert tests == "FAILED tests: test_it.py::test_one: AssertionError: for a reason"
    assert bad.startswith("FAILED bad: make") and bad.endswith("bad] Error 1")
    assert summed_up == "2 passed, 2 failed"
    _code, lines = run(tmp_path, "bad")
    assert lines[-2] == "FAILED bad: ended with status 2"


def test_lanes_go_on_beside_each_other_and_every_line_says_where_it_is_from(tmp_path: pathlib.Path) -> None:
    code, lines = run(tmp_path, "meet", "good", "+", "wait", "bad")
    assert (code, lines[-1]) == (1, "3 passed, 1 failed")
    assert {"good: well", "bad: unwell"} < set(lines)


def test_the_lanes_before_the_last_give_way_to_it(tmp_path: pathlib.Path) -> None:
    _code, lines = run(tmp_path, "scheduling", "+", "good")
    line = next(line for line in lines if line.startswith("scheduling: nice"))
    niceness, _word, group = line.removeprefix("scheduling: nice ").partition(" group")
    assert int(niceness) == min(os.nice(0) + 10, 19)
    assert group.endswith("nice 10") or not group.strip()  # there are none where the kernel groups no sessions


def test_sessions_are_not_given_the_same_share_while_lanes_go_on_beside_each_other(tmp_path: pathlib.Path) -> None:
    _code, lines = run(tmp_path, "share", "+", "good")
    assert "share: share 0" in lines
    assert (tmp_path / "setting").read_text() == "1\n"


def test_who_must_not_change_the_kernel_runs_the_lanes_all_the_same(tmp_path: pathlib.Path) -> None:
    """What can be read and not written stands for what is root's alone."""
    words = prepared(tmp_path, "good", "+", "good", setting="/proc/version")
    done = subprocess.run(words, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr, done.stdout.splitlines()[-1]) == (0, "", "2 passed, 0 failed")


def test_one_lane_leaves_the_kernel_as_it_is(tmp_path: pathlib.Path) -> None:
    _code, lines = run(tmp_path, "share")
    assert "share 1" in lines


@pytest.mark.parametrize("interruption", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_what_is_at_work_and_begins_nothing(
    tmp_path: pathlib.Path, interruption: signal.Signals
) -> None:
    words = prepared(tmp_path, "slow", "good", "+", "wait", "bad")
    process = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 300
    while not ((tmp_path / "slow").exists() and (tmp_path / "waited").exists()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(interruption)
    said, _nothing = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "well" not in said
    assert "over" not in said
    assert (tmp_path / "setting").read_text() == "1\n"


def test_an_interruption_just_as_a_stage_begins_ends_it_too(tmp_path: pathlib.Path) -> None:
    """Where it is not yet among those at work."""
    prepared(tmp_path)
    script = f"""
import pathlib, signal, sys
sys.path.insert(0, {str(STAGES.parent)!r})
import stages

class InterruptedBefore(set):
    def add(self, process):
        course.stop()
        super().add(process)

signal.signal(signal.SIGINT, signal.SIG_DFL)
course = stages.Course([["slow", "good"]], pathlib.Path(), at_work=InterruptedBefore())
print(*(result.stage for result in course.run_lane(0)))
"""
    command = [sys.executable, "-B", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=300)
    assert done.stdout.splitlines()[-1] == "slow"


def test_what_did_not_hear_of_an_interruption_is_told_again(tmp_path: pathlib.Path) -> None:
    """A stage was seen whose make had heard of it, and waited for a child that had not."""
    deaf = """
import signal, time
signal.signal(signal.SIGINT, lambda *_: signal.signal(signal.SIGINT, signal.SIG_DFL))
print(flush=True)
time.sleep(600)
"""
    script = f"""
import subprocess, sys
sys.path.insert(0, {str(STAGES.parent)!r})
import stages

stages.PATIENCE = 0.2
process = subprocess.Popen([sys.executable, "-c", {deaf!r}], start_new_session=True, stdout=subprocess.PIPE)
process.stdout.readline()
stages.end(process)
print(process.returncode)
"""
    command = [sys.executable, "-B", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=300)
    assert done.stdout.splitlines()[-1] == str(-signal.SIGINT)


def test_what_is_started_while_a_stage_ends_is_ended_too(tmp_path: pathlib.Path) -> None:
    words = prepared(tmp_path, "late", "good")
    process = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 300
    while not (tmp_path / "late").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    said, _nothing = process.communicate(timeout=300)  # to the end of the last who may write there
    assert (process.returncode, "well" in said) == (1, False)
