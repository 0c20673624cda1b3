# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For every option of every type of guest: check, run, run, check; made, changed in a running guest, restarted for.

The guests come from the schema, one for each option and type of guest, many in one call.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.model import examine
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.fuzz.cases import written
from ansible_collections.xlops.xen.tests.fuzz.coverage import points, touched

RELEASE = Release(4, 17)
BATCHES = 8
ATTEMPTS = 60
FREE = 1 << 60  # MiB: all guests of a batch fit on the stand-in host, whatever they are given
ANEW = {"restart": "allowed", "recreate": "allowed", "destroy": "allowed", "stop_timeout": 0}
HOST_VIF = {"bridge": "xenbr0", "script": "vif-bridge"}

Guest = dict[str, Any]


def subjects() -> list[tuple[str, str]]:
    """Every type of guest with every key that means something to it."""
    pairs = (re.fullmatch(r"(\w+) \((\w+)\)", point) for point in points(RELEASE))
    return sorted((pair[2], pair[1]) for pair in pairs if pair)


def fitted(model: Any, number: int, bench: Any) -> Guest:
    """The guest with what there is on the stand-in host; what it shares with others, or draws at random, left out."""
    program = str(bench.root / "etc/scripts/vif-bridge")
    there = {"kernel": program, "ramdisk": program, "bootloader": program, "pool": "Pool-0"}
    guest = {key: there.get(key, value) for key, value in model.items()}
    for key in [key for key in guest if OPTIONS[key].kind == "devices"]:
        guest[key] = [{word: one for word, one in device.items() if word != "backend"} for device in guest[key]]
    for index, disk in enumerate(guest.get("disk", [])):
        disk.pop("script", None)
        if disk.get("target"):
            disk["target"] = str(bench.root / f"images/{number}.img")
            Path(disk["target"]).touch()
        disk["vdev"] = f"xvd{'abc'[index]}"
    for vif in guest.get("vif", []):
        vif.pop("mac", None)
        vif.update({word: value for word, value in HOST_VIF.items() if word in vif})
    return {**guest, "name": f"g{number}"}


def case(number: int, kind: str, key: str, bench: Any) -> Guest:
    """A guest of a type that has a key, to some effect, and is right on the stand-in host too."""
    for attempt in range(ATTEMPTS):
        guest = fitted(written(RELEASE, number * ATTEMPTS + attempt, (kind, key)).model, number, bench)
        if f"{key} ({kind})" in touched(guest) and not errors_in(examine(guest, RELEASE)[1]):
            return guest
    raise AssertionError(f"no {kind} guest with {key} in {ATTEMPTS} attempts")


def cases(batch: int, bench: Any) -> list[tuple[str, Guest]]:
    """Keys, each with a guest that has it."""
    of_batch = list(enumerate(subjects()))[batch::BATCHES]
    return [(key, case(number, kind, key, bench)) for number, (kind, key) in of_batch]


def twice(bench: Any, guests: list[Guest], **engine: Any) -> dict[str, Any]:
    """Check, run, run, check: the run does what was foreseen, and then there is nothing to do. The run's report."""
    declared = [{**guest, **engine} for guest in guests]
    bench.calls()
    foreseen = bench.domains(*declared, check=True)
    assert bench.acts() == []
    run = bench.domains(*declared)
    again = bench.domains(*declared)
    check = bench.domains(*declared, check=True)
    for result in (foreseen, run, again, check):
        assert not result.get("failed"), result["msg"]
    told = ("actions", "commands", "differences", "pending", "restarted_for")
    for name, report in run["domains"].items():
        assert {key: report[key] for key in told} == {key: foreseen["domains"][name][key] for key in told}
        assert not again["domains"][name]["changed"], {key: again["domains"][name][key] for key in told}
        assert again["domains"][name]["pending"] == report["pending"]
    assert (again["changed"], check["changed"]) == (False, False)
    reports: dict[str, Any] = run["domains"]
    return reports


def without(guest: Guest, key: str) -> Guest | None:
    """The guest without the key, where that is a guest."""
    other = {name: value for name, value in guest.items() if name != key}
    return None if errors_in(examine(other, RELEASE)[1]) else other


@pytest.mark.sweep
@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_option_is_made_changed_and_settled(bench: Any, batch: int) -> None:
    bench.set(by_schema=True, free=FREE)
    guests = cases(batch, bench)
    made = twice(bench, [guest for _key, guest in guests])
    assert all("create" in report["actions"] for report in made.values())
    changed = [without(guest, key) or guest for key, guest in guests]
    twice(bench, changed)
    brought = twice(bench, changed, **ANEW)
    assert [name for name, report in brought.items() if report["pending"]] == []
