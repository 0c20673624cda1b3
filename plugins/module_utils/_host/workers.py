# SPDX-License-Identifier: GPL-3.0-or-later
"""The xl processes that watch guests or build them: they know that a guest that is missing comes back."""

from __future__ import annotations

import os
import re

from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths

LEADERS = 5  # words that may stand before xl: "strace -f xl create"
LOG = re.compile(r"xl-(?P<name>.+?)\.log(?:\.\d+)?(?: \(deleted\))?")


def find_workers(paths: Paths) -> dict[str, int]:
    """By guest, the process id of its monitor (its output is xl's log of the guest), or of an xl that creates it."""
    found: dict[str, int] = {}
    for process in _processes(paths.processes):
        name = _monitored(process, paths.logs) or _under_construction(process, paths.config_dir)
        if name is not None:
            found.setdefault(name, int(os.path.basename(process)))
    return found


def _processes(directory: str) -> list[str]:
    return [os.path.join(directory, entry) for entry in os.listdir(directory) if entry.isdigit()]


def _monitored(process: str, logs: str) -> str | None:
    for descriptor in ("1", "2"):
        try:
            directory, base = os.path.split(os.readlink(f"{process}/fd/{descriptor}"))
        except OSError:  # a process of the kernel, or one that is gone
            return None
        match = LOG.fullmatch(base) if directory == logs else None
        if match:
            return match["name"]
    return None


def _under_construction(process: str, config_dir: str) -> str | None:
    """The guest whose file an `xl create` was given, before that xl became its monitor."""
    try:
        with open(f"{process}/cmdline", "rb") as file:
            words = file.read(65536).decode("utf-8", "replace").split("\0")
    except OSError:
        return None
    program = next((place for place, word in enumerate(words[:LEADERS]) if os.path.basename(word) == "xl"), None)
    if program is None or "create" not in words[program:] or "-N" in words[program:]:
        return None
    for word in words[program:]:
        directory, base = os.path.split(word)
        if directory == config_dir and base.endswith(".cfg"):
            return base[: -len(".cfg")]
    return None
