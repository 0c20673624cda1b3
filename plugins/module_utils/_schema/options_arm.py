# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: what only guests on Arm have."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import PV, PVH, Choice, Option, at, words
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, Release

ARM = (
    Option("device_tree", "text", (at("b_info/device_tree"),), first=Release(4, 6)),
    Option(
        "gic_version",
        "choice",
        (at("b_info/arch_arm/gic_version", silent="default"),),
        choices=words("default", "v2", "v3"),
        any_case=OLDEST,
        first=Release(4, 6),
        filled=True,
    ),
    Option(
        "vuart",
        "choice",
        (at("b_info/arch_arm/vuart"),),
        choices=words("sbsa_uart"),
        any_case=OLDEST,
        first=Release(4, 10),
    ),
    Option(
        "tee",
        "choice",
        (at("b_info/tee", silent="none"),),
        choices=(Choice("none"), Choice("optee"), Choice("ffa", first=Release(4, 18))),
        any_case=OLDEST,
        first=Release(4, 13),
    ),
    Option(
        "sve",
        "choice",
        (at("b_info/arch_arm/sve_vl", silent="disabled"),),
        choices=words("disabled", *(str(bits) for bits in range(128, 2049, 128)), "hw"),
        any_case=OLDEST,
        first=Release(4, 18),
    ),
    Option(
        "nr_spis",
        "integer",
        (at("b_info/arch_arm/nr_spis"), at("b_info/arch_arm/nr_spis", Release(4, 21), silent=2**32 - 1)),
        first=Release(4, 19),
        minimum=0,
        maximum=2**32 - 2,
        filled=True,
    ),
    Option(
        "trap_unmapped_accesses",
        "flag",
        (at("b_info/trap_unmapped_accesses"),),
        guests=(PV, PVH),
        first=Release(4, 21),
        filled=True,
    ),
    Option(
        "arm_sci",
        "struct",
        (at("b_info/arch_arm/arm_sci"),),
        first=Release(4, 21),
        fields=(
            Option("type", "choice", (at("type", silent="none"),), choices=words("none", "scmi_smc"), any_case=OLDEST),
        ),
    ),
)
