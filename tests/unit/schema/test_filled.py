# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of what libxl fills in speaks of rows that say that libxl fills something in."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.kinds import NORMAL_FORM
from ansible_collections.xlops.xen.plugins.module_utils._schema.filled import DEFAULTS
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS


@pytest.mark.parametrize(("name", "value"), DEFAULTS.items(), ids=list(DEFAULTS))
def test_a_value_that_is_filled_in_is_one_of_its_key(name: str, value: Any) -> None:
    key, _dot, field = name.partition(".")
    row = {row.key: row for row in OPTIONS[key].fields}[field] if field else OPTIONS[key]
    assert row.filled
    assert NORMAL_FORM[row.kind](value, row) == value
