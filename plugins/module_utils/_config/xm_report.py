# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of an import, in Markdown, for a person: what is left to decide comes first."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import LONGEST_SHOWN, counted
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_directory import GuestFile, ImportedDirectory
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_import import XL, printable
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import (
    ACTIONS,
    CHANGED,
    DECISION,
    DROPPED,
    KEPT,
    RENAMED,
    Row,
    counts,
    without_secrets,
)

MARKUP = {character: f"\\{character}" for character in "\\`*_[]|#~"}
MARKUP.update({"<": "&lt;", ">": "&gt;", "&": "&amp;"})
HEADINGS = {
    CHANGED: "Said in another way",
    DROPPED: "Left out",
    RENAMED: "Has another name",
    KEPT: "As it was",
}


def report(directory: ImportedDirectory) -> str:
    """The whole report, ending in a newline."""
    return "\n".join(_lines(directory)) + "\n"


def _lines(directory: ImportedDirectory) -> Iterator[str]:
    written = sum(bool(guest.output) for guest in directory.guests)
    yield f"# Guests of xm for Xen {directory.release}"
    yield ""
    yield f"{counted(len(directory.guests), 'guest file')}, {written} of them converted."
    yield from _summary(directory.guests)
    if directory.clashes:
        yield from ("", "## Between guests", "")
        yield from (f"- {escaped(str(clash))}" for clash in directory.clashes)
    for guest in directory.guests:
        yield from _guest(guest)
    if directory.others:
        yield from ("", "## No guests", "", "| file | why |", "|---|---|")
        yield from (f"| {_code(name)} | {escaped(why)} |" for name, why in sorted(directory.others.items()))


def _summary(guests: list[GuestFile]) -> Iterator[str]:
    if not guests:
        return
    yield from ("", f"| guest | from | {' | '.join(ACTIONS)} | becomes |", f"|---|---|{'---|' * len(ACTIONS)}---|")
    for guest in guests:
        numbers = counts(guest.imported.rows if guest.imported else [])
        cells = [
            escaped(guest.name[:LONGEST_SHOWN]) or "no name",
            _code(guest.source),
            *(str(numbers[action]) for action in ACTIONS),
            _code(guest.output) if guest.output else "nothing, see below",
        ]
        yield f"| {' | '.join(cells)} |"


def _guest(guest: GuestFile) -> Iterator[str]:
    yield from ("", f"## {escaped((guest.name or guest.source)[:LONGEST_SHOWN])}", "", f"From {_code(guest.source)}.")
    if guest.refused:
        yield from ("", "**It is not converted.**", "")
        yield from (f"- {escaped(reason)}" for reason in guest.refused)
    if guest.imported is None:
        return
    if guest.imported.syntax == XL:
        yield from ("", "It is a file for xl already, and stays as it is.")
    if guest.imported.autostart:
        yield from ("", "The host starts it when it boots: `autostart: true` of xl_domains, or a link in `auto/`.")
    decisions = [row for row in guest.imported.rows if row.action == DECISION]
    if decisions:
        yield from ("", "### To decide", "")
        yield from (f"- {_place(row)}{_code(row.key or row.old)}: {escaped(row.reason)}" for row in decisions)
    if guest.imported.remarks:
        yield from ("", "### What this release says", "")
        yield from (f"- {escaped(without_secrets(str(remark)))}" for remark in guest.imported.remarks)
    for action, heading in HEADINGS.items():
        yield from _table(heading, [row for row in guest.imported.rows if row.action == action])


def _place(row: Row) -> str:
    return f"line {row.line}, column {row.column}: " if row.line is not None else ""


def _table(heading: str, rows: list[Row]) -> Iterator[str]:
    if not rows:
        return
    yield from ("", f"### {heading}", "", "| line | option | was | becomes | why |", "|---|---|---|---|---|")
    for row in rows:
        why = f"**lost:** {escaped(row.reason)}" if row.loss else escaped(row.reason)
        line = str(row.line) if row.line is not None else ""
        yield f"| {line} | {_code(row.key)} | {_code(row.old)} | {_code(row.new or row.to)} | {why} |"


def escaped(text: str) -> str:
    """A text as Markdown shows it, on one line."""
    return "".join(MARKUP.get(character, character) for character in printable(text))


def _code(text: str) -> str:
    """A text of the file, as code; a bar would end the cell, a backtick the code."""
    inner = printable(text).replace("`", "'").replace("|", "\\|")
    return f"`{inner}`" if inner.strip() else ""
