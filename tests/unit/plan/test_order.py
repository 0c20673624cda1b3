# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guests of a run together: who goes and comes when, who waits for whom, who fits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.dependencies import in_order, needed_by, waves
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import read_declarations
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.order import all_or_none, coming, going, together
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan, plan
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

FIXED = {"free_memory": "3000", "xen_commandline": "dom0_mem=1024M,max:1024M"}
HOST = Observation(Release(4, 17), FIXED, machine_id="0123456789abcdef0123456789abcdef")


def guest(name: str, **keys: Any) -> dict[str, Any]:
    return {"name": name, "kernel": "/k", "memory": 100, **keys}


def with_running(seen: Observation, *guests: dict[str, Any]) -> Observation:
    """The host on which these guests run, with nothing of ours said about them before."""
    domains = list(seen.domains)
    for one in plan(read_declarations(list(guests)), seen):
        assert one.model is not None
        config = dict(canonical(one.model, seen.release, seen.facts))
        config["b_info"] = {**config["b_info"], "sched_params": {}}
        number = len(domains) + 1
        domains.append(Domain(number, one.name, one.uuid, "-b----", one.model["memory"], config))
    return replace(seen, domains=tuple(domains))


def plans(seen: Observation, *guests: dict[str, Any]) -> list[GuestPlan]:
    return together(plan(read_declarations(list(guests)), seen), seen)


def names(found: list[GuestPlan]) -> list[str]:
    return [one.name for one in found]


def test_a_backend_is_needed_without_being_named() -> None:
    keys = {"vif": [{"backend": "net"}, {"backend": "0"}], "disk": [{"backend": "Domain-0"}, {"backend": "5"}, {}]}
    assert needed_by(keys, ["db", "net"]) == ("db", "net")


def test_who_is_needed_comes_first_and_goes_last() -> None:
    guests = [guest("web", depends_on=["db"]), guest("db", depends_on=["net"]), guest("net"), guest("alone")]
    assert names(coming(plans(HOST, *guests))) == ["net", "db", "web", "alone"]
    leaving = plans(with_running(HOST, *guests), *[{**one, "state": "absent"} for one in guests])
    assert [names(group) for group in going(leaving)] == [["web"], ["db"], ["net", "alone"]]


def test_a_circle_is_in_no_group_and_still_comes_to_an_end() -> None:
    needs = {"a": ("b",), "b": ("a",), "c": ()}
    assert waves(needs) == [["c"]]
    assert sorted(in_order(needs, lambda _name: 0)) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("guests", "said"),
    [
        ([guest("a", depends_on=["b"]), guest("b", depends_on=["a"])], "it needs b, which in the end needs it"),
        ([guest("a", depends_on=["b"]), guest("b", state="stopped")], "it needs b, which is declared to go"),
    ],
)
def test_what_cannot_be_ordered_is_refused(guests: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_declarations(guests)


def test_a_guest_whose_need_fails_or_is_not_there_is_not_created() -> None:
    found = plans(HOST, guest("web", depends_on=["db"]), guest("db", depends_on=["gone"]))
    assert [one.error for one in found] == [
        "it depends on db, which failed",
        "it depends on gone, which does not run on the host and is not declared to",
    ]
    assert [one.error for one in plans(with_running(HOST, guest("db")), guest("web", depends_on=["db"]))] == [""]


def test_who_does_not_fit_is_not_created_and_smaller_ones_still_are() -> None:
    found = plans(HOST, guest("a", memory=2000), guest("b", memory=2000), guest("c", memory=500))
    assert [one.error == "" for one in found] == [True, False, True]
    assert "it needs 2002 MiB and the host has 998 MiB left for it" in found[1].error


def test_who_gives_memory_back_does_so_before_another_takes_it() -> None:
    big = guest("big", memory=2000, maxmem=2000)
    seen = replace(with_running(HOST, big), info={**FIXED, "free_memory": "1000"})
    found = plans(seen, guest("new", memory=1500), {**big, "memory": 1000})
    assert [one.error for one in found] == ["", ""]
    assert names(coming(found)) == ["big", "new"]
    assert [one.makes_room for one in found] == [False, True]


def test_a_guest_does_not_get_memory_that_the_host_has_not() -> None:
    small = guest("small", memory=100, maxmem=4000)
    (found,) = plans(with_running(HOST, small), {**small, "memory": 3900})
    assert "for what it is to have more, it needs 3800 MiB and the host has 3000 MiB left for it" in found.error


def test_a_guest_that_is_made_anew_has_the_memory_that_it_gives_back() -> None:
    old = guest("old", memory=2000)
    seen = with_running(HOST, old)
    (found,) = plans(seen, {**old, "memory": 4500, "restart": "allowed"})
    assert (found.error, [one.key for one in found.renewed_for]) == ("", ["memory"])
    full = replace(seen, info={**seen.info, "free_memory": "0"})
    (found,) = plans(full, {**old, "cmdline": "quiet", "restart": "allowed"})
    assert (found.error, [one.key for one in found.renewed_for]) == ("", ["cmdline"])
    (found,) = plans(seen, {**old, "memory": 5500, "restart": "allowed"})
    assert "it needs 5502 MiB and the host has 5002 MiB left for it" in found.error


def test_all_or_none() -> None:
    found = all_or_none(plans(HOST, guest("a"), guest("b", memory=9000)))
    assert [bool(one.steps) for one in found] == [False, False]
    assert "guest b failed and continue_on_error is false" in found[0].error


def test_each_guest_is_weighed_once_whatever_their_number() -> None:
    """What is asked again for each guest that comes before makes a thousand of them a million questions."""
    asked: list[str] = []
    needs = {f"g{number}": ([f"g{number - 1}"] if number % 2 else []) for number in range(50)}
    in_order(needs, lambda name: asked.append(name) or 0)
    assert sorted(asked) == sorted(needs)


def test_the_most_urgent_of_the_free_ones_is_next_and_a_circle_is_broken_by_the_most_urgent() -> None:
    needs = {"a": ["d"], "b": [], "c": ["b"], "d": [], "x": ["y"], "y": ["x"]}
    urgent = {"d": 0, "a": 1, "c": 1, "b": 2, "x": 4, "y": 3}
    assert in_order(needs, urgent.__getitem__) == ["d", "a", "b", "c", "y", "x"]
