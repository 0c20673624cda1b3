# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cache monitoring and allocation of the stand-in, made after what xl prints, for no recorded host has any of it.

`psr` of the host says what its one socket has: {"cmt": true, "l3": "0xfffff", "cdp": true, "l2": "0xff", "mba": 90}.
"""

from __future__ import annotations

import sys

from standin.world import World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Find = Callable[[str], "str | None"]
OCCUPIED = 2048  # KB, of each domain that is monitored


def _fail(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code


def _minor(world: World) -> int:
    return int(world["release"].split(".")[1])


def _has(world: World, feature: str) -> object:
    return world.get("psr", {}).get(feature)


def _none(what: str) -> int:
    return _fail(
        f"libxl: error: libxl_psr.c:112:libxl__psr_cat_log_err_msg: {what}: is not supported in this system: No such "
        "device\nFailed to get info",
        253,
    )


def _attach(attached: bool, world: World, arguments: list[str], find: Find) -> int:
    domid = find(arguments[0])
    if domid is None:
        return _fail(f"{arguments[0]} is an invalid domain identifier (rc=-6)", 1)
    if bool(world["domains"][domid].get("monitored")) == attached:
        return _fail(f"libxl: error: libxl_psr.c:71: CMT is {'already' if attached else 'not'} attached", 253)
    world["domains"][domid]["monitored"] = attached
    return 0


def _show(world: World, arguments: list[str], _find: Find) -> int:
    if arguments[0] != ("cache_occupancy" if _minor(world) < 6 else "cache-occupancy"):
        return _fail("Usage: xl [-vfN] psr-cmt-show <PSR-CMT-Type> <Domain>", 2)
    if not _has(world, "cmt"):
        return _fail("CMT is disabled in the system", 255)
    print(f"Total RMID: 63\n{'Name':<40} {'ID':>5}{'Socket':>14} 0")
    print(f"{'Total L3 Cache Size':<46}{25600:>13} KB")
    for domid, domain in world["domains"].items():
        if domain.get("monitored"):
            print(f"{domain['name']:<40} {domid:>5}{OCCUPIED:>13} KB")
    return 0


def _full(world: World, level: str) -> int:
    return int(str(_has(world, level)), 0)


def _values(world: World, domain: World, level: str) -> list[int]:
    full = _full(world, level)
    count = 2 if level == "l3" and _has(world, "cdp") else 1
    return domain.get("masks", {}).get(level, [full] * count)


def _level(arguments: list[str]) -> str:
    return f"l{arguments[arguments.index('-l') + 1]}" if "-l" in arguments else "l3"


def _cat_show(world: World, arguments: list[str], _find: Find) -> int:
    level = _level(arguments)
    if not _has(world, level):
        return _none("CAT")
    print(f"{'Socket ID':<16}: 0")
    if level == "l3":
        print(f"{'L3 Cache':<16}: 25600KB")
    apart = level == "l3" and _has(world, "cdp")
    print(f"{'Default CBM':<16}: {_full(world, level):#x}")
    print(f"{'ID':>5}{'NAME':>25}" + (f"{'CBM (code)':>16}{'CBM (data)':>16}" if apart else f"{'CBM':>16}"))
    for domid, domain in world["domains"].items():
        masks = "".join(f"{mask:>#16x}" for mask in _values(world, domain, level))
        print(f"{domid:>5}{domain['name']:>25}{masks}")
    return 0


def _cat_set(world: World, arguments: list[str], find: Find) -> int:
    level = _level(arguments)
    domain = world["domains"][str(find(arguments[-2]))]
    values = list(_values(world, domain, level))
    mask = int(arguments[-1], 0)
    which = [0] if "-c" in arguments else [1] if "-d" in arguments else range(len(values))
    domain.setdefault("masks", {})[level] = [mask if place in which else old for place, old in enumerate(values)]
    return 0


def _mba_show(world: World, _arguments: list[str], _find: Find) -> int:
    if not _has(world, "mba"):
        return _none("MBA")
    print(f"{'Socket ID':<16}: 0\n{'Default THRTL':<16}: 0\n{'ID':>5}{'NAME':>25}{'THRTL':>16}")
    for domid, domain in world["domains"].items():
        print(f"{domid:>5}{domain['name']:>25}{domain.get('throttle', 0):>16}")
    return 0


def _mba_set(world: World, arguments: list[str], find: Find) -> int:
    value = int(arguments[-1], 0)
    world["domains"][str(find(arguments[-2]))]["throttle"] = value - value % 10
    return 0


def _hwinfo(world: World, _arguments: list[str], _find: Find) -> int:
    print(f"Cache Monitoring Technology (CMT):\n{'Enabled':<16}: {1 if _has(world, 'cmt') else 0}")
    if _has(world, "cmt"):
        print(f"{'Total RMID':<16}: 63\nSupported monitor types:\ncache-occupancy")
    if _has(world, "l3"):
        print(f"Cache Allocation Technology (CAT):\n{'Socket ID':<16}: 0\n{'L3 Cache':<16}: 25600KB")
        print(f"{'CDP Status':<16}: {'Enabled' if _has(world, 'cdp') else 'Disabled'}\n{'Maximum COS':<16}: 15")
        print(f"{'CBM length':<16}: 20\n{'Default CBM':<16}: {_full(world, 'l3'):#x}")
    if _has(world, "mba"):
        print("Memory Bandwidth Allocation (MBA):\nSocket ID               : 0\nLinear Mode             : Enabled")
        print("Maximum COS             : 7\nMaximum Throttling Value: 90\nDefault Throttling Value: 0")
    return 0 if _has(world, "l3") and _has(world, "mba") else _none("MBA" if _has(world, "l3") else "CAT")


PSR = {
    "psr-hwinfo": _hwinfo,
    "psr-cmt-attach": lambda *words: _attach(True, *words),
    "psr-cmt-detach": lambda *words: _attach(False, *words),
    "psr-cmt-show": _show,
    "psr-cat-show": _cat_show,
    "psr-cat-set": _cat_set,
    "psr-cat-cbm-set": _cat_set,
    "psr-mba-show": _mba_show,
    "psr-mba-set": _mba_set,
}
