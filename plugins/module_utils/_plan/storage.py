# SPDX-License-Identifier: GPL-3.0-or-later
"""From a declaration of storage and what a host has to what is to be done. Nothing is ever shrunk or overwritten."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.sizes import MIB, rounded_up, size_words
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_checks import Findings
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_model import (
    FILE,
    VOLUME,
    ZVOL,
    Disk,
    Place,
    Storage,
    normal,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.storage_pools import PoolPlan, plan_pools
from ansible_collections.xlops.xen.plugins.module_utils._plan.storage_seen import REGULAR, Entry, Seen
from ansible_collections.xlops.xen.plugins.module_utils._schema.storage_spec import QCOW2, RAW

NOTHING, CREATE, GROW, ENSURE, REWRITE, REMOVE = "nothing", "create", "grow", "ensure", "rewrite", "remove"
SEED = "seed"

Row = dict[str, Any]


@dataclass
class Plan:
    findings: Findings = field(default_factory=Findings)
    pools: list[PoolPlan] = field(default_factory=list)
    disks: list[Row] = field(default_factory=list)

    @property
    def steps(self) -> list[str]:
        """What a run would do, for readers."""
        return [step for pool in self.pools for step in pool.steps] + [row["step"] for row in self.disks if row["step"]]


def plan_storage(storage: Storage, seen: Seen) -> Plan:
    plan = Plan()
    plan.pools = plan_pools(storage, seen, plan.findings)
    needed: dict[str, int] = {}
    for index, disk in enumerate(storage.disks):
        if disk.place is None:
            raise ValueError(f"{disk} has no place, which the checks find")
        planned = _PlannedDisk(storage, seen, disk, disk.place)
        row = planned.row()
        plan.findings.disks += [f"{disk}: {fault}" for fault in planned.faults]
        plan.disks.append({"index": index, **row})
        if disk.place.kind == VOLUME and not disk.place.thin_pool:
            needed[disk.place.vg] = needed.get(disk.place.vg, 0) + planned.needs
    for vg, size in needed.items():
        group = seen.groups.get(vg)
        if group is not None and size > group.free:
            plan.findings.disks.append(
                f"volume group {vg}: the disks in it need {size_words(size)} more, and {size_words(group.free)} are "
                "free; add a device to the group, or declare smaller disks"
            )
    return plan


class _PlannedDisk:
    def __init__(self, storage: Storage, seen: Seen, disk: Disk, place: Place) -> None:
        self.storage, self.seen, self.disk, self.place = storage, seen, disk, place
        self.faults: list[str] = []
        self.needs = 0

    def row(self) -> Row:
        there, size, user = self._there()
        declared = self._rounded(self.disk.size)
        action = self._action(there, size, declared, user)
        if self.place.kind == VOLUME and declared is not None and action in (CREATE, GROW):
            self.needs = declared - (size or 0 if there else 0)
        disk = self.disk
        return {
            "title": disk.title,
            "kind": SEED if disk.seed is not None and not disk.absent else self.place.kind,
            "action": action,
            "path": self.place.path,
            "vg": self.place.vg,
            "lv": self.place.lv,
            "thin_pool": self.place.thin_pool,
            "dataset": self.place.dataset,
            "format": disk.format,
            "size": disk.share or declared,
            "template": disk.source("template"),
            "backing": disk.source("backing"),
            "template_format": disk.template_format,
            "digest": disk.digest if disk.seed is not None else "",
            "meta_data": disk.meta_data if disk.seed is not None else "",
            "step": self._step(action, there, size, declared),
        }

    def _there(self) -> tuple[bool, int | None, str]:
        place, seen = self.place, self.seen
        if place.kind == VOLUME:
            volume = seen.volumes.get((place.vg, place.lv))
            if volume is not None and volume.pool:
                self.faults.append(f"{place.vg}/{place.lv} is a thin pool, not a volume; give the disk another name")
            return volume is not None, volume.size if volume else None, volume.user if volume else ""
        if place.kind == ZVOL:
            dataset = seen.datasets.get(place.dataset)
            there = place.dataset in seen.datasets
            if there and dataset is None:
                self.faults.append(f"{place.dataset} is a filesystem, not a volume; give the disk another name")
            return there, dataset.size if dataset else None, dataset.user if dataset else ""
        entry = seen.entries.get(normal(place.path))
        if entry is None:
            return False, None, ""
        self._fits(entry)
        return True, entry.size, entry.user

    def _fits(self, entry: Entry) -> None:
        if entry.kind != REGULAR:
            self.faults.append(f"{self.place.path} is a {entry.kind}, not an image file; give the disk another path")
        elif not self.disk.absent and self.disk.format != RAW and entry.format != self.disk.format:
            is_ = f"an image of format {entry.format}" if entry.format else "no image of that format"
            self.faults.append(
                f"its format is {self.disk.format}, and {self.place.path} is {is_}; declare the format that it has, "
                "or another path"
            )

    def _rounded(self, size: int | None) -> int | None:
        """What the tools make of a size: whole extents of LVM, whole blocks of ZFS."""
        if size is None:
            return None
        if self.place.kind == VOLUME:
            group = self.seen.groups.get(self.place.vg)
            return rounded_up(size, group.extent if group else 4 * MIB)
        return rounded_up(size, MIB) if self.place.kind == ZVOL else size

    def _action(self, there: bool, size: int | None, declared: int | None, user: str) -> str:
        disk = self.disk
        if disk.absent:
            return self._remove(there, user)
        if disk.seed is not None:
            return self._seed(there, user)
        if disk.share:
            return ENSURE
        if not there:
            self._can_create(declared)
            return CREATE
        if declared is None or size is None or declared == size:
            return NOTHING
        if declared < size:
            self._smaller(size)
            return NOTHING
        if user and self.place.kind == FILE and disk.format != RAW:
            self.faults.append(
                f"it has {size_words(size)} and shall have {size_words(declared)}, and {user} has it in use; an image "
                f"of format {disk.format} grows only while nobody uses it: stop the guest first"
            )
        return GROW

    def _smaller(self, size: int) -> None:
        what = "An image" if self.place.kind == FILE else "A volume"
        self.faults.append(
            f"{self.place.path} has {size} bytes ({size_words(size)}), more than the declared "
            f"{self.disk.said['size']}. {what} is never shrunk: declare its size, or another disk"
        )

    def _remove(self, there: bool, user: str) -> str:
        if not there:
            return NOTHING
        self._known("deleted")
        if user:
            self.faults.append(f"{self.place.path} is in use by {user}, and is not deleted; stop the guest first")
        return REMOVE

    def _seed(self, there: bool, user: str) -> str:
        if not there:
            return CREATE
        entry = self.seen.entries.get(normal(self.place.path))
        if entry is None or entry.digest == self.disk.digest:
            return NOTHING
        if not entry.digest:
            self.faults.append(
                f"{self.place.path} is there, and is no seed that was made here; remove it, or give the seed "
                "another path"
            )
        self._known("rewritten")
        if user:
            self.faults.append(
                f"its contents differ from what is declared, and {user} has {self.place.path} in use; stop the guest "
                "first, or declare what it has"
            )
        return REWRITE

    def _known(self, done: str) -> None:
        if self.seen.unreadable:
            self.faults.append(
                f"nobody knows which guests run, so {self.place.path} is not {done}: {self.seen.unreadable}"
            )

    def _can_create(self, declared: int | None) -> None:
        place, seen = self.place, self.seen
        if place.kind == VOLUME and place.vg not in seen.groups and not self._declared_group(place.vg):
            self.faults.append(f"there is no volume group {place.vg}; declare a pool that has it, or make it first")
        for key in ("template", "backing"):
            source = self.disk.source(key)
            if source:
                self._source(key, source, declared)

    def _declared_group(self, vg: str) -> bool:
        return any(pool.vg == vg and pool.kind == "lvm" and pool.devices for pool in self.storage.pools)

    def _source(self, key: str, source: str, declared: int | None) -> None:
        entry = self.seen.entries.get(normal(source))
        if entry is None:
            if not self._arrives(source):
                self.faults.append(f"its {key} {source} is not there; bring it first, or declare it under templates")
            return
        kind = self.disk.template_format
        if kind == QCOW2 and entry.format != QCOW2:
            self.faults.append(f"its {key} {source} is no image of format {kind}; say template_format")
        elif declared is not None and self._size_of(entry, kind) > declared:
            self.faults.append(
                f"its {key} {source} has {size_words(self._size_of(entry, kind))}, more than the declared "
                f"{self.disk.said['size']}; declare at least that"
            )

    @staticmethod
    def _size_of(entry: Entry, kind: str) -> int:
        """What a guest says in its first bytes does not make another format of a raw image."""
        return (entry.raw_size if kind == RAW else entry.size) or 0

    def _arrives(self, source: str) -> bool:
        """Whether it comes before this disk in the same run."""
        place = normal(source)
        before = [one.place.path for one in self.storage.disks[: self.disk.number - 1] if one.place is not None]
        coming = [*self.storage.files, *(one.path for one in self.storage.templates), *before]
        return place in map(normal, coming) or any(place.startswith(one) for one in self.storage.arriving)

    def _step(self, action: str, there: bool, size: int | None, declared: int | None) -> str:
        path, disk = self.place.path, self.disk
        if action == ENSURE:  # what it grows to is known to LVM alone
            return "" if there else f"create {path}, {disk.share}"
        if action == CREATE:
            source = disk.source("template") or disk.source("backing")
            of = f" from {source}" if source else ""
            return f"create {path}{of}" + (f", {size_words(declared)}" if declared else "")
        if action == GROW:
            return f"grow {path} from {size_words(size or 0)} to {size_words(declared or 0)}"
        return {REWRITE: f"write {path} anew", REMOVE: f"delete {path} and all that is on it"}.get(action, "")
