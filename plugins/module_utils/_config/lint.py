# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything there is to say about guests on their way to a release of xl, one by one and together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Callable

from ansible_collections.xlops.xen.plugins.module_utils._config import dependencies, former_names
from ansible_collections.xlops.xen.plugins.module_utils._config.checks_likely import CHECKS as CHECKS_OF_WHAT_IS_LIKELY
from ansible_collections.xlops.xen.plugins.module_utils._config.checks_text import as_meant, open_decisions, remarks
from ansible_collections.xlops.xen.plugins.module_utils._config.claims import EVERYTHING, ClaimsOf, contests
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import NOTE, Finding, once
from ansible_collections.xlops.xen.plugins.module_utils._config.examination import CHECKS
from ansible_collections.xlops.xen.plugins.module_utils._config.model import examine
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import read_declaration
from ansible_collections.xlops.xen.plugins.module_utils._config.stated import with_value
from ansible_collections.xlops.xen.plugins.module_utils._config.xend_keys import advised
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

ALIAS = "alias"
UNREADABLE = ("syntax", "later-syntax")
LACKS = ("missing", "nothing-to-boot")
# What is only likely wrong stops no module, and stays on the controller.
EVERY_CHECK = (*CHECKS, *CHECKS_OF_WHAT_IS_LIKELY)

Positioned = Callable[[Finding], Finding]


@dataclass(frozen=True)
class Linted:
    """One guest: what it declares, what is wrong with it alone, and how to say where a key of it stands. And, where
    there is more than an xl.cfg, the guests it needs, whether it shall go, and the name that it had before.
    ``declared`` tells a declaration from an xl.cfg. ``stated`` has what was written for each key, read or not.
    """

    declaration: Mapping[str, Any]
    findings: Sequence[Finding]
    positioned: Positioned
    needs: Sequence[str] = ()
    goes: bool = False
    former_name: str | None = None
    declared: bool = False
    release: Release | None = None
    stated: Mapping[str, Any] = field(default_factory=dict)

    def told(self, finding: Finding) -> Finding:
        """A finding about the guest with all that there is to say: the release and the value, if it lacks them."""
        found = with_value(finding, self.stated, self.declaration)
        return replace(found, release=found.release or self.release)


def lint_text(text: str, release: Release, filename: str = "") -> Linted:
    """The guest of an xl.cfg."""
    reading = read_declaration(text, filename, release)

    def positioned(finding: Finding) -> Finding:
        found = reading.positioned(finding)
        return found if found.line else replace(found, line=1, column=1)

    for remark in (*remarks(reading, release), *open_decisions(text)):
        reading.report(*remark)
    reading = as_meant(reading, release)
    findings = [replace(finding, release=release) for finding in reading.findings]
    unread = {finding.key for finding in findings if finding.rule == "pins-unread"}
    passed_over = {finding.key for finding in findings if finding.rule == "passed-over"}
    too_long = {finding.key for finding in findings if finding.rule == "target-not-last"}
    examined = [
        one
        for one in reading.examined(release, EVERY_CHECK)[1]
        if not (one.rule in LACKS and one.key in passed_over)  # it lacks what was given for nothing
        and not (one.rule == "relative-target" and one.key in too_long)  # who mends the one sees the other then
    ]
    if any(finding.rule in UNREADABLE for finding in findings):  # nobody knows what a file lacks that ends too early
        examined = [one for one in examined if reading.positioned(one).line]
    findings += [positioned(one) for one in examined if one.key not in unread or _is_read(one, reading.declaration)]
    return Linted(reading.declaration, findings, positioned, release=release, stated=reading.stated())


def _is_read(finding: Finding, declaration: Mapping[str, Any]) -> bool:
    """Whether xl comes to what is wrong with pins for no virtual CPU: it reads a text of them all the same."""
    return finding.rule != "no-cpu" and not isinstance(declaration.get(str(finding.key)), list)


def lint_together(guests: Iterable[Linted], contenders: Sequence[Linted] | None = None) -> list[Finding]:
    """What is wrong with each of the guests of one host, and between them, in the order of files and lines.

    ``contenders`` are those that are guests of their own, if not all of them are.
    """
    guests = list(guests)
    contenders = guests if contenders is None else contenders
    findings = [advised(guest.told(finding)) for guest in guests for finding in guest.findings]
    findings += between(contenders)
    named = {str(guest.declaration.get("name")): guest for guest in contenders}
    needs = {name: guest.needs for name, guest in named.items()}
    findings += [
        _at(named[str(fault.guest)], fault)
        for fault in (
            *dependencies.faults(needs, [name for name, guest in named.items() if guest.goes]),
            *former_names.faults({name: guest.former_name for name, guest in named.items()}, needs),
        )
    ]
    return in_order(once(findings))


def is_template(value: Any) -> bool:
    return isinstance(value, str) and ("{{" in value or "{%" in value)


def _of_values(claims_of: ClaimsOf) -> ClaimsOf:
    """The claims of a guest to what is known. Two guests of one template are often two turns of a loop."""
    return lambda guest: (claim for claim in claims_of(guest) if not any(is_template(part) for part in claim.what))


OF_VALUES = tuple(_of_values(claims_of) for claims_of in EVERYTHING)


def between(guests: Sequence[Linted]) -> Iterator[Finding]:
    """What more than one of the guests claims, at the second of them, with the places of all."""

    def where(position: int, key: str) -> str:
        place = guests[position].positioned(Finding(NOTE, "", key=key))
        return place.position if place.filename else f"number {position + 1}"

    for contest in contests([guest.declaration for guest in guests], OF_VALUES, where):
        yield _at(guests[contest.position], contest.finding)


def _at(guest: Linted, finding: Finding) -> Finding:
    """What is said of a guest when all of them are known."""
    return guest.told(guest.positioned(finding))


def each_once(guests: Iterable[Linted]) -> list[Linted]:
    """Without the xl.cfg that say of a guest what a declaration beside them says: both are one guest, as xm_to_xl
    writes it. Two xl.cfg of one guest are two guests to xl.
    """
    guests = list(guests)
    declared = {str(guest.declaration.get("name")): guest for guest in guests if guest.declared}
    return [guest for guest in guests if guest.declared or not _is_the_same(guest, declared)]


def _is_the_same(guest: Linted, declared: Mapping[str, Linted]) -> bool:
    twin = declared.get(str(guest.declaration.get("name")))
    return twin is not None and examine(twin.declaration)[0] == examine(guest.declaration)[0]


def summarised(findings: Sequence[Finding]) -> list[Finding]:
    """Of an older name of a key, which xl follows, one note for all the files that have it."""
    first: dict[str, Finding] = {}
    files: dict[str, set[str]] = {}
    for one in findings:
        if one.rule == ALIAS:
            first.setdefault(str(one.key), one)
            files.setdefault(str(one.key), set()).add(one.filename)
    return [
        _with_others(one, len(files[str(one.key)]) - 1) if one.rule == ALIAS else one
        for one in findings
        if one.rule != ALIAS or first[str(one.key)] is one
    ]


def _with_others(note: Finding, files: int) -> Finding:
    more = f" (in {files} more files too)" if files > 1 else " (in another file too)" if files else ""
    return replace(note, message=f"{note.message}{more}")


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: (one.filename, one.line or 0, one.column or 0))
