# SPDX-License-Identifier: GPL-3.0-or-later
"""The value that a finding is about, as far as it may be told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import DEFAULTS, Finding, one_edit_apart
from ansible_collections.xlops.xen.plugins.module_utils._config.secrets import HOLDERS, SECRET
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import KEYS

NOT_TOLD = "(not told)"
STEP = re.compile(r"[^.\[\]]+")
SUGGESTED = re.compile(r"did you mean (?:.*\.)?([^.?]+)\?")
UNKNOWN = ("unknown-key", "unknown-sub-key")
OF_ANOTHER_FILE = "open-decision"  # its key has the number that a device had for xm


def with_value(finding: Finding, stated: Mapping[str, Any], read: Mapping[str, Any]) -> Finding:
    """The finding with what was stated for its key, or, of a device, read of it. A secret is not told, nor what may be
    one by a slip.
    """
    steps = STEP.findall((finding.key or "").removeprefix(DEFAULTS))
    if not steps or finding.rule == OF_ANOTHER_FILE:
        return finding
    found, led = _stated(steps, {**read, **stated} if len(steps) == 1 else {**stated, **read})
    value = found if finding.value is None else finding.value
    whole = finding.value is None and led < len(steps)
    return finding if value is None else replace(finding, value=_hidden(finding, steps, whole) or value)


def stated_at(key: str | None, stated: Mapping[str, Any]) -> Any:
    """What was stated for a key, or a sub-key of a device, or for a whole device."""
    steps = STEP.findall(key or "")
    found, led = _stated(steps, stated)
    return found if led == len(steps) else None


def _stated(steps: list[str], stated: Any) -> tuple[Any, int]:
    """What stands at the end of the steps, or of as many as lead somewhere: of a sub-key that is absent, the device."""
    for led, step in enumerate(steps):
        if isinstance(stated, Mapping) and step in stated:
            stated = stated[step]
        elif isinstance(stated, (list, tuple)) and step.isdigit() and int(step) < len(stated):
            stated = stated[int(step)]
        else:
            return (stated if led else None), led
    return stated, len(steps)


def _hidden(finding: Finding, steps: list[str], whole: bool) -> str:
    """What is told instead of the value, or of the ``whole`` device; nothing if it may be told."""
    option = KEYS.get(steps[0])
    row = next((one for one in option.fields if one.key == steps[-1]), None) if option and len(steps) > 1 else option
    if finding.rule in UNKNOWN:
        meant = SUGGESTED.fullmatch(finding.remedy or "")
        row = next((one for one in _rows(option) if meant and one.key == meant.group(1)), None)
        slip = row is not None and one_edit_apart(steps[-1].replace("-", "_").lower(), row.key)
        return "" if row and slip and not row.secret else NOT_TOLD
    holds_secrets = steps[0] in HOLDERS and (whole or row is None or row is option or len(steps) < 3)
    return SECRET if holds_secrets or (row is not None and row.secret) else ""


def _rows(option: Option | None) -> tuple[Option, ...]:
    return option.fields if option and option.fields else tuple(KEYS.values())
