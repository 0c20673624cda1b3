# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared values of the toolstack's files of settings, held against what the host's release reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import (
    ERROR,
    ConfigError,
    Finding,
    did_you_mean,
    shown,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.numbers import c_number
from ansible_collections.xlops.xen.plugins.module_utils._config.settings_file import PLAIN
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_settings import (
    CHOICE,
    FLAG,
    INTEGER,
    PATH,
    SETTINGS,
    Setting,
    settings_of,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import DEBIAN, SYSV, XL_CONF

TRUE, FALSE = ("yes", "on", "true", "1"), ("no", "off", "false", "0")
WHO = {DEBIAN: "Debian's start scripts", SYSV: "upstream's start scripts"}


class _Unfit(Exception):
    """Why a value is none of its key."""


def settled(file: str, declared: Mapping[str, Any], release: Release, origin: str) -> dict[str, str | None]:
    """The values as they stand in the file, None where a key shall not. A ConfigError with every fault."""
    rows = settings_of(file, release, origin)
    values: dict[str, str | None] = {}
    findings = []
    for key, value in declared.items():
        row = rows.get(str(key))
        if row is None:
            findings.append(_unknown(file, str(key), rows, release, origin))
            continue
        try:
            values[row.key] = None if value is None else _written(row, value)
        except _Unfit as why:
            findings.append(Finding(ERROR, str(why), key=f"{file}.{row.key}", release=release))
    findings += _doubled(file, values)
    if findings:
        raise ConfigError(findings)
    return values


def _unknown(file: str, key: str, rows: Mapping[str, Setting], release: Release, origin: str) -> Finding:
    others = [row for row in SETTINGS[file] if row.key == key]
    later = [row for row in others if row.first > release]
    gone = [row for row in others if row.last is not None and row.last < release]
    elsewhere = [row for row in others if row.known_to(release)]
    near = did_you_mean(key, tuple(rows))
    if elsewhere:
        message = f"{WHO.get(origin, 'upstream' + chr(39) + 's units')} do not read it"
    elif later:
        message = f"it comes with Xen {later[0].first}"
    elif gone:
        message = f"it is read up to Xen {gone[-1].last} alone"
    else:
        message = "there is no such key"
    remedy = f"did you mean {near}?" if near and not others else f"known are {', '.join(rows)}"
    return Finding(ERROR, message, key=f"{file}.{key}", release=release, remedy=remedy)


def _doubled(file: str, values: Mapping[str, str | None]) -> Iterator[Finding]:
    for row in SETTINGS[file]:
        if row.instead and values.get(row.key) is not None and values.get(row.instead) is not None:
            yield Finding(
                ERROR, f"{row.instead} says the same, and wins", key=f"{file}.{row.key}", remedy="leave one of them out"
            )


def _written(row: Setting, value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise _Unfit(f"{shown(value)} is no single value")
    text = _text(row, value)
    if row.file != XL_CONF and PLAIN.fullmatch(text) is None:
        raise _Unfit(
            f"{shown(text)} has a quotation mark, a backslash, a dollar sign or a control character, which shell and "
            "systemd read differently"
        )
    if any(not one.isprintable() for one in text):
        raise _Unfit(f"{shown(text)} has a control character")
    if not text and not row.empty and row.kind != FLAG:
        raise _Unfit("it is empty; leave the default with null")
    return text


def _text(row: Setting, value: Any) -> str:
    word = ("true" if value else "false") if isinstance(value, bool) else str(value).strip()
    if row.kind == FLAG:
        if word.lower() not in TRUE + FALSE:
            raise _Unfit(f"{shown(value)} is no boolean")
        return row.true if word.lower() in TRUE else row.false
    if row.kind == CHOICE:
        word = {"true": row.true, "false": row.false}.get(word, word) if isinstance(value, bool) else word
        if word not in row.choices:
            near = did_you_mean(word, row.choices)
            raise _Unfit(
                f"{shown(value)} is none of {', '.join(row.choices)}{f'; did you mean {near}?' if near else ''}"
            )
        return word
    if isinstance(value, bool):
        raise _Unfit(f"{shown(value)} is a boolean, not a text; quote it")
    if row.kind == INTEGER:
        number = c_number(word)
        if number is None or not row.minimum <= number <= row.maximum:
            raise _Unfit(f"{shown(value)} is no number from {row.minimum} to {row.maximum}")
        return str(number)
    if row.kind == PATH and not word.startswith("/"):
        raise _Unfit(f"{shown(value)} is no absolute path")
    if row.pattern and word and re.fullmatch(row.pattern, word) is None:
        raise _Unfit(f"{shown(value)} is not of the form that it takes{_form(row)}")
    return word


def _form(row: Setting) -> str:
    return f" ({row.meaning})" if row.meaning else ""


def numbers_of_xl_conf(release: Release) -> frozenset[str]:
    """The keys of xl.conf that xl asks for as numbers."""
    rows = SETTINGS[XL_CONF]
    return frozenset(row.key for row in rows if row.kind in (FLAG, INTEGER) and row.known_to(release))
