# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters about guests, as functions and in a real play."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.filter.from_xl_cfg import from_xl_cfg
from ansible_collections.xlops.xen.plugins.filter.libxl_diff import libxl_diff
from ansible_collections.xlops.xen.plugins.filter.lint_xl_cfg import lint_xl_cfg
from ansible_collections.xlops.xen.plugins.filter.to_xl_cfg import to_xl_cfg
from ansible_collections.xlops.xen.plugins.filter.xm_to_xl import xm_to_xl
from ansible_collections.xlops.xen.tests.unit.transcripts import DATA, stdout
from jinja2 import Undefined

ROOT = pathlib.Path(__file__).resolve().parents[3]

GUEST = {"name": "web1", "type": "hvm", "memory": 512, "disk": [{"vdev": "xvda", "target": "/dev/vg0/web1"}]}
TEXT = 'name = "web1"\ntype = "hvm"\nmemory = 512\ndisk = [ "vdev=xvda,target=/dev/vg0/web1" ]\n'


def test_a_guest_is_written_for_a_release() -> None:
    assert to_xl_cfg(GUEST) == TEXT
    assert to_xl_cfg(GUEST, release="4.5.0") == TEXT.replace("type", "builder")


def test_a_list_of_guests_is_a_list_of_files() -> None:
    assert to_xl_cfg([GUEST, {**GUEST, "state": "stopped"}]) == [TEXT, TEXT]


def test_what_xl_printed_is_written_down() -> None:
    text = to_xl_cfg(stdout("4.17/xl-list-l-dom.txt"), release="4.17")
    assert from_xl_cfg(text, release="4.17")["vif"] == [{"mac": "00:16:3e:00:00:01", "bridge": "xenbr0", "type": "vif"}]


def test_a_file_is_read() -> None:
    assert from_xl_cfg(TEXT) == GUEST
    assert from_xl_cfg('name="a"\nbuilder="hvm"\nroot="/dev/xvda"\nextra="ro"') == {
        "name": "a",
        "type": "hvm",
        "cmdline": "root=/dev/xvda ro",
    }


def test_findings_are_returned_with_their_place() -> None:
    found = from_xl_cfg('name="a"\nkernel="/k"\n memroy=3\n', findings="return", filename="a.cfg")
    assert found["guest"] == {"name": "a", "kernel": "/k"}
    (finding,) = found["findings"]
    assert (finding["severity"], finding["key"], finding["line"], finding["column"]) == ("error", "memroy", 3, 2)
    assert finding["message"].startswith("a.cfg:3:2, ")
    assert finding["remedy"] == "did you mean memory?"


def test_a_key_of_xend_is_said_to_be_one() -> None:
    text = 'name="a"\nkernel="/k"\naudio=1\n'
    for release in (None, "4.17"):
        (finding,) = from_xl_cfg(text, release=release, findings="return")["findings"]
        assert "it is a key of xend" in finding["message"]
        assert finding["remedy"].startswith(
            "xl has nothing of the kind (xl has no such sound card; soundhw has others)"
        )


def test_differences_say_how_a_guest_gets_there() -> None:
    assert libxl_diff(stdout("4.17/xl-list-l-dom.txt"), stdout("4.17/xl-list-l-after-memset.txt"), "4.17") == [
        {"key": "memory", "before": 192, "after": 128, "impact": "live"}
    ]
    assert libxl_diff(GUEST, TEXT) == []


def test_passwords_are_hidden_in_differences_alone() -> None:
    before, after = ({**GUEST, "vncpasswd": word} for word in ("hunter2", "hunter3"))
    assert "hunter2" in to_xl_cfg(before)
    assert libxl_diff(before, after) == [
        {"key": "vncpasswd", "before": "(secret)", "after": "(secret)", "impact": "next_boot"}
    ]


@pytest.mark.parametrize(
    "guest", [{**GUEST, "vncpasswd": "hunter2"}, ["vncpasswd = 'hunter2'"]], ids=["mapping", "list"]
)
def test_a_guest_of_another_form_is_not_shown(guest: Any) -> None:
    for call in (from_xl_cfg, lambda one: xm_to_xl(one, "4.17"), lambda one: lint_xl_cfg([[one]])):
        with pytest.raises(AnsibleFilterError, match=r"a (?:mapping|list) is not what the filter takes") as refusal:
            call(guest)
        assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: to_xl_cfg(3), ["to_xl_cfg: ", "3 is no guest"]),
        (lambda: to_xl_cfg({}), ["name", "missing"]),
        (lambda: to_xl_cfg({**GUEST, "type": "pvh", "kernel": "/k"}, release="4.5"), ["type", "pvh", "Xen 4.10"]),
        (lambda: to_xl_cfg(GUEST, release=4.2), ["Xen 4.2 is too old", "unless it is quoted"]),
        (lambda: to_xl_cfg(GUEST, release="Xen"), ["'Xen' is not a Xen release"]),
        (lambda: to_xl_cfg(GUEST, release="4.4"), ["4.4 is too old", "4.5"]),
        (lambda: to_xl_cfg(GUEST, release="9.9"), ["to_xl_cfg: Xen 9.9 is not known here", "4.22"]),
        (lambda: from_xl_cfg(TEXT, release="9.9"), ["from_xl_cfg: Xen 9.9 is not known here"]),
        (lambda: libxl_diff(GUEST, GUEST, release="9.9"), ["libxl_diff: Xen 9.9 is not known here"]),
        (lambda: to_xl_cfg([]), ["to_xl_cfg: an empty list", "is no guest; give a mapping of xl.cfg keys, the text"]),
        (lambda: to_xl_cfg([None]), ["to_xl_cfg: null is no guest; give a mapping"]),
        (lambda: to_xl_cfg(None), ["to_xl_cfg: null is no guest; give a mapping"]),
        (lambda: from_xl_cfg(None), ["from_xl_cfg: null is not what", "the text of an xl.cfg file"]),
        (lambda: from_xl_cfg(Undefined()), ["from_xl_cfg: an undefined value is not what", "the text"]),
        (lambda: libxl_diff(GUEST), ["libxl_diff, after: null is no guest; give a mapping"]),
        (lambda: libxl_diff([], GUEST), ["libxl_diff, before: an empty list", "give a mapping"]),
        (lambda: to_xl_cfg([GUEST, "x ="]), ["to_xl_cfg: ", "1:4"]),
        (lambda: to_xl_cfg({f"k{index}": 1 for index in range(30)}), ["And 27 more."]),
        (lambda: to_xl_cfg(stdout("4.17/xl-list-l.txt")), ["3 domains", "pvnet"]),
        (
            lambda: from_xl_cfg(GUEST),
            ["from_xl_cfg: ", "is not what the filter takes, which is the text of an xl.cfg file"],
        ),
        (lambda: from_xl_cfg("x" * (2 << 20)), ["2097152 characters"]),
        (lambda: from_xl_cfg(TEXT, findings="show"), ['"show"', "fail or return"]),
        (lambda: from_xl_cfg('name = "a"\nkernel = ', filename="a.cfg"), ["a.cfg:2:10"]),
        (lambda: from_xl_cfg('name="a"\ntype="pvh"\nkernel="/k"', release="4.8"), ["2:1", "builds a pv guest", "4.10"]),
        (lambda: libxl_diff(GUEST, "{"), ["libxl_diff, after: ", "not JSON"]),
        (lambda: libxl_diff({"name": "a"}, GUEST), ["libxl_diff, before: ", "kernel"]),
    ],
    ids=range(26),
)
def test_what_is_wrong_is_said_in_one_sentence(call: Any, words: list[str]) -> None:
    with pytest.raises(AnsibleFilterError) as refusal:
        call()
    message = str(refusal.value)
    assert "\n" not in message
    assert all(word in message for word in words), message


PLAY = """
- hosts: localhost
  gather_facts: false
  vars:
    size: 512
    guest:
      name: web1
      type: hvm
      memory: "{{ size }}"
      vncpasswd: VAULTED
      disk:
        - {vdev: xvda, target: "/dev/{{ 'vg0' }}/web1"}
    text: |
      name = "web1"
      type = "hvm"
      memory = 512
      vncpasswd = "hunter2"
      disk = [ "vdev=xvda,target=/dev/vg0/web1" ]
  tasks:
    - ansible.builtin.command: cat RECORDING
      register: recording
      changed_when: false
    - ansible.builtin.assert:
        that:
          - guest | xlops.xen.to_xl_cfg | xlops.xen.from_xl_cfg == text | xlops.xen.from_xl_cfg
          - (guest | xlops.xen.to_xl_cfg | xlops.xen.from_xl_cfg).vncpasswd == 'hunter2'
          - guest | xlops.xen.libxl_diff(text) == []
          - (text | xlops.xen.libxl_diff(guest | combine(dict(memory=256)), '4.17'))[0].key == 'memory'
          - listed | xlops.xen.libxl_diff(as_data) == []
          - (as_data | xlops.xen.to_xl_cfg(release='4.17') | xlops.xen.from_xl_cfg).name == 'pvnet'
      vars:
        listed: "{{ recording.stdout | split('--- stdout\\n') | last | split('--- stderr') | first }}"
        as_data: "{{ listed | from_json if listed is string else listed }}" # ansible-core 2.18 has read it by itself
"""


def test_the_filters_work_on_what_a_play_has(tmp_path: pathlib.Path) -> None:
    """Tagged texts, values that are templates, a vaulted password, results of other tasks."""
    (tmp_path / "secret").write_text("open sesame\n")

    def run(*command: str) -> str:
        tools = pathlib.Path(sys.executable).parent
        settings = {"PATH": f"{tools}:{os.environ['PATH']}", "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")}
        done = subprocess.run(
            [*command, "--vault-password-file", str(tmp_path / "secret")],
            env={**os.environ, **settings, "LC_ALL": "C.UTF-8"},
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    vaulted = run("ansible-vault", "encrypt_string", "hunter2").strip().replace("\n", "\n          ")
    play = PLAY.replace("VAULTED", vaulted).replace("RECORDING", str(DATA / "4.17/xl-list-l-dom.txt"))
    (tmp_path / "play.yml").write_text(play)
    run("ansible-playbook", str(tmp_path / "play.yml"))
