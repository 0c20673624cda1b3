# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What libxl_config refuses, in words, before anything has changed."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.tests.contract.running_config import (
    keep,
    staged_files,
)

# What the task says, and words that the message must have. Nothing of it touches the host.
WRONG_TASKS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the control domain": ({"name": "Domain-0"}, ["Domain-0", "control domain"]),
    "a name with a slash": ({"name": "../web1"}, ["../web1", "slash"]),
    "no such state": ({"state": "updated"}, ["state", "updated", "staged"]),
    "nothing to stage": ({"state": "staged"}, ["state is staged", "guest, content, src"]),
    "two things to stage": ({"state": "staged", "src": "/a", "content": "memory = 1"}, ["mutually exclusive"]),
    "no place to export to": ({"state": "exported"}, ["dest"]),
    "something to read": ({"state": "read", "content": "memory = 1"}, ["web1", "content is for", "state is read"]),
    "a place to read to": ({"dest": "/a"}, ["web1", "dest", "state is read"]),
    "a relative place": ({"state": "exported", "dest": "web1.json"}, ["web1", '"web1.json"', "absolute"]),
    "no such file": ({"state": "staged", "src": "/nowhere"}, ["web1", "/nowhere", "export to it first"]),
    "a wrong key": ({"state": "staged", "guest": {"memroy": 1}}, ["web1", "memroy", "did you mean memory?"]),
    "an engine key": ({"state": "staged", "guest": {"autostart": True}}, ["autostart"]),
    "a wrong unit": ({"state": "staged", "guest": {"memory": "1G"}}, ["web1", "memory", "1G", "1024"]),
    "no configuration": ({"state": "staged", "content": "name = ("}, ["web1", "content:1:8"]),
    "no JSON": ({"state": "staged", "content": "{"}, ["web1", "content", "not JSON"]),
    "another name": ({"state": "restored", "guest": {"name": "db1"}}, ["web1", "describes", "db1", "this guest"]),
    "a hidden password": (
        {"state": "staged", "guest": {"vncpasswd": "(secret)", "vfb": [{"vncpasswd": "(secret)"}]}},
        ["web1", "vfb[0].vncpasswd", "was not shown", "give the password"],
    ),
    "many domains": ({"state": "staged", "content": "[]"}, ["web1", "0 domains"]),
}


@pytest.mark.parametrize("case", WRONG_TASKS)
def test_a_wrong_task_is_refused_before_the_host_is_read(bench: Any, case: str) -> None:
    options, words = WRONG_TASKS[case]
    result = bench.run("libxl_config", **{"name": "web1", **options})
    assert result["failed"]
    for word in words:
        assert word in result["msg"], result["msg"]
    assert bench.calls() == []


# What the host is, what the task says, and words of the message.
def reboots(bench: Any) -> None:
    bench.change("web1", ended="reboot")
    bench.set(reboot_pause=4)


def is_built(bench: Any) -> None:
    bench.set(hidden=["web1"])


def is_kept(bench: Any) -> None:
    bench.change("web1", ended="poweroff", config={**bench.domain("web1")["config"], "on_poweroff": "preserve"})


def goes(bench: Any) -> None:
    bench.domains({"name": "web1", "state": "stopped", "stop_timeout": 5})


def falls_silent(bench: Any) -> None:
    bench.set(faults={"list -l": {"code": 1, "errors": "libxl: error: cannot open hypercall interface\n"}})


def prints_nonsense(bench: Any) -> None:
    bench.set(faults={"list -l": {"code": 0}})


STAGE = {"state": "staged", "guest": {"type": "pv", "kernel": "/k"}}
WRONG_HOSTS: dict[str, tuple[Any, dict[str, Any], list[str]]] = {
    "no such guest": (None, {"name": "web2"}, ["guest web2", "no such guest", "did you mean web1?"]),
    "not running": (goes, {}, ["guest web1", "not running", "/web1.cfg"]),
    "not running, to be staged": (goes, STAGE, ["guest web1", "not running", "/web1.cfg"]),
    "being built": (is_built, {"settle_timeout": 0}, ["guest web1", "being built", "xl list -l"]),
    "rebooting": (reboots, {"settle_timeout": 1}, ["guest web1", "xl process"]),
    "kept": (is_kept, {**STAGE, "settle_timeout": 2}, ["guest web1", "shut down and was kept", "restore"]),
    "silent": (falls_silent, {}, ["guest web1", "xl list -l failed with code 1"]),
    "nonsense": (prints_nonsense, {}, ["guest web1", "the output of xl list -l cannot be read", "not JSON"]),
    "too new": (
        None,
        {"state": "staged", "guest": {"type": "pvh", "kernel": "/k", "altp2m_count": 1}},
        ["4.21", "web1"],
    ),
    "no directory": (None, {"state": "exported", "dest": "/nowhere/web1"}, ["guest web1", "/nowhere", "make it"]),
    "a directory": (None, {"state": "exported", "dest": "/tmp"}, ["guest web1", "/tmp is no file"]),
    "another guest's file": (None, {"state": "exported", "dest": "ETC/web2.cfg"}, ["guest web1", "another directory"]),
    "its own file": (None, {"state": "exported", "dest": "ETC/web1.cfg"}, ["guest web1", "own file", "restore"]),
}


@pytest.mark.parametrize("case", WRONG_HOSTS)
def test_what_cannot_be_done_is_said_and_not_done(bench: Any, case: str) -> None:
    prepare, options, words = WRONG_HOSTS[case]
    bench.domains(bench.guest())
    if prepare is not None:
        prepare(bench)
    options = {key: value.replace("ETC", str(bench.etc)) if key == "dest" else value for key, value in options.items()}
    files, staged_before = bench.files(), staged_files(bench)
    result = bench.run("libxl_config", **{"name": "web1", **options})
    assert result["failed"]
    for word in words:
        assert word in result["msg"], result["msg"]
    assert bench.files() == files
    assert staged_files(bench) == staged_before


def test_a_file_that_is_too_large_or_no_text_is_refused(bench: Any) -> None:
    (bench.root / "large").write_text("#" * (1 << 20))
    (bench.root / "latin").write_bytes(b"# caf\xe9\n")
    assert "more than 1048576 bytes" in keep(bench, "staged", src=str(bench.root / "large"))["msg"]
    assert "is not UTF-8" in keep(bench, "staged", src=str(bench.root / "latin"))["msg"]
    assert bench.calls() == []
