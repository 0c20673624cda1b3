#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xen_switch
short_description: Bring a host to another release of Xen, which is tried once before it is the default
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Says which hypervisor a host shall run, and does the next step towards it. The host is never rebooted by this
    module; RV(outcome) says when that is due, and after it the same task goes on. The role
    P(xlops.xen.xen_switch#role) does both.
  - While another hypervisor runs, the wanted one is noted for a single boot, and the one that runs as the default entry
    by its own name in GRUB's menu, so that neither installing a hypervisor nor a new menu changes what the host comes
    back with.
  - When the wanted one runs, it is made the default if the host is healthy. C(xl info) tells its release, C(xl list)
    answers, C(xenstored) and C(xenconsoled) run, and none of the toolstack's units has failed, nor those of guests that
    are declared to start with the host, nor those that keep resources. Else RV(outcome) is V(unhealthy), with what is
    wrong, and the host has its former default.
  - When the wanted one was tried and the host came back with another, the module fails and says so. The next run tries
    it again.
  - A release that M(xlops.xen.xen_release) made ready has O(deadline) seconds after its boot to be found healthy by
    this module. Then the host reboots by itself, to its default. So a host that nobody reaches any more comes back, and
    so does one whose controller was lost.
  - The toolstack comes with the hypervisor at each boot, whichever that is. A hypervisor without one is refused.
options:
  to:
    description:
      - The version of a release that M(xlops.xen.xen_release) made ready, such as V(4.20.0); or the file of a
        hypervisor in C(/boot), such as V(xen-4.17-amd64.gz), for that of the distribution.
      - V(former) - what ran before the last switch; where the host is back already, there is nothing to do.
    type: str
    required: true
  guests:
    description:
      - What to do about guests that run when the host is to be rebooted.
      - V(refuse) - fail, with their names, before anything is changed.
      - V(stop) - ask each to shut down. None is destroyed. One that does not shut down within O(stop_timeout) is an
        error, and what is booted is not changed.
    type: str
    choices: [refuse, stop]
    default: refuse
  stop_timeout:
    description:
      - How many seconds each guest has to shut down.
    type: int
    default: 300
  deadline:
    description:
      - How many seconds after the boot of a tried release the host goes back by itself, unless it was found healthy.
      - It must be longer than the host takes to boot and to be found healthy, O(settle_timeout) among it.
    type: int
    default: 900
  settle_timeout:
    description:
      - How many seconds to wait for units that are still being started.
    type: int
    default: 300
  unattended:
    description:
      - Whether an entry is refused from which the host would not come back by itself, because the hypervisor has
        C(noreboot), or the control domain's kernel lacks C(panic=SECONDS) and would wait for somebody in its initial
        file system.
    type: bool
    default: true
extends_documentation_fragment:
  - xlops.xen.host
  - xlops.xen.host.lock
  - xlops.xen.attributes
attributes:
  check_mode:
    support: full
    details:
      - GRUB's menu is not made, so that RV(steps) name entries as the present menu has them.
  diff_mode:
    support: none
  platform:
    description: Hosts that GRUB boots, under Xen.
    support: full
notes:
  - A hypervisor that hangs does not reboot. Its own C(watchdog) parameter (x86), or a watchdog of the machine, does.
  - C(/etc/default/grub.d/xlops-xen.default.cfg) is written, which says no more than that the default entry is the noted
    one. Words that M(xlops.xen.xen_boot) declared stay.
  - The role P(xlops.xen.xen_host#role) keeps the first entry of Xen as the default, and is for hosts with the Xen of
    their distribution.
seealso:
  - module: xlops.xen.xen_release
  - module: xlops.xen.xen_boot
"""

EXAMPLES = r"""
- name: Let the next boot be one of Xen 4.20.0
  xlops.xen.xen_switch:
    to: 4.20.0
    guests: stop
  register: switch

- name: Boot it
  ansible.builtin.reboot:
  when: switch.outcome == 'reboot'

- name: Make it the default when the host is healthy
  xlops.xen.xen_switch:
    to: 4.20.0
  register: switch
  failed_when: switch is failed or switch.outcome != 'runs'

- name: Let the next boot be one of the release before
  xlops.xen.xen_switch:
    to: former
"""

RETURN = r"""
outcome:
  description:
    - V(runs) - the wanted hypervisor runs and is the default.
    - V(reboot) - it is booted next; reboot the host, and run the same task again.
    - V(unhealthy) - it runs and was not made the default; RV(complaints) say why. Reboot the host to go back.
  returned: success
  type: str
  sample: reboot
to:
  description: The wanted hypervisor, as O(to) takes it; with O(to=former) the one that is meant.
  returned: success
  type: str
  sample: 4.20.0
present:
  description: The hypervisor that runs, in the same words.
  returned: success
  type: str
  sample: xen-4.17-amd64.gz
former:
  description: What ran before the last switch, to which O(to=former) leads; V(null) where there is none.
  returned: success
  type: str
  sample: xen-4.17-amd64.gz
steps:
  description: What was done, or in check mode would be.
  returned: success
  type: list
  elements: str
  sample:
    - note that 4.20.0 is tried, with 900 s to be found healthy
    - write /etc/default/grub.d/xlops-xen.default.cfg
    - grub-mkconfig -o /boot/grub/grub.cfg
    - grub-set-default gnulinux-advanced-0c6d>xen-hypervisor-4.17-amd64-0c6d>xen-gnulinux-6.1.0-31-amd64-advanced-0c6d
    - grub-reboot xen-gnulinux-simple-0c6d
stopped:
  description: The guests that were shut down. Those that start with the host do so after the reboot.
  returned: success
  type: list
  elements: str
  sample: [web1]
complaints:
  description: What is wrong with the host under the tried hypervisor, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: ["xenconsoled.service failed (exit-code): xenconsoled: cannot open the event channel"]
hypervisor_messages:
  description: The end of C(xl dmesg), where there are complaints.
  returned: success
  type: list
  elements: str
  sample: ["(XEN) Dom0 has maximum 2 VCPUs"]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.switch_module import switch_host, switch_spec


def main(paths: Paths | None = None) -> None:
    module = AnsibleModule(argument_spec=switch_spec(), supports_check_mode=True)
    module.exit_json(**switch_host(module, paths))


if __name__ == "__main__":
    main()
