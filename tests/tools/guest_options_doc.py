#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write plugins/doc_fragments/guest.py from the rows of the options, so that documentation and options are one.

PYTHONPATH=.collections python3 tests/tools/guest_options_doc.py > plugins/doc_fragments/guest.py
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import yaml
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import ENGINE_OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import CURRENT, EVERY_TYPE, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST

WIDTH = 76  # the dumper breaks a line after the word that crosses it

HEAD = '''\
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of one guest. Written by tests/tools/guest_options_doc.py from the rows that define them."""

from __future__ import annotations

import textwrap

OPTIONS = r"""
'''

TAIL = '''\
"""

# What every guest can have in common with the others is all but its name.
DEFAULTS = OPTIONS[OPTIONS.index("uuid:\\n") :]

# What the guest is, without what is done with it; somebody else says which guest it is.
CONFIGURATION = OPTIONS[: OPTIONS.index("\\nstate:\\n") + 1].replace("  required: true\\n", "", 1)


class ModuleDocFragment:
    """As options of the module itself, and as suboptions of the lists of guests.

    The attributes are annotated: a plain assignment has to be one literal for ansible-test.
    """

    DOCUMENTATION: str = "options:\\n" + textwrap.indent(OPTIONS, "  ")

    BULK: str = (
        r"""
options:
  domains:
    description:
      - The guests, each a mapping of xl.cfg's own keys and of O(domains[].state), O(domains[].autostart),
        O(domains[].stop_timeout) and O(domains[].destroy).
      - A guest that is not in the list is left alone.
    type: list
    elements: dict
    required: true
    suboptions:
"""
        + textwrap.indent(OPTIONS, "      ")
        + r"""
  defaults:
    description:
      - Options that every guest of O(domains) has unless it says otherwise.
    type: dict
    suboptions:
"""
        + textwrap.indent(DEFAULTS, "      ")
    )

    ALONE: str = r"""
options:
  guest:
    description:
      - The configuration as a mapping of xl.cfg's own keys, as M(xlops.xen.xl_domain) takes them.
    type: dict
    suboptions:
""" + textwrap.indent(CONFIGURATION, "      ")
'''


def main() -> None:
    body = "".join(_lines(option, 0) for option in (*OPTIONS.values(), *ENGINE_OPTIONS.values()))
    print(HEAD + body + TAIL, end="")


def _lines(option: Option, depth: int) -> str:
    fields: dict[str, object] = {"description": list(_sentences(option)), "type": option.ansible_type}
    if option.ansible_elements:
        fields["elements"] = option.ansible_elements
    if option.required:
        fields["required"] = True
    if option.ansible_choices:
        fields["choices"] = list(option.ansible_choices)
    text = yaml.dump({option.key: fields}, Dumper=_Indented, sort_keys=False, width=WIDTH - 2 * depth)
    if option.fields:
        inner = "".join(_lines(field, depth + 2) for field in option.fields if field.status == CURRENT)
        text += "  suboptions:\n" + textwrap.indent(inner, "    ")
    return text


class _Indented(yaml.SafeDumper):
    """Lists stand below their key, indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _sentences(option: Option) -> Iterator[str]:
    yield option.description
    if option.unit or option.default:
        unit = f"In {option.unit}. " if option.unit else ""
        yield (unit + (f"Default: {option.default}." if option.default else "")).strip()
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
    main()
