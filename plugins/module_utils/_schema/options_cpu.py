# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: virtual CPUs, where they run, what they look like to the guest, and time."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import (
    HVM,
    LIVE,
    NESTED,
    PVH,
    Choice,
    Option,
    at,
    words,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, Release

VCPUS = (
    Option(
        "vcpus",
        "integer",
        (at("b_info/avail_vcpus"),),
        minimum=1,
        maximum=4096,
        impact=LIVE,
        limit="maxvcpus",
        filled=True,
    ),
    Option("maxvcpus", "integer", (at("b_info/max_vcpus"),), minimum=1, maximum=4096, filled=True),
    Option("cpus", "cpus", (at("b_info/vcpu_hard_affinity"),), impact=LIVE),
    Option("cpus_soft", "cpus", (at("b_info/vcpu_soft_affinity"),), impact=LIVE),
)

SCHEDULING = (
    Option(
        "cpu_weight",
        "integer",
        (at("b_info/sched_params/weight", silent=-1),),
        minimum=1,
        maximum=65535,
        impact=LIVE,
        filled=True,
    ),
    Option(
        "cap",
        "integer",
        (at("b_info/sched_params/cap", silent=-1),),
        unit="percent",
        minimum=0,
        maximum=409600,
        impact=LIVE,
        filled=True,
    ),
    Option(
        "period",
        "integer",
        (at("b_info/sched_params/period", silent=-1),),
        unit="microseconds",
        minimum=0,
        maximum=2**31 - 1,
        impact=LIVE,
        filled=True,
    ),
    *(
        Option(
            key, "integer", (at(f"b_info/sched_params/{key}", silent=-1),), minimum=0, maximum=2**31 - 1, filled=True
        )
        for key in ("slice", "latency", "extratime")
    ),
)

TOPOLOGY = (
    Option(
        "vnuma",
        "devices",
        (at("b_info/vnuma_nodes"),),
        guests=(HVM, PVH),
        first=Release(4, 6),
        grammar=NESTED,
        fields=(
            Option("pnode", "integer", (at("pnode"),), minimum=0, maximum=255),
            Option("size", "mib", (at("memkb"),), unit="MiB", required=True, minimum=1, maximum=1 << 30),
            Option(
                "vcpus",
                "text",
                (at("vcpus"),),
                commas=True,
                pattern=r"[0-9]{1,4}(?:-[0-9]{1,4})?(?:,[0-9]{1,4}(?:-[0-9]{1,4})?)*",
                example="0-1",
                required=True,
            ),
            Option("vdistances", "integers", (at("distances"),), separator=",", minimum=0, maximum=2**32 - 1),
        ),
    ),
    Option(
        "llc_colors",
        "texts",
        (at("b_info/llc_colors"),),
        first=Release(4, 20),
        pattern=r"[0-9]{1,9}(?:-[0-9]{1,9})?",
        example="0-3",
    ),
)

FEATURES = (
    Option("cpuid", "text_or_texts", (at("b_info/cpuid"),)),
    Option(
        "nestedhvm",
        "flag",
        (at("b_info/type.hvm/nested_hvm"), at("b_info/nested_hvm", Release(4, 10))),
        guests=(HVM, PVH),
        filled=True,
    ),
    Option(
        "altp2m",
        "choice",
        (at("b_info/altp2m", silent="disabled"),),
        choices=words("disabled", "mixed", "external", "limited"),
        any_case=OLDEST,
        numbered=True,
        guests=(HVM, PVH),
        first=Release(4, 9),
        earlier="altp2mhvm",
        filled=True,
    ),
    Option(
        "altp2mhvm",
        "flag",
        (at("b_info/type.hvm/altp2m"),),
        guests=(HVM,),
        first=Release(4, 6),
        instead="altp2m from Xen 4.9 on",
        filled=True,
    ),
    Option(
        "altp2m_count",
        "integer",
        (at("b_info/altp2m_count", silent=2**32 - 1),),
        guests=(HVM, PVH),
        first=Release(4, 21),
        minimum=0,
        maximum=65535,
        filled=True,
    ),
    Option(
        "mca_caps",
        "texts",
        (at("b_info/type.hvm/mca_caps"),),
        choices=words("lmce"),
        guests=(HVM,),
        first=Release(4, 10),
    ),
    Option("msr_relaxed", "flag", (at("b_info/arch_x86/msr_relaxed"),), first=Release(4, 15), filled=True),
    Option("vpmu", "flag", (at("b_info/vpmu"),), first=Release(4, 16), filled=True),
)

TIME = (
    Option(
        "tsc_mode",
        "choice",
        (at("b_info/tsc_mode", silent="default"),),
        choices=words("default", "always_emulate", "native", "native_paravirt"),
        any_case=OLDEST,
        numbered=True,
    ),
    Option(
        "timer_mode",
        "choice",
        (at("b_info/type.hvm/timer_mode"), at("b_info/timer_mode", Release(4, 10))),
        choices=(
            Choice("delay_for_missed_ticks"),
            Choice("no_delay_for_missed_ticks"),
            Choice("no_missed_ticks_pending"),
            Choice("one_missed_tick_pending"),
        ),
        any_case=OLDEST,
        numbered=True,
        guests=(HVM, PVH),
        filled=True,
    ),
    Option("localtime", "flag", (at("b_info/localtime"),), filled=True),
    Option(
        "rtc_timeoffset",
        "integer",
        (at("b_info/rtc_timeoffset"),),
        unit="seconds",
        minimum=-(2**31),
        maximum=2**31 - 1,
        filled=True,
    ),
)
