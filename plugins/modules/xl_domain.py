#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xl_domain
short_description: Keep one guest of a Xen host as declared
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Brings one guest to its declaration, exactly as M(xlops.xen.xl_domains) does for many.
  - Use M(xlops.xen.xl_domains) for more than one guest of a host; a loop over this module reads the host for each.
extends_documentation_fragment:
  - xlops.xen.guest
  - xlops.xen.host
  - xlops.xen.host.config_dir
  - xlops.xen.host.run
  - xlops.xen.host.acting
  - xlops.xen.host.guests
  - xlops.xen.host.lock
  - xlops.xen.attributes
seealso:
  - module: xlops.xen.xl_domains
  - module: xlops.xen.xl_domain_info
"""

EXAMPLES = r"""
- name: A guest that runs and starts with the host
  xlops.xen.xl_domain:
    name: web1
    type: pvh
    kernel: /srv/boot/vmlinuz
    ramdisk: /srv/boot/initrd.img
    cmdline: root=/dev/xvda ro console=hvc0
    memory: 512
    vcpus: 2
    disk:
      - {vdev: xvda, target: /dev/vg0/web1}
    vif:
      - {bridge: xenbr0}
    autostart: true

- name: Stop it, however it is configured
  xlops.xen.xl_domain:
    name: web1
    state: stopped
    stop_timeout: 120
"""

RETURN = r"""
domain:
  description: What was found and done, as in RV(xlops.xen.xl_domains#module:domains). Also there when the task fails.
  returned: when the host could be read
  type: dict
  sample:
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
    converge,
    finish,
    one_guest_spec,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths


def main(paths: Paths | None = None) -> None:
    module = GuestModule(argument_spec=one_guest_spec(), supports_check_mode=True)
    found = converge(module, paths)
    found["domain"] = found.pop("domains")[module.params["name"]]
    finish(module, found)


if __name__ == "__main__":
    main()
