#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xl_host_info
short_description: Read a Xen host
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Reads what a host is - hypervisor, toolstacks, command line, memory, CPUs, NUMA nodes, cpupools, services.
  - Runs four processes on the host. Changes nothing.
options:
  psr:
    description:
      - Whether to read what the processors have of cache monitoring (CMT), cache allocation (CAT) and memory bandwidth
        allocation (MBA), and what is measured of monitored domains. Takes a process more, and one for each measure.
    type: bool
    default: false
  features:
    description:
      - Whether to read what the hypervisor said at its boot of what it has switched on, that is C(xl dmesg). Takes a
        process more.
    type: bool
    default: false
extends_documentation_fragment:
  - xlops.xen.host
  - xlops.xen.host.info
seealso:
  - module: xlops.xen.xl_domain_info
"""

EXAMPLES = r"""
- name: Read the host
  xlops.xen.xl_host_info:
  register: xen

- name: Stop where the toolstack is not of the hypervisor's release
  ansible.builtin.assert:
    that: not xen.host.skew
    fail_msg: Xen {{ xen.host.xen_release }} runs and xl is of {{ xen.host.toolstacks | join(' and ') }}. Reboot.
"""

RETURN = r"""
host:
  description: The host.
  returned: success
  type: dict
  contains:
    xen_release:
      description: Release of the running hypervisor.
      type: str
      sample: "4.17"
    xen_version:
      description: Its version to the last digit.
      type: str
      sample: "4.17.5"
    xen_commandline:
      description: Its command line.
      type: str
    xen_caps:
      description: Kinds of guests it runs.
      type: list
      elements: str
    virt_caps:
      description: What the hardware gives it.
      type: list
      elements: str
    scheduler:
      description: Its scheduler.
      type: str
      sample: credit2
    toolstacks:
      description: Releases of the C(xl) programs on the host.
      type: list
      elements: str
      sample: ["4.17"]
    toolstack:
      description: Release of the C(xl) that is used; V(null) where that is a wrapper, which chooses one at each call.
      type: str
      sample: "4.17"
    skew:
      description:
        - Whether the C(xl) that is used is of another release than the hypervisor that runs, or, where it is a wrapper,
          none of the toolstacks is of that release.
        - Then C(xl) may not work, and where it does not, only C(xen_release), C(toolstacks), C(toolstack), C(skew),
          C(hypervisors), C(kernel), C(xl_conf) and C(services) are there. Boot the hypervisor of the toolstack, or
          install the toolstack of the hypervisor. Releases that M(xlops.xen.xen_release) made ready come with theirs.
      type: bool
    hypervisors:
      description: Hypervisors in C(/boot).
      type: list
      elements: str
      sample: [xen-4.17-amd64.gz]
    kernel:
      description: Release of the kernel of C(Domain-0).
      type: str
    dom0_gives_way:
      description: Whether C(xl) takes memory from C(Domain-0) to make room for guests.
      type: bool
    memory:
      description: Memory of the host in MiB.
      type: dict
      sample: {total_memory: 4095, free_memory: 3028}
    cpus:
      description: Numbers of CPUs, cores, threads and nodes.
      type: dict
    topology:
      description: Core, socket and node of each CPU.
      type: list
      elements: dict
    numa:
      description: Memory and free memory in MiB of each NUMA node, and its distance to each.
      type: list
      elements: dict
    cpupools:
      description: The cpupools by name, with CPUs, scheduler and number of domains.
      type: dict
      sample: {Pool-0: {cpus: [0, 1], scheduler: credit2, domains: 3}}
    xl_conf:
      description: The settings of C(xl.conf) that matter to guests.
      type: dict
    services:
      description: The units of the toolstack that the host has, and those by which it keeps resources, with their
        state. One that is C(failed) could not give out again at the last boot what it keeps.
      type: dict
      sample: {xenstored.service: {active: active, sub: running, enabled: enabled}}
    psr:
      description:
        - With O(psr), what the processors have and the hypervisor has switched on; V(null) without. Seen on hosts that
          have none of it, where C(said) is all there is.
      type: dict
      contains:
        cmt:
          description: Cache monitoring, whether it is C(enabled), how many domains it is for and what it measures.
          type: dict
          sample: {enabled: true, total_rmid: 63, monitor_types: [cache-occupancy]}
        l3:
          description: Of each socket with L3 cache allocation, what C(xl psr-hwinfo) tells of it, from Xen 4.6 on.
          type: list
          elements: dict
          sample:
            - {socket_id: 0, l3_cache: 25600, cdp_status: false, maximum_cos: 15, default_cbm: "0xfffff"}
        l2:
          description: The same of L2 caches, from Xen 4.10 on.
          type: list
          elements: dict
        mba:
          description: The same of memory bandwidth, from Xen 4.11 on.
          type: list
          elements: dict
        measured:
          description: By measure, domain id and socket, what was measured of monitored domains, in KB (in a second).
          type: dict
          sample: {cache-occupancy: {"0": {"0": 1024}}}
        said:
          description: What C(xl) said of that which is missing, V(null) where nothing is.
          type: str
          sample: xl psr-cmt-show failed with code 255; CMT is disabled in the system
    info:
      description: All lines of C(xl info).
      type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.host_module import EXECUTABLE, host_of
from ansible_collections.xlops.xen.plugins.module_utils._host.machine_facts import machine_facts
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths


def main(paths: Paths | None = None) -> None:
    more = ("psr", "features")
    spec = {**EXECUTABLE, **{option: {"type": "bool", "default": False} for option in more}}
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    with in_one_sentence(module):
        chosen = {option: module.params[option] for option in more}
        module.exit_json(changed=False, host=machine_facts(host_of(module, paths), **chosen))


if __name__ == "__main__":
    main()
