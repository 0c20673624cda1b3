# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A declaration for one board: on which machines it is refused, and what it gets there."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._plan.board import filled, misfit
from ansible_collections.xlops.xen.plugins.module_utils._schema.boards import BOARDS

JUNO = BOARDS["juno"]
CONSOLE = {"dtuart": "serial0", "console": "dtuart"}


def test_the_board_is_taken() -> None:
    assert misfit(JUNO, ("arm,juno", "arm,vexpress")) == ""


def test_another_machine_is_refused_in_one_sentence() -> None:
    assert misfit(JUNO, ("arm,vexpress,v2p-ca15_a7", "arm,vexpress")) == (
        "the declaration is for board juno (Arm Juno), and the device tree of this machine says "
        "arm,vexpress,v2p-ca15_a7, arm,vexpress, which is board vexpress (Arm Versatile Express): run the task on the "
        "board, or declare board vexpress"
    )
    assert misfit(JUNO, ("linux,dummy-virt",)).endswith(
        "says linux,dummy-virt: run the task on the board, or leave board out"
    )
    assert misfit(JUNO, ()).endswith(
        "this machine has no device tree that says what it is: run the task on the board, or leave board out"
    )


@pytest.mark.parametrize(
    ("xen", "words", "added"),
    [
        ({}, [], CONSOLE),
        ({"dom0_mem": "1G"}, ["loglvl=all"], CONSOLE),
        ({"dtuart": None, "console": None}, [], CONSOLE),
        ({"dtuart": "serial1"}, [], {"console": "dtuart"}),
        ({}, ["dtuart=/uart@7ff80000"], {"console": "dtuart"}),
        ({"console": "none"}, [], {"dtuart": "serial0"}),
        ({}, ["dtuart=serial1", "console=dtuart"], {}),
    ],
)
def test_the_console_is_that_of_the_board_unless_another_is_said(
    xen: dict[str, Any], words: list[str], added: dict[str, str]
) -> None:
    assert filled(xen, words, JUNO) == {**xen, **added}


def test_a_console_that_is_not_known_is_not_made_up() -> None:
    assert filled({"dom0_mem": "1G"}, [], BOARDS["mcdivitt"]) == {"dom0_mem": "1G"}
