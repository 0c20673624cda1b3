# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a hypervisor parameter of a release takes a value, and if not, why not and what it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import did_you_mean, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_releases import (
    Fault,
    Target,
    lacks,
    usable_in,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.numbers import c_number
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_forms import FORMS
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import (
    CHOICE,
    FALSE_WORDS,
    FLAG,
    INTEGER,
    SIZE,
    TEXT,
    TRUE_WORDS,
    WORD,
    WORDS,
    Parameter,
    Row,
    Word,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

UNITS = {"b": 0, "k": 10, "m": 20, "g": 30, "t": 40}
WITHOUT_SUFFIX = "k"
SIZE_TEXT = re.compile(r"(?P<minus>-?)(?P<number>0[xX][0-9a-fA-F]+|[0-9]+)(?P<suffix>[bBkKmMgGtT]?)")

# Before, a flag in a list was its name or no- and its name. Parameters that are younger had the rest from the start.
NAMED_FLAGS = Release(4, 12)
YOUNG = Release(4, 11)


def size_in_bytes(text: str) -> int | None:
    """A size as Xen reads it; None if it is none. What is subtracted from all memory is negative."""
    match = SIZE_TEXT.fullmatch(text)
    number = None if match is None else c_number(match["number"])
    if match is None or number is None:
        return None
    size = number << UNITS[(match["suffix"] or WITHOUT_SUFFIX).lower()]
    return -size if match["minus"] else size


def faults_of(row: Parameter, value: str | None, negated: bool, target: Target) -> Iterator[Fault]:
    """Everything that is wrong with ``name``, ``no-name`` or ``name=value`` in what reads it."""
    if negated:
        yield from _negated(row, value)
    elif value is None:
        if not (row.kind == FLAG or row.bare or any(word.kind == FLAG for word in row.lone)):
            yield Fault("it stands without a value", f"give {takes(row, target)}")
    else:
        yield from _long(row, value, target.release)
        if row.kind == WORDS:
            yield from _listed(row, value, target)
        else:
            yield from plain_faults(row, value)
            yield from _foreign_forms(row.name, value, target)


def _negated(row: Parameter, value: str | None) -> Iterator[Fault]:
    if value is not None:
        yield Fault(f"no- stands before a name with the value {shown(value)}", "leave one of them out")
    elif row.kind != FLAG and not any(word.kind == FLAG for word in row.lone):
        yield Fault("it can not be turned off by no- before its name", "leave it out")


def _long(row: Parameter, value: str, release: Release) -> Iterator[Fault]:
    limit = row.limit(release)
    if limit is not None and len(value) > limit:
        yield Fault(
            f"its value has {len(value)} characters, and Xen cuts it after {limit}: {shown(value[:limit])}",
            "make it shorter",
        )


def _listed(row: Parameter, value: str, target: Target) -> Iterator[Fault]:
    items = value.split(",") if row.several else [value]
    for item in items:
        yield from _item(row, item, target)


def _item(row: Parameter, item: str, target: Target) -> Iterator[Fault]:
    found = word_of(row, item, target)
    if found is None:
        yield _unknown(row, item, target)
        return
    word, value, negated = found
    # What came and went with the parameter is said of the parameter.
    doubt = lacks(word, target, shown(item), _takes_instead(row, target))
    if doubt is not None and (word.got, word.lost) != (row.got, row.lost):
        yield doubt
    if word.kind == WORD or (value is None and (negated or word.kind == FLAG or word.bare)):
        return
    if value is None:
        yield Fault(f"{word.name} stands without a value", f"give {form(word)} behind {word.name}{word.sign}")
        return
    if word.kind == FLAG and word.name and word.sign == "=" and _only_bare(row, target.release):
        yield Fault(
            f"{shown(item)} is not understood before Xen {NAMED_FLAGS}",
            f"write {word.name if value in TRUE_WORDS else f'no-{word.name}'}",
        )
    yield from plain_faults(word, value)
    yield from _foreign_forms(row.name, value, target)


def _only_bare(row: Parameter, release: Release) -> bool:
    return release < NAMED_FLAGS and row.first < YOUNG


def word_of(row: Parameter, item: str, target: Target) -> tuple[Word, str | None, bool] | None:
    """Which of the parameter's words an item of its value is, its value, and whether it is negated."""
    usable = [word for word in row.words if usable_in(word, target)]
    for word in usable:
        if word.name and word.name == item:
            return word, None, False
    for word in usable:
        if not word.name or word.kind == WORD:
            continue
        if item == f"no-{word.name}" and word.sign == "=" and (word.kind == FLAG or word.bare):
            return word, None, True
        if item.startswith(f"{word.name}{word.sign}"):
            return word, item[len(word.name) + 1 :], False
    for word in usable:
        if not word.name and looks_like(word, item):
            return word, item, False
    return None


def looks_like(word: Word, item: str) -> bool:
    if word.kind == FLAG:
        return item in (*TRUE_WORDS, *FALSE_WORDS)
    if word.kind == INTEGER:
        return c_number(item) is not None
    return re.fullmatch(word.pattern, item) is not None


def _unknown(row: Parameter, item: str, target: Target) -> Fault:
    """Why an item is none of the words: another release's, another machine's, or nobody's."""
    name = re.split("[=:]", item.removeprefix("no-") if row.word_named(item) is None else item)[0]
    word = row.word_named(item) or row.word_named(name)
    gap = None if word is None else lacks(word, target, shown(item), _takes_instead(row, target))
    if gap is not None:
        return gap
    if word is not None and target.arch and target.arch not in word.arches:
        return Fault(f"{shown(item)} is not for {target.arch}", "leave it out")
    known = tuple(word.name for word in row.words if word.name and usable_in(word, target))
    suggestion = did_you_mean(name, known) if known and name else None
    asked = f"did you mean {suggestion}?" if suggestion else f"give {takes(row, target)}"
    return Fault(f"{shown(item)} is nothing it knows", asked)


def plain_faults(row: Row, value: str) -> Iterator[Fault]:
    """What is wrong with a value that is no list of words."""
    if row.kind == FLAG and value not in (*TRUE_WORDS, *FALSE_WORDS):
        yield Fault(f"{shown(value)} is neither true nor false", "give on or off")
    elif row.kind == CHOICE and value not in row.choices and not _flag_of_choice(row, value):
        suggestion = did_you_mean(value, row.choices) if value else None
        yield Fault(
            f"{shown(value)} is not what {row.name} takes",
            f"did you mean {suggestion}?" if suggestion else f"give {_one_of(row.choices)}",
        )
    elif row.kind == INTEGER:
        yield from _number(row, c_number(value), value, "a number")
    elif row.kind == SIZE:
        yield from _number(row, size_in_bytes(value), value, "a size such as 512M or 2G")
    elif row.kind == TEXT and not re.fullmatch(row.pattern, value):
        yield Fault(f"{shown(value)} is not what it takes", f"give something like {row.example}")


def _flag_of_choice(row: Row, value: str) -> bool:
    return isinstance(row, Word) and row.bare and value in (*TRUE_WORDS, *FALSE_WORDS)


def _number(row: Row, number: int | None, text: str, what: str) -> Iterator[Fault]:
    if number is None or (row.kind == SIZE and number < 0):
        yield Fault(f"{shown(text)} is not {what}", f"give {what}{_between(row)}")
    elif number not in row.also and not _in_range(row, number):
        yield Fault(f"{shown(text)} is out of range", f"give {what}{_between(row)}")


def _in_range(row: Row, number: int) -> bool:
    return (row.minimum is None or row.minimum <= number) and (row.maximum is None or number <= row.maximum)


def _between(row: Row) -> str:
    if row.minimum is not None and row.maximum is not None:
        return f" from {row.minimum} to {row.maximum}{''.join(f', or {number}' for number in row.also)}"
    return "" if row.minimum is None else f" that is not below {row.minimum}"


def _foreign_forms(name: str, value: str, target: Target) -> Iterator[Fault]:
    """Forms that what reads the value does not have."""
    for one in FORMS:
        found = re.search(one.pattern, value) if one.name == name else None
        if found is None:
            continue
        gap = lacks(one, target, shown(found[0]))
        if target.arch and target.arch not in one.arches:
            yield Fault(f"{shown(found[0])} is not for {target.arch}", one.remedy)
        elif gap is not None:
            yield gap._replace(remedy=one.remedy)


def takes(row: Parameter, target: Target) -> str:
    """What a parameter takes, for a reader."""
    if row.kind != WORDS:
        return form(row)
    forms = [
        form(word) if not word.name else f"{word.name}{_rest(word)}" for word in row.words if usable_in(word, target)
    ]
    return _one_of(tuple(forms))


def _takes_instead(row: Parameter, target: Target) -> str:
    return f"give {takes(row, target)}"


def _rest(word: Word) -> str:
    return "" if word.kind in (WORD, FLAG) or word.bare else f"{word.sign}{form(word)}"


def form(row: Row) -> str:
    if row.kind == FLAG:
        return "on or off"
    if row.kind == CHOICE:
        return _one_of(row.choices)
    if row.kind == INTEGER:
        return f"a number{_between(row)}"
    return "a size such as 512M" if row.kind == SIZE else f"something like {row.example}"


def _one_of(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}" if words else "nothing"
