# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long steps say what runs, how far it is, and how long it took the last time."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._lab.progress import Progress


@pytest.fixture
def heard() -> list[str]:
    return []


def test_the_second_time_tells_how_long_the_first_took(tmp_path: Path, heard: list[str]) -> None:
    memory = tmp_path / "cache" / "durations.json"
    for _ in range(2):
        with Progress(heard.append, memory).step("boot", "Booting xen1"):
            time.sleep(0.06)
    assert heard[0] == "Booting xen1 ..."
    assert heard[2].startswith("Booting xen1 ... (about ")
    assert heard[3].startswith("Booting xen1: done in 0.")


def test_a_running_step_repeats_where_it_is(tmp_path: Path, heard: list[str]) -> None:
    with Progress(heard.append, tmp_path / "durations.json", interval=0.02).step("build", "Building") as step:
        step.note("unpacking")
        time.sleep(0.1)
    assert any(line.startswith("Building: 0 s, unpacking") for line in heard)


def test_a_step_that_fails_is_not_remembered(tmp_path: Path, heard: list[str]) -> None:
    memory = tmp_path / "durations.json"
    with pytest.raises(RuntimeError), Progress(heard.append, memory).step("boot", "Booting"):
        raise RuntimeError("crashed")
    assert not memory.exists()
    assert heard == ["Booting ..."]


def test_labs_that_remember_at_the_same_moment_lose_nothing(tmp_path: Path) -> None:
    memory = tmp_path / "durations.json"
    kinds = [f"{lab} {number}" for lab in ("a", "b", "c") for number in range(40)]

    def remember(kind: str) -> None:
        with Progress(lambda line: None, memory).step(kind, "Booting"):
            pass

    with ThreadPoolExecutor(3) as labs:
        list(labs.map(remember, kinds))
    assert sorted(json.loads(memory.read_text())) == sorted(kinds)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"boot": "soon"}', "null"])
def test_a_damaged_memory_is_no_obstacle(tmp_path: Path, heard: list[str], content: str) -> None:
    memory = tmp_path / "durations.json"
    memory.write_text(content)
    with Progress(heard.append, memory).step("boot", "Booting"):
        pass
    assert heard[0] == "Booting ..."
