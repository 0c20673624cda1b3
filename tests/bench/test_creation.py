# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating guests through the module, against the bare xl create calls that it makes."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.xlops.xen.tests.bench.host import StandIn
from ansible_collections.xlops.xen.tests.bench.table import show
from ansible_collections.xlops.xen.tests.tools import payload

GUESTS = 20
BUDGET = 1.1

# A dry run of the real xl takes 0.45 s on an emulated host, the creation of a guest with an interface 7.5 s. The
# stand-in is as quick with both; told to take its time, it keeps that proportion.
LIKE_A_HOST = 16


def bare(host: StandIn) -> tuple[float, float]:
    """Seconds of the creations alone, and of a dry run before each."""
    creating = checking = 0.0
    for one in host.plans(host.guests(GUESTS)):
        file = host.root / f"etc/{one.name}.cfg"
        file.write_text(one.text)
        checking += host.xl("-N", "create", "-q", "-f", str(file))
        creating += host.xl("create", "-q", "-f", str(file))
    host.clear()
    return creating, checking


def test_creation(tmp_path: Path) -> None:
    sent = payload.sent("xlops.xen.xl_domains")
    dry = bare(StandIn(tmp_path / "rehearsal"))[1] / GUESTS
    rows = []
    for label, slowness in (("as quick as a dry run", 0.0), ("in proportion of a host", (LIKE_A_HOST - 1) * dry)):
        faults = {"create": {"hangs": slowness}}
        creating, checking = bare(StandIn(tmp_path / f"bare {label}", faults=faults))
        host = StandIn(tmp_path / f"module {label}", faults=faults)
        run = host.run(sent, domains=host.guests(GUESTS))
        host.clear()
        assert all(guest["actions"] == ["write", "create"] for guest in run.result["domains"].values()), run.result
        assert run.processes == 3 + 2 * GUESTS + 3
        rows.append((label, creating, checking, run.seconds, run.seconds / creating, run.processes))
    show(
        f"Creating {GUESTS} guests; budget {BUDGET:g} times the bare xl create calls",
        ("creation is", "bare creations, s", "dry runs, s", "module, s", "times", "processes"),
        rows,
    )
