# SPDX-License-Identifier: GPL-3.0-or-later
"""The CPU flags that the text form of cpuid= knows by name: where each one is, and which releases know it.

A flag is written as ``NAME:BIT``, with ``*WIDTH`` where it is wider than one bit, ``@MINOR`` where it came after
Xen 4.5 and ``-MINOR`` where it went away after that release: ``osvw:10-9`` was bit 10 up to Xen 4.9. Flags came with
point releases too; the table has the last of each.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release

FLAG = re.compile(
    r"(?P<name>[^: ]+):(?P<bit>[0-9]+)(?:\*(?P<width>[0-9]+))?(?:@(?P<first>[0-9]+))?(?:-(?P<last>[0-9]+))?"
)


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
        "sse3:0 pclmulqdq:1 dtes64:2 monitor:3 dscpl:4 vmx:5 smx:6 eist:7@14 est:7 tm2:8 ssse3:9 cntxid:10 "
        "sdbg:11@20 fma:12@10 cmpxchg16:13 cx16:13@14 xtpr:14 pdcm:15 pcid:17@10 dca:18 sse4-1:19@14 "
        "sse4.1:19 sse4_1:19 sse4-2:20@14 sse4.2:20 sse4_2:20 x2apic:21 movbe:22 popcnt:23 tsc-deadline:24@10 "
        "aes:25 aesni:25@14 xsave:26 osxsave:27 avx:28 f16c:29 rdrand:30@10 hypervisor:31",
    ),
    Register(
        0x1,
        None,
        "edx",
        "fpu:0 vme:1 de:2 pse:3 tsc:4 msr:5 pae:6 mce:7 cmpxchg8:8 cx8:8@14 apic:9 sep:11@14 sysenter:11 "
        "mtrr:12 pge:13 mca:14 cmov:15 pat:16 pse36:17 psn:18 clfsh:19 ds:21 acpi:22 mmx:23 fxsr:24 sse:25 "
        "sse2:26 ss:27 htt:28 tm:29 tm1:29@14 ia64:30 pbe:31",
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
        "fsgsbase:0@10 tsc-adjust:1@14 tsc_adjust:1@10 sgx:2@14 bmi1:3@10 hle:4@10 avx2:5@10 "
        "fdp-excp-only:6@14 smep:7@10 bmi2:8@10 erms:9@10 invpcid:10@10 rtm:11@10 cmt:12@10 pqm:12@14 "
        "no-fpu-sel:13@14 mpx:14@10 pqe:15@14 avx512f:16@10 avx512dq:17@10 rdseed:18@10 adx:19@10 smap:20@10 "
        "avx512-ifma:21@13 avx512ifma:21@10-12 clflushopt:23@10 clwb:24@10 proc-trace:25@15 avx512pf:26@10 "
        "avx512er:27@10 avx512cd:28@10 sha:29@10 avx512bw:30@10 avx512vl:31@10",
    ),
    Register(
        0x7,
        0,
        "ecx",
        "prefetchwt1:0@13 avx512-vbmi:1@13 avx512vbmi:1@10-12 umip:2@10 pku:3@10 ospke:4@10 waitpkg:5@20 "
        "avx512-vbmi2:6@13 cet-ss:7@12 gfni:8@13 vaes:9@13 vpclmulqdq:10@13 avx512-vnni:11@13 "
        "avx512-bitalg:12@13 tme:13@20 avx512-vpopcntdq:14@13 la57:16@20 rdpid:22@13 bld:24@18 cldemote:25@13 "
        "movdiri:27@14 movdir64b:28@14 enqcmd:29@14 sgx-lc:30@20 pks:31@18",
    ),
    Register(
        0x7,
        0,
        "edx",
        "sgx-keys:1@20 avx512-4vnniw:2@10 avx512-4fmaps:3@10 fsrm:4@16 uintr:5@19 avx512-vp2intersect:8@15 "
        "srbds-ctrl:9@12 md-clear:10@10 rtm-always-abort:11@14 tsx-force-abort:13@14 serialize:14@14 "
        "hybrid:15@15 tsxldtrk:16@14 pconfig:18@20 arch-lbr:19@19 cet-ibt:20@12 amx-bf16:22@20 "
        "avx512-fp16:23@17 amx-tile:24@19 amx-int8:25@20 ibrsb:26@7 stibp:27@7 l1d-flush:28@8 arch-caps:29@7 "
        "core-caps:30@14 ssbd:31@7",
    ),
    Register(
        0x7,
        1,
        "eax",
        "sha512:0@19 sm3:1@19 sm4:2@19 avx-vnni:4@15 avx512-bf16:5@13 lass:6@21 cmpccxadd:7@20 "
        "arch-perf-mon:8@21 fzrm:10@16 fsrs:11@16 fsrcs:12@16 fred:17@19 lkgs:18@21 wrmsrns:19@18 "
        "nmi-src:20@21 amx-fp16:21@20 avx-ifma:23@18 lam:26@21 msrlist:27@21 no-invd:30@21",
    ),
    Register(
        0x7,
        1,
        "ebx",
        "intel-ppin:0@17",
    ),
    Register(
        0x7,
        1,
        "edx",
        "avx-vnni-int8:4@18 avx-ne-convert:5@18 amx-complex:8@20 avx-vnni-int16:10@19 prefetchi:14@19 "
        "uiret-uif:17@21 cet-sss:18@16 slsm:24@21",
    ),
    Register(
        0x7,
        2,
        "edx",
        "intel-psfd:0@14 ipred-ctrl:1@15 rrsba-ctrl:2@15 ddp-ctrl:3@18 bhi-ctrl:4@15 mcdt-no:5@17 uc-lock-dis:6@21",
    ),
    Register(
        0xD,
        1,
        "eax",
        "xsaveopt:0@14 xsavec:1@14 xgetbv1:2@14 xsaves:3@14 xfd:4@20",
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
        "lahf-lm:0@14 lahfsahf:0 cmp-legacy:1@14 cmplegacy:1 svm:2 extapic:3 altmovcr8:4 cr8-legacy:4@14 "
        "abm:5 sse4a:6 misalignsse:7 3dnowprefetch:8 osvw:9@10 ibs:10 osvw:10-9 xop:11 skinit:12 wdt:13 "
        "lwp:15 fma4:16 nodeid:19 nodeid-msr:19@14 tbm:21 topoext:22 perfctr_core:23@10 perfctr_nb:24@10 "
        "dbext:26@14 monitorx:29@14 addr-msk-ext:30@19",
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
        "hw-pstate:7@17 invtsc:8@10 itsc:8@14 cpb:9@17 efro:10@14",
    ),
    Register(
        0x80000008,
        None,
        "ebx",
        "clzero:0@13 rstr-fp-err-ptrs:2@13 wbnoinvd:9@13 ibpb:12@7 ibrs:14@13 amd-stibp:15@13 "
        "ibrs-always:16@13 stibp-always:17@13 ibrs-fast:18@13 ibrs-same-mode:19@13 no-lmsl:20@16 "
        "amd-ppin:23@14 ppin:23@14 amd-ssbd:24@13 virt-ssbd:25@13 ssb-no:26@13 cppc:27@21 psfd:28@13 "
        "btc-no:29@13 ibpb-ret:30@13",
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
        "no-nest-bp:0@19 fs-gs-ns:1@19 lfence+:2@14 lfence-dispatch:2@14 verw-clear:5@17 nscb:6@16 "
        "auto-ibrs:8@17 amd-fsrs:10@19 amd-fsrc:11@19 cpuid-user-dis:17@18 epsf:18@19 fsrsc:19@19 "
        "amd-prefetchi:20@19 avx512-bmm:23@22 sbpb:27@14 ibpb-brtype:28@14 srso-no:29@14 srso-us-no:30@17 "
        "srso-msr-fix:31@17",
    ),
    Register(
        0x80000021,
        None,
        "ecx",
        "tsa-sq-no:1@17 tsa-l1-no:2@17",
    ),
    Register(
        0x10A,
        None,
        "msr",
        "rdcl-no:0@14 eibrs:1@14 rsba:2@14 skip-l1dfl:3@14 intel-ssb-no:4@14 mds-no:5@14 "
        "if-pschange-mc-no:6@14 tsx-ctrl:7@14 taa-no:8@14 mcu-ctrl:9@14 misc-pkg-ctrl:10@14 "
        "energy-filtering:11@14 doitm:12@14 sbdr-ssdp-no:13@14 fbsdp-no:14@14 psdp-no:15@14 mcu-ext:16@21 "
        "fb-clear:17@14 fb-clear-ctrl:18@14 rrsba:19@14 bhi-no:20@14 xapic-status:21@14 ovrclk-status:23@14 "
        "pbrsb-no:24@14 gds-ctrl:25@14 gds-no:26@14 rfds-no:27@15 rfds-clear:28@15 ign-umonitor:29@21 "
        "mon-umon-mitg:30@21 pb-opt-ctrl:32@18 its-no:62@17",
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
