# SPDX-License-Identifier: GPL-3.0-or-later
"""From the model to the text of an xl.cfg file that means the same to xl of a given release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.device_writer import device_text, parameters
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import GENERIC, reads_type
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release


def to_xl_cfg(model: Mapping[str, Any], release: Release) -> str:
    """The text of the file, ending in a newline. The model is one that normalise() gave for this release."""
    return "".join(f"{line}\n" for line in _lines(model, release))


def _lines(model: Mapping[str, Any], release: Release) -> Iterator[str]:
    for key, option in OPTIONS.items():
        if key in model:
            yield statement(model[key], option, release)


def statement(value: Any, option: Option, release: Release) -> str:
    """What the file says of one key."""
    if option.key == "type" and not reads_type(release):
        return f"builder = {quoted(HVM if value == HVM else GENERIC)}"
    return f"{option.key} = {_rendered(value, option)}"


def quoted(text: str) -> str:
    """A text as xl's lexer reads it back: only quote, backslash and newline end or change a string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _rendered(value: Any, option: Option) -> str:
    if option.kind == "devices":
        return _listed([_item(device_text(device, option)) for device in value])
    if option.kind == "struct":
        return quoted(",".join(parameters(value, option)))
    if isinstance(value, list):
        return _listed([_item(item) for item in value])
    return _item(value)


def _item(value: Any) -> str:
    if isinstance(value, list):
        return f"[ {', '.join(_item(one) for one in value)} ]"
    if isinstance(value, int):  # booleans are numbers to xl, and a minus sign is no token
        return str(int(value)) if value >= 0 else quoted(str(value))
    return quoted(value)


def _listed(items: list[str]) -> str:
    if len(items) < 2:
        return f"[ {items[0]} ]" if items else "[ ]"
    return "[\n" + "".join(f"    {item},\n" for item in items) + "]"
