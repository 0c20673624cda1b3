# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings as people and machines read them: lines of text, plain values, and what they add up to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import (
    ERROR,
    LONGEST_SHOWN,
    NOTE,
    WARNING,
    Finding,
    Untold,
    counted,
    printable,
    shown,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.rule_words import XL
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

SEVERITIES = (ERROR, WARNING, NOTE)
BRIEFLY = ("severity", "message", "key", "release", "remedy")
SAYS_WHAT_XL_DOES = re.compile(r"\bxl\b|guest is not created")
LONGEST_TABLE = 20  # files named in a summary


@dataclass(frozen=True)
class Report:
    """What a lint found: the files it looked at, how many guests they have, and the findings in order."""

    release: Release
    files: Sequence[str]
    guests: int
    findings: Sequence[Finding]

    def count(self, severity: str) -> int:
        return sum(finding.severity == severity for finding in self.findings)

    def summary(self) -> str:
        """``2 errors, 1 warning and 0 notes in 1 of 3 files with 5 guests, for Xen 4.17``"""
        errors, warnings, notes = (counted(self.count(severity), severity) for severity in SEVERITIES)
        concerned = len({finding.filename for finding in self.findings})
        where = f"{concerned} of {counted(len(self.files), 'file')} with {counted(self.guests, 'guest')}"
        return f"{errors}, {warnings} and {notes} in {where}, for Xen {self.release}"


def plain(finding: Finding) -> dict[str, Any]:
    """A finding for playbooks: everything it has, its sentence, and no object."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": sentence(finding),
        "guest": finding.guest,
        "key": finding.key,
        "value": _plain_value(finding.value),
        "xl": _xl(finding) or None,
        "file": finding.filename or None,
        "line": finding.line,
        "column": finding.column,
        "release": str(finding.release) if finding.release else None,
        "remedy": finding.remedy,
    }


def brief(finding: Finding) -> dict[str, Any]:
    """The same of a word or a setting, which has no rule, no guest, and no place in a file."""
    return {key: value for key, value in plain(finding).items() if key in BRIEFLY}


def beyond(report: Report, limit: int) -> Iterator[str]:
    """How many findings there are beyond the limit, by rule and by file."""
    rest = report.findings[limit:]
    if rest:
        yield f"{counted(len(rest), 'more finding')}, by rule:"
        yield from _table(Counter(finding.rule for finding in rest), len(rest))
        yield f"{counted(len(rest), 'more finding')}, by file:"
        yield from _table(Counter(finding.filename for finding in rest), LONGEST_TABLE)


def line(finding: Finding) -> str:
    """``web1.cfg:3:1: error: memry: there is no such option ... [unknown-key]``"""
    position = f"{finding.position}: " if finding.position else ""
    return f"{position}{finding.severity}: {sentence(finding)} [{finding.rule}]"


def sentence(finding: Finding) -> str:
    """The finding's sentence, and what xl does, unless it says so already."""
    xl = _xl(finding)
    said = not xl or SAYS_WHAT_XL_DOES.search(finding.message)
    return finding.sentence if said else f"{finding.sentence} What xl does: {xl}."


def _xl(finding: Finding) -> str:
    """What xl does, as exactly as it is known."""
    return finding.xl or XL.get(finding.rule, "")


def _plain_value(value: Any) -> Any:
    """A value of bounded length and no object: a number or a text as it is, of all others how they are written."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    told = isinstance(value, str) and not isinstance(value, Untold)
    return printable(value)[:LONGEST_SHOWN] if told else shown(value)


def _table(counts: Counter[str], longest: int) -> Iterator[str]:
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    for name, count in ranked[:longest]:
        yield f"{count:>8}  {name}"
    rest = ranked[longest:]
    if rest:
        yield f"{sum(count for _name, count in rest):>8}  in {counted(len(rest), 'more file')}"
