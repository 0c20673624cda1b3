# SPDX-License-Identifier: GPL-3.0-or-later
"""A declaration that is for one Arm board: whether the machine is one, and what the board adds to the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_cmdline import tokens
from ansible_collections.xlops.xen.plugins.module_utils._schema.boards import Board, board_of, fits


def misfit(wanted: Board, compatible: Sequence[str]) -> str:
    """What speaks against it, empty where nothing does. Without a device tree there are no strings."""
    if fits(wanted, compatible):
        return ""
    asked = f"the declaration is for board {wanted.name} ({wanted.title})"
    if not compatible:
        return (
            f"{asked}, and this machine has no device tree that says what it is: run the task on the board, or leave "
            "board out"
        )
    found = board_of(compatible)
    known = f", which is board {found.name} ({found.title})" if found else ""
    instead = f"declare board {found.name}" if found else "leave board out"
    return (
        f"{asked}, and the device tree of this machine says {', '.join(compatible)}{known}: run the task on the board, "
        f"or {instead}"
    )


def filled(xen: Mapping[str, Any], words: Sequence[str], board: Board) -> dict[str, Any]:
    """Parameters by name, with the console of the board where nobody says another."""
    if board.dtuart is None:
        return dict(xen)
    own = {"dtuart": board.dtuart, "console": "dtuart"}
    said = {name for name, value in xen.items() if value is not None} | {one.name for one in tokens(words)}
    return {**xen, **{name: value for name, value in own.items() if name not in said}}
