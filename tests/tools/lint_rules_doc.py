#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the tables of rules in docs/lint.md from the rules themselves.

PYTHONPATH=.collections python3 tests/tools/lint_rules_doc.py
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Sequence

from ansible_collections.xlops.xen.plugins.module_utils._config import rules
from ansible_collections.xlops.xen.plugins.module_utils._config.rule_words import SUMMARIES, XL

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/lint.md"
TABLES = {
    "The text of a file": rules.SYNTAX,
    "Keys and values": rules.KEYS,
    "The type of a guest": rules.GUEST_TYPE,
    "What it boots": rules.BOOT,
    "Memory, CPUs, time": rules.RESOURCES,
    "Displays and the device model": rules.DISPLAY,
    "Devices": rules.DEVICES,
    "Guests of one host": rules.TOGETHER,
}
BEGIN, END = "<!-- rules: written by tests/tools/lint_rules_doc.py -->\n", "<!-- end of rules -->\n"


def tables() -> str:
    return "".join(f"\n### {title}\n\n{table(of)}" for title, of in TABLES.items()) + "\n"


def table(of: Sequence[rules.Rule]) -> str:
    head = ["| rule | severity | what is wrong | what xl does |", "|---|---|---|---|"]
    rows = [f"| `{one.id}` | {one.severity} | {SUMMARIES[one.id]} | {XL[one.id]} |" for one in of]
    return "\n".join(head + rows) + "\n"


def renewed(page: str) -> str:
    """The page with the tables as they are now."""
    return re.sub(f"(?<={re.escape(BEGIN)}).*(?={re.escape(END)})", lambda _match: tables(), page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text()))
