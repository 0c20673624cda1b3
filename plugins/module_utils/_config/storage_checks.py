# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a declaration of storage by itself, one sentence each; the host is not asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.sizes import MIB, read_size
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_disk_checks import disk_faults
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_model import (
    Pool,
    Storage,
    Template,
    normal,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.storage_spec import DIRECTORY, LVM, ZFS

# Of LVM (lvm(8), VALID NAMES), narrower than those of ZFS.
NAME = re.compile(r"[A-Za-z0-9_+.][A-Za-z0-9_+.-]{0,99}")
CHECKSUM = re.compile(r"sha(?:256|384|512):[0-9a-fA-F]{64,128}")

# By option: the kinds of pools that have it.
OPTIONS = {
    "devices": (LVM, ZFS),
    "vg": (LVM,),
    "thin_pool": (LVM,),
    "thin_pool_size": (LVM,),
    "path": (DIRECTORY,),
    "mount": (DIRECTORY,),
    "dataset": (ZFS,),
    "properties": (ZFS,),
}


@dataclass
class Findings:
    """Sentences, by the list of the declaration that they are about."""

    pools: list[str] = field(default_factory=list)
    templates: list[str] = field(default_factory=list)
    disks: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.pools or self.templates or self.disks)

    def report(self) -> dict[str, list[str]]:
        return {"pools": self.pools, "templates": self.templates, "disks": self.disks}


def check_storage(storage: Storage) -> Findings:
    found = Findings()
    _told(found.pools, storage.pools, [*map(_pool_faults, storage.pools)])
    _told(found.pools, storage.pools, _twice(storage))
    _told(found.templates, storage.templates, [*map(_template_faults, storage.templates)])
    _told(found.templates, storage.templates, _templates_twice(storage.templates))
    _told(found.disks, storage.disks, disk_faults(storage))
    return found


def _told(into: list[str], of: Iterable[object], faults: Iterable[Iterable[str]]) -> None:
    into.extend(f"{one}: {fault}" for one, found in zip(of, faults) for fault in found)


def _pool_faults(pool: Pool) -> Iterator[str]:
    said = pool.said
    if not NAME.fullmatch(pool.name) or pool.name in (".", ".."):
        yield f"its name is {shown(pool.name)}; it takes letters, digits, dots, dashes and underscores"
    for key, kinds in OPTIONS.items():
        if said.get(key) and pool.kind not in kinds:
            yield f"{key} is for pools of type {' and '.join(kinds)}, and its type is {pool.kind}; leave it out"
    if pool.kind == LVM:
        yield from _lvm_faults(pool)
    elif pool.kind == DIRECTORY:
        path = str(said.get("path") or "")
        if not path.startswith("/") or normal(path) == "/":
            yield f"its path is {shown(path)}; it takes the full path of a directory of its own, such as /srv/xen"
    elif not all(NAME.fullmatch(part) for part in pool.dataset.split("/")):
        yield f"its dataset is {shown(pool.dataset)}; it takes a name such as tank or tank/guests"
    for device in pool.devices:
        if not device.startswith("/dev/"):
            yield f"its device {shown(device)} is no full path; it takes one such as /dev/disk/by-id/ata-DISK"


def _lvm_faults(pool: Pool) -> Iterator[str]:
    thin, size = pool.said.get("thin_pool"), pool.said.get("thin_pool_size")
    for key, value in (("vg", pool.vg), ("thin_pool", thin)):
        if value and not NAME.fullmatch(str(value)):
            yield f"its {key} is {shown(value)}; it takes letters, digits, dots, dashes and underscores"
    if size and not thin:
        yield "thin_pool_size needs thin_pool, the name of the thin pool"
    if size and read_size(str(size), MIB) is None:
        yield f"its thin_pool_size is {shown(size)}; it takes a number with K, M, G or T, such as 100G"
    extent = read_size(str(pool.said.get("extent_size") or "4M"), MIB)
    if extent is None or extent & (extent - 1):
        yield f"its extent_size is {shown(pool.said.get('extent_size'))}; it takes a power of two, such as 4M"


def _template_faults(template: Template) -> Iterator[str]:
    said = template.said
    sources = [key for key in ("src", "url", "bootstrap") if said.get(key)]
    if "/" in template.name or not template.name:
        yield "its name has a slash, and could not be told from a path" if template.name else "it has no name"
    if not template.path.startswith("/") or template.path.endswith("/"):
        yield f"its path is {shown(template.path)}; it takes the full path of a file on the host"
    if len(sources) != 1:
        none = "it has neither src (a file on the controller) nor url (a download) nor bootstrap (a new Debian)"
        yield f"it has {' and '.join(sources)}; it comes from one of them" if sources else none
    if said.get("url") and not said.get("checksum"):
        yield "a download needs a checksum, such as sha256:DIGEST"
    elif said.get("checksum") and not CHECKSUM.fullmatch(str(said["checksum"])):
        yield f"its checksum is {shown(said['checksum'])}; it takes sha256:DIGEST, sha384:DIGEST or sha512:DIGEST"
    bootstrap = said.get("bootstrap")
    if isinstance(bootstrap, Mapping) and read_size(str(bootstrap.get("size"))) is None:
        yield f"the size of its bootstrap is {shown(bootstrap.get('size'))}; it takes one such as 2G"
    if bootstrap and said.get("format", "raw") != "raw":
        yield "a bootstrap makes a raw image; leave format out"


def _twice(storage: Storage) -> Iterator[list[str]]:
    """What two pools have alike, of which one would not know of the other."""
    names: dict[str, Pool] = {}
    owners: dict[str, tuple[Pool, str]] = {}
    for pool in storage.pools:
        found = []
        if pool.name in names:
            found.append(f"number {names[pool.name].number} has the same name")
        names.setdefault(pool.name, pool)
        if pool.kind == DIRECTORY and pool.said.get("mount"):
            path = normal(str(pool.said.get("path") or ""))
            if path in owners:
                found.append(f"{owners[path][0]} mounts something at {path} too")
            owners.setdefault(path, (pool, ""))
        container = pool.vg if pool.kind == LVM else pool.dataset.split("/")[0]
        for device in map(normal, pool.devices):
            owner, other = owners.setdefault(device, (pool, container))
            if owner is pool and pool.devices.count(device) > 1:
                found.append(f"it names {device} twice")
            elif owner is not pool and (other != container or owner.kind != pool.kind):
                found.append(f"its device {device} belongs to {owner} too; a device has one owner")
        yield list(dict.fromkeys(found))


def _templates_twice(templates: Iterable[Template]) -> Iterator[list[str]]:
    names: dict[str, Template] = {}
    paths: dict[str, Template] = {}
    for one in templates:
        found = []
        if one.name in names:
            found.append(f"number {names[one.name].number} has the same name")
        if normal(one.path) in paths:
            found.append(f"number {paths[normal(one.path)].number} has the same path")
        names.setdefault(one.name, one)
        paths.setdefault(normal(one.path), one)
        yield found
