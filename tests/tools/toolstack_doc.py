#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the tables of docs/units.md from the rows.

PYTHONPATH=.collections python3 tests/tools/toolstack_doc.py
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Sequence

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, Release
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_settings import (
    CHOICE,
    FLAG,
    INTEGER,
    PATH,
    SETTINGS,
    Setting,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import (
    DEBIAN,
    SYSV,
    UNITS,
    UPSTREAM,
    Unit,
)

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/units.md"
KINDS = {FLAG: "boolean", PATH: "absolute path"}
READERS = {UPSTREAM: "units", SYSV: "start scripts", DEBIAN: "Debian's scripts"}


def tables() -> dict[str, str]:
    """Each table by the word in its marks."""
    return {"units": units(), **{file: settings(rows) for file, rows in SETTINGS.items()}}


def units() -> str:
    head = [
        "| unit | what it is for | releases | needed | after | never stopped or restarted, for |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join(head + [unit_line(row) for row in UNITS.values()]) + "\n"


def unit_line(row: Unit) -> str:
    needed = "with upstream's `xenstored.service`" if row.companion else "yes" if row.needed else ""
    after = ", ".join(f"`{name}`" for name in row.after)
    return joined(f"`{row.name}`", row.purpose, span(row.first, row.last), needed, after, row.kept)


def settings(rows: Sequence[Setting]) -> str:
    read = any(len(row.origins) < 4 for row in rows)
    meant = any(row.meaning for row in rows)
    head = ["key", "value", "default", "releases", *(["read by"] if read else []), *(["what it is"] if meant else [])]
    lines = [joined(*head), "|" + "---|" * len(head)]
    for row in rows:
        readers = ", ".join(word for origin, word in READERS.items() if origin in row.origins)
        cells = [f"`{row.key}`", value(row), f"`{row.default}`" if row.default else "", since(row)]
        lines.append(joined(*cells, *([readers] if read else []), *([row.meaning] if meant else [])))
    return "\n".join(lines) + "\n"


def value(row: Setting) -> str:
    if row.kind == CHOICE:
        return ", ".join(f"`{choice}`" for choice in row.choices)
    if row.kind == INTEGER:
        top = "" if row.maximum >= 2**31 - 1 else f" to {row.maximum}"
        return f"number from {row.minimum}{top}" if row.minimum or top else "number"
    return KINDS.get(row.kind, "text")


def since(row: Setting) -> str:
    return span(row.first, row.last) + (f"; use `{row.instead}`" if row.instead else "")


def span(first: Release, last: Release | None) -> str:
    return f"{first or OLDEST}-{last or ''}"


def joined(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def renewed(page: str) -> str:
    """The page with the tables as they are now."""
    for name, table in tables().items():
        begin, end = f"<!-- {name}: written by tests/tools/toolstack_doc.py -->\n", f"<!-- end of {name} -->\n"
        page = re.sub(
            f"(?<={re.escape(begin)}).*(?={re.escape(end)})",
            lambda _match, text=table: f"\n{text}\n",
            page,
            flags=re.DOTALL,
        )
    return page


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text()))
