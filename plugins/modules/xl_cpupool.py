#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xl_cpupool
short_description: Keep a cpupool of a Xen host as declared
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Makes, changes, renames and removes a cpupool, a group of CPUs with a scheduler of its own.
  - The pool gets exactly the CPUs that are declared. Those that it lacks are taken from the pool with which the host
    boots, usually C(Pool-0); those that it has too many go there.
  - That pool is never removed and never left without a CPU, and from Xen 4.17 on it keeps CPU 0.
options:
  name:
    description:
      - The pool. At most 63 letters, digits and C(_ . + -), not digits alone.
    type: str
    required: true
  state:
    description:
      - V(present) - the pool is there as declared.
      - V(absent) - it is not. Its CPUs go to the first pool.
    type: str
    choices: [present, absent]
    default: present
  sched:
    description:
      - Scheduler of the pool. When the pool is made and this is not given, it is the one of the first pool.
      - V(sedf) is in Xen 4.5 alone, V(null) from 4.9 on. The hypervisor must have been built with it.
      - The scheduler of a pool cannot be changed, see O(recreate).
    type: str
    choices: [credit, credit2, rtds, arinc653, sedf, "null"]
  cpus:
    description:
      - CPUs of the pool in xl's syntax, such as V(2-3), V(0-7,^1) or V(node:1).
      - A new pool needs them. When not given, an existing pool keeps what it has.
      - With O(state=absent), CPUs that the pool had. Those of them that are in no pool go to the first one, also when
        the pool is gone.
    type: str
  renamed_from:
    description:
      - Former name. Where there is no pool O(name), the pool of this name gets it. Else it counts for nothing.
    type: str
  take_from:
    description:
      - Pools from which CPUs may be taken. When not given, only the first pool. CPUs that are in no pool are always
        taken. A pool with domains keeps at least one CPU.
    type: list
    elements: str
  domains:
    description:
      - What becomes of domains in a pool that has to go.
      - V(refuse) - the pool stays, and the message names them.
      - V(move) - they are moved to the first pool while they run. Of a pool that is made anew they come back. Xen
        forgets pins and parameters of schedulers when a domain changes its pool, so they are said again where the pool
        in which it is then has the CPUs, and its scheduler the parameters.
    type: str
    choices: [refuse, move]
    default: refuse
  recreate:
    description:
      - Whether a pool with another scheduler than O(sched) may be destroyed and made anew.
    type: str
    choices: [never, allowed]
    default: never
extends_documentation_fragment:
  - xlops.xen.host
  - xlops.xen.host.acting
  - xlops.xen.resources
  - xlops.xen.host.lock
  - xlops.xen.attributes
notes:
  - Before Xen 4.6 xl names the domains of a pool only where its scheduler has a command to list them, so domains under
    V(arinc653) cannot be moved by this module there.
  - A pin that leaves a virtual CPU none of the CPUs of its pool is dropped by Xen. Run M(xlops.xen.xl_scheduler)
    afterwards.
seealso:
  - module: xlops.xen.xl_scheduler
  - module: xlops.xen.xl_host_info
"""

EXAMPLES = r"""
- name: CPU 1 is for some guests alone
  xlops.xen.xl_cpupool:
    name: apart
    sched: credit
    cpus: "1"

- name: A pool until the next boot of the host
  xlops.xen.xl_cpupool:
    name: trial
    cpus: "2"
    persistent: false

- name: The pool has another name from now on
  xlops.xen.xl_cpupool:
    name: reserved
    renamed_from: apart

- name: No such pool any more, guests in it go to the first pool
  xlops.xen.xl_cpupool:
    name: reserved
    state: absent
    domains: move
"""

RETURN = r"""
name:
  description: The pool.
  returned: success
  type: str
pool:
  description: The pool afterwards, V(null) where it is absent. In check mode as it would be.
  returned: success
  type: dict
  sample: {cpus: [1], scheduler: rtds, domains: 0}
cpupools:
  description: All pools afterwards, as RV(xlops.xen.xl_host_info#module:host.cpupools) has them.
  returned: success
  type: dict
  sample: {Pool-0: {cpus: [0], scheduler: credit2, domains: 3}, rt: {cpus: [1], scheduler: rtds, domains: 0}}
free_cpus:
  description: CPUs that are in no pool afterwards.
  returned: success
  type: list
  elements: int
  sample: []
units:
  description:
    - By file below C(/etc/systemd/system), the lines by which units of the host say it again.
    - Empty where nothing is kept, as with O(persistent=false).
  returned: success
  type: dict
  sample:
    xen-resource@pools.service.d/50-xlops-rt.conf:
      - ExecStart=-/usr/sbin/xl cpupool-cpu-remove 0 1
commands:
  description: What was done, or in check mode would be.
  returned: success
  type: list
  elements: str
  sample: ["xl cpupool-create name=\"rt\" sched=\"rtds\"", "xl cpupool-cpu-remove Pool-0 1", "xl cpupool-cpu-add rt 1"]
xen_release:
  description: Release of the running hypervisor.
  returned: success
  type: str
  sample: "4.17"
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.cpupool_module import cpupool_spec, keep_cpupool
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths


def main(paths: Paths | None = None) -> None:
    module = AnsibleModule(argument_spec=cpupool_spec(), supports_check_mode=True)
    module.exit_json(**keep_cpupool(module, paths))


if __name__ == "__main__":
    main()
