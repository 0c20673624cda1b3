# SPDX-License-Identifier: GPL-3.0-or-later
"""What xl can change about a guest while it runs, and by which commands. All else waits for its next boot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._config.config_reader import read_devices, read_option
from ansible_collections.xlops.xen.plugins.module_utils._config.device_writer import device_text, parameters
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import found
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, LIVE, NEXT_BOOT, PV, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Json = Mapping[str, Any]
Command = tuple[str, ...]
Commands = tuple[Command, ...]
Device = Mapping[str, Any]

# Before, xl took a disk away from a guest that did not let go of it.
DETACHES_DISKS_SAFELY = Release(4, 15)
SETS_EACH_VCPU = Release(4, 7)
HAS_EXTRATIME = Release(4, 10)
EMULATED_DISKS = ("hd", "sd")


@dataclass(frozen=True)
class Running:
    """The guest that is to be changed: its domain, and its configuration as it runs."""

    domid: int
    release: Release
    config: Json
    scheduler: str
    default_pool: str = "Pool-0"
    schedulers: Mapping[str, str] = field(default_factory=dict)  # by pool

    @property
    def dom(self) -> str:
        return str(self.domid)

    @property
    def type(self) -> str:
        return str(read_option(OPTIONS["type"], self.release, self.config))

    def device(self, option: Option, identity: str | None) -> Device:
        devices = read_devices(option, self.release, self.config)
        return next((one for one in devices if str(one.get(option.identity)) == identity), {})


@dataclass(frozen=True)
class Change:
    """One difference that goes away while the guest runs, and how; ``undo`` brings it back."""

    difference: Difference
    commands: Commands
    undo: Commands


def changes(differences: Sequence[Difference], running: Running) -> list[Change]:
    """The differences that can be made good now, in the order in which it is done: what goes makes room for what comes.

    Devices of a class stay together: where one of them has to wait, all do, lest a guest has half of what was declared.
    """
    running = replace(running, scheduler=_scheduler_then(differences, running))
    possible = [one for one in (_change(difference, running) for difference in differences) if one]
    able = {one.difference.label for one in possible}
    waiting = {one.key for one in differences if one.device is not None and one.label not in able}
    usable = [one for one in possible if one.difference.key not in waiting]
    order = list(ROWS)
    return sorted(usable, key=lambda one: (one.difference.after is not None, order.index(one.difference.key)))


def _scheduler_then(differences: Sequence[Difference], running: Running) -> str:
    """The scheduler that the guest is under when it is in its pool."""
    pools = [one.after or running.default_pool for one in differences if one.key == "pool"]
    return running.schedulers.get(pools[0], running.scheduler) if pools else running.scheduler


def judged(differences: Sequence[Difference], running: Running) -> tuple[list[Difference], list[Change]]:
    """The differences with the impact that they have on this guest, and the changes that can be made now."""
    possible = changes(differences, running)
    live = {one.difference.label for one in possible}
    return [
        replace(one, impact=NEXT_BOOT) if one.impact == LIVE and one.label not in live else one for one in differences
    ], possible


def _change(difference: Difference, running: Running) -> Change | None:
    make = ROWS.get(difference.key) if difference.impact == LIVE else None
    if make is None:
        return None
    commands, undo = make(difference, running)
    return Change(difference, commands, undo) if commands else None


Row = Callable[[Difference, Running], "tuple[Commands, Commands]"]


def value(to: Callable[[Any, Running], Commands]) -> Row:
    """A key with one value: what was there before is set in the same way."""
    return lambda difference, running: (to(difference.after, running), to(difference.before, running))


def _memory(mib: Any, running: Running) -> Commands:
    return (("mem-set", running.dom, f"{mib}m"),) if mib is not None else ()


def _vcpus(count: Any, running: Running) -> Commands:
    """More than the host has CPUs may be declared, so they may be had too."""
    return (("vcpu-set", "-i", running.dom, str(count)),) if count is not None else ()


def _pins(cpus: Any, running: Running, masks: Callable[[str], tuple[str, str]]) -> Commands:
    if not isinstance(cpus, list):
        return (("vcpu-pin", running.dom, "all", *masks(cpus or "all")),)
    count = found(running.config, ("b_info", "max_vcpus"))
    each = [*cpus, *["all"] * max(0, (count if isinstance(count, int) else 0) - len(cpus))]
    return tuple(("vcpu-pin", running.dom, str(vcpu), *masks(one)) for vcpu, one in enumerate(each))


def _hard(cpus: Any, running: Running) -> Commands:
    return _pins(cpus, running, lambda listed: (listed, "-"))


def _soft(cpus: Any, running: Running) -> Commands:
    return _pins(cpus, running, lambda listed: ("-", listed))


def _pool(pool: Any, running: Running) -> Commands:
    return (("cpupool-migrate", running.dom, pool or running.default_pool),)


# The option of xl's command that sets a key, by scheduler.
WEIGHING = {"cpu_weight": "-w", "cap": "-c"}
SCHEDULERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "credit": ("sched-credit", WEIGHING),
    "credit2": ("sched-credit2", WEIGHING),
    "sedf": (
        "sched-sedf",
        {"period": "-p", "slice": "-s", "latency": "-l", "extratime": "-e", "cpu_weight": "-w"},
    ),
}


def _scheduled(key: str) -> Row:
    def to(number: Any, running: Running) -> Commands:
        if number is None:
            return ()
        if running.scheduler == "rtds":
            return _real_time(key, number, running)
        command, options = SCHEDULERS.get(running.scheduler, ("", {}))
        return ((command, "-d", running.dom, options[key], str(number)),) if key in options else ()

    return value(to)


def _real_time(key: str, number: int, running: Running) -> Commands:
    """RTDS takes its parameters together; the budget is no key of xl.cfg, and stays what it is."""
    now = found(running.config, ("b_info", "sched_params")) or {}
    wanted = {**now, key: number}
    if key not in ("period", "extratime") or not {"period", "budget"} <= set(wanted):
        return ()
    extra = ("-e", str(int(bool(wanted.get("extratime"))))) if running.release >= HAS_EXTRATIME else ()
    vcpus = ("-v", "all") if running.release >= SETS_EACH_VCPU else ()
    numbers = ("-p", str(wanted["period"]), "-b", str(wanted["budget"]))
    return (("sched-rtds", "-d", running.dom, *vcpus, *numbers, *extra),)


def device(
    key: str,
    attach: Callable[[Device, Running], Commands],
    detach: Callable[[Device, Running], Commands],
    leaves: Callable[[Device, Running], bool] = lambda _device, _running: True,
    changed: Callable[[Difference, Running], tuple[Commands, Commands]] = lambda _difference, _running: ((), ()),
) -> Row:
    """A device comes or goes, if it ``leaves`` without harm; of one that stays, what ``changed`` can change."""

    def make(difference: Difference, running: Running) -> tuple[Commands, Commands]:
        if difference.before is None:
            return attach(difference.after, running), detach(difference.after, running)
        if difference.after is None:
            whole = running.device(OPTIONS[key], difference.device) or difference.before
            return (detach(whole, running), attach(whole, running)) if leaves(whole, running) else ((), ())
        return changed(difference, running)

    return make


def _known(key: str, one: Device, running: Running) -> Device:
    """The device in words that this release has."""
    known = {row.key for row in OPTIONS[key].fields if row.known_to(running.release)}
    return {word: value for word, value in one.items() if word in known}


def _text(key: str, one: Device, running: Running) -> str:
    return str(device_text(_known(key, one, running), OPTIONS[key]))


def _attach_disk(disk: Device, running: Running) -> Commands:
    if _emulated(disk, running):
        return ()
    return (("block-attach", running.dom, _text("disk", disk, running)),)


def _detach_disk(disk: Device, running: Running) -> Commands:
    return (("block-detach", running.dom, disk["vdev"]),)


def _disk_leaves(disk: Device, running: Running) -> bool:
    safe = running.release >= DETACHES_DISKS_SAFELY and disk.get("specification") != "virtio"
    return safe and not _emulated(disk, running)


def _emulated(disk: Device, running: Running) -> bool:
    """A disk on the controller that the device model emulates, which takes none up while it runs."""
    return running.type == HVM and str(disk["vdev"]).startswith(EMULATED_DISKS)


def _changed_medium(difference: Difference, running: Running) -> tuple[Commands, Commands]:
    """The drive stays and has another medium."""
    drive = running.device(OPTIONS["disk"], difference.device)
    if running.type != HVM or drive.get("devtype") != "cdrom" or not set(difference.after) <= {"target", "format"}:
        return (), ()
    return _medium(drive, difference.after, running), _medium(drive, difference.before, running)


def _medium(drive: Device, changed: Device, running: Running) -> Commands:
    medium = {**drive, **changed}
    if not medium.get("target"):
        return (("cd-eject", running.dom, drive["vdev"]),)
    return (("cd-insert", running.dom, drive["vdev"], medium["target"]),) if medium.get("format") == "raw" else ()


def _attach_vif(vif: Device, running: Running) -> Commands:
    """Under the next free number: the one of its place in the declaration may be taken until the next boot."""
    words = {key: value for key, value in _known("vif", vif, running).items() if key != "devid"}
    return (("network-attach", running.dom, *parameters(words, OPTIONS["vif"])),)


def _detach_vif(vif: Device, running: Running) -> Commands:
    return (("network-detach", running.dom, vif["mac"]),) if "mac" in vif else ()


def _attach_pci(pci: Device, running: Running) -> Commands:
    if running.type not in (PV, HVM) or "bdf" not in pci:
        return ()
    return (("pci-attach", running.dom, _text("pci", pci, running)),)


def _detach_pci(pci: Device, running: Running) -> Commands:
    return (("pci-detach", running.dom, pci["bdf"]),) if "bdf" in pci else ()


def _attach_vtpm(vtpm: Device, running: Running) -> Commands:
    return (("vtpm-attach", running.dom, *parameters(vtpm, OPTIONS["vtpm"])),)


def _detach_vtpm(vtpm: Device, running: Running) -> Commands:
    return (("vtpm-detach", running.dom, vtpm["uuid"]),) if "uuid" in vtpm else ()


# In the order in which changes are made: a pool first, for pins and weights count there.
ROWS: Mapping[str, Row] = {
    "pool": value(_pool),
    "cpus": value(_hard),
    "cpus_soft": value(_soft),
    **{key: _scheduled(key) for key in ("cpu_weight", "cap", "period", "slice", "latency", "extratime")},
    "vcpus": value(_vcpus),
    "memory": value(_memory),
    "disk": device("disk", _attach_disk, _detach_disk, _disk_leaves, _changed_medium),
    "vif": device("vif", _attach_vif, _detach_vif),
    "pci": device("pci", _attach_pci, _detach_pci),
    "vtpm": device("vtpm", _attach_vtpm, _detach_vtpm),
}
