# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Equal inputs are equal however they are written, and what differs is named by its place."""

from __future__ import annotations

from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._plan.build_plan import changes, fingerprint, reason
from hypothesis import given
from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
INPUTS = st.dictionaries(st.text(min_size=1, max_size=3), VALUES, max_size=4)


@given(INPUTS)
def test_the_order_of_keys_does_not_matter(inputs: dict[str, Any]) -> None:
    assert fingerprint(dict(reversed(inputs.items()))) == fingerprint(inputs)


@given(INPUTS)
def test_nothing_has_changed_in_equal_inputs(inputs: dict[str, Any]) -> None:
    assert changes(inputs, inputs) == []


def test_a_changed_value_a_new_one_and_one_that_is_gone_are_named() -> None:
    before = {"sources": {"commit": "a", "url": "x"}, "options": {"stubdom": False}, "efi": True}
    after = {"sources": {"commit": "b", "url": "x"}, "options": {"stubdom": False, "docs": True}}
    assert [str(one) for one in changes(before, after)] == [
        "efi: True -> nothing",
        "sources.commit: a -> b",
        "options.docs: nothing -> True",
    ]
    assert fingerprint(before) != fingerprint(after)


def test_the_reason_is_a_sentence_that_does_not_grow() -> None:
    assert reason(None, []) == "nothing was built here before"
    assert "is gone or damaged" in reason({}, [])
    many = changes({}, {str(number): "x" * 100 for number in range(5)})
    assert reason({}, many).endswith("; and 2 more")
    assert len(reason({}, many)) < 300
