#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xm_to_xl
short_description: Convert a directory of guest files of xm into files for xl
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Reads the guest files of a host that ran xend (Xen 3.0 to 4.4), which are Python, without running them, and writes
    an C(xl.cfg) for each guest, and a report that says of every option whether it was kept, renamed, changed or
    dropped, or has to be decided by somebody who knows the guest.
  - Settings of xend, programs, examples, copies and links out of the directory are no guests and are listed as such.
    Links in C(auto/) say which guests start with the host. A file that is for xl already is copied as it is.
  - Reads and writes on the machine that the task runs on, which needs no Xen. For a host without Python 3, copy its
    directory to the controller first.
  - A guest that cannot be converted gets no file, and the reasons stand in RV(guests[].errors).
options:
  src:
    description:
      - The directory, such as a copy of C(/etc/xen), or a single file. At most 128 KiB of a file are read.
    type: path
    required: true
  dest:
    description:
      - The directory for the results. It is made, for its owner alone, if it is missing. It cannot be O(src).
      - It gets C(NAME.cfg) for each guest and C(report.md), each of mode C(0600), for passwords may be among the
        options.
    type: path
    required: true
  release:
    description:
      - The Xen release whose xl shall read the files, such as V(4.17). What it cannot do is in the report.
    type: str
    required: true
  variables:
    description:
      - Variables that the files expect on the command line of xm (C(xm create FILE vmid=3)), by name. A file that
        sets one of them itself is not changed by it.
    type: dict
    default: {}
  declarations:
    description:
      - Write C(domains.yml) too, the guests as M(xlops.xen.xl_domains) and the role C(xen_guests) declare them, with
        V(present) for their state. Passwords are in it; encrypt it with C(ansible-vault).
      - Texts that Ansible would take for templates have the tag C(!unsafe) there, for they are those of the files.
    type: bool
    default: false
  force:
    description:
      - Replace files in O(dest) that have other content. Without it nothing at all is written where there is one.
    type: bool
    default: false
extends_documentation_fragment:
  - xlops.xen.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Passwords for VNC and SPICE are masked.
  platform:
    support: full
requirements:
  - Python 3.9 or later
seealso:
  - plugin: xlops.xen.xm_to_xl
    plugin_type: filter
  - module: xlops.xen.xl_domains
"""

EXAMPLES = r"""
- name: Convert what was copied from an old host
  xlops.xen.xm_to_xl:
    src: old-host/etc/xen
    dest: xl
    release: "4.17"
  delegate_to: localhost

- name: Convert on the host itself, and declare the guests
  xlops.xen.xm_to_xl:
    src: /etc/xen
    dest: /root/xl
    release: "4.20"
    declarations: true
  register: converted

- name: Say what is left to decide
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.decisions }}"
  loop: "{{ converted.guests }}"
  loop_control:
    label: "{{ item.source }}"
  when: item.decisions | length > 0
"""

RETURN = r"""
guests:
  description: The guest files, by name. Passwords are masked.
  returned: success
  type: list
  elements: dict
  contains:
    source:
      description: The file.
      type: str
    name:
      description: Name of the guest, empty where there is no usable one.
      type: str
    file:
      description: Name of the file that it has become, V(null) for none.
      type: str
    syntax:
      description: V(xm), V(xl), or V(null) where the file cannot be read.
      type: str
    autostart:
      description: Whether the host started it.
      type: bool
    errors:
      description: Why it is not converted.
      type: list
      elements: str
    counts:
      description: How many options were kept, renamed, changed, dropped, and how many decisions are left.
      type: dict
      sample: {kept: 9, renamed: 2, changed: 3, dropped: 1, decision: 1}
    decisions:
      description: What is left to decide, a sentence for each.
      type: list
      elements: str
    remarks:
      description: What the release has to say about the guest.
      type: list
      elements: str
clashes:
  description: What several guests claim and one can have - name, uuid, MAC address, a disk that one of them writes.
  returned: success
  type: list
  elements: str
no_guests:
  description: Why each of the other files is no guest, by name.
  returned: success
  type: dict
  sample: {xend-config.sxp: "settings of xend, which xl does not have"}
files:
  description: Paths of the results.
  returned: success
  type: list
  elements: str
report:
  description: Path of the report.
  returned: success
  type: str
decisions:
  description: How many decisions are left, of all guests.
  returned: success
  type: int
summary:
  description: What became of all guests, in a sentence.
  returned: success
  type: str
  sample: "9 of 14 guests converted, 26 decisions to make: xl/report.md"
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.xm_import import import_as_asked


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "src": {"type": "path", "required": True},
            "dest": {"type": "path", "required": True},
            "release": {"type": "str", "required": True},
            "variables": {"type": "dict", "default": {}},
            "declarations": {"type": "bool", "default": False},
            "force": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    with in_one_sentence(module):
        module.exit_json(**import_as_asked(module.params, module.check_mode, module._diff))


if __name__ == "__main__":
    main()
