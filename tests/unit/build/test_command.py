# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs are run with little environment, for a bounded time, and leave nothing at work."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build import command
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError

from ..lab.orphans import has_ended


def python(code: str, **more: object) -> command.Done:
    return command.run([sys.executable, "-c", code], **more)  # type: ignore[arg-type]


def test_output_errors_and_code() -> None:
    done = python("import sys; print('out'); print('fatal: no', file=sys.stderr); sys.exit(3)")
    assert (done.code, done.output, done.ok, done.complaint) == (3, b"out\n", False, "fatal: no")


def test_what_a_program_complains_of() -> None:
    assert command.Done(1, b"", "a\nwarning: b\nc\n").complaint == "a / warning: b / c"
    assert command.Done(1, b"", "a\nE: b\nhint: c\n").complaint == "E: b"
    assert command.Done(7, b"", "").complaint == "it ended with status 7 and said nothing"


def test_lines_of_progress(tmp_path: Path) -> None:
    heard: list[str] = []
    with (tmp_path / "out").open("wb") as output:
        python("import sys; sys.stderr.write('1%\\r2%\\rdone\\nrest'); print('x')", on_line=heard.append, stdout=output)
    assert heard == ["1%", "2%", "done"] and (tmp_path / "out").read_text() == "x\n"


def test_environment_of_the_caller_stays_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"GIT_DIR": "/x", "LD_PRELOAD": "", "https_proxy": "http://p", "NO_PROXY": "n"}.items():
        monkeypatch.setenv(name, value)
    shown = python("import os; print(sorted(os.environ))").output.decode()
    assert "https_proxy" in shown and "NO_PROXY" in shown and "GIT_DIR" not in shown and "LD_PRELOAD" not in shown


def test_files_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "LARGEST_FILE", 1 << 20)
    with (tmp_path / "out").open("wb") as output:
        done = command.run(["cat", "/dev/zero"], stdout=output)
    assert not done.ok and "would have written a file larger than" in done.complaint
    assert (tmp_path / "out").stat().st_size == 1 << 20


def test_time_is_up(tmp_path: Path) -> None:
    code = f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    began = time.monotonic()
    with pytest.raises(BuildError, match="was not done after 5 s and was ended"):
        python(code, limit=5)
    assert time.monotonic() - began < 60 and has_ended(int((tmp_path / "pid").read_text()))


def test_listener_that_fails_ends_the_program(tmp_path: Path) -> None:
    code = f"import os, sys, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))"
    code += "; print('x', file=sys.stderr, flush=True); time.sleep(600)"

    def fail(_line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        python(code, on_line=fail)
    assert has_ended(int((tmp_path / "pid").read_text()))


def test_missing_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match="no setpriv on this host; install the package util-linux"):
        command.run(["git"])
