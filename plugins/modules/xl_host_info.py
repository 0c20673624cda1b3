#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xl_host_info
short_description: Read a Xen host
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Reads what a host is - hypervisor, toolstacks, command line, memory, CPUs, NUMA nodes, cpupools, services.
  - Runs four processes on the host, and more where more is asked for. Changes nothing.
options:
  psr:
    description:
      - Whether to read what the processors have of cache monitoring (CMT), cache allocation (CAT) and memory bandwidth
        allocation (MBA), and what is measured of monitored domains. Takes a process more, and one for each measure.
    type: bool
    default: false
  features:
    description:
      - Whether to read what the hypervisor said at its boot of what it has switched on, that is C(xl dmesg). Takes a
        process more.
    type: bool
    default: false
  xsm:
    description:
      - Whether to read if the FLASK policy of XSM is enforced, that is C(xl getenforce). Takes a process more.
    type: bool
    default: false
extends_documentation_fragment:
  - xlops.xen.host
  - xlops.xen.host.info
  - xlops.xen.attributes
seealso:
  - module: xlops.xen.xl_domain_info
"""

EXAMPLES = r"""
- name: Read the host
  xlops.xen.xl_host_info:
  register: xen

- name: Stop where the toolstack is not of the hypervisor's release
  ansible.builtin.assert:
    that: not xen.host.skew
    fail_msg: Xen {{ xen.host.xen_release }} runs and xl is of {{ xen.host.toolstacks | join(' and ') }}. Reboot.

- name: Read what the hypervisor has switched on
  xlops.xen.xl_host_info:
    features: true
  register: xen

- name: Stop where it has no IOMMU, or did not know a word of its command line
  ansible.builtin.assert:
    that:
      - xen.host.features.iommu is true
      - not xen.host.features.unknown_parameters
"""

RETURN = r"""
host:
  description: The host.
  returned: success
  type: dict
  contains:
    xen_release:
      description: Release of the running hypervisor.
      type: str
      sample: "4.17"
    xen_version:
      description: Its version to the last digit.
      type: str
      sample: "4.17.5"
    xen_commandline:
      description: Its command line.
      type: str
    xen_caps:
      description: Kinds of guests it runs.
      type: list
      elements: str
    virt_caps:
      description: What the hardware gives it.
      type: list
      elements: str
    scheduler:
      description: Its scheduler.
      type: str
      sample: credit2
    toolstacks:
      description: Releases of the C(xl) programs on the host.
      type: list
      elements: str
      sample: ["4.17"]
    toolstack:
      description: Release of the C(xl) that is used; V(null) where that is a wrapper, which chooses one at each call.
      type: str
      sample: "4.17"
    skew:
      description:
        - Whether the C(xl) that is used is of another release than the hypervisor that runs, or, where it is a wrapper,
          none of the toolstacks is of that release.
        - Then C(xl) may not work, and where it does not, only C(xen_release), C(toolstacks), C(toolstack), C(skew),
          C(hypervisors), C(kernel), C(board), C(xl_conf) and C(services) are there, and C(psr), C(features) and
          C(xsm) as V(null). Boot the hypervisor of the toolstack, or install the toolstack of the hypervisor. Releases
          that M(xlops.xen.xen_release) made ready come with theirs.
      type: bool
    hypervisors:
      description: Hypervisors in C(/boot).
      type: list
      elements: str
      sample: [xen-4.17-amd64.gz]
    kernel:
      description: Release of the kernel of C(Domain-0).
      type: str
    board:
      description:
        - What the device tree says that the machine is; V(null) where there is none, as on x86.
        - C(compatible) are the strings of its root, C(profile) says whether they name one of the boards that
          O(xlops.xen.xen_boot#module:board) knows, C(name) and C(title) are then that board's, else V(null).
      type: dict
      sample: {name: juno, title: Arm Juno, compatible: ["arm,juno", "arm,vexpress"], profile: true}
    dom0_gives_way:
      description: Whether C(xl) takes memory from C(Domain-0) to make room for guests.
      type: bool
    memory:
      description: Memory of the host in MiB.
      type: dict
      sample: {total_memory: 4095, free_memory: 3028}
    cpus:
      description: Numbers of CPUs, cores, threads and nodes.
      type: dict
    topology:
      description: Core, socket and node of each CPU.
      type: list
      elements: dict
    numa:
      description: Memory and free memory in MiB of each NUMA node, and its distance to each.
      type: list
      elements: dict
    cpupools:
      description: The cpupools by name, with CPUs, scheduler and number of domains.
      type: dict
      sample: {Pool-0: {cpus: [0, 1], scheduler: credit2, domains: 3}}
    xl_conf:
      description: The settings of C(xl.conf) that matter to guests.
      type: dict
    services:
      description: The units of the toolstack that the host has, and those by which it keeps resources, with their
        state. One that is C(failed) could not give out again at the last boot what it keeps.
      type: dict
      sample: {xenstored.service: {active: active, sub: running, enabled: enabled}}
    psr:
      description:
        - With O(psr), what the processors have and the hypervisor has switched on; V(null) without. Seen on hosts that
          have none of it, where C(said) is all there is.
      type: dict
      contains:
        cmt:
          description: Cache monitoring, whether it is C(enabled), how many domains it is for and what it measures.
          type: dict
          sample: {enabled: true, total_rmid: 63, monitor_types: [cache-occupancy]}
        l3:
          description: Of each socket with L3 cache allocation, what C(xl psr-hwinfo) tells of it, from Xen 4.6 on.
          type: list
          elements: dict
          sample:
            - {socket_id: 0, l3_cache: 25600, cdp_status: false, maximum_cos: 15, default_cbm: "0xfffff"}
        l2:
          description: The same of L2 caches, from Xen 4.10 on.
          type: list
          elements: dict
        mba:
          description: The same of memory bandwidth, from Xen 4.11 on.
          type: list
          elements: dict
        measured:
          description: By measure, domain id and socket, what was measured of monitored domains, in KB (in a second).
          type: dict
          sample: {cache-occupancy: {"0": {"0": 1024}}}
        said:
          description: What C(xl) said of that which is missing, V(null) where nothing is.
          type: str
          sample: xl psr-cmt-show failed with code 255; CMT is disabled in the system
    features:
      description:
        - With O(features), what the hypervisor said at its boot of what it has switched on; V(null) without.
        - What it did not say is V(null). Only where it would have said it, V(false) or an empty list stands for that -
          the log has the boot from its first line on (C(log_begins)), its level is C(info) or more (C(loglvl=info) of
          its command line), and the release has the message. The log is a ring, which C(conring_size) makes larger.
          Where it has lost the start of Domain-0, all is V(null), for guests write to it too.
        - Of SMEP and SMAP the hypervisor says nothing.
        - Seen in logs of hosts with Xen 4.5 or 4.20 - C(scheduler), C(scheduling_granularity), C(platform_timer),
          C(scrubbed), C(console_ring_kib), C(log_level), C(guest_log_level), C(hvm), C(hvm_features), C(asids), C(hap)
          and C(hap_page_sizes) of an emulated SVM, C(iommu) where there is none, C(machine_check), C(xpti_dom0),
          C(xpti_domu), C(pv_l1tf_dom0), C(pv_l1tf_domu), C(dom0_kind), C(dom0_max_vcpus) and C(speculation_hints) to
          C(speculation_pv). All others, with those of Arm, and VMX, are read off the sources of Xen 4.5.0, 4.17.0 and
          4.20.0 alone.
      type: dict
      contains:
        log_begins:
          description: Whether the log still has the boot from its first line on.
          type: bool
        scheduler:
          description: Its scheduler.
          type: str
          sample: credit2
        scheduling_granularity:
          description: What it schedules, a V(cpu), V(core) or V(socket), from Xen 4.14 on.
          type: str
          sample: cpu
        platform_timer:
          description: Its clock, with the frequency.
          type: str
          sample: 100.000MHz HPET
        hpet_broadcast_timers:
          description: Timers of the HPET that wake CPUs which sleep deeply.
          type: int
        scrubbed:
          description: Whether it scrubbed free memory before Domain-0 was started, on all nodes in parallel.
          type: bool
        scrubbed_in_background:
          description: Whether it left that to idle CPUs, from Xen 4.12 on.
          type: bool
        console_ring_kib:
          description: Size of the log.
          type: int
        log_level:
          description: What it logs of itself.
          type: str
          sample: Errors, warnings and info
        guest_log_level:
          description: What it logs of guests.
          type: str
          sample: Errors and warnings
        hvm:
          description: How it runs HVM guests, V(VMX) or V(SVM).
          type: str
          sample: SVM
        hvm_features:
          description: What it uses of that, in its own words.
          type: list
          elements: str
          sample: [Virtual-Processor Identifiers (VPID), Posted Interrupt Processing]
        asids:
          description: Whether it tags TLB entries by guest.
          type: bool
        hap:
          description: Whether nested paging is there and not switched off.
          type: bool
        hap_page_sizes:
          description: Page sizes of nested paging, without those that are switched off.
          type: list
          elements: str
          sample: [4kB, 2MB]
        iommu:
          description: Whether it uses an IOMMU.
          type: bool
        iommu_dom0_mode:
          description: How the IOMMU holds Domain-0, V(passthrough), V(strict) or V(relaxed).
          type: str
          sample: relaxed
        interrupt_remapping:
          description: Whether interrupts are remapped.
          type: bool
        vtd_features:
          description: What it uses of Intel VT-d, in its own words.
          type: list
          elements: str
          sample: [Queued Invalidation, Interrupt Remapping]
        amd_vi_features:
          description: What the IOMMUs of AMD have, in its own words.
          type: list
          elements: str
        cache_monitoring:
          description: Whether cache monitoring is switched on.
          type: bool
        microcode_updates:
          description: CPUs whose microcode it updated.
          type: list
          elements: dict
          sample: [{cpu: 0, from: "0x6000822", to: "0x6000852"}]
        microcode_failures:
          description: CPUs whose microcode it could not update.
          type: list
          elements: dict
        cpuid_masks:
          description: CPUID masks that it set, up to Xen 4.6; later ones do not tell.
          type: list
          elements: dict
          sample: [{leaf: thermal/power, registers: ECX, values: 00000000h}]
        cpuid_mask_refused:
          description: Value of C(cpuid_mask_cpu) that it does not know.
          type: str
        machine_check:
          description: Kind of the machine check reporting that it uses.
          type: str
          sample: AMD K8
        watchdog:
          description: Whether all CPUs passed its test of the NMI watchdog; V(null) where that is switched off.
          type: bool
        xpti_dom0:
          description: Whether page tables of Domain-0 are isolated (XPTI), from Xen 4.11 on.
          type: bool
        xpti_domu:
          description: The same of PV guests.
          type: bool
        pv_l1tf_dom0:
          description: Whether Domain-0 is shadowed against L1TF where it must be, from Xen 4.12 on.
          type: bool
        pv_l1tf_domu:
          description: The same of PV guests.
          type: bool
        speculation_hints:
          description: What the processors say of themselves, from Xen 4.16 on.
          type: list
          elements: str
          sample: [RDCL_NO]
        speculation_hardware:
          description: What they have against speculation, from Xen 4.11 on.
          type: list
          elements: str
          sample: [IBPB, STIBP]
        speculation_compiled_in:
          description: What the hypervisor was built with against it.
          type: list
          elements: str
          sample: [INDIRECT_THUNK]
        speculation_settings:
          description: What it uses of both.
          type: str
          sample: 'BTI-Thunk: RETPOLINE, SPEC_CTRL: No, Other: BRANCH_HARDEN'
        speculation_hvm:
          description: What it does for HVM guests, from Xen 4.12 on.
          type: list
          elements: str
          sample: [RSB]
        speculation_pv:
          description: What it does for PV guests, from Xen 4.12 on.
          type: list
          elements: str
          sample: [RSB]
        dom0_kind:
          description: V(pv) or V(pvh), from Xen 4.11 on.
          type: str
          sample: pv
        dom0_max_vcpus:
          description: Virtual CPUs that a PV Domain-0 has at most.
          type: int
        unknown_parameters:
          description: Words of its command line that it does not know, from Xen 4.10 on.
          type: list
          elements: str
          sample: [bootscrbu]
        refused_parameters:
          description: Words of its command line with a value that it does not know, from Xen 4.10 on.
          type: list
          elements: dict
          sample: [{name: iommu, value: x}]
        platform:
          description: On Arm, the machine, in the hypervisor's own words.
          type: str
          sample: ARM Ltd. Juno
        gic_version:
          description: On Arm, architecture of the interrupt controller.
          type: int
          sample: 3
        interrupt_lines:
          description: On Arm, lines of the interrupt controller.
          type: int
          sample: 384
        host_lpis:
          description: On Arm, interrupts by message that it uses at most, from Xen 4.9 on.
          type: int
          sample: 65536
        psci:
          description: On Arm, version of the firmware's interface that starts CPUs.
          type: str
          sample: "1.1"
        smc_calling_convention:
          description: On Arm, version of the convention by which the firmware is called, where it tells one.
          type: str
          sample: "1.1"
        timer_khz:
          description: On Arm, frequency of the generic timer.
          type: int
          sample: 50000
        guest_address_bits:
          description: On Arm, width of the addresses that guests may have.
          type: int
          sample: 40
        warnings:
          description: Lines with warnings of the boot.
          type: list
          elements: str
    xsm:
      description:
        - With O(xsm), what the FLASK policy of XSM does now, V(enforcing) or V(permissive); V(disabled) where the
          hypervisor has no FLASK, or another module in its place.
        - V(null) without that option, or where C(xl getenforce) did not tell. Seen against a stand-in alone.
      type: str
      sample: enforcing
    info:
      description: All lines of C(xl info).
      type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.host_module import EXECUTABLE, host_of
from ansible_collections.xlops.xen.plugins.module_utils._host.machine_facts import machine_facts
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths


def main(paths: Paths | None = None) -> None:
    more = ("psr", "features", "xsm")
    spec = {**EXECUTABLE, **{option: {"type": "bool", "default": False} for option in more}}
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    with in_one_sentence(module):
        chosen = {option: module.params[option] for option in more}
        module.exit_json(changed=False, host=machine_facts(host_of(module, paths), **chosen))


if __name__ == "__main__":
    main()
