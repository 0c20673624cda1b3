# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: to_xl_cfg
short_description: Write a guest as the text of an xl.cfg file
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Writes the file that M(xlops.xen.xl_domain) would write for the same guest, without a Xen host.
  - The text means the same to every release that can express the guest; it is written for one, for instance with
    C(builder) instead of C(type) before Xen 4.10. What the release cannot do is an error that names the first that can.
  - No value can end its quotes or its line, whatever it contains.
options:
  _input:
    description:
      - A guest as a mapping of xl.cfg's own keys, as M(xlops.xen.xl_domain) takes them. Its C(state), C(autostart),
        C(stop_timeout) and C(destroy) are no part of the file and are left out.
      - Or libxl's JSON of a guest, as C(xl list -l NAME) prints it. What xl.cfg has no words for is left out.
      - Or a list of guests.
    type: raw
    required: true
  release:
    description:
      - The release of Xen whose xl shall read the file, as a text.
      - One from V(4.5) to V(4.22), the newest that the collection knows and the default.
    type: str
notes:
  - Passwords are part of the file and so of the result.
seealso:
  - plugin: xlops.xen.from_xl_cfg
    plugin_type: filter
  - module: xlops.xen.libxl_config
"""

EXAMPLES = r"""
- name: Show the file of a guest for two releases
  ansible.builtin.debug:
    msg: "{{ guest | xlops.xen.to_xl_cfg(release=item) }}"
  loop: ["4.5", "4.20"]
  vars:
    guest:
      name: web1
      type: hvm
      memory: 512
      disk:
        - {vdev: xvda, target: /dev/vg0/web1}

- name: Write down a guest that somebody made by hand
  ansible.builtin.command: xl list -l web1
  register: listed
  changed_when: false

- name: Show its file
  ansible.builtin.debug:
    msg: "{{ listed.stdout | from_json | xlops.xen.to_xl_cfg(release='4.17') }}"
"""

RETURN = r"""
_value:
  description: The text, which ends in a newline. For a list of guests a list of texts.
  type: raw
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError, errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg as write
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.plugins.plugin_utils.guests import (
    described,
    in_one_sentence,
    plain_data,
    read_release,
    untemplated,
)

NAME = "to_xl_cfg"


def to_xl_cfg(guest: Any, release: Any = None) -> str | list[str]:
    target = read_release(NAME, release)
    given = plain_data(guest)
    with in_one_sentence(NAME):
        if isinstance(given, list) and not all(isinstance(one, dict) and "domid" in one for one in given):
            return [_text(one, target) for one in given]
        return _text(given, target)


def _text(guest: Any, release: Release) -> str:
    found = described(guest, release)
    if errors_in(found.findings):
        raise ConfigError(errors_in(found.findings))
    return write(found.model, release)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {NAME: untemplated(to_xl_cfg)}
