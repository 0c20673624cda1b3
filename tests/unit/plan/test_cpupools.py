# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to a cpupool, in which order, and what is refused. Whatever is planned can be undone at every step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Command
from ansible_collections.xlops.xen.plugins.module_utils._plan.cpupools import (
    Pool,
    Pools,
    Seen,
    Wanted,
    plan,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.host_cpus import HostCpus
from ansible_collections.xlops.xen.plugins.module_utils._plan.moving import Shares
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from hypothesis import given
from hypothesis import strategies as st

HOST = HostCpus(frozenset(range(8)), ((0, 1, 2, 3), (4, 5, 6, 7)))


def pools(**named: tuple[str, Any]) -> dict[str, Pool]:
    return {name.replace("_", "-"): Pool(sched, frozenset(cpus)) for name, (sched, cpus) in named.items()}


def seen(release: str = "4.17", places: dict[int, str] | None = None, **named: tuple[str, Any]) -> Seen:
    found = pools(**(named or {"Pool_0": ("credit2", range(8))}))
    places = {0: "Pool-0"} if places is None else places
    counts = {name: list(places.values()).count(name) for name in found}
    return Seen(Release.parse(release), HOST, found, counts, places, {0: "Domain-0", 1: "web1", 2: "web2"})


TWO: dict[str, Any] = {"Pool_0": ("credit2", (0, 1, 2, 3)), "rt": ("rtds", (4, 5, 6))}


def commands(host: Seen, **wanted: Any) -> list[str]:
    steps, _after = plan(Wanted(**{"name": "rt", **wanted}), host)
    return [" ".join(command) for step in steps for command in step.commands]


@pytest.mark.parametrize(
    ("host", "wanted", "expected"),
    [
        (seen(**TWO), {"sched": "rtds", "cpus": "4-6"}, []),
        (seen(**TWO), {}, []),
        (seen(**TWO), {"cpus": "node:1"}, ["cpupool-cpu-add rt 7"]),
        (seen(**TWO), {"cpus": "4"}, ["cpupool-cpu-remove rt 5-6", "cpupool-cpu-add Pool-0 5-6"]),
        (
            seen(**TWO),
            {"cpus": "3"},
            [
                "cpupool-cpu-remove Pool-0 3",
                "cpupool-cpu-add rt 3",
                "cpupool-cpu-remove rt 4-6",
                "cpupool-cpu-add Pool-0 4-6",
            ],
        ),
        (
            seen(),
            {"cpus": "6-7"},
            ['cpupool-create name="rt" sched="credit2"', "cpupool-cpu-remove Pool-0 6-7", "cpupool-cpu-add rt 6-7"],
        ),
        (seen(**TWO), {"name": "Pool-0", "cpus": "0-1"}, ["cpupool-cpu-remove Pool-0 2-3"]),
        (seen(**TWO), {"name": "Pool-0", "cpus": "0-3,7"}, ["cpupool-cpu-add Pool-0 7"]),
        (seen(**TWO), {"state": "absent"}, ["cpupool-destroy rt", "cpupool-cpu-add Pool-0 4-6"]),
        (seen(), {"state": "absent"}, []),
        (seen(), {"state": "absent", "cpus": "4-6"}, []),
        (seen(**TWO), {"name": "real", "renamed_from": "rt"}, ["cpupool-rename rt real"]),
        (seen(**TWO), {"renamed_from": "former"}, []),
        (
            seen(**TWO),
            {"sched": "credit", "recreate": "allowed"},
            ["cpupool-destroy rt", 'cpupool-create name="rt" sched="credit"', "cpupool-cpu-add rt 4-6"],
        ),
        (
            seen(**TWO, places={0: "Pool-0", 1: "rt", 2: "rt"}),
            {"state": "absent", "domains": "move"},
            [
                "cpupool-migrate 1 Pool-0",
                "cpupool-migrate 2 Pool-0",
                "cpupool-destroy rt",
                "cpupool-cpu-add Pool-0 4-6",
            ],
        ),
        (
            seen("4.5", **TWO),
            {"cpus": "4"},
            [
                "cpupool-cpu-remove rt 5",
                "cpupool-cpu-remove rt 6",
                *("cpupool-cpu-add Pool-0 5", "cpupool-cpu-add Pool-0 6"),
            ],
        ),
    ],
)
def test_commands(host: Seen, wanted: dict[str, Any], expected: list[str]) -> None:
    assert commands(host, **wanted) == expected


@pytest.mark.parametrize(
    ("host", "wanted", "message"),
    [
        (seen(), {"name": "Pool-0", "state": "absent"}, "the one the hypervisor boots with"),
        (seen(), {"name": "Pool-0", "cpus": "1-3"}, "must keep CPU 0"),
        (seen(), {"name": "Pool-0", "sched": "credit"}, "boot the hypervisor with sched=credit"),
        (seen(), {}, "none is made without CPUs \\(Xen 4.17\\); say which it shall have, of 0-7"),
        (seen(), {"cpus": "0-3"}, "must keep CPU 0"),
        (seen("4.16"), {"cpus": "all"}, 'none would be left for cpupool "Pool-0"'),
        (seen(), {"cpus": "9"}, '"9" names CPU 9, and the host has 0-7'),
        (seen(), {"cpus": "node:2"}, "names NUMA node 2"),
        (seen(), {"cpus": "3-1"}, '"3-1" is not a CPU list'),
        (seen(), {"cpus": "1,^1"}, "names no CPU"),
        (seen(), {"name": "12", "cpus": "1"}, "not digits alone"),
        (seen(), {"name": 'a"b', "cpus": "1"}, "cannot be the name of a cpupool"),
        (seen(), {"sched": "sedf", "cpus": "1"}, "there is no scheduler sedf \\(Xen 4.17\\); use one of credit"),
        (seen("4.8"), {"sched": "null", "cpus": "1"}, "there is no scheduler null"),
        (seen(**TWO), {"name": "new", "cpus": "4"}, 'which cpupool "rt" has'),
        (seen(**TWO), {"state": "absent", "sched": "rtds"}, "remove sched and renamed_from"),
        (seen(**TWO), {"renamed_from": "rt"}, "has that name already"),
        (seen(**TWO), {"sched": "credit"}, "has the scheduler rtds, which cannot be changed"),
        (seen(**TWO, places={1: "rt"}), {"state": "absent"}, 'has domains: "web1" \\(1\\)'),
        (
            seen(**TWO, places={1: "rt"}),
            {"name": "new", "cpus": "4-6", "take_from": ["rt"]},
            'none would be left for cpupool "rt"',
        ),
    ],
)
def test_refusals(host: Seen, wanted: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        commands(host, **wanted)


CREDIT: dict[str, Any] = {"Pool_0": ("credit2", (0, 1, 2, 3)), "rt": ("credit", (4, 5))}


@pytest.mark.parametrize(
    ("host", "wanted", "expected"),
    [
        (
            seen(**CREDIT),
            {"state": "absent"},
            ["sched-credit -s -p rt -t 1000", "cpupool-destroy rt", "cpupool-cpu-add Pool-0 4-5"],
        ),
        (
            seen(**CREDIT),
            {"name": "other", "sched": "credit2", "cpus": "4-5", "take_from": ["rt"]},
            [
                'cpupool-create name="other" sched="credit2"',
                "sched-credit -s -p rt -t 1000",
                "cpupool-cpu-remove rt 4-5",
                "cpupool-cpu-add other 4-5",
            ],
        ),
        (seen(**CREDIT), {"cpus": "4"}, ["cpupool-cpu-remove rt 5", "cpupool-cpu-add Pool-0 5"]),
        (seen(**{**CREDIT, "rt": ("credit", ())}), {"state": "absent"}, ["cpupool-destroy rt"]),
    ],
)
def test_a_pool_of_credit_accounts_seldom_when_its_last_cpu_goes(
    host: Seen, wanted: dict[str, Any], expected: list[str]
) -> None:
    assert commands(host, **wanted) == expected


def test_domains_that_no_table_names_are_not_moved() -> None:
    host = replace(seen("4.5", **TWO, places={}), counts={"rt": 1})
    with pytest.raises(ConfigError, match="has domains: 1, which xl does not name"):
        commands(host, state="absent")
    with pytest.raises(ConfigError, match="has 1 domains, of which xl names 0"):
        commands(host, state="absent", domains="move")


def test_a_step_knows_what_is_otherwise() -> None:
    host = seen(**TWO)
    steps, after = plan(Wanted("rt", cpus="4"), host)
    assert steps[0].fault(host) == ('cpupool "rt" should be there with rtds, CPUs 4, and is there with rtds, CPUs 4-6')
    assert steps[-1].fault(after) == ""


def act(found: dict[str, Pool], command: Command) -> None:
    """What Xen makes of a command."""
    word, *rest = command
    numbers = HOST.named(rest[1], "cpus") if word.startswith("cpupool-cpu") else frozenset()
    if word == "cpupool-create":
        found[rest[0].split('"')[1]] = Pool(rest[1].split('"')[1], frozenset())
    elif word == "cpupool-destroy":
        del found[rest[0]]
    elif word == "cpupool-rename":
        found[rest[1]] = found.pop(rest[0])
    elif word == "cpupool-cpu-add":
        assert not any(pool.cpus & numbers for pool in found.values())
        found[rest[0]] = replace(found[rest[0]], cpus=found[rest[0]].cpus | numbers)
    elif word == "cpupool-cpu-remove":
        assert numbers <= found[rest[0]].cpus
        found[rest[0]] = replace(found[rest[0]], cpus=found[rest[0]].cpus - numbers)


def same(found: Pools, expected: Pools) -> bool:
    return dict(found) == dict(expected)


@given(
    owners=st.lists(st.sampled_from(["Pool-0", "a", "b", ""]), min_size=7, max_size=7),
    cpus=st.sets(st.integers(0, 7), min_size=1),
    state=st.sampled_from(["present", "absent"]),
    sched=st.sampled_from([None, "credit", "rtds"]),
    release=st.sampled_from(["4.5", "4.17"]),
)
def test_every_step_has_the_effect_that_is_foreseen_and_can_be_undone(
    owners: list[str], cpus: set[int], state: str, sched: str | None, release: str
) -> None:
    owned = {
        name: frozenset(cpu for cpu, owner in enumerate(["Pool-0", *owners]) if owner == name)
        for name in ("Pool-0", "a", "b")
    }
    found = {name: Pool("credit2" if name == "Pool-0" else "rtds", numbers) for name, numbers in owned.items()}
    host = Seen(Release.parse(release), HOST, found, {"Pool-0": 1}, {0: "Pool-0"}, {0: "Domain-0"})
    wanted = Wanted(
        "a",
        state,
        sched if state == "present" else None,
        ",".join(map(str, sorted(cpus))),
        None,
        ["Pool-0", "b"],
        recreate="allowed",
    )
    try:
        steps, after = plan(wanted, host)
    except ConfigError:
        return
    now = dict(found)
    for step in steps:
        former = dict(now)
        for command in step.commands:
            act(now, command)
        assert same(now, step.pools)
        back = dict(now)
        for command in step.undo:
            act(back, command)
        assert same(back, former)
    assert same(now, after.pools)
    assert now["Pool-0"].cpus
    assert plan(wanted, replace(host, pools=now))[0] == []
    if state == "present":
        assert now["a"].cpus == frozenset(cpus)


PINNED = Shares(((frozenset({5}), HOST.numbers), (HOST.numbers, HOST.numbers)), {"weight": 512, "cap": 0})
CREDIT: dict[str, Any] = {"Pool_0": ("credit2", (0, 1, 2, 3)), "rt": ("credit", (4, 5, 6, 7))}


def pinned(**named: Any) -> Seen:
    return replace(seen(**(named or CREDIT), places={0: "Pool-0", 1: "rt"}), shares={1: PINNED})


def test_what_a_domain_loses_on_its_way_is_said_again_where_it_is_in_the_end() -> None:
    """When the pool's CPUs have come to the first one: before, no pin to them could be had there."""
    found = commands(pinned(), state="absent", domains="move")
    assert found == [
        "cpupool-migrate 1 Pool-0",
        "sched-credit -s -p rt -t 1000",
        "cpupool-destroy rt",
        "cpupool-cpu-add Pool-0 4-7",
        "vcpu-pin 1 0 5 -",
        "sched-credit2 -d 1 -w 512 -c 0",
    ]


def test_a_pool_that_is_made_anew_gives_its_domains_what_they_had() -> None:
    found = commands(pinned(), sched="credit2", recreate="allowed", domains="move")
    assert found[-3:] == ["cpupool-migrate 1 rt", "vcpu-pin 1 0 5 -", "sched-credit2 -d 1 -w 512 -c 0"]


def test_what_is_moved_back_has_what_it_had() -> None:
    steps, _after = plan(Wanted("rt", state="absent", domains="move"), pinned())
    assert [" ".join(command) for command in steps[0].undo] == [
        "cpupool-migrate 1 rt",
        "vcpu-pin 1 0 5 -",
        "sched-credit -d 1 -w 512 -c 0",
    ]


def test_what_the_scheduler_does_not_know_or_gives_to_all_is_not_said() -> None:
    rtds = commands(pinned(**{**CREDIT, "Pool_0": ("rtds", (0, 1, 2, 3))}), state="absent", domains="move")
    assert [command for command in rtds if command.startswith("sched-rtds")] == []
    plain = replace(pinned(), shares={1: Shares((), {"weight": 256, "cap": 0})})
    assert commands(plain, state="absent", domains="move")[-1] == "cpupool-cpu-add Pool-0 4-7"


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("4.17", ["sched-rtds -d 1 -v 0 -p 10000 -b 4000 -e 1", "sched-rtds -d 1 -v 1 -p 20000 -b 4000 -e 1"]),
        ("4.6", ["sched-rtds -d 1 -p 10000 -b 4000"]),
    ],
)
def test_real_time_is_said_of_each_virtual_cpu(release: str, expected: list[str]) -> None:
    each = {0: {"period": 10000, "budget": 4000, "extratime": 1}, 1: {"period": 20000, "budget": 4000, "extratime": 1}}
    host = seen(release, places={0: "Pool-0", 1: "rt"}, Pool_0=("rtds", range(4)), rt=("rtds", (4, 5)))
    host = replace(host, shares={1: Shares((), {"period": 10000}, each)})
    assert [one for one in commands(host, state="absent", domains="move") if "sched" in one] == expected


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (PINNED, ""),
        (replace(PINNED, pins=((HOST.numbers, HOST.numbers),) * 2), "virtual CPU 0 should be pinned to CPUs 5"),
        (replace(PINNED, parameters={"weight": 256, "cap": 0}), "weight should be 512, and is 256"),
    ],
)
def test_what_was_said_again_without_effect_is_a_fault(found: Shares, fault: str) -> None:
    steps, after = plan(Wanted("rt", state="absent", domains="move"), pinned())
    told = steps[-1].fault(replace(after, shares={1: found}))
    assert (fault in told) if fault else told == ""
