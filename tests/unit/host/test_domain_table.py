# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads that wait for different guests share one reading, and never an old one."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.xlops.xen.plugins.module_utils._host.domain_table import DomainTable

HEADER = "Name                                        ID   Mem VCPUs\tState\tTime(s)   UUID\n"
ROW = "web1 {domid} 64 1 -b---- 0.0 6b4d0d1e-51f5-4f0e-9a51-3f1d3f0f1a01        -                -\n"


class SlowXl:
    """Counts its readings; each shows how many there were."""

    def __init__(self) -> None:
        self.readings = 0
        self.at_once = 0
        self.guard = threading.Lock()

    def list(self) -> str:
        with self.guard:
            self.readings += 1
            self.at_once += 1
            number, at_once = self.readings, self.at_once
        time.sleep(0.1)
        with self.guard:
            self.at_once -= 1
        assert at_once == 1
        return HEADER + ROW.format(domid=number)


def test_who_asks_later_gets_a_later_reading() -> None:
    table = DomainTable(SlowXl())  # type: ignore[arg-type]
    assert [table.rows()[0].domid, table.rows()[0].domid] == [1, 2]
    found = table.find("6b4d0d1e-51f5-4f0e-9a51-3f1d3f0f1a01")
    assert found is not None
    assert found.domid == 3
    assert table.find("another") is None


def test_who_asks_together_shares_a_reading() -> None:
    xl = SlowXl()
    table = DomainTable(xl)  # type: ignore[arg-type]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: table.rows(), range(8)))
    assert xl.readings <= 3
