#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write into plugins/doc_fragments/guest.py what the rows of the options know: order, types, choices, units, releases.

What an option is for, and its default in words, are written there by hand and stay. A new row needs an entry with a
description, anywhere in the text; this program puts it in its place and completes it:

PYTHONPATH=.collections python3 tests/tools/guest_options_doc.py
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import ENGINE_OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import CURRENT, EVERY_TYPE, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST

FRAGMENT = Path(__file__).resolve().parents[2] / "plugins/doc_fragments/guest.py"
TEXT = re.compile(r'(?<=^OPTIONS = r"""\n).*?(?=^""")', re.DOTALL | re.MULTILINE)
WIDTH = 76  # the dumper breaks a line after the word that crosses it

UNIT = re.compile(r"In [\w ]+\.(?: |$)")
FACT = re.compile(
    r"For C\(\w+\)(?: and C\(\w+\))* guests\.|(?:(?:Needs|\S+ needs|Gone after) Xen [0-9.]+(?: or later)?\. ?)+"
)
DEFAULT = "Default: "


class NoWords(Exception):
    """Options of which the fragment does not say what they are for."""


def main() -> int:
    text = FRAGMENT.read_text()
    try:
        FRAGMENT.write_text(completed(text))
    except NoWords as missing:
        print(f"{FRAGMENT}: no description of {missing}", file=sys.stderr)
        return 1
    return 0


def completed(source: str) -> str:
    """The source of the fragment with the facts of the rows and its own words."""
    match = TEXT.search(source)
    assert match is not None, "the fragment has no OPTIONS"
    entries = yaml.safe_load(match.group())
    body = "".join(_lines(option, entries, option.key, 0) for option in (*OPTIONS.values(), *ENGINE_OPTIONS.values()))
    return source[: match.start()] + body + source[match.end() :]


def _lines(option: Option, entries: Mapping[str, Any], name: str, depth: int) -> str:
    entry = entries.get(option.key) or {}
    if not entry.get("description"):
        raise NoWords(name)
    fields: dict[str, object] = {
        "description": list(_description(_words(entry["description"]), option)),
        "type": option.ansible_type,
    }
    if option.ansible_elements:
        fields["elements"] = option.ansible_elements
    if option.required:
        fields["required"] = True
    if option.ansible_choices:
        fields["choices"] = list(option.ansible_choices)
    text = yaml.dump({option.key: fields}, Dumper=_Indented, sort_keys=False, width=WIDTH - 2 * depth)
    if option.fields:
        inner = "".join(
            _lines(field, entry.get("suboptions") or {}, f"{name}.{field.key}", depth + 2)
            for field in option.fields
            if field.status == CURRENT
        )
        text += "  suboptions:\n" + textwrap.indent(inner, "    ")
    return text


class _Indented(yaml.SafeDumper):
    """Lists stand below their key, indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _words(description: str | Iterable[str]) -> list[str]:
    """What of a description was written by hand."""
    paragraphs = [description] if isinstance(description, str) else description
    own = (UNIT.sub("", paragraph, count=1) for paragraph in paragraphs if not FACT.fullmatch(paragraph))
    return [paragraph for paragraph in own if paragraph]


def _description(words: list[str], option: Option) -> Iterator[str]:
    default = next((paragraph for paragraph in words if paragraph.startswith(DEFAULT)), "")
    yield from (paragraph for paragraph in words if paragraph != default)
    unit = f"In {option.unit}. " if option.unit else ""
    if unit or default:
        yield (unit + default).strip()
    if option.guests != EVERY_TYPE:
        yield f"For {' and '.join(f'C({guest})' for guest in option.guests)} guests."
    releases = []
    if option.first > OLDEST:
        releases.append(f"Needs Xen {option.first} or later.")
    if option.last:
        releases.append(f"Gone after Xen {option.last}.")
    releases += [f"C({one.word}) needs Xen {one.first} or later." for one in option.choices if one.first > OLDEST]
    if releases:
        yield " ".join(releases)


if __name__ == "__main__":
    sys.exit(main())
