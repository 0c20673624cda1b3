# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: from_xl_cfg
short_description: Read a guest from the text of an xl.cfg file
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Reads the file by xl's own grammar and gives the guest as M(xlops.xen.xl_domain) takes it. No Xen host is needed.
  - C(builder) and other older names come back under their present ones, C(root) and C(extra) as C(cmdline), devices as
    lists of mappings.
options:
  _input:
    description:
      - The text of the file.
    type: str
    required: true
  release:
    description:
      - The release of Xen whose xl reads the file, as a text. What it does not know, and would ignore without a word,
        is an error then.
      - Without it, only what no release knows is one.
    type: str
  findings:
    description:
      - What to do about what is wrong with the file. V(fail) - an error fails the filter, with line and column.
      - V(return) - the result has the guest as far as it can be read, and everything there is to say about it.
    type: str
    choices: [fail, return]
    default: fail
  filename:
    description:
      - Name of the file for the messages.
    type: str
    default: ""
notes:
  - Passwords are part of the file and so of the result.
  - What the file says is never a template here. A guest that is written into a file of variables needs
    P(xlops.xen.to_vars_yaml#filter) to stay so, for C(to_nice_yaml) does not say what is none.
seealso:
  - plugin: xlops.xen.to_xl_cfg
    plugin_type: filter
  - plugin: xlops.xen.to_vars_yaml
    plugin_type: filter
  - module: xlops.xen.xl_domain
"""

EXAMPLES = r"""
- name: Read a guest's file on the host
  ansible.builtin.slurp:
    path: /etc/xen/web1.cfg
  register: file

- name: Show it as a declaration
  ansible.builtin.debug:
    msg: "{{ file.content | b64decode | xlops.xen.from_xl_cfg(release='4.17') }}"

- name: Show what is wrong with a file
  ansible.builtin.debug:
    msg: "{{ read.findings | map(attribute='message') }}"
  vars:
    read: "{{ text | xlops.xen.from_xl_cfg(findings='return', filename='web1.cfg') }}"
    text: |
      name = "web1"
      kernel = "/srv/boot/vmlinuz"
      memroy = 512
"""

RETURN = r"""
_value:
  description:
    - The guest, a mapping of xl.cfg's keys.
    - With O(findings=return), a mapping of C(guest) and C(findings), a list of C(severity) (V(error), V(warning) or
      V(note)), C(message), C(key), C(line), C(column) (from 1, V(null) where there is none) and C(remedy).
  type: dict
  sample: {name: web1, kernel: /srv/boot/vmlinuz, memory: 512}
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError, errors_in, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import in_order, lint_text
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import read_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._config.xend_keys import advised
from ansible_collections.xlops.xen.plugins.module_utils._plan.document import LARGEST
from ansible_collections.xlops.xen.plugins.plugin_utils.guests import (
    finding_report,
    in_one_sentence,
    read_release,
    untemplated,
    wrong_input,
)

NAME = "from_xl_cfg"
FAIL = "fail"
RETURN_THEM = "return"


def from_xl_cfg(text: Any, release: Any = None, findings: Any = FAIL, filename: Any = "") -> dict[str, Any]:
    if findings not in (FAIL, RETURN_THEM):
        raise AnsibleFilterError(f"{NAME}: findings is {shown(findings)}; write {FAIL} or {RETURN_THEM}.")
    if not isinstance(text, str):
        raise wrong_input(NAME, text, "the text of an xl.cfg file")
    if len(text) > LARGEST:
        raise AnsibleFilterError(f"{NAME}: the text has {len(text)} characters, and no xl.cfg has more than {LARGEST}.")
    target = None if release is None else read_release(NAME, release)
    with in_one_sentence(NAME):
        guest, found = read_xl_cfg(str(text), str(filename), target)
        if target is not None:  # what xl of that release passes over in silence is said too
            found = in_order(lint_text(str(text), target, str(filename)).findings)
        found = [advised(one) for one in found]
        if findings == RETURN_THEM:
            return {"guest": guest, "findings": [finding_report(finding) for finding in found]}
        if errors_in(found):
            raise ConfigError(errors_in(found))
    return guest


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {NAME: untemplated(from_xl_cfg)}
