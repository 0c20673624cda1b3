# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hypothesis strategies that follow the rows: declarations a release can express, over the whole schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.checks_devices import (
    P9_DAEMON,
    P9_FOR_QEMU,
    P9_LIMITS,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model, examine, normalise
from ansible_collections.xlops.xen.plugins.module_utils._config.vif_rate import RATE, rate_in_json
from ansible_collections.xlops.xen.plugins.module_utils._schema.cpuid_flags import cpuid_flags
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import CURRENT, HVM, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import RELEASES, Release
from hypothesis import strategies as st

# Everything that has a meaning to some layer of xl, and what has none.
CHARACTERS = st.one_of(
    st.sampled_from(list("\"'\\\n\t #;=,[]{}:@%$`!*?|&<>()~^\r\x01\x7f")),
    st.characters(exclude_characters="\0", exclude_categories=("Cs",)),
)
TEXTS = st.text(CHARACTERS, max_size=20)
VDEVS = ["hda", "xvdb", "hdc", "xvdd1", "xvde", "xvdaa255", "sda", "sdb15", "d5p1", "51728", "0x301"]
NAMES = st.from_regex(r"[a-z][a-zA-Z0-9_.-]{0,15}", fullmatch=True)


DIRECT_BOOT = {"ramdisk", "cmdline", "root", "extra"}


def _unicast(octets: bytes) -> str:
    return bytes([octets[0] & 0xFE, *octets[1:]]).hex(":")


def _is_rate(text: str) -> bool:
    try:
        return rate_in_json(text) is not None
    except ValueError:
        return False


RATES = st.from_regex(RATE, fullmatch=True).filter(_is_rate)


def lists_of(items: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[Any]:
    return st.lists(items, max_size=most)


@cache
def values(option: Option, release: Release) -> st.SearchStrategy[Any]:
    """Values of an option that the release can express."""
    special = SPECIAL.get(option.key)
    if special is not None:
        return special(release)
    return _of_kind(option, release)


def _of_kind(option: Option, release: Release) -> st.SearchStrategy[Any]:
    if option.kind in ("integer", "mib"):
        return st.integers(option.minimum or 0, min(option.maximum or 2**31 - 1, 2**40))
    if option.kind in ("flag", "bit"):
        return st.booleans()
    if option.kind == "choice":
        return st.sampled_from(option.words(release))
    if option.kind == "texts":
        return lists_of(_texts(option, release), 8 if option.choices else 3)
    if option.kind == "integers":
        return lists_of(st.integers(option.minimum or 0, option.maximum or 2**31 - 1))
    if option.kind == "text_or_texts":
        return st.one_of(TEXTS, lists_of(TEXTS))
    if option.kind == "flag_or_choice":
        words = option.words(release)
        return st.one_of(st.booleans(), st.sampled_from(words)) if words else st.booleans()
    if option.kind in ("struct", "devices"):
        one = mappings(option.fields, release)
        return one if option.kind == "struct" else lists_of(one, 2)
    return {
        "name": NAMES,
        "uuid": st.uuids().map(str),
        "mac": st.binary(min_size=6, max_size=6).map(_unicast),
        "rate": RATES,
        "bdf": st.from_regex(r"([0-9a-f]{4}:)?[0-9a-f]{2}:[01][0-9a-f]\.([0-7]|\*)", fullmatch=True),
        "cpus": st.one_of(CPU_LISTS, lists_of(CPU_LISTS)),
        "text": _texts(option, release),
    }[option.kind]


def _texts(option: Option, release: Release) -> st.SearchStrategy[str]:
    if option.choices:
        return st.sampled_from(option.words(release))
    return st.from_regex(option.pattern, fullmatch=True) if option.pattern else TEXTS


@st.composite
def mappings(draw: st.DrawFn, options: tuple[Option, ...], release: Release) -> dict[str, Any]:
    """The required sub-keys and a few others."""
    known = [option for option in options if option.known_to(release) and option.status == CURRENT]
    optional = [option for option in known if not option.required]
    # Half of them without those for COLO, which are fifty, all alike, and would crowd out the others.
    common = [option for option in optional if not option.key.startswith("colo_")]
    some = st.sampled_from(common) | st.sampled_from(optional) if optional else st.nothing()
    chosen = draw(st.lists(some, max_size=6, unique=True))
    return {option.key: draw(values(option, release)) for option in known if option.required or option in chosen}


@st.composite
def _disks(draw: st.DrawFn, release: Release) -> list[dict[str, Any]]:
    """Disks, each at its own place, of which cdroms alone may lack a target."""
    disks = draw(lists_of(mappings(OPTIONS["disk"].fields, release)))
    vdevs = draw(st.permutations(VDEVS))
    for disk, vdev in zip(disks, vdevs):
        disk["vdev"] = vdev
        if disk.get("devtype") != "cdrom" and not disk.get("target"):
            disk["target"] = draw(TEXTS.filter(bool))
    return disks


CPU_LISTS = st.lists(st.sampled_from(["0", "1", "0-3", "^1", "2-2", "all", "7", "^0-1"]), min_size=1, max_size=3).map(
    ",".join
)
PRINTABLE = st.text("aZ0 =,\"'\\#", min_size=1, max_size=10)
VIRIDIAN_MARKS = st.sampled_from(["", "!"])


def _viridian(release: Release) -> st.SearchStrategy[Any]:
    groups = [word for word in OPTIONS["viridian"].words(release) if word not in ("defaults", "all")]
    marked = st.tuples(VIRIDIAN_MARKS, st.sampled_from(groups)).map("".join)
    return st.one_of(st.booleans(), lists_of(st.one_of(marked, marked, st.sampled_from(["defaults", "all"])), 8))


def _cpuid(release: Release) -> st.SearchStrategy[Any]:
    flags = st.sampled_from(sorted(cpuid_flags(release)))
    item = st.tuples(flags, st.sampled_from(["0", "1", "x", "k", "s"])).map("=".join)
    policy = st.text("01xks", min_size=32, max_size=32)
    leaf = st.tuples(st.sampled_from(["0x1", "7,0", "0x80000001", "13,1"]), st.sampled_from("abcd"), policy).map(
        lambda parts: f"{parts[0]}:e{parts[1]}x={parts[2]}"
    )
    return st.one_of(st.lists(item, max_size=4).map(lambda items: ",".join(["host", *items])), lists_of(leaf))


def _nodes(sizes: list[int]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Nodes that have each virtual CPU once: neighbours, or one of each row."""
    count = len(sizes)
    vcpus = st.sampled_from(
        (
            [f"{2 * index}-{2 * index + 1}" for index in range(count)],
            [f"{index},{index + count}" for index in range(count)],
        )
    )
    return vcpus.flatmap(lambda of_nodes: _nodes_with(sizes, of_nodes))


def _nodes_with(sizes: list[int], vcpus: list[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    nodes = [{"size": size, "vcpus": text} for size, text in zip(sizes, vcpus)]
    distances = st.lists(st.integers(10, 254), min_size=len(sizes), max_size=len(sizes))
    return st.tuples(
        *(
            st.fixed_dictionaries(
                {k: st.just(v) for k, v in node.items()}, optional={"pnode": st.just(0), "vdistances": distances}
            )
            for node in nodes
        )
    ).map(list)


@st.composite
def _shares(draw: st.DrawFn, release: Release) -> list[dict[str, Any]]:
    """Directories, of which those that QEMU serves need all that it is told, and have no limits."""
    fields = {row.key: row for row in OPTIONS["p9"].fields}
    shares = draw(lists_of(mappings(tuple(fields.values()), release)))
    for share in shares:
        by_daemon = share.get("type") == P9_DAEMON
        needed = ("security_model",) if by_daemon else P9_FOR_QEMU
        share.update({key: draw(values(fields[key], release)) for key in needed})
        for key in P9_LIMITS if not by_daemon else ():
            share.pop(key, None)
    return shares


@st.composite
def _pci_devices(draw: st.DrawFn, release: Release) -> list[dict[str, Any]]:
    """Devices that have an address or, where the release reads it, a name."""
    option = OPTIONS["pci"]
    names = [row for row in option.fields if row.key in ("bdf", "name") and row.known_to(release)]
    rest = tuple(row for row in option.fields if row not in names)
    devices = draw(lists_of(mappings(rest, release)))
    named = [draw(st.sampled_from(names)) for _device in devices]
    return [{row.key: draw(values(row, release)), **device} for row, device in zip(named, devices)]


SPECIAL: dict[str, Any] = {
    "disk": _disks,
    "p9": _shares,
    "pci": _pci_devices,
    "viridian": _viridian,
    "cpuid": _cpuid,
    "ioports": lambda release: lists_of(
        st.one_of(st.integers(0, 2**16 - 1).map(lambda port: f"{port:x}"), st.just("3f8-3ff"))
    ),
    "soundhw": lambda release: st.sampled_from(["ac97", "AC97", "hda", "sb16"]),
    "vifname": lambda release: st.text(CHARACTERS, max_size=15).filter(lambda name: len(name.encode()) <= 15),
    "max_grant_frames": lambda release: st.integers(1, 2**31 - 1),
    "max_grant_version": lambda release: st.integers(1, 2),
    "vmtrace_buf_kb": lambda release: st.sampled_from([0, 1, 4, 7, 64, 65536]),
    "altp2m_count": lambda release: st.integers(0, 512),
    "llc_colors": lambda release: lists_of(st.sampled_from(["0", "1-3", "7"])),
    "smbios": lambda release: lists_of(PRINTABLE.map("bios_vendor={}".format)),
    "vnuma": lambda release: st.lists(st.integers(1, 4096), min_size=1, max_size=3).flatmap(_nodes),
    "firmware": lambda release: st.sampled_from(
        ["", "bi", "bios", "u", "uefi", "ovmf", "/firmware", "pvgrub32", "pvgrub64"]
    ),
    "memory": lambda release: st.integers(1, 2**20),
    "maxmem": lambda release: st.integers(1, 2**20),
    "vcpus": lambda release: st.one_of(st.integers(1, 128)),
    "maxvcpus": lambda release: st.integers(1, 128),
}


@st.composite
def declarations(
    draw: st.DrawFn, release: Release, least: int = 0, most: int = 8, about: tuple[str, str] | None = None
) -> dict[str, Any]:
    """A guest of so many keys beside its name and its type, each of which the release knows.

    Half of the guests have no keys but those that mean something to their type: of all keys most are for HVM guests.
    ``about`` is the type, and a key that is among them.
    """
    kind, subject = about or (draw(st.sampled_from(OPTIONS["type"].words(release))), "name")
    keys = [key for key, option in OPTIONS.items() if option.known_to(release) and key not in ("name", "type")]
    meant = [key for key in keys if kind in OPTIONS[key].guests]
    drawn = st.lists(st.sampled_from(draw(st.sampled_from([meant, keys]))), min_size=least, max_size=most, unique=True)
    chosen = {"name", subject, *draw(drawn)} - {"type"}
    declaration = {"type": kind, **{key: draw(_value_of(key, release)) for key in OPTIONS if key in chosen}}
    for _attempt in range(len(declaration) + 1):
        declaration.update({key: draw(_value_of(key, release)) for key in _wanting(declaration)})
        faults = errors_in(examine(declaration, release)[1])
        if not faults:
            break
        for fault in faults:
            _leave_out(declaration, fault.key or "")
    return declaration


def _leave_out(declaration: dict[str, Any], path: str) -> None:
    """``memory``, or ``vif[1].type``; a device that lacks what is named goes with all others of its key."""
    of_device = re.fullmatch(r"(\w+)\[([0-9]+)\]\.(\w+)", path)
    device = declaration.get(of_device[1], [])[int(of_device[2]) :] if of_device else []
    if of_device and device and of_device[3] in device[0]:
        del device[0][of_device[3]]
    else:
        declaration.pop(re.split(r"[.[]", path)[0], None)


def _wanting(declaration: dict[str, Any]) -> Iterator[str]:
    """Keys without which others of the guest are refused."""
    boots, given = {"kernel", "bootloader", "firmware"} & set(declaration), set(declaration)
    if (not boots and declaration["type"] != HVM) or ("kernel" not in given and DIRECT_BOOT & given):
        yield "kernel"
    if declaration.get("bootloader") and declaration["type"] != HVM and not declaration.get("disk"):
        yield "disk"
    if declaration.get("spice") and not (declaration.get("spiceport") or declaration.get("spicetls_port")):
        yield "spiceport"
    if declaration.get("spice") and not (declaration.get("spicepasswd") or declaration.get("spicedisable_ticketing")):
        yield "spicepasswd"


def _value_of(key: str, release: Release) -> st.SearchStrategy[Any]:
    return values(OPTIONS[key], release)


@st.composite
def models(
    draw: st.DrawFn,
    release: Release | None = None,
    least: int = 0,
    most: int = 8,
    about: tuple[str, str] | None = None,
) -> tuple[Release, Model]:
    """A release and a model in normal form for it."""
    chosen = release or draw(st.sampled_from(RELEASES))
    return chosen, normalise(draw(declarations(chosen, least, most, about)), chosen)
