# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: what a guest is, where it belongs, and what it may use of the hypervisor."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import (
    ALIAS,
    HVM,
    LIVE,
    MEMKB_DEFAULT,
    PV,
    PVH,
    RECREATE,
    RESTART,
    Choice,
    Option,
    at,
    words,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, Release

ALL_ONES = 2**32 - 1

IDENTITY = (
    Option("name", "name", (at("c_info/name"),), required=True, impact=LIVE),
    Option("uuid", "uuid", (at("c_info/uuid"),), impact=RECREATE, filled=True),
    Option(
        "type",
        "choice",
        (at("c_info/type"),),
        choices=(Choice(PV), Choice(PVH, first=Release(4, 10)), Choice(HVM)),
        implied=PV,
        impact=RESTART,
    ),
    Option("builder", "choice", choices=(Choice("generic", PV), Choice(HVM)), status=ALIAS, instead="type"),
    Option(
        "pvh",
        "flag",
        (at("c_info/pvh"),),
        guests=(PV,),
        last=Release(4, 8),
        instead="type: pvh, which Xen has from 4.10 on",
        impact=RESTART,
    ),
    Option("pool", "text", (at("c_info/pool_name"),), impact=LIVE),
    Option("init_seclabel", "text", (at("c_info/ssid_label"),), impact=RESTART),
    Option("seclabel", "text", (at("b_info/exec_ssid_label"),), impact=RESTART),
    Option("driver_domain", "flag", (at("c_info/driver_domain"),), impact=RESTART),
    Option("nomigrate", "flag", (at("b_info/disable_migrate"),), filled=True),
    Option(
        "passthrough",
        "choice",
        (at("c_info/passthrough", silent="default"),),
        choices=words("default", "disabled", "enabled", "sync_pt", "share_pt"),
        any_case=OLDEST,
        first=Release(4, 13),
        filled=True,
    ),
    Option(
        "xend_suspend_evtchn_compat",
        "flag",
        (at("c_info/xend_suspend_evtchn_compat"),),
        first=Release(4, 14),
        filled=True,
    ),
)

LIMITS = (
    Option("max_event_channels", "integer", (at("b_info/event_channels"),), minimum=0, maximum=ALL_ONES, filled=True),
    Option(
        "max_grant_frames",
        "integer",
        (at("b_info/max_grant_frames", silent=32), at("b_info/max_grant_frames", Release(4, 12), silent=ALL_ONES)),
        first=Release(4, 10),
        minimum=0,
        maximum=2**31 - 1,
        filled=True,
    ),
    Option(
        "max_maptrack_frames",
        "integer",
        (
            at("b_info/max_maptrack_frames", silent=1024),
            at("b_info/max_maptrack_frames", Release(4, 12), silent=ALL_ONES),
        ),
        first=Release(4, 10),
        minimum=0,
        maximum=2**31 - 1,
        filled=True,
    ),
    Option(
        "max_grant_version",
        "integer",
        (at("b_info/max_grant_version", silent=-1),),
        first=Release(4, 16),
        minimum=0,
        maximum=2**31 - 1,
        filled=True,
    ),
    Option(
        "vmtrace_buf_kb",
        "integer",
        (at("b_info/vmtrace_buf_kb"),),
        guests=(HVM, PVH),
        first=Release(4, 15),
        unit="KiB",
        minimum=0,
        maximum=2**31 - 1,
    ),
    Option(
        "xenstore_feature_mask",
        "integer",
        (at("b_info/xenstore_feature_mask", silent=ALL_ONES),),
        first=Release(4, 21),
        minimum=0,
        maximum=ALL_ONES,
    ),
    Option(
        "xenstore_quota",
        "texts",
        (at("b_info/xenstore_quota/quota"),),
        first=Release(4, 22),
        pattern=r"[^=\n]+=(?:0x[0-9a-fA-F]{1,8}|0[0-7]{0,10}|[1-9][0-9]{0,9})",
        example="nodes=1000",
    ),
)

# No host that Xen runs on has more memory than these 128 TiB: who writes more has written bytes.
MOST_MIB = 1 << 27

MEMORY = (
    Option(
        "memory",
        "mib",
        (at("b_info/target_memkb", silent=MEMKB_DEFAULT),),
        unit="MiB",
        minimum=1,
        maximum=MOST_MIB,
        impact=LIVE,
        limit="maxmem",
        filled=True,
    ),
    Option(
        "maxmem",
        "mib",
        (at("b_info/max_memkb", silent=MEMKB_DEFAULT),),
        unit="MiB",
        minimum=1,
        maximum=MOST_MIB,
        filled=True,
    ),
    Option(
        "shadow_memory",
        "mib",
        (at("b_info/shadow_memkb", silent=MEMKB_DEFAULT),),
        unit="MiB",
        minimum=0,
        maximum=1 << 30,
        filled=True,
    ),
    Option(
        "videoram",
        "mib",
        (at("b_info/video_memkb", silent=MEMKB_DEFAULT),),
        guests=(HVM,),
        unit="MiB",
        minimum=0,
        maximum=1 << 20,
        filled=True,
    ),
    Option(
        "mmio_hole",
        "mib",
        (at("b_info/type.hvm/mmio_hole_memkb", silent=MEMKB_DEFAULT),),
        guests=(HVM,),
        unit="MiB",
        minimum=256,
        maximum=3840,
    ),
    Option(
        "rdm_mem_boundary",
        "mib",
        (at("b_info/type.hvm/rdm_mem_boundary_memkb", silent=MEMKB_DEFAULT),),
        guests=(HVM,),
        first=Release(4, 6),
        unit="MiB",
        minimum=0,
        maximum=1 << 30,
        filled=True,
    ),
)
