#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xen_units
short_description: Keep the units and settings of Xen's toolstack as declared, and say whether it is healthy
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Declares which systemd units of the toolstack start with the host and run now, what is different in them, and the
    settings of its daemons, of C(xendomains) and of C(xl).
  - Says in the same result whether the toolstack of the host is whole and works, and if not, why. A task without
    options says that alone, and changes nothing.
  - What each release of Xen 4.5 to 4.22 has is a table, so that a unit or a key that the host's release does not have
    is an error before anything is changed. Xen's programs would pass over it.
  - Units of packages are never edited. A change is a drop-in of its own, C(/etc/systemd/system/UNIT.d/xlops-xen.conf).
    A unit that is declared and missing is made, for what is installed. Where a start script does its work, such as
    Debian's C(/etc/init.d/xen), that one is meant, and no unit is put beside it.
  - C(xenstored) is never stopped or restarted, C(xendomains) never stopped, restarted or reloaded. Nothing is restarted
    that was not declared so.
options:
  units:
    description: Units of the toolstack, and what each shall be. Nothing is done to others.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - The unit, such as V(xenconsoled) or V(proc-xen.mount); without an ending it is a service.
          - Those are V(xenstored), V(xen-init-dom0), V(xenconsoled), V(xen-qemu-dom0-disk-backend), V(xendomains),
            V(xen-watchdog), V(xendriverdomain) (from Xen 4.8), V(proc-xen.mount), V(var-lib-xenstored.mount) (up to
            4.16), V(xenstored.socket) and V(xenstored_ro.socket) (up to 4.7). With Debian's start scripts there is
            V(xen) too, with upstream's V(xencommons).
        type: str
        required: true
      enabled:
        description:
          - Whether it starts with the host.
          - V(false) is an error for what the toolstack cannot do without.
        type: bool
      state:
        description:
          - V(started) - it runs. On a machine that does not run under Xen it will, when it does.
          - V(restarted) - it runs, and with its present settings. It is restarted where a file that it reads was
            changed since it was started, by this run or a former one of this module, else not.
          - V(stopped) - it does not run.
          - V(stopped) and V(restarted) are an error for units that must not be, with the reason.
        type: str
        choices: [started, stopped, restarted]
      settings:
        description:
          - What is different in the unit, as sections (V(Unit), V(Service), V(Mount), V(Socket)) with settings of
            systemd's. A list gives a line for each value, an empty text takes back what the unit says.
          - An empty mapping takes the drop-in away. Without the option it stays as it is.
          - A setting by which systemd would end C(xenstored) or C(xendomains), or start it anew, is an error.
        type: dict
  complete:
    description:
      - Whether all units are there and enabled that the toolstack of the release cannot do without, and have what a
        current systemd needs of an old release. The others of RV(units) are for you to choose.
    type: bool
    default: false
  generate:
    description:
      - Whether a declared unit that the host does not have is made. With V(false) that is an error.
    type: bool
    default: true
  xencommons:
    description:
      - Keys and values of the file that the daemons read, C(/etc/default/xencommons) or C(/etc/sysconfig/xencommons),
        with Debian's start scripts C(/etc/default/xen). C(docs/units.md) lists them with their releases.
      - Only keys that are given are changed, in their line. V(null) takes a key away, and its default holds.
    type: dict
    default: {}
  xendomains:
    description:
      - The same of the file that C(xendomains) reads. Its script has no defaults, so V(null) writes the packaged
        value, and a file that is not there is written with all keys.
    type: dict
    default: {}
  xl_conf:
    description:
      - The same of C(/etc/xen/xl.conf).
    type: dict
    default: {}
  release:
    description:
      - Release of Xen that units and settings are for. When not given, the one that runs, else the newest hypervisor
        in C(/boot).
    type: str
extends_documentation_fragment:
  - xlops.xen.host
  - xlops.xen.host.lock
  - xlops.xen.attributes
attributes:
  check_mode:
    support: full
    details:
      - RV(units), RV(healthy) and RV(reasons) are those before the change.
  diff_mode:
    support: full
  platform:
    description: Hosts with systemd.
    support: full
notes:
  - The machine need not run under Xen yet; units are started when it does.
  - The role P(xlops.xen.xen_host#role) gives its variables for these files to this module.
  - Generated units and those of releases before 4.17 were rendered and run against a stand-in for systemd alone.
seealso:
  - module: xlops.xen.xen_release
  - module: xlops.xen.xl_host_info
"""

EXAMPLES = r"""
- name: Say whether the toolstack is healthy
  xlops.xen.xen_units:
  register: toolstack

- name: Stop here where it is not
  ansible.builtin.assert:
    that: toolstack.healthy
    fail_msg: "{{ toolstack.reasons | join('; ') }}"

- name: All that the release needs is there and starts with the host, guests and the watchdog too
  xlops.xen.xen_units:
    complete: true
    units:
      - {name: xendomains, enabled: true}
      - {name: xen-watchdog, enabled: true, state: started}

- name: Guests are shut down with the host instead of saved, and xl leaves the memory of Domain-0 alone
  xlops.xen.xen_units:
    xendomains:
      XENDOMAINS_SAVE: ""
      XENDOMAINS_STOP_MAXWAIT: 600
    xl_conf:
      autoballoon: false
      vif.default.bridge: xenbr0

- name: Log the guests' consoles, and let the kernel hardly ever end xenconsoled; with upstream's units
  xlops.xen.xen_units:
    xencommons: {XENCONSOLED_TRACE: guest}
    units:
      - name: xenconsoled
        state: restarted
        settings: {Service: {OOMScoreAdjust: -900, Restart: on-failure}}
"""

RETURN = r"""
release:
  description: Release for which units and settings were examined.
  returned: success
  type: str
  sample: "4.17"
origin:
  description:
    - Who starts C(xenstored). V(upstream) - upstream's unit, or a generated one. V(debian) and V(sysv) - the start
      script of Debian, or upstream's. V(none) - nobody.
  returned: success
  type: str
  sample: debian
steps:
  description: What was done, or in check mode would be.
  returned: success
  type: list
  elements: str
  sample: [write /etc/default/xendomains, systemctl enable xen-watchdog.service]
units:
  description:
    - Each unit of the release, by name. C(unit) is the one that stands for it, C(by) V(unit), V(generated) or the path
      of a start script, V(null) where it is missing. C(kept) says why it is never stopped or restarted, C(outdated)
      whether it runs with settings from before a change, C(said) has the last lines of one that failed.
  returned: success
  type: dict
  sample:
    xenstored.service:
      purpose: the database that hypervisor tools, drivers and guests share
      present: true
      needed: true
      unit: xen.service
      by: /etc/init.d/xen
      path: /run/systemd/generator.late/xen.service
      drop_in: false
      enabled: true
      active: active
      sub: running
      failed: false
      result: success
      outdated: false
      kept: xenstored is among its processes, and cannot be started a second time without a reboot
      said: []
settings:
  description:
    - Of each file its path, whether it is there, the values that hold of keys that the release reads, and the names of
      keys that it does not.
  returned: success
  type: dict
  sample:
    xl_conf: {path: /etc/xen/xl.conf, present: true, values: {autoballoon: "off"}, unknown: []}
healthy:
  description: Whether the toolstack is whole and works.
  returned: success
  type: bool
  sample: false
reasons:
  description: Why not, one sentence for each reason.
  returned: success
  type: list
  elements: str
  sample: ["xenconsoled.service failed (exit-code): xenconsoled: cannot open /var/log/xen/console"]
missing:
  description: Units that the release needs and the host has not.
  returned: success
  type: list
  elements: str
  sample: [xen-init-dom0.service]
out_of_order:
  description: What is there and should not be, or is not in the order that it needs; also among RV(reasons).
  returned: success
  type: list
  elements: str
  sample: [xendomains.service does not wait for xenstored.service]
pending:
  description: What was changed and does not hold yet, and what makes it hold.
  returned: success
  type: list
  elements: str
  sample: [xenconsoled.service runs with its former settings; give it the state restarted]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.units_module import keep_units, units_spec


def main(paths: Paths | None = None) -> None:
    module = AnsibleModule(argument_spec=units_spec(), supports_check_mode=True)
    module.exit_json(**keep_units(module, paths))


if __name__ == "__main__":
    main()
