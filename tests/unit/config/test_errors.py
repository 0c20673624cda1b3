# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said about a value, whatever it is."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import (
    LONGEST_SHOWN,
    ConfigError,
    shown,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import from_xl_cfg


def within_itself() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\n", '"a\\n"'),
        ({"a": [1, None, True]}, '{"a": [1, null, true]}'),
        (Exception("b"), "\"Exception('b')\""),
        ({(): 1}, "a value of type dict"),
    ],
)
def test_a_value_is_quoted(value: Any, text: str) -> None:
    assert shown(value) == text


def test_a_number_that_python_does_not_write_is_not_written() -> None:
    assert shown([10**5000]) == "a value of type list"


@pytest.mark.parametrize("value", ["x" * 10**6, ["x"] * 10**6, within_itself()], ids=["long", "large", "endless"])
def test_no_more_is_shown_than_fits(value: Any) -> None:
    text = shown(value)
    assert len(text) == LONGEST_SHOWN
    assert text.endswith('..."')


def test_of_thousands_of_findings_the_first_are_said_and_the_rest_are_counted() -> None:
    text = "name = 'a'\nkernel = 'k'\n" + "".join(f"unknown{index} = 1\n" for index in range(5000))
    with pytest.raises(ConfigError) as refusal:
        from_xl_cfg(text)
    assert len(refusal.value.findings) == 5000
    said = str(refusal.value).splitlines()
    assert "unknown0" in said[0]
    assert said[-1] == f"And {5000 - len(said) + 1} more."
    assert len(str(refusal.value)) < 2000


def test_of_few_findings_each_is_said() -> None:
    with pytest.raises(ConfigError) as refusal:
        from_xl_cfg("name = 'a'\nkernel = 'k'\nunknown0 = 1\nunknown1 = 1\n")
    assert len(str(refusal.value).splitlines()) == 2
    assert "more" not in str(refusal.value).splitlines()[-1]
