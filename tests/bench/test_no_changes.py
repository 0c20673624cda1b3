# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that changes nothing, over 10, 100 and 1,000 guests: processes on the host, and time."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.xlops.xen.tests.bench.host import Run, StandIn
from ansible_collections.xlops.xen.tests.bench.table import show
from ansible_collections.xlops.xen.tests.tools import payload

COUNTS = (10, 100, 1000)
BUDGET = 2.0  # the longest run to the shortest
PROCESSES = 6


@pytest.fixture(scope="module")
def sent() -> payload.Payload:
    return payload.sent("xlops.xen.xl_domains")


def best(host: StandIn, sent: payload.Payload, count: int) -> Run:
    """The quickest of three: what else the machine does can only add to it."""
    guests = host.guests(count)
    host.populate(guests)
    runs = [host.run(sent, domains=guests) for _attempt in range(3)]
    for run in runs:
        assert not run.result["changed"], run.result
        assert len(run.result["domains"]) == count
        assert not any(guest["pending"] for guest in run.result["domains"].values())
    return min(runs, key=lambda run: run.seconds)


def test_run_without_changes(tmp_path: Path, sent: payload.Payload) -> None:
    runs = {count: best(StandIn(tmp_path / str(count)), sent, count) for count in COUNTS}
    first = runs[COUNTS[0]]
    show(
        f"A run that changes nothing, from the start of Python on; budget {BUDGET:g} times that of 10 guests, and "
        f"{PROCESSES} processes",
        ("guests", "processes", "seconds", "times", "CPU module", "times", "CPU stand-in xl", "ms a guest beyond 10"),
        [
            (
                str(count),
                run.processes,
                run.seconds,
                run.seconds / first.seconds,
                run.own,
                run.own / first.own,
                run.others,
                1000 * (run.own - first.own) / (count - COUNTS[0]) if run is not first else None,
            )
            for count, run in runs.items()
        ],
    )
    assert {run.processes for run in runs.values()} == {first.processes}
    assert first.processes <= PROCESSES
