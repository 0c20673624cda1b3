# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bundle of configuration has: every file that role xen_host writes, and what its page says."""

from __future__ import annotations

import pathlib
import re

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._schema.kept_configuration import PATTERNS, afterwards, belongs

ROOT = pathlib.Path(__file__).resolve().parents[3]
ROLE = ROOT / "roles/xen_host"


def test_the_page_names_every_pattern() -> None:
    page = (ROOT / "docs/hygiene.md").read_text()
    listed = page.split("test_kept_configuration.py compares -->")[1].split("\nNot in it")[0]
    assert set(re.findall(r"`(etc/[^`]+)`", listed)) == {*PATTERNS, "etc/xen/scripts"}


def test_what_the_role_writes_is_kept() -> None:
    texts = [path.read_text() for path in (*ROLE.glob("tasks/*.yml"), *ROLE.glob("vars/*.yml"))]
    found = {
        name
        for text in texts
        for name in re.findall(r"(?:dest|file|sysctl_file): /(etc/[^\s,}]+)", text)
        if not name.startswith("etc/network/interfaces.d/{{")
    }
    assert len(found) > 6
    assert [name for name in sorted(found) if not belongs(name)] == []


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_sentence_says_what_a_file_waits_for(pattern: str) -> None:
    told = afterwards([pattern.replace("*", "x")])
    assert len(told) <= 1 and all(re.match(r"[\w -]+: \S", one) for one in told)
