#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xl_psr
short_description: Keep who is monitored, and who may use how much of caches and memory bandwidth, as declared
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Has the processors measure how much of their caches domains use (CMT), and gives domains parts of the caches (CAT,
    CDP) and of the memory bandwidth (MBA), as C(xl psr-...) does.
  - Some processors of Intel have this, some of it each, and the hypervisor must have been booted with C(psr=). Where
    the host lacks something that is declared, the task fails and says what, and nothing is done.
    M(xlops.xen.xl_host_info) with C(psr) tells what there is.
  - What is not declared stays as it is.
options:
  domains:
    description:
      - Running domains.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - The domain.
        type: str
        required: true
      monitored:
        description:
          - Whether it is monitored. The hypervisor can monitor a limited number of domains at once.
        type: bool
      caches:
        description:
          - What it may use of caches. From Xen 4.6 on.
        type: list
        elements: dict
        suboptions:
          level:
            description:
              - Level of the cache. V(2) from Xen 4.10 on.
            type: int
            choices: [3, 2]
            default: 3
          part:
            description:
              - What the mask is for. V(code) or V(data) alone from Xen 4.7 on, where the hypervisor keeps them apart
                (C(psr=cdp:1)).
            type: str
            choices: [both, code, data]
            default: both
          mask:
            description:
              - The parts of the cache, as neighbouring bits of a number, such as V(0x3f), or V(all).
            type: str
            required: true
          sockets:
            description:
              - Numbers of the sockets. When not given, all.
            type: list
            elements: int
      bandwidth:
        description:
          - By how much its use of the memory bandwidth is throttled. From Xen 4.11 on.
        type: list
        elements: dict
        suboptions:
          throttle:
            description:
              - V(0) for not at all. What else the processors take is in RV(xlops.xen.xl_host_info#module:host.psr);
                most take multiples of 10, in percent. One that they do not take as it is counts as a failure.
            type: int
            required: true
          sockets:
            description:
              - As for O(domains[].caches[].sockets).
            type: list
            elements: int
extends_documentation_fragment:
  - xlops.xen.host
  - xlops.xen.host.config_dir
  - xlops.xen.host.acting
  - xlops.xen.resources
  - xlops.xen.host.lock
  - xlops.xen.attributes
notes:
  - Was not seen at work on a processor that has any of this. It is built after what C(xl) of Xen 4.5 to 4.20 prints and
    takes.
seealso:
  - module: xlops.xen.xl_scheduler
  - module: xlops.xen.xl_host_info
  - module: xlops.xen.xl_domain_info
"""

EXAMPLES = r"""
- name: A guest is monitored, and has six parts of the L3 cache for itself
  xlops.xen.xl_psr:
    domains:
      - name: web1
        monitored: true
        caches:
          - mask: "0x3f"
      - name: Domain-0
        caches:
          - mask: "0xffc0"

- name: It leaves memory bandwidth to others
  xlops.xen.xl_psr:
    domains:
      - name: web1
        bandwidth:
          - throttle: 50
"""

RETURN = r"""
domains:
  description:
    - What is declared of domains, with the values afterwards. In check mode as they would be.
    - Masks and throttles are called by what they are of and the number of the socket, C(l3-0), C(l3-code-0), C(l2-0),
      C(mba-0).
  returned: success
  type: dict
  sample: {web1: {monitored: true, l3-0: "0x3f"}}
changes:
  description: What was different.
  returned: success
  type: list
  elements: dict
  sample: [{domain: web1, key: l3-0, before: "0xfffff", after: "0x3f"}]
units:
  description: Files of units that say it again, and their commands, see RV(xlops.xen.xl_cpupool#module:units).
  returned: success
  type: dict
commands:
  description: What was done, or in check mode would be.
  returned: success
  type: list
  elements: str
  sample: ["xl psr-cmt-attach 3", "xl psr-cat-set -s 0 3 0x3f"]
xen_release:
  description: Release of the running hypervisor.
  returned: success
  type: str
  sample: "4.17"
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.psr_module import keep_psr, psr_spec


def main(paths: Paths | None = None) -> None:
    module = AnsibleModule(argument_spec=psr_spec(), supports_check_mode=True)
    module.exit_json(**keep_psr(module, paths))


if __name__ == "__main__":
    main()
