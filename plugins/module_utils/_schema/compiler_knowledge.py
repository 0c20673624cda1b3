# SPDX-License-Identifier: GPL-3.0-or-later
"""What a release needs from a compiler, and what it needs to be built by one that is younger than itself.

Two tables. COMBINATIONS says which release by which compiler has been built and whether the result was booted: a build
that compiles is not yet one that works. REMEDIES says what stands in the way and the smallest cure, each with its
source; the last release that needs it is the one before the upstream commit that mended the cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release


class Compiler(NamedTuple):
    """What a probe of the compiler said."""

    family: str  # gcc, clang
    version: tuple[int, ...]  # (10, 2, 1)
    target: str  # x86_64-linux-gnu

    @property
    def major(self) -> int:
        return self.version[0]

    def __str__(self) -> str:
        return f"{self.family} {'.'.join(map(str, self.version))}"


@dataclass(frozen=True)
class Scope:
    """Releases and major versions of a compiler, first and last included; None is open."""

    releases: tuple[Release, Release | None]
    family: str = "gcc"
    compilers: tuple[int, int | None] = (0, None)

    def covers(self, release: Release, compiler: Compiler) -> bool:
        return self.covers_release(release) and self.covers_compiler(compiler)

    def covers_release(self, release: Release) -> bool:
        first, last = self.releases
        return first <= release and (last is None or release <= last)

    def covers_compiler(self, compiler: Compiler) -> bool:
        first, last = self.compilers
        return compiler.family == self.family and first <= compiler.major and (last is None or compiler.major <= last)


@dataclass(frozen=True)
class Combination:
    """A release built by a compiler. ``suite`` is the Debian release that has the compiler, for who looks for one."""

    scope: Scope
    booted: bool
    suite: str
    source: str
    caution: str = ""


@dataclass(frozen=True)
class Remedy:
    """One cause and its smallest cure. A cure is a flag, a variable or a program; the sources stay as they are."""

    name: str
    scope: Scope
    cause: str
    source: str
    flags: tuple[str, ...] = ()  # the last arguments of every compilation
    hypervisor_flags: tuple[str, ...] = ()  # of the hypervisor's alone
    # By name of a source file, the first arguments of its compilation.
    objects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    configure: Mapping[str, str] = field(default_factory=dict)  # variables for configure
    make: Mapping[str, str] = field(default_factory=dict)  # variables for make
    options: Mapping[str, bool] = field(default_factory=dict)  # options of configure that must have this value
    programs: tuple[str, ...] = ()  # programs that another stands in for, see _build/wrapper.py


def _r(first: str, last: str | None) -> tuple[Release, Release | None]:
    return Release.parse(first), Release.parse(last) if last else None


def _s(first: str, last: str | None, oldest: int = 0, newest: int | None = None) -> Scope:
    return Scope(_r(first, last), "gcc", (oldest, newest))


COMBINATIONS: tuple[Combination, ...] = (
    Combination(
        _s("4.5", "4.5", 9, 10), True, "bullseye",
        "RELEASE-4.5.0 built on Debian 11: ten units active, PV guests with disk and interface run",
    ),
    Combination(
        _s("4.5", "4.5", 12, 12), False, "bookworm",
        "RELEASE-4.5.0 built on Debian 12 with a Python 2.7 brought along",
        "the hypervisor boots, and a PV kernel of Debian 12 crashed early as dom0",
    ),
    Combination(
        _s("4.17", "4.17", 12, 12), True, "bookworm",
        "Debian 12 builds its own packages of Xen 4.17 by this compiler, and they boot",
    ),
    Combination(
        _s("4.20", "4.20", 14, 14), True, "trixie",
        "Debian 13 builds its own packages of Xen 4.20 by this compiler, and they boot",
    ),
)  # fmt: skip

# Causes of run-time faults stay errors, whatever is done about the others: an implicit ptsname() returned half a
# pointer, and xenconsoled crashed.
KEPT_ERRORS = (
    "-Werror=implicit-function-declaration", "-Werror=int-conversion", "-Werror=incompatible-pointer-types",
)  # fmt: skip
SYSMACROS = ("-D_GNU_SOURCE", "-include", "sys/sysmacros.h")

REMEDIES: tuple[Remedy, ...] = (
    Remedy(
        "warnings-are-no-errors", _s("4.5", "4.12", 7),
        "diagnostics that are younger than the release, and -Werror",
        "f32400e90c 3fd3b266d4 ca9310b24e 2e46e3f253 3f82ea6282 fa7789ef18 2d70b54e05",
        flags=("-Wno-error", *KEPT_ERRORS),
    ),
    Remedy(
        "common-variables", _s("4.5", "4.13", 10),
        "xenstore defines a variable in a header; -fno-common is the default since gcc 10",
        "dacdbf7088", flags=("-fcommon",),
    ),
    Remedy(
        "no-mmx", _s("4.5", "4.5", 12),
        "the hypervisor is vectorised with MMX and traps while it decompresses the kernel of dom0",
        "seen at RELEASE-4.5.0 by gcc 12.2", hypervisor_flags=("-mno-mmx",),
    ),
    Remedy(
        "sysmacros", _s("4.5", "4.8"),
        "glibc 2.28 declares major(), minor() and makedev() in sys/sysmacros.h alone; given to all files, it would "
        "come "
        "before _GNU_SOURCE",
        "796dea37fb", objects={"libxl_device.c": SYSMACROS, "tap-ctl-allocate.c": SYSMACROS},
    ),
    Remedy(
        "libsystemd", _s("4.5", "4.6"),
        "configure asks for libsystemd-daemon, which systemd 230 dropped, and goes on without units",
        "7dec5b0c65 250f988c6c", configure={"SYSTEMD_CFLAGS": " ", "SYSTEMD_LIBS": "-lsystemd"},
    ),
    Remedy(
        "names-of-iasl", _s("4.5", "4.10"),
        "iasl 20180427 and later name the arrays otherwise", "858dbaaeda", programs=("iasl",),
    ),
    Remedy(
        "python-2", _s("4.5", "4.12"),
        "the release is written for Python 2", "Xen 4.13 is the first that takes Python 3",
        configure={"PYTHON": "/usr/bin/python2"}, make={"PYTHON": "/usr/bin/python2"},
    ),
    Remedy(
        "no-sysctl-header", _s("4.5", "4.8", 12),
        "blktap2 includes sys/sysctl.h, which glibc 2.32 dropped", "74858c9eaf", options={"blktap2": False},
    ),
    Remedy(
        "same-result-twice", _s("4.5", "4.19"),
        "date, host name and the time stamps of gzip and ld are built in", "SOURCE_DATE_EPOCH is read since Xen 4.20",
        programs=("date", "hostname", "gzip", "ld"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Suite:
    """The Debian release in which a release of Xen is built, and the packages for it."""

    releases: tuple[Release, Release | None]
    suite: str
    packages: tuple[str, ...]


_EVERY = (
    "acpica-tools", "bc", "bison", "build-essential", "ca-certificates", "flex", "gettext", "libaio-dev", "libbz2-dev",
    "libglib2.0-dev", "liblzma-dev", "liblzo2-dev", "libncurses-dev", "libnl-3-dev", "libnl-route-3-dev",
    "libpixman-1-dev", "libssl-dev", "libsystemd-dev", "libyajl-dev", "perl", "pkg-config", "uuid-dev", "zlib1g-dev",
)  # fmt: skip

# Of a distribution's sources: what makes configure, and what Debian's own changes ask.
OF_DISTRIBUTION = ("autoconf", "autotools-dev", "lsb-release")

# bin86 and bcc: configure of the old releases asks for them even where no rombios is built.
# gcc-multilib: hvmloader and the firmware are 32 bit.
SUITES: tuple[Suite, ...] = (
    Suite(
        _r("4.5", "4.12"), "bullseye",
        (*_EVERY, "bcc", "bin86", "gcc-multilib", "git", "libc6-dev-i386", "python2", "python2-dev", "seabios", "wget"),
    ),
    Suite(
        _r("4.13", "4.17"), "bookworm",
        (*_EVERY, "gcc-multilib", "libzstd-dev", "python3-dev", "python3-setuptools", "seabios"),
    ),
    Suite(
        _r("4.18", None), "trixie",
        (*_EVERY, "gcc-multilib", "libzstd-dev", "python3-dev", "python3-setuptools", "seabios"),
    ),
)  # fmt: skip
