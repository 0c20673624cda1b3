# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command of xl that a run calls goes wrong in each way: it is told, nothing is left, the next run ends well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from runs import LOOKING, RUNS, Declared, declared

# By what is wrong with a command. A program on the host has LIMIT seconds here.
LIMIT = 4
FAULTS: dict[str, Declared] = {
    "fails": {"code": 1, "errors": "libxl: error: libxl_xshelp.c:1:it: xenstore: No space left on device\n"},
    "hangs": {"hangs": 3 * LIMIT},
    "lies": {"code": 0},
    "meets a guest that has gone": {"ends": "web1"},
}
READING_FAULTS: dict[str, Declared] = {**FAULTS, "tells half": {"half": True}}


def cases() -> Iterator[Any]:
    for name, (_before, _after, commands) in RUNS.items():
        for command in commands:
            for fault, how in FAULTS.items():
                yield pytest.param(name, command, how, id=f"{name}, {command} {fault}")
    for command in LOOKING:
        for fault, how in READING_FAULTS.items():
            yield pytest.param("alter", command, how, id=f"alter, {command} {fault}")
            yield pytest.param("alter", command, {**how, "after": 1}, id=f"alter, looking by {command} {fault}")


@pytest.mark.sampled
@pytest.mark.parametrize(("name", "command", "fault"), list(cases()))
def test_what_goes_wrong_is_told_and_mended_by_the_next_run(
    bench: Any, name: str, command: str, fault: Declared
) -> None:
    before, after, _commands = RUNS[name]
    bench.domains(declared(bench, before))
    bench.set(faults={command: {**fault, "once": True}})
    result = bench.domains(declared(bench, after), limit=LIMIT)
    bench.set(faults={})
    assert stray_files(bench) == []
    if result.get("failed"):
        assert "guest web1: " in result["msg"] or f"xl {command.split()[0]}" in result["msg"]
    else:
        assert_as_declared(bench, after)
    mended = bench.domains(declared(bench, after))
    assert "failed" not in mended, mended.get("msg")
    assert_as_declared(bench, after)
    again = bench.domains(declared(bench, after))
    assert (again["changed"], again["domains"]["web1"]["error"]) == (False, None)


def assert_as_declared(bench: Any, guest: Declared) -> None:
    assert bench.names() == ["web1"]
    now = bench.domain("web1")
    assert now["memory"] == guest.get("memory", 64)
    for listed, key, declared_as in (("disks", "vdev", "disk"), ("nics", "mac", "vif")):
        assert [one[key] for one in now["config"].get(listed, [])] == [one[key] for one in guest.get(declared_as, [])]
    staged = Path(bench.place.staged_path(now["domid"], now))
    assert not staged.exists() or staged.read_text() == bench.files()["web1.cfg"][0]


def stray_files(bench: Any) -> list[str]:
    return [name for name in bench.files() if name.endswith((".xlops", "~"))]
