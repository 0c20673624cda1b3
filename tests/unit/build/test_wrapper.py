# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The compiler in one word: what it adds, where, and to which files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build import wrapper
from ansible_collections.xlops.xen.plugins.module_utils._plan.compiler_choice import needs
from ansible_collections.xlops.xen.plugins.module_utils._schema.compiler_knowledge import Compiler
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    compiler = tmp_path / "real cc"
    compiler.write_text('#!/bin/sh\nfor word; do echo "$word"; done\n')
    compiler.chmod(0o755)
    wrapper.write(str(tmp_path / "bin"), [str(compiler)], needs(Release(4, 5), Compiler("gcc", (12, 2), "")))
    return tmp_path / "bin"


def said(program: Path, *arguments: str, **environment: str) -> list[str]:
    done = subprocess.run([str(program), *arguments], capture_output=True, text=True, check=True, env=environment)
    return done.stdout.splitlines()


def test_the_flags_come_last_and_arguments_stay_whole(programs: Path) -> None:
    words = said(programs / "cc-tools", "-Werror", '-DNAME="a b"', "-c", "xl.c")
    assert words[:4] == ["-Werror", '-DNAME="a b"', "-c", "xl.c"]
    assert words[4:] == [
        "-Wno-error", "-Werror=implicit-function-declaration", "-Werror=int-conversion",
        "-Werror=incompatible-pointer-types", "-fcommon",
    ]  # fmt: skip


def test_the_hypervisor_has_flags_of_its_own(programs: Path) -> None:
    assert said(programs / "cc-hypervisor", "-c", "domain.c")[-1] == "-mno-mmx"
    assert "-mno-mmx" not in said(programs / "cc-tools", "-c", "domain.c")


@pytest.mark.parametrize("source", ["libxl_device.c", "../libxl/libxl_device.c", "/build/tree/libxl_device.c"])
def test_an_include_goes_to_its_file_alone(programs: Path, source: str) -> None:
    assert said(programs / "cc-tools", "-c", source)[:3] == ["-D_GNU_SOURCE", "-include", "sys/sysmacros.h"]
    for other in ("mylibxl_device.c", "libxl_device.c.d", "libxl.c"):
        assert "sys/sysmacros.h" not in said(programs / "cc-tools", "-c", other)


def test_extensions_of_python_find_the_libraries_of_the_release(tmp_path: Path, programs: Path) -> None:
    """As Python links them, in 4.5 to 4.11 with CC alone: pygrub did not find libfsimage under the prefix."""
    link = ["-pthread", "-shared", "build/fsimage.o", "-L../libfsimage", "-lfsimage", "-o", "build/lib/fsimage.so"]
    assert not [word for word in said(programs / "cc-tools", *link) if "rpath" in word]
    compiler = str(tmp_path / "real cc")
    wrapper.write(str(programs), [compiler], needs(Release(4, 5), Compiler("gcc", (10, 2), "")), "/opt/xen/4.5.0/lib")
    assert said(programs / "cc-tools", *link)[: len(link) + 1] == [*link, "-Wl,-rpath,/opt/xen/4.5.0/lib"]
    for other in (["-c", "fsimage.c"], ["xl.o", "-o", "xl"], ["-c", "-DNAME=-shared", "xl.c"]):
        assert not [word for word in said(programs / "cc-tools", *other) if "rpath" in word]
    assert not [word for word in said(programs / "cc-hypervisor", *link) if "rpath" in word]


def test_the_date_is_that_of_the_sources(programs: Path) -> None:
    assert said(programs / "date", "+%F %T", SOURCE_DATE_EPOCH="0") == ["1970-01-01 00:00:00"]
    assert said(programs / "date", "-u", "-d", "@86400", "+%F", SOURCE_DATE_EPOCH="0") == ["1970-01-02"]


def test_an_image_for_efi_has_no_time_in_it(programs: Path, tmp_path: Path) -> None:
    text = (programs / "ld").read_text()
    real = tmp_path / "ld"
    real.write_text('#!/bin/sh\necho "$@"\n')
    real.chmod(0o755)
    (programs / "ld").write_text(text.replace("PATH=", f"PATH={tmp_path}:"))
    assert said(programs / "ld", "-mi386pep", "-o", "xen.efi") == ["--no-insert-timestamp -mi386pep -o xen.efi"]
    assert said(programs / "ld", "-melf_x86_64", "-o", "xen") == ["-melf_x86_64 -o xen"]


def test_the_host_has_no_name(programs: Path) -> None:
    assert said(programs / "hostname") == ["xen-build"]
