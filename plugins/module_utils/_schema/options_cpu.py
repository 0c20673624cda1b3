# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
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
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

VCPUS = (
    Option(
        "vcpus",
        "integer",
        "Virtual CPUs that are online at boot.",
        (at("b_info/avail_vcpus"),),
        default="C(1)",
        minimum=1,
        maximum=4096,
        impact=LIVE,
        limit="maxvcpus",
        filled=True,
    ),
    Option(
        "maxvcpus",
        "integer",
        "Virtual CPUs the guest can ever have.",
        (at("b_info/max_vcpus"),),
        default="I(vcpus)",
        minimum=1,
        maximum=4096,
        filled=True,
    ),
    Option(
        "cpus",
        "cpus",
        "Physical CPUs on which the virtual CPUs may run. One CPU list for all of them such as C(0-3,^1) or C(node:0), "
        "or a list with one CPU list per virtual CPU.",
        (at("b_info/vcpu_hard_affinity"),),
        default="any",
        impact=LIVE,
    ),
    Option(
        "cpus_soft",
        "cpus",
        "Physical CPUs on which the virtual CPUs prefer to run, written as I(cpus).",
        (at("b_info/vcpu_soft_affinity"),),
        default="placed on NUMA nodes by the toolstack",
        impact=LIVE,
    ),
)

SCHEDULING = (
    Option(
        "cpu_weight",
        "integer",
        "Share of CPU time against other guests.",
        (at("b_info/sched_params/weight", silent=-1),),
        default="C(256)",
        minimum=1,
        maximum=65535,
        impact=LIVE,
        filled=True,
    ),
    Option(
        "cap",
        "integer",
        "Upper limit of the CPU time the guest may use, C(100) being one physical CPU; C(0) is no limit.",
        (at("b_info/sched_params/cap", silent=-1),),
        default="C(0)",
        unit="percent",
        minimum=0,
        maximum=409600,
        impact=LIVE,
        filled=True,
    ),
    Option(
        "period",
        "integer",
        "Period of the real-time scheduler (RTDS).",
        (at("b_info/sched_params/period", silent=-1),),
        unit="microseconds",
        default="the scheduler's",
        minimum=0,
        maximum=2**31 - 1,
        impact=LIVE,
        filled=True,
    ),
    *(
        Option(
            key,
            "integer",
            f"{meaning} in the SEDF scheduler, which no release after Xen 4.5 has.",
            (at(f"b_info/sched_params/{key}", silent=-1),),
            default="the scheduler's",
            minimum=0,
            maximum=2**31 - 1,
            filled=True,
        )
        for key, meaning in (
            ("slice", "CPU time in each period"),
            ("latency", "Scaled period"),
            ("extratime", "Whether the guest gets time that nobody else wants"),
        )
    ),
)

TOPOLOGY = (
    Option(
        "vnuma",
        "devices",
        "NUMA nodes that the guest sees.",
        (at("b_info/vnuma_nodes"),),
        guests=(HVM,),
        first=Release(4, 6),
        default="none",
        grammar=NESTED,
        fields=(
            Option(
                "pnode",
                "integer",
                "Physical node on which the node's memory lies.",
                (at("pnode"),),
                minimum=0,
                maximum=255,
            ),
            Option(
                "size",
                "mib",
                "Memory of the node.",
                (at("memkb"),),
                unit="MiB",
                required=True,
                minimum=1,
                maximum=1 << 30,
            ),
            Option(
                "vcpus",
                "text",
                "Virtual CPUs of the node, such as C(0-1,4).",
                (at("vcpus"),),
                pattern=r"[0-9]{1,4}(?:-[0-9]{1,4})?(?:,[0-9]{1,4}(?:-[0-9]{1,4})?)*",
                example="0-1",
                required=True,
            ),
            Option(
                "vdistances", "integers", "Distance to each node, in their order.", (at("distances"),), separator=","
            ),
        ),
    ),
    Option(
        "llc_colors",
        "texts",
        "Colours of the last level cache the guest may use, each a number or a range such as C(0-3).",
        (at("b_info/llc_colors"),),
        first=Release(4, 20),
        default="those of the hypervisor",
        pattern=r"[0-9]{1,9}(?:-[0-9]{1,9})?",
        example="0-3",
    ),
)

FEATURES = (
    Option(
        "cpuid",
        "text_or_texts",
        "What the guest sees of the CPU. A text such as C(host,tm=0,sse3=k), or a list of registers such as "
        "C(0x1:ecx=xxxxxxxxxxx00xxxxxxxxxxxxxxxxxxx).",
        (at("b_info/cpuid"),),
        default="what the hypervisor offers",
    ),
    Option(
        "nestedhvm",
        "flag",
        "Let the guest use hardware virtualisation itself.",
        (at("b_info/type.hvm/nested_hvm"), at("b_info/nested_hvm", Release(4, 10))),
        guests=(HVM, PVH),
        default="C(false)",
        filled=True,
    ),
    Option(
        "altp2m",
        "choice",
        "Which alternative views of its memory a guest or its monitor may use.",
        (at("b_info/altp2m", silent="disabled"),),
        choices=words("disabled", "mixed", "external", "limited"),
        numbered=True,
        first=Release(4, 9),
        earlier="altp2mhvm",
        default="C(disabled)",
        filled=True,
    ),
    Option(
        "altp2mhvm",
        "flag",
        "Let the guest use alternative views of its memory.",
        (at("b_info/type.hvm/altp2m"),),
        guests=(HVM,),
        first=Release(4, 6),
        instead="altp2m from Xen 4.9 on",
        default="C(false)",
        filled=True,
    ),
    Option(
        "altp2m_count",
        "integer",
        "Number of alternative views.",
        (at("b_info/altp2m_count", silent=2**32 - 1),),
        first=Release(4, 21),
        default="C(10)",
        minimum=0,
        maximum=65535,
        filled=True,
    ),
    Option(
        "mca_caps",
        "texts",
        "Machine check features offered to the guest: C(lmce).",
        (at("b_info/type.hvm/mca_caps"),),
        choices=words("lmce"),
        guests=(HVM,),
        first=Release(4, 10),
        default="none",
    ),
    Option(
        "msr_relaxed",
        "flag",
        "Answer reads of unknown model specific registers with zero, as releases before Xen 4.15 did.",
        (at("b_info/arch_x86/msr_relaxed"),),
        first=Release(4, 15),
        default="C(false)",
        filled=True,
    ),
    Option(
        "vpmu",
        "flag",
        "Let the guest use performance counters (Arm).",
        (at("b_info/vpmu"),),
        first=Release(4, 16),
        default="C(false)",
        filled=True,
    ),
)

TIME = (
    Option(
        "tsc_mode",
        "choice",
        "How the guest sees the time stamp counter.",
        (at("b_info/tsc_mode", silent="default"),),
        choices=words("default", "always_emulate", "native", "native_paravirt"),
        numbered=True,
        default="C(default)",
    ),
    Option(
        "timer_mode",
        "choice",
        "What becomes of timer ticks that the guest was not there to see.",
        (at("b_info/type.hvm/timer_mode"), at("b_info/timer_mode", Release(4, 10))),
        choices=(
            Choice("delay_for_missed_ticks"),
            Choice("no_delay_for_missed_ticks"),
            Choice("no_missed_ticks_pending"),
            Choice("one_missed_tick_pending"),
        ),
        numbered=True,
        guests=(HVM, PVH),
        default="C(no_delay_for_missed_ticks)",
        filled=True,
    ),
    Option(
        "localtime",
        "flag",
        "Start the guest's clock at local time.",
        (at("b_info/localtime"),),
        default="C(false), UTC",
        filled=True,
    ),
    Option(
        "rtc_timeoffset",
        "integer",
        "What to add to the guest's clock.",
        (at("b_info/rtc_timeoffset"),),
        unit="seconds",
        default="C(0)",
        minimum=-(2**31),
        maximum=2**31 - 1,
        filled=True,
    ),
)
