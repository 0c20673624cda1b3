# SPDX-License-Identifier: GPL-3.0-or-later
"""Pools, templates and disks of a declaration, and where each disk is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.sizes import MIB, is_share, read_size
from ansible_collections.xlops.xen.plugins.module_utils._schema.storage_spec import ABSENT, DIRECTORY, LVM, QCOW2, RAW

FILE, VOLUME, ZVOL = "file", "lv", "zvol"

# A disk has this behind its name until it is complete, so that no guest starts from half of one.
UNFINISHED = ".new"
SEED_SUFFIX = "-seed"  # a seed is called by the guest that it is for
SUFFIXES = {RAW: ".img"}


def normal(path: str) -> str:
    """A path without what makes two of one."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts[-1:] = []
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


@dataclass(frozen=True)
class Row:
    """What was said of a pool or a template, and where it stands in its list."""

    number: int
    said: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.said["name"])

    def __str__(self) -> str:
        return f"{self.name} (number {self.number})"


@dataclass(frozen=True)
class Pool(Row):
    @property
    def kind(self) -> str:
        return str(self.said["type"])

    @property
    def vg(self) -> str:
        return str(self.said.get("vg") or self.name)

    @property
    def dataset(self) -> str:
        return str(self.said.get("dataset") or self.name)

    @property
    def devices(self) -> list[str]:
        return [str(one) for one in self.said.get("devices") or ()]


@dataclass(frozen=True)
class Template(Row):
    @property
    def path(self) -> str:
        return str(self.said["path"])


@dataclass(frozen=True)
class Place:
    """Where a disk is: a file, a logical volume or a volume of ZFS. ``path`` is the one that a guest's disk names."""

    kind: str
    path: str
    vg: str = ""
    lv: str = ""
    thin_pool: str = ""
    dataset: str = ""


@dataclass(frozen=True)
class Disk:
    number: int
    said: Mapping[str, Any]
    place: Place | None
    templates: Mapping[str, Template] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the declaration calls it."""
        said = self.said
        if said.get("path"):
            return str(said["path"])
        if said.get("pool"):
            return str(said.get("name") or "?")
        if said.get("vg") or said.get("lv") or not said.get("name"):
            return f"{said.get('vg') or '?'}/{said.get('lv') or '?'}"
        return str(said["name"])

    @property
    def format(self) -> str:
        return str(self.said.get("format") or (QCOW2 if self.said.get("backing") else RAW))

    @property
    def absent(self) -> bool:
        return self.said.get("state") == ABSENT

    @property
    def share(self) -> str:
        """The size, where it is a part of the volume group."""
        said = str(self.said.get("size") or "")
        return said if is_share(said) else ""

    @property
    def size(self) -> int | None:
        """Bytes. A number without a unit is what the tool takes it for: bytes of an image, MiB of a logical volume."""
        said = self.said.get("size")
        logical = self.place is not None and self.place.kind == VOLUME
        return None if said is None else read_size(str(said), MIB if logical else 0)

    def source(self, key: str) -> str:
        """The path of its template, or of the image that it is based on."""
        said = str(self.said.get(key) or "")
        return self.templates[said].path if said in self.templates else said

    @property
    def template_format(self) -> str:
        said = self.said.get("template_format")
        if said:
            return str(said)
        named = str(self.said.get("template") or self.said.get("backing") or "")
        if named in self.templates:
            return str(self.templates[named].said.get("format") or RAW)
        of_same = self.place is not None and self.place.kind == FILE and self.said.get("template")
        return self.format if of_same else RAW

    @property
    def seed(self) -> Mapping[str, Any] | None:
        found = self.said.get("cloud_init")
        return found if isinstance(found, Mapping) else None

    @property
    def meta_data(self) -> str:
        """Of the seed, where the declaration has none."""
        name = str(self.said.get("name") or self.title.rsplit("/", 1)[-1].partition(".")[0])
        name = name[: -len(SEED_SUFFIX)] if name.endswith(SEED_SUFFIX) else name
        return f"instance-id: {json.dumps(name)}\nlocal-hostname: {json.dumps(name)}\n"

    @property
    def digest(self) -> str:
        """Of everything in the seed; the image carries it."""
        seed = self.seed or {}
        texts = [seed.get("user_data"), seed.get("meta_data") or self.meta_data, seed.get("network_config")]
        return hashlib.sha256(json.dumps(texts).encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.title} (number {self.number})"


@dataclass(frozen=True)
class Storage:
    pools: Sequence[Pool] = ()
    templates: Sequence[Template] = ()
    disks: Sequence[Disk] = ()
    files: Sequence[str] = ()
    arriving: Sequence[str] = ()


def read_storage(params: Mapping[str, Any]) -> Storage:
    pools = [Pool(number, one) for number, one in enumerate(params.get("pools") or (), 1)]
    templates = [Template(number, one) for number, one in enumerate(params.get("templates") or (), 1)]
    by_name = {pool.name: pool for pool in reversed(pools)}
    named = {template.name: template for template in reversed(templates)}
    disks = [Disk(number, one, _place(one, by_name), named) for number, one in enumerate(params.get("disks") or (), 1)]
    return Storage(pools, templates, disks, list(params.get("files") or ()), list(params.get("arriving") or ()))


def _place(said: Mapping[str, Any], pools: Mapping[str, Pool]) -> Place | None:
    """None where the declaration does not say it, or says it twice, or names a pool that there is not."""
    path, vg, lv, pool = (said.get(key) for key in ("path", "vg", "lv", "pool"))
    if sum(map(bool, (path, vg or lv, pool))) != 1:
        return None
    if path:
        return Place(FILE, str(path))
    if pool:
        found, name = pools.get(str(pool)), str(said.get("name") or "")
        return _in_pool(found, name, said) if found and name else None
    return _volume(str(vg), str(lv), str(said.get("thin_pool") or "")) if vg and lv else None


def _in_pool(pool: Pool, name: str, said: Mapping[str, Any]) -> Place | None:
    if pool.kind == LVM:
        return _volume(pool.vg, name, str(pool.said.get("thin_pool") or ""))
    if pool.kind == DIRECTORY:
        kind = str(said.get("format") or (QCOW2 if said.get("backing") else RAW))
        suffix = ".iso" if said.get("cloud_init") else SUFFIXES.get(kind, f".{kind}")
        return Place(FILE, f"{str(pool.said.get('path') or '').rstrip('/')}/{name}{suffix}")
    dataset = f"{pool.dataset}/{name}"
    return Place(ZVOL, f"/dev/zvol/{dataset}", dataset=dataset)


def _volume(vg: str, lv: str, thin_pool: str) -> Place:
    return Place(VOLUME, f"/dev/{vg}/{lv}", vg, lv, thin_pool)
