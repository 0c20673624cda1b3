#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xen_backup
short_description: Keep the configuration of a Xen host in bundles, and put one back
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - A bundle is a compressed tar archive with the files of a host that the collection writes, or that decide what it
    finds. These are C(/etc/xen) without its scripts, settings of GRUB, of the toolstack, of the network and of
    systemd-logind, and units and other files of the collection. C(docs/hygiene.md) lists them.
  - Role C(xlops.xen.xen_host) has one made before its first change. Guests' disks, packages and the boot menu are
    not in it.
  - A bundle is only made where the newest one has something else than the host. It is for root alone, because guests'
    passwords are in it.
  - With O(state=restored) files are put back as they were, one by one and each in one step. Nothing is restarted,
    loaded anew or applied; RV(afterwards) says what has to be done for it to have effect.
  - Before that the configuration that is replaced is kept in a bundle of its own, C(TIME-before-restore.tar.gz), so
    that a restore can be undone by its name.
  - A bundle that somebody else than root could have written is refused, and so is one with any name outside of these
    files, with anything but plain files and symbolic links, or whose files would be written through a link.
options:
  state:
    description:
      - V(present) - there is a bundle with the configuration as it is.
      - V(restored) - the configuration is as in O(bundle).
    type: str
    choices: [present, restored]
    default: present
  directory:
    description: Directory of the bundles. It is made, and root alone may enter it.
    type: path
    default: /var/backups/xlops-xen
  keep:
    description:
      - How many bundles are kept, at least 1. Older ones are removed when one is made. Bundles made before a restore
        are counted by themselves.
    type: int
    default: 10
  bundle:
    description:
      - The name of the bundle to restore, as RV(bundles) has it, such as V(20261127T081000Z.tar.gz).
      - V(newest) is the last one that was not made before a restore, that is the configuration from before the last
        run that found another one.
    type: str
    default: newest
  remove:
    description:
      - Whether a restore removes files that are not in the bundle, because they were made since. Without it they stay,
        and RV(newer) lists them. See them with C(--check) first, for files of new guests are among them. Those that
        Debian's packages brought stay in any case.
    type: str
    choices: [never, allowed]
    default: never
  lock_timeout:
    description: Seconds to wait for another run on the same host.
    type: int
    default: 300
extends_documentation_fragment:
  - xlops.xen.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Shows mode, owner, size and digest of files that a restore changes, not their contents, which have passwords.
  platform:
    support: full
requirements:
  - Python 3.9 or later on the host, and root
seealso:
  - module: xlops.xen.xen_boot
"""

EXAMPLES = r"""
- name: Keep the configuration as it is
  xlops.xen.xen_backup:

- name: Say what a restore of the newest bundle would change
  xlops.xen.xen_backup:
    state: restored
  check_mode: true
  diff: true
  register: way_back

- name: Put one bundle back, and remove what was made since
  xlops.xen.xen_backup:
    state: restored
    bundle: 20261127T081000Z.tar.gz
    remove: allowed
"""

RETURN = r"""
bundle:
  description: Path of the bundle, the newest or the one that is restored. V(null) where there is none yet.
  returned: success
  type: str
  sample: /var/backups/xlops-xen/20261127T081000Z.tar.gz
bundles:
  description: Names of all bundles, the oldest first.
  returned: success
  type: list
  elements: str
  sample: [20261126T193000Z.tar.gz, 20261127T081000Z.tar.gz]
files:
  description: The files of the configuration, or with O(state=restored) those that differ and are put back.
  returned: success
  type: list
  elements: str
  sample: [/etc/default/grub, /etc/xen/xl.conf]
left_out:
  description: Files that belong to the configuration and are not kept, because they have more than 1 MiB or are behind
    a link to a directory.
  returned: success
  type: list
  elements: str
newer:
  description: Files that are not in the bundle and were made since.
  returned: O(state=restored)
  type: list
  elements: str
removed:
  description: Those of them that are removed.
  returned: O(state=restored)
  type: list
  elements: str
afterwards:
  description: What has to be done for the restored files to have effect.
  returned: O(state=restored)
  type: list
  elements: str
  sample: ["GRUB: run role xlops.xen.xen_host, or update-grub, for the boot menu to be made anew"]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.backup_module import backup_spec, keep_backup
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths


def main(paths: Paths | None = None) -> None:
    module = AnsibleModule(argument_spec=backup_spec(), supports_check_mode=True)
    module.exit_json(**keep_backup(module, paths))


if __name__ == "__main__":
    main()
