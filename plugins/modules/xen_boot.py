#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xen_boot
short_description: Keep what a Xen host boots as declared
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Declares the command lines of the hypervisor and of the control domain's kernel, which boot entry is the default
    one, and which one is booted a single time; says whether, and why, the host must be rebooted to have them.
  - Every parameter of the hypervisor is looked up in a table of all parameters of Xen 4.5 to 4.22. One that the release
    to be booted does not have, or reads in another way, is an error before anything is changed. Xen itself would pass
    over it.
  - With GRUB, the declaration is a file of its own among GRUB's settings, C(/etc/default/grub.d/xlops-xen.cfg). The
    menu that comes of it is made beside the one that is there, and takes its place only when GRUB can read it and the
    entry of Xen is in it with every word, its files being there. Else all is as it was.
  - With C(xen.efi), the declaration is a section of C(xen.cfg) beside it, and a boot entry of the firmware. The
    image, kernel and initial file system are copied there first.
  - The host is never rebooted.
options:
  state:
    description:
      - V(present) - the host boots as declared.
      - V(absent) - the declaration is gone, and the host boots Linux without Xen. The hypervisor stays installed.
    type: str
    choices: [present, absent]
    default: present
  xen:
    description:
      - Parameters of the hypervisor, by their own names. C(docs/hypervisor-parameters.md)
        lists them with their releases; what they do is said in Xen's own documentation.
      - A flag takes a boolean, a number or a size what it is (V(2G), V(512M); without a letter Xen counts KiB), other
        parameters a text.
      - >-
        A parameter that takes a list of words takes a list too, or a mapping of words to values in which V(true) and
        V(false) stand for a word and its negation, as in V({pvh: true, verbose: false}). A value that stands alone in
        such a list has the key C(enabled) where it is a boolean, C(number), or C(size), as in V({size: 2G, max: 2G}).
      - V(null) is as if the parameter were not there.
    type: dict
    default: {}
  xen_words:
    description:
      - More words for the hypervisor, as they stand on its command line. They are examined as those of O(xen) are.
    type: list
    elements: str
    default: []
  linux:
    description:
      - Words for the control domain's kernel, behind those that Linux is booted with anyway. Those that concern Xen are
        examined.
    type: list
    elements: str
    default: []
  exclusive:
    description:
      - Whether the command lines have nothing but what is declared here, whatever GRUB's other settings say.
      - With V(false) words of others stay, and one of theirs that takes the effect from one of ours is an error.
    type: bool
    default: false
  default:
    description:
      - What is booted when nobody is there to choose.
      - V(xen) and V(linux) - the first entry with, and without, the hypervisor.
      - V(keep) - what others say.
      - Else an entry of RV(entries). With GRUB its name, with V(>) between a submenu and what is in it; with C(xen.efi)
        the four digits of the firmware's boot entry.
      - With O(state=absent) it is V(linux).
    type: str
    default: xen
  once:
    description:
      - What is booted the next time, and that time alone. Values as for O(default).
      - Where that already runs, with the same words, nothing is done. So V(xen) together with O(default=linux) tries a
        new boot entry, and a host that does not come up with it comes back without it at the boot after.
      - V(keep) - nothing is asked for.
    type: str
    default: keep
  loader:
    description:
      - What starts the hypervisor.
      - V(auto) - GRUB where it can, else C(xen.efi). On x86 machines with UEFI, GRUB can from Xen 4.9 on.
    type: str
    choices: [auto, grub, efi]
    default: auto
  release:
    description:
      - Release of the hypervisor that is to be booted, such as V(4.17). When not given, that of the newest one that is
        installed, by the name of its file.
      - With its last number, such as V(4.17.5), which the file's name may have too, it is also known what came with a
        point release, as fixes of security faults did.
      - Of several hypervisors in GRUB's menu, the one of this release is meant by V(xen).
    type: str
  board:
    description:
      - Arm board that the declaration is for. Another machine, by what its device tree says, is refused before anything
        is changed, and so is one without a device tree.
      - Where neither O(xen) nor O(xen_words) has C(dtuart), or C(console), it is that of the board, as far as it is
        known. C(docs/boards.md) lists the boards. They were not run on hardware.
    type: str
    choices:
      - seattle
      - bcm7445d0
      - midway
      - arndale
      - odroid_xu
      - vexpress
      - fastmodel
      - omap5
      - dra7
      - sun7i_a20
      - sun6i_a31
      - mustang
      - mcdivitt
      - juno
      - hip04_d01
  xen_efi:
    description:
      - The hypervisor's EFI image. When not given, the newest C(xen*.efi) in C(EFI/*) of an EFI system partition that
        is mounted at C(/boot/efi), C(/efi) or C(/boot).
    type: path
  kernel:
    description:
      - Kernel that C(xen.efi) loads. When not given, the newest C(vmlinuz-*) or C(Image-*) of C(/boot).
    type: path
  ramdisk:
    description:
      - Initial file system that C(xen.efi) loads. When not given, the one of the kernel.
    type: path
  ucode:
    description:
      - Microcode that C(xen.efi) loads.
    type: path
  xsm:
    description:
      - Policy that C(xen.efi) loads.
    type: path
  dtb:
    description:
      - Device tree that C(xen.efi) uses on Arm instead of the firmware's.
    type: path
  video:
    description:
      - Graphics mode that C(xen.efi) sets on x86, such as V(gfx-1024x768x32).
    type: str
  chain:
    description:
      - Another configuration file beside C(xen.efi) that it reads where this one has no kernel.
    type: str
extends_documentation_fragment:
  - xlops.xen.host
  - xlops.xen.host.lock
  - xlops.xen.attributes
attributes:
  check_mode:
    support: full
    details:
      - GRUB's settings are read with the declaration among them, as GRUB's own program would, so what the menu will
        have is known before it is made. The menu itself is not made, so RV(entries) are those before.
  diff_mode:
    support: full
  platform:
    support: full
notes:
  - The machine need not run under Xen. What runs is told by C(xl info); where C(xl) cannot, because it is of another
    release or not installed, the hypervisor's words are not compared.
  - The role P(xlops.xen.xen_host#role) calls this module. On hosts of the role, declare the boot by its variables.
  - Secure Boot is refused as long as something that is not Linux would be booted.
seealso:
  - module: xlops.xen.xl_host_info
"""

EXAMPLES = r"""
- name: The control domain has 2 GiB and two CPUs, and everything is on the first serial port
  xlops.xen.xen_boot:
    xen:
      dom0_mem: {size: 2G, max: 2G}
      dom0_max_vcpus: 2
      com1: 115200,8n1
      console: [com1, vga]
    linux: [console=hvc0]
  register: boot

- name: Reboot where that is needed
  ansible.builtin.reboot:
  when: boot.pending_reboot

- name: Try a PVH control domain a single time; a host that does not come up comes back with Linux alone
  xlops.xen.xen_boot:
    xen:
      dom0: {pvh: true, verbose: true}
      iommu: {enabled: true, verbose: true}
    default: linux
    once: xen

- name: Boot Xen 4.5 by its EFI image
  xlops.xen.xen_boot:
    loader: efi
    release: "4.5"
    xen_efi: /boot/efi/EFI/xen/xen-4.5.0.efi
    kernel: /boot/vmlinuz-6.1.0-31-amd64
    xen: {dom0_mem: "2G,max:2G", sched: rtds}

- name: Boot Xen on an Arm Juno, with the console that this board has
  xlops.xen.xen_boot:
    board: juno
    xen: {dom0_mem: 2G}
    linux: [console=hvc0]

- name: Boot Linux without Xen from now on
  xlops.xen.xen_boot:
    state: absent
"""

RETURN = r"""
state:
  description: What was declared.
  returned: success
  type: str
  sample: present
loader:
  description: What starts the hypervisor, V(grub) or V(efi).
  returned: success
  type: str
  sample: grub
release:
  description: Release for which the words were examined.
  returned: success
  type: str
  sample: "4.17"
steps:
  description: What was done, or in check mode would be.
  returned: success
  type: list
  elements: str
  sample:
    - write /etc/default/grub.d/xlops-xen.cfg
    - grub-mkconfig -o /boot/grub/grub.cfg
    - grub-set-default xen-gnulinux-simple-0c6d5f5e-6f0e-4f9d-9c5e-1d2f3a4b5c6d
xen_words:
  description: The hypervisor's command line at the next boot of its entry, with the words of others.
  returned: success
  type: list
  elements: str
  sample: ["dom0_mem=2G,max:2G", "dom0_max_vcpus=2"]
linux_words:
  description: The command line of the control domain's kernel there, with GRUB without what finds its root file system.
  returned: success
  type: list
  elements: str
  sample: ["quiet", "console=hvc0"]
default_entry:
  description: The entry that is booted when nobody is there to choose.
  returned: success
  type: str
  sample: xen-gnulinux-simple-0c6d5f5e-6f0e-4f9d-9c5e-1d2f3a4b5c6d
once_entry:
  description: The entry that is booted the next time alone, V(null) where there is none.
  returned: success
  type: str
entries:
  description: What can be booted. C(hypervisor) and C(kernel) with GRUB alone.
  returned: success
  type: list
  elements: dict
  sample:
    - name: xen-gnulinux-simple-0c6d5f5e-6f0e-4f9d-9c5e-1d2f3a4b5c6d
      title: Debian GNU/Linux, with Xen hypervisor
      hypervisor: /boot/xen-4.17-amd64.gz
      kernel: /boot/vmlinuz-6.1.0-31-amd64
running:
  description:
    - What runs now. C(xen) says whether under Xen, C(release), C(xen_words) and C(linux_words) are the hypervisor's
      and the kernel's. C(xen_words) is V(null) where C(xl) does not tell.
  returned: success
  type: dict
  sample: {xen: true, release: "4.17", xen_words: ["dom0_mem=1G"], linux_words: ["root=/dev/sda1", "ro"]}
pending_reboot:
  description: Whether what is booted next is something else than what runs.
  returned: success
  type: bool
  sample: true
reasons:
  description: Why, one sentence for each reason.
  returned: success
  type: list
  elements: str
  sample: ["the hypervisor runs without dom0_mem=2G,max:2G", "the hypervisor still runs with dom0_mem=1G"]
missing:
  description: Words that the hypervisor does not run with, and will.
  returned: success
  type: list
  elements: str
  sample: ["dom0_mem=2G,max:2G"]
extra:
  description: Words that it runs with, and will not.
  returned: success
  type: list
  elements: str
  sample: ["dom0_mem=1G"]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.boot_module import boot_spec, keep_boot
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths


def main(paths: Paths | None = None) -> None:
    module = AnsibleModule(argument_spec=boot_spec(), supports_check_mode=True)
    module.exit_json(**keep_boot(module, paths))


if __name__ == "__main__":
    main()
