# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cache builds once, uses only what is intact, and forgets what nobody needs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._lab import cache as cache_module
from ansible_collections.xlops.xen.plugins.module_utils._lab import locks, process
from ansible_collections.xlops.xen.plugins.module_utils._lab.cache import Cache

from .orphans import became_true


class Builder:
    """Fills an entry with one file and counts how often it was asked to."""

    def __init__(self, content: bytes = b"content") -> None:
        self.content = content
        self.count = 0

    def __call__(self, work: Path) -> None:
        self.count += 1
        (work / "disk").write_bytes(self.content)


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def cache(tmp_path: Path, heard: list[str]) -> Cache:
    return Cache(tmp_path / "cache", heard.append)


def change_manifest(entry: Path, **changes: object) -> None:
    manifest = entry / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | changes))


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_an_entry_is_built_once_and_then_found(cache: Cache) -> None:
    build = Builder()
    first = cache.obtain("images", "key", {"label": "x"}, build)
    second = cache.obtain("images", "key", {"label": "x"}, build)
    assert build.count == 1
    assert first == second
    assert second.facts == {"label": "x"}
    assert second.file("disk").read_bytes() == b"content"


def test_two_builds_of_one_key_can_be_told_apart(cache: Cache) -> None:
    first = cache.obtain("images", "key", {}, Builder())
    cache.discard("images", "key", "a test")
    second = cache.obtain("images", "key", {}, Builder())
    assert first.key == second.key
    assert first.build != second.build


def test_a_build_that_fails_leaves_nothing(cache: Cache) -> None:
    def fail(work: Path) -> None:
        (work / "half").write_text("half")
        raise RuntimeError("no space")

    with pytest.raises(RuntimeError, match="no space"):
        cache.obtain("images", "key", {}, fail)
    assert cache.find("images", "key") is None
    assert list((cache.root / "images").iterdir()) == []


def test_what_a_killed_run_left_is_swept_away_by_the_next(cache: Cache) -> None:
    leftover = cache.root / "images" / ".key.abandoned"
    leftover.mkdir(parents=True)
    cache.obtain("images", "key", {}, Builder())
    assert not leftover.exists()


@pytest.fixture
def survivor(cache: Cache) -> Iterator[subprocess.Popen[bytes]]:
    """The machine of a killed run, at work in what that run left."""
    leftover = cache.root / "images" / ".key.abandoned"
    leftover.mkdir(parents=True)
    sleeper = [sys.executable, "-c", "import time; time.sleep(600)", "-pidfile", str(leftover / "qemu.pid")]
    with subprocess.Popen(sleeper) as machine:
        (leftover / "qemu.pid").write_text(str(machine.pid))
        assert became_true(lambda: process.running(leftover) == machine.pid)
        yield machine
        machine.kill()


def test_a_machine_that_outlived_its_run_ends_before_its_directory_goes(
    cache: Cache, survivor: subprocess.Popen[bytes]
) -> None:
    cache.obtain("images", "key", {}, Builder())
    assert survivor.wait(10) == -signal.SIGKILL
    assert not (cache.root / "images" / ".key.abandoned").exists()


@pytest.mark.parametrize(
    ("harm", "notice"),
    [
        (lambda entry: (entry / "disk").unlink(), "disk is missing"),
        (lambda entry: (entry / "disk").write_bytes(b"short"), "disk has 5 bytes instead of 7"),
        (lambda entry: (entry / "disk").write_bytes(b"CONTENT"), "the content of disk has changed"),
        (lambda entry: (entry / "manifest.json").unlink(), "its manifest is missing or unreadable"),
        (lambda entry: (entry / "manifest.json").write_text("{"), "its manifest is missing or unreadable"),
        (lambda entry: (entry / "manifest.json").write_text("{}"), "its manifest is incomplete"),
        (lambda entry: (entry / "manifest.json").write_text("null"), "its manifest is incomplete"),
        (lambda entry: change_manifest(entry, files=None), "its manifest is incomplete"),
        (lambda entry: change_manifest(entry, files={"disk": {"size": 7}}), "its manifest is incomplete"),
        (lambda entry: change_manifest(entry, facts=[]), "its manifest is incomplete"),
    ],
    ids=[
        "missing",
        "size",
        "content",
        "no manifest",
        "unreadable manifest",
        "empty manifest",
        "null",
        "no files",
        "half a file",
        "no facts",
    ],
)
def test_a_damaged_entry_is_built_again_with_a_notice(cache: Cache, heard: list[str], harm, notice) -> None:
    build = Builder()
    entry = cache.obtain("images", "key", {}, build)
    harm(entry.path)
    assert cache.find("images", "key") is None
    assert cache.obtain("images", "key", {}, build).file("disk").read_bytes() == b"content"
    assert build.count == 2
    assert any(notice in line for line in heard)


def test_looking_for_a_damaged_entry_changes_nothing(cache: Cache) -> None:
    entry = cache.obtain("images", "key", {}, Builder())
    entry.file("disk").unlink()
    assert cache.find("images", "key") is None
    assert entry.path.is_dir()


def test_a_file_that_was_only_touched_is_not_damaged(cache: Cache) -> None:
    entry = cache.obtain("images", "key", {}, Builder())
    age(entry.file("disk"), 5000)
    assert cache.find("images", "key") == entry


def test_two_runs_do_not_build_the_same_entry(cache: Cache, heard: list[str]) -> None:
    started, release = threading.Event(), threading.Event()
    count = []

    def slow(work: Path) -> None:
        count.append(1)
        started.set()
        release.wait(10)
        (work / "disk").write_bytes(b"content")

    runs = [threading.Thread(target=cache.obtain, args=("images", "key", {}, slow)) for _ in range(2)]
    runs[0].start()
    assert started.wait(60)
    runs[1].start()
    deadline = time.monotonic() + 60
    while not heard and time.monotonic() < deadline:
        time.sleep(0.01)
    release.set()
    for run in runs:
        run.join()
    assert len(count) == 1
    assert any("waiting" in line for line in heard)


@pytest.fixture
def three_old_entries(cache: Cache) -> list[str]:
    for number, name in enumerate(("oldest", "middle", "newest")):
        entry = cache.obtain("states", name, {}, Builder())
        age(entry.path / "used", cache_module.RECENT_AGE * (10 - number))
    return ["oldest", "middle", "newest"]


def test_pruning_keeps_the_most_recently_used(cache: Cache, three_old_entries: list[str]) -> None:
    assert cache.prune("states", 1) == ["middle", "oldest"]
    assert cache.find("states", "newest") is not None
    assert cache.find("states", "oldest") is None


def test_pruning_never_removes_what_a_host_depends_on(
    cache: Cache, three_old_entries: list[str], tmp_path: Path
) -> None:
    host = tmp_path / "host"
    host.mkdir()
    entry = cache.find("states", "oldest")
    assert entry is not None
    entry.claim(host)
    age(entry.path / "used", cache_module.RECENT_AGE * 20)
    assert cache.prune("states", 0) == ["newest", "middle"]
    host.rmdir()
    assert cache.prune("states", 0) == ["oldest"]


def test_pruning_leaves_what_another_run_has_just_taken(cache: Cache) -> None:
    cache.obtain("states", "fresh", {}, Builder())
    assert cache.prune("states", 0) == []


def test_pruning_sweeps_away_what_killed_runs_left_and_not_what_another_run_builds(cache: Cache) -> None:
    left, building = (cache.root / "states" / name for name in (".a.1", ".b.2"))
    for path in (left, building):
        path.mkdir(parents=True)
    with locks.exclusive(cache.root / "locks" / "states-b", lambda: None):
        cache.prune("states", 4)
    assert not left.exists()
    assert building.exists()
