# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a running guest is made anew for a change, and what is said where it is not."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import read_declarations
from ansible_collections.xlops.xen.plugins.module_utils._plan.renewal import explained, obstacle

BOOT = Difference("cmdline", "a", "b", "next_boot", how="it is set when the domain is made")
OTHER = Difference("uuid", "a", "b", "recreate", how="it makes another domain of the guest")
LIVE = Difference("memory", 1, 2, "live", how="xl mem-set 1 2m")


@pytest.mark.parametrize(
    ("waiting", "engine", "protection", "expected"),
    [
        ([], {"restart": "allowed"}, (), None),
        ([BOOT], {}, (), "restart: allowed would bring it at once"),
        ([BOOT], {"restart": "allowed"}, (), ""),
        ([BOOT], {"restart": "allowed", "state": "present"}, (), "state: present leaves the guest as it runs"),
        ([BOOT], {"restart": "allowed"}, ("restart",), "the guest is protected against restarts"),
        ([BOOT], {"recreate": "allowed"}, (), "restart: allowed would bring it at once"),
        ([BOOT, OTHER], {"restart": "allowed"}, (), "recreate: allowed would make it anew"),
        ([BOOT, OTHER], {"recreate": "allowed"}, ("destroy",), ""),
    ],
)
def test_obstacle(
    waiting: list[Difference], engine: dict[str, Any], protection: tuple[str, ...], expected: Any
) -> None:
    (declaration,) = read_declarations([{"name": "a", "kernel": "/k", **engine}])
    assert obstacle(waiting, declaration, protection) == expected


def test_every_difference_says_what_becomes_of_it() -> None:
    assert explained([LIVE], None) == (LIVE,)
    assert [one.how for one in explained([LIVE, BOOT], "permission would help")] == [
        "xl mem-set 1 2m",
        "it is set when the domain is made; permission would help",
    ]
    assert [one.how for one in explained([LIVE, BOOT], "")] == [
        "the guest is made anew for it",
        "it is set when the domain is made; the guest is made anew for it",
    ]
