# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the connection of a run began, and the address of the host that it came to."""

from __future__ import annotations

import os
import pathlib

from ansible_collections.xlops.xen.plugins.module_utils._host.ssh_session import connection_began, reached_at

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


def test_the_address_is_that_of_the_shell_below_the_daemon(tmp_path: pathlib.Path) -> None:
    process(tmp_path, os.getpid(), "python3", 70, 500)
    process(tmp_path, 70, "sudo", 60, 499)
    process(tmp_path, 60, "sh", 50, 498)
    process(tmp_path, 50, "sshd", 40, 497)
    process(tmp_path, 40, "sshd", 1, 10)
    assert reached_at(str(tmp_path)) == ""
    said = "SSH_CONNECTION=198.51.100.1 50000 {} 22"
    (tmp_path / "40/environ").write_text(said.format("192.0.2.9") + "\0")  # how somebody else came here
    assert reached_at(str(tmp_path)) == ""
    (tmp_path / "60/environ").write_text("A=b\0" + said.format("198.51.100.7") + "\0")
    (tmp_path / str(os.getpid()) / "environ").write_text("PATH=/bin\0NOT_SSH_CONNECTION=a 1 b 2\0")
    assert reached_at(str(tmp_path)) == "198.51.100.7"
    (tmp_path / "70/environ").write_text(said.format("2001:db8::7"))
    assert reached_at(str(tmp_path)) == "2001:db8::7"
