# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pools, schedulers and assignable devices of the stand-in. As with the real xl, what fails may end with 0."""

from __future__ import annotations

import os
import sys

from standin.world import Place, World

DEFAULTS = {
    "credit": {"weight": 256, "cap": 0},
    "credit2": {"weight": 256, "cap": 0},
    "rtds": {"period": 10000, "budget": 4000, "extratime": 1},
    "sedf": {"period": 100, "slice": 0, "latency": 0, "extratime": 1, "weight": 0},
}
SETTINGS = {
    "credit": {"tslice_ms": 30, "ratelimit_us": 1000, "migration_delay_us": 0},
    "credit2": {"ratelimit_us": 1000},
}
OPTIONS = {
    "credit": {"-w": "weight", "-c": "cap", "-t": "tslice_ms", "-r": "ratelimit_us", "-m": "migration_delay_us"},
    "credit2": {"-w": "weight", "-c": "cap", "-r": "ratelimit_us"},
    "rtds": {"-p": "period", "-b": "budget", "-e": "extratime"},
    "sedf": {"-p": "period", "-s": "slice", "-l": "latency", "-e": "extratime", "-w": "weight"},
}


def cpu_count(world: World) -> int:
    return int(world.get("cpus", 2))


def _minor(world: World) -> int:
    return int(world["release"].split(".")[1])


def _pools(world: World) -> list:
    return world.setdefault("pools", [{"name": "Pool-0", "sched": "credit2", "cpus": list(range(cpu_count(world)))}])


def _pool(world: World, name: str) -> World:
    """A name of digits alone is a number."""
    if name.isdigit():
        return _pools(world)[int(name)]
    return next((pool for pool in _pools(world) if pool["name"] == name), {})


def _within(world: World, pool: str) -> dict:
    return {domid: one for domid, one in world["domains"].items() if one.get("pool", _pools(world)[0]["name"]) == pool}


def _complain(text: str, code: int = 1) -> int:
    sys.stderr.write(f"{text}\n")
    return code


def _list(world: World, arguments: list[str], _place: Place) -> int:
    cpus = "-c" in arguments
    named = [word for word in arguments if word != "-c"]
    if named and not _pool(world, named[0]):
        return _complain(f"Pool '{named[0]}' does not exist")
    print(f"{'Name':<19}" + ("CPU list" if cpus else "CPUs   Sched     Active   Domain count"))
    for pool in _pools(world):
        name, sched, count = pool["name"], pool["sched"], len(_within(world, pool["name"]))
        listed = ",".join(map(str, sorted(pool["cpus"])))
        print(f"{name:<19}" + (listed if cpus else f"{len(pool['cpus']):3} {sched:>9}       y       {count:4}"))
    return 0


def _create(world: World, arguments: list[str], _place: Place) -> int:
    given = {key: value.strip('"') for key, _equals, value in (word.partition("=") for word in arguments)}
    if _pool(world, given["name"]):
        return _complain(f'Pool name "{given["name"]}" already exists')
    cpus = _numbers(given["cpus"]) if "cpus" in given else []
    taken = {cpu for pool in _pools(world) for cpu in pool["cpus"]}
    for cpu in cpus:
        if cpu in taken or cpu >= cpu_count(world):
            return _complain(f"cpu {cpu} illegal or not free")
    _pools(world).append({"name": given["name"], "sched": given["sched"], "cpus": cpus})
    print(f'Using config file "command line"\ncpupool name:   {given["name"]}')
    return 0


def _destroy(world: World, arguments: list[str], _place: Place) -> int:
    name = arguments[0]
    if not _pool(world, name) or _within(world, name):
        return _complain(f"Can't destroy cpupool '{name}'")
    world["pools"] = [pool for pool in _pools(world) if pool["name"] != name]
    return 0


def _rename(world: World, arguments: list[str], _place: Place) -> int:
    pool = _pool(world, arguments[0])
    for domain in _within(world, pool["name"]).values():
        domain["pool"] = arguments[1]
    pool["name"] = arguments[1]
    return 0


def _numbers(text: str) -> list[int]:
    found: list[int] = []
    for part in text.split(","):
        low, _dash, high = part.partition("-")
        found += range(int(low), int(high or low) + 1)
    return found


def _asked(world: World, text: str) -> list[int]:
    """Up to 4.5 xl reads one number and passes over the rest."""
    return [int(text.split("-")[0].split(",")[0])] if _minor(world) < 6 else _numbers(text)


def _cpu_add(world: World, arguments: list[str], _place: Place) -> int:
    taken = {cpu for pool in _pools(world) for cpu in pool["cpus"]}
    for cpu in _asked(world, arguments[1]):
        if cpu in taken:
            return _complain(f"some cpus may not have been added to {arguments[0]}", 0)
        _pool(world, arguments[0])["cpus"].append(cpu)
    return 0


def _cpu_remove(world: World, arguments: list[str], _place: Place) -> int:
    pool = _pool(world, arguments[0])
    for cpu in _asked(world, arguments[1]):
        if cpu not in pool["cpus"] or (len(pool["cpus"]) == 1 and _within(world, arguments[0])):
            return _complain(f"Some cpus may have not or only partially been removed from '{arguments[0]}'.", 0)
        pool["cpus"].remove(cpu)
    return 0


def _schedule(sched: str, world: World, arguments: list[str], _place: Place) -> int:
    options = OPTIONS[sched]
    given = {options[word]: int(value) for word, value in zip(arguments, arguments[1:]) if word in options}
    if "-s" in arguments and "-d" not in arguments:
        return _set_pool(sched, world, arguments[arguments.index("-p") + 1], given, arguments)
    if "-d" in arguments:
        return _set_domain(sched, world, arguments, given)
    for pool in _pools(world):
        if pool["sched"] == sched:
            _print(sched, world, pool, "-v" in arguments)
    return 0


def _set_pool(sched: str, world: World, name: str, given: World, arguments: list[str]) -> int:
    # -p is the pool here, and a number for others
    given.pop("period", None)
    pool = _pool(world, name)
    if not pool:
        return _complain(f"unknown cpupool '{name}'")
    pool.setdefault("settings", dict(SETTINGS[sched])).update(given)
    return 0


def _parameters(domain: World, sched: str) -> World:
    guest = domain["config"].get("b_info", {}).get("sched_params")
    return guest if guest is not None else domain.setdefault("sched", dict(DEFAULTS[sched]))


def _vcpu_count(domain: World) -> int:
    return int(domain["config"].get("b_info", {}).get("max_vcpus", 1))


def _set_domain(sched: str, world: World, arguments: list[str], given: World) -> int:
    word = arguments[arguments.index("-d") + 1]
    domid = next((domid for domid, one in world["domains"].items() if word in (domid, one["name"])), None)
    if domid is None:
        return _complain(f"{word} is an invalid domain identifier (rc=-6)")
    domain = world["domains"][domid]
    if "-v" in arguments:
        which = arguments[arguments.index("-v") + 1]
        for vcpu in range(_vcpu_count(domain)) if which == "all" else [int(which)]:
            domain.setdefault("each", {}).setdefault(str(vcpu), dict(DEFAULTS[sched])).update(given)
        return 0
    _parameters(domain, sched).update(given)
    return 0


def _print(sched: str, world: World, pool: World, each: bool) -> None:
    minor = _minor(world)
    settings = {**SETTINGS.get(sched, {}), **pool.get("settings", {})}
    if minor < 11:
        settings.pop("migration_delay_us", None)
    units = [(key.rsplit("_", 1), number) for key, number in settings.items()]
    said = " ".join(f"{key.replace('_', '-')}={number}{unit}" for (key, unit), number in units)
    said = "sched=RTDS" if sched == "rtds" else "" if sched == "credit2" and minor < 8 else said
    print(f"Cpupool {pool['name']}:{' ' if said else ''}{said}")
    keys = [key for key in DEFAULTS[sched] if not (key == "cap" and sched == "credit2" and minor < 10)]
    keys = [key for key in keys if not (key == "extratime" and sched == "rtds" and minor < 10)]
    headings = ["Extra" if key == "extratime" and sched == "sedf" else key.capitalize() for key in keys]
    print(" ".join([f"{'Name':<33}", f"{'ID':>4}", *(["VCPU"] if each else []), *headings]))
    for domid, domain in _within(world, pool["name"]).items():
        for vcpu in range(_vcpu_count(domain)) if each else [-1]:
            numbers = domain.get("each", {}).get(str(vcpu), DEFAULTS[sched]) if each else _parameters(domain, sched)
            numbers = {**DEFAULTS[sched], **numbers}
            words = [
                ("yes" if numbers[key] else "no") if key == "extratime" and sched == "rtds" else str(int(numbers[key]))
                for key in keys
            ]
            print(" ".join([f"{domain['name']:<33}", f"{domid:>4}", *([f"{vcpu:>4}"] if each else []), *words]))


def _device(place: Place, bdf: str) -> str:
    return f"{place.root}/sys/bus/pci/devices/{bdf}"


def _drive(place: Place, bdf: str, driver: str | None) -> None:
    link = f"{_device(place, bdf)}/driver"
    if os.path.islink(link):
        os.unlink(link)
    if driver:
        os.symlink(f"../../drivers/{driver}", link)


def _driver(place: Place, bdf: str) -> str | None:
    link = f"{_device(place, bdf)}/driver"
    return os.path.basename(os.readlink(link)) if os.path.islink(link) else None


def _assignable(world: World, arguments: list[str], place: Place) -> int:
    root = f"{place.root}/sys/bus/pci"
    if not os.path.isdir(f"{root}/drivers/pciback"):
        return _complain(
            "libxl: error: libxl_pci.c:444:libxl_device_pci_assignable_list: Looks like pciback driver not loaded", 0
        )
    for bdf in sorted(os.listdir(f"{root}/devices")):
        if _driver(place, bdf) == "pciback" and bdf not in world.get("attached", {}):
            name = world.get("pci", {}).get(bdf, {}).get("name") if "-n" in arguments else None
            print(f"{bdf} {name or ''}" if _minor(world) >= 15 else bdf)
    return 0


def _assignable_add(world: World, arguments: list[str], place: Place) -> int:
    bdf = arguments[-1]
    kept = world.setdefault("pci", {}).setdefault(bdf, {})
    if _driver(place, bdf) != "pciback":
        kept["driver"] = _driver(place, bdf)
        _drive(place, bdf, "pciback")
    kept["name"] = arguments[arguments.index("-n") + 1] if "-n" in arguments else None
    return 0


def _assignable_remove(world: World, arguments: list[str], place: Place) -> int:
    bdf = arguments[-1]
    former = world.get("pci", {}).pop(bdf, {}).get("driver")
    if _driver(place, bdf) == "pciback":
        _drive(place, bdf, former if "-r" in arguments else None)
    return 0


def _pci_list(world: World, arguments: list[str], _place: Place) -> int:
    found = [bdf for bdf, domid in world.get("attached", {}).items() if domid == arguments[0]]
    print("\n".join(["Vdev Device", *(f"00.0 {bdf}" for bdf in found)]) if found else "")
    return 0


RESOURCES = {
    "cpupool-list": _list,
    "cpupool-create": _create,
    "cpupool-destroy": _destroy,
    "cpupool-rename": _rename,
    "cpupool-cpu-add": _cpu_add,
    "cpupool-cpu-remove": _cpu_remove,
    **{
        f"sched-{sched}": lambda world, arguments, place, sched=sched: _schedule(sched, world, arguments, place)
        for sched in OPTIONS
    },
    "pci-assignable-list": _assignable,
    "pci-assignable-add": _assignable_add,
    "pci-assignable-remove": _assignable_remove,
    "pci-list": _pci_list,
}
