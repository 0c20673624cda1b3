# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of make as they were recorded from several releases, and what is told of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build.progress import Progress, compiled, sentence

COMMON = "-O2 -fomit-frame-pointer -std=gnu99 -Wall -Wstrict-prototypes"


@pytest.mark.parametrize(
    ("line", "file"),
    [
        (f"gcc {COMMON} -fno-builtin -iwithprefix include -MMD -MF .domain.o.d -c domain.c -o domain.o", "domain.o"),
        (f"/build/bin/cc-tools  -DPIC {COMMON} -fPIC -c -o xc_core.opic xc_core.c  ", "xc_core.opic"),
        (f"gcc -m32 -march=i686 {COMMON} -c -o hvmloader.o hvmloader.c ", "hvmloader.o"),
        (f"gcc -D__ASSEMBLY__ {COMMON} -c entry.S -o entry.o", "entry.o"),
        ("  CC      common/domain.o", "common/domain.o"),
        ("  CC      arch/x86/boot/cmdline.o", "arch/x86/boot/cmdline.o"),
        ("  AS      arch/x86/boot/head.o", "arch/x86/boot/head.o"),
    ],
)
def test_a_compilation_is_recognised(line: str, file: str) -> None:
    assert compiled(line) == file


@pytest.mark.parametrize(
    "line",
    [
        "make[3]: Entering directory '/build/tree/tools/libxc'",
        "ld    -melf_x86_64_fbsd  -r -o built_in.o bitmap.o core_parking.o",
        "gcc -pthread -Wl,-soname -Wl,libxenctrl.so.4.5 -shared -o libxenctrl.so.4.5.0 xc_core.opic xc_cpupool.opic",
        "ar rc libxenctrl.a xc_core.o xc_cpupool.o",
        "checking for gcc option to accept -c... none needed",
        '/build/tree/tools/python/install-wrap "" install -m0755 -p xentrace_format /build/stage/tools/usr/bin',
        "  LD      common/built_in.o",
        "",
    ],
)
def test_other_lines_are_not(line: str) -> None:
    assert compiled(line) is None


def test_the_second_build_is_told_what_the_first_one_took(tmp_path: Path) -> None:
    for _ in range(2):
        progress = Progress(str(tmp_path), "4.5.0 minimal", ["hypervisor", "tools"], interval=0)
        with progress.stage("tools"):
            for number in range(3):
                progress.line(f"  CC      {number}.o")
            state = json.loads((tmp_path / "progress.json").read_text())
    assert (state["files"], state["expected_files"]) == (3, 3)
    assert sentence({**state, "elapsed": 31.2, "expected_seconds": 90.4}) == (
        "tools (2 of 2): 3 files of about 3, 31 s of about 90"
    )


def test_a_stage_that_fails_is_not_remembered(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), Progress(str(tmp_path), "4.5.0 minimal", []).stage("tools"):
        raise RuntimeError
    assert not (tmp_path / "durations.json").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"4.5.0 minimal tools": 7}'])
def test_a_damaged_memory_is_no_obstacle(tmp_path: Path, content: str) -> None:
    (tmp_path / "durations.json").write_text(content)
    with Progress(str(tmp_path), "4.5.0 minimal", []).stage("tools"):
        assert json.loads((tmp_path / "progress.json").read_text())["expected_seconds"] is None
