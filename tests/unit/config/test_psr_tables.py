# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What xl prints of cache monitoring and allocation. Made after its source: no recorded host has any of it."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._config.psr_hwinfo import parse_hwinfo
from ansible_collections.xlops.xen.plugins.module_utils._config.psr_tables import parse_allocated, parse_measured

HWINFO = """\
Cache Monitoring Technology (CMT):
Enabled         : 1
Total RMID      : 63
Supported monitor types:
cache-occupancy
total-mem-bandwidth
Cache Allocation Technology (CAT):
Socket ID       : 0
L3 Cache        : 25600KB
CDP Status      : Disabled
Maximum COS     : 15
CBM length      : 20
Default CBM     : 0xfffff
Socket ID       : 1
L3 Cache        : 25600KB
CDP Status      : Enabled
Maximum COS     : 7
CBM length      : 20
Default CBM     : 0xfffff
Cache Allocation Technology (CAT): L2
Socket ID       : 0
Maximum COS     : 3
CBM length      : 8
Default CBM     : 0xff
Memory Bandwidth Allocation (MBA):
Socket ID               : 0
Linear Mode             : Enabled
Maximum COS             : 7
Maximum Throttling Value: 90
Default Throttling Value: 0
"""


def row(name: str, domid: int, *sizes: str) -> str:
    return f"{name:<40} {domid:>5}" + "".join(f"{size:>13} KB" for size in sizes)


def test_what_the_processors_have() -> None:
    found = parse_hwinfo(HWINFO)
    assert found["cmt"] == {
        "enabled": True,
        "total_rmid": 63,
        "monitor_types": ["cache-occupancy", "total-mem-bandwidth"],
    }
    assert [one["cdp_status"] for one in found["l3"]] == [False, True]
    assert found["l3"][1]["l3_cache"] == 25600
    assert found["l2"] == [{"socket_id": 0, "maximum_cos": 3, "cbm_length": 8, "default_cbm": "0xff"}]
    assert found["mba"][0]["maximum_throttling_value"] == 90
    assert found["mba"][0]["linear_mode"] is True


def test_a_host_without() -> None:
    assert parse_hwinfo("Cache Monitoring Technology (CMT):\nEnabled         : 0\n") == {"cmt": {"enabled": False}}
    assert (parse_hwinfo(""), parse_allocated("")) == ({}, {})


def test_what_is_measured() -> None:
    text = "\n".join(
        [
            "Total RMID: 63",
            f"{'Name':<40} {'ID':>5}{'Socket':>14} 0{'Socket':>14} 1",
            f"{'Total L3 Cache Size':<46}{25600:>13} KB{25600:>13} KB",
            row("Domain-0", 0, "100", "200"),
            row("a 7  8 KB", 3, "1", "2"),
            row("x" * 60, 4, "5", "6"),
            row("not told", 5),
        ]
    )
    found = parse_measured(text)
    assert found.total_rmid == 63
    assert found.domains == {0: {0: 100, 1: 200}, 3: {0: 1, 1: 2}, 4: {0: 5, 1: 6}, 5: {}}


def test_who_may_use_what() -> None:
    one = f"Socket ID       : 0\nDefault CBM     : 0xfffff\n{'ID':>5}{'NAME':>25}{'CBM':>16}\n"
    two = f"Socket ID       : 1\nDefault CBM     : 0xff\n{'ID':>5}{'NAME':>25}{'CBM (code)':>16}{'CBM (data)':>16}\n"
    rows = [f"{0:>5}{'Domain-0':>25}{'0xfffff':>16}", f"{3:>5}{'7 long name 0x1 ' + 'x' * 20:>25}{'0x3f':>16}"]
    found = parse_allocated(one + "\n".join(rows) + "\n" + two + f"{0:>5}{'Domain-0':>25}{'0xf':>16}{'0xf0':>16}\n")
    assert found[0].full == 0xFFFFF
    assert found[0].domains == {0: [0xFFFFF], 3: [0x3F]}
    assert found[1].domains == {0: [0xF, 0xF0]}


def test_what_xl_does_not_know_is_left_out() -> None:
    text = f"Socket ID       : 0\nDefault THRTL   : 0\n{'ID':>5}{'NAME':>25}{'THRTL':>16}\n"
    rows = [f"{0:>5}{'Domain-0':>25}{'error':>16}", f"{1:>5}{'web1':>25}{50:>16}", f"{2:>5}{'web2':>25}{'0x1e':>16}"]
    assert parse_allocated(text + "\n".join(rows))[0].domains == {1: [50], 2: [30]}
