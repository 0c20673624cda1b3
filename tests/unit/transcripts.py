# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What xl really printed: the recordings below data/, each with its command, output, messages and exit code."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).parent / "data"


def stdout(name: str) -> str:
    """The standard output in a recording, such as ``4.17/xl-list-v.txt``."""
    return _between(name, "--- stdout\n", "--- stderr")


def stderr(name: str) -> str:
    return _between(name, "--- stderr\n", "--- exit code")


def _between(name: str, start: str, end: str) -> str:
    return (DATA / name).read_text().split(start, 1)[1].rsplit(end, 1)[0]
