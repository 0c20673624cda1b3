# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be shown of a guest: values that their rows call secret are replaced, in the model and in libxl's JSON."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Untold
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import found
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS

SECRET = "(secret)"

# Devices that may have a secret.
HOLDERS = tuple(option.key for option in OPTIONS.values() if any(row.secret for row in option.fields))


def hidden(values: Mapping[str, Any], options: Iterable[Option] = tuple(OPTIONS.values())) -> dict[str, Any]:
    """A model, or a device of one, without its secrets."""
    rows = {option.key: option for option in options}
    return {key: _hidden_value(value, rows.get(key)) for key, value in values.items()}


def _hidden_value(value: Any, option: Option | None) -> Any:
    if option is None or value is None:
        return value
    if option.kind == "devices":
        return [hidden(device, option.fields) for device in value]
    return SECRET if option.secret else value


def secrets_in(values: Mapping[str, Any], options: Iterable[Option] = tuple(OPTIONS.values())) -> Iterator[str]:
    """What a model has that may not be shown."""
    for option in options:
        value = values.get(option.key)
        if option.kind == "devices":
            for device in value or ():
                yield from secrets_in(device, option.fields)
        elif option.secret and value:
            yield str(value)


def secrets_in_json(config: Mapping[str, Any]) -> Iterator[str]:
    """The same of a libxl configuration, of whatever release."""
    for holder, member in _secret_places(config, OPTIONS.values()):
        yield str(holder[member])


def still_hidden(values: Mapping[str, Any], options: Iterable[Option] = tuple(OPTIONS.values())) -> Iterator[str]:
    """The keys that have the mark instead of their secret: such a model was shown, and cannot be used."""
    for option in options:
        value = values.get(option.key)
        if option.kind == "devices" and isinstance(value, list):
            for index, device in enumerate(value):
                if isinstance(device, Mapping):
                    yield from (f"{option.key}[{index}].{key}" for key in still_hidden(device, option.fields))
        elif option.secret and value == SECRET:
            yield option.key


def untold(declaration: Mapping[str, Any]) -> Mapping[str, Any]:
    """A declaration to be examined: what stands where a device with a secret should be may have one too."""
    return {**declaration, **{key: _untold(declaration[key]) for key in HOLDERS if declaration.get(key)}}


def _untold(value: Any) -> Any:
    if not isinstance(value, (list, tuple)):
        return Untold(value)
    return [one if isinstance(one, Mapping) else Untold(one) for one in value]


def hidden_json(config: Mapping[str, Any]) -> dict[str, Any]:
    """A libxl configuration, of whatever release, without its secrets."""
    shown = copy.deepcopy(dict(config))
    for holder, member in list(_secret_places(shown, OPTIONS.values())):
        holder[member] = SECRET
    return shown


def _secret_places(holder: Any, options: Iterable[Option]) -> Iterator[tuple[Any, str]]:
    """Each mapping that holds a secret, and under which key."""
    for option in options:
        for place in option.places:
            owner = found(holder, place.path[:-1])
            value = owner.get(place.path[-1]) if isinstance(owner, Mapping) else None
            if option.secret and value is not None:
                yield owner, place.path[-1]
            elif option.kind == "devices" and isinstance(value, list):
                for device in value:
                    yield from _secret_places(device, option.fields)
