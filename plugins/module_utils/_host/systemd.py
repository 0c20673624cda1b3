# SPDX-License-Identifier: GPL-3.0-or-later
"""The door to systemd: its programs, and what it says of units. Not every host has it."""

from __future__ import annotations

import time
from collections.abc import Iterable

from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import find_program
from ansible_collections.xlops.xen.plugins.module_utils._host.process import Finished, run

LIMIT = 120.0
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


def said(start: str, patience: float = 0) -> str:
    """What the programs of a unit said since one of its starts, by that one's InvocationID."""
    deadline = time.monotonic() + patience
    while True:
        match = f"_SYSTEMD_INVOCATION_ID={start}"
        words = run([_program("journalctl"), "--quiet", "--output=cat", f"--lines={LINES}", match], LIMIT).output
        if words or time.monotonic() >= deadline:
            return words
        time.sleep(POLL)


def _program(name: str) -> str:
    found = find_program(name)
    if found is None:
        raise GuestError(f"the host has no program {name}")
    return found
