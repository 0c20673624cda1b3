# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""libxl's own arithmetic of what a guest needs, and when dom0 makes room."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._plan.memory import dom0_gives_way, needed


@pytest.mark.parametrize(
    ("model", "mib"),
    [
        ({"type": "pv", "memory": 64}, 66),
        ({"memory": 63}, 64),
        ({}, 34),
        ({"maxmem": 128}, 130),
        ({"type": "pv", "memory": 64, "maxmem": 4096}, 66),
        ({"type": "pvh", "memory": 64}, 68),
        ({"type": "pvh", "memory": 1024, "vcpus": 4}, 1038),
        ({"type": "hvm", "memory": 1024, "maxmem": 2048, "vcpus": 2, "maxvcpus": 4}, 1046),
    ],
)
def test_what_a_guest_needs(model: dict[str, Any], mib: int) -> None:
    assert needed(model) == mib


@pytest.mark.parametrize(
    ("autoballoon", "command_line", "gives"),
    [
        ("auto", "console=com1 dom0_mem=1024M,max:1024M loglvl=info", False),
        ("auto", "dom0_mem=1G", False),
        ("auto", "dom0_mem=min:512M,max:1G", False),
        ("auto", "dom0_mem=10%", False),
        ("auto", "placeholder console=vga", True),
        ("auto", "my_dom0_mem=1G", True),
        ("auto", "dom0_mem=much", True),
        ("on", "dom0_mem=1G", True),
        ("1", "dom0_mem=1G", True),
        ("off", "", False),
        ("0", "", False),
        ("nonsense", "", True),
    ],
)
def test_dom0_gives_way_as_xl_decides_it(autoballoon: str, command_line: str, gives: bool) -> None:
    assert dom0_gives_way(autoballoon, command_line) is gives
