# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after twenty.yml: each guest runs, with what all of them are declared to have."""

from __future__ import annotations

NAMES = {f"tiny{number}" for number in range(1, 21)}


def test_all_of_them_run(states):
    running = {name for name, letters in states.items() if letters[0] == "r" or letters[1] == "b"}
    assert running - {"Domain-0"} == NAMES


def test_each_has_the_memory_of_the_defaults(domains):
    assert {name: one["config"]["b_info"]["max_memkb"] for name, one in domains.items()} == dict.fromkeys(NAMES, 16384)


def test_each_has_a_file_of_its_own(host):
    files = [name for name in host.file("/etc/xen").listdir() if name.endswith(".cfg")]
    assert set(files) == {f"{name}.cfg" for name in NAMES}


def test_no_two_have_one_uuid(domains):
    assert len({one["config"]["c_info"]["uuid"] for one in domains.values()}) == len(NAMES)
