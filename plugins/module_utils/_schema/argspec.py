# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible argument specs, derived from the rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import CURRENT, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS

ArgumentSpec = dict[str, dict[str, Any]]

# Of keys with such a name Ansible wants to be told that they are no secrets.
LOOKS_SECRET = re.compile(r"pass|secret|token|key")


def guest_argument_spec() -> ArgumentSpec:
    """The xl.cfg keys of one guest. Engine keys (state, autostart, ...) are the module's own.

    Choices are those of all releases; what the host's release cannot do is found when the model is examined.
    """
    return argument_spec(OPTIONS.values())


def argument_spec(options: Iterable[Option]) -> ArgumentSpec:
    return {option.key: argument(option) for option in options if option.status == CURRENT}


def argument(option: Option) -> dict[str, Any]:
    """The argument spec of one option."""
    spec: dict[str, Any] = {"type": option.ansible_type}
    if option.required:
        spec["required"] = True
    if option.ansible_choices:
        spec["choices"] = list(option.ansible_choices)
    if option.secret or LOOKS_SECRET.search(option.key):
        spec["no_log"] = option.secret
    if option.ansible_elements:
        spec["elements"] = option.ansible_elements
    if option.fields:
        spec["options"] = argument_spec(option.fields)
    return spec


def occurring(spec: ArgumentSpec, declared: Mapping[str, Any]) -> ArgumentSpec:
    """The spec without the sub-options that nothing declared has: Ansible looks for each of them in every mapping."""
    return {
        key: {**one, "options": _occurring_in(one["options"], _items(declared.get(key)))} if "options" in one else one
        for key, one in spec.items()
    }


def _occurring_in(options: ArgumentSpec, items: Sequence[Any]) -> ArgumentSpec:
    if not all(isinstance(item, Mapping) for item in items):
        return options  # a text, of which Ansible makes a mapping
    keys = {key for item in items for key in item}
    together = {key: [one for item in items for one in _items(item.get(key))] for key in keys}
    return occurring({key: one for key, one in options.items() if key in keys or one.get("required")}, together)


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
