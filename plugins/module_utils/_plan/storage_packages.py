# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's packages that a declaration of storage needs on the host."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._config.storage_model import FILE, VOLUME, ZVOL, Storage
from ansible_collections.xlops.xen.plugins.module_utils._plan.storage import CREATE, GROW, SEED, Plan
from ansible_collections.xlops.xen.plugins.module_utils._schema.storage_spec import LVM, RAW, ZFS


def packages(storage: Storage, plan: Plan) -> list[str]:
    """Of pools always, of images only while there is something to do for them."""
    needed = set()
    places = [disk.place for disk in storage.disks if disk.place is not None]
    kinds = {pool.kind for pool in storage.pools}
    if LVM in kinds or any(place.kind == VOLUME for place in places):
        needed.add("lvm2")
    if any(pool.said.get("thin_pool") for pool in storage.pools) or any(place.thin_pool for place in places):
        needed.add("thin-provisioning-tools")
    if ZFS in kinds or any(place.kind == ZVOL for place in places):
        needed.add("zfsutils-linux")
    for pool in storage.pools:
        mount = pool.said.get("mount") or {}
        if str(mount.get("fstype") or "").startswith("nfs"):
            needed.add("nfs-common")
    for row in plan.disks:
        if row["kind"] == SEED and row["action"] != "nothing":
            needed.add("xorriso")
        elif row["action"] in (CREATE, GROW) and _needs_qemu_img(row):
            needed.add("qemu-utils")
    if any(template.said.get("bootstrap") for template in storage.templates):
        needed |= {"mmdebstrap", "e2fsprogs"}
    return sorted(needed)


def _needs_qemu_img(row: dict[str, object]) -> bool:
    if row["kind"] != FILE:
        return bool(row["template"])
    copied = row["template"] and row["action"] == CREATE and row["template_format"] == row["format"]
    return (row["format"] != RAW and not (copied and row["size"] is None)) or bool(row["template"] and not copied)
