# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host played by the stand-in xl of the contract tests, and modules run on it as Ansible runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import read_declarations
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan, plan
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.bench.guests import simple
from ansible_collections.xlops.xen.tests.tools.payload import Payload

CONTRACT = Path(__file__).resolve().parents[1] / "contract"
sys.path.insert(0, str(CONTRACT))

from standin.config import read, to_libxl  # noqa: E402
from standin.guests import add  # noqa: E402
from standin.world import Place  # noqa: E402

XL = CONTRACT / "xl"
MACHINE = "0123456789abcdef0123456789abcdef"
RELEASE = Release(4, 17)


@dataclass(frozen=True)
class Run:
    """One run of a module: what it says, how long it took, CPU seconds of itself and of the programs it ran."""

    result: dict[str, Any]
    seconds: float
    own: float
    others: float
    processes: int


class StandIn:
    """A host with room for any number of small guests."""

    def __init__(self, root: Path, **settings: Any) -> None:
        self.root = root
        self.place = Place(str(root))
        self.environment = {**os.environ, "STANDIN_XL": str(root)}
        self.place.build("4.17.5", free=1 << 30, **settings)
        for directory in ("etc/auto", "etc/scripts", "net/xenbr0/bridge", "images", "boot"):
            (root / directory).mkdir(parents=True)
        for path, text in (
            ("capabilities", "control_d\n"),
            ("machine-id", f"{MACHINE}\n"),
            ("xenstored", ""),
            ("images/kernel", ""),
            ("images/disk.img", ""),
            ("etc/scripts/vif-bridge", ""),
        ):
            (root / path).write_text(text)
        (root / "etc/scripts/vif-bridge").chmod(0o755)

    def guests(self, count: int) -> list[dict[str, Any]]:
        return [
            simple(index, str(self.root / "images/kernel"), str(self.root / "images/disk.img"))
            for index in range(count)
        ]

    def plans(self, guests: Sequence[dict[str, Any]]) -> list[GuestPlan]:
        """What a run on the bare host would do, with the text of each guest's file."""
        return plan(read_declarations(guests), Observation(RELEASE, {"free_memory": str(1 << 30)}, machine_id=MACHINE))

    def populate(self, guests: Sequence[dict[str, Any]]) -> None:
        """As if a run had created them."""
        with self.place.world() as world:
            for one in self.plans(guests):
                file = self.root / f"etc/{one.name}.cfg"
                file.write_text(one.text)
                file.chmod(0o600)
                add(world, to_libxl(read(one.text, str(file)), RELEASE.minor), False, self.place)

    def run(self, payload: Payload, **params: Any) -> Run:
        archive, order, usage = (self.root / name for name in ("payload.zip", "order", "usage"))
        archive.write_bytes(payload.archive)
        own = {"executable": str(XL), "config_dir": str(self.root / "etc"), **params}
        order.write_text(json.dumps({"params": own, "check": False, "kill": "", "euid": 0}))
        Path(self.place.calls).unlink(missing_ok=True)
        program = Path(__file__).with_name("one_run.py")
        module = payload.module.rpartition(".")[2]
        started = time.monotonic()
        done = subprocess.run(
            [*(sys.executable, "-I", "-B", program), archive, CONTRACT, self.root, module, order, usage],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.monotonic() - started
        assert done.returncode == 0, done.stdout + done.stderr
        return Run(json.loads(done.stdout), seconds, *json.loads(usage.read_text()), len(self.place.called()))

    def xl(self, *words: str) -> float:
        """Seconds of one bare call."""
        started = time.monotonic()
        subprocess.run(
            [XL, *words], env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True
        )
        return time.monotonic() - started

    def clear(self) -> None:
        """Without domains, the monitors end by themselves."""
        with self.place.world() as world:
            world["domains"] = {}
