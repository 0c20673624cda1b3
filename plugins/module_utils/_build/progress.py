# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a build is: its stage, the files compiled, the time, and what both were the last time.

It is written to a file of the host, where whoever waits can read it while the module is at work.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._build.store import read_json, write_json

# Upstream's make shows the whole command up to some release, and since then "  CC      common/domain.o".
FULL = re.compile(r"(?:^|\s)-c(?:\s|$)")
OUTPUT = re.compile(r"\s-o\s*(\S+)")
SHORT = re.compile(r"^\s+(?:CC|AS|HOSTCC|CXX)(?:\s*\[\w+\])?\s+(\S+)")
INTERVAL = 1.0


def compiled(line: str) -> str | None:
    """The file that a line of make's output says is being compiled."""
    short = SHORT.match(line)
    if short:
        return short.group(1)
    if FULL.search(line) and not line.startswith("checking "):
        found = OUTPUT.search(line)
        return found.group(1) if found else None
    return None


@dataclass
class Progress:
    """Of one build. ``kind`` is what its stages are remembered under: builds of one version and preset are alike."""

    directory: str
    kind: str
    stages: list[str]
    interval: float = INTERVAL
    durations: dict[str, float] = field(default_factory=dict)
    _stage: str = ""
    _files: int = 0
    _began: float = 0.0
    _written: float = 0.0

    @property
    def file(self) -> str:
        return os.path.join(self.directory, "progress.json")

    @property
    def _memory(self) -> str:
        return os.path.join(self.directory, "durations.json")

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """One stage. Only one that ends well is remembered."""
        self._stage, self._files, self._began = name, 0, time.monotonic()
        self._write()
        yield
        seconds = round(time.monotonic() - self._began, 1)
        self.durations[name] = seconds
        known = read_json(self._memory) or {}
        write_json(self._memory, {**known, f"{self.kind} {name}": {"seconds": seconds, "files": self._files}})

    def line(self, line: str) -> None:
        """A line of output of the stage that runs."""
        if compiled(line):
            self._files += 1
        if time.monotonic() - self._written >= self.interval:
            self._write()

    def done(self) -> None:
        self._stage = ""
        self._write()

    def state(self) -> dict[str, Any]:
        expected = (read_json(self._memory) or {}).get(f"{self.kind} {self._stage}")
        expected = expected if isinstance(expected, dict) else {}
        return {
            "build": self.kind,
            "stage": self._stage,
            "stages": self.stages,
            "files": self._files,
            "elapsed": round(time.monotonic() - self._began, 1) if self._stage else 0,
            "expected_files": expected.get("files"),
            "expected_seconds": expected.get("seconds"),
            "pid": os.getpid(),
        }

    def _write(self) -> None:
        self._written = time.monotonic()
        write_json(self.file, self.state(), settle=False)


def sentence(state: dict[str, Any]) -> str:
    """The state for people: ``tools (3 of 4): 120 files of about 410, 31 s of about 90``."""
    stage, stages = state["stage"], state["stages"]
    place = f" ({stages.index(stage) + 1} of {len(stages)})" if stage in stages else ""
    files = f"{state['files']} files{_about(state['expected_files'])}, " if state["files"] else ""
    return f"{stage}{place}: {files}{state['elapsed']:.0f} s{_about(state['expected_seconds'])}"


def _about(number: float | None) -> str:
    return f" of about {number:.0f}" if number else ""
