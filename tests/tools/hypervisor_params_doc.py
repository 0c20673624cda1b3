#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the tables of docs/hypervisor-parameters.md from the rows.

PYTHONPATH=.collections python3 tests/tools/hypervisor_params_doc.py
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Sequence

from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import (
    ARM,
    CHOICE,
    EVERY,
    FLAG,
    INTEGER,
    SIZE,
    TEXT,
    WORD,
    WORDS,
    Parameter,
    Row,
    Word,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_params import SUBJECTS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, Release

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/hypervisor-parameters.md"
BEGIN, END = "<!-- parameters: written by tests/tools/hypervisor_params_doc.py -->\n", "<!-- end of parameters -->\n"
KINDS = {FLAG: "boolean", INTEGER: "number", SIZE: "size"}
ARCHES = {EVERY: "", ARM: "Arm", ("x86",): "x86", ("arm64",): "arm64", ("arm32",): "arm32", ("riscv",): "RISC-V"}


def tables() -> str:
    return "".join(f"\n## {title}\n\n{table(rows)}" for title, rows in SUBJECTS.items()) + "\n"


def table(rows: Sequence[Parameter]) -> str:
    head = ["| parameter | value | default | releases | for |", "|---|---|---|---|---|"]
    return "\n".join(head + [line(row) for row in rows]) + "\n"


def line(row: Parameter) -> str:
    name = f"`{row.name}[N]`" if row.indexed else f"`{row.name}`"
    cells = (name, value(row), defaults(row), releases(row), machines(row))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def value(row: Parameter) -> str:
    said = plain(row) if row.kind != WORDS else words(row)
    for first, length in row.limits:
        since = f" from {first} on" if len(row.limits) > 1 and first > OLDEST else ""
        said += f"; {length} characters at most{since}"
    return said


def words(row: Parameter) -> str:
    said = ", ".join(word_text(one, row) for one in row.words)
    return f"a list of {said}" if row.several else said


def word_text(word: Word, row: Parameter) -> str:
    if not word.name:
        said = plain(word)
    elif word.kind == WORD:
        said = f"`{word.name}`"
    elif word.kind == FLAG:
        said = f"`{word.name}{':1' if word.sign == ':' else ''}`"
    elif word.kind == CHOICE:
        said = f"`{word.name}{word.sign}`{'/'.join(f'`{one}`' for one in word.choices)}"
    else:
        said = f"`{word.name}{word.sign}`{plain(word)}"
    marks = [] if came_with(word, row) else [span(word.first, word.last), *points(word)]
    if word.arches not in (row.arches, EVERY):
        marks.append(ARCHES[word.arches])
    return f"{said} ({', '.join(marks)})" if marks else said


def came_with(word: Word, row: Parameter) -> bool:
    return (word.first, word.got, word.lost) == (row.first, row.got, row.lost) and word.last in (None, row.last)


def points(row: Row) -> list[str]:
    """The point releases of older branches that have it, and those that have it no more."""
    return [f"{branch}.{point}" for branch, point in row.got] + [f"not {branch}.{point}" for branch, point in row.lost]


def plain(row: Row) -> str:
    if row.kind == TEXT:
        return f"text such as `{row.example}`"
    said = KINDS[row.kind]
    if row.minimum is not None and row.maximum is not None:
        return f"{said} {row.minimum}..{row.maximum}{''.join(f' or {number}' for number in row.also)}"
    return f"{said} from {row.minimum}" if row.minimum else said


def defaults(row: Parameter) -> str:
    texts = [f"{text}{f' ({first}-)' if index else ''}" for index, (first, text) in enumerate(row.defaults)]
    if row.defaults and row.defaults[0][0] > row.first:
        texts[0] = f"{row.defaults[0][1]} ({row.defaults[0][0]}-)"
    return ", ".join(texts)


def releases(row: Parameter) -> str:
    said = ", ".join((span(row.first, row.last), *points(row)))
    said += f", Arm {row.arm}-" if row.arm else ""
    return said + (f"; use `{row.instead}`" if row.instead else "")


def span(first: Release, last: Release | None) -> str:
    return f"{first}" if first == last else f"{first}-{last or ''}"


def machines(row: Parameter) -> str:
    return " ".join(part for part in (ARCHES[row.arches], {"intel": "Intel", "amd": "AMD"}.get(row.vendor, "")) if part)


def renewed(page: str) -> str:
    """The page with the tables as they are now."""
    return re.sub(f"(?<={re.escape(BEGIN)}).*(?={re.escape(END)})", lambda _match: tables(), page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text()))
