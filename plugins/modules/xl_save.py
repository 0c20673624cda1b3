#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xl_save
short_description: Save a running guest of a Xen host to a file
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Writes the memory and the configuration of a running guest to a file (C(xl save)), from which
    M(xlops.xen.xl_restore) brings it back to where it was. Its disks are not in it, and must not change until then.
  - What stands against it is said before anything is touched. The file appears under its name when it is whole, and is
    readable for root alone, for it has all that was in the guest's memory. A guest that cannot be saved goes on.
  - The guest has to take part, so that it needs drivers for Xen and must not be paused. Not for ARM, where xl has no
    such command.
options:
  name:
    description: Name of the guest.
    type: str
    required: true
  dest:
    description: Absolute path of the file on the host. Its directory must be there.
    type: path
    required: true
  after:
    description:
      - What the guest shall be when it is saved. V(stopped) is done once; a guest that is not there, and is in the
        file, is as it shall be. With V(running) and V(paused) each run saves it anew.
      - Before Xen 4.20 the C(xl) that watches a guest ends when the guest is saved, also where that fails. A guest that
        goes on then neither reboots nor goes away when it shuts down, until it is made anew, and a warning says so.
        V(running) and V(paused) are refused where the guest's unit would end with that.
    type: str
    choices: [stopped, running, paused]
    default: stopped
  overwrite:
    description: Whether a file that is there already may be replaced.
    type: bool
    default: false
  timeout:
    description: How many seconds it may take to save the guest.
    type: int
    default: 1800
extends_documentation_fragment:
  - xlops.xen.host
  - xlops.xen.host.config_dir
  - xlops.xen.host.run
  - xlops.xen.host.lock
  - xlops.xen.host.saving
  - xlops.xen.attributes
seealso:
  - module: xlops.xen.xl_restore
"""

EXAMPLES = r"""
- name: Save a guest before the host is serviced
  xlops.xen.xl_save:
    name: web1
    dest: /var/lib/xen/save/web1

- name: Keep a copy of a guest that goes on running
  xlops.xen.xl_save:
    name: web1
    dest: /srv/checkpoints/web1
    after: running
    overwrite: true
"""

RETURN = r"""
name:
  description: Name of the guest.
  returned: success
  type: str
previous_state:
  description: State before, V(running), V(paused) or V(stopped).
  returned: success
  type: str
state:
  description: State afterwards, in check mode the one that the run would lead to.
  returned: success
  type: str
domid:
  description: Number of the domain afterwards, V(null) where there is none.
  returned: success
  type: int
size:
  description: Size of the file in bytes, V(null) where there is none.
  returned: success
  type: int
elapsed:
  description: Seconds that it took.
  returned: success
  type: float
"""

from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.saving_modules import save_module


def main(paths: Paths | None = None) -> None:
    save_module(paths)


if __name__ == "__main__":
    main()
