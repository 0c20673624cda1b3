# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible argument specs, derived from the rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS

ArgumentSpec = dict[str, dict[str, Any]]


def guest_argument_spec() -> ArgumentSpec:
    """The xl.cfg keys of one guest. Engine keys (state, autostart, ...) are the module's own.

    Choices are those of all releases; what the host's release cannot do is found when the model is examined.
    """
    return argument_spec(OPTIONS.values())


def argument_spec(options: Iterable[Option]) -> ArgumentSpec:
    return {option.key: _argument(option) for option in options}


def _argument(option: Option) -> dict[str, Any]:
    spec: dict[str, Any] = {"type": option.ansible_type}
    if option.required:
        spec["required"] = True
    if option.choices:
        spec["choices"] = list(option.words())
    if option.secret:
        spec["no_log"] = True
    if option.kind == "texts":
        spec["elements"] = "str"
    if option.kind == "devices":
        spec.update(elements="dict", options=argument_spec(option.fields))
    return spec
