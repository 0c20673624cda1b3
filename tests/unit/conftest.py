# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for all properties: with how many texts each is tried, and that none counts as coverage.

Where its test does not say, they are few in `make unit`, many in `make fuzz-parsers` (profile "long"). No
test has a deadline: a machine may be busy.
"""

from __future__ import annotations

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
