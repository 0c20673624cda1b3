# SPDX-License-Identifier: GPL-3.0-or-later
"""The hypervisor's command line: words from typed values, and what is wrong with words for a release and a machine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.boot_words import UNWRITABLE
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import (
    ERROR,
    WARNING,
    ConfigError,
    Finding,
    did_you_mean,
    shown,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_conflicts import conflicts
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_releases import (
    Fault,
    Target,
    lacks,
    usable_in,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_values import faults_of, form
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import (
    CHOICE,
    FLAG,
    INTEGER,
    LONGEST_LINE,
    LONGEST_OPTION,
    TEXT,
    WORD,
    WORDS,
    Parameter,
    Word,
    latest,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_params import PARAMETERS

# What GRUB's scripts put on the line by themselves, and no declaration has to repeat.
OF_GRUB = ("placeholder", "no-real-mode", "edd=off")
INDEX = re.compile(r"(?P<name>[^\[]+)\[(?P<index>[^\]]*)\]")
WORD_NAME = re.compile(r"[A-Za-z0-9_.-]+(?:\[[0-9a-fA-Fx]+\])?")

# The key of a mapping under which a word without a name stands, by what it is.
LONE_KEYS = {FLAG: "enabled", INTEGER: "number", TEXT: "size"}

# Words that belong to the control domain's kernel, and are found here often.
OF_LINUX = (
    *("root", "ro", "rw", "quiet", "splash", "init", "initrd", "rootflags", "rootfstype", "earlyprintk", "nomodeset"),
    *("systemd.unit", "modprobe.blacklist", "net.ifnames", "biosdevname"),
)


@dataclass(frozen=True)
class Token:
    """One word. ``row`` is None where no release knows it, ``key`` tells apart what may stand side by side."""

    text: str
    name: str
    value: str | None = None
    negated: bool = False
    row: Parameter | None = None
    index: str = ""

    @property
    def key(self) -> str:
        return f"{self.name}[{self.index}]" if self.index else self.name


class _NoWord(Exception):
    """A typed value that cannot be written as a word."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


def token(text: str) -> Token:
    name, equals, value = text.partition("=")
    match = INDEX.fullmatch(name)
    index = match["index"] if match else ""
    bare = match["name"] if match else name
    negated = bare not in PARAMETERS and bare.startswith("no-")
    bare = bare[3:] if negated else bare
    return Token(text, bare, value if equals else None, negated, PARAMETERS.get(bare), index)


def tokens(words: Iterable[str]) -> list[Token]:
    return [token(word) for word in words]


def words_of(declared: Mapping[str, Any]) -> list[str]:
    """The words of parameters by name: true, false, a number, a text, a list, or a mapping of the words of a value."""
    found: list[str] = []
    faults: list[Finding] = []
    for name, value in declared.items():
        row = PARAMETERS.get(str(name))
        if row is None:
            faults.append(_unknown(str(name)))
        elif value is None and row.word_named("null") is not None:
            faults.append(Finding(ERROR, "null is no text in YAML", key=row.name, remedy='write "null"'))
        elif value is not None:
            try:
                found.extend(_written(row, value))
            except _NoWord as fault:
                faults.append(Finding(ERROR, fault.message, key=row.name, value=value, remedy=fault.remedy))
    if faults:
        raise ConfigError(faults)
    return found


def _written(row: Parameter, value: Any) -> list[str]:
    if row.indexed:
        if not isinstance(value, Mapping):
            raise _NoWord("it takes numbers", f"give a mapping such as {{0: {row.example}}}")
        return [f"{row.name}[{index}]={_plain(address)}" for index, address in value.items()]
    if isinstance(value, bool):
        return [_switched(row, value)]
    if isinstance(value, Mapping):
        if row.kind != WORDS:
            raise _NoWord("it takes no mapping", f"give {form(row)}")
        return [f"{row.name}={','.join(_items(row, value))}"]
    if isinstance(value, Sequence) and not isinstance(value, str):
        texts = [_plain(one) for one in value]
        if row.several:
            return [f"{row.name}={','.join(texts)}"]
        if row.adds:
            return [f"{row.name}={text}" for text in texts]
        raise _NoWord("it takes no list", "give one value")
    return [f"{row.name}={_plain(value)}"]


def _switched(row: Parameter, on: bool) -> str:
    """A flag that is on is its name alone: what is read before the hypervisor proper knows no other form."""
    if row.kind == FLAG:
        return row.name if on else f"{row.name}=off"
    named = [word.name for word in row.words if word.name in (("on",) if on else ("off", "no"))]
    if not named and not any(word.kind == FLAG for word in row.lone):
        raise _NoWord(f"it is neither on nor off: {'true' if on else 'false'}", "give a value")
    return f"{row.name}={named[0] if named else ('on' if on else 'off')}"


def _items(row: Parameter, value: Mapping[str, Any]) -> Iterator[str]:
    lone = {LONE_KEYS[word.kind]: word for word in row.lone}
    for key, given in value.items():
        word = row.word_named(str(key)) if key else None
        if given is None:
            continue
        if word is not None:
            yield from _item(word, given)
        elif key in lone:
            many = isinstance(given, Sequence) and not isinstance(given, str)
            yield from (_plain(one) for one in (given if many else [given]))
        else:
            known = (*(word.name for word in row.words if word.name), *lone)
            suggestion = did_you_mean(str(key), known)
            asked = f"did you mean {suggestion}?" if suggestion else f"it knows {', '.join(known)}"
            raise _NoWord(f"{shown(key)} is no word of its value", asked)


def _item(word: Word, given: Any) -> Iterator[str]:
    if isinstance(given, bool):
        if word.kind == WORD:
            yield from [word.name] if given else []
        elif word.kind == FLAG and word.sign != "=":
            yield f"{word.name}{word.sign}{int(given)}"
        elif word.kind == FLAG or word.bare:
            yield word.name if given else f"no-{word.name}"
        else:
            raise _NoWord(f"{word.name} is neither on nor off", f"give {form(word)}")
    elif word.kind == WORD:
        raise _NoWord(f"{word.name} is there or not", "give true or false")
    elif word.kind == CHOICE and not isinstance(given, str) and isinstance(given, Sequence):
        yield from (f"{word.name}{word.sign}{_plain(one)}" for one in given)
    else:
        yield f"{word.name}{word.sign}{_plain(given)}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (int, str)):
        return str(value)
    raise _NoWord(f"a value of type {type(value).__name__} has no place in it", "give a number or a text")


def examine(words: Sequence[str], target: Target) -> list[Finding]:
    """Everything to say about the words of a line, in their order, and then about them together."""
    read = tokens(words)
    found = [finding for one in read for finding in _about(one, target)]
    found += _twice(read, target)
    found += conflicts([(one.name, one.value, one.negated) for one in read], target.release)
    length = len(" ".join(words))
    if length > LONGEST_LINE:
        found.append(
            Finding(
                ERROR,
                f"the line has {length} characters, and the hypervisor keeps {LONGEST_LINE} of them",
                release=target.release,
                remedy="make it shorter",
            )
        )
    return found


def _about(one: Token, target: Target) -> Iterator[Finding]:
    release = target.release
    if not one.text or UNWRITABLE.search(one.text):
        yield Finding(
            ERROR,
            f"{shown(one.text)} has a blank, a quote, a backslash or a sign beyond ASCII, which cannot be handed over",
            key=one.name or None,
            remedy="write it without, one word for each parameter",
        )
        return
    if one.text in OF_GRUB and one.text != "no-real-mode":
        return
    row = one.row
    if row is None or (one.index and not row.indexed):
        yield _unknown(one.name, one.text)
        return
    said = _in_release(row, target)
    if said is not None:
        yield said
        if said.severity == ERROR:
            return
    if row.indexed and not one.index:
        yield Finding(
            ERROR, "it lacks its number", key=row.name, release=release, remedy=f"write {row.name}[0]={row.example}"
        )
    if row.instead and row.last is None and usable_in(PARAMETERS[row.instead.partition("=")[0]], target):
        yield Finding(WARNING, "it has a successor", key=row.name, release=release, remedy=f"use {row.instead}")
    for fault in faults_of(row, one.value, one.negated, target):
        yield _found(fault, row, one.value, target)
    longest = latest(LONGEST_OPTION, release)
    if longest is not None and len(one.text) > longest:
        yield Finding(
            ERROR,
            f"it has {len(one.text)} characters with its value, and Xen cuts it after {longest}",
            key=row.name,
            release=release,
            remedy="make it shorter",
        )


def _in_release(row: Parameter, target: Target) -> Finding | None:
    """Why the release, or the machine, does not have the parameter, or may not have it."""
    if target.arch and target.arch not in row.arches and row.arm is None:
        return Finding(
            ERROR, f"it is not for {target.arch}", key=row.name, release=target.release, remedy="leave it out"
        )
    fault = lacks(row, target, "it", f"use {row.instead}" if row.instead else "leave it out")
    return None if fault is None else _found(fault, row, None, target)


def _found(fault: Fault, row: Parameter, value: str | None, target: Target) -> Finding:
    return Finding(
        fault.severity, fault.message, key=row.name, value=value, release=target.release, remedy=fault.remedy
    )


def _unknown(name: str, text: str = "") -> Finding:
    if name in OF_LINUX:
        return Finding(ERROR, "it is for the control domain's kernel", key=name, remedy="move it to linux")
    suggestion = did_you_mean(name, tuple(PARAMETERS)) if WORD_NAME.fullmatch(name) else None
    return Finding(
        ERROR,
        "no release of Xen has such a parameter",
        key=name or text,
        remedy=f"did you mean {suggestion}?" if suggestion else "leave it out",
    )


def _twice(read: Sequence[Token], target: Target) -> Iterator[Finding]:
    """Of two words of one name that do not add to one another, Xen takes the last."""
    last: dict[str, Token] = {}
    for one in read:
        former = last.get(one.key)
        if former is not None and one.row is not None and not one.row.adds:
            yield Finding(
                WARNING,
                f"it stands there twice, and Xen takes the last: {shown(one.text)} and not {shown(former.text)}",
                key=one.key,
                release=target.release,
                remedy="leave the other out",
            )
        last[one.key] = one


def overruled(ours: Sequence[str], line: Sequence[str]) -> list[tuple[str, str]]:
    """Of our words those that another word, later in the whole line, takes the effect from."""
    last = {one.key: one for one in tokens(line)}
    found = []
    for one in {one.key: one for one in tokens(ours)}.values():
        winner = last.get(one.key)
        if winner is not None and winner.text != one.text and not (one.row is not None and one.row.adds):
            found.append((one.text, winner.text))
    return found


def without_grubs(words: Iterable[str]) -> list[str]:
    """Words without those that GRUB's scripts put there, and without what GRUB puts in for a variable."""
    return [word for word in words if word not in OF_GRUB and not word.startswith("${")]
