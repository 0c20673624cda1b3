# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of a host's resources: alone on it, and taken back where they had not their effect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError, HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.host_module import EXECUTABLE
from ansible_collections.xlops.xen.plugins.module_utils._host.lock import host_lock
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import explain_silence
from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Commands

RESOURCE_OPTIONS: dict[str, dict[str, Any]] = {**EXECUTABLE, "lock_timeout": {"type": "int", "default": 300}}


@contextmanager
def in_turn(host: Host, check_mode: bool, patience: float) -> Iterator[None]:
    """Alone on the host where something may be changed; a failed reading has its reason."""
    try:
        if check_mode:
            yield
        else:
            with host_lock(host.paths.lock, patience):
                yield
    except HostError as fault:
        raise explain_silence(host.paths, fault, host.xl.path) from None


@dataclass
class Commander:
    """Gives commands one after the other, and remembers what takes them back."""

    host: Host
    done: list[Commands] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def take(self, commands: Commands, undo: Commands) -> None:
        """What fails may have half of its effect, so it is taken back too."""
        self.done.append(undo)
        for command in commands:
            complaint = self.host.xl.alter(*command)
            if complaint:
                self.said.append(f"xl {' '.join(command)} said: {complaint}")

    def take_back(self) -> list[str]:
        """Undo everything, the last first. What could not be undone is returned."""
        failed = []
        for commands in reversed(self.done):
            for command in commands:
                try:
                    self.host.xl.alter(*command)
                except GuestError as fault:
                    failed.append(str(fault))
        self.done = []
        return failed


@contextmanager
def taking_back(commander: Commander, settled: Callable[[], str]) -> Iterator[None]:
    """Run a block of commands. Where it fails, what was done is undone, and ``settled`` says whether it is."""
    try:
        yield
    except (GuestError, HostError) as fault:
        reason = str(fault)
    else:
        return
    failed = commander.take_back()
    try:
        left = settled()
    except HostError as silence:
        left = str(silence)
    said = "".join(f"; {one}" for one in commander.said if one not in reason)
    if left:
        attempts = "".join(f"; {one}" for one in failed)
        raise GuestError(f"{reason}{said}. What was done could not be undone: {left}{attempts}")
    raise GuestError(f"{reason}{said}. What was done was undone")


def command_texts(commands: Iterable[Commands]) -> list[str]:
    return [f"xl {' '.join(command)}" for batch in commands for command in batch]


def diff_of(before: Mapping[str, Any], after: Mapping[str, Any], header: str) -> dict[str, Any]:
    return {"before_header": header, "after_header": header, "before": dict(before), "after": dict(after)}
