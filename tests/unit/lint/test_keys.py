# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No key that xl would ignore gets past the lint, and no typo of a key: measured over all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import lint_text
from ansible_collections.xlops.xen.plugins.module_utils._schema.devices_display import PCM, STREAM
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import CURRENT, DISK, NESTED, VSND, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import KEYS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, OLDEST, RELEASES, Release

Figure = Callable[[str], None]

FACTS = Path(__file__).parents[1] / "data/facts"
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"

# Values that a release reads, so that nothing but the key can be wrong.
VALUES = {"devices": "[ ]", "texts": "[ ]", "integers": "[ ]", "cpus": '"0"', "struct": '"type=none"'}
UNKNOWN = ("unknown-key", "unknown-sub-key")
TYPED_FOR = (NEWEST, *(pytest.param(one, marks=pytest.mark.sweep) for one in (OLDEST, Release(4, 17))))
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


def test_every_key_that_a_release_ignores_is_found(figure: Figure) -> None:
    keys = {key: releases_of(str(span)) for key, span in facts("keys").items()}
    missed, invented, ignored, read = [], [], 0, 0
    for release in RELEASES:
        found = findings_by_line([statement(key) for key in keys], release)
        for (key, known), rules in zip(keys.items(), found):
            reported = bool(rules & set(IGNORED))
            ignored += release not in known
            read += release in known
            if release not in known and not reported:
                missed.append((str(release), key))
            if release in known and reported:
                invented.append((str(release), key))
    figure(f"keys that a release ignores: {share(ignored - len(missed), ignored)} found")
    figure(f"keys that a release reads: {share(read - len(invented), read)} without a finding")
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
@pytest.mark.parametrize("release", TYPED_FOR, ids=str)
def test_every_typo_of_every_key_is_found(release: Release, figure: Figure) -> None:
    slips = typos(set(KEYS))
    found = findings_by_line([f"{typo} = 1" for typo in slips], release)
    missed = [slip for slip, rules in zip(slips, found) if "unknown-key" not in rules]
    figure(f"typos of keys, for {release}: {share(len(slips) - len(missed), len(slips))} found")
    assert len(slips) > 100_000
    assert missed == []


# How an item of a device is written that has a sub-key of its own, by grammar; a sound card has them in three places.
ITEMS = {
    DISK: ('"{}=1,vdev=xvda,target=/d"',),
    NESTED: ('["pnode=0", "{}=1"]',),
    VSND: ('["card,{}=1"]', '["card", "pcm,{}=1"]', '["card", "pcm", "stream,{}=1"]'),
}
SUB_KEYS = sorted(key for key, row in KEYS.items() if row.fields)


def words_of(option: Option) -> set[str]:
    rows = [*option.fields, *((*PCM.fields, *STREAM.fields) if option.grammar == VSND else ())]
    return {word for row in rows if not row.key.startswith("colo_") for word in (row.word, row.key, *row.flags)}


@pytest.mark.uncovered
@pytest.mark.parametrize("key", SUB_KEYS)
def test_every_typo_of_every_sub_key_is_found(key: str, figure: Figure) -> None:
    """Of the sub-keys of COLO there are fifty, all alike, and no typos here."""
    option = KEYS[key]
    slips = typos(words_of(option))
    missed: list[str] = []
    for item in ITEMS.get(option.grammar, ('"{}=1"',)):
        texts = [item.format(slip) for slip in slips]
        if option.kind == "devices":
            found = findings_by_line([f"{key} = [", *(f"{text}," for text in texts), "]"], NEWEST)[1:]
        else:
            found = [findings_by_line([f"{key} = {text}"], NEWEST)[0] for text in texts]
        missed += [text for text, rules in zip(texts, found) if "unknown-sub-key" not in rules]
    figure(f"typos of sub-keys of {key}: {share(len(slips) - len(missed), len(slips))} found")
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
