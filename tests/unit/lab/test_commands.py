# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that are missing, fail, hang or are orphaned."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._lab import commands
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError

from .orphans import has_ended, pid_after_a_killed_run


def test_everything_that_is_missing_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "SEARCH_PATH", "/nowhere")
    with pytest.raises(LabError) as caught:
        commands.require(["as", "ld", "qemu-img"])
    assert str(caught.value) == (
        "This machine lacks as, ld, qemu-img, which the lab needs: install the packages binutils qemu-utils."
    )


def test_what_is_there_is_not_complained_about() -> None:
    commands.require(["sh", "tar"])


def test_a_program_of_the_superuser_is_found_without_his_path(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "/usr/sbin" in commands.SEARCH_PATH.split(os.pathsep)
    assert commands.environment()["PATH"] == commands.SEARCH_PATH


def test_a_failure_quotes_the_end_of_what_the_program_said() -> None:
    script = "import sys; sys.stderr.write('one\\ntwo\\nthree\\nfour\\n'); sys.exit(3)"
    with pytest.raises(LabError, match=r"failed \(status 3\): two / three / four$"):
        commands.run([sys.executable, "-c", script])


def test_a_silent_failure_says_so() -> None:
    with pytest.raises(LabError, match=r"false failed \(status 1\): it said nothing"):
        commands.run(["false"])


def test_a_program_that_hangs_is_given_up() -> None:
    with pytest.raises(LabError, match=r"^sleep did not finish within 0 s"):
        commands.run(["sleep", "60"], timeout=0.1)


def test_the_lines_of_a_long_program_are_heard_and_kept(tmp_path: Path) -> None:
    heard: list[str] = []
    commands.stream(["printf", "%s\\n", "one", "two"], heard.append, log=tmp_path / "log")
    assert heard == ["one", "two"]
    assert (tmp_path / "log").read_text() == "one\ntwo\n"


def test_a_long_program_that_fails_quotes_its_log(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"^sh failed \(status 2\): broken$"):
        commands.stream(["sh", "-c", "echo broken; exit 2"], lambda line: None, log=tmp_path / "log")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            ["Reading package lists...", "E: Failed to fetch http://m/InRelease  Temporary failure resolving 'm'"],
            "E: Failed to fetch http://m/InRelease  Temporary failure resolving 'm'",
        ),
        (
            ["I: creating tarball...", "W: creating tarball failed: E: cannot copy: No space left on device", ""],
            "W: creating tarball failed: E: cannot copy: No space left on device",
        ),
        (
            ["I: running --customize-hook", "configure: the boot menu has no entry xen", "E: command failed: chroot"],
            "configure: the boot menu has no entry xen / E: command failed: chroot",
        ),
        (
            [
                "Unpacking x ...",
                "dpkg: error processing archive x.deb (--unpack):",
                " cannot copy: No space left",
                "tar:",
            ],
            "dpkg: error processing archive x.deb (--unpack): / cannot copy: No space left",
        ),
    ],
    ids=["network", "space", "configure script", "dpkg"],
)
def test_a_long_program_that_fails_is_quoted_with_the_cause(said: list[str], told: str) -> None:
    farewell = ["I: removing tempdir /x...", "E: mmdebstrap failed to run"]
    assert commands.cause("\n".join(said + farewell)) == told


def test_a_long_program_without_a_known_complaint_is_quoted_with_its_end() -> None:
    assert commands.cause("one\ntwo\nthree\nmke2fs: Could not allocate block\n").endswith(
        "mke2fs: Could not allocate block"
    )


def test_an_earlier_program_is_not_blamed_for_a_later_one(tmp_path: Path) -> None:
    log = tmp_path / "log"
    commands.stream(["echo", "E: harmless"], lambda line: None, log=log)
    with pytest.raises(LabError, match=r"^sh failed \(status 1\): no more$"):
        commands.stream(["sh", "-c", "echo no more; exit 1"], lambda line: None, log=log)


def test_a_program_that_ends_its_process_group_does_not_end_us(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"^sh failed \(status 129\): no space$"):
        commands.stream(["sh", "-c", "echo no space; kill -HUP 0"], lambda line: None, log=tmp_path / "log")


def test_a_long_program_ends_with_a_run_that_is_killed(tmp_path: Path) -> None:
    """Not even SIGKILL of the run leaves at work what its program has started, and not even if that one hangs on."""
    pid = pid_after_a_killed_run(
        "from pathlib import Path\n"
        "from ansible_collections.xlops.xen.plugins.module_utils._lab import commands\n"
        f"script = 'trap : TERM; sleep 600 & echo $! >{tmp_path}/pid; wait; wait'\n"
        f"commands.stream(['sh', '-c', script], print, log=Path('{tmp_path}/log'))\n",
        tmp_path / "pid",
    )
    assert has_ended(pid)


WORKER = """
import multiprocessing, os, time
from ansible_collections.xlops.xen.plugins.module_utils._lab import commands
run = os.getpid()
def tell():
    open({pid!r}, "w").write(str(os.getpid()))
def work():
{lines}
    time.sleep(600)
multiprocessing.get_context("fork").Process(target=work).start()
time.sleep(600)
"""


@pytest.mark.parametrize(
    "lines",
    [
        ["commands.end_with_parent()", "tell()"],
        ["tell()", "while os.getppid() == run: pass", "commands.end_with_parent()"],
    ],
    ids=["later", "already"],
)
def test_a_process_can_end_with_the_one_that_started_it(tmp_path: Path, lines: list[str]) -> None:
    """As the worker that Ansible forks for a task must, when Ansible is killed."""
    indented = "\n".join(f"    {line}" for line in lines)
    pid = pid_after_a_killed_run(WORKER.format(pid=str(tmp_path / "pid"), lines=indented), tmp_path / "pid")
    assert has_ended(pid)
