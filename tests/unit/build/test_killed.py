# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is killed at any step leaves no tree, and the next one needs nobody to clean up after it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build import digest

from ..lab.orphans import has_ended, wait_for_pid
from .makers import LINES, Release, Repository, patch

ROOT = Path(__file__).parents[3]
PATCHED = LINES.replace("line 20\n", "line twenty\n")

# Every step that others could see, or that starts a program, is one at which the run can be killed: before it is done.
RUN = """
import json, os, signal, sys
from ansible_collections.xlops.xen.plugins.module_utils._build.sources import obtain

sources, patches, into, cache, left = json.loads(sys.argv[1])
STEPS = ("os.rename", "os.mkdir", "os.symlink", "subprocess.Popen", "os.link", "shutil.rmtree", "os.remove")

def count(event, _arguments):
    global left
    if event in STEPS:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
print(json.dumps(obtain(sources, patches, into, lambda _text: None, cache=cache).as_dict()))
"""


def run(tmp: Path, *arguments: Any, before: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / ".collections"), "TMPDIR": str(tmp)}
    command = [sys.executable, "-c", before + RUN, json.dumps(arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def made(directory: Path) -> Path:
    directory.mkdir()
    return directory


@pytest.mark.parametrize("kind", ["git", "tarball"])
def test_killed_at_each_step(tmp_path: Path, repository: Repository, release: Release, kind: str) -> None:
    """Each run is killed one step later than the one before, on what that has left, until one is through."""
    sources = {
        "git": {"git": {"url": repository.url, "commit": repository.commit}},
        "tarball": {"tarball": {"path": str(release.path), "sha256": release.sha256}},
    }[kind]
    queue = [patch(tmp_path / "1", "it.patch", LINES, PATCHED)]
    into, tmp, steps = tmp_path / "trees/xen", made(tmp_path / "tmp"), 0
    while True:
        steps += 1
        done = run(tmp, sources, queue, str(into), str(tmp_path / "cache"), steps)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        if into.exists():  # killed after the last step that matters: the tree is whole, and stays
            assert (into / "xen/common/memory.c").read_text() == PATCHED
            into.rename(tmp_path / f"trees/whole-{steps}")
    assert steps > 20
    assert [path.name for path in into.parent.iterdir() if path.name.startswith(".")] == []
    assert list((tmp_path / "tmp").iterdir()) == []
    untouched = run(tmp, sources, queue, str(tmp_path / "other/xen"), str(tmp_path / "another cache"), -1)
    assert json.loads(done.stdout) == json.loads(untouched.stdout)


SMALL_DISK = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
"""


@pytest.mark.parametrize("kind", ["git", "tarball", "tree"])
@pytest.mark.parametrize("limit", [0, 300, 12_000])
def test_full_disk(tmp_path: Path, repository: Repository, release: Release, tree: Path, kind: str, limit: int) -> None:
    """One sentence, no tree, nothing that is in the way of the next run."""
    noise = "".join(f"{number * 7919 % 10007}\n" for number in range(9000))
    repository.change("noise", noise)
    (tree / "noise").write_text(noise)
    sources = {
        "git": {"git": {"url": repository.url, "commit": repository.git("rev-parse", "HEAD")}},
        "tarball": {"tarball": {"path": str(release.path), "sha256": release.sha256}},
        "tree": {"tree": {"path": str(tree), "sha256": digest.of_tree(str(tree))}},
    }[kind]
    arguments = (sources, [], str(tmp_path / "trees/xen"), str(tmp_path / "cache"), -1)
    tmp = made(tmp_path / "tmp")
    full = run(tmp, *arguments, before=SMALL_DISK.format(limit=limit))
    if (kind, limit) != ("tarball", 12_000):  # which is enough for it
        assert full.returncode == 1
        assert re.match(r"ansible_collections.*\.(BuildError|NotFetched): \S", full.stderr.strip().splitlines()[-1])
        assert not list((tmp_path / "trees").iterdir())
        assert run(tmp, *arguments).returncode == 0


HANGING_GIT = """#!/bin/sh
echo $$ >{pid}.new
mv {pid}.new {pid}
exec sleep 600
"""


def test_programs_end_with_the_run(tmp_path: Path, repository: Repository) -> None:
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_text(HANGING_GIT.format(pid=tmp_path / "pid"))
    program.chmod(0o755)
    arguments = [
        {"git": {"url": repository.url, "commit": repository.commit}},
        [],
        str(tmp_path / "x"),
        str(tmp_path / "c"),
        -1,
    ]
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    with subprocess.Popen(
        [sys.executable, "-c", RUN, json.dumps(arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT / ".collections"), "PATH": path},
    ) as running:
        pid = wait_for_pid(tmp_path / "pid")
        running.kill()
    assert has_ended(pid)
