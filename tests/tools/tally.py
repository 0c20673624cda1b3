# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pytest plugin: adds this run's numbers to the file that XLOPS_TALLY names, one line "PASSED FAILED" for each run.

A stage may run pytest many times, as each verify step of a Molecule scenario does; reports of one name would not do.
"""

from __future__ import annotations

import os
import pathlib

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if hasattr(terminalreporter.config, "workerinput"):  # a worker of pytest-xdist; the controller counts its tests too
        return
    passed, failed, errors = (len(terminalreporter.getreports(outcome)) for outcome in ("passed", "failed", "error"))
    with pathlib.Path(os.environ["XLOPS_TALLY"]).open("a") as file:
        file.write(f"{passed} {failed + errors}\n")
