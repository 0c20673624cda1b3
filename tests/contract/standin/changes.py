# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stand-in's xl changes about a running guest. As with the real one, a command that fails may end with 0."""

from __future__ import annotations

import sys

from standin.config import disk_of, nic_of
from standin.world import World

CPUS = 2
AFFINITIES = ("vcpu_hard_affinity", "vcpu_soft_affinity")


def change(command: str, domain: World, words: list[str], minor: int) -> int:
    """``words`` are those after the domain."""
    return CHANGES[command](domain, words, minor)


def _is_hvm(domain: World) -> bool:
    return domain["config"].get("c_info", {}).get("type") == "hvm"


def _mem_set(domain: World, words: list[str], minor: int) -> int:
    """`list -l` adds 1 MiB for an HVM guest that was made with less than its maxmem, of which `mem-set` knows not."""
    b_info = domain["config"]["b_info"]
    kib = int(words[0][:-1]) * {"k": 1, "m": 1024}[words[0][-1]]
    if kib <= b_info["max_memkb"]:
        held_back = _is_hvm(domain) and minor >= 7 and b_info["max_memkb"] > b_info["target_memkb"]
        domain["memory"] = (kib + (1024 if held_back else 0)) // 1024
    return 0


def _vcpu_set(domain: World, words: list[str], _minor: int) -> int:
    """QEMU adds virtual CPUs, and xl has it remove none."""
    b_info = domain["config"]["b_info"]
    domain["asked_then"], domain["vcpus_then"] = domain.get("asked", 0), b_info["avail_vcpus"]
    least = len(b_info["avail_vcpus"]) if _is_hvm(domain) else 0
    b_info["avail_vcpus"] = list(range(max(least, min(int(words[0]), b_info["max_vcpus"]))))
    return 0


def _vcpu_pin(domain: World, words: list[str], _minor: int) -> int:
    which, hard, soft = words
    pins = domain.setdefault("pins", {})
    vcpus = range(domain["config"]["b_info"].get("max_vcpus", 1)) if which == "all" else [int(which)]
    for vcpu in vcpus:
        now = pins.get(str(vcpu)) or [_made_with(domain["config"]["b_info"], vcpu, affinity) for affinity in AFFINITIES]
        pins[str(vcpu)] = [old if new == "-" else new for old, new in zip(now, (hard, soft))]
    return 0


def _block_attach(domain: World, words: list[str], _minor: int) -> int:
    domain["config"].setdefault("disks", []).append(disk_of(words[0]))
    return 0


def _block_detach(domain: World, words: list[str], _minor: int) -> int:
    return _remove(domain["config"], "disks", "vdev", words[0])


def _cd_insert(domain: World, words: list[str], _minor: int) -> int:
    return _medium(domain, words[0], words[1], "raw")


def _cd_eject(domain: World, words: list[str], _minor: int) -> int:
    return _medium(domain, words[0], "", "empty")


def _medium(domain: World, vdev: str, path: str, layout: str) -> int:
    drives = [disk for disk in domain["config"].get("disks", []) if disk["vdev"] == vdev and disk.get("is_cdrom")]
    for drive in drives:
        drive.update(pdev_path=path, format=layout)
    return 0 if drives else 1


def _network_attach(domain: World, words: list[str], minor: int) -> int:
    """The script is called for a tap too, which a running HVM guest does not get."""
    kind = dict(word.split("=", 1) for word in words).get("type", "ioemu" if minor < 10 else "vif")
    if _is_hvm(domain) and kind == "ioemu":
        sys.stderr.write("libxl: error: libxl_exec.c:118:libxl_report_child_exitstatus: vif-bridge add [5] exited 1\n")
        return 1
    nics = domain["config"].setdefault("nics", [])
    nics.append(nic_of(",".join(words), max((nic["devid"] for nic in nics), default=-1) + 1))
    return 0


def _network_detach(domain: World, words: list[str], _minor: int) -> int:
    return _remove(domain["config"], "nics", "mac", words[0])


def _remove(config: World, kind: str, key: str, value: str) -> int:
    left = [device for device in config.get(kind, []) if device[key] != value]
    gone = len(left) < len(config.get(kind, []))
    config[kind] = left
    return 0 if gone else 1


def _migrate(domain: World, words: list[str], _minor: int) -> int:
    """Whoever comes to a pool has no pins there, and what its scheduler gives to all."""
    domain["pool"] = words[0]
    b_info = domain["config"]["b_info"]
    domain["pins"] = {str(vcpu): ["all", "all"] for vcpu in range(b_info.get("max_vcpus", 1))}
    for forgotten in ("sched", "each"):
        domain.pop(forgotten, None)
    if "sched_params" in b_info:
        b_info["sched_params"] = {}
    return 0


def _usbctrl_attach(domain: World, words: list[str], _minor: int) -> int:
    given = dict(word.split("=", 1) for word in words)
    controllers = domain["config"].setdefault("usbctrls", [])
    number = max((one["devid"] for one in controllers), default=-1) + 1
    controllers.append(filled({"devid": number, **_numbers(given)}))
    return 0


def _usbctrl_detach(domain: World, words: list[str], _minor: int) -> int:
    config, number = domain["config"], int(words[0])
    if number not in [one["devid"] for one in config.get("usbctrls", [])]:
        sys.stderr.write(f"Unknown device {number}.\n")
        return 1
    config["usbctrls"] = [one for one in config["usbctrls"] if one["devid"] != number]
    config["usbdevs"] = [one for one in config.get("usbdevs", []) if one["ctrl"] != number]
    return 0


def _usbdev_attach(domain: World, words: list[str], _minor: int) -> int:
    config, given = domain["config"], _numbers(dict(word.split("=", 1) for word in words))
    place = {"ctrl": given["controller"], "port": given["port"]}
    ports = {one["devid"]: one["ports"] for one in config.get("usbctrls", [])}
    taken = [{key: one[key] for key in place} for one in config.get("usbdevs", [])]
    if place["port"] > ports.get(place["ctrl"], 0) or place in taken:
        sys.stderr.write("libxl_device_usbdev_add failed.\n")
        return 1
    host = {key: given[key] for key in ("hostbus", "hostaddr")}
    config.setdefault("usbdevs", []).append({**place, "type.hostdev": host})
    return 0


def _usbdev_detach(domain: World, words: list[str], _minor: int) -> int:
    config, place = domain["config"], [int(word) for word in words]
    left = [one for one in config.get("usbdevs", []) if [one["ctrl"], one["port"]] != place]
    if len(left) == len(config.get("usbdevs", [])):
        sys.stderr.write(f"Unknown device at controller {place[0]} port {place[1]}.\n")
        return 1
    config["usbdevs"] = left
    return 0


def _numbers(given: dict) -> dict:
    return {key: int(value) if value.isdigit() else value for key, value in given.items()}


def filled(controller: World) -> World:
    """What libxl chooses: of a paravirtual controller."""
    return {"type": "pv", "version": 2, "ports": 8, **controller}


def give_ports(config: World) -> None:
    """What libxl does to the USB devices of a guest that it makes."""
    devices = config.get("usbdevs", [])
    if "usbctrls" in config:
        config["usbctrls"] = [filled(one) for one in config["usbctrls"]]
    elif any("ctrl" not in one for one in devices):
        config["usbctrls"] = [filled({"devid": 0})]
    for number, one in enumerate(devices, 1):
        one.setdefault("ctrl", 0)
        one.setdefault("port", number)


CHANGES = {
    "usbctrl-attach": _usbctrl_attach,
    "usbctrl-detach": _usbctrl_detach,
    "usbdev-attach": _usbdev_attach,
    "usbdev-detach": _usbdev_detach,
    "mem-set": _mem_set,
    "vcpu-set": _vcpu_set,
    "vcpu-pin": _vcpu_pin,
    "block-attach": _block_attach,
    "block-detach": _block_detach,
    "cd-insert": _cd_insert,
    "cd-eject": _cd_eject,
    "network-attach": _network_attach,
    "network-detach": _network_detach,
    "cpupool-migrate": _migrate,
}


def _made_with(b_info: World, vcpu: int, affinity: str) -> str:
    sets = b_info.get(affinity, [])
    cpus = [cpu for cpu in sets[vcpu] if cpu < CPUS] if vcpu < len(sets) else range(CPUS)
    return "all" if len(cpus) == CPUS else ",".join(str(cpu) for cpu in cpus) or "none"


def vcpu_rows(domid: str, domain: World, slow: int) -> list[str]:
    """The rows of `xl vcpu-list`: of a slow guest, those it had before, the first times that it is asked for them."""
    b_info = domain["config"].get("b_info", {})
    rows = []
    for vcpu in range(b_info.get("max_vcpus", 1)):
        made_with = [_made_with(b_info, vcpu, affinity) for affinity in AFFINITIES]
        hard, soft = domain.get("pins", {}).get(str(vcpu)) or made_with
        came = domain.get("asked", 0) - domain.get("asked_then", -slow) >= slow
        online = vcpu in (b_info.get("avail_vcpus", [0]) if came else domain["vcpus_then"])
        cpu, state = ("0", "-b-") if online else ("-", "--p")
        rows.append(f"{domain['name']:32} {domid:>5} {vcpu:5}{cpu:>5}  {state} {0.1:9.1f}  {hard} / {soft}")
    return rows
