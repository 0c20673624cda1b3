# SPDX-License-Identifier: GPL-3.0-or-later
"""What a build that failed complained about, and what is known about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import CONTROL

LINES = 4
LENGTH = 300

COMPLAINT = re.compile(
    r"\berror:|\bError [0-9]+$|fatal error|undefined reference|: not found|No such file or directory|No space left"
    r"|cannot find -l|Permission denied|Killed|out of memory|\*\*\*|checking .*\.\.\. not found|multiple definition"
)
# What make says while it goes away: true, and of no use.
ECHO = re.compile(r"^g?make(\[[0-9]+\])?: (\*\*\* (\[.*\] Error [0-9]+|Waiting for unfinished jobs)|.*directory ')")


@dataclass(frozen=True)
class Cause:
    """A complaint that is known: what it means, and what to do."""

    pattern: re.Pattern[str]
    meaning: str
    remedy: str


def _c(pattern: str, meaning: str, remedy: str) -> Cause:
    return Cause(re.compile(pattern), meaning, remedy)


# In order: the first that is found in the log is named.
CAUSES = (
    _c(r"No space left on device", "the file system is full",
       "make room, or set build_dir; what is finished is kept, and the next run goes on from there"),
    _c(r"virtual memory exhausted|cannot allocate memory|out of memory|(?i:signal killed)|fatal error: Killed",
       "a process wanted more memory than it may have", "raise memory, or lower jobs"),
    _c(r"Could not resolve host|unable to resolve|Network is unreachable|Temporary failure in name resolution"
       r"|unable to look up|Cannot download|wget: ",
       "the build wanted to download something, and there is no network during make",
       "pin the source under sources, take it from the distribution with one of the system_ options, or switch it off"),
    _c(r"(git clone|git:|wget|fetch).*(: not found|command not found)", "the build wanted to download something",
       "pin the source under sources, or switch off what needs it"),
    _c(r"multiple definition of", "-fno-common is the default of gcc since 10",
       "the release needs -fcommon: report it"),
    _c(r"libsystemd-daemon", "configure looks for a library that systemd 230 dropped", "report it with the release"),
    _c(r"undefined reference to `(major|minor|makedev)'|implicit declaration of function .(major|minor|makedev)",
       "glibc 2.28 declares it in sys/sysmacros.h alone", "report it with the release and the file"),
    _c(r"(ssdt_|dsdt_)\w+. undeclared|AmlCode", "iasl names its arrays otherwise than the release expects",
       "report it with the version of iasl"),
    _c(r"sys/sysctl\.h: No such file", "glibc 2.32 dropped the header", "set options.blktap2 to false"),
    _c(r"Unable to find (\S+), please install|(\S+): command not found|/bin/sh: \d+: (\S+): not found",
       "a program that the build needs is missing", "install it, or add its package to environment.packages"),
    _c(r"fatal error: (\S+\.h): No such file", "a header is missing",
       "install the package that has it, or add it to environment.packages"),
    _c(r"cannot find -l\S+", "a library is missing", "install its -dev package, or add it to environment.packages"),
    _c(r"\[-Werror", "a diagnostic that is younger than the release, and -Werror",
       "take a compiler that is known to build this release"),
    _c(r"SyntaxError: Missing parentheses in call to 'print'|print \S+.*SyntaxError",
       "the release is written for Python 2", "build in a chroot of Debian bullseye"),
    _c(r"internal compiler error", "the compiler crashed", "lower jobs; if it comes again, take another compiler"),
)  # fmt: skip


def complaints(lines: Iterable[str]) -> list[str]:
    """The lines that tell what went wrong; the last lines where none does."""
    seen = [CONTROL.sub("?", line).strip()[:LENGTH] for line in lines if line.strip()]
    seen = [line for line in seen if not ECHO.match(line)]
    telling = dict.fromkeys(line for line in seen if COMPLAINT.search(line) or cause([line]))
    return list(telling)[:LINES] or seen[-LINES:]


def cause(lines: Iterable[str]) -> Cause | None:
    text = list(lines)
    return next((one for one in CAUSES if any(one.pattern.search(line) for line in text)), None)


def explain(stage: str, lines: Iterable[str], log: str) -> str:
    """One message: the stage, what it said, what that means, and where all of it is."""
    text = list(lines)
    known = cause(text)
    said = " / ".join(complaints(text)) or "it said nothing"
    meaning = f" This is known: {known.meaning}; {known.remedy}." if known else ""
    return f"the stage {stage} failed: {said}.{meaning} The whole log is {log}"
