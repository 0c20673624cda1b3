# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: libxl_diff
short_description: Say what is different between two configurations of a guest
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Compares two guests key by key, in the words of xl.cfg, and says how a running guest gets from the first to the
    second. No Xen host is needed.
  - Each of the two may be a mapping of xl.cfg's keys as M(xlops.xen.xl_domain) takes them, the text of an xl.cfg file,
    or libxl's JSON as C(xl list -l NAME), C(xl -N create) and the files C(/var/lib/xen/userdata-*.libxl-json) have it,
    as text or already read.
  - Both are taken to libxl's JSON and compared there, so that two ways to say the same are no difference.
  - Between a declaration and libxl's JSON a key that is not declared does not count where libxl fills it in.
positional: after, release
options:
  _input:
    description:
      - The guest as it is, or was.
    type: raw
    required: true
  after:
    description:
      - The guest as it shall be, or is now.
    type: raw
    required: true
  release:
    description:
      - The release of Xen of the host, as a text.
      - One from V(4.5) to V(4.22), the newest that the collection knows and the default. For JSON of an
        older host give the host's, because releases write other values without being asked.
    type: str
seealso:
  - module: xlops.xen.libxl_config
  - plugin: xlops.xen.to_xl_cfg
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read a guest
  ansible.builtin.command: xl list -l web1
  register: listed
  changed_when: false

- name: Show what a declaration would change
  ansible.builtin.debug:
    msg: "{{ item.key }} from {{ item.before }} to {{ item.after }}, {{ item.impact }}"
  loop: "{{ listed.stdout | xlops.xen.libxl_diff(guest, release='4.17') }}"
  vars:
    guest: {name: web1, kernel: /srv/boot/vmlinuz, memory: 1024}

- name: Show what two files do differently
  ansible.builtin.debug:
    msg: "{{ lookup('file', 'old.cfg') | xlops.xen.libxl_diff(lookup('file', 'new.cfg')) }}"
"""

RETURN = r"""
_value:
  description:
    - The differences, each with C(key), C(before) and C(after) (V(null) where it is not set) and C(impact), one of
      V(live), V(next_boot), V(restart) and V(recreate).
    - Of a device, C(key) names it, and before and after have the sub-keys that differ, or all where it comes or goes.
    - Passwords are shown as V((secret\)).
  type: list
  elements: dict
  sample:
    - {key: memory, before: 512, after: 1024, impact: next_boot}
    - {key: "disk[xvdb]", before: null, after: {vdev: xvdb, target: /dev/vg0/data}, impact: live}
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._plan.document import differences
from ansible_collections.xlops.xen.plugins.module_utils._plan.words import differences_report
from ansible_collections.xlops.xen.plugins.plugin_utils.guests import (
    described,
    in_one_sentence,
    read_release,
    untemplated,
)

NAME = "libxl_diff"


def libxl_diff(before: Any, after: Any = None, release: Any = None) -> list[dict[str, Any]]:
    target = read_release(NAME, release)
    with in_one_sentence(f"{NAME}, before"):
        was = described(before, target)
    with in_one_sentence(f"{NAME}, after"):
        becomes = described(after, target)
    return differences_report(differences(was, becomes, target))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {NAME: untemplated(libxl_diff)}
