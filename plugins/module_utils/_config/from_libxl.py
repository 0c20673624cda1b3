# SPDX-License-Identifier: GPL-3.0-or-later
"""From libxl's JSON back to the model: how a guest that somebody made by hand is written down.

Everything is read at the place that its row names, so a new key needs nothing here. What is left to this file is what
several keys write together, and what libxl's JSON says without being asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.canonical_cpu import (
    COMPUTES_SHADOW_UNTIL,
    computed_shadow,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.canonical_devices import RDM_REFUSES_POLICY_FROM
from ansible_collections.xlops.xen.plugins.module_utils._config.config_reader import read_option
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError, Finding, errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import KIB_PER_MIB, found
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model, examine
from ansible_collections.xlops.xen.plugins.module_utils._config.pci_address import ALL_FUNCTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import EVERY_TYPE, PV, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release

Json = Mapping[str, Any]

# What libxl writes into a running guest's configuration of its own: the scheduler is that of the guest's pool.
MADE_BY_LIBXL = frozenset(("c_info.domid", "b_info.sched_params.sched"))
NOBODY_ASKED = (None, False, "False", 0, "")
# Filled in from 4.17 on, when xl could not yet say it.
TRUST_IN_A_DISK = re.compile(r"disks\[[0-9]+\]\.trusted")


def from_libxl(config: Json, release: Release, host: HostFacts | None = None) -> tuple[Model, list[Finding]]:
    """The model of a configuration, and what there is to say about it to xl of the release.

    A configuration of a shape that libxl does not give it is a ConfigError.
    Keys that change nothing are left out, but for the type: canonical() turns the rest into the same JSON. Values that
    libxl filled in are kept, for it might choose others another time.
    """
    release = min(release, NEWEST)
    try:
        declared = _declared(config, release)
    except (AttributeError, KeyError, TypeError, ValueError):
        wrong = Finding(ERROR, "a libxl configuration cannot be read: it is not of libxl's shape")
        raise ConfigError([wrong]) from None
    model, findings = examine(declared, release)
    return (model if errors_in(findings) else examine(_shortest(model, release, host), release)[0]), findings


def guest_type_of(config: Json) -> str:
    """What a configuration describes: as it says, else by its union, else what xl takes for granted."""
    stated = found(config, ("c_info", "type"))
    if stated in EVERY_TYPE:
        return str(stated)
    return next((guest for guest in EVERY_TYPE if found(config, ("b_info", f"type.{guest}")) is not None), PV)


def _declared(config: Json, release: Release) -> dict[str, Any]:
    guest = guest_type_of(config)
    values = {
        option.key: read_option(option, release, config)
        for option in OPTIONS.values()
        if _has_place(option, release, guest)
    }
    declared = {key: _known(value, OPTIONS[key], release) for key, value in values.items() if value is not None}
    declared["type"] = guest
    if isinstance(declared.get("cpuid"), Mapping):  # a policy that xl.cfg has no words for
        del declared["cpuid"]
    _leave_out_keyboards(declared, config)
    _say_framebuffer_without_vfb(declared)
    _leave_out_shadow(declared, config, release)
    if release >= RDM_REFUSES_POLICY_FROM:
        declared.get("rdm", {}).pop("policy", None)
    _settle_placement(declared, config)
    return {key: value for key, value in declared.items() if not (value == [] and OPTIONS[key].kind == "devices")}


def _has_place(option: Option, release: Release, guest: str) -> bool:
    """Whether a guest of that type can have the value in its JSON, at the place of this release or an earlier one."""
    places = [place for place in option.places if place.first <= release]
    return option.known_to(release) and guest in option.guests and any(guest in place.guests for place in places)


def _known(value: Any, option: Option, release: Release) -> Any:
    """A value with the sub-keys that xl of the release reads and does not make up by itself."""
    if option.kind != "devices" or not isinstance(value, list):
        return value
    counted = all(device.get("devid") in (None, index) for index, device in enumerate(value))
    return [_known_device(device, option, release, counted) for device in value]


def _known_device(device: Json, option: Option, release: Release, counted: bool) -> dict[str, Any]:
    """``counted`` says that the devices have the numbers that libxl gives to those that say none."""
    values = {row.key: device.get(row.key, _silently(row, release)) for row in option.fields if row.known_to(release)}
    values.update({"devid": None} if counted else {})
    return {
        row.key: _known(values[row.key], row, release)
        for row in option.fields
        if values.get(row.key) is not None and (row.implied is None or values[row.key] != row.implied)
    }


def _silently(row: Option, release: Release) -> Any:
    """The number of a sub-key that must be written, where libxl leaves it out."""
    place = row.place(release)
    return place.silent if place is not None and row.required and row.kind == "integer" else None


def _leave_out_keyboards(declared: dict[str, Any], config: Json) -> None:
    """Each framebuffer brings a keyboard, ahead of those of vkb=, also to guests that do not use it."""
    if "vkb" in declared:
        declared["vkb"] = declared["vkb"][len(config.get("vfbs", ())) :]


def _say_framebuffer_without_vfb(declared: dict[str, Any]) -> None:
    """No device specification can hold a comma in a password; vnc=1 alone makes the same framebuffer, and takes it."""
    framebuffers = declared.get("vfb", ())
    if len(framebuffers) == 1 and framebuffers[0].get("vnc") is True:
        texts = [value for value in framebuffers[0].values() if isinstance(value, str)]
        if any(mark in text for text in texts for mark in ",\n"):
            declared.update(declared.pop("vfb")[0])


def _leave_out_shadow(declared: dict[str, Any], config: Json, release: Release) -> None:
    """What xl of the release gives of itself; it need not be a whole number of MiB, or any sensible number."""
    b_info = found(config, ("b_info",)) or {}
    if release <= COMPUTES_SHADOW_UNTIL and "shadow_memory" in declared:
        given = b_info["shadow_memkb"]
        if given % KIB_PER_MIB or given == computed_shadow(b_info):
            del declared["shadow_memory"]


def _settle_placement(declared: dict[str, Any], config: Json) -> None:
    """xl stops NUMA placement for pins that are a list, for soft pins, and for virtual nodes with a physical one.

    Node 0 is no number to libxl: it leaves it out.
    """
    if found(config, ("b_info", "numa_placement")) != "False" or "cpus_soft" in declared:
        return
    if declared.get("vnuma"):
        for node in declared["vnuma"]:
            node.setdefault("pnode", 0)
    elif isinstance(declared.get("cpus"), str):
        count = len(found(config, ("b_info", "vcpu_hard_affinity")))
        declared["cpus"] = [declared["cpus"]] * count
    else:
        declared.setdefault("cpus", [])


def _shortest(model: Model, release: Release, host: HostFacts | None) -> Model:
    meant = canonical(model, release, host)
    for key in [key for key, option in OPTIONS.items() if key in model and not option.required and key != "type"]:
        shorter = {name: value for name, value in model.items() if name != key}
        if canonical(shorter, release, host) == meant:
            model = shorter
    return model


def unsaid(config: Json, model: Model, release: Release, host: HostFacts | None = None) -> list[str]:
    """The places of a configuration that a file written from the model does not bring back, such as ``c_info.xsdata``.

    What stands there as libxl leaves it when nobody asks is none of them.
    """
    said = dict(_leaves(canonical(model, min(release, NEWEST), host)))
    return [
        path
        for path, value in _leaves(config)
        if path not in said and value not in NOBODY_ASKED and not (value == "True" and TRUST_IN_A_DISK.fullmatch(path))
    ]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            # The number of a PCI device's function, where all functions are meant: up to 4.14 it is anything.
            if key != "func" or value.get("vfunc_mask") != ALL_FUNCTIONS:
                yield from _leaves(one, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _leaves(one, f"{path}[{index}]")
    elif path not in MADE_BY_LIBXL:
        yield path, value
