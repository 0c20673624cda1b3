# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter xm_to_xl: one guest file of xm, from its text."""

from __future__ import annotations

DOCUMENTATION = r"""
name: xm_to_xl
short_description: Convert a guest file of xm into one for xl
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Takes the text of a guest file of xend's C(xm) (Xen 3.0 to 4.4), which is Python, finds out what it sets without
    running it, and gives the guest for xl of a release, with a row for every option that says what became of it.
  - Python 2 is understood - C(0777), C(5L), C(<>), backticks, C(print). Assignments, texts and numbers, lists,
    concatenation, C(%), C(format), arithmetic, C(append), and conditions on known values are followed. What only
    running the file could tell becomes a row V(decision), never a guess.
  - A text that is C(xl.cfg) already stays as it is.
  - Bounded - 128 KiB, and limits for nesting, size of values and work. Beyond them, and where the text is no Python,
    the filter fails with the line and column.
positional: _input
options:
  _input:
    description: The text of the file.
    type: str
    required: true
  release:
    description: The Xen release whose xl shall read the result, such as V(4.17).
    type: str
    required: true
  filename:
    description: Name of the file, by which a guest without a name is called, and messages say where something is.
    type: str
    default: ""
  variables:
    description: Variables that the file expects on the command line of xm, by name.
    type: dict
    default: {}
  syntax:
    description: Which of the two the text is for. V(auto) takes what only xl can mean for xl, and the rest for xm.
    type: str
    choices: [auto, xm, xl]
    default: auto
seealso:
  - module: xlops.xen.xm_to_xl
"""

EXAMPLES = r"""
- name: Convert one file
  ansible.builtin.copy:
    content: "{{ guest.config }}"
    dest: /etc/xen/web1.cfg
    mode: "0600"
  no_log: true # passwords for VNC are in the text
  vars:
    guest: "{{ lookup('ansible.builtin.file', 'web1') | xlops.xen.xm_to_xl(release='4.17', filename='web1') }}"

- name: Say what is left to decide
  ansible.builtin.debug:
    msg: "{{ guest.report | selectattr('action', 'equalto', 'decision') }}"
  vars:
    guest: "{{ lookup('ansible.builtin.file', 'web1') | xlops.xen.xm_to_xl(release='4.5', variables={'vmid': 3}) }}"
"""

RETURN = r"""
_value:
  description: The guest.
  type: dict
  contains:
    name:
      description: Its name, empty where there is no usable one.
      type: str
    syntax:
      description: V(xm) or V(xl), what the text was for.
      type: str
    config:
      description: The text for xl, ending in a newline; empty where the guest cannot be converted, see C(errors).
      type: str
    model:
      description: The guest in the options of M(xlops.xen.xl_domains).
      type: dict
    autostart:
      description: Whether xend started the guest with the host, V(null) where the text does not say.
      type: bool
    counts:
      description: How many rows there are of each action.
      type: dict
    report:
      description: A row for each option, and for what xm did by itself. Passwords are masked.
      type: list
      elements: dict
      contains:
        action:
          description: V(kept), V(renamed), V(changed), V(dropped) or V(decision).
          type: str
        key:
          description: The option, or the item of a list such as V(disk[1]); empty for a statement.
          type: str
        line:
          description: Line from 1, V(null) for what the file does not say.
          type: int
        column:
          description: Column from 1.
          type: int
        old:
          description: What the file says.
          type: str
        to:
          description: The key, or keys, of xl.cfg.
          type: str
        new:
          description: What the text for xl has instead, such as C(vnc = 1).
          type: str
        reason:
          description: Why.
          type: str
        loss:
          description: Whether the guest misses something that it had.
          type: bool
    remarks:
      description: What the release has to say beyond the options.
      type: list
      elements: str
    errors:
      description: Why the guest cannot be converted.
      type: list
      elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_import import (
    SYNTAXES,
    import_guest,
    refusal,
    supported,
    usable,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import counts, without_secrets
from ansible_collections.xlops.xen.plugins.plugin_utils.guests import untemplated, wrong_input

NAME = "xm_to_xl"


def xm_to_xl(
    text: Any,
    release: Any = None,
    filename: str = "",
    variables: Mapping[str, Any] | None = None,
    syntax: str = "auto",
) -> dict[str, Any]:
    """What the filter gives. Nothing of it is ever taken for a template."""
    if not isinstance(text, str):
        raise wrong_input(NAME, text, "the text of a guest file of xm")
    if syntax not in SYNTAXES:
        raise AnsibleFilterError(f"{NAME}: syntax: {shown(syntax)} is none of {', '.join(SYNTAXES)}")
    try:
        guest = import_guest(str(text), supported(release), str(filename), usable(variables or {}), syntax)
    except ConfigError as error:
        raise AnsibleFilterError(f"{NAME}: " + "\n".join(refusal(error))) from None
    return {
        "name": guest.name,
        "syntax": guest.syntax,
        "config": guest.config,
        "model": guest.model,
        "autostart": guest.autostart,
        "counts": counts(guest.rows),
        "report": [row.as_dict() for row in guest.rows],
        "remarks": [without_secrets(str(remark)) for remark in guest.remarks],
        "errors": [without_secrets(str(fault)) for fault in guest.faults],
    }


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {NAME: untemplated(xm_to_xl)}
