# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that changes a running guest, or makes it anew, dies beside each of its calls; the next one finishes it.

What xl was called for it does all the same, after the module has died.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from runs import LOOKING, RUNS, Declared, declared

# The module's own: the numbers of the calls after which it dies.
OWN = {"fsync": 2, "replace": 1, "unlink": 1}


def deaths() -> Iterator[Any]:
    for name, (_before, _after, commands) in RUNS.items():
        for command in commands:
            for moment in ("before", "after"):
                fault = {command: {"kills": moment, **({"hangs": 0.5} if moment == "before" else {})}}
                yield pytest.param(name, fault, "", id=f"{name}, {moment} {command}")
    for command in LOOKING:
        yield pytest.param("alter", {command: {"kills": "before", "after": 1}}, "", id=f"alter, looking by {command}")
    for call, last in OWN.items():
        for number in range(1, last + 1):
            yield pytest.param("alter and stage", {}, f"{call}:{number}", id=f"alter and stage, {call} {number}")


@pytest.mark.parametrize("name", RUNS)
def test_every_command_of_a_run_is_one_beside_which_it_dies(bench: Any, name: str) -> None:
    before, after, _commands = RUNS[name]
    bench.domains(declared(bench, before))
    bench.calls()
    assert not bench.domains(declared(bench, after)).get("failed")
    words = {" ".join(call[:2]) if call[0] == "-N" else call[0] for call in bench.acts()}
    assert words <= {command for _before, _after, commands in RUNS.values() for command in commands}


@pytest.mark.sampled
@pytest.mark.parametrize(("name", "faults", "call"), list(deaths()))
def test_the_next_run_finishes_what_one_that_died_began(bench: Any, name: str, faults: Declared, call: str) -> None:
    before, after, _commands = RUNS[name]
    bench.domains(declared(bench, before))
    was = bench.domain("web1")
    bench.set(faults=faults)
    assert bench.domains(declared(bench, after), kill=call) == {}, "nothing killed it"
    bench.set(faults={})
    result = bench.domains(declared(bench, after))
    assert "failed" not in result, result.get("msg")
    assert bench.names() == ["web1"]
    now = bench.domain("web1")
    assert now["uuid"] == was["uuid"]
    assert (now["domid"] == was["domid"]) == ("anew" not in name), "only who is to be made anew is"
    assert now["memory"] == after.get("memory", 64)
    assert [disk["vdev"] for disk in now["config"].get("disks", [])] == [disk["vdev"] for disk in after.get("disk", [])]
    assert [nic["mac"] for nic in now["config"].get("nics", [])] == [vif["mac"] for vif in after.get("vif", [])]
    again = bench.domains(declared(bench, after))
    assert (again["changed"], again["domains"]["web1"]["error"]) == (False, None)
    assert [path.name for path in bench.etc.iterdir() if path.name.endswith(".xlops")] == []
    staged = Path(bench.place.staged_path(now["domid"], now))
    assert not staged.exists() or staged.read_text() == bench.files()["web1.cfg"][0]
