# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guests that break rules: small ones that are declared, and files with mistakes, each with the rules that find it in a
comment of its line: ``# expect: unknown-key``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PV = {"name": "a", "kernel": "/k"}
HVM = {"name": "a", "type": "hvm"}
SPICE = {"spice": True, "spiceport": 5930, "spicedisable_ticketing": True}
PCI = {"pci": [{"bdf": "03:00.*"}]}
LISTENS = {"vnclisten": "127.0.0.1:1", "vncunused": False}

MISTAKES = Path(__file__).parents[1] / "data/lint"
EXPECTED = re.compile(r"expect: (.*)")


def mistakes(directory: Path) -> list[tuple[str, int, str]]:
    """File, line and rule of every mistake in a directory."""
    return sorted(
        (str(path), number, rule)
        for path in directory.iterdir()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for found in EXPECTED.findall(line)
        for rule in found.split()
    )


def rules_of(findings: Any) -> list[str]:
    return [finding.rule for finding in findings]
