# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done for the pools of a host. A device that holds anything is taken by no pool."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ansible_collections.xlops.xen.plugins.module_utils._config.sizes import MIB, read_size, rounded_up, size_words
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_checks import Findings
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_model import Pool, Storage
from ansible_collections.xlops.xen.plugins.module_utils._plan.storage_seen import Device, Seen
from ansible_collections.xlops.xen.plugins.module_utils._schema.storage_spec import LVM, ZFS

LVM_CONTENT, ZFS_CONTENT = "LVM2_member", "zfs_member"


@dataclass
class PoolPlan:
    """What is missing of a pool. ``index`` is its place in the declaration."""

    index: int
    vg: str = ""
    devices: list[str] = field(default_factory=list)
    create: bool = False
    thin_pool: bool = False
    thin_pool_size: int | None = None
    dataset: str = ""
    steps: list[str] = field(default_factory=list)

    def report(self) -> dict[str, object]:
        return dict(vars(self))


def plan_pools(storage: Storage, seen: Seen, findings: Findings) -> list[PoolPlan]:
    planned = []
    made: set[str] = set()
    for index, pool in enumerate(storage.pools):
        one = PoolPlan(index)
        faults: list[str] = []
        if pool.kind == LVM:
            faults += _volume_group(storage, pool, seen, one, made)
        elif pool.kind == ZFS:
            faults += _zfs(storage, pool, seen, one, made)
        findings.pools += [f"{pool}: {fault}" for fault in faults]
        planned.append(one)
    return planned


def _volume_group(storage: Storage, pool: Pool, seen: Seen, plan: PoolPlan, made: set[str]) -> Iterator[str]:
    plan.vg = pool.vg
    group = seen.groups.get(pool.vg)
    there = group is not None or pool.vg in made
    missing = [one for one in pool.devices if not (group and _device(seen, one).real in group.devices)]
    if not there and not pool.devices:
        yield f"there is no volume group {pool.vg}, and no devices to make it of; declare devices"
    for path in missing:
        yield from _free(storage, path, _device(seen, path), LVM_CONTENT, pool.vg)
    if missing and pool.vg not in made:
        plan.create, plan.devices = not there, missing
        plan.steps.append(f"{'extend' if there else 'create'} volume group {pool.vg} with {', '.join(missing)}")
    made.add(pool.vg)
    yield from _thin_pool(pool, seen, plan)


def _thin_pool(pool: Pool, seen: Seen, plan: PoolPlan) -> Iterator[str]:
    name = pool.said.get("thin_pool")
    if not name:
        return
    group, volume = seen.groups.get(pool.vg), seen.volumes.get((pool.vg, str(name)))
    size = read_size(str(pool.said.get("thin_pool_size") or ""), MIB)
    declared = None if size is None else rounded_up(size, group.extent if group else 4 * MIB)
    if volume is None:
        if declared is None:
            yield f"there is no thin pool {pool.vg}/{name}, and no size to make it with; declare thin_pool_size"
        elif group is not None and declared > group.free and not plan.devices:
            yield (f"thin pool {pool.vg}/{name} needs {size_words(declared)}, and {size_words(group.free)} are free in "
                   "the group; declare less, or add a device")  # fmt: skip
        plan.thin_pool, plan.thin_pool_size = True, declared
        plan.steps.append(f"create thin pool {pool.vg}/{name}, {size_words(declared or 0)}")
    elif not volume.pool:
        yield f"{pool.vg}/{name} is a logical volume, not a thin pool; give the pool another name"
    elif declared is not None and declared < volume.size:
        yield (f"thin pool {pool.vg}/{name} has {size_words(volume.size)}, more than the declared "
               f"{pool.said['thin_pool_size']}. A thin pool is never shrunk: declare its size")  # fmt: skip
    elif declared is not None and declared > volume.size:
        plan.thin_pool, plan.thin_pool_size = True, declared
        plan.steps.append(f"grow thin pool {pool.vg}/{name} from {size_words(volume.size)} to {size_words(declared)}")


def _zfs(storage: Storage, pool: Pool, seen: Seen, plan: PoolPlan, made: set[str]) -> Iterator[str]:
    top = pool.dataset.split("/")[0]
    plan.dataset = pool.dataset
    if top not in seen.datasets and top not in made:
        if not pool.devices:
            yield f"there is no pool {top} of ZFS, and no devices to make it of; declare devices"
        for path in pool.devices:
            yield from _free(storage, path, _device(seen, path), ZFS_CONTENT, "")
        plan.create, plan.devices = True, pool.devices
        plan.steps.append(f"create pool {top} of ZFS with {', '.join(pool.devices)}")
    made.add(top)
    if pool.dataset not in seen.datasets and pool.dataset != top:
        plan.steps.append(f"create dataset {pool.dataset}")
    elif seen.datasets.get(pool.dataset) is not None:
        yield f"{pool.dataset} is a volume, not a filesystem; give the pool another dataset"


def _device(seen: Seen, path: str) -> Device:
    return seen.devices.get(path, Device(False))


def _free(storage: Storage, path: str, device: Device, mark: str, vg: str) -> Iterator[str]:
    """Why a pool does not get a device. An LVM device without a group is what a run that died has left."""
    if not device.block:
        if not any(path.startswith(one) for one in storage.arriving):
            there = "is no block device" if device.real else "does not exist"
            yield f"its device {path} {there}; lsblk shows those of the host"
    elif device.vg and device.vg != vg:
        yield f"its device {path} belongs to volume group {device.vg}; a device has one owner"
    elif device.content and not (mark == LVM_CONTENT and set(device.content) == {mark} and not device.vg):
        yield (f"its device {path} holds data ({', '.join(device.content)}), and is not overwritten; if nobody needs "
               f"it, empty it by hand with wipefs --all {path}")  # fmt: skip
    elif device.busy:
        yield f"its device {path} is in use, mounted or part of something else; lsblk {path} shows of what"
