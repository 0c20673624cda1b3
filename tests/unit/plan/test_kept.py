# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of units that say again what Xen forgets."""

from __future__ import annotations

import shlex

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._plan.cpupools import Pool, Seen, Wanted
from ansible_collections.xlops.xen.plugins.module_utils._plan.host_cpus import HostCpus
from ansible_collections.xlops.xen.plugins.module_utils._plan.kept import (
    ITSELF,
    PCI,
    SCHEDULERS,
    Line,
    guest_resource,
    pools_resource,
    resource,
    word,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.kept_resources import pool_resources
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from hypothesis import given
from hypothesis import strategies as st

WEIGHT, CAP = (Line(("sched-credit", "-d", "0", option, "1")) for option in ("-w", "-c"))


def seen(**pools: str) -> Seen:
    host = HostCpus(frozenset(range(4)))
    return Seen(Release(4, 17), host, {name: Pool("credit2", host.named(cpus, "cpus")) for name, cpus in pools.items()})


def commands(text: str | None) -> list[str]:
    return [line for line in (text or "").splitlines() if line.startswith("Exec")]


def test_what_is_said_of_other_things_stays() -> None:
    first = resource(SCHEDULERS, "domain", "Domain-0", {"weight": [WEIGHT]}).text(None, "/xl")
    both = resource(SCHEDULERS, "domain", "Domain-0", {"cap": [CAP]}).text(first, "/xl")
    assert commands(both) == ["ExecStart=/xl sched-credit -d 0 -c 1", "ExecStart=/xl sched-credit -d 0 -w 1"]
    assert resource(SCHEDULERS, "domain", "Domain-0", {"weight": [WEIGHT]}).text(both, "/xl") == both
    assert resource(SCHEDULERS, "domain", "Domain-0", {"cap": []}).text(both, "/xl") == first
    assert resource(SCHEDULERS, "domain", "Domain-0", {"weight": []}).text(first, "/xl") is None
    assert resource(SCHEDULERS, "domain", "Domain-0", None).text(both, "/xl") is None


def test_a_file_of_somebody_else_is_written_anew() -> None:
    text = resource(PCI, PCI, "0000:00:05.0", {"device": [WEIGHT]}).text("[Service]\n#: weight\nExecStart=x\n", "/xl")
    assert commands(text) == ["ExecStart=/xl sched-credit -d 0 -w 1"]


def test_a_command_that_may_fail_says_why() -> None:
    line = Line(("cpupool-create", 'name="rt"'), "it is there already")
    text = pools_resource("rt", {"pool": [line, Line(("cpupool-list", "rt"), check=True)]}).text(None, "/xl")
    assert text is not None
    assert text.splitlines()[-4:] == [
        "#: pool",
        "# May fail: it is there already.",
        'ExecStart=-/xl cpupool-create "name=\\"rt\\""',
        "ExecStartPost=/xl cpupool-list rt",
    ]


def test_a_guest_is_told_by_its_name() -> None:
    text = guest_resource("web1", {"rtds": [Line(("sched-rtds", "-d", ITSELF), "why")]}).text(None, "/xl")
    assert commands(text) == ['ExecStartPost=-/xl sched-rtds -d "${XEN_GUEST}"']
    assert text is not None
    assert "[Unit]" not in text, "it is ordered by its own unit"


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1))
def test_a_word_is_no_more_than_a_word(text: str) -> None:
    written = word(text)
    if text == ITSELF:
        return
    (read,) = shlex.split(written)
    assert read.replace("$$", "$").replace("%%", "%") == text
    assert "$" not in written.replace("$$", "")
    assert "%" not in written.replace("%%", "")


@pytest.mark.parametrize(
    ("name", "cpus", "expected"),
    [
        ("main", None, ["cpupool-rename 0 main", "cpupool-list main"]),
        ("main", "0-1", ["cpupool-cpu-remove 0 2-3", "cpupool-rename 0 main", "cpupool-list main"]),
    ],
)
def test_the_first_pool(name: str, cpus: str | None, expected: list[str]) -> None:
    (one,) = pool_resources(Wanted(name, cpus=cpus), seen(main="0-1"), persistent=True)
    assert [line.split("/xl ")[1] for line in commands(one.text(None, "/xl"))] == expected


def test_nothing_is_kept_of_a_first_pool_of_which_nothing_is_said() -> None:
    (one,) = pool_resources(Wanted("Pool-0"), seen(**{"Pool-0": "0-1"}), persistent=True)
    assert one.text(None, "/xl") is None


def test_a_former_name_that_is_still_a_pool_keeps_its_unit() -> None:
    wanted = Wanted("new", renamed_from="old")
    assert len(pool_resources(wanted, seen(first="0", old="1", new="2"), persistent=True)) == 1
    assert len(pool_resources(wanted, seen(first="0", new="2"), persistent=True)) == 3
