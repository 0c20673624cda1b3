# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters of what guests are kept from: speculation, page tables, XSM; and those of Arm and RISC-V alone."""

from __future__ import annotations

from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import (
    ARM,
    CHOICE,
    FLAG,
    INTEGER,
    RISCV,
    TEXT,
    X86,
    Parameter,
    flags,
    parameter,
    word,
    words,
)

# What may be said of some mitigations: for whom.
FOR_WHOM: dict[str, Any] = {"kind": CHOICE, "choices": ("pv", "hvm", "no-pv", "no-hvm"), "bare": True, "arches": X86}

# What came with the first fixes of speculation (XSA-254, XSA-263), and with those of branch history (XSA-456).
SPECULATION = {7: 6, 8: 4, 9: 3, 10: 2}
BRANCH_HISTORY = {15: 6, 16: 6, 17: 4, 18: 2}

SECURITY: tuple[Parameter, ...] = (
    parameter("allow_unsafe", FLAG, "off", arches=X86),
    parameter(
        "spec-ctrl",
        "",
        "",
        *flags("", "xen", "pv", "hvm", "ibrs", "ibpb", arches=X86),
        *flags("eager-fpu", until=21, arches=X86),
        word("msr-sc", **FOR_WHOM),
        word("rsb", **FOR_WHOM),
        word("bti-thunk", CHOICE, choices=("retpoline", "lfence", "jmp"), arches=X86),
        word("ssbd", CHOICE, choices=("force-disable", "runtime", "force-enable"), bare=True),
        *flags("l1d-flush", since=12, got={8: 5, 9: 3, 10: 2, 11: 1}, arches=X86),
        word("md-clear", since=13, got={10: 4, 11: 2, 12: 1}, **FOR_WHOM),
        *flags("branch-harden", since=13, arches=X86),
        *flags("srb-lock", since=14, got={12: 4, 13: 2}, arches=X86),
        word("ibpb-entry", since=17, got={13: 5, 14: 6, 15: 4, 16: 2}, **FOR_WHOM),
        *flags("stibp", "psfd", since=17, got={13: 5, 14: 6, 15: 4, 16: 2}, arches=X86),
        *flags("unpriv-mmio", since=17, got={13: 5, 14: 6, 15: 3, 16: 2}, arches=X86),
        *flags("gds-mit", since=18, got={14: 6, 15: 5, 16: 5, 17: 2}, arches=X86),
        *flags("div-scrub", since=18, got={15: 6, 16: 6, 17: 3}, arches=X86),
        word("verw", since=19, got={15: 6, 16: 6, 17: 4, 18: 1}, **FOR_WHOM),
        word("bhb-entry", since=19, got=BRANCH_HISTORY, **FOR_WHOM),
        word("bhb-seq", CHOICE, since=19, got=BRANCH_HISTORY, choices=("none", "short", "tsx", "long"), arches=X86),
        *flags("lock-harden", since=19, got={15: 6, 16: 6, 17: 4, 18: 1}, arches=X86),
        *flags("bhi-dis-s", since=19, got=BRANCH_HISTORY, arches=X86),
        *flags("bp-spec-reduce", since=20, got={17: 7, 18: 5, 19: 2}, arches=X86),
        *flags("ibpb-alt", since=21, got={18: 5, 19: 3, 20: 1}, arches=X86),
        since=11,
        got=SPECULATION,
        arm=12,
        several=True,
        adds=True,
        bare=True,
    ),
    parameter(
        "bti",
        TEXT,
        since=11,
        got={7: 5, 8: 4, 9: 2, 10: 1},
        until=11,
        pattern=r"\S+",
        example="thunk=retpoline",
        arches=X86,
        adds=True,
        instead="spec-ctrl=bti-thunk",
    ),
    parameter(
        "xpti",
        "",
        "",
        *flags(""),
        *words("default", got=SPECULATION),
        *flags("dom0", "domu", got=SPECULATION),
        since=11,
        got={7: 5, 8: 3, 9: 2, 10: 1},
        several=True,
        adds=True,
        arches=X86,
        bare=True,
    ),
    parameter(
        "pv-l1tf",
        "",
        "",
        *flags("", "dom0", "domu"),
        since=12,
        got={8: 5, 9: 3, 10: 2, 11: 1},
        several=True,
        adds=True,
        arches=X86,
        bare=True,
    ),
    parameter("pv", "", "", *flags("32"), since=14, several=True, adds=True, arches=X86),
    parameter("tsx", FLAG, since=13, got={11: 3, 12: 2}, arches=X86, vendor="intel"),
    parameter(
        "cet",
        "",
        "",
        *flags("shstk"),
        *flags("ibt", since=17, got={14: 5, 15: 3, 16: 1}),
        *flags("", since=20),
        since=14,
        several=True,
        adds=True,
        arches=X86,
    ),
    parameter("xsm", "", "", *words("dummy", "flask", "silo"), since=12, got={10: 4, 11: 2}),
    parameter(
        "flask",
        "",
        {6: "permissive", 7: "enforcing"},
        *words("permissive", "enforcing", "late", "disabled"),
        since=6,
    ),
    parameter("flask_enabled", INTEGER, "1", until=5, minimum=0, maximum=1, instead="flask"),
    parameter("flask_enforcing", INTEGER, "0", until=6, minimum=0, maximum=1, instead="flask=enforcing"),
)

# Of the machines that are none of x86.
OTHERS: tuple[Parameter, ...] = (
    parameter("ext_regions", FLAG, "on", since=16, arches=ARM),
    parameter("hmp-unsafe", FLAG, "off", since=11, arches=ARM),
    parameter("max_lpi_bits", INTEGER, "20", since=9, minimum=14, maximum=32, arches=ARM),
    parameter("partial-emulation", FLAG, "off", since=19, arches=ARM),
    parameter("scmi-smc-passthrough", FLAG, since=21, arches=ARM),
    parameter(
        "serrors",
        "",
        "diverse",
        *words("diverse", "panic"),
        *words("forward", until=12, lost={12: 2}),
        since=9,
        arches=ARM,
    ),
    parameter("tee", TEXT, since=21, pattern=r"[a-z][a-z0-9-]*", example="ffa", arches=ARM, cut={21: 15}),
    parameter("vwfi", "", "trap", *words("trap", "native"), since=9, got={6: 6, 7: 3, 8: 1}, arches=ARM),
    parameter("vmid", FLAG, "on", since=22, arches=(RISCV,)),
)
