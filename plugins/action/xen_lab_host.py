# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start, stop or remove one emulated host."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.xlops.xen.plugins.module_utils._lab import accelerator, firmware, host, machine
from ansible_collections.xlops.xen.plugins.module_utils._lab.commands import require
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError
from ansible_collections.xlops.xen.plugins.module_utils._lab.launch import HostSpec
from ansible_collections.xlops.xen.plugins.module_utils._lab.machine import Machine
from ansible_collections.xlops.xen.plugins.plugin_utils.lab import LabAction, cache_of, lab_of

# Option -> the least and the most that QEMU makes a machine with. It would take 0 MiB for a default of its own.
LIMITS = {"memory": (128, 1 << 20), "cpus": (1, 255), "disks": (1, 1 << 16), "port": (1, 65535)}


class ActionModule(LabAction):
    ARGUMENTS: ClassVar[dict[str, dict[str, Any]]] = {
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["started", "stopped", "absent"], "default": "started"},
        "image": {"type": "str"},
        "memory": {"type": "int", "default": 4096},
        "cpus": {"type": "int", "default": 2},
        "disks": {"type": "list", "elements": "int", "default": []},
        "port": {"type": "int"},
        "start": {"type": "str", "choices": list(host.STARTS), "default": "auto"},
        "ready": {"type": "str", "default": ""},
        "firmware": {"type": "str", "choices": list(firmware.CHOICES), "default": firmware.BIOS},
        "accelerator": {"type": "str", "choices": list(accelerator.CHOICES), "default": "auto"},
        "stop": {"type": "str", "choices": list(host.STOPS), "default": "graceful"},
        "stop_timeout": {"type": "int", "default": 300},
        "keep": {"type": "int", "default": 4},
        "state_dir": {"type": "path", "required": True},
        "cache_dir": {"type": "path", "required": True},
    }

    def act(self, args: dict[str, Any], check: bool) -> dict[str, Any]:
        lab, name = lab_of(args), args["name"]
        before = _condition(lab, name)
        after = args["state"]
        if after == "stopped" and before == "absent":
            after = "absent"
        result: dict[str, Any] = {
            "changed": before != after,
            "diff": {"before": f"{name}: {before}\n", "after": f"{name}: {after}\n"},
        }
        if args["state"] == "started":
            spec = _spec(args)
            if check:
                return {**result, "host": lab.planned(spec)}
            lab.start(spec)
            cache_of(args).prune("states", args["keep"])
            return {**result, "host": lab.describe(name)}
        if not check:
            lab.stop(name, args["stop"], args["stop_timeout"])
            if args["state"] == "absent":
                lab.remove(name)
        return result


def _condition(lab: host.Lab, name: str) -> str:
    if lab.is_up(name):
        return "started"
    return "stopped" if lab.directory(name).exists() else "absent"


def _spec(args: dict[str, Any]) -> HostSpec:
    if not args["image"]:
        raise LabError(f"{args['name']}: state started needs image, the key that xen_lab_image returns.")
    for option, (least, most) in LIMITS.items():
        for value in _values(args[option]):
            if not least <= value <= most:
                raise LabError(f"{args['name']}: {option} is {value}; it must be from {least} to {most}.")
    require(machine.PROGRAMS)
    firmware.require(args["firmware"])
    shape = Machine(
        args["memory"],
        args["cpus"],
        tuple(args["disks"]),
        accelerator.choose(args["accelerator"]),
        args["firmware"],
    )
    return HostSpec(args["name"], args["image"], shape, args["start"], args["ready"], args["port"])


def _values(argument: Any) -> list[int]:
    if argument is None:
        return []
    return argument if isinstance(argument, list) else [argument]
