#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xl_pci_assignable
short_description: Keep PCI devices assignable to guests, or not, as declared
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Takes PCI devices from the drivers of the host so that guests can have them, and gives them back.
  - A device that the host itself needs, for the disk of a file system or the interface of its default route, is not
    touched without permission, and one that a guest has is never taken back.
  - The driver C(pciback) must be there. The module does not load it.
options:
  devices:
    description:
      - The devices.
    type: list
    elements: dict
    required: true
    suboptions:
      bdf:
        description:
          - Address of one function of a device, V(0000:03:00.0) or V(03:00.0).
        type: str
        required: true
      state:
        description:
          - V(present) - guests can have it. A device that a guest has already is as declared.
          - V(absent) - it is the host's. A device that is not there is as declared.
        type: str
        choices: [present, absent]
        default: present
      name:
        description:
          - Name under which C(xl) knows the assignable device, from Xen 4.15 on. At most 64 printable characters, no
            blanks. When not given, a name that it has stays.
        type: str
      rebind:
        description:
          - With O(devices[].state=absent), whether the driver that had it gets it back. Else no driver has it.
        type: bool
        default: true
  used_by_host:
    description:
      - Whether a device may be taken that the host uses, for a mounted file system, swap space, a block device that is
        part of another (LVM, RAID), or an interface that its default route goes through.
      - Where the disk of the root file system cannot be found, all storage controllers count as used.
    type: str
    choices: [refuse, allowed]
    default: refuse
extends_documentation_fragment:
  - xlops.xen.host
  - xlops.xen.host.acting
  - xlops.xen.resources
  - xlops.xen.host.lock
  - xlops.xen.attributes
notes:
  - A disk that a guest uses as a whole, without a file system or LVM of the host, is not seen as used by the host.
  - From Xen 4.13 on there must be an IOMMU, for without one C(xl) leaves a device half way. Then nothing is touched.
  - Which guest has a device is looked for only where one that is declared is neither assignable nor with the host, by
    one process for each domain.
seealso:
  - module: xlops.xen.xl_domains
  - module: xlops.xen.xl_host_info
"""

EXAMPLES = r"""
- name: The driver for assignable devices is there, now and after the next boot
  ansible.builtin.shell: modprobe xen-pciback && echo xen-pciback > /etc/modules-load.d/xen-pciback.conf
  args:
    creates: /sys/bus/pci/drivers/pciback

- name: A network card for guests
  xlops.xen.xl_pci_assignable:
    devices:
      - bdf: "00:05.0"
        name: nic1

- name: It goes back to the host
  xlops.xen.xl_pci_assignable:
    devices:
      - bdf: "00:05.0"
        state: absent
"""

RETURN = r"""
devices:
  description:
    - The declared devices afterwards by address, those that are there.
    - In check mode as they would be. Of a device that goes back to the host, the driver is not known then.
  returned: success
  type: dict
  contains:
    assignable:
      description: Whether a guest can have it.
      type: bool
    driver:
      description: Driver of the host, C(pciback) for an assignable one, V(null) for none.
      type: str
    name:
      description: Its name, if it has one.
      type: str
    guest:
      description: The guest that has it.
      type: str
  sample: {"0000:00:05.0": {assignable: true, driver: pciback, name: nic1, guest: null}}
iommu:
  description: Whether the hypervisor has an IOMMU to keep devices apart.
  returned: success
  type: bool
units:
  description:
    - By file below C(/etc/systemd/system), the lines by which units of the host say it again.
    - Empty where nothing is kept, as with O(persistent=false).
  returned: success
  type: dict
  sample:
    xen-resource@pci:0000:00:05.0.service.d/50-xlops.conf:
      - ExecStart=/usr/sbin/xl pci-assignable-add 0000:00:05.0
commands:
  description: What was done, or in check mode would be.
  returned: success
  type: list
  elements: str
  sample: ["xl pci-assignable-add -n nic1 0000:00:05.0"]
xen_release:
  description: Release of the running hypervisor.
  returned: success
  type: str
  sample: "4.17"
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.pci_module import keep_assignable, pci_spec


def main(paths: Paths | None = None) -> None:
    module = AnsibleModule(argument_spec=pci_spec(), supports_check_mode=True)
    module.exit_json(**keep_assignable(module, paths))


if __name__ == "__main__":
    main()
