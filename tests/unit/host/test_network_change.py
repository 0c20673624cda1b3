# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the connection of a run is newer than the network."""

from __future__ import annotations

import os
import pathlib

from ansible_collections.xlops.xen.plugins.module_utils._host.network_change import connection_began

TICKS = os.sysconf("SC_CLK_TCK")


def process(root: pathlib.Path, pid: int, name: str, parent: int, began: float) -> None:
    place = root / str(pid)
    place.mkdir(exist_ok=True)
    words = ["S", str(parent), *["0"] * 17, str(int(began * TICKS)), "0"]
    (place / "stat").write_text(f"{pid} ({name}) {' '.join(words)}\n")


def test_it_began_with_the_nearest_daemon(tmp_path: pathlib.Path) -> None:
    process(tmp_path, os.getpid(), "python3 (x) y", 70, 500)
    process(tmp_path, 70, "sudo", 60, 499)
    process(tmp_path, 60, "sshd-session", 50, 498)
    process(tmp_path, 50, "sshd", 1, 3)
    process(tmp_path, 1, "systemd", 0, 0)
    assert connection_began(str(tmp_path)) == 498
    process(tmp_path, 60, "sshd", 50, 400)
    assert connection_began(str(tmp_path)) == 400


def test_without_one_there_is_nothing_to_say(tmp_path: pathlib.Path) -> None:
    process(tmp_path, os.getpid(), "python3", 40, 500)
    process(tmp_path, 40, "login", 1, 10)
    process(tmp_path, 1, "systemd", 0, 0)
    assert connection_began(str(tmp_path)) is None
    assert connection_began(str(tmp_path / "none")) is None
