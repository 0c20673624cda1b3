# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The xl processes of guests are found by their output, and by what they were called with."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.workers import find_workers

LOGS = "/var/log/xen"


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    (tmp_path / "self").mkdir()
    (tmp_path / "cpuinfo").write_text("")
    return tmp_path


def process(proc: Path, pid: int, words: list[str], output: str = "/dev/null") -> None:
    (proc / str(pid) / "fd").mkdir(parents=True)
    (proc / str(pid) / "fd/1").symlink_to(output)
    (proc / str(pid) / "fd/2").symlink_to(output)
    (proc / str(pid) / "cmdline").write_bytes(b"".join(word.encode() + b"\0" for word in words))


@pytest.mark.parametrize(
    ("output", "guest"),
    [
        (f"{LOGS}/xl-web1.log", "web1"),
        (f"{LOGS}/xl-web1.log.3", "web1"),
        (f"{LOGS}/xl-web1.log (deleted)", "web1"),
        (f"{LOGS}/xl-a.log.log", "a.log"),
        (f"{LOGS}/xl-a.log.1.log", "a.log.1"),
        (f"{LOGS}/xl-a b.log", "a b"),
        (f"{LOGS}/xen-hotplug.log", None),
        (f"{LOGS}/qemu-dm-web1.log", None),
        ("/tmp/xl-web1.log", None),
    ],
)
def test_a_monitor_writes_to_the_log_of_its_guest(proc: Path, output: str, guest: str | None) -> None:
    process(proc, 42, ["/usr/lib/xen-4.17/bin/xl", "create", "/somewhere/else"], output)
    assert find_workers(Paths(processes=str(proc))) == ({guest: 42} if guest else {})


@pytest.mark.parametrize(
    ("words", "guest"),
    [
        (["xl", "create", "-q", "-f", "/etc/xen/web1.cfg"], "web1"),
        (["/usr/sbin/xl", "create", "/etc/xen/web1.cfg"], "web1"),
        (["/usr/bin/python3", "/opt/xl", "create", "-f", "/etc/xen/a=b.cfg"], "a=b"),
        (["strace", "-f", "xl", "create", "-f", "/etc/xen/web1.cfg"], "web1"),
        (["xl", "-N", "create", "-f", "/etc/xen/web1.cfg"], None),
        (["xl", "list", "/etc/xen/web1.cfg"], None),
        (["vi", "create", "/etc/xen/web1.cfg"], None),
        (["xl", "create", "/srv/web1.cfg"], None),
        ([], None),
    ],
)
def test_an_xl_that_creates_a_guest_is_known_by_its_words(proc: Path, words: list[str], guest: str | None) -> None:
    process(proc, 42, words)
    assert find_workers(Paths(processes=str(proc))) == ({guest: 42} if guest else {})


def test_a_process_that_ends_in_between_does_no_harm(proc: Path) -> None:
    (proc / "7").mkdir()
    process(proc, 42, ["xl"], f"{LOGS}/xl-web1.log")
    assert find_workers(Paths(processes=str(proc))) == {"web1": 42}
