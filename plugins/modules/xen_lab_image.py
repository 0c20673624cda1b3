#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does all of the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: xen_lab_image
short_description: Build the disk image of an emulated Xen host, or find it in the cache
version_added: 0.1.0
description:
  - Builds a bootable disk image of a Debian system with C(mmdebstrap), as root or, for an ordinary user,
    inside a user namespace.
    Nothing is mounted on the controller and no loop device is used.
  - The image lies in the cache under the fingerprint of all that goes into it. An image that is there and
    intact is taken as it
    is; a damaged one is removed with a notice and built again.
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
  label:
    description: How the image is called in what the user sees, such as V(bookworm/xen).
    type: str
    required: true
  suite:
    description: The Debian release to install, such as V(bookworm) or V(trixie).
    type: str
    required: true
  packages:
    description: The packages to install besides Debian's essential ones.
    type: list
    elements: str
    required: true
  archives:
    description:
      - Packages that are downloaded with all that they need, but not installed, so that a later installation
        is quick.
    type: list
    elements: str
    default: []
  overlays:
    description:
      - Directories whose files are laid over the system, in order; a later directory wins.
      - One of them must bring the script C(/usr/lib/xen-lab/configure), which runs in the new system after
        the packages are installed.
    type: list
    elements: path
    required: true
  guests:
    description: The directory with the sources of the guest C(tiny), C(tiny.s) and C(tiny.lds).
    type: path
    required: true
  settings:
    description: Shell variables for the configure script.
    type: dict
    default: {}
  built:
    description:
      - Debian packages on the controller that M(xlops.xen.xen_build) made. They are installed, and the last one
        becomes the release of the host. Their content is part of the fingerprint.
    type: list
    elements: path
    default: []
  firmware:
    description:
      - What the image can be booted by. V(bios) is GRUB in the boot sector. V(uefi) has an EFI system partition
        besides, with GRUB where a machine without boot entries finds it.
      - For V(uefi) the system needs the packages C(dosfstools), C(grub-efi-amd64-bin) and C(mtools).
    type: str
    choices: [bios, uefi]
    default: bios
  size:
    description: Size of the disk in GiB. It is sparse, and occupies what is in it.
    type: int
    default: 6
  mirror:
    description: Where the packages come from, as C(mmdebstrap) takes it. Without it, C(mmdebstrap)'s own default.
    type: str
  keep:
    description:
      - How many images the cache keeps, the most recently used ones. Images that a host depends on are never
        removed.
    type: int
    default: 4
  cache_dir:
    description: The directory of the cache.
    type: path
    required: true
requirements:
  - mmdebstrap
  - mke2fs (e2fsprogs)
  - as and ld (binutils)
  - newuidmap (uidmap), for an ordinary user
seealso:
  - module: xlops.xen.xen_lab_host
author:
  - The xlops.xen contributors (@xlops)
"""

EXAMPLES = r"""
- name: The image of a host without Xen
  xlops.xen.xen_lab_image:
    label: bookworm/bare
    suite: bookworm
    packages: [systemd-sysv, openssh-server, linux-image-amd64, grub2-common, grub-pc-bin, busybox-static, cpio]
    overlays: [files/image/common, files/image/bare]
    guests: files/guests
    settings: {DEFAULT_ENTRY: "", DOM0_MEMORY: ""}
    cache_dir: ~/.cache/xlops-xen/lab
  register: image
"""

RETURN = r"""
key:
  description: The fingerprint of the image, which M(xlops.xen.xen_lab_host) takes.
  type: str
  returned: success
  sample: 025c2353d4556a5f90ee
path:
  description: The disk image.
  type: str
  returned: success
  sample: /home/user/.cache/xlops-xen/lab/images/025c2353d4556a5f90ee/disk.raw
"""
