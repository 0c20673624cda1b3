# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays on the machine of the test, and what ansible-playbook says of them."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[3]
TOOLS = pathlib.Path(sys.executable).parent


def run(*arguments: str) -> str:
    """What ansible-playbook says, on one line."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
    environment |= {"PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "COLUMNS": "1000"}
    said = subprocess.run(
        ["ansible-playbook", *arguments],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    return " ".join(said.replace("\\n", " ").split())


def tasks(tmp_path: pathlib.Path, listed: list[dict[str, Any]], variables: dict[str, Any], *arguments: str) -> str:
    """What ansible-playbook says of tasks."""
    plays = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": variables, "tasks": listed}]
    book = tmp_path / "play.yml"
    book.write_text(json.dumps(plays))
    return run(str(book), *arguments)


def of_role(role: str, tasks_from: str, ignore_errors: bool = False, **variables: Any) -> dict[str, Any]:
    """One task file of a role as a task; with ignore_errors what follows is done even if it fails."""
    apply = {"ignore_errors": ignore_errors}
    include = {"name": f"xlops.xen.{role}", "tasks_from": tasks_from, "apply": apply}
    return {"ansible.builtin.include_role": include, "vars": variables}


def play(tmp_path: pathlib.Path, role: str, tasks_from: str, variables: dict[str, Any], *arguments: str) -> str:
    """What ansible-playbook says of one task file of a role."""
    return tasks(tmp_path, [of_role(role, tasks_from)], variables, *arguments)
