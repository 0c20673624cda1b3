#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xl_scheduler
short_description: Keep the parameters of schedulers, and what Domain-0 gets of the CPUs, as declared
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Sets the parameters that a scheduler has for each cpupool, and those that it has for single domains, C(Domain-0)
    above all - weight, cap, real time period and budget, the CPUs it may and shall run on, its online virtual CPUs.
  - All that is declared is checked against the ranges of the host's release before anything is changed.
  - What is not declared stays as it is.
  - Guests that M(xlops.xen.xl_domains) keeps are declared there. A value that the managed file of a guest has too is
    refused here.
options:
  pools:
    description:
      - Cpupools with the parameters of their schedulers. The scheduler itself is chosen with M(xlops.xen.xl_cpupool).
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - The pool.
        type: str
        default: Pool-0
      tslice_ms:
        description:
          - Time slice in milliseconds, 1 to 1000. For C(credit).
        type: int
      ratelimit_us:
        description:
          - For how many microseconds a virtual CPU runs at least before another one takes its place, 100 to 500000, or
            0 for no limit. For C(credit), where it is no longer than the time slice, and for C(credit2) from Xen 4.8
            on.
        type: int
      migration_delay_us:
        description:
          - For how many microseconds after it ran a virtual CPU counts as having its caches warm, 0 to 100000. For
            C(credit) from Xen 4.11 on.
        type: int
  domains:
    description:
      - Running domains. Which of the options a domain can have depends on the scheduler of its pool.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - The domain.
        type: str
        required: true
      weight:
        description:
          - Its share in comparison to other domains, 1 to 65535. For C(credit), C(credit2) and C(sedf).
        type: int
      cap:
        description:
          - Most that it gets, in percent of one CPU, up to 100 for each of its virtual CPUs, or 0 for no limit. For
            C(credit), and from Xen 4.10 on for C(credit2).
        type: int
      period:
        description:
          - Real time period. In microseconds, at least 10, for C(rtds). In milliseconds, 1 to 10000, for C(sedf).
        type: int
      budget:
        description:
          - Run time in each period, in microseconds, at least 10 and no more than the period. For C(rtds).
        type: int
      slice:
        description:
          - Run time in each period, in milliseconds, no more than the period. For C(sedf).
        type: int
      latency:
        description:
          - Scaled period in milliseconds when a virtual CPU wakes up. For C(sedf).
        type: int
      extratime:
        description:
          - Whether it also gets time that nobody needs. For C(sedf), and from Xen 4.10 on for C(rtds).
        type: bool
      vcpu_params:
        description:
          - Parameters of single virtual CPUs, which take precedence over those of the domain. For C(rtds) from
            Xen 4.7 on.
        type: list
        elements: dict
        suboptions:
          vcpu:
            description:
              - Number of the virtual CPU.
            type: int
            required: true
          period:
            description:
              - As for the domain.
            type: int
          budget:
            description:
              - As for the domain.
            type: int
          extratime:
            description:
              - As for the domain.
            type: bool
      cpus:
        description:
          - CPUs of the host on which it may run (hard affinity), in xl's syntax such as V(0-1), V(all) or V(node:0); or
            a list, with one text for each virtual CPU from the first on.
        type: raw
      cpus_soft:
        description:
          - CPUs of the host on which it shall run where possible (soft affinity), in the same way.
        type: raw
      vcpus:
        description:
          - Number of its virtual CPUs that are online. The kernel of the domain does it, within O(settle_timeout).
        type: int
  settle_timeout:
    description:
      - How many seconds a domain may take to bring virtual CPUs online or offline.
    type: int
    default: 30
extends_documentation_fragment:
  - xlops.xen.host
  - xlops.xen.host.config_dir
  - xlops.xen.host.acting
  - xlops.xen.resources
  - xlops.xen.host.lock
  - xlops.xen.attributes
notes:
  - The schedulers C(arinc653) and C(null) have no parameters that C(xl) sets. The cap period of C(credit2) is the
    hypervisor's own.
  - C(rtds) takes all parameters of a virtual CPU together. Those that are not declared are given again as they are.
  - C(sedf) takes a weight, or a period and a slice.
  - A change of pool, or a CPU that leaves the pool, undoes pins and parameters. Run M(xlops.xen.xl_cpupool) first.
seealso:
  - module: xlops.xen.xl_cpupool
  - module: xlops.xen.xl_domains
"""

EXAMPLES = r"""
- name: The control domain comes first when CPUs are short
  xlops.xen.xl_scheduler:
    domains:
      - name: Domain-0
        weight: 512

- name: It stays on the first CPU, and virtual CPUs change less often
  xlops.xen.xl_scheduler:
    pools:
      - name: Pool-0
        ratelimit_us: 2000
    domains:
      - name: Domain-0
        cpus: "0"
"""

RETURN = r"""
pools:
  description: What is declared of pools, with the values afterwards. In check mode as they would be.
  returned: success
  type: dict
  sample: {Pool-0: {ratelimit_us: 2000}}
domains:
  description: What is declared of domains, with the values afterwards. Where those of virtual CPUs differ, a list.
  returned: success
  type: dict
  sample: {Domain-0: {weight: 512, cpus: "0"}}
changes:
  description: What was different.
  returned: success
  type: list
  elements: dict
  sample: [{domain: Domain-0, key: weight, before: 256, after: 512}]
units:
  description:
    - By file below C(/etc/systemd/system), the lines by which units of the host say it again.
    - Empty where nothing is kept, as with O(persistent=false).
  returned: success
  type: dict
  sample:
    xen-resource@domain:Domain\x2d0.service.d/50-xlops.conf:
      - ExecStart=/usr/sbin/xl sched-credit2 -d 0 -w 512
commands:
  description: What was done, or in check mode would be.
  returned: success
  type: list
  elements: str
  sample: ["xl sched-credit2 -d 0 -w 512"]
xen_release:
  description: Release of the running hypervisor.
  returned: success
  type: str
  sample: "4.17"
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.scheduler_module import keep_scheduler, scheduler_spec


def main(paths: Paths | None = None) -> None:
    module = AnsibleModule(argument_spec=scheduler_spec(), supports_check_mode=True)
    module.exit_json(**keep_scheduler(module, paths))


if __name__ == "__main__":
    main()
