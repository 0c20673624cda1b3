# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CPU flags that the text form of cpuid= knows by name: where each one is, and which releases know it.

A flag is written as ``NAME:BIT``, with ``*WIDTH`` where it is wider than one bit, ``@MINOR`` where it came after
Xen 4.5 and ``-MINOR`` where it went away after that release: ``osvw:10-9`` was bit 10 up to Xen 4.9.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release

FLAG = re.compile(r"(?P<name>[^: ]+):(?P<bit>\d+)(?:\*(?P<width>\d+))?(?:@(?P<first>\d+))?(?:-(?P<last>\d+))?")


class Register(NamedTuple):
    """A register of a CPUID leaf, or a model specific register (``msr``, whose index is the leaf)."""

    leaf: int
    subleaf: int | None
    name: str
    flags: str


class Flag(NamedTuple):
    """Where a flag is: ``width`` bits from ``bit`` on."""

    register: Register
    bit: int
    width: int


REGISTERS = (
    Register(
        0x0,
        None,
        "eax",
        "maxleaf:0*32",
    ),
    Register(
        0x1,
        None,
        "eax",
        "stepping:0*4 model:4*8 family:8*8",
    ),
    Register(
        0x1,
        None,
        "ebx",
        "brandid:0*8 clflush:8*8 proccount:16*8 localapicid:24*8",
    ),
    Register(
        0x1,
        None,
        "ecx",
        "sse3:0 pclmulqdq:1 dtes64:2 monitor:3 dscpl:4 vmx:5 smx:6 eist:7@18 est:7 tm2:8 ssse3:9 cntxid:10 "
        "sdbg:11@20 fma:12@10 cmpxchg16:13 cx16:13@18 xtpr:14 pdcm:15 pcid:17@10 dca:18 sse4-1:19@18 "
        "sse4.1:19 sse4_1:19 sse4-2:20@18 sse4.2:20 sse4_2:20 x2apic:21 movbe:22 popcnt:23 tsc-deadline:24@10 "
        "aes:25 aesni:25@18 xsave:26 osxsave:27 avx:28 f16c:29 rdrand:30@10 hypervisor:31",
    ),
    Register(
        0x1,
        None,
        "edx",
        "fpu:0 vme:1 de:2 pse:3 tsc:4 msr:5 pae:6 mce:7 cmpxchg8:8 cx8:8@18 apic:9 sep:11@18 sysenter:11 "
        "mtrr:12 pge:13 mca:14 cmov:15 pat:16 pse36:17 psn:18 clfsh:19 ds:21 acpi:22 mmx:23 fxsr:24 sse:25 "
        "sse2:26 ss:27 htt:28 tm:29 tm1:29@18 ia64:30 pbe:31",
    ),
    Register(
        0x4,
        0,
        "eax",
        "procpkg:26*6",
    ),
    Register(
        0x6,
        None,
        "eax",
        "arat:2@10",
    ),
    Register(
        0x7,
        0,
        "ebx",
        "fsgsbase:0@10 tsc-adjust:1@18 tsc_adjust:1@10 sgx:2@18 bmi1:3@10 hle:4@10 avx2:5@10 "
        "fdp-excp-only:6@18 smep:7@10 bmi2:8@10 erms:9@10 invpcid:10@10 rtm:11@10 cmt:12@10 pqm:12@18 "
        "no-fpu-sel:13@18 mpx:14@10 pqe:15@18 avx512f:16@10 avx512dq:17@10 rdseed:18@10 adx:19@10 smap:20@10 "
        "avx512-ifma:21@13 avx512ifma:21@10-12 clflushopt:23@10 clwb:24@10 proc-trace:25@15 avx512pf:26@10 "
        "avx512er:27@10 avx512cd:28@10 sha:29@10 avx512bw:30@10 avx512vl:31@10",
    ),
    Register(
        0x7,
        0,
        "ecx",
        "prefetchwt1:0@13 avx512-vbmi:1@13 avx512vbmi:1@10-12 umip:2@10 pku:3@10 ospke:4@10 waitpkg:5@20 "
        "avx512-vbmi2:6@13 cet-ss:7@14 gfni:8@13 vaes:9@13 vpclmulqdq:10@13 avx512-vnni:11@13 "
        "avx512-bitalg:12@13 tme:13@20 avx512-vpopcntdq:14@13 la57:16@20 tsxldtrk:16@14-16 rdpid:22@13 "
        "bld:24@18 cldemote:25@13 movdiri:27@18 movdir64b:28@18 enqcmd:29@18 sgx-lc:30@20 pks:31@18",
    ),
    Register(
        0x7,
        0,
        "edx",
        "sgx-keys:1@20 avx512-4vnniw:2@10 avx512-4fmaps:3@10 fsrm:4@16 uintr:5@19 avx512-vp2intersect:8@15 "
        "srbds-ctrl:9@14 md-clear:10@13 rtm-always-abort:11@18 tsx-force-abort:13@18 serialize:14@14 "
        "hybrid:15@19 tsxldtrk:16@17 pconfig:18@20 arch-lbr:19@19 cet-ibt:20@14 amx-bf16:22@20 "
        "avx512-fp16:23@17 amx-tile:24@19 amx-int8:25@20 ibrsb:26@11 stibp:27@11 l1d-flush:28@12 "
        "arch-caps:29@11 core-caps:30@14 ssbd:31@11",
    ),
    Register(
        0x7,
        1,
        "eax",
        "sha512:0@19 sm3:1@19 sm4:2@19 avx-vnni:4@15 avx512-bf16:5@13 lass:6@21 cmpccxadd:7@20 "
        "arch-perf-mon:8@21 fzrm:10@16 fsrs:11@16 fsrcs:12@16 fred:17@21 lkgs:18@21 wrmsrns:19@18 "
        "nmi-src:20@21 amx-fp16:21@20 avx-ifma:23@18 lam:26@21 msrlist:27@21 no-invd:30@21",
    ),
    Register(
        0x7,
        1,
        "ebx",
        "intel-ppin:0@18",
    ),
    Register(
        0x7,
        1,
        "edx",
        "avx-vnni-int8:4@18 avx-ne-convert:5@18 amx-complex:8@20 avx-vnni-int16:10@19 prefetchi:14@19 "
        "uiret-uif:17@21 cet-sss:18@18 slsm:24@21",
    ),
    Register(
        0x7,
        2,
        "edx",
        "intel-psfd:0@17 ipred-ctrl:1@18 rrsba-ctrl:2@18 ddp-ctrl:3@18 bhi-ctrl:4@18 mcdt-no:5@17 uc-lock-dis:6@21",
    ),
    Register(
        0xD,
        1,
        "eax",
        "xsaveopt:0@18 xsavec:1@18 xgetbv1:2@18 xsaves:3@18 xfd:4@20",
    ),
    Register(
        0x40000000,
        None,
        "eax",
        "maxhvleaf:0*8",
    ),
    Register(
        0x80000001,
        None,
        "ecx",
        "lahf-lm:0@18 lahfsahf:0 cmp-legacy:1@18 cmplegacy:1 svm:2 extapic:3 altmovcr8:4 cr8-legacy:4@18 "
        "abm:5 sse4a:6 misalignsse:7 3dnowprefetch:8 osvw:9@10 ibs:10 osvw:10-9 xop:11 skinit:12 wdt:13 "
        "lwp:15 fma4:16 nodeid:19 nodeid-msr:19@18 tbm:21 topoext:22 perfctr_core:23@10 perfctr_nb:24@10 "
        "dbext:26@18 monitorx:29@18 addr-msk-ext:30@19",
    ),
    Register(
        0x80000001,
        None,
        "edx",
        "syscall:11 nx:20 mmxext:22 ffxsr:25 page1gb:26 rdtscp:27 lm:29 3dnowext:30 3dnow:31",
    ),
    Register(
        0x80000007,
        None,
        "edx",
        "hw-pstate:7@18 invtsc:8@10 itsc:8@18 cpb:9@18 efro:10@18",
    ),
    Register(
        0x80000008,
        None,
        "ebx",
        "clzero:0@13 rstr-fp-err-ptrs:2@13 wbnoinvd:9@13 ibpb:12@11 ibrs:14@16 amd-stibp:15@16 "
        "ibrs-always:16@16 stibp-always:17@16 ibrs-fast:18@16 ibrs-same-mode:19@16 no-lmsl:20@16 "
        "amd-ppin:23@18 ppin:23@14 amd-ssbd:24@16 virt-ssbd:25@16 ssb-no:26@16 cppc:27@21 psfd:28@16 "
        "btc-no:29@17 ibpb-ret:30@17",
    ),
    Register(
        0x80000008,
        None,
        "ecx",
        "nc:0*8 apicidsize:12*4",
    ),
    Register(
        0x8000000A,
        None,
        "edx",
        "svm_npt:0 svm_lbrv:1 svm_nrips:3 svm_tscrate:4 svm_vmcbclean:5 svm_decode:7 svm_pausefilt:10",
    ),
    Register(
        0x80000021,
        None,
        "eax",
        "no-nest-bp:0@19 fs-gs-ns:1@19 lfence+:2@16 lfence-dispatch:2@18 verw-clear:5@21 nscb:6@16 "
        "auto-ibrs:8@18 amd-fsrs:10@19 amd-fsrc:11@19 cpuid-user-dis:17@18 epsf:18@19 fsrsc:19@19 "
        "amd-prefetchi:20@19 avx512-bmm:23@22 sbpb:27@18 ibpb-brtype:28@18 srso-no:29@18 srso-us-no:30@20 "
        "srso-msr-fix:31@20",
    ),
    Register(
        0x80000021,
        None,
        "ecx",
        "tsa-sq-no:1@21 tsa-l1-no:2@21",
    ),
    Register(
        0x10A,
        None,
        "msr",
        "rdcl-no:0@18 eibrs:1@18 rsba:2@18 skip-l1dfl:3@18 intel-ssb-no:4@18 mds-no:5@18 "
        "if-pschange-mc-no:6@18 tsx-ctrl:7@18 taa-no:8@18 mcu-ctrl:9@18 misc-pkg-ctrl:10@18 "
        "energy-filtering:11@18 doitm:12@18 sbdr-ssdp-no:13@18 fbsdp-no:14@18 psdp-no:15@18 mcu-ext:16@21 "
        "fb-clear:17@18 fb-clear-ctrl:18@18 rrsba:19@18 bhi-no:20@18 xapic-status:21@18 ovrclk-status:23@18 "
        "pbrsb-no:24@18 gds-ctrl:25@18 gds-no:26@18 rfds-no:27@19 rfds-clear:28@19 ign-umonitor:29@21 "
        "mon-umon-mitg:30@21 pb-opt-ctrl:32@21 its-no:62@21",
    ),
)


@cache
def cpuid_flags(release: Release) -> dict[str, Flag]:
    """The flags that a release knows, by name."""
    minor = min(release, NEWEST).minor
    found = {}
    for register in REGISTERS:
        for match in FLAG.finditer(register.flags):
            if int(match["first"] or 0) <= minor <= int(match["last"] or minor):
                found[match["name"]] = Flag(register, int(match["bit"]), int(match["width"] or 1))
    return found
