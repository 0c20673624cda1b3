# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of one guest: here in words, in plugins/module_utils/_schema as what the code acts on.

Descriptions and defaults are written here. All else is completed from the rows by tests/tools/guest_options_doc.py.
"""

from __future__ import annotations

import textwrap

OPTIONS = r"""
name:
  description:
    - Name of the guest, unique on the host.
  type: str
  required: true
uuid:
  description:
    - UUID of the guest in its dashed form.
    - 'Default: derived from host and name, so that it survives re-creation.'
  type: str
type:
  description:
    - 'Kind of guest: paravirtual, PVH, or fully virtualised.'
    - 'Default: C(pv).'
    - C(pvh) needs Xen 4.10 or later.
  type: str
  choices:
    - pv
    - pvh
    - hvm
pvh:
  description:
    - Run a paravirtual guest in the first form of PVH, which no later release
      has.
    - 'Default: C(false).'
    - For C(pv) guests.
    - Gone after Xen 4.8.
  type: bool
pool:
  description:
    - Name of the cpupool in which the guest runs.
    - 'Default: C(Pool-0).'
  type: str
init_seclabel:
  description:
    - XSM label of the guest while it is built; I(seclabel) holds from then on.
    - 'Default: none.'
  type: str
seclabel:
  description:
    - XSM label of the guest.
    - 'Default: none.'
  type: str
driver_domain:
  description:
    - Whether the guest serves devices to other guests.
    - 'Default: C(false).'
  type: bool
nomigrate:
  description:
    - Forbid migration and saving, and let the guest see features of the host
      that would not survive them.
    - 'Default: C(false).'
  type: bool
passthrough:
  description:
    - Whether and how devices may be passed through to the guest.
    - 'Default: C(enabled) where I(pci) or I(dtdev) is given, else C(disabled).'
    - Needs Xen 4.13 or later.
  type: str
  choices:
    - default
    - disabled
    - enabled
    - sync_pt
    - share_pt
xend_suspend_evtchn_compat:
  description:
    - Suspend without an event channel, as a guest with a very old kernel needs
      it.
    - 'Default: C(false).'
    - Needs Xen 4.14 or later.
  type: bool
vcpus:
  description:
    - Virtual CPUs that are online at boot.
    - 'Default: C(1).'
  type: int
maxvcpus:
  description:
    - Virtual CPUs the guest can ever have.
    - 'Default: I(vcpus).'
  type: int
cpus:
  description:
    - Physical CPUs on which the virtual CPUs may run. One CPU list for all of
      them such as C(0-3,^1) or C(node:0), or a list with one CPU list per virtual
      CPU.
    - 'Default: any.'
  type: raw
cpus_soft:
  description:
    - Physical CPUs on which the virtual CPUs prefer to run, written as I(cpus).
    - 'Default: placed on NUMA nodes by the toolstack.'
  type: raw
cpu_weight:
  description:
    - Share of CPU time against other guests.
    - 'Default: C(256).'
  type: int
cap:
  description:
    - Upper limit of the CPU time the guest may use, C(100) being one physical
      CPU; C(0) is no limit.
    - 'In percent. Default: C(0).'
  type: int
period:
  description:
    - Period of the real-time scheduler (RTDS).
    - 'In microseconds. Default: the scheduler''s.'
  type: int
slice:
  description:
    - CPU time in each period in the SEDF scheduler, which no release after Xen
      4.5 has.
    - 'Default: the scheduler''s.'
  type: int
latency:
  description:
    - Scaled period in the SEDF scheduler, which no release after Xen 4.5 has.
    - 'Default: the scheduler''s.'
  type: int
extratime:
  description:
    - Whether the guest gets time that nobody else wants in the SEDF scheduler,
      which no release after Xen 4.5 has.
    - 'Default: the scheduler''s.'
  type: int
memory:
  description:
    - Memory with which the guest starts.
    - 'In MiB. Default: C(32).'
  type: int
maxmem:
  description:
    - Memory to which the guest can ever grow.
    - 'In MiB. Default: I(memory).'
  type: int
shadow_memory:
  description:
    - Memory set aside for the page tables of guests that need shadowing.
    - 'In MiB. Default: 1 MiB for each virtual CPU and 8 KiB for each MiB of memory.'
  type: int
videoram:
  description:
    - Memory of the emulated graphics card.
    - 'In MiB. Default: what I(vga) needs.'
    - For C(hvm) guests.
  type: int
mmio_hole:
  description:
    - Size of the address range below 4 GiB that devices use.
    - 'In MiB. Default: as small as the devices allow.'
    - For C(hvm) guests.
  type: int
rdm_mem_boundary:
  description:
    - Boundary below which reserved device memory of the host is taken for a conflict.
    - 'In MiB. Default: C(2048).'
    - For C(hvm) guests.
    - Needs Xen 4.6 or later.
  type: int
vnuma:
  description:
    - NUMA nodes that the guest sees.
    - 'Default: none.'
    - For C(hvm) and C(pvh) guests.
    - Needs Xen 4.6 or later.
  type: list
  elements: dict
  suboptions:
    pnode:
      description:
        - Physical node on which the node's memory lies.
      type: int
    size:
      description:
        - Memory of the node.
        - In MiB.
      type: int
      required: true
    vcpus:
      description:
        - Virtual CPUs of the node, such as C(0-1,4).
      type: str
      required: true
    vdistances:
      description:
        - Distance to each node, in their order.
      type: list
      elements: int
llc_colors:
  description:
    - Colours of the last level cache the guest may use, each a number or a range
      such as C(0-3).
    - 'Default: those of the hypervisor.'
    - Needs Xen 4.20 or later.
  type: list
  elements: str
kernel:
  description:
    - Kernel on the host that is booted directly.
  type: str
ramdisk:
  description:
    - Initial RAM disk on the host, for I(kernel).
  type: str
cmdline:
  description:
    - Command line of I(kernel).
  type: str
root:
  description:
    - Root device; joined with I(extra) to I(cmdline) when that is not given.
  type: str
extra:
  description:
    - Further arguments for the kernel; joined with I(root) to I(cmdline) when
      that is not given.
  type: str
bootloader:
  description:
    - Program on the host that finds the kernel inside the guest's disk, such
      as C(pygrub).
    - For C(pv) and C(pvh) guests.
  type: str
bootloader_args:
  description:
    - Arguments for I(bootloader).
    - For C(pv) and C(pvh) guests.
  type: list
  elements: str
bootloader_restrict:
  description:
    - Run I(bootloader) with as few rights as possible.
    - 'Default: that of C(xl.conf).'
    - For C(pv) and C(pvh) guests.
    - Needs Xen 4.18 or later.
  type: bool
bootloader_user:
  description:
    - User as whom a restricted I(bootloader) runs.
    - 'Default: one of those that Xen has for restricted device models.'
    - For C(pv) and C(pvh) guests.
    - Needs Xen 4.18 or later.
  type: str
firmware:
  description:
    - Firmware of the guest. For HVM guests C(bios), C(uefi), C(seabios), C(rombios),
      C(ovmf) or a path; for others C(pvgrub32) or C(pvgrub64).
    - 'Default: the BIOS that belongs to the device model.'
    - Needs Xen 4.10 or later.
  type: str
boot:
  description:
    - Order in which devices are tried, of the letters C(c) disk, C(d) cdrom and
      C(n) network.
    - 'Default: C(cda).'
    - For C(hvm) guests.
  type: str
bios:
  description:
    - Firmware of the guest by name.
    - 'Default: C(seabios), or C(rombios) with the traditional device model.'
    - For C(hvm) guests.
  type: str
  choices:
    - seabios
    - rombios
    - ovmf
bios_path_override:
  description:
    - File to use as the firmware that I(bios) names.
    - 'Default: that of the distribution.'
    - For C(hvm) guests.
    - Needs Xen 4.8 or later.
  type: str
firmware_override:
  description:
    - File to use instead of hvmloader.
    - 'Default: Xen''s own.'
    - For C(hvm) guests.
  type: str
pvshim:
  description:
    - Run a paravirtual kernel inside a PVH guest.
    - 'Default: C(false).'
    - For C(pvh) guests.
    - Needs Xen 4.11 or later.
  type: bool
pvshim_path:
  description:
    - File of the shim that I(pvshim) uses.
    - 'Default: Xen''s own.'
    - For C(pvh) guests.
    - Needs Xen 4.11 or later.
  type: str
pvshim_cmdline:
  description:
    - Command line of the shim.
    - 'Default: C(pv-shim console=xen,pv).'
    - For C(pvh) guests.
    - Needs Xen 4.11 or later.
  type: str
pvshim_extra:
  description:
    - Further arguments for the shim.
    - 'Default: none.'
    - For C(pvh) guests.
    - Needs Xen 4.11 or later.
  type: str
disk:
  description:
    - Disks of the guest, in the order in which they are attached.
    - 'Default: none.'
  type: list
  elements: dict
  suboptions:
    vdev:
      description:
        - Name of the device in the guest, such as C(xvda), C(hda) or C(sda).
      type: str
      required: true
    target:
      description:
        - Block device, image file or argument of I(script) that backs the disk.
          Only a cdrom may be without.
      type: str
    format:
      description:
        - Format of the image.
        - 'Default: C(raw), and C(empty) for a cdrom without I(target).'
        - C(qed) needs Xen 4.9 or later.
      type: str
      choices:
        - raw
        - qcow
        - qcow2
        - vhd
        - empty
        - qed
    access:
      description:
        - Whether the guest may write.
        - 'Default: C(rw), and C(ro) for a cdrom.'
      type: str
      choices:
        - rw
        - ro
    devtype:
      description:
        - What the guest sees.
        - 'Default: C(disk).'
      type: str
      choices:
        - disk
        - cdrom
    backend:
      description:
        - Name of the domain that serves the device.
        - 'Default: C(Domain-0).'
      type: str
    backendtype:
      description:
        - Driver that serves the disk.
        - 'Default: chosen when the guest is created.'
        - C(standalone) needs Xen 4.17 or later.
      type: str
      choices:
        - phy
        - tap
        - qdisk
        - standalone
    script:
      description:
        - Block script that prepares I(target), by name in C(/etc/xen/scripts)
          or by absolute path.
        - 'Default: none.'
      type: str
    direct_io_safe:
      description:
        - Let the backend use direct I/O even where it is not known to be safe.
        - 'Default: C(false).'
      type: bool
    discard:
      description:
        - Pass discard requests of the guest on to the backend.
        - 'Default: C(true) for a writable disk.'
      type: bool
    colo:
      description:
        - Replicate the disk for COLO.
        - 'Default: C(false).'
        - Needs Xen 4.8 or later.
      type: bool
    colo_host:
      description:
        - Address of the other host, for COLO.
        - 'Default: none.'
        - Needs Xen 4.8 or later.
      type: str
    colo_port:
      description:
        - Port on the other host, for COLO.
        - 'Default: none.'
        - Needs Xen 4.8 or later.
      type: int
    colo_export:
      description:
        - Name of the export, for COLO.
        - 'Default: none.'
        - Needs Xen 4.8 or later.
      type: str
    active_disk:
      description:
        - File that takes the writes of the secondary guest, for COLO.
        - 'Default: none.'
        - Needs Xen 4.8 or later.
      type: str
    hidden_disk:
      description:
        - File that takes the writes of the primary guest, for COLO.
        - 'Default: none.'
        - Needs Xen 4.8 or later.
      type: str
    specification:
      description:
        - Kind of device the guest drives, Xen's paravirtual block device or virtio.
        - 'Default: C(xen).'
        - Needs Xen 4.17 or later.
      type: str
      choices:
        - xen
        - virtio
    trusted:
      description:
        - Whether the guest may trust the backend.
        - 'Default: C(true).'
        - Needs Xen 4.19 or later.
      type: bool
    grant_usage:
      description:
        - Whether a virtio disk uses grants.
        - 'Default: C(false) where I(backend) is C(Domain-0), else C(true).'
        - Needs Xen 4.19 or later.
      type: bool
p9:
  description:
    - Directories of the host that the guest mounts over 9pfs.
    - 'Default: none.'
    - Needs Xen 4.9 or later.
  type: list
  elements: dict
  suboptions:
    tag:
      description:
        - Name by which the guest mounts it.
        - 'Default: C(Xen) with I(type=xen_9pfsd).'
      type: str
    security_model:
      description:
        - How ownership is kept, such as C(none).
        - Needed by each server.
      type: str
    path:
      description:
        - Directory on the host.
        - 'Default: the guest''s log directory with I(type=xen_9pfsd).'
      type: str
    backend:
      description:
        - Name of the domain that serves the device.
        - 'Default: C(Domain-0).'
      type: str
    type:
      description:
        - Program that serves it.
        - 'Default: C(qemu).'
        - Needs Xen 4.19 or later.
      type: str
      choices:
        - qemu
        - xen_9pfsd
    max_space:
      description:
        - Space the guest may use.
        - 'In MiB. Default: the server''s.'
        - Needs Xen 4.19 or later.
      type: int
    max_files:
      description:
        - Files the guest may create.
        - 'Default: the server''s.'
        - Needs Xen 4.19 or later.
      type: int
    max_open_files:
      description:
        - Files the guest may have open.
        - 'Default: the server''s.'
        - Needs Xen 4.19 or later.
      type: int
    auto_delete:
      description:
        - Delete the oldest files when the limits are reached.
        - 'Default: C(false).'
        - Needs Xen 4.19 or later.
      type: bool
vtpm:
  description:
    - Virtual trusted platform modules.
    - 'Default: none.'
  type: list
  elements: dict
  suboptions:
    backend:
      description:
        - Name of the domain that serves it.
      type: str
      required: true
    uuid:
      description:
        - Identity of the module.
        - 'Default: random.'
      type: str
vif:
  description:
    - Network interfaces of the guest; an empty mapping is an interface with all
      defaults.
    - 'Default: none.'
  type: list
  elements: dict
  suboptions:
    mac:
      description:
        - Hardware address, six hexadecimal octets joined by colons, in quotes.
          Without them, YAML reads one of decimal digits as a number.
        - 'Default: chosen when the guest is created.'
      type: str
    bridge:
      description:
        - Bridge of the host to which the interface belongs.
        - 'Default: that of C(xl.conf), else C(xenbr0).'
      type: str
    type:
      description:
        - C(vif) for a paravirtual interface alone, C(ioemu) to have an emulated
          one beside it.
        - 'Default: C(ioemu) for HVM guests, else C(vif).'
      type: str
      choices:
        - vif
        - ioemu
    model:
      description:
        - Model of the emulated interface.
        - 'Default: C(rtl8139).'
      type: str
    vifname:
      description:
        - Name of the backend interface on the host.
        - 'Default: made of domid and position, C(vifDOMID.DEVID).'
      type: str
    script:
      description:
        - Hotplug script, by name in C(/etc/xen/scripts) or by absolute path.
        - 'Default: that of C(xl.conf), else C(vif-bridge).'
      type: str
    ip:
      description:
        - Addresses handed to the hotplug script.
        - 'Default: none.'
      type: str
    backend:
      description:
        - Name of the domain that serves the interface.
        - 'Default: that of C(xl.conf), else C(Domain-0).'
      type: str
    rate:
      description:
        - Limit of the outgoing traffic, such as C(10Mb/s) or C(250KB/s@20ms).
        - 'Default: unlimited.'
      type: str
    gatewaydev:
      description:
        - Interface of the host that routes for the guest.
        - 'Default: that of C(xl.conf).'
      type: str
    devid:
      description:
        - Number of the interface.
        - 'Default: its position in the list, from 0.'
        - Needs Xen 4.9 or later.
      type: int
    mtu:
      description:
        - Largest frame.
        - 'In bytes. Default: C(1492).'
        - Needs Xen 4.15 or later.
      type: int
    trusted:
      description:
        - Whether the guest may trust the backend.
        - 'Default: C(true).'
        - Needs Xen 4.17 or later.
      type: bool
    vlan:
      description:
        - VLAN handed to the hotplug script.
        - 'Default: none.'
        - Needs Xen 4.19 or later.
      type: str
    forwarddev:
      description:
        - Interface that forwards to the other host, for COLO.
        - 'Default: none.'
        - Needs Xen 4.7 or later.
      type: str
    colo_sock_mirror_id:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_mirror_ip:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_mirror_port:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_compare_pri_in_id:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_compare_pri_in_ip:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_compare_pri_in_port:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_compare_sec_in_id:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_compare_sec_in_ip:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_compare_sec_in_port:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_compare_notify_id:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_compare_notify_ip:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_compare_notify_port:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_redirector0_id:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_redirector0_ip:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_redirector0_port:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_redirector1_id:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_redirector1_ip:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_redirector1_port:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_redirector2_id:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_redirector2_ip:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_redirector2_port:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_sec_redirector0_id:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_sec_redirector0_ip:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_sec_redirector0_port:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_sec_redirector1_id:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_sec_redirector1_ip:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_sock_sec_redirector1_port:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_filter_mirror_queue:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_filter_mirror_outdev:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_filter_redirector0_queue:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_filter_redirector0_indev:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_filter_redirector0_outdev:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_filter_redirector1_queue:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_filter_redirector1_indev:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_filter_redirector1_outdev:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_filter_sec_redirector0_queue:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_filter_sec_redirector0_indev:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_filter_sec_redirector0_outdev:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_filter_sec_redirector1_queue:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_filter_sec_redirector1_indev:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_filter_sec_redirector1_outdev:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_filter_sec_rewriter0_queue:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_compare_pri_in:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_compare_sec_in:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_compare_out:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_compare_notify_dev:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_checkpoint_host:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
    colo_checkpoint_port:
      description:
        - Plumbing of the network comparison, for COLO.
        - 'Default: none.'
        - Needs Xen 4.9 or later.
      type: str
channel:
  description:
    - Byte channels between guest and host.
    - 'Default: none.'
  type: list
  elements: dict
  suboptions:
    name:
      description:
        - Name by which the guest finds it.
      type: str
      required: true
    connection:
      description:
        - What it is on the host.
      type: str
      required: true
      choices:
        - pty
        - socket
    path:
      description:
        - Path of the socket.
        - 'Default: none; needed with I(connection=socket).'
      type: str
    backend:
      description:
        - Name of the domain that serves it.
        - 'Default: C(Domain-0).'
      type: str
pvcalls:
  description:
    - Interfaces that carry the guest's socket calls to another domain.
    - 'Default: none.'
    - Needs Xen 4.11 or later.
  type: list
  elements: dict
  suboptions:
    backend:
      description:
        - Name of the domain that serves it.
        - 'Default: C(Domain-0).'
      type: str
pci:
  description:
    - PCI devices.
    - 'Default: none.'
  type: list
  elements: dict
  suboptions:
    bdf:
      description:
        - Address on the host, C([DDDD:]BB:DD.F), in quotes; C(*) for F takes
          all functions. Without them, YAML reads one such as C(01:00.0) as a
          number.
      type: str
    name:
      description:
        - Name of the device as given to xl pci-assignable-add, instead of I(bdf).
        - Needs Xen 4.15 or later.
      type: str
    vslot:
      description:
        - Number of the device in the guest.
        - 'Default: the first that is free.'
      type: int
    permissive:
      description:
        - Let a paravirtual guest write all of the configuration space.
        - 'Default: I(pci_permissive).'
        - For C(pv) and C(hvm) guests.
      type: bool
    msitranslate:
      description:
        - Give the guest a different interrupt than the device has.
        - 'Default: I(pci_msitranslate).'
        - For C(pv) and C(hvm) guests.
      type: bool
    seize:
      description:
        - Take the device from its driver on the host if it is not free yet.
        - 'Default: I(pci_seize).'
        - For C(pv) and C(hvm) guests.
      type: bool
    power_mgmt:
      description:
        - Let the guest program the device's power states.
        - 'Default: I(pci_power_mgmt).'
        - For C(hvm) guests.
      type: bool
    rdm_policy:
      description:
        - What to do when reserved memory of the device conflicts with the guest's.
        - 'Default: that of I(rdm).'
        - For C(hvm) guests.
        - Needs Xen 4.6 or later.
      type: str
      choices:
        - strict
        - relaxed
pci_permissive:
  description:
    - Default of I(pci[].permissive).
    - 'Default: C(false).'
    - For C(pv) and C(hvm) guests.
  type: bool
pci_msitranslate:
  description:
    - Default of I(pci[].msitranslate).
    - 'Default: C(false).'
    - For C(pv) and C(hvm) guests.
  type: bool
pci_seize:
  description:
    - Default of I(pci[].seize).
    - 'Default: C(false).'
    - For C(pv) and C(hvm) guests.
  type: bool
pci_power_mgmt:
  description:
    - Default of I(pci[].power_mgmt).
    - 'Default: C(false).'
    - For C(hvm) guests.
  type: bool
e820_host:
  description:
    - Show the guest the memory map of the host.
    - 'Default: C(true) where I(pci) is given, else C(false).'
    - For C(pv) guests.
  type: bool
rdm:
  description:
    - What to do about reserved device memory of the host.
    - 'Default: ignore it.'
    - For C(hvm) guests.
    - Needs Xen 4.6 or later.
  type: dict
  suboptions:
    strategy:
      description:
        - C(host) reserves all that the host reports.
      type: str
      required: true
      choices:
        - host
    policy:
      description:
        - Refuse a guest whose memory conflicts, or only warn.
        - 'Default: C(relaxed).'
      type: str
      choices:
        - strict
        - relaxed
dtdev:
  description:
    - Device tree paths of devices (Arm).
    - 'Default: none.'
    - Needs Xen 4.6 or later.
  type: list
  elements: str
ioports:
  description:
    - I/O ports, each in hexadecimal as C(A) or C(A-B).
    - 'Default: none.'
  type: list
  elements: str
irqs:
  description:
    - Physical interrupts.
    - 'Default: none.'
  type: list
  elements: int
iomem:
  description:
    - Memory of devices, each in hexadecimal page numbers as C(START,COUNT) or
      C(START,COUNT@GUEST).
    - 'Default: none.'
  type: list
  elements: str
usbctrl:
  description:
    - USB controllers for I(usbdev).
    - 'Default: one as needed.'
    - Needs Xen 4.7 or later.
  type: list
  elements: dict
  suboptions:
    type:
      description:
        - Kind of controller.
        - 'Default: C(auto).'
      type: str
      choices:
        - auto
        - pv
        - devicemodel
        - qusb
    version:
      description:
        - Version of USB.
        - 'Default: C(2).'
      type: int
    ports:
      description:
        - Number of ports.
        - 'Default: C(8).'
      type: int
usbdev:
  description:
    - USB devices.
    - 'Default: none.'
    - Needs Xen 4.7 or later.
  type: list
  elements: dict
  suboptions:
    type:
      description:
        - Kind of device.
        - 'Default: C(hostdev).'
      type: str
      choices:
        - hostdev
    hostbus:
      description:
        - Bus on the host.
      type: int
      required: true
    hostaddr:
      description:
        - Address on the bus.
      type: int
      required: true
    controller:
      description:
        - Controller in the guest.
        - 'Default: the first with a free port.'
      type: int
    port:
      description:
        - Port on the controller.
        - 'Default: the first that is free.'
      type: int
virtio:
  description:
    - Virtio devices of other backends (Arm).
    - 'Default: none.'
    - Needs Xen 4.18 or later.
  type: list
  elements: dict
  suboptions:
    backend:
      description:
        - Name of the domain that serves it.
        - 'Default: C(Domain-0).'
      type: str
    type:
      description:
        - Device tree name of the device, such as C(virtio,device22).
      type: str
      required: true
    transport:
      description:
        - How the guest reaches it.
      type: str
      required: true
      choices:
        - mmio
    grant_usage:
      description:
        - Whether the device uses grants.
        - 'Default: C(false) where I(backend) is C(Domain-0), else C(true).'
      type: bool
vnc:
  description:
    - Offer the display by VNC.
    - 'Default: C(true) for HVM guests.'
    - For C(hvm) and C(pv) guests.
  type: bool
vnclisten:
  description:
    - Address on which VNC listens, with C(:DISPLAY) or without.
    - 'Default: C(127.0.0.1).'
    - For C(hvm) and C(pv) guests.
  type: str
vncdisplay:
  description:
    - Number of the VNC display; its port is 5900 higher.
    - 'Default: C(0).'
    - For C(hvm) and C(pv) guests.
  type: int
vncunused:
  description:
    - Take the first free display from I(vncdisplay) on.
    - 'Default: C(true).'
    - For C(hvm) and C(pv) guests.
  type: bool
vncpasswd:
  description:
    - Password for VNC.
    - 'Default: none.'
    - For C(hvm) and C(pv) guests.
  type: str
sdl:
  description:
    - Show the display in a window on the host.
    - 'Default: C(false).'
    - For C(hvm) and C(pv) guests.
  type: bool
opengl:
  description:
    - Use OpenGL for the window.
    - 'Default: C(false).'
    - For C(hvm) and C(pv) guests.
  type: bool
display:
  description:
    - X display of the window.
    - 'Default: what C(DISPLAY) says where the device model is started.'
    - For C(hvm) and C(pv) guests.
  type: str
xauthority:
  description:
    - File with the right to use the X display.
    - 'Default: what C(XAUTHORITY) says where the device model is started.'
    - For C(hvm) and C(pv) guests.
  type: str
keymap:
  description:
    - Keyboard layout, such as C(de).
    - 'Default: C(en-us).'
    - For C(hvm) and C(pv) guests.
  type: str
vga:
  description:
    - Emulated graphics card.
    - 'Default: C(cirrus).'
    - For C(hvm) guests.
    - C(qxl) needs Xen 4.6 or later.
  type: str
  choices:
    - stdvga
    - cirrus
    - none
    - qxl
nographic:
  description:
    - Give the guest no graphics card.
    - 'Default: C(false).'
    - For C(hvm) guests.
  type: bool
gfx_passthru:
  description:
    - Pass the host's graphics card through as the guest's first one. A boolean,
      or from Xen 4.7 on its kind.
    - 'Default: C(false).'
    - For C(hvm) guests.
    - C(default) needs Xen 4.7 or later. C(igd) needs Xen 4.7 or later.
  type: raw
spice:
  description:
    - Offer the display by SPICE.
    - 'Default: C(false).'
    - For C(hvm) guests.
  type: bool
spicehost:
  description:
    - Address on which SPICE listens.
    - 'Default: all addresses.'
    - For C(hvm) guests.
  type: str
spiceport:
  description:
    - Port for SPICE.
    - 'Default: none.'
    - For C(hvm) guests.
  type: int
spicetls_port:
  description:
    - Port for SPICE with TLS.
    - 'Default: none.'
    - For C(hvm) guests.
  type: int
spicedisable_ticketing:
  description:
    - Let clients connect without a password.
    - 'Default: C(false).'
    - For C(hvm) guests.
  type: bool
spicepasswd:
  description:
    - Password for SPICE.
    - 'Default: none.'
    - For C(hvm) guests.
  type: str
spiceagent_mouse:
  description:
    - Let the agent move the pointer.
    - 'Default: C(true).'
    - For C(hvm) guests.
  type: bool
spicevdagent:
  description:
    - Offer the agent's channel.
    - 'Default: C(false).'
    - For C(hvm) guests.
  type: bool
spice_clipboard_sharing:
  description:
    - Share the clipboard; needs I(spicevdagent).
    - 'Default: C(false).'
    - For C(hvm) guests.
  type: bool
spiceusbredirection:
  description:
    - USB devices that clients may redirect to the guest.
    - 'Default: C(0).'
    - For C(hvm) guests.
  type: int
spice_image_compression:
  description:
    - Compression of images.
    - 'Default: QEMU''s own.'
    - For C(hvm) guests.
    - Needs Xen 4.6 or later.
  type: str
spice_streaming_video:
  description:
    - Which video streams to compress.
    - 'Default: QEMU''s own.'
    - For C(hvm) guests.
    - Needs Xen 4.6 or later.
  type: str
vfb:
  description:
    - Paravirtual framebuffers, each with its keyboard and pointer.
    - 'Default: none.'
    - For C(pv) and C(pvh) guests.
  type: list
  elements: dict
  suboptions:
    vnc:
      description:
        - Offer the display by VNC.
        - 'Default: C(true) for HVM guests.'
      type: bool
    vnclisten:
      description:
        - Address on which VNC listens, with C(:DISPLAY) or without.
        - 'Default: C(127.0.0.1).'
      type: str
    vncdisplay:
      description:
        - Number of the VNC display; its port is 5900 higher.
        - 'Default: C(0).'
      type: int
    vncunused:
      description:
        - Take the first free display from I(vncdisplay) on.
        - 'Default: C(true).'
      type: bool
    vncpasswd:
      description:
        - Password for VNC.
        - 'Default: none.'
      type: str
    sdl:
      description:
        - Show the display in a window on the host.
        - 'Default: C(false).'
      type: bool
    opengl:
      description:
        - Use OpenGL for the window.
        - 'Default: C(false).'
      type: bool
    display:
      description:
        - X display of the window.
        - 'Default: what C(DISPLAY) says where the device model is started.'
      type: str
    xauthority:
      description:
        - File with the right to use the X display.
        - 'Default: what C(XAUTHORITY) says where the device model is started.'
      type: str
    keymap:
      description:
        - Keyboard layout, such as C(de).
        - 'Default: C(en-us).'
      type: str
vkb:
  description:
    - Paravirtual keyboards, pointers and touch screens.
    - 'Default: none.'
    - Needs Xen 4.12 or later.
  type: list
  elements: dict
  suboptions:
    backend_type:
      description:
        - Program that serves it.
      type: str
      required: true
      choices:
        - qemu
        - linux
    backend:
      description:
        - Name of the domain that serves the device.
        - 'Default: C(Domain-0).'
      type: str
    unique_id:
      description:
        - Name by which the backend knows it.
      type: str
    feature_disable_keyboard:
      description:
        - Offer no keyboard.
      type: bool
    feature_disable_pointer:
      description:
        - Offer no pointer.
      type: bool
    feature_abs_pointer:
      description:
        - Offer absolute coordinates.
      type: bool
    feature_raw_pointer:
      description:
        - Offer unscaled coordinates.
      type: bool
    feature_multi_touch:
      description:
        - Offer a touch screen.
      type: bool
    width:
      description:
        - Width of the absolute pointer's range.
      type: int
    height:
      description:
        - Height of the absolute pointer's range.
      type: int
    multi_touch_width:
      description:
        - Width of the touch screen.
      type: int
    multi_touch_height:
      description:
        - Height of the touch screen.
      type: int
    multi_touch_num_contacts:
      description:
        - Contacts the touch screen can tell apart.
      type: int
vdispl:
  description:
    - Paravirtual displays.
    - 'Default: none.'
    - Needs Xen 4.10 or later.
  type: list
  elements: dict
  suboptions:
    backend:
      description:
        - Name of the domain that serves the device.
        - 'Default: C(Domain-0).'
      type: str
    be_alloc:
      description:
        - Let the backend allocate the buffers.
      type: bool
    connectors:
      description:
        - Connectors, each as C(ID:WIDTHxHEIGHT).
      type: list
      elements: str
      required: true
vsnd:
  description:
    - Paravirtual sound cards.
    - 'Default: none.'
    - Needs Xen 4.12 or later.
  type: list
  elements: dict
  suboptions:
    backend:
      description:
        - Name of the domain that serves the device.
        - 'Default: C(Domain-0).'
      type: str
    short_name:
      description:
        - Short name of the card.
      type: str
    long_name:
      description:
        - Long name of the card.
      type: str
    sample_rates:
      description:
        - Sample rates that can be used.
        - In Hz.
      type: list
      elements: int
    sample_formats:
      description:
        - Sample formats that can be used, such as C(s16_le).
      type: list
      elements: str
      choices:
        - s8
        - u8
        - s16_le
        - s16_be
        - u16_le
        - u16_be
        - s24_le
        - s24_be
        - u24_le
        - u24_be
        - s32_le
        - s32_be
        - u32_le
        - u32_be
        - f32_le
        - f32_be
        - f64_le
        - f64_be
        - iec958_subframe_le
        - iec958_subframe_be
        - mu_law
        - a_law
        - ima_adpcm
        - mpeg
        - gsm
    channels_min:
      description:
        - Smallest number of channels.
      type: int
    channels_max:
      description:
        - Largest number of channels.
      type: int
    buffer_size:
      description:
        - Size of the buffer.
        - In bytes.
      type: int
    pcm:
      description:
        - Devices of the card.
      type: list
      elements: dict
      suboptions:
        name:
          description:
            - Name of the device.
          type: str
        sample_rates:
          description:
            - Sample rates that can be used.
            - In Hz.
          type: list
          elements: int
        sample_formats:
          description:
            - Sample formats that can be used, such as C(s16_le).
          type: list
          elements: str
          choices:
            - s8
            - u8
            - s16_le
            - s16_be
            - u16_le
            - u16_be
            - s24_le
            - s24_be
            - u24_le
            - u24_be
            - s32_le
            - s32_be
            - u32_le
            - u32_be
            - f32_le
            - f32_be
            - f64_le
            - f64_be
            - iec958_subframe_le
            - iec958_subframe_be
            - mu_law
            - a_law
            - ima_adpcm
            - mpeg
            - gsm
        channels_min:
          description:
            - Smallest number of channels.
          type: int
        channels_max:
          description:
            - Largest number of channels.
          type: int
        buffer_size:
          description:
            - Size of the buffer.
            - In bytes.
          type: int
        stream:
          description:
            - Streams of the device.
          type: list
          elements: dict
          suboptions:
            unique_id:
              description:
                - Name by which the backend knows it.
              type: str
            type:
              description:
                - Playback or capture.
              type: str
              choices:
                - p
                - c
            sample_rates:
              description:
                - Sample rates that can be used.
                - In Hz.
              type: list
              elements: int
            sample_formats:
              description:
                - Sample formats that can be used, such as C(s16_le).
              type: list
              elements: str
              choices:
                - s8
                - u8
                - s16_le
                - s16_be
                - u16_le
                - u16_be
                - s24_le
                - s24_be
                - u24_le
                - u24_be
                - s32_le
                - s32_be
                - u32_le
                - u32_be
                - f32_le
                - f32_be
                - f64_le
                - f64_be
                - iec958_subframe_le
                - iec958_subframe_be
                - mu_law
                - a_law
                - ima_adpcm
                - mpeg
                - gsm
            channels_min:
              description:
                - Smallest number of channels.
              type: int
            channels_max:
              description:
                - Largest number of channels.
              type: int
            buffer_size:
              description:
                - Size of the buffer.
                - In bytes.
              type: int
serial:
  description:
    - Serial ports as QEMU names them, such as C(pty). A text for one port, or
      a list.
    - 'Default: none.'
    - For C(hvm) guests.
  type: raw
soundhw:
  description:
    - Emulated sound card.
    - 'Default: none.'
    - For C(hvm) guests.
  type: str
usb:
  description:
    - Emulate a USB controller.
    - 'Default: C(false).'
    - For C(hvm) guests.
  type: bool
usbversion:
  description:
    - Emulate USB controllers of this version; not together with I(usb).
    - 'Default: none.'
    - For C(hvm) guests.
  type: int
usbdevice:
  description:
    - Emulated USB devices as QEMU names them, such as C(tablet), or C(host:VVVV:PPPP)
      for one of the host. A text for one device, or a list.
    - 'Default: none.'
    - For C(hvm) guests.
  type: raw
hap:
  description:
    - Use hardware assisted paging.
    - 'Default: C(true).'
    - For C(hvm) and C(pvh) guests.
  type: bool
oos:
  description:
    - Let shadow page tables go out of sync.
    - 'Default: C(true).'
    - For C(hvm) and C(pvh) guests.
  type: bool
pae:
  description:
    - Offer physical address extension.
    - 'Default: C(true).'
    - For C(hvm) guests.
  type: bool
apic:
  description:
    - Offer an APIC.
    - 'Default: C(true).'
    - For C(hvm) guests.
  type: bool
acpi:
  description:
    - Offer ACPI tables. From Xen 4.8 on for guests on Arm too; on x86 a PV guest
      has none, and a PVH guest has them in any case.
    - 'Default: C(true), on Arm C(false).'
  type: bool
acpi_s3:
  description:
    - Offer suspend to RAM.
    - 'Default: C(true).'
    - For C(hvm) guests.
  type: bool
acpi_s4:
  description:
    - Offer suspend to disk.
    - 'Default: C(true).'
    - For C(hvm) guests.
  type: bool
acpi_laptop_slate:
  description:
    - Offer the device that tells a laptop from a slate.
    - 'Default: C(false).'
    - For C(hvm) guests.
    - Needs Xen 4.9 or later.
  type: bool
nx:
  description:
    - Offer no-execute pages.
    - 'Default: C(true).'
    - For C(hvm) guests.
  type: bool
hpet:
  description:
    - Offer a high precision event timer.
    - 'Default: C(true).'
    - For C(hvm) guests.
  type: bool
vpt_align:
  description:
    - Align periodic timers to reduce interrupts.
    - 'Default: C(true).'
    - For C(hvm) guests.
  type: bool
hvm_pirq:
  description:
    - Offer interrupts of passed through devices as event channels.
    - 'Default: C(false).'
    - For C(hvm) guests.
    - Needs Xen 4.19 or later.
  type: bool
xen_platform_pci:
  description:
    - Offer the Xen platform device, by which paravirtual drivers find Xen.
    - 'Default: C(true).'
    - For C(hvm) guests.
  type: bool
xen_platform_pci_bar_uc:
  description:
    - Map the memory of the Xen platform device uncached.
    - 'Default: C(true).'
    - For C(hvm) guests.
    - Needs Xen 4.21 or later.
  type: bool
vkb_device:
  description:
    - Offer a paravirtual keyboard and pointer.
    - 'Default: C(true).'
    - For C(hvm) guests.
    - Needs Xen 4.13 or later.
  type: bool
viridian:
  description:
    - Interfaces of Hyper-V to offer. A boolean, or a list of groups; a group
      with C(!) in front of it is left out.
    - 'Default: C(false).'
    - For C(hvm) guests.
    - C(reference_tsc) needs Xen 4.6 or later. C(hcall_remote_tlb_flush) needs
      Xen 4.7 or later. C(apic_assist) needs Xen 4.7 or later. C(crash_ctl) needs
      Xen 4.9 or later. C(synic) needs Xen 4.13 or later. C(stimer) needs Xen
      4.13 or later. C(hcall_ipi) needs Xen 4.13 or later. C(ex_processor_masks)
      needs Xen 4.15 or later. C(no_vp_limit) needs Xen 4.15 or later. C(cpu_hotplug)
      needs Xen 4.15 or later.
  type: raw
ms_vm_genid:
  description:
    - Whether the guest gets a generation identifier, which is new each time it
      is created or restored.
    - 'Default: C(none).'
    - For C(hvm) guests.
  type: str
  choices:
    - generate
    - none
smbios_firmware:
  description:
    - File with SMBIOS structures for the guest.
    - 'Default: none.'
    - For C(hvm) guests.
  type: str
acpi_firmware:
  description:
    - File with ACPI tables for the guest.
    - 'Default: none.'
    - For C(hvm) guests.
  type: str
smbios:
  description:
    - SMBIOS texts of the guest, each as C(KEY=TEXT), such as C(bios_vendor=Example).
    - 'Default: Xen''s own.'
    - For C(hvm) guests.
    - Needs Xen 4.18 or later.
  type: list
  elements: str
hdtype:
  description:
    - Bus of the emulated disks C(hda) to C(hdd).
    - 'Default: C(ide).'
    - For C(hvm) guests.
    - Needs Xen 4.6 or later.
  type: str
  choices:
    - ide
    - ahci
vendor_device:
  description:
    - Device by which Windows finds the drivers of a vendor.
    - 'Default: C(none).'
    - For C(hvm) guests.
  type: str
  choices:
    - none
    - xenserver
device_model_version:
  description:
    - Which QEMU emulates the devices.
    - 'Default: C(qemu-xen).'
    - C(none) needs Xen 4.7 or later.
  type: str
  choices:
    - qemu-xen
    - qemu-xen-traditional
    - none
device_model_override:
  description:
    - Program to use as the device model; give I(device_model_version) too.
    - 'Default: that of the distribution.'
  type: str
device_model_user:
  description:
    - User as whom the device model runs.
    - 'Default: C(root), or one of Xen''s own users.'
    - For C(hvm) guests.
    - Needs Xen 4.7 or later.
  type: str
device_model_stubdomain_seclabel:
  description:
    - XSM label of the stub domain.
    - 'Default: none.'
    - For C(hvm) guests.
  type: str
stubdomain_kernel:
  description:
    - Kernel of the stub domain.
    - 'Default: Xen''s own.'
    - For C(hvm) guests.
    - Needs Xen 4.14 or later.
  type: str
stubdomain_cmdline:
  description:
    - Command line of the stub domain.
    - 'Default: Xen''s own.'
    - For C(hvm) guests.
    - Needs Xen 4.16 or later.
  type: str
stubdomain_ramdisk:
  description:
    - RAM disk of the stub domain.
    - 'Default: Xen''s own.'
    - For C(hvm) guests.
    - Needs Xen 4.14 or later.
  type: str
device_model_stubdomain_override:
  description:
    - Run the device model in a domain of its own.
    - 'Default: C(false).'
    - For C(hvm) guests.
  type: bool
stubdomain_memory:
  description:
    - Memory of the stub domain.
    - 'In MiB. Default: C(28), or C(128) for one that runs Linux.'
    - For C(hvm) guests.
    - Needs Xen 4.14 or later.
  type: int
dm_restrict:
  description:
    - Let the device model touch nothing but its guest.
    - 'Default: C(false).'
    - For C(hvm) guests.
    - Needs Xen 4.10 or later.
  type: bool
device_model_args:
  description:
    - Further arguments for QEMU.
    - 'Default: none.'
  type: list
  elements: str
device_model_args_pv:
  description:
    - Further arguments for the QEMU of guests that are not HVM.
    - 'Default: none.'
    - For C(pv) and C(pvh) guests.
  type: list
  elements: str
device_model_args_hvm:
  description:
    - Further arguments for the QEMU of HVM guests.
    - 'Default: none.'
    - For C(hvm) guests.
  type: list
  elements: str
cpuid:
  description:
    - What the guest sees of the CPU. A text such as C(host,tm=0,sse3=k), or a
      list of registers such as C(0x1:ecx=xxxxxxxxxxx00xxxxxxxxxxxxxxxxxxx).
    - 'Default: what the hypervisor offers.'
  type: raw
nestedhvm:
  description:
    - Let the guest use hardware virtualisation itself.
    - 'Default: C(false).'
    - For C(hvm) and C(pvh) guests.
  type: bool
altp2m:
  description:
    - Which alternative views of its memory a guest or its monitor may use.
    - 'Default: C(disabled).'
    - For C(hvm) and C(pvh) guests.
    - Needs Xen 4.9 or later.
  type: str
  choices:
    - disabled
    - mixed
    - external
    - limited
altp2mhvm:
  description:
    - Let the guest use alternative views of its memory.
    - 'Default: C(false).'
    - For C(hvm) guests.
    - Needs Xen 4.6 or later.
  type: bool
altp2m_count:
  description:
    - Number of alternative views, up to 512; a PVH guest with I(altp2m) needs
      one.
    - 'Default: C(10) for HVM guests with I(altp2m).'
    - For C(hvm) and C(pvh) guests.
    - Needs Xen 4.21 or later.
  type: int
mca_caps:
  description:
    - 'Machine check features offered to the guest: C(lmce).'
    - 'Default: none.'
    - For C(hvm) guests.
    - Needs Xen 4.10 or later.
  type: list
  elements: str
  choices:
    - lmce
msr_relaxed:
  description:
    - Answer reads of unknown model specific registers with zero, as releases
      before Xen 4.15 did.
    - 'Default: C(false).'
    - Needs Xen 4.15 or later.
  type: bool
vpmu:
  description:
    - Let the guest use performance counters (Arm).
    - 'Default: C(false).'
    - Needs Xen 4.16 or later.
  type: bool
tsc_mode:
  description:
    - How the guest sees the time stamp counter.
    - 'Default: C(default).'
  type: str
  choices:
    - default
    - always_emulate
    - native
    - native_paravirt
timer_mode:
  description:
    - What becomes of timer ticks that the guest was not there to see.
    - 'Default: C(no_delay_for_missed_ticks).'
    - For C(hvm) and C(pvh) guests.
  type: str
  choices:
    - delay_for_missed_ticks
    - no_delay_for_missed_ticks
    - no_missed_ticks_pending
    - one_missed_tick_pending
localtime:
  description:
    - Start the guest's clock at local time.
    - 'Default: C(false), UTC.'
  type: bool
rtc_timeoffset:
  description:
    - What to add to the guest's clock.
    - 'In seconds. Default: C(0).'
  type: int
max_event_channels:
  description:
    - Event channels the guest may open.
    - 'Default: C(1023).'
  type: int
max_grant_frames:
  description:
    - Largest number of frames of the guest's grant table.
    - 'Default: that of C(xl.conf), else the hypervisor''s.'
    - Needs Xen 4.10 or later.
  type: int
max_maptrack_frames:
  description:
    - Largest number of frames that track the grants the guest has mapped.
    - 'Default: that of C(xl.conf), else the hypervisor''s.'
    - Needs Xen 4.10 or later.
  type: int
max_grant_version:
  description:
    - Highest version of the grant table interface the guest may use.
    - 'Default: that of C(xl.conf), else the hypervisor''s.'
    - Needs Xen 4.16 or later.
  type: int
vmtrace_buf_kb:
  description:
    - Size of the processor trace buffer of each virtual CPU, a power of two from
      4 to 65536.
    - 'In KiB. Default: C(0), no buffer.'
    - For C(hvm) and C(pvh) guests.
    - Needs Xen 4.15 or later.
  type: int
xenstore_feature_mask:
  description:
    - Bit mask of the xenstore features offered to the guest.
    - 'Default: all of them.'
    - Needs Xen 4.21 or later.
  type: int
xenstore_quota:
  description:
    - Limits of the guest in xenstore, each as C(NAME=NUMBER).
    - 'Default: those of xenstored.'
    - Needs Xen 4.22 or later.
  type: list
  elements: str
device_tree:
  description:
    - Part of a device tree to hand to the guest (Arm).
    - 'Default: none.'
    - Needs Xen 4.6 or later.
  type: str
gic_version:
  description:
    - Version of the guest's interrupt controller (Arm).
    - 'Default: that of the host.'
    - Needs Xen 4.6 or later.
  type: str
  choices:
    - default
    - v2
    - v3
vuart:
  description:
    - Emulated serial port (Arm).
    - 'Default: none.'
    - Needs Xen 4.10 or later.
  type: str
  choices:
    - sbsa_uart
tee:
  description:
    - Trusted execution environment the guest may use (Arm).
    - 'Default: C(none).'
    - Needs Xen 4.13 or later. C(ffa) needs Xen 4.18 or later.
  type: str
  choices:
    - none
    - optee
    - ffa
sve:
  description:
    - Length of scalable vectors in bits (Arm).
    - 'Default: C(disabled).'
    - Needs Xen 4.18 or later.
  type: str
  choices:
    - disabled
    - '128'
    - '256'
    - '384'
    - '512'
    - '640'
    - '768'
    - '896'
    - '1024'
    - '1152'
    - '1280'
    - '1408'
    - '1536'
    - '1664'
    - '1792'
    - '1920'
    - '2048'
    - hw
nr_spis:
  description:
    - Shared interrupts the guest may have (Arm).
    - 'Default: what its devices need.'
    - Needs Xen 4.19 or later.
  type: int
trap_unmapped_accesses:
  description:
    - Fault on accesses to memory that is not there, instead of reading ones (Arm).
    - 'Default: C(true) on Arm; x86 has none of it.'
    - For C(pv) and C(pvh) guests.
    - Needs Xen 4.21 or later.
  type: bool
arm_sci:
  description:
    - System control interface of the guest (Arm).
    - 'Default: none.'
    - Needs Xen 4.21 or later.
  type: dict
  suboptions:
    type:
      description:
        - Kind of interface.
        - 'Default: C(none).'
      type: str
      choices:
        - none
        - scmi_smc
on_poweroff:
  description:
    - What happens when the guest powers off.
    - 'Default: C(destroy).'
    - C(soft-reset) needs Xen 4.7 or later.
  type: str
  choices:
    - destroy
    - restart
    - rename-restart
    - preserve
    - coredump-destroy
    - coredump-restart
    - soft-reset
on_reboot:
  description:
    - What happens when the guest reboots.
    - 'Default: C(restart).'
    - C(soft-reset) needs Xen 4.7 or later.
  type: str
  choices:
    - destroy
    - restart
    - rename-restart
    - preserve
    - coredump-destroy
    - coredump-restart
    - soft-reset
on_watchdog:
  description:
    - What happens when the guest's watchdog fires.
    - 'Default: C(destroy).'
    - C(soft-reset) needs Xen 4.7 or later.
  type: str
  choices:
    - destroy
    - restart
    - rename-restart
    - preserve
    - coredump-destroy
    - coredump-restart
    - soft-reset
on_crash:
  description:
    - What happens when the guest crashes.
    - 'Default: C(destroy).'
    - C(soft-reset) needs Xen 4.7 or later.
  type: str
  choices:
    - destroy
    - restart
    - rename-restart
    - preserve
    - coredump-destroy
    - coredump-restart
    - soft-reset
on_soft_reset:
  description:
    - What happens when the guest asks for a soft reset.
    - 'Default: C(soft-reset).'
    - Needs Xen 4.7 or later. C(soft-reset) needs Xen 4.7 or later.
  type: str
  choices:
    - destroy
    - restart
    - rename-restart
    - preserve
    - coredump-destroy
    - coredump-restart
    - soft-reset
state:
  description:
    - What the guest shall be. C(present) - its managed file says what is declared;
      whether it runs is left as it is. C(running), C(paused) - the guest is there
      as well. C(stopped) - its file is there, the guest is not. C(absent) - neither
      is.
    - 'Default: C(running).'
  type: str
  choices:
    - running
    - present
    - paused
    - stopped
    - absent
autostart:
  description:
    - Whether the host starts the guest when it boots; I(autostart_by) says by
      what.
    - 'Default: left as it is.'
  type: bool
autostart_by:
  description:
    - What starts the guest when the host boots. C(xendomains) - the service of
      Xen's own, by a link in C(auto/) beside the managed file. C(unit) - a systemd
      unit of the guest, C(xen-guest@NAME.service), in which it is watched, and
      which comes after those of the guests it depends on and after its disks;
      whoever makes the guest, be it a run, does so by that unit, unless the guest
      is made paused. A unit that could not start its guest has failed, and C(systemctl
      --failed) lists it.
    - Moving a guest from one to the other does not touch the guest. Without I(autostart)
      it moves those that something starts.
    - 'Default: what the guest has, and C(xendomains) for one that nothing starts
      yet.'
  type: str
  choices:
    - unit
    - xendomains
stop_timeout:
  description:
    - How long the guest may take to shut down when it has to stop. C(0) does
      not ask the guest at all and needs I(destroy=allowed). A unit of the guest
      gives it as long when the host goes down, and at least 300 seconds.
    - 'In seconds. Default: C(60).'
  type: int
destroy:
  description:
    - Whether the guest may be destroyed when it does not stop in time, or when
      it has shut down and was kept (I(on_poweroff=preserve)).
    - 'Default: C(never).'
  type: str
  choices:
    - never
    - allowed
restart:
  description:
    - Whether a guest that runs may be stopped and made anew, to be at once what
      can only be set when it is made. Else that is staged for its next boot and
      reported as pending. C(state=present) never restarts.
    - 'Default: C(never).'
  type: str
  choices:
    - never
    - allowed
recreate:
  description:
    - Whether a guest that runs may be stopped and made anew as another domain,
      which is what a change of I(uuid) comes to.
    - 'Default: C(never).'
  type: str
  choices:
    - never
    - allowed
protect:
  description:
    - What must not happen to the guest, whatever else is allowed. C(destroy)
      - it is neither destroyed nor removed, nor purged. C(restart) - it is not
      restarted for a change. The managed file keeps it, so that it also holds
      for who does not declare the guest; declare an empty list to lift it.
    - 'Default: as it was declared last.'
  type: list
  elements: str
  choices:
    - destroy
    - restart
depends_on:
  description:
    - Names of guests without which this one cannot run. It comes after them and
      goes before them. Guests that are the C(backend) of one of its devices need
      not be named.
    - 'Default: none.'
  type: list
  elements: str
former_name:
  description:
    - A name that the guest had before. A guest that is there under it, running
      or not, and not under I(name) is renamed, and stays the same guest, with
      its uuid and its MAC addresses; its managed file and what starts it with
      the host move along. Where nothing is there under it, it says nothing, so
      that it may stay in the declaration.
    - Where both names are there and belong to two guests, neither is touched.
  type: str
"""

# What every guest can have in common with the others is all but its name.
DEFAULTS = OPTIONS[OPTIONS.index("uuid:\n") :]

# What the guest is, without what is done with it; somebody else says which guest it is.
CONFIGURATION = OPTIONS[: OPTIONS.index("\nstate:\n") + 1].replace("  required: true\n", "", 1)


class ModuleDocFragment:
    """As options of the module itself, and as suboptions of the lists of guests.

    The attributes are annotated: a plain assignment has to be one literal for ansible-test.
    """

    DOCUMENTATION: str = "options:\n" + textwrap.indent(OPTIONS, "  ")

    BULK: str = (
        r"""
options:
  domains:
    description:
      - The guests, each a mapping of xl.cfg's own keys and, from O(domains[].state) on, of what shall be done with it.
      - A guest that is not in the list is left alone, unless O(purge) says otherwise.
      - Guests come one after the other, in this order as far as O(domains[].depends_on) and memory allow it; those that
        go do so first, and those that give memory back come before those that need it.
    type: list
    elements: dict
    required: true
    suboptions:
"""
        + textwrap.indent(OPTIONS, "      ")
        + r"""
  defaults:
    description:
      - Options that every guest of O(domains) has unless it says otherwise.
      - A message about one of them names it as C(defaults.KEY), and the guest where it is about one alone.
    type: dict
    suboptions:
"""
        + textwrap.indent(DEFAULTS, "      ")
    )

    ALONE: str = r"""
options:
  guest:
    description:
      - The configuration as a mapping of xl.cfg's own keys, as M(xlops.xen.xl_domain) takes them.
    type: dict
    suboptions:
""" + textwrap.indent(CONFIGURATION, "      ")
