#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does all of the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: xen_lab_host
short_description: Start, stop or remove one emulated Xen host
version_added: 0.1.0
description:
  - Runs a machine under QEMU on the controller, from an image that M(xlops.xen.xen_lab_image) has built.
  - The first start of its kind boots the machine and saves its state into the cache; later ones restore it
    within seconds.
  - A host that runs is left alone, whatever O(start) says; what it has not of what is asked for is told. One whose QEMU
    process has died is started again.
  - Everything binds to loopback. The host answers SSH on a forwarded port, with keys of its own.
  - Always runs on the controller, whatever the connection of the play.
extends_documentation_fragment:
  - xlops.xen.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  platform:
    description: The controller must run Linux on x86_64.
    support: full
options:
  name:
    description: The name of the host, which also becomes its host name. Letters, digits and dashes.
    type: str
    required: true
  state:
    description:
      - V(started) answers SSH, and O(ready) has succeeded.
      - V(stopped) does not run; its disks are kept, and O(start=auto) boots them.
      - V(absent) does not run, and its disks, keys and logs are removed.
    type: str
    choices: [started, stopped, absent]
    default: started
  image:
    description: The key that M(xlops.xen.xen_lab_image) returned. Required for O(state=started).
    type: str
  memory:
    description: Memory of the machine in MiB.
    type: int
    default: 4096
  cpus:
    description: Processors of the machine.
    type: int
    default: 2
  disks:
    description: Sizes of additional empty disks in GiB. They are C(/dev/vdb), C(/dev/vdc) and so on.
    type: list
    elements: int
    default: []
  port:
    description:
      - The port on 127.0.0.1 for SSH. Without it, the one that the host had before, else the first free one
        from 22022 on.
    type: int
  start:
    description:
      - V(auto) boots the disk of a host that was stopped (O(state=stopped)) as the host left it, and restores any
        other. One whose process died without having been stopped is restored, too, and loses what was on its disk.
      - V(restored) takes the saved state over a fresh disk.
      - V(fresh) boots a fresh disk.
      - V(kept) boots the disk as the host left it, even after its process died; a host that has none is restored.
      - A disk that is booted again stays one of the image that it was made from, whatever O(image) says, and its
        additional disks keep their sizes. It is an error when the cache no longer has what it was made from.
    type: str
    choices: [auto, restored, fresh, kept]
    default: auto
  ready:
    description: A shell command on the host that succeeds when the host is up.
    type: str
    default: ""
  firmware:
    description:
      - What starts the machine. V(uefi) keeps its boot entries with the host's disks. It needs an image that was made
        for it, and the package C(ovmf) on the controller.
    type: str
    choices: [bios, uefi]
    default: bios
  accelerator:
    description: V(auto) takes KVM when a machine really starts with it, else V(tcg).
    type: str
    choices: [auto, kvm, tcg]
    default: auto
  stop:
    description: V(graceful) presses the power button and waits; V(hard) ends the process.
    type: str
    choices: [graceful, hard]
    default: graceful
  stop_timeout:
    description:
      - How many seconds a graceful stop may take. It is an error when it takes longer; the host then still
        runs.
    type: int
    default: 300
  keep:
    description:
      - How many saved states the cache keeps, the most recently used ones. States that a host depends on are
        never removed.
    type: int
    default: 4
  state_dir:
    description: The directory of the lab, with one directory per host below C(hosts).
    type: path
    required: true
  cache_dir:
    description: The directory of the cache.
    type: path
    required: true
requirements:
  - qemu-system-x86_64 and qemu-img
  - OpenSSH client
  - ovmf, for O(firmware=uefi)
  - zstd
seealso:
  - module: xlops.xen.xen_lab_image
  - module: xlops.xen.xen_lab_info
author:
  - The xlops.xen contributors (@xlops)
"""

EXAMPLES = r"""
- name: A host that answers "xl list"
  xlops.xen.xen_lab_host:
    name: xen1
    image: "{{ image.key }}"
    ready: xl list
    state_dir: ~/.local/state/xlops-xen/lab
    cache_dir: ~/.cache/xlops-xen/lab

- name: The same host gone
  xlops.xen.xen_lab_host:
    name: xen1
    state: absent
    stop: hard
    state_dir: ~/.local/state/xlops-xen/lab
    cache_dir: ~/.cache/xlops-xen/lab
"""

RETURN = r"""
host:
  description: The host as it is now; in check mode, as far as it is known.
  type: dict
  returned: when O(state=started)
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
    machine: {description: "Memory in MiB, processors, additional disks in GiB, accelerator and firmware.", type: dict}
"""
