# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Talking to QEMU, wherever its socket lies and whatever it answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError
from ansible_collections.xlops.xen.plugins.module_utils._lab.qmp import Qmp

from .monitor import qemu


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    directory = tmp_path.joinpath(*["a-directory-with-a-long-name"] * 8)
    directory.mkdir(parents=True)
    assert len(str(directory)) > 200
    return directory


def test_a_socket_below_a_very_long_path_is_reached(deep: Path) -> None:
    with qemu(deep, lambda name: [{"return": name}]) as path, Qmp(path) as qmp:
        assert qmp.command("query-status") == "query-status"


def test_events_between_question_and_answer_are_passed_over(tmp_path: Path) -> None:
    with qemu(tmp_path, lambda name: [{"event": "STOP"}, {"return": 7}]) as path, Qmp(path) as qmp:
        assert qmp.command("stop") == 7


def test_a_refusal_says_which_command_and_why(tmp_path: Path) -> None:
    refusal = {"error": {"class": "GenericError", "desc": "no such device"}}
    with (
        qemu(tmp_path, lambda name: [refusal]) as path,
        Qmp(path) as qmp,
        pytest.raises(LabError, match=r"^QEMU refused device_del: no such device$"),
    ):
        qmp.command("device_del", id="x")


def test_a_migration_is_awaited(tmp_path: Path) -> None:
    states = iter([{}, {"status": "active"}, {"status": "completed"}])
    with qemu(tmp_path, lambda name: [{"return": next(states)}]) as path, Qmp(path) as qmp:
        qmp.migrated(limit=10)
    assert next(states, None) is None


def test_a_failed_migration_says_why(tmp_path: Path) -> None:
    failed = {"return": {"status": "failed", "error-desc": "Unknown savevm section"}}
    with (
        qemu(tmp_path, lambda name: [failed]) as path,
        Qmp(path) as qmp,
        pytest.raises(LabError, match="could not move the machine's state: Unknown savevm section"),
    ):
        qmp.migrated(limit=10)


def test_a_migration_that_never_ends_is_given_up(tmp_path: Path) -> None:
    with (
        qemu(tmp_path, lambda name: [{"return": {}}]) as path,
        Qmp(path) as qmp,
        pytest.raises(LabError, match="within 0 s"),
    ):
        qmp.migrated(limit=0.05)


def test_no_qemu_at_all_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"^QEMU does not answer on .*qmp.sock: "), Qmp(tmp_path / "qmp.sock"):
        pass
