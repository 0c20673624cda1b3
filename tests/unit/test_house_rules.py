# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files have to say what licence they are under, and which may import what."""

from __future__ import annotations

import pathlib

import pytest
from ansible_collections.xlops.xen.tests.tools.house_rules import header_findings, layer_findings

LINE = "SPDX-License-Identifier: GPL-3.0-or-later"


def told(path: str, text: str) -> list[str]:
    return list(header_findings(pathlib.Path(path), text))


@pytest.mark.parametrize(
    "path",
    [
        "galaxy.yml",
        "pyproject.toml",
        "requirements/dev.in",
        "roles/xen_host/templates/sshd.j2",
        "roles/xen_lab/files/image/common/etc/default/grub",
        "plugins/module_utils/_host/lacks.py",
    ],
)
def test_a_file_without_a_licence_is_told(path: str) -> None:
    (finding,) = told(path, "a: 1\n")
    assert finding.startswith(f"{path}:1: the SPDX line is missing")


@pytest.mark.parametrize("line", [f"# {LINE}", f"{{#- {LINE} -#}}", f"/* {LINE} */", f"---\n# {LINE}"])
def test_the_line_counts_in_every_comment(line: str) -> None:
    assert told("some/file", f"{line}\na: 1\n") == []


def test_a_licence_of_another_name_or_far_below_does_not_count() -> None:
    assert told("some/file", "# SPDX-License-Identifier: MIT\n")
    assert told("some/file", "\n" * 20 + f"# {LINE}\n")


@pytest.mark.parametrize(
    "path", ["README.md", "tests/unit/data/xm/computed", "docs/images/overview.svg", "changelogs/changelog.yaml"]
)
def test_pages_and_what_tests_read_carry_none(path: str) -> None:
    assert told(path, "a = 1\n") == []


def test_plugins_carry_two_lines_more() -> None:
    assert len(told("plugins/filter/one.py", f"# {LINE}\n")) == 2
    assert told("plugins/filter/one.yml", f"# {LINE}\n") == []


UTILS = "plugins/module_utils"
OURS = f"ansible_collections.xlops.xen.{UTILS.replace('/', '.')}"


@pytest.mark.parametrize("layer", ["_schema", "_config", "_plan"])
@pytest.mark.parametrize(
    "line",
    [
        "import subprocess",
        "import os.path",
        "from os import path",
        "from ansible.module_utils.basic import AnsibleModule",
        f"from {OURS}._host import xl",
        f"from {OURS}._host.xl import Xl",
        "def f():\n    import socket",
    ],
)
def test_a_layer_that_knows_no_host_imports_nothing_of_one(layer: str, line: str) -> None:
    path = pathlib.Path(UTILS, layer, "a.py")
    (finding,) = layer_findings(path, line)
    assert finding.startswith(f"{path}:{line.count(chr(10)) + 1}: ")
    assert list(layer_findings(pathlib.Path(UTILS, "_host/a.py"), line)) == []


@pytest.mark.parametrize(
    "line", ["import re", f"from {OURS}._schema.option import Option", "from posixpath import join"]
)
def test_what_knows_no_host_may_be_imported(line: str) -> None:
    assert list(layer_findings(pathlib.Path(UTILS, "_config/a.py"), line)) == []
