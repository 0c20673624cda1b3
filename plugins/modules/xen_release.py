#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xen_release
short_description: Make an installed release of Xen the one of its host
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - A release that M(xlops.xen.xen_build) made has a prefix of its own, so that several can be installed together.
    This module says which one is the host's. It links upstream's units where systemd reads them, with the drop-ins
    that a release needs under a current systemd, and the programs where the PATH finds them.
  - C(xl.conf), C(xencommons) and C(xendomains) become the host's, below C(/etc), and stay when another release comes.
    Guests' files are the host's anyway.
  - What the release before it had outside its prefix is removed. What others put in the way is an error, before
    anything is changed.
  - Starts and stops nothing, and touches no boot entry. The host has the release when it has booted its hypervisor;
    until then programs of the new release talk to the old hypervisor, and most of them refuse. So do this with no
    guest running, and reboot. M(xlops.xen.xen_boot) chooses the hypervisor.
attributes:
  check_mode:
    description: Changes nothing and says what would change.
    support: full
  diff_mode:
    description: Shows what is there before and after, by path.
    support: full
  platform:
    description: Hosts with systemd.
    support: full
    platforms: posix
options:
  version:
    description: The version of the release, such as V(4.5.0).
    type: str
    required: true
  prefix:
    description: Where it is installed, V({version}) in it being O(version).
    type: str
    default: /opt/xen/{version}
  units:
    description:
      - The units to start with the host that upstream leaves to the administrator, C(xendomains.service) for guests
        that start with the host, C(xen-watchdog.service), C(xendriverdomain.service). All others are started anyway.
    type: list
    elements: str
    default: [xendomains.service]
seealso:
  - module: xlops.xen.xen_build
  - module: xlops.xen.xen_boot
"""

EXAMPLES = r"""
- name: Let 4.5.0 be the host's Xen from the next boot on
  xlops.xen.xen_release:
    version: 4.5.0
"""

RETURN = r"""
version:
  description: The version that the host has now.
  type: str
  returned: success
  sample: 4.5.0
prefix:
  description: Where it is installed.
  type: str
  returned: success
  sample: /opt/xen/4.5.0
changes:
  description: What was made, replaced or removed.
  type: list
  elements: str
  returned: success
  sample: [/etc/systemd/system/xenstored.service, /usr/local/sbin/xl]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._release import switch


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "version": {"type": "str", "required": True},
            "prefix": {"type": "str", "default": "/opt/xen/{version}"},
            "units": {"type": "list", "elements": "str", "default": ["xendomains.service"]},
        },
        supports_check_mode=True,
    )
    host, version = switch.Host(), module.params["version"]
    prefix = module.params["prefix"].replace("{version}", version).rstrip("/")
    try:
        release = switch.read_release(host, prefix)
        if release.version != version:
            raise switch.NotPossible(f"{prefix} has Xen {release.version}, not {version}.")
        todo = switch.plan(host, release, module.params["units"])
        diff = switch.differences(host, todo)
        if not module.check_mode:
            switch.perform(host, release, todo)
    except switch.NotPossible as error:
        module.fail_json(msg=str(error))
    except OSError as error:
        module.fail_json(
            msg=f"Xen {version} is not the host's yet, or in part: {error}. Run it again when that is mended."
        )
    module.exit_json(changed=bool(todo.changes), version=version, prefix=prefix, changes=todo.changes, diff=diff)


if __name__ == "__main__":
    main()
