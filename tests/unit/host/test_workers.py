# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The xl processes of guests are found by their output, and by what they were called with."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.workers import (
    attributed,
    changing,
    find_workers,
    is_watched,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain

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
    assert [one.name for one in find_workers(Paths(processes=str(proc)))] == ([guest] if guest else [])


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
    assert [one.name for one in find_workers(Paths(processes=str(proc)))] == ([guest] if guest else [])


def test_a_process_that_ends_in_between_does_no_harm(proc: Path) -> None:
    (proc / "7").mkdir()
    process(proc, 42, ["xl"], f"{LOGS}/xl-web1.log")
    assert [one.name for one in find_workers(Paths(processes=str(proc)))] == ["web1"]


def monitor(proc: Path, logs: Path, pid: int, name: str, *domids: int) -> None:
    log = logs / f"xl-{name}.log"
    with log.open("a") as file:
        file.writelines(f"Waiting for domain {name} (domid {domid}) to die [pid {pid}]\n" for domid in domids)
    process(proc, pid, ["xl", "create", "-q", "-f", f"/etc/xen/{name}.cfg"], str(log))


def domain(domid: int, name: str) -> Domain:
    return Domain(domid, name, "", "-b----", 64)


@pytest.mark.parametrize(
    ("domains", "watching", "awaiting"),
    [
        ([(1, "a"), (4, "b")], {"a": 42, "b": 43}, {}),
        ([(1, "c"), (4, "b")], {"c": 42, "b": 43}, {}),  # renamed
        ([(1, "c"), (4, "a")], {"c": 42, "a": 43}, {}),  # and another guest has its name
        ([(4, "a")], {"a": 43}, {"a": 42}),  # and it is rebooting
        ([], {}, {"a": 42, "b": 43}),
    ],
)
def test_an_xl_belongs_to_the_domain_that_it_watches(
    tmp_path: Path, domains: list[tuple[int, str]], watching: dict[str, int], awaiting: dict[str, int]
) -> None:
    proc, logs = tmp_path / "proc", tmp_path / "log"
    for directory in (proc, logs):
        directory.mkdir()
    paths = Paths(processes=str(proc), logs=str(logs))
    monitor(proc, logs, 42, "a", 7, 1)
    monitor(proc, logs, 43, "a" if (4, "a") in domains else "b", 4)
    assert attributed(find_workers(paths), [domain(*one) for one in domains]) == (watching, awaiting)


def test_a_guest_that_came_by_migration_has_a_log_of_its_own(proc: Path) -> None:
    process(proc, 42, ["xl", "migrate-receive"], f"{LOGS}/xl-web1--incoming.log")
    assert attributed(find_workers(Paths(processes=str(proc))), [domain(3, "web1")]) == ({"web1": 42}, {})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["/usr/sbin/xl", "network-attach", "3", "mac=00:16:3e:00:00:01"], {3: 42}),
        (["xl", "cd-eject", "3", "hdc"], {3: 42}),
        (["xl", "block-attach", "web1", "x"], {}),
        (["xl", "block-list", "3"], {}),
        (["xl", "network-attach"], {}),
        (["sh", "network-attach", "3"], {}),
    ],
)
def test_an_xl_that_changes_devices_is_known_by_its_words(proc: Path, words: list[str], found: dict[int, int]) -> None:
    process(proc, 42, words)
    workers = find_workers(Paths(processes=str(proc)))
    assert (changing(workers), attributed(workers, [])) == (found, ({}, {}))


def test_an_xl_is_alive_for_the_guest_whose_domain_it_watches(tmp_path: Path) -> None:
    proc, logs = tmp_path / "proc", tmp_path / "log"
    for directory in (proc, logs):
        directory.mkdir()
    paths = Paths(processes=str(proc), logs=str(logs))
    monitor(proc, logs, 42, "a", 1)
    assert is_watched(paths, ("a",))
    assert not is_watched(paths, ("a",), {1})
    assert not is_watched(paths, ("b",))
