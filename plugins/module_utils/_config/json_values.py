# SPDX-License-Identifier: GPL-3.0-or-later
"""Values between the model and libxl's JSON: by kind, and to the places their rows name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import Option, Place
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Json = dict[str, Any]

NOTHING: Any = object()
"""What libxl leaves out."""

KIB_PER_MIB = 1024


class Context(NamedTuple):
    """For whom JSON is made: the release of xl, the type of the guest, the host."""

    release: Release
    guest: str
    host: HostFacts


def plain(target: Json, values: Mapping[str, Any], options: Iterable[Option], context: Context) -> None:
    """Carry each value to the place its row names."""
    for option in options:
        value = values.get(option.key, option.implied)
        if value is None or not option.known_to(context.release):
            continue
        place = option.place(context.release, context.guest)
        if place is None:
            continue
        rendered = to_json(value, option, place)
        if rendered is not NOTHING:
            inside(target, place.path[:-1])[place.path[-1]] = rendered


def inside(target: Json, path: Sequence[str]) -> Json:
    """The object at a path, made where it is missing."""
    for step in path:
        target = target.setdefault(step, {})
    return target


def found(config: Any, path: Sequence[str]) -> Any:
    """What stands at a path, or None."""
    for step in path:
        config = config.get(step) if isinstance(config, dict) else None
    return config


def to_json(value: Any, option: Option, place: Place) -> Any:
    """The JSON of a value in normal form, or NOTHING where libxl writes none."""
    rendered = _rendered(value, option)
    return NOTHING if rendered == place.silent or rendered == [] else rendered


def _rendered(value: Any, option: Option) -> Any:
    if option.kind == "flag":  # libxl's three-valued boolean is a text; unset is the third value
        return str(bool(value))
    if option.kind == "mib":
        return value * KIB_PER_MIB
    if option.kind == "choice":
        return option.choice(value).in_json
    return value


def from_json(value: Any, option: Option) -> Any:
    """The model's value of a JSON value; what is of no known form comes back as it is."""
    if option.kind == "flag":
        return {"True": True, "False": False}.get(value, value) if isinstance(value, str) else value
    if option.kind == "mib" and isinstance(value, int):
        return (value + KIB_PER_MIB // 2) // KIB_PER_MIB
    if option.kind == "choice":
        return next((choice.word for choice in option.choices if choice.in_json == value), value)
    return value
