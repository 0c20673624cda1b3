# SPDX-License-Identifier: GPL-3.0-or-later
"""What several guests of one host claim, and only one of them can have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from posixpath import normpath
from typing import Any, Callable

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.kinds import MAC, NO, normal_mac
from ansible_collections.xlops.xen.plugins.module_utils._config.pci_address import BDF, normal_address
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import finding

LONGEST_LIST = 5  # of names in a message
LOCALHOST = "127.0.0.1"
FUNCTIONS = "01234567"

XL = {
    "duplicate-name": "creates the first alone",
    "duplicate-uuid": "creates both, and who goes by the uuid takes one for the other",
    "duplicate-mac": "creates both, and their network fails",
    "duplicate-vifname": "creates the first alone",
    "duplicate-vncdisplay": "accepts it in a dry run, and fails to create the guest",
    "duplicate-spiceport": "accepts it in a dry run, and fails to create the guest",
    "shared-pci": "refuses the second while the first runs",
    "shared-disk": "refuses the second, or lets both destroy the data",
}

Declared = Mapping[str, Any]


@dataclass(frozen=True)
class Claim:
    """``what`` is the same for all that contend. ``sole`` says that nobody else may claim it at all, ``within`` that
    one guest that claims it twice contends with itself.
    """

    rule: str
    what: tuple[Any, ...]
    key: str
    shown: str
    sole: bool = True
    within: bool = True
    remedy: str = "give each guest its own"


@dataclass(frozen=True)
class Contest:
    """What is claimed more than once: a finding, about the guest at a position in their order."""

    position: int
    finding: Finding


Where = Callable[[int, str], str]
"""Where the guest at a position has a key, as file and line; empty where there is no file."""


@dataclass(frozen=True)
class _Claimant:
    position: int
    guest: str
    claim: Claim


def duplicates(guests: Iterable[Declared]) -> list[Finding]:
    """Names, uuids and MAC addresses that two guests claim, and disks that one of them writes."""
    return [contest.finding for contest in contests(guests, NEVER_SHARED)]


def contests(
    guests: Iterable[Declared], kinds: Iterable[ClaimsOf], where: Where = lambda position, key: ""
) -> list[Contest]:
    """All that is claimed more than once. The guests may be declarations still; what is no text or list in them is
    someone else's finding.
    """
    claimants: dict[tuple[Any, ...], list[_Claimant]] = {}
    kinds = tuple(kinds)
    for position, guest in enumerate(guests):
        for claims_of in kinds:
            for claim in claims_of(guest):
                claimant = _Claimant(position, str(guest.get("name", "")), claim)
                claimants.setdefault((claim.rule, *claim.what), []).append(claimant)
    found = [_contest(entries, where) for entries in claimants.values() if _contended(entries)]
    return list({(one.position, one.finding.rule, one.finding.key, one.finding.message): one for one in found}.values())


def _contended(entries: list[_Claimant]) -> bool:
    several = len(entries) > 1 and any(one.claim.sole for one in entries)
    within = all(one.claim.within for one in entries)
    return several and (within or len({one.position for one in entries}) > 1)


def _contest(entries: list[_Claimant], where: Where) -> Contest:
    """The finding is about the second that claims it, and names all of them."""
    second = entries[1]
    claim = second.claim
    named = list(dict.fromkeys(_named(one, where(one.position, one.claim.key)) for one in entries))
    listed = ", ".join(named[:LONGEST_LIST])
    more = f" and {len(named) - LONGEST_LIST} more" if len(named) > LONGEST_LIST else ""
    message = f"{claim.shown} is claimed {len(entries)} times, by {listed}{more}, and xl {XL[claim.rule]}"
    about = finding(claim.rule, message, guest=second.guest or None, key=claim.key, remedy=claim.remedy)
    return Contest(second.position, about)


def _named(one: _Claimant, where: str) -> str:
    return f"{shown(one.guest)} ({where})" if where else shown(one.guest)


def names(guest: Declared) -> Iterator[Claim]:
    name = guest.get("name")
    if isinstance(name, str) and name:
        yield Claim("duplicate-name", (name,), "name", shown(name))


def uuids(guest: Declared) -> Iterator[Claim]:
    uuid = guest.get("uuid")
    if isinstance(uuid, str) and uuid:
        yield Claim("duplicate-uuid", (uuid.lower().replace("-", ""),), "uuid", shown(uuid.lower()))


def macs(guest: Declared) -> Iterator[Claim]:
    for index, vif in _devices(guest, "vif"):
        mac = vif.get("mac")
        if isinstance(mac, str) and mac:
            what = (normal_mac(mac) if MAC.fullmatch(mac) else mac.lower(),)
            yield Claim("duplicate-mac", what, f"vif[{index}].mac", shown(mac.lower()))


def interface_names(guest: Declared) -> Iterator[Claim]:
    """The names of interfaces on the host that serves them."""
    for index, vif in _devices(guest, "vif"):
        name = vif.get("vifname")
        if isinstance(name, str) and name:
            what = (str(vif.get("backend") or ""), name)
            yield Claim("duplicate-vifname", what, f"vif[{index}].vifname", f"vifname {shown(name)}", within=False)


def vnc_displays(guest: Declared) -> Iterator[Claim]:
    """A display that QEMU must have, since it may not look for a free one."""
    screens = [("", guest), *((f"vfb[{index}].", vfb) for index, vfb in _devices(guest, "vfb"))]
    for prefix, screen in screens:
        address, colon, listened = str(screen.get("vnclisten") or LOCALHOST).rpartition(":")
        key = "vnclisten" if colon else "vncdisplay"
        display = _number(listened if colon else screen.get("vncdisplay", 0))
        if display is not None and _is_off(screen.get("vncunused")) and not _is_off(screen.get("vnc")):
            what = (address if colon else listened, display)
            yield Claim("duplicate-vncdisplay", what, f"{prefix}{key}", f"VNC display {display}")


def spice_ports(guest: Declared) -> Iterator[Claim]:
    for key in ("spiceport", "spicetls_port"):
        port = _number(guest.get(key))
        if port and not _is_off(guest.get("spice", False)):
            yield Claim("duplicate-spiceport", (str(guest.get("spicehost") or ""), port), key, f"port {port}")


def written_disks(guest: Declared) -> Iterator[Claim]:
    """Disks may be shared by readers; a writer wants to be alone. Who writes to what a script of its own makes of the
    target is the script's to say, as of two sides of DRBD. A CD-ROM is read, whatever is said.
    """
    for index, disk in _devices(guest, "disk"):
        target = disk.get("target")
        if isinstance(target, str) and target and not disk.get("script"):
            what = (str(disk.get("backend") or ""), _one_spelling(target))
            reads = disk.get("access") == "ro" or disk.get("devtype") == "cdrom"
            yield Claim("shared-disk", what, f"disk[{index}].target", f"the disk {shown(target)}", sole=not reads)


def disks_of_others(guest: Declared) -> Iterator[Claim]:
    """The same between guests alone: a guest that has a disk twice is lint's to tell."""
    return (replace(claim, within=False) for claim in written_disks(guest))


def _one_spelling(target: str) -> str:
    return normpath(f"/{target.lstrip('/')}") if target.startswith("/") else target


def pci_devices(guest: Declared) -> Iterator[Claim]:
    """Each function of a device, or the name that the host has for it. ``.*`` is all functions there are."""
    for index, device in _devices(guest, "pci"):
        name, bdf = device.get("name"), device.get("bdf")
        claimed: list[tuple[str, ...]] = [(name,)] if isinstance(name, str) and name else []
        if isinstance(bdf, str) and BDF.fullmatch(bdf):
            address, _dot, function = normal_address(bdf).rpartition(".")
            claimed += [(address, one) for one in (FUNCTIONS if function == "*" else function)]
        for what in claimed:
            of_what = f"the PCI device {shown(name or bdf)}"
            remedy = "give it to one of them, or let no more than one of them run"
            yield Claim("shared-pci", what, f"pci[{index}]", of_what, within=False, remedy=remedy)


def _devices(guest: Declared, key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    devices = guest.get(key)
    for index, device in enumerate(devices if isinstance(devices, (list, tuple)) else ()):
        if isinstance(device, Mapping):
            yield index, device


def _number(value: Any) -> int | None:
    text = str(value).strip()
    return int(text) if not isinstance(value, bool) and text.isascii() and text.isdigit() and len(text) < 10 else None


def _is_off(value: Any) -> bool:
    return str(value).strip().lower() in NO


ClaimsOf = Callable[[Declared], Iterator[Claim]]

IDENTITY: tuple[ClaimsOf, ...] = (names, uuids, macs)
NEVER_SHARED: tuple[ClaimsOf, ...] = (*IDENTITY, disks_of_others)
EVERYTHING: tuple[ClaimsOf, ...] = (*IDENTITY, interface_names, vnc_displays, spice_ports, pci_devices, written_disks)
