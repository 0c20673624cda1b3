# SPDX-License-Identifier: GPL-3.0-or-later
"""Mappings, lists and scalars as YAML. Hosts have no YAML library, and every text is quoted, whatever it holds.

What is written is loaded as variables, and the texts are others': of none shall Ansible make a template and run it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
# Words that YAML takes for texts, so that they need no quotes: such as most of xl.cfg's values are.
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./")
NO_TEXTS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
# Jinja's brackets, wherever they stand, and the line that would give it others.
TEMPLATE = re.compile(r"\{[{%#]|#jinja2:")


def yaml_text(value: Any) -> str:
    """The document of a value, ending in a newline."""
    return "---\n" + "".join(f"{line}\n" for line in _lines(value))


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _entry(f"{_scalar(key)}:", item)
    elif isinstance(value, (list, tuple)) and value:
        for item in value:
            first, *rest = _lines(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
    else:
        yield _scalar(value)


def _entry(head: str, item: Any) -> Iterator[str]:
    if isinstance(item, (Mapping, list, tuple)) and item:
        yield head
        yield from (f"  {line}" for line in _lines(item))
    else:
        yield f"{head} {_scalar(item)}"


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, (Mapping, list, tuple)):
        return "{}" if isinstance(value, Mapping) else "[]"
    if value[:1].isalpha() and PLAIN.issuperset(value) and value.lower() not in NO_TEXTS:
        return str(value)
    tag = "!unsafe " if TEMPLATE.search(value) else ""
    return f'{tag}"{"".join(_character(character) for character in value)}"'


def _number(value: float) -> str:
    """YAML knows a power of ten by the point before it."""
    text = repr(value)
    return text if "." in text else text.replace("e", ".0e")


def _character(character: str) -> str:
    if character in ESCAPES:
        return ESCAPES[character]
    return character if character.isprintable() else f"\\U{ord(character):08x}"
