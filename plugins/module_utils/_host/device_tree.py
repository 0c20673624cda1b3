# SPDX-License-Identifier: GPL-3.0-or-later
"""What the device tree of a machine says that it is. Under Xen, the control domain has the root's properties too."""

from __future__ import annotations

from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import printable
from ansible_collections.xlops.xen.plugins.module_utils._host.files import read_text
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._schema.boards import board_of

# Whoever writes the firmware writes this, and a real list has a handful of strings.
LONGEST_LIST, MOST, LONGEST = 4096, 16, 64


def compatible_of(paths: Paths) -> tuple[str, ...]:
    """The strings of the root node, empty without a device tree. Each ends in a NUL; one that does not was cut."""
    text = read_text(f"{paths.device_tree}/compatible") or ""
    strings = [string for string in text[:LONGEST_LIST].split("\0")[:-1] if string]
    return tuple(printable(string)[:LONGEST] for string in strings[:MOST])


def board_facts(paths: Paths) -> dict[str, Any] | None:
    """What is told of the board."""
    compatible = compatible_of(paths)
    if not compatible:
        return None
    board = board_of(compatible)
    return {
        "name": board.name if board else None,
        "title": board.title if board else None,
        "compatible": list(compatible),
        "profile": board is not None,
    }
