# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Arm boards, held against what the sources of Xen 4.5.0 have of them."""

from __future__ import annotations

import json
import re
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_cmdline import examine, words_of
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_releases import Target
from ansible_collections.xlops.xen.plugins.module_utils._plan.board import filled
from ansible_collections.xlops.xen.plugins.module_utils._schema.boards import (
    BOARDS,
    EXYNOS4210,
    PL011,
    ROWS,
    U_BOOT,
    UART_8250,
    UEFI,
    Board,
    board_of,
    fits,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import ARM32, ARM64
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_params import PARAMETERS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, RELEASES
from ansible_collections.xlops.xen.tests.unit.transcripts import DATA

ROOT = Path(__file__).resolve().parents[3]
FACTS: dict[str, dict[str, Any]] = json.loads((DATA / "facts" / "boards.json").read_text())

# The lists of Linux's device trees.
JUNO = ("arm,juno-r1", "arm,juno", "arm,vexpress")
MUSTANG = ("apm,mustang", "apm,xgene-storm")
TREES = {
    "juno": JUNO,
    "mustang": MUSTANG,
    "vexpress": ("arm,vexpress,v2p-ca15_a7", "arm,vexpress"),
    "fastmodel": ("arm,foundation-aarch64", "arm,vexpress"),
    "arndale": ("insignal,arndale", "samsung,exynos5250", "samsung,exynos5"),
    "odroid_xu": ("hardkernel,odroid-xu", "samsung,exynos5410", "samsung,exynos5"),
    "seattle": ("amd,seattle-overdrive", "amd,seattle"),
    "dra7": ("ti,dra7-evm", "ti,dra742", "ti,dra74", "ti,dra7"),
    "omap5": ("ti,omap5-uevm", "ti,omap5"),
    "sun7i_a20": ("lemaker,bananapi", "allwinner,sun7i-a20"),
    "sun6i_a31": ("merrii,a31-hummingbird", "allwinner,sun6i-a31"),
    "midway": ("calxeda,ecx-2000",),
    "hip04_d01": ("hisilicon,hip04-d01",),
}


def test_names_and_strings_are_of_one_board() -> None:
    assert len(BOARDS) == len(ROWS)
    strings = Counter(string for board in ROWS for string in board.compatible)
    assert set(strings.values()) == {1}
    # What Xen chooses a platform by is shared, unless it is the string of a board.
    assert {board.name for board in ROWS if not board.compatible} == {"mcdivitt"}


@pytest.mark.parametrize("board", ROWS, ids=lambda board: board.name)
def test_a_row_makes_sense(board: Board) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]+", board.name)
    assert board.arch in (ARM32, ARM64)
    assert board.uart in (PL011, UART_8250, EXYNOS4210)
    assert board.boots in (U_BOOT, UEFI, None)
    assert board.boots != UEFI or board.arch == ARM64, "on 32-bit Arm Xen is no EFI application"
    assert board.sources
    assert (board.matched is None) == (not board.platform)
    if board.dtuart is not None:
        assert re.fullmatch(PARAMETERS["dtuart"].pattern, board.dtuart)
        assert len(board.dtuart) <= (PARAMETERS["dtuart"].limit(OLDEST) or 0)


def test_every_platform_of_the_release_has_a_board() -> None:
    assert {board.matched: board.platform for board in ROWS if board.matched} == FACTS["platforms"]


def test_words_of_early_printk_are_those_of_the_sources() -> None:
    words = {
        board.early_printk: [board.uart, f"0x{board.base:08x}", str(board.printk_until)]
        for board in ROWS
        if board.early_printk
    }
    assert words == FACTS["early_printk"]
    assert [board.name for board in ROWS if not board.early_printk] == ["odroid_xu"]


@pytest.mark.parametrize("board", ROWS, ids=lambda board: board.name)
def test_what_a_board_adds_is_read_by_every_release(board: Board) -> None:
    for release in RELEASES:
        assert not errors_in(examine(words_of(filled({}, [], board)), Target(release, board.arch)))


@pytest.mark.parametrize("name", TREES)
def test_a_board_is_told_by_its_device_tree(name: str) -> None:
    found = board_of(TREES[name])
    assert found is not None
    assert found.name == name
    assert [board.name for board in ROWS if fits(board, TREES[name])] == [name]


def test_a_tree_that_names_no_board_is_of_none() -> None:
    for tree in ((), ("linux,dummy-virt",), ("google,snow", "samsung,exynos5250"), ("ti,am572x", "ti,dra7")):
        assert board_of(tree) is None
        assert not [board.name for board in ROWS if fits(board, tree)]


def test_what_has_no_string_of_its_own_may_be_any_of_its_family() -> None:
    other = ("hp,unknown", "apm,xgene-storm")
    assert board_of(other) is None
    assert [board.name for board in ROWS if fits(board, other)] == ["mcdivitt"]
    assert not fits(BOARDS["mcdivitt"], MUSTANG)


def test_the_page_of_boards_is_that_of_the_rows() -> None:
    tool = runpy.run_path(str(ROOT / "tests/tools/boards_doc.py"))
    page = tool["PAGE"].read_text()
    assert page == tool["renewed"](page), "run tests/tools/boards_doc.py"
    assert "None of this was run on hardware" in page
