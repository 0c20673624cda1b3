# SPDX-License-Identifier: GPL-3.0-or-later
"""What xl adds to a configuration from the host it runs on: xl.conf, and how many CPUs and NUMA nodes there are."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class XlConf:
    """The settings of /etc/xen/xl.conf that matter to guests; the defaults are xl's own, None is not set.

    ``autoballoon`` is ``on``, ``off`` or ``auto`` (on unless the hypervisor was given dom0_mem).
    """

    run_hotplug_scripts: bool = True
    claim_mode: bool = True
    autoballoon: str = "auto"
    blkdev_start: str | None = None
    vif_bridge: str | None = None
    vif_script: str | None = None
    vif_gatewaydev: str | None = None
    vif_backend: str | None = None
    max_grant_frames: int | None = None
    max_maptrack_frames: int | None = None
    max_grant_version: int | None = None
    bootloader_restrict: bool | None = None
    cpumask: str = "all"
    pv_cpumask: str = "all"
    hvm_cpumask: str = "all"


@dataclass(frozen=True)
class HostFacts:
    """``max_cpus`` is ``max_cpu_id`` of xl info plus one (None: not known), ``nodes`` the CPUs of each NUMA node.

    ``firmware_dir`` is where the toolstack was built to look for the firmware of paravirtual guests.
    """

    xl_conf: XlConf = field(default_factory=XlConf)
    max_cpus: int | None = None
    nodes: tuple[tuple[int, ...], ...] = ()
    firmware_dir: str = "/usr/lib/xen/boot"
