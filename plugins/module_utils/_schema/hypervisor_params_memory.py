# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters of the host's memory, of NUMA, and of what guests share."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import (
    ARM32,
    ARM64,
    EVERY,
    FLAG,
    INTEGER,
    SIZE,
    TEXT,
    X86,
    Parameter,
    flags,
    parameter,
    word,
    words,
)

ONLY_ARM64 = (ARM64,)

MEMORY: tuple[Parameter, ...] = (
    parameter("mem", SIZE, arches=X86),
    parameter("availmem", SIZE, "0", arches=X86),
    parameter("highmem-start", SIZE, arches=X86),
    parameter(
        "badpage",
        TEXT,
        pattern=r"[0-9a-fA-Fx]+(?:-[0-9a-fA-Fx]+)?(?:,[0-9a-fA-Fx]+(?:-[0-9a-fA-Fx]+)?)*",
        example="0x12345",
        cut={5: 99},
    ),
    parameter("bootscrub", "", {5: "on", 12: "idle"}, *flags(""), *words("idle", since=12), bare=True),
    parameter("bootscrub_chunk", SIZE, "128M"),
    parameter("scrub-domheap", FLAG, "off", since=13),
    parameter("dma_bits", INTEGER, minimum=0),
    parameter("e820-mtrr-clip", FLAG, arches=X86),
    parameter("allowsuperpage", FLAG, "on", until=9, arches=X86),
    parameter("pv-linear-pt", FLAG, "on", since=10, got={7: 4, 8: 3, 9: 1}, arches=X86),
    parameter(
        "memop-max-order",
        TEXT,
        "9,18,12,12",
        since=7,
        got={5: 3, 6: 1},
        pattern=r"[0-9]*(?:,[0-9]*){0,3}",
        example="9,18,12,12",
    ),
    parameter("pdx-compress", FLAG, "on", since=21),
    parameter(
        "numa",
        "",
        "on",
        *words("on", "off", "noacpi"),
        word("fake", INTEGER, minimum=0),
        arches=EVERY,
        arm=18,
    ),
    parameter("xenheap_megabytes", INTEGER, "0", since=6, got={5: 1}, minimum=0, arches=(ARM32,)),
    parameter("llc-coloring", FLAG, "off", since=20, arches=ONLY_ARM64),
    parameter("llc-nr-ways", INTEGER, since=20, minimum=0, arches=ONLY_ARM64),
    parameter("llc-size", SIZE, since=20, arches=ONLY_ARM64),
    parameter(
        "xen-llc-colors",
        TEXT,
        "0",
        since=20,
        pattern=r"[0-9]+(?:-[0-9]+)?(?:,[0-9]+(?:-[0-9]+)?)*",
        example="0",
        arches=ONLY_ARM64,
    ),
    parameter("buddy-alloc-size", SIZE, "64M", since=20, arches=ONLY_ARM64),
)

SHARED: tuple[Parameter, ...] = (
    parameter(
        "gnttab",
        "",
        "max-ver:2,transitive",
        word("max-ver", INTEGER, sign=":", minimum=1, maximum=2),
        *flags("transitive"),
        *flags("transfer", since=17),
        since=11,
        got={8: 5, 9: 3, 10: 2},
        several=True,
        adds=True,
    ),
    parameter("gnttab_max_frames", INTEGER, {5: "32", 10: "64"}, minimum=0),
    parameter("gnttab_max_maptrack_frames", INTEGER, {10: "1024"}, minimum=0),
    parameter("gnttab_max_nr_frames", INTEGER, until=9, minimum=0, instead="gnttab_max_frames"),
    parameter("tmem", FLAG, "off", until=12),
    parameter("tmem_compress", FLAG, "off", until=12),
    parameter("tmem_dedup", FLAG, "off", until=7),
    parameter("tmem_shared_auth", FLAG, "off", until=8),
    parameter("tmem_tze", FLAG, "off", until=7),
    parameter("argo", "", "off", *flags("", "mac-permissive"), since=12, several=True, adds=True, bare=True),
)
