#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xl_domain_info
short_description: Read the guests of a Xen host
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Reads every guest of a host that is there or has a file in O(config_dir), or the named ones.
  - Runs four processes on the host, whatever the number of guests, up to three more where guests have pins or
    pools, one more where guests have units, and one for each unit that has failed. Changes nothing.
  - Names, device parameters and everything else a guest may have written are foreign text; control characters in
    them are replaced, in the names by which guests are reported they are written out.
options:
  names:
    description:
      - The guests to read. One that does not exist is reported as V(absent). All guests by default.
      - C(Domain-0) is no guest and is refused. M(xlops.xen.xl_host_info) and M(xlops.xen.xl_scheduler) are about it.
    type: list
    elements: str
  psr:
    description:
      - Whether to read who is monitored, and who may use how much of caches and memory bandwidth. Takes up to four
        processes more, whatever the number of guests.
    type: bool
    default: false
extends_documentation_fragment:
  - xlops.xen.host
  - xlops.xen.host.config_dir
  - xlops.xen.host.info
  - xlops.xen.attributes
seealso:
  - module: xlops.xen.xl_domains
  - module: xlops.xen.xl_host_info
  - module: xlops.xen.xl_scheduler
"""

EXAMPLES = r"""
- name: Read all guests
  xlops.xen.xl_domain_info:
  register: guests

- name: Say which guests wait for a reboot
  ansible.builtin.debug:
    msg: "{{ item.key }}: {{ item.value.pending | map(attribute='key') | join(', ') }}"
  loop: "{{ guests.domains | dict2items }}"
  when: item.value.pending | length > 0
"""

RETURN = r"""
domains:
  description:
    - The guests by name. C(Domain-0) is none.
    - In a name a character that cannot be printed is written as C(\x1b) or C(\u202e), and a backslash as two, so that
      two guests never have one key.
  returned: success
  type: dict
  contains:
    state:
      description: V(running), V(paused), V(stopped) (not there, but it has a file), V(absent), V(husk) (has shut down
        and was kept) or V(unknown).
      type: str
    reason:
      description: Why the state is V(unknown), else V(null).
      type: str
    domid:
      description: Number of the domain, V(null) where there is none.
      type: int
    uuid:
      description: UUID of the guest, V(null) where nobody knows it.
      type: str
    memory:
      description: Memory of the domain in MiB, V(null) where there is none.
      type: int
    config:
      description: The configuration as libxl has it, passwords replaced by V((secret\)), V(null) where there is none or
        where libxl cannot read it.
      type: dict
    devices:
      description: The devices that this host serves to the guest, with the state of their backend.
      type: list
      elements: dict
      sample:
        - {kind: vbd, devid: 51712, backend_domid: 0, state: connected, dev: xvda, params: /dev/vg0/web1, mode: w}
    file:
      description: Path of the guest's file, V(null) where it has none.
      type: str
    managed:
      description: Whether the file is written by this collection.
      type: bool
    autostart:
      description: Whether the host starts the guest when it boots.
      type: bool
    autostart_by:
      description: What starts it then, V(unit) or V(xendomains), V(null) where nothing does. Where both would, V(unit).
      type: str
    unit:
      description:
        - What systemd says of the guest's unit, V(null) where it has none of this collection's. A guest that runs and
          was not made by its unit has an V(inactive) one.
      type: dict
      contains:
        name:
          description: Name of the unit.
          type: str
        active:
          description: V(active) where the unit made the guest that runs, V(inactive), V(failed), or what systemd calls
            a unit that is on its way.
          type: str
        sub:
          description: The same, in the finer words that systemd has for it.
          type: str
        result:
          description: Why it failed, V(success) where it did not.
          type: str
          sample: exit-code
        said:
          description: What xl said in the start that failed, V(null) where none did or the journal has nothing of it.
          type: str
    monitor:
      description: Process id of the C(xl) that watches the guest, V(null) where none does. Such a guest does not come
        back from a reboot.
      type: int
    staged:
      description: Whether a new configuration waits for the guest's next boot.
      type: bool
    psr:
      description:
        - With O(psr), what the guest has of cache monitoring and allocation, V(null) without, and of a guest that does
          not run.
      type: dict
      contains:
        monitored:
          description: Whether it is monitored, V(null) where the host cannot.
          type: bool
        cache_occupancy:
          description: What it uses of the L3 cache of each socket, in KB.
          type: dict
        l3:
          description: By socket, its mask of the L3 cache, or those for code and for data. Not there where the host
            lacks it.
          type: dict
          sample: {"0": ["0x3f"]}
        l2:
          description: The same of L2 caches.
          type: dict
        mba:
          description: By socket, how much its use of memory bandwidth is throttled.
          type: dict
        missing:
          description: By feature (C(cmt), C(l3), C(l2), C(mba)), why the host does not have it.
          type: dict
          sample: {cmt: xl psr-cmt-show failed with code 255; CMT is disabled in the system}
    pending:
      description:
        - What the guest's file says and the running guest is not, each with key, before, after, impact and how, which
          is the command that would change it at once, or why it waits for the next boot.
      type: list
      elements: dict
      sample: [{key: memory, before: 512, after: 1024, impact: live, how: xl mem-set 3 1024m}]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.guest_facts import guest_facts
from ansible_collections.xlops.xen.plugins.module_utils._host.host_module import (
    CONFIG_DIR,
    EXECUTABLE,
    host_of,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths


def main(paths: Paths | None = None) -> None:
    module = AnsibleModule(
        argument_spec={
            "names": {"type": "list", "elements": "str"},
            "psr": {"type": "bool", "default": False},
            **EXECUTABLE,
            **CONFIG_DIR,
        },
        supports_check_mode=True,
    )
    with in_one_sentence(module):
        host, names, psr = host_of(module, paths), module.params["names"], module.params["psr"]
        module.exit_json(changed=False, domains=guest_facts(host, names, psr))


if __name__ == "__main__":
    main()
