# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about the import has the options that the import has."""

from __future__ import annotations

import runpy
from pathlib import Path

TOOL = Path(__file__).resolve().parents[3] / "tests/tools/xm_options_doc.py"


def test_the_tables_are_those_of_the_rows() -> None:
    tool = runpy.run_path(str(TOOL))
    assert tool["page"]() == tool["PAGE"].read_text(encoding="utf-8"), "run tests/tools/xm_options_doc.py"
