# SPDX-License-Identifier: GPL-3.0-or-later
"""The SSH connection of this run: when it began, and the address of this host that it came to."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from ansible_collections.xlops.xen.plugins.module_utils._host.files import read_text

DAEMONS = ("sshd", "sshd-session", "dropbear")
CONNECTION = re.compile(r"(?:^|\0)SSH_CONNECTION=\S+ \d+ (\S+) \d+(?:\0|$)")
GENERATIONS = 64
STARTED = 19  # of the words behind the name in /proc/PID/stat


def connection_began(processes: str) -> float | None:
    """In seconds from the boot of the host; None without a connection."""
    for _pid, name, words in _ancestors(processes):
        if name in DAEMONS:
            return int(words[STARTED]) / os.sysconf("SC_CLK_TCK")
    return None


def reached_at(processes: str) -> str:
    """The address; empty without a connection. sudo keeps the variable from us, not from the shell that called it."""
    for pid, name, _words in _ancestors(processes):
        if name in DAEMONS:
            break
        told = CONNECTION.search(read_text(f"{processes}/{pid}/environ") or "")
        if told:
            return told[1]
    return ""


def _ancestors(processes: str) -> Iterator[tuple[int, str, list[str]]]:
    """From this process upwards: number, name, and the words of its stat behind the name."""
    pid = os.getpid()
    for _generation in range(GENERATIONS):
        text = read_text(f"{processes}/{pid}/stat") or ""
        words = text[text.rfind(")") + 2 :].split()
        if len(words) <= STARTED:
            return
        yield pid, text[text.find("(") + 1 : text.rfind(")")], words
        pid = int(words[1])
        if pid < 2:
            return
