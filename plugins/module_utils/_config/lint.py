# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything there is to say about guests on their way to a release of xl, one by one and together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Callable

from ansible_collections.xlops.xen.plugins.module_utils._config import dependencies, former_names
from ansible_collections.xlops.xen.plugins.module_utils._config.checks_text import remarks
from ansible_collections.xlops.xen.plugins.module_utils._config.claims import EVERYTHING, contests
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding, once
from ansible_collections.xlops.xen.plugins.module_utils._config.model import examine
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import read_declaration
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Positioned = Callable[[Finding], Finding]


@dataclass(frozen=True)
class Linted:
    """One guest: what it declares, what is wrong with it alone, and how to say where a key of it stands. And, where
    there is more than an xl.cfg, the guests it needs, whether it shall go, and the name that it had before.
    """

    declaration: Mapping[str, Any]
    findings: Sequence[Finding]
    positioned: Positioned
    needs: Sequence[str] = ()
    goes: bool = False
    former_name: str | None = None


def lint_text(text: str, release: Release, filename: str = "") -> Linted:
    """The guest of an xl.cfg."""
    reading = read_declaration(text, filename, release)

    def positioned(finding: Finding) -> Finding:
        found = reading.positioned(finding)
        return found if found.line else replace(found, line=1, column=1)

    for remark in remarks(reading, release):
        reading.report(*remark)
    findings = [replace(finding, release=release) for finding in reading.findings]
    unread = {finding.key for finding in findings if finding.rule == "pins-unread"}
    examined = examine(reading.declaration, release)[1]
    findings += [positioned(one) for one in examined if one.rule != "no-cpu" or one.key not in unread]
    return Linted(reading.declaration, findings, positioned)


def lint_together(guests: Iterable[Linted]) -> list[Finding]:
    """What is wrong with each of the guests of one host, and between them, in the order of files and lines."""
    guests = list(guests)
    between = contests([guest.declaration for guest in guests], EVERYTHING)
    findings = [finding for guest in guests for finding in guest.findings]
    findings += [guests[contest.position].positioned(contest.finding) for contest in between]
    named = {str(guest.declaration.get("name")): guest for guest in guests}
    needs = {name: guest.needs for name, guest in named.items()}
    findings += [
        named[str(fault.guest)].positioned(fault)
        for fault in (
            *dependencies.faults(needs, [name for name, guest in named.items() if guest.goes]),
            *former_names.faults({name: guest.former_name for name, guest in named.items()}, needs),
        )
    ]
    return in_order(once(findings))


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: (one.filename, one.line or 0, one.column or 0))
