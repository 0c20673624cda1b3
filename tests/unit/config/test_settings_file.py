# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of files that others wrote too: what a shell, or xl, reads afterwards."""

from __future__ import annotations

import subprocess

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.settings_file import (
    PLAIN,
    SHELL,
    XL,
    Style,
    edited,
    values_in,
)
from hypothesis import given, settings
from hypothesis import strategies as st

SH, XLCONF = Style(SHELL, "/etc/default/xencommons"), Style(XL, "/etc/xen/xl.conf")

plain = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20).filter(
    lambda text: PLAIN.fullmatch(text) is not None
)
lines = st.lists(
    st.one_of(
        st.sampled_from(["", "# a comment", "#A=[yes|no]", "A=", "export B='x y'", "C=1 # one", "if true; then :; fi"]),
        plain.map('A="{}"'.format),
    ),
    max_size=8,
)


def by_shell(text: str, key: str) -> str:
    """What a shell has that reads the text."""
    script = f'{text}\nprintf %s "${key}"'
    return subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True).stdout


@settings(max_examples=60, deadline=None)
@given(lines, plain)
def test_a_shell_reads_what_was_set_and_all_else_as_before(before: list[str], value: str) -> None:
    text = "\n".join(before)
    after = edited(text, {"A": value}, SH)
    assert by_shell(after, "A") == value == values_in(after, SH)["A"]
    assert [by_shell(after, key) for key in "BC"] == [by_shell(text, key) for key in "BC"]
    assert [line for line in before if line.startswith("#")] == [
        line for line in after.splitlines() if line.startswith("#")
    ]
    assert edited(after, {"A": value}, SH) == after
    gone = edited(after, {"A": None}, SH)
    assert by_shell(gone, "A") == ""
    assert "A" not in values_in(gone, SH)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["", "# c", '#autoballoon="auto"', "autoballoon='on'", "claim_mode=0", 'a="1"; b = 2']),
        max_size=6,
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12),
)
def test_xl_reads_what_was_set_and_all_else_as_before(before: list[str], value: str) -> None:
    text = "\n".join(before)
    after = edited(text, {"autoballoon": value, "claim_mode": "1"}, XLCONF, frozenset({"claim_mode"}))
    assert values_in(after, XLCONF) == {**values_in(text, XLCONF), "autoballoon": value, "claim_mode": "1"}
    assert edited(after, {"autoballoon": value, "claim_mode": "1"}, XLCONF, frozenset({"claim_mode"})) == after


def test_a_value_that_holds_already_is_not_written_in_another_way() -> None:
    text = "# mine\nA='x'   # why\nB=2"
    assert edited(text, {"A": "x", "B": "2"}, SH) == text
    assert edited(text, {"C": None}, SH) == text


def test_a_key_takes_its_place_behind_its_comment() -> None:
    assert edited("# all\n#A=[yes|no]\n\n# next\n", {"A": "yes"}, SH) == '# all\n#A=[yes|no]\nA="yes"\n\n# next\n'
    assert edited("", {"A": "yes"}, SH) == 'A="yes"\n'
    assert edited("export A=1\n", {"A": "2"}, SH) == 'export A="2"\n'


@pytest.mark.parametrize(
    ("style", "text", "changes"),
    [
        (SH, 'A="one\ntwo"\n', {"A": "1"}),
        (SH, "A=one \\\n two\n", {"A": None}),
        (SH, 'A="$B"c\n', {"A": "1"}),
        (XLCONF, "a=1; b=2\n", {"a": "2"}),
        (XLCONF, "a=1; b=2\n", {"a": None}),
        (XLCONF, "a = [ 1,\n 2 ]\n", {"a": "3"}),
    ],
)
def test_what_cannot_be_changed_alone_is_refused(style: Style, text: str, changes: dict[str, str | None]) -> None:
    with pytest.raises(ConfigError, match="bring it to one line of its own"):
        edited(text, changes, style)
