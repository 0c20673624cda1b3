# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run at a time on one host."""

from __future__ import annotations

import fcntl
import os
from typing import Any


def test_a_second_run_waits_for_the_first(bench: Any) -> None:
    bench.set(faults={"create": {"hangs": 1}})
    first = bench.start("xl_domains", domains=[bench.guest("a")])
    second = bench.start("xl_domains", domains=[bench.guest("a"), bench.guest("b")])
    results = [bench.finish(first), bench.finish(second)]
    assert [result.get("failed") for result in results] == [None, None]
    assert bench.names() == ["a", "b"]
    assert sum(result["domains"]["a"]["changed"] for result in results) == 1


def test_a_run_that_waits_too_long_says_who_holds_the_lock(bench: Any) -> None:
    descriptor = os.open(bench.root / "lock", os.O_RDWR | os.O_CREAT)
    os.write(descriptor, b"4711\n")
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    result = bench.domains(bench.guest(), lock_timeout=1)
    os.close(descriptor)
    assert "process 4711" in result["msg"]
    assert "try again" in result["msg"]
    assert bench.calls() == []


def test_check_mode_takes_no_lock(bench: Any) -> None:
    descriptor = os.open(bench.root / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    result = bench.domains(bench.guest(), check=True, lock_timeout=0)
    os.close(descriptor)
    assert result["changed"]


def test_the_guests_monitor_does_not_hold_the_lock(bench: Any) -> None:
    bench.domains(bench.guest())
    assert "failed" not in bench.domains(bench.guest(), lock_timeout=0)
