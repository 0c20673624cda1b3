# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One guest in three forms, and what is different between any two of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import read_config, read_domain_list
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._plan.document import (
    LARGEST,
    Described,
    differences,
    read_document,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.config.strategies import models
from ansible_collections.xlops.xen.tests.unit.transcripts import DATA, stdout
from hypothesis import given, settings
from hypothesis import strategies as st

XEN_4_17 = Release(4, 17)
GUEST = {"name": "web1", "type": "pv", "kernel": "/k", "memory": 512, "disk": [{"vdev": "xvda", "target": "/d"}]}


def described(value: Any, release: Release = XEN_4_17) -> Described:
    return read_document(value).described(release)


def changed(before: Any, after: Any, release: Release = XEN_4_17) -> list[tuple[str, Any, Any, str]]:
    found = differences(described(before, release), described(after, release), release)
    return [(one.label, one.before, one.after, one.impact) for one in found]


@given(models())
@settings(max_examples=100, deadline=None)
def test_a_guest_is_the_same_in_every_form(case: tuple[Release, Model]) -> None:
    release, model = case
    text, config = to_xl_cfg(model, release), canonical(model, release)
    forms = [model, text, config, json.dumps(config), {"domid": None, "config": config}]
    assert all(described(form, release).config == config for form in forms)
    assert [changed(model, form, release) for form in forms] == [[]] * len(forms)
    assert [changed(form, model, release) for form in forms] == [[]] * len(forms)


def test_the_engines_keys_are_no_part_of_the_guest() -> None:
    assert described({**GUEST, "state": "stopped", "autostart": True}).model == described(GUEST).model


@pytest.mark.parametrize(
    ("change", "key", "before", "after", "impact"),
    [
        ({"memory": 256}, "memory", 512, 256, "live"),
        ({"vcpus": 4}, "vcpus", None, 4, "next_boot"),
        ({"vcpus": 1}, "vcpus", None, 1, "live"),
        ({"memory": 1024}, "memory", 512, 1024, "next_boot"),
        ({"maxmem": 1024}, "maxmem", 512, 1024, "next_boot"),
        ({"maxvcpus": 4}, "maxvcpus", None, 4, "next_boot"),
        (
            {"disk": [{"vdev": "xvda", "target": "/d", "backendtype": "qdisk"}]},
            "disk[xvda]",
            {"backendtype": None},
            {"backendtype": "qdisk"},
            "live",
        ),
        (
            {"disk": []},
            "disk[xvda]",
            {"vdev": "xvda", "target": "/d", "format": "raw", "access": "rw", "devtype": "disk"},
            None,
            "live",
        ),
    ],
    ids=range(8),
)
def test_between_two_declarations_every_key_counts_that_either_has(
    change: dict[str, Any], key: str, before: Any, after: Any, impact: str
) -> None:
    assert changed(GUEST, {**GUEST, **change}) == [(key, before, after, impact)]
    (back,) = changed({**GUEST, **change}, GUEST)
    assert back[:3] == (key, after, before)


def test_between_a_declaration_and_a_running_guest_what_libxl_fills_in_does_not_count() -> None:
    running = stdout("4.17/xl-list-l-dom.txt")
    declared = {
        "name": "pvnet",
        "kernel": "/root/guest/tiny",
        "memory": 192,
        "vcpus": 2,
        "cpus": "0-1",
        "cpus_soft": "1",
        "disk": [{"vdev": "xvda", "target": "/root/guest/d.img"}],
        "vif": [{}],
    }
    assert changed(running, declared) == changed(declared, running) == []
    assert changed(running, {**declared, "memory": 256}) == [("memory", 192, 256, "next_boot")]
    assert changed({**declared, "memory": 256}, running) == [("memory", 256, 192, "live")]


def test_what_was_done_to_a_running_guest_is_seen_between_two_readings() -> None:
    before, after = stdout("4.17/xl-list-l-dom.txt"), stdout("4.17/xl-list-l-after-memset.txt")
    assert changed(before, after) == [("memory", 192, 128, "live")]


@pytest.mark.parametrize(
    ("release", "listing", "expected"),
    [
        ("4.17", "xl-list-l.txt", {"pv1": [], "pvnet": []}),
        ("4.17", "xl-list-l-after-memset.txt", {"pvnet": [("memory", 192, 128, "live")]}),
        ("4.5.0", "xl-list-l.txt", {"pv1": []}),
    ],
)
def test_what_libxl_fills_in_while_a_guest_runs_is_no_change(release: str, listing: str, expected: Any) -> None:
    """What libxl has stored of the recorded guests, against what it shows of them."""
    kept = [read_config(text.split("\n", 1)[1]) for text in userdata(release)]
    stored = {config["c_info"].get("name"): config for config in kept}
    shown = {one.name: one.config for one in read_domain_list(stdout(f"{release}/{listing}")) if one.domid}
    xen = Release.parse(release)
    assert {name: changed(stored[name], config, xen) for name, config in shown.items()} == expected


def userdata(release: str) -> list[str]:
    """The stored files of a recording, each after a line with its name."""
    recorded = (DATA / release / "userdata.txt").read_text().split("--- stdout", 1)[1].split("--- stderr")[0]
    return [text.rstrip() + "\n\0" for text in recorded.split("== /var/lib/xen/")[1:]]


def test_a_live_change_from_the_default_is_one() -> None:
    before, after = (json.loads(stdout("4.17/xl-list-l-dom.txt"))[0]["config"] for _reading in range(2))
    del before["b_info"]["sched_params"]["weight"], before["disks"][0]["colo_restore_enable"]
    assert changed(before, after) == [("cpu_weight", None, 512, "live")]


def test_passwords_are_not_shown() -> None:
    def guest(password: str) -> dict[str, Any]:
        return {"name": "h", "type": "hvm", "vnc": True, "vncpasswd": password}

    assert changed(guest("hunter2"), guest("hunter3")) == [("vncpasswd", "(secret)", "(secret)", "next_boot")]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (3, ["3 is no guest", "libxl's JSON"]),
        (None, ["no guest"]),
        ("", ["empty"]),
        (" \0\n", ["empty"]),
        ("{", ["not JSON"]),
        ("[3]", ["no domain"]),
        ("[]", ["0 domains"]),
        (stdout("4.17/xl-list-l.txt"), ["3 domains", "Domain-0", "pv1", "pvnet", "xl list -l NAME"]),
        ("#" * (LARGEST + 1), ["1048577 characters"]),
        ('{"c_info": ' + "[" * 40 + "]" * 40 + "}", ["nested"]),
    ],
    ids=range(10),
)
def test_what_is_no_guest_is_refused(value: Any, words: list[str]) -> None:
    with pytest.raises(ConfigError) as refusal:
        read_document(value)
    assert all(word in str(refusal.value) for word in words), str(refusal.value)


WORDS = ["c_info", "b_info", "disks", "nics", "name", "type", "type.hvm", "vnc", "passwd", "memory", "disk", "vifs"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda one: st.lists(one) | st.dictionaries(st.sampled_from(WORDS), one),
    max_leaves=20,
)


@given(ANYTHING)
@settings(max_examples=500, deadline=None)
def test_whatever_comes_is_a_guest_or_a_typed_error(value: Any) -> None:
    try:
        one = described(value)
        differences(one, one, XEN_4_17)
    except ConfigError:
        pass


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_mutated_recording_is_a_guest_or_a_typed_error(data: st.DataObject) -> None:
    """One value somewhere in what xl really printed is something else."""
    config = json.loads(stdout("4.17/xl-list-l-dom.txt"))[0]["config"]
    holder: Any = config
    while True:
        key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        if not (isinstance(holder[key], (dict, list)) and holder[key] and data.draw(st.booleans())):
            break
        holder = holder[key]
    holder[key] = data.draw(ANYTHING)
    try:
        one = described(config)
        differences(one, described(GUEST), XEN_4_17)
        differences(described(GUEST), one, XEN_4_17)
    except ConfigError:
        pass
