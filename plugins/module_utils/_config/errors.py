# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be wrong with a configuration, said so that it can be acted on."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

ERROR, WARNING, NOTE = "error", "warning", "note"

LONGEST_SHOWN = 80


@dataclass(frozen=True)
class Finding:
    """One thing to say about a configuration. ``line`` and ``column`` count from 1; ``str()`` is one sentence."""

    severity: str
    message: str
    guest: str | None = None
    key: str | None = None
    value: Any = None
    release: Release | None = None
    remedy: str | None = None
    line: int | None = None
    column: int | None = None
    filename: str = ""

    def __str__(self) -> str:
        subject = ", ".join(part for part in (self._position(), self._guest(), self.key or "") if part)
        release = f" (Xen {self.release})" if self.release else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        sentence = f"{subject}{': ' if subject else ''}{self.message}{release}{remedy}"
        return sentence if sentence.endswith("?") else f"{sentence}."

    def _position(self) -> str:
        numbers = [str(number) for number in (self.line, self.column) if number is not None]
        return ":".join(([self.filename] if self.filename else []) + numbers)

    def _guest(self) -> str:
        return f"guest {shown(self.guest)}" if self.guest else ""


class ConfigError(Exception):
    """A configuration that must not be used. ``findings`` has every reason; ``str()`` is one sentence for each."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings: list[Finding] = list(findings)


def shown(value: Any) -> str:
    """A value inside a message: quoted, printable, of bounded length."""
    text = json.dumps(value, default=repr)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 4] + '..."'


def errors_in(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == ERROR]


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The known word a typo most likely stands for."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return close[0] if close else None
