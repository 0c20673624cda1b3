# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of the stand-in xl."""

from __future__ import annotations

import os
import sys
import time

from standin import saving
from standin.changes import CHANGES, change, vcpu_rows
from standin.config import Unreadable, listed, read, to_libxl
from standin.dmesg import dmesg
from standin.faults import fault_of, strike
from standin.guests import add, behaves, pause, remove, spawn_monitor, unpause
from standin.psr import PSR
from standin.resources import RESOURCES, cpu_count
from standin.world import Place, World, row_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[[list[str]], int]

PLACE = Place(os.environ.get("STANDIN_XL", ""))

INFO = """\
host                   : standin
release                : 6.1.0-50-amd64
version                : #1 SMP
machine                : x86_64
nr_cpus                : {cpus}
max_cpu_id             : {last}
nr_nodes               : 1
cores_per_socket       : 2
threads_per_core       : 1
cpu_mhz                : 2445.427
virt_caps              : {virt_caps}
total_memory           : 4095
free_memory            : {free}
sharing_freed_memory   : 0
sharing_used_memory    : 0
outstanding_claims     : 0
free_cpus              : 0
cpu_topology           :
cpu:    core    socket     node
{topology}
numa_info              :
node:    memsize    memfree    distances
   0:      4095       {free}      10
xen_major              : {major}
xen_minor              : {minor}
xen_extra              : .{extra}
xen_version            : {release}
xen_caps               : xen-3.0-x86_64 hvm-3.0-x86_32
xen_scheduler          : {scheduler}
xen_pagesize           : 4096
xen_commandline        : {commandline}
xend_config_format     : 4
"""


def main(words: list[str]) -> int:
    assert PLACE.root, "STANDIN_XL names no directory"
    PLACE.note_call(words)
    dry = words[0] == "-N"
    command, arguments = words[1 if dry else 0], words[2 if dry else 1 :]
    fault = fault_of(PLACE, *(["-N " + command] if dry else [" ".join([command, *arguments[:1]]), command]))
    strike(fault, "before")
    time.sleep(fault.get("hangs", 0))
    if "ends" in fault:
        with PLACE.world() as world:
            remove(world, _find(world, fault["ends"]), PLACE)
    if "code" in fault:
        if fault.get("leaves"):
            _create(arguments, monitor=fault["leaves"] == "watched")
        sys.stderr.write(fault.get("errors", ""))
        if fault.get("echoes"):
            with open(_file(arguments)) as file:
                sys.stderr.writelines(sorted(file, key=lambda line: "passwd" not in line))
        return int(fault["code"])
    carry_out = _dry_run if dry else COMMANDS[command]
    code = _saying_half(carry_out, arguments) if fault.get("half") else carry_out(arguments)
    strike(fault, "after")
    return code


def _saying_half(carry_out: Command, arguments: list[str]) -> int:
    import io

    whole, sys.stdout = sys.stdout, io.StringIO()
    try:
        return carry_out(arguments)
    finally:
        said, sys.stdout = sys.stdout.getvalue(), whole
        print(said[: len(said) // 2], end="")


def _minor(world: World) -> int:
    return int(world["release"].split(".")[1])


def _file(arguments: list[str]) -> str:
    return arguments[arguments.index("-f") + 1]


def _find(world: World, word: str) -> str | None:
    if word.isdigit():
        return word if word in world["domains"] else None
    return next((domid for domid, domain in world["domains"].items() if domain["name"] == word), None)


def _taken(domid: object, name: str) -> str:
    return (
        f"libxl: error: libxl_domain.c:81:libxl__domain_rename: Domain {domid}:"
        f'Domain with name "{name}" already exists.\n'
    )


def _config(path: str, world: World) -> dict:
    with open(path, newline="") as file:
        text = file.read()
    if world.get("by_schema"):
        from standin import by_schema

        return by_schema.to_libxl(text, path, world["release"])
    return to_libxl(read(text, path), _minor(world))


def _print_json(value: object) -> None:
    import json

    print(json.dumps(value, indent=4))


def _dry_run(arguments: list[str]) -> int:
    with PLACE.world() as world:
        try:
            config = _config(_file(arguments), world)
        except Unreadable as refusal:
            sys.stderr.write(f"{refusal}\n")
            return 1
        config["b_info"].update(world.get("misreads", {}))
        _print_json(config if _minor(world) >= 17 else {"domid": None, "config": config})
    return 0


def _create(arguments: list[str], monitor: bool = True) -> int:
    with PLACE.world() as world:
        config = _config(_file(arguments), world)
        name = config["c_info"]["name"]
        if _find(world, name):
            sys.stderr.write(
                _taken(3, name)
                + "libxl: error: libxl_create.c:1296:initiate_domain_create: Domain 3:cannot make domain: -6\n"
            )
            return 3
        domid = add(world, config, "-p" in arguments, PLACE)
    if monitor:
        spawn_monitor(PLACE, domid)
    return 0


def _list(arguments: list[str]) -> int:
    with PLACE.world() as world:
        if "-l" in arguments:
            hidden = world.get("hidden", [])
            shown = ((domid, one) for domid, one in world["domains"].items() if one["name"] not in hidden)
            _print_json([_long(domid, one, world) for domid, one in shown])
            return 0
        verbose, pools = "-v" in arguments, "-c" in arguments
        print(
            "Name                                        ID   Mem VCPUs\tState\tTime(s)"
            + ("   UUID                            Reason-Code\tSecurity Label" if verbose else "")
        )
        for domid, domain in world["domains"].items():
            tail = f" {domain['uuid']} {'0' if domain.get('ended') else '-':>8} {'-':>16}" if verbose else ""
            tail = f"{domain.get('pool', 'Pool-0'):>16}" if pools else tail
            named = f"{domain['name'] or '(null)':<40} {domid:>5}"
            print(f"{named} {domain['memory']:>5} {1:>5}     {row_state(domain)}  {0.0:>8.1f}{tail}")
    return 0


def _long(domid: str, domain: World, world: World) -> dict:
    if domid == "0":
        return {"domid": 0, "config": {"c_info": {"type": "pv", "name": domain["name"]}, "b_info": {"type.pv": {}}}}
    domain["config"]["c_info"]["name"] = domain["name"]  # the name is read live
    return {"domid": int(domid), "config": listed(domain["config"], _minor(world), domain["memory"])}


def _info(arguments: list[str]) -> int:
    with PLACE.world() as world:
        major, minor, extra = world["release"].split(".")
        print(
            INFO.format(
                free=world["free"],
                cpus=cpu_count(world),
                last=cpu_count(world) - 1,
                topology="\n".join(f"{cpu:3}:{cpu:8}{0:9}{0:9}" for cpu in range(cpu_count(world))),
                virt_caps=world.get("virt_caps", "pv hvm hap shadow"),
                release=world["release"],
                major=major,
                minor=minor,
                extra=extra,
                scheduler="credit2" if int(minor) >= 12 else "credit",
                commandline=world.get("commandline", "dom0_mem=1024M,max:1024M loglvl=info"),
            )
        )
    return 0


def _dmesg(_arguments: list[str]) -> int:
    with PLACE.world() as world:
        return dmesg(world)


def _getenforce(_arguments: list[str]) -> int:
    with PLACE.world() as world:
        mode = world.get("flask", -1)
    print({1: "Enforcing", 0: "Permissive", -1: "Flask XSM Disabled"}[mode])
    return mode & 0xFF


def _absent(world: World, word: str) -> int:
    sys.stderr.write(f"{word} is an invalid domain identifier (rc=-6)\n")
    return 2 if _minor(world) < 7 else 1


def _shutdown(arguments: list[str]) -> int:
    word = arguments[-1]
    with PLACE.world() as world:
        domid = _find(world, word)
        if domid is None:
            return _absent(world, word)
        domain = world["domains"][domid]
        sys.stderr.write(f"Shutting down domain {domid}\n")
        if behaves(domain, "nodrivers"):
            sys.stderr.write(
                "PV control interface not available: external graceful shutdown not possible.\n"
                'Use "-F" to fallback to ACPI power event.\nshutdown failed (rc=-10)\n'
            )
            return 255 if _minor(world) < 7 else 1
        if behaves(domain, "suspends"):
            domain["ended"] = "suspend"
            return 0
        deaf, slow = behaves(domain, "deaf") or domain.get("paused"), behaves(domain, "slow")
    if slow:
        time.sleep(2)
    while deaf and "-w" in arguments:
        time.sleep(0.1)
    with PLACE.world() as world:
        if not deaf and domid in world["domains"]:
            world["domains"][domid]["ended"] = "poweroff"
    return 0


def _destroy(arguments: list[str]) -> int:
    with PLACE.world() as world:
        domid = _find(world, arguments[-1])
        if domid is None:
            return _absent(world, arguments[-1])
        remove(world, domid, PLACE)
    return 0


def _pause(arguments: list[str]) -> int:
    with PLACE.world() as world:
        domid = _find(world, arguments[-1])
        if domid:
            pause(world["domains"][domid])
    return 0


def _unpause(arguments: list[str]) -> int:
    with PLACE.world() as world:
        domid = _find(world, arguments[-1])
        if domid:
            unpause(world["domains"][domid])
    return 0


def _rename(arguments: list[str]) -> int:
    word, name = arguments
    with PLACE.world() as world:
        domid = _find(world, word)
        if domid is None:
            return _absent(world, word)
        if _find(world, name) not in (None, domid):
            sys.stderr.write(f"{_taken(domid, name)}Can't rename domain '{word}'.\n")
            return 1
        world["domains"][domid]["name"] = name
    return 0


def _config_update(arguments: list[str]) -> int:
    sys.stderr.write(
        "WARNING: xl now has better capability to manage domain configuration, avoid using this command when possible\n"
    )
    with PLACE.world() as world:
        domid = _find(world, arguments[0])
        if domid is None:
            return _absent(world, arguments[0])
        _config(_file(arguments), world)
        staged = PLACE.staged_path(domid, world["domains"][domid])
        os.close(os.open(staged, os.O_CREAT | os.O_WRONLY, 0o600))
        with open(_file(arguments), "rb") as source, open(staged, "wb") as copy:
            copy.write(source.read())
        sys.stderr.write(f"setting dom{domid} configuration\n")
    return 0


def _changed(command: str, arguments: list[str]) -> int:
    """The domain stands after -d for the schedulers, else first; -i of vcpu-set is for the real one."""
    words = [word for word in arguments if word not in ("-d", "-i")]
    with PLACE.world() as world:
        domid = _find(world, words[0])
        if domid is None:
            return _absent(world, words[0])
        return change(command, world["domains"][domid], words[1:], _minor(world))


def _vcpus(arguments: list[str]) -> int:
    with PLACE.world() as world:
        print("Name                                ID  VCPU   CPU State   Time(s) Affinity (Hard / Soft)")
        for domid, domain in world["domains"].items():
            print("\n".join(vcpu_rows(domid, domain, world.get("slow_vcpus", 0))))
            domain["asked"] = domain.get("asked", 0) + 1
    return 0


def _resource(command: str, arguments: list[str]) -> int:
    with PLACE.world() as world:
        return RESOURCES[command](world, arguments, PLACE)


def _psr(command: str, arguments: list[str]) -> int:
    with PLACE.world() as world:
        return PSR[command](world, arguments, lambda word: _find(world, word))


def _save(arguments: list[str]) -> int:
    *options, word, path = arguments
    with PLACE.world() as world:
        domid = _find(world, word)
        if domid is None:
            return _absent(world, word)
        saving.save(world, domid, path, options, PLACE)
    time.sleep(saving.MONITOR_NOTICES if options else 0)
    return 0


def _restore(arguments: list[str]) -> int:
    with PLACE.world() as world:
        domid = saving.restore(world, arguments[-1], "-p" in arguments, PLACE)
    spawn_monitor(PLACE, domid)
    return 0


def _domid(arguments: list[str]) -> int:
    with PLACE.world() as world:
        domid = next((domid for domid, domain in world["domains"].items() if domain["name"] == arguments[0]), None)
    print(domid or f"Can't get domid of domain name '{arguments[0]}', maybe this domain does not exist.")
    return 0 if domid else 1


COMMANDS = {
    "domid": _domid,
    "save": _save,
    "restore": _restore,
    "create": _create,
    "list": _list,
    "info": _info,
    "dmesg": _dmesg,
    "getenforce": _getenforce,
    "shutdown": _shutdown,
    "destroy": _destroy,
    "pause": _pause,
    "unpause": _unpause,
    "config-update": _config_update,
    "rename": _rename,
    "vcpu-list": _vcpus,
    **{command: lambda arguments, command=command: _changed(command, arguments) for command in CHANGES},
    **{command: lambda arguments, command=command: _resource(command, arguments) for command in RESOURCES},
    **{command: lambda arguments, command=command: _psr(command, arguments) for command in PSR},
}
