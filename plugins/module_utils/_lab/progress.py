# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress of long steps: what runs, how far it is, how long it takes compared with the last time."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._lab import locks

Say = Callable[[str], None]


class Step:
    """One running step. ``note()`` tells where it is; a ticker repeats that with the time that has passed."""

    def __init__(self, what: str, expected: float | None) -> None:
        self.what = what
        self.expected = expected
        self.began = time.monotonic()
        self.detail = ""

    def note(self, detail: str) -> None:
        self.detail = detail

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.began

    def status(self) -> str:
        of = f" of about {self.expected:.0f}" if self.expected else ""
        return f"{self.what}: {self.elapsed:.0f}{of} s" + (f", {self.detail}" if self.detail else "")


class Progress:
    """Says what happens through ``say`` and remembers how long each kind of step took in the file ``memory``."""

    def __init__(self, say: Say, memory: Path, interval: float = 10.0) -> None:
        self.say = say
        self._memory = memory
        self._interval = interval

    @contextmanager
    def step(self, kind: str, what: str) -> Iterator[Step]:
        """A step of a kind (the name its duration is remembered under); ``what`` is shown to the user."""
        step = Step(what, self._durations().get(kind))
        self.say(f"{what} ..." + (f" (about {step.expected:.0f} s last time)" if step.expected else ""))
        finished = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(step, finished), daemon=True)
        ticker.start()
        try:
            yield step
        finally:
            finished.set()
            ticker.join()
        self.say(f"{what}: done in {step.elapsed:.1f} s")
        self._remember(kind, step.elapsed)

    def _tick(self, step: Step, finished: threading.Event) -> None:
        while not finished.wait(self._interval):
            self.say(step.status())

    def _durations(self) -> dict[str, float]:
        try:
            return {str(kind): float(value) for kind, value in json.loads(self._memory.read_text()).items()}
        except (OSError, ValueError, AttributeError):
            return {}

    def _remember(self, kind: str, seconds: float) -> None:
        # The labs of a user have one memory, and their steps may end at the same moment.
        with locks.exclusive(self._memory.with_suffix(".lock"), lambda: None):
            durations = {**self._durations(), kind: round(seconds, 1)}
            fresh = self._memory.with_suffix(".new")
            fresh.write_text(json.dumps(durations, indent=1, sort_keys=True))
            fresh.replace(self._memory)
