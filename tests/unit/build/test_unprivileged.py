# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a child does that has become another user. Only root can; so elsewhere the child becomes nobody else."""

from __future__ import annotations

import os
import pwd
import signal
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build import unprivileged
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError, NotVerified

from ..lab.orphans import has_ended, pid_after_a_killed_run
from .makers import Say

WORKER = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def work(what: unprivileged.Work, say: Say, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Have it done in a child, whoever we are."""
    whom = pwd.getpwnam(WORKER)
    monkeypatch.setattr(unprivileged, "account", lambda _user: whom)
    if os.geteuid():
        monkeypatch.setattr(os, "setgroups", lambda _groups: None)
    return unprivileged.work_as(WORKER, what, say)


def test_result_and_words_come_back(heard: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    def do(say: unprivileged.Say) -> dict[str, Any]:
        say("one\ntwo")
        return {"who": os.getresuid(), "groups": os.getgroups(), "where": os.getcwd()}

    found = work(do, heard, monkeypatch)
    assert found["who"] == [pwd.getpwnam(WORKER).pw_uid] * 3 and found["where"] == "/"
    assert heard == ["one\ntwo"]
    assert found["groups"] == [] or os.geteuid()


def test_errors_come_back_as_they_were(heard: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    def do(_say: unprivileged.Say) -> dict[str, Any]:
        raise NotVerified("it is not", "here", "go away")

    with pytest.raises(NotVerified, match=r"^here: it is not; go away$"):
        work(do, heard, monkeypatch)


def test_mistakes_come_back_in_one_line(heard: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    def do(_say: unprivileged.Say) -> dict[str, Any]:
        raise ValueError("what nobody foresaw")

    with pytest.raises(BuildError, match="ValueError: what nobody foresaw"):
        work(do, heard, monkeypatch)


def test_child_that_is_killed(heard: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    def do(_say: unprivileged.Say) -> dict[str, Any]:
        os.kill(os.getpid(), signal.SIGKILL)
        return {}

    with pytest.raises(BuildError, match=r"ended early \(status 9\); run it again"):
        work(do, heard, monkeypatch)


def test_rights_are_gone_for_good(tmp_path: Path, heard: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.touch()
    with secret.open() as opened:
        os.set_inheritable(opened.fileno(), True)
        number = opened.fileno()

        def do(_say: unprivileged.Say) -> dict[str, Any]:
            status = Path("/proc/self/status").read_text()
            return {"status": status, "open": os.path.exists(f"/proc/self/fd/{number}")}

        found = work(do, heard, monkeypatch)
    assert "NoNewPrivs:\t1" in found["status"] and not found["open"]
    assert "CapEff:\t0000000000000000" in found["status"]


def test_child_ends_with_the_run(tmp_path: Path) -> None:
    code = f"""
import os, time
from ansible_collections.xlops.xen.plugins.module_utils._build import unprivileged
import pwd
unprivileged.account = lambda user: pwd.getpwuid(os.geteuid())
if os.geteuid():
    os.setgroups = lambda groups: None

def do(say):
    with open({str(tmp_path / "pid.new")!r}, "w") as file:
        file.write(str(os.getpid()))
    os.rename({str(tmp_path / "pid.new")!r}, {str(tmp_path / "pid")!r})
    time.sleep(600)

unprivileged.work_as("x", do, print)
"""
    assert has_ended(pid_after_a_killed_run(code, tmp_path / "pid"))
