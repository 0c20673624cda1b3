# SPDX-License-Identifier: GPL-3.0-or-later
"""USB of a running guest. xl detaches a device by controller and port; where these are not declared, they are chosen
here, so that what was attached can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._config.device_writer import parameters
from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Commands
from ansible_collections.xlops.xen.plugins.module_utils._plan.running import (
    Device,
    Json,
    Running,
    Usb,
    Waits,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

CONTROLLER, DEVICE = "usbctrl", "usbdev"
EMULATED, BY_GUEST = "devicemodel", "auto"
EMULATES = Release(4, 8)
IMPLIED_VERSION = 2
PORTS = 8  # of a controller of which nothing is said
EMULATED_PORTS = {1: 2, 2: 6}  # by version
CHOSEN = ("type", "version", "ports")


def usb_then(differences: Sequence[Difference], running: Running) -> Usb:
    """Controllers and ports for the devices that come, given what else changes."""
    ours = [one for one in differences if one.key == DEVICE]
    leaving = {one.device for one in ours if one.after is None}
    there = {name: one for name, one in _devices(running.config).items() if name not in leaving}
    taken = {(one.get("ctrl"), one.get("port")) for one in there.values()}
    free = {
        (number, port) for number, ports in _controllers(differences, running).items() for port in range(1, ports + 1)
    }
    free -= taken
    coming = {str(one.device): one.after for one in ours if one.before is None}
    places: dict[str, tuple[int, int] | str] = {}
    for name, one in sorted(coming.items(), key=lambda item: ("controller" not in item[1], "port" not in item[1])):
        places[name] = _place(one, free)
        free.discard(places[name])
    return Usb(places, frozenset(one["ctrl"] for one in there.values() if isinstance(one.get("ctrl"), int)))


def _place(one: Device, free: set[tuple[int, int]]) -> tuple[int, int] | str:
    number, port = one.get("controller"), one.get("port")
    if port is not None and number is None:
        return "xl takes no port without the number of its controller"
    fitting = [place for place in free if number in (None, place[0]) and port in (None, place[1])]
    if fitting:
        return min(fitting)
    which = (
        "none of its controllers has a free port" if number is None else f"controller {number} has no such free port"
    )
    return f"{which}; declare a usbctrl"


def _controllers(differences: Sequence[Difference], running: Running) -> dict[int, int]:
    """The ports of each controller that the guest will have, by number."""
    found = {one["devid"]: _ports(one, running) for one in _listed(running.config, "usbctrls") if "devid" in one}
    for one in (one for one in differences if one.key == CONTROLLER):
        if one.before is None:
            found[int(one.device or 0)] = _ports(one.after, running)
        elif one.after is None:
            found.pop(int(one.device or 0), None)
    return found


def _ports(controller: Device, running: Running) -> int:
    if controller.get("ports"):
        return int(controller["ports"])
    version = controller.get("version") or IMPLIED_VERSION
    return EMULATED_PORTS.get(version, PORTS) if _is_emulated(controller, running) else PORTS


def _is_emulated(controller: Device, running: Running) -> bool:
    kind = controller.get("type", BY_GUEST)
    return kind == EMULATED or (kind == BY_GUEST and running.type == HVM)


def _devices(config: Json) -> dict[str, Json]:
    found = {}
    for one in _listed(config, "usbdevs"):
        host = one.get("type.hostdev") or {}
        found[str(OPTIONS[DEVICE].identity_of(host))] = one
    return found


def _listed(config: Json, key: str) -> list[Json]:
    listed = config.get(key)
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def controller(difference: Difference, running: Running) -> tuple[Commands, Commands]:
    numbers = [one.get("devid") for one in _listed(running.config, "usbctrls")]
    if numbers != list(range(len(numbers))):
        raise Waits("the controllers that the guest has are not numbered as they would be declared")
    number = str(difference.device)
    detach: Commands = (("usbctrl-detach", running.dom, number),)
    if difference.before is None:
        return _attach_controller(difference.after, running), detach
    if difference.after is not None:
        raise Waits(f"xl changes no {CONTROLLER} that stays")
    if int(number) in running.usb.held:
        raise Waits("a USB device that stays is attached to it")
    return detach, _attach_controller(difference.before, running)


def _attach_controller(one: Device, running: Running) -> Commands:
    if _is_emulated(one, running):
        if running.type != HVM:
            raise Waits("only an HVM guest has a device model, which would emulate it")
        if running.release < EMULATES:
            raise Waits(f"xl before Xen {EMULATES} has none for HVM guests")
    return (("usbctrl-attach", running.dom, *parameters(one, OPTIONS[CONTROLLER])),)


def usb_device(difference: Difference, running: Running) -> tuple[Commands, Commands]:
    if difference.before is None:
        place = running.usb.places.get(str(difference.device), "it is not told apart from the others")
        if isinstance(place, str):
            raise Waits(place)
        return _attach(difference.after, place, running), _detach(place, running)
    if difference.after is not None:
        raise Waits(f"xl changes no {DEVICE} that stays")
    there = _devices(running.config).get(str(difference.device), {})
    number, port = there.get("ctrl"), there.get("port")
    if not isinstance(number, int) or not isinstance(port, int):
        raise Waits("the host does not say to which port of which controller it is attached")
    return _detach((number, port), running), _attach(difference.before, (number, port), running)


def _attach(one: Device, place: tuple[int, int], running: Running) -> Commands:
    words = {"type": "hostdev", **one, "controller": place[0], "port": place[1]}
    return (("usbdev-attach", running.dom, *parameters(words, OPTIONS[DEVICE])),)


def _detach(place: tuple[int, int], running: Running) -> Commands:
    return (("usbdev-detach", running.dom, str(place[0]), str(place[1])),)


def without_implied(model: Mapping[str, Any], wanted: Json, other: Json) -> Json:
    """A guest as it is, without what libxl chose for it."""
    declared, there = _listed(wanted, "usbctrls"), _listed(other, "usbctrls")
    if any("controller" not in one for one in model.get(DEVICE) or ()):
        there = there[: len(declared)]
    chosen = [{key: one[key] for key in one if key not in CHOSEN or key in ours} for ours, one in zip(declared, there)]
    return {**other, "usbctrls": [*chosen, *there[len(declared) :]]} if "usbctrls" in other else other
