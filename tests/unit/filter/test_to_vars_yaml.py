# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of others in files of variables: Ansible loads them as they are, and runs nothing of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.filter.from_xl_cfg import from_xl_cfg
from ansible_collections.xlops.xen.plugins.filter.to_vars_yaml import to_vars_yaml
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_directory import import_directory
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

ROOT = Path(__file__).resolve().parents[3]

# Each text would touch the file RUN, if it were a template; 2.18 reads the brackets of the last from its first line.
HOSTILE = (
    "{{ lookup('pipe', 'touch RUN') }}",
    "a {% set x = lookup('pipe', 'touch RUN') %} b",
    "{# #}{{ lookup('pipe', 'touch RUN') }}",
    "#jinja2: variable_start_string: '[[', variable_end_string: ']]'\n[[ lookup('pipe', 'touch RUN') ]]",
)

WRITE = """
- hosts: localhost
  gather_facts: false
  vars: {read: {results: []}}
  tasks:
    - ansible.builtin.set_fact:
        read: "{{ {'results': read.results + [{'guest': guest}]} }}"
      loop: [0.cfg, 1.cfg, 2.cfg, 3.cfg]
      vars:
        guest: "{{ lookup('ansible.builtin.file', item) | xlops.xen.from_xl_cfg }}"
    - ansible.builtin.set_fact:
        document: "{{ RECIPE }}"
    - ansible.builtin.copy:
        dest: "{{ playbook_dir }}/guests.yml"
        content: "{{ document }}"
"""
USE = """
- hosts: localhost
  gather_facts: false
  vars_files: [WRITTEN]
  tasks:
    - ansible.builtin.copy:
        dest: "{{ playbook_dir }}/{{ item.name }}"
        content: "{{ item | xlops.xen.to_xl_cfg }}"
      loop: "{{ xen_guests_domains }}"
"""


def test_a_document_says_what_is_no_template() -> None:
    assert to_vars_yaml({"guests": [{"name": "web1", "cmdline": "ro {{ x }}", "memory": 512}], "none": []}) == (
        '---\nguests:\n  - name: web1\n    cmdline: !unsafe "ro {{ x }}"\n    memory: 512\nnone: []\n'
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (5, "5 is not what the filter takes, which is a mapping of variables"),
        ("text", "is not what the filter takes"),
        (["list"], "is not what the filter takes"),
        (None, "is not what the filter takes"),
        ({"a": {"b": [1, date(2026, 11, 28)]}}, "a.b[1] is a date; a file of variables has texts"),
        ({"a": b"bytes"}, "a is a bytes"),
        ({"a": {5: "x"}}, "a has the key 5, which is no text"),
        ({None: 1}, "the mapping has the key null, which is no text"),
        ({"a": float("inf")}, "a is inf"),
        ({"a": [float("nan")]}, "a[0] is nan"),
    ],
)
def test_what_no_file_of_variables_has_is_refused(value: Any, message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=re.escape(message)):
        to_vars_yaml(value)


def test_ansible_runs_nothing_of_what_is_written(tmp_path: Path) -> None:
    """The declarations of an import, a file that was read, and the recipe of the documentation."""
    hostile = [text.replace("RUN", str(tmp_path / "run")) for text in HOSTILE]
    files = {f"g{number}": f'kernel = "/k"\nmemory = 64\nextra = {text!r}\n' for number, text in enumerate(hostile)}
    (tmp_path / "domains.yml").write_text(import_directory(files, Release(4, 17)).declarations())
    for number, text in enumerate(hostile):
        (tmp_path / f"{number}.cfg").write_text(f'name = "g{number}"\nkernel = "/k"\ncmdline = {text!r}\n')
    (recipe,) = re.findall(r'content: "{{ (.*) }}"', (ROOT / "docs/libxl-json.md").read_text())

    play(tmp_path, WRITE.replace("RECIPE", recipe))
    for written in ("domains.yml", "guests.yml"):
        play(tmp_path, USE.replace("WRITTEN", written))
        for number, text in enumerate(hostile):
            config = tmp_path / f"g{number}"
            assert from_xl_cfg(config.read_text())["cmdline"] == text
            config.unlink()
    assert not (tmp_path / "run").exists()


def play(place: Path, text: str) -> None:
    (place / "play.yml").write_text(text)
    settings = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        ["ansible-playbook", "play.yml"],
        env={**os.environ, **settings},
        cwd=place,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
