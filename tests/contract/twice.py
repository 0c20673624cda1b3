# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order in which a declaration is proven: check, run, run, check."""

from __future__ import annotations

from typing import Any

FORESEEN = ("actions", "changed", "differences", "previous_state", "state", "pending")


def foreseeable(result: dict[str, Any]) -> dict[str, Any]:
    return {name: {key: one[key] for key in FORESEEN} for name, one in result["domains"].items()}


def check_then_run_twice(bench: Any, guest: dict[str, Any]) -> dict[str, Any]:
    """The run's report of the guest, after proof that check mode and the second run did nothing."""
    files, names = (bench.files(), bench.unit_files()), bench.names()
    bench.calls()
    check = bench.domains(guest, check=True)
    assert ((bench.files(), bench.unit_files()), bench.names(), bench.acts()) == (files, names, []), "check mode acted"
    run = bench.domains(guest)
    assert foreseeable(run) == foreseeable(check), "the run did not do what check mode foresaw"
    assert run["diff"] == check["diff"]
    bench.calls()
    files = (bench.files(), bench.unit_files())
    again = bench.domains(guest)
    assert (again["changed"], bench.acts()) == (False, []), "the second run acted"
    assert (bench.files(), bench.unit_files()) == files, "the second run wrote"
    assert bench.domains(guest, check=True)["changed"] is False
    report: dict[str, Any] = run["domains"][guest["name"]]
    return report
