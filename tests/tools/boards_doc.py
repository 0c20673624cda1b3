#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the table of docs/boards.md from the rows.

PYTHONPATH=.collections python3 tests/tools/boards_doc.py
"""

from __future__ import annotations

import pathlib
import re

from ansible_collections.xlops.xen.plugins.module_utils._schema.boards import LAST_WITH_WORDS, ROWS, Board

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/boards.md"
BEGIN, END = "<!-- boards: written by tests/tools/boards_doc.py -->\n", "<!-- end of boards -->\n"
HEAD = ("board", "machine", "told by", "platform", "UART", "dtuart", "early printk", "started by", "sources")
LOADERS = {None: "", "u-boot": "U-Boot", "uefi": "UEFI"}


def table() -> str:
    lines = [HEAD, ("---",) * len(HEAD), *map(cells, ROWS)]
    return "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n"


def cells(row: Board) -> tuple[str, ...]:
    return (
        f"`{row.name}`",
        f"{row.title}, {row.arch}",
        ", ".join(map(code, row.compatible)),
        f"{row.platform} ({code(row.matched)})" if row.matched else "",
        f"{row.uart}, `0x{row.base:08x}`",
        code(row.dtuart),
        code(row.early_printk) + ("" if row.printk_until == LAST_WITH_WORDS else f" (up to {row.printk_until})"),
        LOADERS[row.boots],
        "; ".join(row.sources),
    )


def code(text: str | None) -> str:
    return f"`{text}`" if text else ""


def renewed(page: str) -> str:
    """The page with the table as it is now."""
    return re.sub(f"(?<={re.escape(BEGIN)}).*(?={re.escape(END)})", lambda _match: table(), page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text()))
