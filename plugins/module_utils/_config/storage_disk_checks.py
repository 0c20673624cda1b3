# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with declared disks by themselves, and with two of them together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import did_you_mean, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_model import (
    FILE,
    UNFINISHED,
    VOLUME,
    ZVOL,
    Disk,
    Storage,
    normal,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.storage_spec import LVM, QCOW2, RAW, VHD, ZFS

NAME = re.compile(r"[A-Za-z0-9_+.][A-Za-z0-9_+.-]{0,99}")
NO_SIZE = "it takes a number with K, M, G or T, such as 2G"
# What a seed is made of is said under cloud_init alone.
NOT_OF_SEEDS = ("size", "template", "template_format", "backing", "format")


def disk_faults(storage: Storage) -> Iterator[list[str]]:
    places: dict[str, Disk] = {}
    files = {normal(path) for path in storage.files}
    templates = {normal(one.path): one for one in storage.templates}
    for disk in storage.disks:
        found = [*_where(disk, storage), *_what(disk), *_needed(disk, storage)]
        if disk.place is not None:
            place = normal(disk.place.path)
            kind = {FILE: "image file", VOLUME: "logical volume", ZVOL: "volume"}[disk.place.kind]
            if place in places:
                found.append(f"number {places[place].number} is the same {kind}")
            if place in files:
                found.append("another declaration brings a file to the same path")
            if place in templates:
                found.append(f"it is the file of template {templates[place].name}; give it a path of its own")
            if place.endswith(UNFINISHED):
                found.append(f'its name ends in "{UNFINISHED}", as that of a disk which is not complete')
            places.setdefault(place, disk)
        yield found


def _where(disk: Disk, storage: Storage) -> Iterator[str]:
    said = disk.said
    path, pool, volume = said.get("path"), said.get("pool"), said.get("vg") or said.get("lv")
    if not (path or pool or volume):
        yield "it has neither path (an image file) nor vg and lv (a logical volume)" + (
            " nor pool and name" if storage.pools else ""
        )
    elif path and volume:
        yield f"it has path and {'vg' if said.get('vg') else 'lv'}; it is an image file or a logical volume, not both"
    elif pool and (path or volume):
        yield f"it has pool and {'path' if path else 'vg' if said.get('vg') else 'lv'}; the pool says where it is"
    elif volume and not (said.get("vg") and said.get("lv")):
        yield "a logical volume needs vg and lv"
    elif path and (not str(path).startswith("/") or str(path).endswith("/")):
        yield "its path is not the full path of a file"
    elif pool:
        yield from _in_pool(disk, str(pool), [one.name for one in storage.pools])
    for key in ("vg", "lv", "thin_pool"):
        if said.get(key) and not NAME.fullmatch(str(said[key])):
            yield f"its {key} is {shown(said[key])}; it takes letters, digits, dots, dashes and underscores"
    if said.get("thin_pool") and not volume:
        yield "thin_pool goes with vg and lv; that of a pool is said there"


def _in_pool(disk: Disk, pool: str, pools: Sequence[str]) -> Iterator[str]:
    name = str(disk.said.get("name") or "")
    if pool not in pools:
        near = did_you_mean(pool, tuple(pools))
        known = f"did you mean {near}?" if near else f"declared are: {', '.join(pools) or 'none'}"
        yield f"its pool {shown(pool)} is not declared; {known}"
    if not name:
        yield "a disk in a pool needs a name"
    elif not NAME.fullmatch(name) or name in (".", ".."):
        yield f"its name is {shown(name)}; it takes letters, digits, dots, dashes and underscores"


def _what(disk: Disk) -> Iterator[str]:
    said, image = disk.said, disk.place is not None and disk.place.kind == FILE
    if said.get("delete_data") and not disk.absent:
        yield "delete_data goes with state: absent; leave it out"
    if disk.absent:
        if not said.get("delete_data"):
            yield "state: absent deletes what is on it, and needs delete_data: true besides"
        return
    if disk.seed is not None:
        yield from _seed(disk)
        return
    if disk.place is not None and not image and (said.get("format") not in (None, RAW) or said.get("backing")):
        yield "format and backing are for image files"
    if said.get("template") and said.get("backing"):
        yield "it has template and backing; it is a copy or based on another image, not both"
    if said.get("backing") and disk.format != QCOW2:
        yield "an image that is based on another has format qcow2"
    if said.get("template_format") and not (said.get("template") or said.get("backing")):
        yield "template_format needs template"
    yield from _size(disk, image)


def _needed(disk: Disk, storage: Storage) -> Iterator[str]:
    """Who deletes an image takes it from those that are based on it."""
    if disk.absent and disk.place is not None:
        place = normal(disk.place.path)
        for other in storage.disks:
            for key in ("template", "backing"):
                if not other.absent and other.source(key) and normal(other.source(key)) == place:
                    yield f"{other} has it as its {key}; keep it, or declare that one absent too"


def _size(disk: Disk, image: bool) -> Iterator[str]:
    said = disk.said
    given = image and (said.get("template") or said.get("backing"))
    if said.get("size") is None:
        if not given:
            none = ", and no template that would give it one" if image or disk.place is None else ""
            yield f"it has no size{none}"
        return
    if said.get("template") and disk.format == VHD:
        yield "a copy of a template grows only in format raw and qcow2; leave size out"
    if disk.share:
        logical = disk.place is not None and disk.place.kind == VOLUME
        if not logical or (disk.place is not None and disk.place.thin_pool):
            yield f"its size is {shown(said['size'])}; only a thick logical volume takes a part of its group"
        elif said.get("template"):
            yield f"its size is {shown(said['size'])}; a copy of a template takes a number with K, M, G or T"
    elif disk.size is None:
        yield f"its size is {shown(said['size'])}; {NO_SIZE}"


def _seed(disk: Disk) -> Iterator[str]:
    for key in NOT_OF_SEEDS:
        if disk.said.get(key) and (key, disk.said[key]) != ("format", RAW):
            yield f"a seed of cloud-init has no {key}; leave it out"
    if disk.place is not None and disk.place.kind != FILE:
        where = {VOLUME: LVM, ZVOL: ZFS}[disk.place.kind]
        yield f"a seed of cloud-init is a file, not in {where}; give it a path, or a pool of type directory"
