# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What make would run, and what it says where there is nothing to go to."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Without the words of a make that this test runs below."""
    environment = {
        key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MAKEOVERRIDES", "SUITE")
    }
    command = ["make", "--directory", str(ROOT), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def would_run(*arguments: str) -> str:
    return make("--dry-run", *arguments).stdout


def test_docs_are_written_by_every_tool_that_writes_some() -> None:
    writes = re.compile(r'^"""Write .*(?:docs/|doc_fragments/|README)', re.MULTILINE)
    tools = sorted(path.name for path in (ROOT / "tests/tools").glob("*.py") if writes.search(path.read_text()))
    assert "role_readme.py" in tools
    planned = would_run("docs")
    assert [tool for tool in tools if f"tests/tools/{tool}" not in planned] == []
