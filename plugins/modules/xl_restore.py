#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xl_restore
short_description: Bring a guest of a Xen host back from the file it was saved to
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Makes a guest from a file of M(xlops.xen.xl_save) or C(xl save), in the state in which it was saved (C(xl restore)).
  - The file, the name in it, free memory, disks and bridges are looked at before anything is touched. A guest of that
    name and uuid that is there already is left as it is. What a failed attempt leaves is taken back; the file stays.
options:
  name:
    description: Name of the guest, which must be the one in the file.
    type: str
    required: true
  src:
    description: Absolute path of the file on the host.
    type: path
    required: true
  paused:
    description: Whether the guest is left paused.
    type: bool
    default: false
  keep:
    description:
      - Whether the file stays when the guest is there. Once the guest runs it writes to its disks, and to restore it a
        second time from the same file destroys what is on them, unless they are brought back too.
    type: bool
    default: false
  timeout:
    description: How many seconds it may take to restore the guest.
    type: int
    default: 1800
extends_documentation_fragment:
  - xlops.xen.host
  - xlops.xen.host.config_dir
  - xlops.xen.host.run
  - xlops.xen.host.lock
  - xlops.xen.host.saving
  - xlops.xen.attributes
notes:
  - The C(xl) that watches a restored guest must outlive the connection, as that of a created one.
seealso:
  - module: xlops.xen.xl_save
"""

EXAMPLES = r"""
- name: Bring a guest back after the host was serviced
  xlops.xen.xl_restore:
    name: web1
    src: /var/lib/xen/save/web1
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
  description: Size of the file in bytes, V(null) when it has gone.
  returned: success
  type: int
elapsed:
  description: Seconds that it took.
  returned: success
  type: float
"""

from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.saving_modules import restore_module


def main(paths: Paths | None = None) -> None:
    restore_module(paths)


if __name__ == "__main__":
    main()
