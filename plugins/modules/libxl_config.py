#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: libxl_config
short_description: Read, compare, stage, export and restore the libxl configuration of a guest
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Works with the configuration that libxl keeps of a running guest, whoever made the guest and however.
  - It never starts, stops or restarts a guest. To keep guests as declared use M(xlops.xen.xl_domains); this module is
    for looking at guests that were made by hand, for changes that wait for a guest's own reboot, and for copies to go
    back to.
  - A guest that is also declared with M(xlops.xen.xl_domains) is taken back to that declaration by its next run.
options:
  name:
    description:
      - The guest. C(Domain-0) is none.
    type: str
    required: true
  state:
    description:
      - What shall be true of the guest's configuration.
      - V(read) - it is in the result. Nothing is changed.
      - V(compared) - the result says what the running guest would have to become to be as given. Nothing is changed.
      - V(staged) - the guest's next boot brings what is given, by C(xl config-update). The guest must run; it is not
        disturbed. What is staged is read back. The guest's file in O(config_dir) stays as it is.
      - V(exported) - O(dest) has the configuration of the running guest.
      - V(restored) - the guest's managed file in O(config_dir) has what is given, and where the guest runs its next
        boot brings it. The guest need not be there. A file that somebody else wrote is kept beside.
    type: str
    choices: [read, compared, staged, exported, restored]
    default: read
  content:
    description:
      - The configuration as the text of an xl.cfg file, or as libxl's JSON (C(xl list -l NAME), C(xl -N create), or an
        exported file), which is recognised by its first character.
      - Exactly one of O(guest), O(content) and O(src) is needed for O(state=compared), O(state=staged) and
        O(state=restored). Each of them may leave the guest's name out, and must not name another guest.
      - A uuid and MAC addresses that are not given are those the guest has.
    type: str
  src:
    description:
      - The same in a file on the host, of at most 1 MiB.
    type: path
  dest:
    description:
      - File on the host to export to, with mode 0600, for it has the guest's passwords. It is replaced in one step. Its
        directory must exist.
    type: path
  format:
    description:
      - What O(dest) has. V(json) is everything that libxl knows. V(xl_cfg) is the text of an xl.cfg file for the host's
        release; what xl.cfg has no words for is lost, and named in a warning.
    type: str
    choices: [json, xl_cfg]
    default: json
extends_documentation_fragment:
  - xlops.xen.guest.alone
  - xlops.xen.host
  - xlops.xen.host.config_dir
  - xlops.xen.host.run
  - xlops.xen.host.acting
  - xlops.xen.host.guests
  - xlops.xen.host.lock
  - xlops.xen.attributes
notes:
  - xl uses what is staged only when it starts the guest anew by itself, at a reboot with O(guest.on_reboot=restart) or
    at another end whose action is to restart the guest, and only while an C(xl) process watches it. Where that is not
    so for a reboot, a warning says it.
  - Releases differ in what they show of a running guest. Up to Xen 4.7 the online virtual CPUs, and up to 4.8 scheduler
    parameters, are those with which the guest was made.
  - Passwords are shown as V((secret\)); only the file of an export has them.
seealso:
  - module: xlops.xen.xl_domain
  - module: xlops.xen.xl_domain_info
  - plugin: xlops.xen.libxl_diff
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read a guest that somebody made by hand
  xlops.xen.libxl_config:
    name: web1
  register: web1

- name: Show how it would be declared, and what was changed since it was made
  ansible.builtin.debug:
    msg:
      - "{{ web1.guest }}"
      - "{{ web1.live_changes }}"

- name: Keep a copy of its configuration
  xlops.xen.libxl_config:
    name: web1
    state: exported
    dest: /root/web1.json

- name: Give it more memory from its next boot on, and all else as it is
  xlops.xen.libxl_config:
    name: web1
    state: staged
    guest: "{{ web1.guest | combine({'memory': 1024, 'maxmem': 1024}) }}"

- name: Say what makes it different from its file
  xlops.xen.libxl_config:
    name: web1
    state: compared
    src: /etc/xen/web1.cfg
  register: drift

- name: Go back to the copy, in its file and at its next boot
  xlops.xen.libxl_config:
    name: web1
    state: restored
    src: /root/web1.json
"""

RETURN = r"""
name:
  description: The guest.
  returned: success
  type: str
domid:
  description: Number of its domain, V(null) where there is none, which only O(state=restored) allows.
  returned: success
  type: int
uuid:
  description: UUID of the guest.
  returned: success
  type: str
xen_release:
  description: Release of the running hypervisor.
  returned: success
  type: str
  sample: "4.17"
config:
  description: The configuration of the running guest, as C(xl list -l) has it.
  returned: O(state=read)
  type: dict
stored:
  description:
    - The configuration that libxl stored when the guest was made, and completed with devices that were attached.
      V(null) where it cannot be read.
  returned: O(state=read)
  type: dict
guest:
  description: The running guest as a declaration, as M(xlops.xen.xl_domain) takes it. Passwords must be filled in.
  returned: O(state=read)
  type: dict
  sample: {name: web1, type: pvh, kernel: /srv/boot/vmlinuz, memory: 512}
unsaid:
  description: Places of RV(config) that no key of xl.cfg writes, and that RV(guest) therefore lacks.
  returned: O(state=read)
  type: list
  elements: str
  sample: [c_info.xsdata.vm-data/role]
live_changes:
  description: What is different since the guest was made, from RV(stored) to RV(config). V(null) without RV(stored).
  returned: O(state=read)
  type: list
  elements: dict
  sample: [{key: memory, before: 512, after: 256, impact: live}]
staged:
  description: Whether a configuration waits for the guest's next boot.
  returned: O(state=read)
  type: bool
next_boot:
  description: What the guest's next boot changes. V(null) where what is staged cannot be read.
  returned: O(state=read)
  type: list
  elements: dict
differences:
  description:
    - What the running guest would have to become to be as given, each with key, before, after and impact. For a guest
      that is not running (O(state=restored)) what its file changes.
  returned: O(state=compared), O(state=staged) and O(state=restored)
  type: list
  elements: dict
  sample: [{key: memory, before: 512, after: 1024, impact: next_boot}]
actions:
  description: What was done, of V(backup), V(write), V(stage) and V(export).
  returned: O(state=staged), O(state=exported) and O(state=restored)
  type: list
  elements: str
dest:
  description: The file of the export.
  returned: O(state=exported)
  type: str
"""

from ansible_collections.xlops.xen.plugins.module_utils._host.config_module import (
    config_rules,
    config_spec,
    keep_config,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.guest_module import GuestModule, finish
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths


def main(paths: Paths | None = None) -> None:
    module = GuestModule(argument_spec=config_spec(), supports_check_mode=True, **config_rules())
    finish(module, keep_config(module, paths))


if __name__ == "__main__":
    main()
