# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab whose machines are shell processes: everything but QEMU and the guest operating system is real."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._lab import image, launch, process, state
from ansible_collections.xlops.xen.plugins.module_utils._lab.cache import Cache
from ansible_collections.xlops.xen.plugins.module_utils._lab.host import Lab
from ansible_collections.xlops.xen.plugins.module_utils._lab.launch import HostSpec
from ansible_collections.xlops.xen.plugins.module_utils._lab.machine import Machine
from ansible_collections.xlops.xen.plugins.module_utils._lab.progress import Progress

MACHINE = Machine(memory=4096, cpus=2, disks=(), accelerator="tcg")


@dataclass
class Bench:
    """The lab under test, what it said, and what it did to machines and hosts."""

    lab: Lab
    cache: Cache
    heard: list[str]
    started: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    children: dict[int | None, subprocess.Popen[bytes]] = field(default_factory=dict)
    refuse_states: int = 0

    def spec(self, name: str = "xen1", **more: object) -> HostSpec:
        return HostSpec(name, "an-image", MACHINE, **more)  # type: ignore[arg-type]

    def build_image(self) -> None:
        def fill(work: Path) -> None:
            for name in (image.DISK, image.LOGIN_KEY, image.HOST_KEY):
                (work / name).write_text(name)
            (work / f"{image.HOST_KEY}.pub").write_text("ssh-ed25519 IMAGE image")

        self.cache.obtain("images", "an-image", {"label": "bookworm/xen"}, fill)

    def kill(self, name: str) -> None:
        """What a user's kill -9 does."""
        child = self.children[process.running(self.lab.directory(name))]
        child.kill()
        child.wait()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    heard: list[str] = []
    cache = Cache(tmp_path / "cache", heard.append)
    bench = Bench(Lab(tmp_path / "lab", cache, Progress(heard.append, tmp_path / "durations.json")), cache, heard)

    def build_state(spec: state.StateSpec, *_others: object) -> object:
        def fill(work: Path) -> None:
            (work / "disk.qcow2").write_text("layer")
            (work / "state.zst").write_text("state")

        entry = cache.obtain("states", "a-state", {}, fill)
        spec.image.claim(entry.path)
        return entry

    def start(directory: Path, arguments: list[str], *, bound: bool = False) -> int:
        mode = "restored" if "-incoming" in arguments else "booted"
        bench.started.append(mode)
        child = subprocess.Popen(["sleep", "600"], start_new_session=True)
        bench.children[child.pid] = child
        (directory / "qemu.pid").write_text(str(child.pid))
        return child.pid

    def load(directory: Path) -> None:
        if bench.refuse_states:
            bench.refuse_states -= 1
            raise state.Unusable("Unknown savevm section")

    def running(directory: Path) -> int | None:
        file = directory / "qemu.pid"
        child = bench.children.get(int(file.read_text())) if file.exists() else None
        return child.pid if child and child.poll() is None else None

    bench.build_image()
    monkeypatch.setattr(state.StateSpec, "key", "a-state")
    monkeypatch.setattr(state, "obtain", build_state)
    monkeypatch.setattr(state, "load", load)
    monkeypatch.setattr(state, "create_disks", lambda directory, *_rest: (directory / "disk.qcow2").write_text("own"))
    monkeypatch.setattr(process, "start", start)
    monkeypatch.setattr(process, "running", running)
    monkeypatch.setattr(process, "require_alive", lambda directory: None)
    monkeypatch.setattr(launch.ssh, "wait_for_banner", lambda port, limit, check: check())
    monkeypatch.setattr(
        launch.ssh.Login, "run", lambda self, script, timeout: bench.logins.append(self.private_key.name) or ""
    )
    yield bench
    for child in bench.children.values():
        child.kill()
        child.wait()
