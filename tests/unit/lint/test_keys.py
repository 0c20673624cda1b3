# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No key that xl would ignore gets past the lint, and no typo of a key: measured over all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import lint_text
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import CURRENT, DISK, NESTED, VSND, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import KEYS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, RELEASES, Release

FACTS = Path(__file__).parents[1] / "data/facts"
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"

# Values that a release reads, so that nothing but the key can be wrong.
VALUES = {"devices": "[ ]", "texts": "[ ]", "integers": "[ ]", "cpus": '"0"', "struct": '"type=none"'}
UNKNOWN = ("unknown-key", "unknown-sub-key")
IGNORED = ("later-key", "removed-key", "unknown-key", "type-misread", "type-unread")


def releases_of(span: str) -> list[Release]:
    """``4.9-`` and ``4.5-4.8``"""
    first, _dash, last = span.partition("-")
    return [one for one in RELEASES if Release.parse(first) <= one <= (Release.parse(last) if last else NEWEST)]


def facts(name: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((FACTS / f"{name}.json").read_text())
    return found


def statement(key: str) -> str:
    option = KEYS.get(key)
    return f"{key} = {VALUES.get(option.kind, 1) if option else 1}"


def findings_by_line(lines: list[str], release: Release) -> list[set[str]]:
    """The rules that each line of a file breaks."""
    linted = lint_text("".join(f"{line}\n" for line in lines), release)
    rules: list[set[str]] = [set() for _line in lines]
    for finding in linted.findings:
        rules[(finding.line or 1) - 1].add(finding.rule)
    return rules


def share(found: int, of: int) -> str:
    return f"{found} of {of} ({100 * found / of:.1f} %)"


def test_every_key_that_a_release_ignores_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    keys = {key: releases_of(str(span)) for key, span in facts("keys").items()}
    missed, invented, ignored = [], [], 0
    for release in RELEASES:
        found = findings_by_line([statement(key) for key in keys], release)
        for (key, known), rules in zip(keys.items(), found):
            reported = bool(rules & set(IGNORED))
            ignored += release not in known
            if release not in known and not reported:
                missed.append((str(release), key))
            if release in known and reported:
                invented.append((str(release), key))
    with capsys.disabled():
        print(f"\nkeys that a release ignores: {share(ignored - len(missed), ignored)} found")
    assert ignored > 400
    assert missed == []
    assert invented == []


# What a text begins with, so that nothing but the sub-key behind it can be wrong.
BEGINNINGS = {"pci": "0000:03:00.0,"}


@pytest.mark.parametrize("device", ["vif", "disk", "pci"])
def test_every_sub_key_that_a_release_ignores_is_found(device: str) -> None:
    option = KEYS[device]
    spans = {word: releases_of(span) for word, span in facts("sub_keys")[device].items() if word != "cdrom"}
    flags = {flag for row in option.fields for flag in row.flags}
    texts = [word if word in flags else f"{word}=1" for word in spans]
    for release in RELEASES:
        for text, known in zip(texts, spans.values()):
            (found,) = findings_by_line([f'{device} = [ "{BEGINNINGS.get(device, "")}{text}" ]'], release)
            assert ("later-key" in found) == (release not in known), (str(release), text)


def edits(word: str) -> Iterator[str]:
    """Every word that one slip of a finger makes of a word."""
    for index in range(len(word) + 1):
        head, tail = word[:index], word[index:]
        yield from (head + letter + tail for letter in LETTERS)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in LETTERS)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


def typos(words: set[str]) -> list[str]:
    """Every typo, without those that are words themselves or that no key can be."""
    return sorted({typo for word in words for typo in edits(word) if typo[:1].isalpha()} - words)


@pytest.mark.uncovered
def test_every_typo_of_every_key_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    slips = typos(set(KEYS))
    found = findings_by_line([f"{typo} = 1" for typo in slips], NEWEST)
    missed = [slip for slip, rules in zip(slips, found) if "unknown-key" not in rules]
    with capsys.disabled():
        print(f"\ntypos of keys: {share(len(slips) - len(missed), len(slips))} found")
    assert len(slips) > 100_000
    assert missed == []


def devices_of_pairs() -> list[Option]:
    return [row for row in KEYS.values() if row.kind == "devices" and row.grammar not in (DISK, NESTED, VSND)]


@pytest.mark.uncovered
def test_every_typo_of_every_sub_key_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    missed, count = [], 0
    for option in devices_of_pairs():
        rows = [row for row in option.fields if not row.key.startswith("colo_")]  # fifty names, all alike
        words = {row.word for row in rows} | {row.key for row in rows}
        slips = typos(words)
        count += len(slips)
        items = "".join(f'"{typo}=1",\n' for typo in slips)
        found = findings_by_line(f"{option.key} = [\n{items}]".splitlines(), NEWEST)
        missed += [slip for slip, rules in zip(slips, found[1:]) if "unknown-sub-key" not in rules]
    with capsys.disabled():
        print(f"\ntypos of sub-keys: {share(count - len(missed), count)} found")
    assert missed == []


def test_the_word_suggested_for_a_typo_is_one_edit_away() -> None:
    words = {key for key, row in KEYS.items() if row.status == CURRENT}
    slips = [typo for typo in typos(words) if typo not in KEYS][::97]
    linted = lint_text("".join(f"{typo} = 1\n" for typo in slips), NEWEST)
    suggested = {finding.key: finding.remedy or "" for finding in linted.findings if finding.rule == "unknown-key"}
    for typo in slips:
        suggestion = suggested[typo].removeprefix("did you mean ").removesuffix("?")
        assert suggestion in words
        assert typo in edits(suggestion)
