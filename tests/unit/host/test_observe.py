# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host is read in steps, and goes on meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.tests.unit.transcripts import stdout

UUID = "6b4d0d1e-51f5-4f0e-9a51-3f1d3f0f1a01"
ROW = f"{'web1':<40} {7:>5} {64:>5} {1:>5}     ---s--  {1.0:>8.1f} {UUID} {3:>8} {'-':>16}\n"


class Listing:
    """An xl whose table has one domain that has shut down; ``then`` is what happens once it was printed."""

    path = "/usr/sbin/xl"

    def __init__(self, then: Callable[[], object]) -> None:
        self.then = then

    def info(self) -> str:
        return stdout("4.17/xl-info.txt")

    def list_long(self) -> str:
        return "[]"

    def list(self) -> str:
        self.then()
        return stdout("4.17/xl-list-v.txt").splitlines(keepends=True)[0] + ROW


def host(tmp_path: Path, then: Callable[[], object]) -> Host:
    monitor = tmp_path / "proc/42"
    (monitor / "fd").mkdir(parents=True)
    for descriptor in ("1", "2"):
        (monitor / "fd" / descriptor).symlink_to(tmp_path / "log/xl-web1.log")
    (monitor / "cmdline").write_bytes(b"xl\0create\0web1.cfg\0")
    places: dict[str, Any] = {"processes": str(tmp_path / "proc"), "logs": str(tmp_path / "log")}
    xl: Any = Listing(then)
    return Host(xl, Paths(root=str(tmp_path), config_dir=str(tmp_path / "etc"), **places))


def test_a_monitor_that_ends_while_the_host_is_read_was_watching(tmp_path: Path) -> None:
    """It ends as it destroys the guest, which the table still has. Without one the guest would be kept."""
    seen = host(tmp_path, lambda: shutil.rmtree(tmp_path / "proc/42")).observe(["web1"])
    assert [domain.name for domain in seen.domains] == ["web1"]
    assert (seen.workers, seen.awaiting) == ({"web1": 42}, {})


def test_a_guest_whose_monitor_has_ended_before_is_not_watched(tmp_path: Path) -> None:
    there = host(tmp_path, lambda: None)
    shutil.rmtree(tmp_path / "proc/42")
    assert there.observe(["web1"]).workers == {}
