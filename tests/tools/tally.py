# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pytest plugin: adds what became of this run's tests to the file that XLOPS_TALLY names, as one line of JSON: how many
passed, and each that failed with the first line of why.

A stage may run pytest many times, as each verify step of a Molecule scenario does; reports of one name would not do.
"""

from __future__ import annotations

import json
import os
import pathlib

import pytest


def told(report: pytest.TestReport | pytest.CollectReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    why = crash.message if crash else report.longreprtext
    return f"{report.nodeid}: {why.partition(chr(10))[0]}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if hasattr(terminalreporter.config, "workerinput"):  # a worker of pytest-xdist; the controller counts its tests too
        return
    failed = [told(report) for outcome in ("failed", "error") for report in terminalreporter.getreports(outcome)]
    line = {"passed": len(terminalreporter.getreports("passed")), "failed": failed}
    with pathlib.Path(os.environ["XLOPS_TALLY"]).open("a") as file:
        file.write(f"{json.dumps(line)}\n")
