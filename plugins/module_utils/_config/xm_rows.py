# SPDX-License-Identifier: GPL-3.0-or-later
"""What has become of one option of a guest file: a row of the report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown

KEPT = "kept"  # xl has the same key, with the same meaning
RENAMED = "renamed"  # xl has another key with the same meaning
CHANGED = "changed"  # xl is told in another way, or told what xm did by itself
DROPPED = "dropped"  # xl has nothing of the kind, or needs no telling
DECISION = "decision"  # somebody who knows the guest has to say
ACTIONS = (KEPT, RENAMED, CHANGED, DROPPED, DECISION)

SECRET_KEYS = ("vncpasswd", "spicepasswd")
HIDDEN = "********"
SECRET = re.compile(
    r"((?:vnc|spice)passwd[\"']?\s*[=:]\s*)(\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|(?:[^,\"'\]\n\\]|\\.)+)"
)
SECRET_OF_DEVICE = re.compile(r"((?:vnc|spice)passwd\s*=)[^,]*(?:,(?!\s*\w+\s*=)[^,]*)*")


class Refused(ValueError):
    """A value that cannot be converted: the message says why, and what to do."""


@dataclass
class Row:
    """``old`` and ``new`` are fit to be shown: printable, bounded, without secrets. ``new`` is what the file for xl
    has, ``loss`` marks what is missed.

    A row without a line is about something that the file does not say, and that xm and xl take for different things.
    """

    action: str
    key: str
    old: str = ""
    to: str = ""
    new: str = ""
    reason: str = ""
    line: int | None = None
    column: int | None = None
    loss: bool = False

    def decide(self, reason: str) -> None:
        """Take back what was converted: it has to be decided."""
        self._take_back(DECISION, reason)

    def drop(self, reason: str) -> None:
        """Take back what was converted: the guest misses it."""
        self.to = ""
        self._take_back(DROPPED, reason)

    def _take_back(self, action: str, reason: str) -> None:
        self.action, self.new, self.reason, self.loss = action, "", reason, True

    def as_dict(self) -> dict[str, Any]:
        return dict(vars(self))


def displayed(key: str, value: Any) -> str:
    """A value for the report."""
    if value is None or value == "":
        return ""
    if key in SECRET_KEYS:
        return HIDDEN
    if isinstance(value, dict):
        value = ",".join(f"{word}={HIDDEN if word in SECRET_KEYS else _plainly(one)}" for word, one in value.items())
    return shown_without_secrets(value)


def _plainly(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def without_secrets(text: str) -> str:
    return SECRET.sub(rf"\g<1>{HIDDEN}", text)


def shown_without_secrets(value: Any) -> str:
    """A value, or a list of such, inside a message. Of what specifies a device a value ends where the next key begins,
    whatever it has.
    """
    texts = [_hidden(one) for one in value] if isinstance(value, (list, tuple)) else _hidden(value)
    return without_secrets(shown(texts))


def _hidden(value: Any) -> Any:
    return SECRET_OF_DEVICE.sub(rf"\g<1>{HIDDEN}", value) if isinstance(value, str) else value


def counts(rows: Iterable[Row]) -> dict[str, int]:
    found = Counter(row.action for row in rows)
    return {action: found[action] for action in ACTIONS}
