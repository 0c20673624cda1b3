#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does all of the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: xen_lab_info
short_description: Say which emulated Xen hosts there are
version_added: 0.1.0
description:
  - Reads a state directory and the processes of its hosts. Changes nothing.
  - Always runs on the controller, whatever the connection of the play.
extends_documentation_fragment:
  - xlops.xen.host.info
  - xlops.xen.attributes
options:
  state_dir:
    description: The directory of the lab.
    type: path
    required: true
seealso:
  - module: xlops.xen.xen_lab_host
author:
  - The xlops.xen contributors (@xlops)
"""

EXAMPLES = r"""
- name: See which hosts there are
  xlops.xen.xen_lab_info:
    state_dir: ~/.local/state/xlops-xen/lab
  register: lab

- name: Show the ports of those that run
  ansible.builtin.debug:
    msg: "{{ lab.hosts | selectattr('running') | items2dict(key_name='name', value_name='port') }}"
"""

RETURN = r"""
hosts:
  description: The hosts, running or not, ordered by name.
  type: list
  elements: dict
  returned: success
  contains:
    name: {description: Its name., type: str, sample: xen1}
    running: {description: Whether it runs and is ready., type: bool}
    pid: {description: The process of QEMU., type: int}
    address: {description: Where SSH is forwarded from., type: str, sample: 127.0.0.1}
    port: {description: The port of SSH at that address., type: int, sample: 22022}
    user: {description: The user to log in as., type: str, sample: root}
    private_key: {description: The key to log in with., type: str}
    known_hosts: {description: The file that has the host's key., type: str}
    private_address: {description: Its address in the network of the lab's hosts., type: str, sample: 10.77.0.11}
    console: {description: The Unix socket of its serial console., type: str}
    console_log: {description: What the serial console has said., type: str}
    image: {description: The image it was started from., type: str}
    machine: {description: "Memory in MiB, processors, additional disks in GiB and accelerator.", type: dict}
ssh_config:
  description: The same hosts as a configuration for C(ssh -F).
  type: str
  returned: success
inventory:
  description: The same hosts as the content of a YAML inventory, in the group C(xen_hosts).
  type: dict
  returned: success
"""
