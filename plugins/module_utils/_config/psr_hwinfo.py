# SPDX-License-Identifier: GPL-3.0-or-later
"""What `xl psr-hwinfo` prints of cache monitoring, cache allocation and memory bandwidth allocation."""

from __future__ import annotations

from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.psr_tables import ROW, SOCKET_ID, lines_of, number

SECTIONS = {
    "Cache Monitoring Technology (CMT):": "cmt",
    "Cache Allocation Technology (CAT):": "l3",
    "Cache Allocation Technology (CAT): L2": "l2",
    "Memory Bandwidth Allocation (MBA):": "mba",
}
TYPES = "Supported monitor types:"

Facts = dict[str, Any]


def parse_hwinfo(text: str) -> Facts:
    """By feature, what the hardware has: of monitoring one mapping, of the others one for each socket."""
    found: Facts = {}
    section, types = "", False
    rows: Facts = {}
    for line in lines_of(text):
        if line in SECTIONS:
            section, rows, types = SECTIONS[line], {}, False
            found[section] = rows if section == "cmt" else []
            continue
        row = ROW.fullmatch(line)
        if types and not row and line.strip():
            rows["monitor_types"].append(line.strip())
        elif line == TYPES:
            types = True
            rows["monitor_types"] = []
        elif section and row:
            if row[1] == SOCKET_ID and section != "cmt":
                rows, types = {}, False
                found[section].append(rows)
            rows[_key(row[1])] = _value(row[1], row[2])
    return found


def _key(words: str) -> str:
    return words.lower().replace(" ", "_")


def _value(key: str, word: str) -> Any:
    if word in ("Enabled", "Disabled"):
        return word == "Enabled"
    if key == "Enabled":
        return word == "1"
    amount = None if word.startswith("0x") else number(word[:-2] if word.endswith("KB") else word)
    return word if amount is None else amount  # masks stay as xl writes them
