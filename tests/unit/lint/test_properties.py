# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lint raises on no text and no declaration, and has no error to tell of what was written for a release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.lint import lint_text, lint_together
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import RULES
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._plan.lint import lint_declaration
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import KEYS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, RELEASES, Release
from ansible_collections.xlops.xen.plugins.plugin_utils.declared_guests import Declared, read_declared
from ansible_collections.xlops.xen.tests.unit.config.strategies import CHARACTERS, models
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = [path.read_text() for path in sorted((ROOT / "docs/examples").rglob("*.*")) if path.is_file()]
RELEASE = st.sampled_from(RELEASES)

PIECES = st.sampled_from([*KEYS, "=", "+=", "[", "]", ",", "'", '"', "\n", "#", "0", "1", "\\", "mac=", "vdev=", " "])
SCRAPS = st.lists(st.one_of(PIECES, st.text(CHARACTERS, max_size=5)), max_size=40).map("".join)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(CHARACTERS, max_size=8))
NESTED = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["vdev", "target", "mac", "bdf", "x", "size", "vcpus", "type"]), inner, max_size=3
        ),
    ),
    max_leaves=8,
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """An example with a piece of it replaced."""
    text = draw(st.sampled_from(EXAMPLES))
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 20)))
    return text[:start] + draw(SCRAPS) + text[end:]


def assert_sound(findings: Any) -> None:
    for finding in findings:
        assert finding.rule in RULES
        assert finding.severity == RULES[finding.rule].severity
        assert str(finding).isprintable()


@given(st.one_of(SCRAPS, damaged()), RELEASE)
@settings(max_examples=400, deadline=None)
def test_any_text_can_be_linted(text: str, release: Release) -> None:
    linted = lint_text(text, release, "a.cfg")
    findings = lint_together([linted, linted])
    assert_sound(findings)
    assert all(finding.line and finding.column for finding in findings)


@given(st.dictionaries(st.one_of(st.sampled_from(list(KEYS)), st.text(max_size=5)), NESTED, max_size=6), RELEASE)
@settings(max_examples=400, deadline=None)
def test_any_declaration_can_be_linted(declared: dict[str, Any], release: Release) -> None:
    linted = lint_declaration(declared, None, release)
    assert_sound(lint_together([linted, linted]))


@given(st.one_of(damaged(), st.text(max_size=60)))
@settings(max_examples=300, deadline=None)
def test_any_yaml_can_be_linted(text: str) -> None:
    declared = Declared("a.yml", NEWEST)
    read_declared(text, declared)
    assert_sound(declared.findings + lint_together(declared.guests))


@given(models())
@settings(max_examples=400, deadline=None)
def test_what_is_written_for_a_release_has_no_error_there(case: tuple[Release, Model]) -> None:
    release, model = case
    found = lint_text(to_xl_cfg(model, release), release).findings
    assert [str(finding) for finding in found if finding.severity == "error"] == []
