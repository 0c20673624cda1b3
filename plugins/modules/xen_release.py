#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xen_release
short_description: Make an installed release of Xen the host's whenever its hypervisor runs
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - A release that M(xlops.xen.xen_build) made has a prefix of its own, so that several can be installed together.
    This module gives the host what belongs to one of them whenever the hypervisor of that release runs, upstream's
    units with the drop-ins that a release needs under a current systemd, and the programs where the PATH finds them.
  - Which release that is, is found out at each boot, by a generator of systemd that looks at the hypervisor. A host
    that boots another entry of its menu, chosen or because the one before could not be booted, has the units and
    programs of that hypervisor, and nobody has to put anything back. Where no release fits, the host has those of its
    distribution.
  - C(xl.conf), C(xencommons) and C(xendomains) become the host's, below C(/etc), and stay when another release comes.
    Guests' files are the host's anyway.
  - Other releases for which this was done stay ready. Of one that is not installed any more, what it had outside its
    prefix is removed. What others put in the way is an error, before anything is changed.
  - Starts and stops nothing, and touches no boot entry, so that guests may run, with one exception. A release that fits
    the hypervisor that runs, and is not the one whose programs the host has, would take effect at once; that is refused
    while guests run. M(xlops.xen.xen_switch) boots another release.
extends_documentation_fragment:
  - xlops.xen.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Shows what is there before and after, by path.
  platform:
    description: Hosts with systemd.
    support: full
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
  - module: xlops.xen.xen_switch
  - module: xlops.xen.xl_host_info
"""

EXAMPLES = r"""
- name: Let 4.5.0 be the host's Xen whenever its hypervisor is booted
  xlops.xen.xen_release:
    version: 4.5.0
"""

RETURN = r"""
version:
  description: The version that the host is ready for.
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
  sample: [/etc/xlops-xen/releases/4.5.0/prefix, /usr/local/sbin/xl]
"""

import glob

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
        guests = _guests(module, host) if todo.changes and switch.takes_effect(host, release) else []
        if guests:
            raise switch.NotPossible(
                f"Xen {version} fits the hypervisor that runs, so its toolstack would take the place of the present "
                f"one at once, under {', '.join(guests)}. Stop the guests first, or boot another one."
            )
        if not module.check_mode:
            switch.perform(host, todo)
    except switch.NotPossible as error:
        module.fail_json(msg=str(error))
    except OSError as error:
        module.fail_json(
            msg=f"Xen {version} is not the host's yet, or in part: {error}. Run it again when that is mended."
        )
    module.exit_json(changed=bool(todo.changes), version=version, prefix=prefix, changes=todo.changes, diff=diff)


def _guests(module: AnsibleModule, host: switch.Host) -> list[str]:
    """The guests that run: by xl, and, where that does not answer, by the devices that the host serves them."""
    program = module.get_bin_path("xl", opt_dirs=["/usr/local/sbin"])
    code, table, _errors = module.run_command([program, "list"]) if program else (1, "", "")
    rows = [line.split()[0] for line in table.splitlines()[1:] if line.strip()] if code == 0 else []
    found = [name for name in rows if name not in ("Domain-0", "xenstore")]
    served = sorted(glob.glob(str(host.at("/sys/bus/xen-backend/devices/*"))))
    return found or [f"guests with {len(served)} devices"] * bool(served)


if __name__ == "__main__":
    main()
