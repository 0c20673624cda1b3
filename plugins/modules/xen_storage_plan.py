#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xen_storage_plan
short_description: Say what is to be done for the storage of a host
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Holds pools, templates and disks of guests against the host, and says what is wrong with them and what a run would
    do. It only reads.
  - The role P(xlops.xen.xen_storage#role) does all steps in their order, and P(xlops.xen.xen_guests#role) has its disks
    made by the same tasks. Use the module alone to look before a change.
  - Nothing is ever shrunk, formatted or overwritten that holds data, and nothing is deleted without two explicit words.
    What a declaration asks for against that is a finding.
options:
  pools:
    description: Where disks are.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the pool, by which disks name it.
        type: str
        required: true
      type:
        description:
          - V(lvm) - a volume group, and a thin pool in it if O(pools[].thin_pool) is given.
          - V(directory) - a directory, for images in files, local or mounted.
          - V(zfs) - a dataset of ZFS, for volumes.
        type: str
        choices: [lvm, directory, zfs]
        required: true
      devices:
        description:
          - Disks or partitions, as full paths, that a volume group or a pool of ZFS is made of. One that holds data is
            refused. A group that lacks some of them gets them; one that has more keeps them.
          - Not needed where the group or pool is there.
        type: list
        elements: str
        default: []
      vg:
        description: Name of the volume group, that of the pool if not given.
        type: str
      extent_size:
        description: Size of the extents of a new volume group.
        type: str
        default: 4M
      thin_pool:
        description: Name of a thin pool in the group. Disks are thin volumes then.
        type: str
      thin_pool_size:
        description: Size of the thin pool. It grows to it.
        type: str
      path:
        description: The directory.
        type: path
      owner:
        description: Owner of the directory.
        type: str
        default: root
      group:
        description: Group of the directory.
        type: str
        default: root
      mode:
        description: Mode of the directory.
        type: str
        default: "0755"
      mount:
        description: What is mounted at the directory.
        type: dict
        suboptions:
          source:
            description: Export of a server, as C(server:/export), or a device with a filesystem.
            type: str
            required: true
          fstype:
            description: Type of the filesystem.
            type: str
            default: nfs
          options:
            description: Options of the mount.
            type: str
            default: defaults
      dataset:
        description: Dataset of ZFS, as C(tank/guests); that of the pool's name if not given.
        type: str
      layout:
        description: How a new pool of ZFS is made of its devices.
        type: str
        choices: [stripe, mirror, raidz, raidz2, raidz3]
        default: stripe
      properties:
        description: Properties of the dataset.
        type: dict
        default: {}
  templates:
    description: Images on the host that disks are copies of.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the template, by which disks name it.
        type: str
        required: true
      path:
        description: Full path on the host.
        type: path
        required: true
      format:
        description: Format of the image. It is never guessed, since what a guest wrote into one could pretend another.
        type: str
        choices: [raw, qcow2]
        default: raw
      src:
        description: File on the controller.
        type: path
      url:
        description: Where to download from, with O(templates[].checksum).
        type: str
      checksum:
        description: Checksum of the download, as V(sha256:DIGEST).
        type: str
      bootstrap:
        description: A new Debian in an ext4 filesystem without partitions, made by C(mmdebstrap).
        type: dict
        suboptions:
          suite:
            description: Release, such as V(bookworm).
            type: str
            required: true
          size:
            description: Size of the image.
            type: str
            required: true
          mirror:
            description: Where packages come from. C(mmdebstrap)'s default if not given.
            type: str
          variant:
            description: Which packages, as C(mmdebstrap) calls it.
            type: str
            default: minbase
          components:
            description: Components of the archive.
            type: list
            elements: str
            default: [main]
          packages:
            description: More packages.
            type: list
            elements: str
            default: []
          label:
            description: Label of the filesystem.
            type: str
            default: root
  disks:
    description:
      - Disks of guests. Each is in a pool (O(disks[].pool) and O(disks[].name)), an image file (O(disks[].path)) or a
        logical volume (O(disks[].vg) and O(disks[].lv)).
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the disk in its pool.
        type: str
      pool:
        description: Name of its pool.
        type: str
      path:
        description: Full path of an image file.
        type: path
      vg:
        description: Volume group of a logical volume.
        type: str
      lv:
        description: Name of the logical volume.
        type: str
      thin_pool:
        description: Thin pool of the logical volume in O(disks[].vg).
        type: str
      format:
        description: Format of an image file. V(raw) if not given, V(qcow2) with O(disks[].backing).
        type: str
        choices: [raw, qcow2, vhd]
      size:
        description:
          - Size, as V(2G) or V(512M) in powers of 1024. Disks grow to it. One that is larger is a finding.
          - A thick logical volume also takes a part of its group, as V(100%FREE).
        type: str
      template:
        description: Template by its name, or an image on the host by its full path, which a new disk is a copy of.
        type: str
      template_format:
        description:
          - Format of an image that is given by its path. That of the disk if not given, for a volume and for
            O(disks[].backing) V(raw).
        type: str
        choices: [raw, qcow2]
      backing:
        description: Template or image which a new qcow2 image is based on. It must stay as it is from then on.
        type: str
      cloud_init:
        description: Makes the disk a seed for cloud-init (NoCloud), an ISO image. It is made anew when this changes.
        type: dict
        suboptions:
          user_data:
            description: User data, such as a text that begins with C(#cloud-config).
            type: str
            required: true
          meta_data:
            description: Meta data. If not given, instance and host have the name of the disk, less C(-seed) at its end.
            type: str
          network_config:
            description: Network configuration.
            type: str
      state:
        description: V(absent) deletes the disk with all that is on it, and needs O(disks[].delete_data).
        type: str
        choices: [present, absent]
        default: present
      delete_data:
        description: The second word that a deletion needs.
        type: bool
        default: false
  files:
    description: Files on the host that something else brings before the disks are made.
    type: list
    elements: str
    default: []
  arriving:
    description:
      - Beginnings of paths of devices and files that are there only after something else was done, such as a login to
        an iSCSI target. What is below them is not asked for.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - xlops.xen.host
  - xlops.xen.host.info
  - xlops.xen.attributes
seealso:
  - module: xlops.xen.xl_domains
"""

EXAMPLES = r"""
- name: See what would be done for a disk
  xlops.xen.xen_storage_plan:
    disks:
      - {path: /srv/xen/web1.img, size: 8G}
  register: planned

- name: Show it
  ansible.builtin.debug:
    msg: "{{ planned.steps }}"
"""

RETURN = r"""
findings:
  description: What is wrong, one sentence each, by the list that it is about. Nothing may be done while there are any.
  returned: success
  type: dict
  sample:
    pools: []
    templates: []
    disks: ["/srv/xen/a.img (number 1): it has no size, and no template that would give it one"]
steps:
  description: What a run would do for pools and disks, one line each.
  returned: success
  type: list
  elements: str
  sample: ["grow /srv/xen/web1.img from 4G to 8G"]
pools:
  description: What is missing of each pool.
  returned: success
  type: list
  elements: dict
  sample:
    - {index: 0, vg: vg0, devices: [/dev/vdb], create: true, thin_pool: false, thin_pool_size: null, dataset: "",
       steps: [create volume group vg0 with /dev/vdb]}
disks:
  description: Disks for which there is something to do, with C(action), C(kind), C(path) and what the action needs.
  returned: success
  type: list
  elements: dict
  sample:
    - {index: 0, title: /srv/xen/web1.img, kind: file, action: grow, path: /srv/xen/web1.img, size: 8589934592}
packages:
  description: Debian's packages that the declaration needs.
  returned: success
  type: list
  elements: str
  sample: [lvm2]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.storage_module import plan_of
from ansible_collections.xlops.xen.plugins.module_utils._schema.storage_spec import STORAGE


def main(paths: Paths | None = None) -> None:
    spec = {**STORAGE, "executable": {"type": "str", "default": "xl"}}
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    module.exit_json(**plan_of(module, paths))


if __name__ == "__main__":
    main()
