# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One stand-in host for each test."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import driver  # noqa: E402
from standin.world import Place  # noqa: E402

XL = HERE / "xl"
SAMPLED_EVERY = 3
READING = {
    ("info", "-n"),
    *(("psr-cmt-show", word) for word in ("cache-occupancy", "cache_occupancy")),
    *(("psr-cat-show", *words) for words in ((), ("-l", "2"))),
    ("psr-mba-show",),
    *(("list", option) for option in ("-l", "-v", "-c")),
    *((command,) for command in ("vcpu-list", "cpupool-list", "sched-credit", "sched-credit2", "sched-rtds")),
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the places where a run may die or fail, every third is of `make contract`, the others of `make sweeps`.

    The last one is always among them: of "before" and "after" a command, it is the one where something had been done.
    """
    cases: Counter[str] = Counter()
    for item in reversed(items):
        if item.get_closest_marker("sampled"):
            family = item.nodeid.partition("[")[0]
            if cases[family] % SAMPLED_EVERY:
                item.add_marker(pytest.mark.sweep)
            cases[family] += 1


def files_below(directory: Path) -> dict[str, tuple[str, int]]:
    found = {}
    for path in sorted(directory.rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(directory))] = (os.readlink(path), 0)
        elif path.is_file():
            found[str(path.relative_to(directory))] = (path.read_text(), path.stat().st_mode & 0o777)
    return found


class Bench:
    """A stand-in host and the modules run on it."""

    def __init__(self, root: Path, server: driver.Server) -> None:
        self.root = root
        self.server = server
        self.place = Place(str(root))
        self.etc = root / "etc"
        self.runs = 0

    def build(self, release: str = "4.17.5", **settings: Any) -> None:
        self.place.build(release, **settings)
        for directory in ("etc/scripts", "net/xenbr0/bridge", "net/ovs0", "images", "boot"):
            (self.root / directory).mkdir(parents=True, exist_ok=True)
        for path, text in (
            ("capabilities", "control_d\n"),
            ("machine-id", "0123456789abcdef0123456789abcdef\n"),
            ("xenstored", ""),
            ("images/kernel", "kernel"),
            ("images/disk.img", "disk"),
            ("etc/scripts/vif-bridge", "#!/bin/sh\n"),
        ):
            (self.root / path).write_text(text)
        (self.root / "etc/scripts/vif-bridge").chmod(0o755)

    def guest(self, name: str = "web1", **keys: Any) -> dict[str, Any]:
        """A declaration that works."""
        return {"name": name, "type": "pv", "kernel": str(self.root / "images/kernel"), "memory": 64, **keys}

    def start(
        self,
        module: str,
        check: bool = False,
        kill: str = "",
        fail: str = "",
        limit: float = 0,
        euid: int = 0,
        machine: str = "x86_64",
        **params: Any,
    ) -> driver.Run:
        """Start a module on the host; several may be at work."""
        own = {
            "xl_domains": {"config_dir": str(self.etc), "settle_timeout": 60},
            "xl_domain": {"config_dir": str(self.etc), "settle_timeout": 60},
            "libxl_config": {"config_dir": str(self.etc), "settle_timeout": 60},
            "xl_domain_info": {"config_dir": str(self.etc)},
            "xl_save": {"config_dir": str(self.etc), "settle_timeout": 60},
            "xl_restore": {"config_dir": str(self.etc), "settle_timeout": 60},
            "xl_scheduler": {"config_dir": str(self.etc), "settle_timeout": 60},
            "xl_psr": {"config_dir": str(self.etc)},
        }.get(module, {})
        self.runs += 1
        order = {
            "params": {"executable": str(XL), **own, **params},
            "check": check,
            "kill": kill,
            "fail": fail,
            "limit": limit,
            "euid": euid,
            "machine": machine,
        }
        return self.server.start(module, self.root, self.runs, order)

    def finish(self, run: driver.Run) -> dict[str, Any]:
        """The module's result. A run that was killed has an empty one."""
        if run.wait() == -signal.SIGKILL:
            return {}
        errors = run.errors.read_text()
        assert "Traceback" not in errors, errors
        found: dict[str, Any] = json.loads(run.output.read_text())
        return found

    def run(self, module: str, **options: Any) -> dict[str, Any]:
        return self.finish(self.start(module, **options))

    def domains(self, *guests: dict[str, Any], **options: Any) -> dict[str, Any]:
        return self.run("xl_domains", domains=list(guests), **options)

    def names(self) -> list[str]:
        with self.place.world() as world:
            return sorted(domain["name"] for domid, domain in world["domains"].items() if domid != "0")

    def set(self, **settings: Any) -> None:
        with self.place.world() as world:
            world.update(settings)

    def domain(self, name: str) -> dict[str, Any]:
        with self.place.world() as world:
            return next(dict(one, domid=domid) for domid, one in world["domains"].items() if one["name"] == name)

    def change(self, guest: str, /, **settings: Any) -> None:
        with self.place.world() as world:
            next(one for one in world["domains"].values() if one["name"] == guest).update(settings)

    def files(self) -> dict[str, tuple[str, int]]:
        """Everything in the configuration directory, with text and mode; links with where they lead."""
        return files_below(self.etc)

    def unit_files(self) -> dict[str, tuple[str, int]]:
        """The same of the directory of systemd's units."""
        return files_below(self.root / "systemd/system")

    def reboot(self, **settings: Any) -> dict[str, str]:
        """The host after its next boot, of which Xen has forgotten everything: what became of the resources' units."""
        from standin import units

        os.environ["STANDIN_XL"] = str(self.root)
        with self.place.world() as world:
            (dom0,) = (domain for domid, domain in world["domains"].items() if domid == "0")
            for forgotten in ("pins", "sched", "each", "pool"):
                dom0.pop(forgotten, None)
            world["domains"] = {"0": dom0}
            world.pop("pools", None)
            world.update(settings)
        for device in world.get("pci", {}):
            link = self.root / "sys/bus/pci/devices" / device / "driver"
            link.unlink()
            link.symlink_to("../../drivers/e1000")
        return units.boot(self.place)

    def calls(self) -> list[list[str]]:
        """What xl was called with since the last time this was asked."""
        called = self.place.called()
        Path(self.place.calls).unlink(missing_ok=True)
        return called

    def acts(self) -> list[list[str]]:
        """Those of the calls that are no readings of the host."""
        return [call for call in self.calls() if tuple(call) not in READING]

    def await_names(self, *names: str) -> None:
        deadline = time.monotonic() + 60
        while self.names() != sorted(names):
            assert time.monotonic() < deadline, self.names()
            time.sleep(0.05)

    def clear(self) -> None:
        """Without domains, the monitors end by themselves."""
        if Path(self.place.state).exists():
            self.set(domains={})


@pytest.fixture(scope="session")
def server() -> Iterator[driver.Server]:
    one = driver.Server()
    yield one
    one.end()


@pytest.fixture
def bench(tmp_path: Path, server: driver.Server) -> Iterator[Bench]:
    one = Bench(tmp_path, server)
    one.build()
    yield one
    one.clear()


@pytest.fixture(params=["4.5.0", "4.17.5"])
def any_bench(request: pytest.FixtureRequest, tmp_path: Path, server: driver.Server) -> Iterator[Bench]:
    one = Bench(tmp_path, server)
    one.build(request.param)
    yield one
    one.clear()
