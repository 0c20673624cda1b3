# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether there is anything to build: the fingerprint of all that goes into a build, and which of it has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LENGTH = 20


@dataclass(frozen=True)
class Change:
    """One input that differs from those of the former build."""

    input: str
    before: Any
    after: Any

    def as_dict(self) -> dict[str, Any]:
        return {"input": self.input, "before": self.before, "after": self.after}

    def __str__(self) -> str:
        return f"{self.input}: {_shown(self.before)} -> {_shown(self.after)}"


def fingerprint(inputs: Mapping[str, Any]) -> str:
    """Equal inputs give an equal one, in whatever order they are written."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:LENGTH]


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Change]:
    """Which inputs a build differs in; all of them where there was none before."""
    old, new = dict(_flat("", before or {})), dict(_flat("", after))
    names = [*old, *(name for name in new if name not in old)]
    return [Change(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]


def reason(before: Mapping[str, Any] | None, found: list[Change]) -> str:
    """Why there is something to build, in a sentence."""
    if before is None:
        return "nothing was built here before"
    if not found:
        return "the inputs are those of the former build, but its result is gone or damaged"
    shown = "; ".join(map(str, found[:3]))
    return f"{shown}; and {len(found) - 3} more" if len(found) > 3 else shown


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Mappings taken apart, so that a change is named by its place: sources.commit, options.stubdom."""
    if isinstance(value, Mapping) and (value or not name):
        for key in sorted(value):
            yield from _flat(f"{name}.{key}" if name else str(key), value[key])
    else:
        yield name, value


def _shown(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
