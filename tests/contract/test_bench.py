# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host that the benchmarks measure on still plays along."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._config.model import normalise
from ansible_collections.xlops.xen.tests.bench.guests import KINDS, mixed
from ansible_collections.xlops.xen.tests.bench.host import RELEASE, StandIn
from ansible_collections.xlops.xen.tests.tools import payload


def test_a_run_on_the_host_of_the_benchmarks_finds_its_guests(tmp_path: Path) -> None:
    host = StandIn(tmp_path / "host")
    guests = host.guests(2)
    host.populate(guests)
    run = host.run(payload.sent("xlops.xen.xl_domains"), domains=guests)
    assert (run.result["changed"], sorted(run.result["domains"])) == (False, [one["name"] for one in guests])
    assert run.processes <= 6
    host.clear()


def test_guests_of_the_benchmarks_are_such_as_the_release_makes() -> None:
    assert {normalise(guest, RELEASE)["type"] for guest in mixed(len(KINDS))} == {"pv", "pvh", "hvm"}
