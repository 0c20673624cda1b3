# SPDX-License-Identifier: GPL-3.0-or-later
"""The door to systemd: its programs, and what it says of units. Not every host has it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping

from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import find_program
from ansible_collections.xlops.xen.plugins.module_utils._host.process import Finished, run

LIMIT = 60.0
JOURNAL_DELAY = 3.0  # seconds in which the journal has what a program said before it ended
POLL = 0.2
LINES = 200


def systemctl(*arguments: str, limit: float = LIMIT) -> Finished:
    return run([_program("systemctl"), *arguments], limit)


def show(properties: Iterable[str], units: Iterable[str]) -> dict[str, dict[str, str]]:
    """The properties of units, by their names."""
    shown = systemctl("show", f"--property=Id,{','.join(properties)}", "--", *units).output
    blocks = (dict(line.partition("=")[::2] for line in block.splitlines()) for block in shown.split("\n\n"))
    return {block["Id"]: block for block in blocks if "Id" in block}


def said(starts: Iterable[str], patience: float = 0) -> Mapping[str, str]:
    """What the programs of units said, by the start in which they did: a unit's InvocationID."""
    matches = [f"_SYSTEMD_INVOCATION_ID={start}" for start in starts if start]
    found: dict[str, str] = {}
    deadline = time.monotonic() + patience
    while matches and not found:
        shown = run([_program("journalctl"), "--quiet", "--output=json", f"--lines={LINES}", *matches], LIMIT)
        for entry in map(_entry, shown.output.splitlines()):
            start = str(entry.get("_SYSTEMD_INVOCATION_ID"))
            found[start] = f"{found.get(start, '')}{_message(entry.get('MESSAGE'))}\n"
        if time.monotonic() >= deadline:
            break
        time.sleep(POLL)
    return found


def _entry(line: str) -> Mapping[str, object]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _message(value: object) -> str:
    """The journal gives what is no text as numbers."""
    return bytes(value).decode("utf-8", "replace") if isinstance(value, list) else str(value)


def _program(name: str) -> str:
    found = find_program(name)
    if found is None:
        raise GuestError(f"the host has no program {name}")
    return found
