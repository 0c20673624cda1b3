# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of releases and compilers, and what is said of those of which nothing is."""

from __future__ import annotations

import re

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._plan.compiler_choice import (
    Untried,
    combination,
    forced,
    needs,
    suite_for,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.compiler_knowledge import (
    COMBINATIONS,
    KEPT_ERRORS,
    REMEDIES,
    Compiler,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.configure_options import CONFIGURE_OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import RELEASES, Release

V45 = Release(4, 5)


def gcc(*version: int) -> Compiler:
    return Compiler("gcc", version, "x86_64-linux-gnu")


def test_what_was_booted_needs_no_permission() -> None:
    assert combination(V45, gcc(10, 2, 1), untried=False) in COMBINATIONS
    assert combination(Release(4, 17), gcc(12, 2, 0), untried=False) in COMBINATIONS


def test_what_compiles_and_was_not_booted_is_refused_with_what_is_known_of_it() -> None:
    with pytest.raises(Untried, match=r"Xen 4\.5 by gcc 12\.2\.0 compiles, but was not booted, and .*dom0") as refused:
        combination(V45, gcc(12, 2, 0), untried=False)
    assert "The nearest that was booted is Xen 4.5 by gcc 9 to 10" in str(refused.value)
    assert "set untried to true" in str(refused.value)
    assert combination(V45, gcc(12, 2, 0), untried=True) is not None


@pytest.mark.parametrize(
    ("release", "compiler", "nearest"),
    [
        ("4.5", gcc(14, 2, 0), "Xen 4.5 by gcc 9 to 10"),
        ("4.6", gcc(10, 2, 1), "Xen 4.5 by gcc 9 to 10"),
        ("4.16", gcc(12, 2, 0), "Xen 4.17 by gcc 12"),
        ("4.19", gcc(12, 2, 0), "Xen 4.20 by gcc 14"),
        ("4.17", Compiler("clang", (14, 0, 6), "x86_64-pc-linux-gnu"), "Xen 4.17 by gcc 12"),
    ],
)
def test_the_nearest_known_one_is_named(release: str, compiler: Compiler, nearest: str) -> None:
    with pytest.raises(Untried, match=re.escape(f"The nearest that was booted is {nearest} (")):
        combination(Release.parse(release), compiler, untried=False)
    assert combination(Release.parse(release), compiler, untried=True) is None


def test_the_old_release_by_the_compiler_of_debian_11() -> None:
    need = needs(V45, gcc(10, 2, 1))
    assert need.flags[0] == "-Wno-error"
    assert set(KEPT_ERRORS) <= set(need.flags)
    assert "-fcommon" in need.flags
    assert need.hypervisor_flags == []
    assert set(need.objects) == {"libxl_device.c", "tap-ctl-allocate.c"}
    assert need.configure["SYSTEMD_LIBS"] == "-lsystemd"
    assert need.make == {"PYTHON": "/usr/bin/python2"}
    assert {"iasl", "date", "gzip"} <= set(need.programs)
    assert need.options == {}


def test_a_younger_compiler_needs_more_and_a_younger_release_less() -> None:
    assert needs(V45, gcc(12, 2, 0)).hypervisor_flags == ["-mno-mmx"]
    assert needs(V45, gcc(12, 2, 0)).options == {"blktap2": False}
    assert needs(Release(4, 17), gcc(12, 2, 0)).flags == []
    assert needs(Release(4, 20), gcc(14, 2, 0)).remedies == ()


def test_a_global_include_comes_with_what_it_would_break() -> None:
    for remedy in REMEDIES:
        for flags in remedy.objects.values():
            assert "-D_GNU_SOURCE" in flags


def test_every_row_has_a_source_and_options_that_exist() -> None:
    assert all(one.source and one.cause for one in REMEDIES)
    assert all(one.source for one in COMBINATIONS)
    assert {name for one in REMEDIES for name in one.options} <= set(CONFIGURE_OPTIONS)
    assert len({one.name for one in REMEDIES}) == len(REMEDIES)


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_every_release_has_a_system_to_be_built_in(release: Release) -> None:
    found = suite_for(release)
    assert "build-essential" in found.packages
    assert ("python2" in found.packages) == (release < Release(4, 13))


def test_what_the_user_asked_for_is_not_overruled_in_silence() -> None:
    assert forced({"xen": True}, {"blktap2": False}) == {"xen": True, "blktap2": False}
    with pytest.raises(Untried, match="blktap2: this compiler cannot build it"):
        forced({"blktap2": True}, {"blktap2": False})
