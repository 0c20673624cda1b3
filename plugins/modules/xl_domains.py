#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xl_domains
short_description: Keep all guests of a Xen host as declared
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Brings the guests of one host to their declarations in one call, reading the host once whatever their number.
  - Each guest gets a managed file, and is created, paused, unpaused, stopped or removed as its C(state) says.
  - What is wrong with a declaration is said before anything is touched. What goes wrong with one guest does not stop
    the others, and leaves nothing half-made behind.
  - No two guests have one name, uuid or MAC address. No two that are declared as running or paused have one disk which
    one of them may write; what a C(script) of its own makes of a target is left to the script.
  - A running guest is changed while it runs where xl can do that. What it cannot get that way is staged for its next
    boot and reported, unless O(domains[].restart=allowed) lets the guest be stopped and made anew; one that cannot be
    made then comes back as it was.
  - A uuid and MAC addresses that are not declared are those the guest already has, or are derived from the host and the
    guest's name, so that they survive its re-creation.
extends_documentation_fragment:
  - xlops.xen.guest.bulk
  - xlops.xen.host
  - xlops.xen.host.config_dir
  - xlops.xen.host.run
  - xlops.xen.host.acting
  - xlops.xen.host.guests
  - xlops.xen.host.lock
  - xlops.xen.attributes
options:
  purge:
    description:
      - Remove the guests that the collection manages on the host and that are not in O(domains), as
        O(domains[].state=absent) does; O(defaults) says how they go (C(stop_timeout), C(destroy)).
      - A guest is managed when its file is. Domain-0, driver domains, protected guests and guests that somebody else
        made are never purged. Disks never go with a guest.
    type: bool
    default: false
  max_removals:
    description:
      - How many guests O(purge) may remove in one run. Where it would be more, the task fails and nothing is done.
    type: int
    default: 1
  continue_on_error:
    description:
      - Whether the other guests are brought to their declarations when one of them fails.
      - With V(false) nothing is done where it can be told beforehand that one of them will fail, and else the run ends
        with the first that does.
    type: bool
    default: true
seealso:
  - module: xlops.xen.xl_domain
  - module: xlops.xen.xl_domain_info
"""

EXAMPLES = r"""
- name: Two web servers that start with the host, and one that must go
  xlops.xen.xl_domains:
    defaults:
      type: pvh
      kernel: /srv/boot/vmlinuz
      ramdisk: /srv/boot/initrd.img
      cmdline: root=/dev/xvda ro console=hvc0
      memory: 512
      autostart: true
    domains:
      - name: web1
        vcpus: 2
        disk:
          - {vdev: xvda, target: /dev/vg0/web1}
        vif:
          - {bridge: xenbr0}
      - name: web2
        disk:
          - {vdev: xvda, target: /dev/vg0/web2}
        vif:
          - {bridge: xenbr0}
      - name: old
        state: absent
        stop_timeout: 120

- name: Exactly these guests, restarted where a change needs it
  xlops.xen.xl_domains:
    purge: true
    max_removals: 2
    defaults:
      type: pvh
      kernel: /srv/boot/vmlinuz
      restart: allowed
      ramdisk: /srv/boot/initrd.img
      cmdline: root=/dev/xvda ro console=hvc0
    domains:
      - name: database
        memory: 1024
        disk:
          - {vdev: xvda, target: /dev/vg0/database}
        vif:
          - {bridge: xenbr0}
        protect: [destroy, restart]
      - name: web1
        memory: 512
        disk:
          - {vdev: xvda, target: /dev/vg0/web1}
        vif:
          - {bridge: xenbr0}
        depends_on: [database]

- name: Stop everything gently, and destroy what does not obey within a minute
  xlops.xen.xl_domains:
    defaults:
      state: stopped
      destroy: allowed
    domains:
      - name: web1
      - name: web2
"""

RETURN = r"""
domains:
  description: What was found and done, by name of guest. Also there when the task fails.
  returned: when the host could be read
  type: dict
  contains:
    state:
      description:
        - State afterwards, V(running), V(paused), V(stopped) (not there, but it has a file), V(absent), V(husk) (has
          shut down and was kept) or V(unknown). In check mode the state that the run would lead to.
      type: str
    previous_state:
      description: State before.
      type: str
    domid:
      description: Number of the domain afterwards, V(null) where there is none.
      type: int
    uuid:
      description: UUID of the guest, V(null) when the declaration does not describe the guest.
      type: str
    changed:
      description: Whether anything was done to the guest.
      type: bool
    actions:
      description:
        - What was done, in order, of V(unit), V(backup), V(write), V(move), V(stage), V(alter), V(create),
          V(create_paused), V(pause), V(unpause), V(stop), V(destroy), V(enable), V(link), V(disable), V(unlink),
          V(remove).
      type: list
      elements: str
    forced:
      description: Whether the guest was destroyed.
      type: bool
    differences:
      description:
        - What the declaration changes, each with key, before, after, impact and how.
        - The impact is V(live) (it is changed while the guest runs), V(next_boot), V(restart) or V(recreate). What xl
          can change depends on its release, on the type of the guest and on the value; where one device of a class has
          to wait, the others of that class wait with it.
        - For a guest that runs, how is the command that makes the change, or why it has to wait.
      type: list
      elements: dict
      sample: [{key: memory, before: 512, after: 1024, impact: live, how: xl mem-set 3 1024m}]
    commands:
      description: The commands that changed the running guest, or would in check mode.
      type: list
      elements: str
      sample: [xl mem-set 3 1024m, "xl block-detach 3 xvdb"]
    pending:
      description:
        - What is declared and not yet so in the running guest. It has it after its next boot.
        - With an impact of V(recreate), O(domains[].recreate) permits to do it at once, else O(domains[].restart).
      type: list
      elements: dict
      sample:
        - key: cmdline
          before: quiet
          after: quiet splash
          impact: next_boot
          how: 'it is set when the domain is made; restart: allowed would bring it at once'
    restarted_for:
      description: The differences for which the guest was stopped and made anew.
      type: list
      elements: str
      sample: [cmdline]
    error:
      description: Why the guest is not as declared, V(null) when it is.
      type: str
    elapsed:
      description: Seconds that the guest took.
      type: float
  sample:
    web1:
      state: running
      previous_state: absent
      domid: 3
      uuid: 6b4d0d1e-51f5-5f0e-9a51-3f1d3f0f1a01
      changed: true
      actions: [write, create, link]
      forced: false
      differences: []
      commands: []
      pending: []
      restarted_for: []
      error: null
      elapsed: 2.1
xen_release:
  description: Release of the running hypervisor.
  returned: when the host could be read
  type: str
  sample: "4.17"
"""

from ansible_collections.xlops.xen.plugins.module_utils._host.guest_module import (
    GuestModule,
    all_guests_spec,
    converge,
    finish,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths


def main(paths: Paths | None = None) -> None:
    module = GuestModule(argument_spec=all_guests_spec(), supports_check_mode=True)
    finish(module, converge(module, paths))


if __name__ == "__main__":
    main()
