# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What builds complained about, and what is known about it."""

from __future__ import annotations

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build.causes import cause, complaints, explain

FAREWELL = [
    "make[5]: *** [/build/tree/tools/Rules.mk:94: libxl_device.o] Error 1",
    "make[5]: Leaving directory '/build/tree/tools/libxl'",
    "make[4]: *** [/build/tree/tools/Rules.mk:108: subdir-install-libxl] Error 2",
    "make: *** [Makefile:108: install-tools] Error 2",
]


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("/usr/bin/ld: xs_tdb_dump.o: multiple definition of `xprintf'", "-fno-common"),
        ("libxl_device.c:335: undefined reference to `major'", "glibc 2.28"),
        ("libxl_device.c:335:14: error: implicit declaration of function 'major'", "glibc 2.28"),
        ("build.c:62:5: error: 'ssdt_pm' undeclared (first use in this function)", "iasl"),
        ("block-remus.c:58:10: fatal error: sys/sysctl.h: No such file or directory", "glibc 2.32"),
        ("xc_misc.c:10:10: fatal error: yajl/yajl_gen.h: No such file or directory", "a header is missing"),
        ("/usr/bin/ld: cannot find -lyajl", "a library is missing"),
        ("configure: error: Unable to find xgettext, please install xgettext", "a program that the build needs"),
        ("as: BFD (GNU Binutils) 2.35.2: No space left on device", "the file system is full"),
        ("fatal: unable to access 'http://host/xen.git/': Could not resolve host: host", "no network during make"),
        ("cc1: error: something [-Werror=array-bounds]", "younger than the release"),
        ("gcc: fatal error: Killed signal terminated program cc1", "more memory"),
        ("gcc: internal compiler error: Segmentation fault", "crashed"),
    ],
)
def test_a_known_cause_is_named_whatever_make_says_afterwards(line: str, meaning: str) -> None:
    found = cause([line, *FAREWELL])
    assert found is not None
    assert meaning in found.meaning
    assert complaints([line, *FAREWELL]) == [line]


def test_an_unknown_cause_is_shown_and_not_explained() -> None:
    said = explain("tools", ["xl.c:7:3: error: 'struct foo' has no member named 'bar'", *FAREWELL], "/b/build.log")
    assert said == (
        "the stage tools failed: xl.c:7:3: error: 'struct foo' has no member named 'bar'. The whole log is /b/build.log"
    )


def test_a_build_that_said_nothing_readable_is_still_one_sentence() -> None:
    assert "it said nothing" in explain("docs", [], "/b/build.log")
    hostile = explain("docs", ["\x1b[2Jerror: \x07" + "x" * 5000], "/b/build.log")
    assert "\x1b" not in hostile
    assert len(hostile) < 500
