# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declarations: defaults below guests, engine keys apart, every fault said at once."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import given, read_declarations

KERNEL = {"kernel": "/k"}


def test_what_is_not_said_has_its_default() -> None:
    (one,) = read_declarations([{"name": "web1", **KERNEL, "state": None}])
    assert (one.state, one.autostart, one.stop_timeout, one.may_destroy) == ("running", None, 60, False)
    assert one.keys == {"name": "web1", **KERNEL}


def test_defaults_stand_below_each_guest() -> None:
    defaults = {"state": "stopped", "memory": 64, "destroy": "allowed", "vif": [{"bridge": "a", "mac": None}]}
    one, two = read_declarations([{"name": "a", "memory": 128, "vif": []}, {"name": "b", "state": "running"}], defaults)
    assert (one.state, one.keys["memory"], one.keys["vif"], one.may_destroy) == ("stopped", 128, [], True)
    assert (two.state, two.keys["memory"], two.keys["vif"]) == ("running", 64, [{"bridge": "a"}])


def test_the_defaults_name_nobody() -> None:
    with pytest.raises(ConfigError, match=r"^defaults\.name: the defaults are of all guests, and"):
        read_declarations([{"name": "web1", **KERNEL}], {"name": "all"})


@pytest.mark.parametrize(
    ("guest", "described"),
    [
        ({"state": "running"}, True),
        ({"state": "stopped"}, True),
        ({"state": "stopped", "memory": 64}, True),
        ({"state": "absent", "memory": 64}, False),
        ({"state": "present"}, True),
    ],
)
def test_the_defaults_describe_every_guest_that_does_not_go(guest: dict[str, Any], described: bool) -> None:
    (one,) = read_declarations([{"name": "a", **guest}], {"memory": 64, **KERNEL})
    assert one.describes_guest is described


@pytest.mark.parametrize("engine", [{}, {"autostart": True}, {"destroy": "allowed", "stop_timeout": 1}])
@pytest.mark.parametrize("state", ["stopped", "absent"])
def test_a_guest_that_goes_need_not_be_more_than_named(engine: dict[str, Any], state: str) -> None:
    (one,) = read_declarations([{"name": "a", **engine}], {"state": state})
    assert not one.describes_guest


def test_every_fault_of_every_guest_is_said_at_once() -> None:
    guests = [{"name": "a", "memroy": 1}, {"name": "b", "state": "gone"}, {"name": "c", "memory": "x"}, {"name": "c"}]
    with pytest.raises(ConfigError) as wrong:
        read_declarations(guests)
    assert [(finding.guest, finding.key) for finding in wrong.value.findings] == [
        ("a", "memroy"),
        ("b", "state"),
        ("c", "memory"),
        ("c", "name"),
    ]


@pytest.mark.parametrize(
    ("guests", "defaults", "said"),
    [
        ([{"name": "a"}, {"name": "b"}], {"memory": "x"}, [(None, "defaults.memory")]),
        ([{"name": "a"}], {"memory": "x"}, [("a", "defaults.memory")]),
        ([{"name": "a"}, {"name": "b", "memory": "y"}], {"memory": "x"}, [("a", "defaults.memory"), ("b", "memory")]),
        ([{"name": "a"}, {"name": "b"}], {"restart": "x"}, [(None, "defaults.restart")]),
        ([{"name": "a"}, {"name": "b"}], {"vif": [{"mac": 5}]}, [(None, "defaults.vif[0].mac")]),
        ([{"name": "a", "memory": 2}, {"name": "b", "memory": 1}], {"maxmem": 1}, [("a", "defaults.maxmem")]),
        ([{"name": "a", "memory": None}, {"name": "b"}], {"memroy": 1}, [(None, "defaults.memroy")]),
        (
            [{"name": "a"}, {"name": "b"}],
            {"uuid": "6b4d0d1e-51f5-5f0e-9a51-3f1d3f0f1a01"},
            [("b", "defaults.uuid")],
        ),
    ],
)
def test_what_is_wrong_with_the_defaults_is_said_of_them_and_once(
    guests: list[dict[str, Any]], defaults: dict[str, Any], said: list[tuple[str, str]]
) -> None:
    with pytest.raises(ConfigError) as wrong:
        read_declarations(guests, {**KERNEL, **defaults})
    assert [(finding.guest, finding.key) for finding in wrong.value.findings] == said


@pytest.mark.parametrize("name", [".a", "-a", "n" * 201, "ä" * 101])
def test_a_name_has_to_be_good_for_a_file(name: str) -> None:
    with pytest.raises(ConfigError, match="files are named after it"):
        read_declarations([{"name": name}])


def test_a_name_that_would_make_another_guest_migrate_for_ever_is_refused() -> None:
    with pytest.raises(ConfigError) as wrong:
        read_declarations([{"name": "web--incoming", "kernel": "/k"}])
    assert str(wrong.value) == (
        'guest "web--incoming", name: xl names guests so while they migrate, and while this one is there, guest web '
        "would be taken for one; give the guest another name; former_name renames one that is there."
    )


@pytest.mark.parametrize("name", ["a", "web-1.example.org", "a b", "ä", "a=b", "n" * 200])
def test_names_that_are_fine(name: str) -> None:
    assert read_declarations([{"name": name, "state": "absent"}])[0].name == name


def test_what_was_not_given_goes_at_every_depth() -> None:
    assert given({"a": None, "b": [{"c": None, "d": 0}], "e": False}) == {"b": [{"d": 0}], "e": False}
