# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for all properties: with how many texts each is tried, and that none counts as coverage.

Where its test does not say, they are few in `make unit`, many in `make fuzz-parsers` (profile "long"). No
test has a deadline: a machine may be busy. And how a test says what it measured.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import is_hypothesis_test, settings

FEW = 100

settings.register_profile("short", settings(), max_examples=FEW, deadline=None)
settings.register_profile("long", settings(), max_examples=20 * FEW, deadline=None)
settings.load_profile("short")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a test draws at random covers this today and that tomorrow, and takes three times as long when measured."""
    for item in items:
        if is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.uncovered)


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say what was measured, at the end of the run: many processes run the tests, and only the first one is heard."""
    return lambda text: request.node.user_properties.append(("figure", text))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.getreports(kind)]
    figures = [text for one in reports if one.when == "call" for name, text in one.user_properties if name == "figure"]
    if figures:
        terminalreporter.section("figures")
        for text in sorted(figures):
            terminalreporter.line(text)
