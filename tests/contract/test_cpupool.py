# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xl_cpupool against the stand-in."""

from __future__ import annotations

from typing import Any

import pytest

RT = {"name": "rt", "sched": "rtds", "cpus": "2-3"}


@pytest.fixture
def host(bench: Any) -> Any:
    bench.set(cpus=4)
    return bench


def pools(host: Any) -> dict[str, tuple[str, list[int]]]:
    with host.place.world() as world:
        return {pool["name"]: (pool["sched"], sorted(pool["cpus"])) for pool in world["pools"]}


def changing(host: Any) -> list[str]:
    return [" ".join(call) for call in host.calls() if call[0].startswith("cpupool-") and call[0] != "cpupool-list"]


def guest(host: Any, name: str = "web1", pool: str = "rt") -> None:
    host.domains(host.guest(name))
    host.change(name, pool=pool)


@pytest.mark.parametrize(
    ("release", "commands"),
    [
        ("4.17.5", ["cpupool-cpu-remove Pool-0 2-3", "cpupool-cpu-add rt 2-3"]),
        (
            "4.5.0",
            [
                *("cpupool-cpu-remove Pool-0 2", "cpupool-cpu-remove Pool-0 3"),
                *("cpupool-cpu-add rt 2", "cpupool-cpu-add rt 3"),
            ],
        ),
    ],
)
def test_a_pool_is_made_of_cpus_of_the_first(host: Any, release: str, commands: list[str]) -> None:
    host.set(release=release)
    foreseen = host.run("xl_cpupool", check=True, **RT)
    assert changing(host) == []
    made = host.run("xl_cpupool", **RT)
    assert changing(host) == ['cpupool-create name="rt" sched="rtds"', *commands]
    assert pools(host) == {"Pool-0": ("credit2", [0, 1]), "rt": ("rtds", [2, 3])}
    assert foreseen == made | {"invocation": foreseen["invocation"]}
    assert made["pool"] == {"cpus": [2, 3], "scheduler": "rtds", "domains": 0}
    again = host.run("xl_cpupool", **RT)
    assert not again["changed"]
    assert again["commands"] == []
    assert again["cpupools"] == made["cpupools"]
    assert not host.run("xl_cpupool", check=True, **RT)["changed"]


def test_a_pool_gets_exactly_the_cpus_that_are_declared(host: Any) -> None:
    host.run("xl_cpupool", **RT)
    changed = host.run("xl_cpupool", name="rt", cpus="1-2")
    assert changed["cpupools"]["rt"]["cpus"] == [1, 2]
    assert pools(host) == {"Pool-0": ("credit2", [0, 3]), "rt": ("rtds", [1, 2])}
    assert changed["diff"]["before"]["rt"]["cpus"] == [2, 3]
    assert changed["diff"]["after"]["rt"]["cpus"] == [1, 2]


def test_a_pool_is_removed_and_its_cpus_go_to_the_first(host: Any) -> None:
    host.run("xl_cpupool", **RT)
    gone = host.run("xl_cpupool", name="rt", state="absent")
    assert gone["pool"] is None
    assert pools(host) == {"Pool-0": ("credit2", [0, 1, 2, 3])}
    assert not host.run("xl_cpupool", name="rt", state="absent")["changed"]


def test_cpus_that_a_removal_left_free_are_given_back(host: Any) -> None:
    host.set(pools=[{"name": "Pool-0", "sched": "credit2", "cpus": [0, 1]}])
    warned = host.run("xl_cpupool", name="rt", state="absent")
    assert not warned["changed"]
    assert "CPU 2-3 is in no cpupool" in str(warned["warnings"])
    assert host.run("xl_cpupool", name="rt", state="absent", cpus="2-3")["changed"]
    assert pools(host)["Pool-0"][1] == [0, 1, 2, 3]


def test_a_pool_with_domains_stays(host: Any) -> None:
    host.run("xl_cpupool", **RT)
    guest(host)
    refused = host.run("xl_cpupool", name="rt", state="absent")
    assert 'cpupool "rt" has domains: "web1" (1)' in refused["msg"]
    assert "set domains to move" in refused["msg"]
    assert "rt" in pools(host)
    host.calls()
    gone = host.run("xl_cpupool", name="rt", state="absent", domains="move")
    assert gone["cpupools"] == {"Pool-0": {"cpus": [0, 1, 2, 3], "scheduler": "credit2", "domains": 2}}
    assert changing(host)[0] == "cpupool-migrate 1 Pool-0"


def test_a_domain_that_is_moved_keeps_its_pin_and_weight(host: Any) -> None:
    host.run("xl_cpupool", name="apart", sched="credit2", cpus="2-3")
    guest(host, pool="apart")
    host.run("xl_scheduler", domains=[{"name": "web1", "cpus": "3", "weight": 512}], persistent=False)
    host.calls()
    gone = host.run("xl_cpupool", name="apart", state="absent", domains="move")
    assert gone["commands"][-2:] == ["xl vcpu-pin 1 all 3 -", "xl sched-credit2 -d 1 -w 512 -c 0"]
    assert not host.run("xl_scheduler", domains=[{"name": "web1", "cpus": "3", "weight": 512}])["commands"]


def test_a_pin_that_does_not_come_back_is_a_failure_that_is_undone(host: Any) -> None:
    host.run("xl_cpupool", name="apart", sched="credit2", cpus="2-3")
    guest(host, pool="apart")
    host.run("xl_scheduler", domains=[{"name": "web1", "cpus": "3"}], persistent=False)
    host.set(faults={"vcpu-pin": {"code": 0, "once": True}})
    failed = host.run("xl_cpupool", name="apart", state="absent", domains="move")
    assert 'domain "web1" (1): virtual CPU 0 should be pinned to CPUs 3, and is not' in failed["msg"]
    assert failed["msg"].endswith("What was done was undone")
    assert not host.run("xl_scheduler", domains=[{"name": "web1", "cpus": "3"}])["commands"]


def test_a_scheduler_is_for_life(host: Any) -> None:
    host.run("xl_cpupool", **RT)
    guest(host)
    credit = {**RT, "sched": "credit"}
    assert "has the scheduler rtds, which cannot be changed" in host.run("xl_cpupool", **credit)["msg"]
    assert "has domains" in host.run("xl_cpupool", **credit, recreate="allowed")["msg"]
    host.calls()
    made = host.run("xl_cpupool", **credit, recreate="allowed", domains="move")
    assert made["pool"] == {"cpus": [2, 3], "scheduler": "credit", "domains": 1}
    assert changing(host)[-1] == "cpupool-migrate 1 rt"
    assert not host.run("xl_cpupool", **credit)["changed"]


def test_a_pool_is_renamed(host: Any) -> None:
    host.run("xl_cpupool", **RT)
    guest(host)
    renamed = host.run("xl_cpupool", name="real", renamed_from="rt", cpus="3")
    assert renamed["pool"] == {"cpus": [3], "scheduler": "rtds", "domains": 1}
    assert not host.run("xl_cpupool", name="real", renamed_from="rt", cpus="3")["changed"]


def test_what_must_not_be_is_said_before_anything_is_done(host: Any) -> None:
    for check in (True, False):
        refused = host.run("xl_cpupool", check=check, name="new", sched="sedf", cpus="1")
        assert refused["msg"].startswith(
            'sched: cpupool "new": there is no scheduler sedf (Xen 4.17); use one of credit'
        )
    assert "shall be absent" in host.run("xl_cpupool", name="rt", state="absent", sched="rtds")["msg"]
    assert changing(host) == []


def test_cpus_are_taken_from_a_pool_that_is_named(host: Any) -> None:
    host.run("xl_cpupool", **RT)
    host.run("xl_cpupool", name="other", cpus="3", take_from=["rt"])
    assert pools(host)["rt"] == ("rtds", [2])
    guest(host)
    refused = host.run("xl_cpupool", name="other", cpus="2-3", take_from=["rt"])
    assert 'none would be left for cpupool "rt"' in refused["msg"]


@pytest.mark.parametrize(
    ("command", "code"),
    [("cpupool-create", 1), ("cpupool-cpu-remove", 0), ("cpupool-cpu-add", 0), ("cpupool-cpu-add", 1)],
)
def test_what_has_no_effect_is_found_and_undone(host: Any, command: str, code: int) -> None:
    said = "libxl: error: libxl_cpupool.c:400:libxl_cpupool_cpuremove: Error removing cpu 3 from cpupool\n"
    host.set(faults={command: {"code": code, "errors": said, "once": True}})
    failed = host.run("xl_cpupool", **RT)
    assert f"xl {command}" in failed["msg"]
    assert "Error removing cpu 3 from cpupool" in failed["msg"]
    assert failed["msg"].endswith("What was done was undone")
    host.run("xl_cpupool", name="Pool-0")
    assert pools(host) == {"Pool-0": ("credit2", [0, 1, 2, 3])}


def test_what_cannot_be_undone_is_said(host: Any) -> None:
    host.set(faults={"cpupool-cpu-add": {"code": 0, "errors": "no\n"}})
    failed = host.run("xl_cpupool", **RT)
    assert "What was done could not be undone: cpupool" in failed["msg"]
    host.set(faults={})
    assert not host.run("xl_cpupool", **RT).get("failed")
    assert pools(host) == {"Pool-0": ("credit2", [0, 1]), "rt": ("rtds", [2, 3])}


@pytest.mark.sampled
@pytest.mark.parametrize("command", ["cpupool-create", "cpupool-cpu-remove"])
def test_a_run_that_died_is_completed_by_the_next(host: Any, command: str) -> None:
    host.set(faults={command: {"kills": "after", "once": True}})
    assert host.run("xl_cpupool", **RT) == {}
    assert not host.run("xl_cpupool", **RT).get("failed")
    assert pools(host) == {"Pool-0": ("credit2", [0, 1]), "rt": ("rtds", [2, 3])}


def test_a_failed_re_creation_brings_everything_back(host: Any) -> None:
    host.run("xl_cpupool", **RT)
    guest(host)
    host.set(faults={"cpupool-create": {"code": 1, "errors": "error on creating cpupool\n", "once": True}})
    failed = host.run("xl_cpupool", name="rt", sched="credit", recreate="allowed", domains="move")
    assert failed["msg"].endswith("What was done was undone")
    assert pools(host) == {"Pool-0": ("credit2", [0, 1]), "rt": ("rtds", [2, 3])}
    assert host.domain("web1")["pool"] == "rt"


def test_a_pool_whose_name_touches_its_cpus_in_the_table_of_xl(host: Any) -> None:
    long = {"name": "computers-of-rack-07", "sched": "credit", "cpus": "2-3"}
    assert host.run("xl_cpupool", **long)["pool"]["cpus"] == [2, 3]
    assert not host.run("xl_cpupool", **long)["changed"]
