# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of each option of a guest file, in the words of the file for xl."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import LONGEST_SHOWN
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import statement
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_conversion import Conversion
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import (
    CHANGED,
    DECISION,
    DROPPED,
    HIDDEN,
    KEPT,
    SECRET_KEYS,
    Row,
    displayed,
    without_secrets,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

SAME = (("0", "false"), ("1", "true"), ("no", "false"), ("yes", "true"))


def show_what_became(guest: Conversion, model: Model, release: Release) -> None:
    """Each row of what was kept or changed shows the statements of the file for xl that came of it."""
    devices = dict(_devices(guest, model))
    for row in guest.rows:
        if row.action in (DECISION, DROPPED):
            continue
        _compare(row, model)
        made = devices.get(id(row)) or {key: model[key] for key in row.to.split(", ") if key in model}
        if made:
            row.new = "; ".join(_told(key, value, release) for key, value in made.items())


def _devices(guest: Conversion, model: Model) -> Iterator[tuple[int, dict[str, Any]]]:
    """For each row about some devices of a list, which these are."""
    for key, declared in guest.declaration.items():
        made: dict[int, list[Any]] = {}
        for device, written in zip(declared, model[key]) if isinstance(declared, list) and key in model else ():
            if id(device) in guest.owners:
                made.setdefault(id(guest.owners[id(device)]), []).append(written)
        yield from ((row, {key: some}) for row, some in made.items())


def _compare(row: Row, model: Model) -> None:
    """An option that was kept, and has another value all the same, was changed."""
    if row.action == KEPT and row.to in model and not isinstance(model[row.to], (list, dict)):
        old, new = row.old.strip('"'), displayed(row.to, model[row.to]).strip('"')
        if old != new and (old, new) not in SAME:
            row.action = CHANGED


def _told(key: str, value: Any, release: Release) -> str:
    """A statement of the file on one line, of bounded length, without secrets."""
    lines = statement(_masked(key, value), OPTIONS[key], release).split("\n")
    text = without_secrets(" ".join(line.strip() for line in lines))
    return text if len(text) <= 2 * LONGEST_SHOWN else f"{text[: 2 * LONGEST_SHOWN - 4]} ..."


def _masked(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_masked(key, item) for item in value]
    if isinstance(value, Mapping):
        return {word: _masked(word, one) for word, one in value.items()}
    return HIDDEN if key in SECRET_KEYS else value
