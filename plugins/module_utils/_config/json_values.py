# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One value between the model and libxl's JSON, by kind."""

from __future__ import annotations

from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import Option

NOTHING: Any = object()
"""What libxl leaves out."""

KIB_PER_MIB = 1024


def to_json(value: Any, option: Option) -> Any:
    """The JSON of a value in normal form, or NOTHING where libxl writes none."""
    rendered = _rendered(value, option)
    if option.kind in ("integer", "mib", "choice"):
        silent = 0 if option.silent is None and option.kind != "choice" else option.silent
        return NOTHING if rendered == silent and silent is not None else rendered
    return NOTHING if rendered in ([], False) else rendered


def _rendered(value: Any, option: Option) -> Any:
    if option.kind == "flag":  # libxl's three-valued boolean is a text; unset is the third value
        return str(bool(value))
    if option.kind == "mib":
        return value * KIB_PER_MIB
    if option.kind == "choice":
        return next(choice.in_json for choice in option.choices if choice.word == value)
    return value


def from_json(found: Any, option: Option) -> Any:
    """The model's value of a JSON value; what is of no known form comes back as it is."""
    if option.kind == "flag":
        return {"True": True, "False": False}.get(found, found) if isinstance(found, str) else found
    if option.kind == "mib" and isinstance(found, int):
        return round(found / KIB_PER_MIB)
    if option.kind == "choice":
        return next((choice.word for choice in option.choices if choice.in_json == found), found)
    return found
