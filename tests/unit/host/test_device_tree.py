# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine's device tree says, whoever wrote it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._host.device_tree import board_facts, compatible_of
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths


def tree(directory: Path, content: bytes) -> Paths:
    (directory / "compatible").write_bytes(content)
    return Paths(device_tree=str(directory))


def test_strings_end_in_a_nul(tmp_path: Path) -> None:
    assert compatible_of(tree(tmp_path, b"arm,juno\0arm,vexpress\0")) == ("arm,juno", "arm,vexpress")
    assert board_facts(Paths(device_tree=str(tmp_path))) == {
        "name": "juno",
        "title": "Arm Juno",
        "compatible": ["arm,juno", "arm,vexpress"],
        "profile": True,
    }


def test_a_board_that_nobody_knows_is_told_with_its_strings(tmp_path: Path) -> None:
    assert board_facts(tree(tmp_path, b"linux,dummy-virt\0")) == {
        "name": None,
        "title": None,
        "compatible": ["linux,dummy-virt"],
        "profile": False,
    }


@pytest.mark.parametrize("content", [b"", b"\0", b"\0\0\0", b"arm,juno"])
def test_a_tree_that_says_nothing_is_none(tmp_path: Path, content: bytes) -> None:
    assert board_facts(tree(tmp_path, content)) is None


def test_a_machine_without_one_has_none(tmp_path: Path) -> None:
    assert board_facts(Paths(device_tree=str(tmp_path / "none"))) is None
    os.mkfifo(tmp_path / "compatible")
    assert board_facts(Paths(device_tree=str(tmp_path))) is None, "and nobody waits for one"


def test_hostile_strings_are_bounded_and_obeyed_by_no_terminal(tmp_path: Path) -> None:
    content = b"\x1b[2Jarm,juno\0\xff\xfe\0arm,juno\nmsg\0" + b"a" * 500 + b"\0" + b"b\0" * 5000
    found = compatible_of(tree(tmp_path, content))
    assert len(found) == 16
    assert max(map(len, found)) == 64
    assert all(string.isprintable() for string in found)
    facts = board_facts(Paths(device_tree=str(tmp_path)))
    assert facts is not None
    assert facts["profile"] is False


def test_a_string_that_is_cut_is_no_shorter_one(tmp_path: Path) -> None:
    """The list is cut behind what would be a board's name."""
    padding = b"x\0" * 1024 + b"y" * (4096 - 2048 - len(b"\0arm,juno")) + b"\0"
    content = padding + b"arm,juno-that-is-none\0"
    assert content[:4096].endswith(b"arm,juno")
    (tmp_path / "compatible").write_bytes(content)
    assert "arm,juno" not in compatible_of(Paths(device_tree=str(tmp_path)))
