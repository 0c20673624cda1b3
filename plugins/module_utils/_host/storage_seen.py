# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what storage a host has, as far as a declaration asks. Everything here only reads."""

from __future__ import annotations

import errno
import glob
import json
import os
import shutil
import stat
from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.image_heads import image_format, image_size, seed_digest
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import read_domain_list
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_model import FILE, VOLUME, ZVOL, Storage, normal
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import read_text
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.process import run
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import Xl
from ansible_collections.xlops.xen.plugins.module_utils._plan.storage_seen import (
    BLOCK,
    DIRECTORY_,
    OTHER,
    REGULAR,
    Device,
    Entry,
    Group,
    Seen,
    Volume,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.storage_spec import LVM, ZFS

LIMIT = 60.0  # seconds; the tools of LVM wait where a device does not answer
HEAD = 64 << 10  # bytes; the descriptor of an ISO image is within them
THIN_POOL = "t"  # first letter of lv_attr


class StorageReader:
    def __init__(self, paths: Paths, xl: Xl) -> None:
        self._paths, self._xl = paths, xl
        self._users: dict[str, str] = {}
        self._unreadable = ""

    def seen(self, storage: Storage) -> Seen:
        self._read_users()
        places = [disk.place for disk in storage.disks if disk.place is not None]
        kinds = {pool.kind for pool in storage.pools}
        logical = LVM in kinds or any(place.kind == VOLUME for place in places)
        groups, owners = self._groups() if logical else ({}, {})
        files = [place.path for place in places if place.kind == FILE]
        sources = [disk.source(key) for disk in storage.disks for key in ("template", "backing")]
        return Seen(
            entries=self._entries(filter(None, [*files, *sources])),
            devices={path: self._device(path, owners) for pool in storage.pools for path in pool.devices},
            groups=groups,
            volumes=self._volumes() if groups else {},
            datasets=self._datasets() if ZFS in kinds or any(place.kind == ZVOL for place in places) else {},
            unreadable=self._unreadable,
        )

    def _read_users(self) -> None:
        """Who has which disk: running guests, and loop devices for the rest."""
        for path in glob.glob(f"{self._paths.sysfs}/block/loop*/loop/backing_file"):
            backing = (read_text(path) or "").strip()
            device = path.split("/")[-3]
            if backing:
                self._users[os.path.realpath(backing)] = f"loop device /dev/{device}"
        if "control_d" not in (read_text(self._paths.capabilities) or ""):
            return
        try:
            for domain in read_domain_list(self._xl.list_long()):
                name = str((domain.config.get("c_info") or {}).get("name") or f"number {domain.domid}")
                for disk in domain.config.get("disks") or ():
                    path = str(disk.get("pdev_path") or "")
                    if path:
                        self._users[os.path.realpath(path)] = f"guest {json.dumps(name)}"
        except (ConfigError, HostError) as fault:
            self._unreadable = str(fault)

    def _user(self, path: str) -> str:
        real = os.path.realpath(path)
        return self._users.get(real) or ("another program or the kernel" if _is_held(real) else "")

    def _entries(self, paths: Iterable[str]) -> dict[str, Entry]:
        found = {}
        for path in map(normal, paths):
            try:
                status = os.stat(path)
            except (FileNotFoundError, NotADirectoryError):
                continue
            found[path] = self._entry(path, status)
        return found

    def _entry(self, path: str, status: os.stat_result) -> Entry:
        if stat.S_ISBLK(status.st_mode):
            size = _end(path)
            return Entry(BLOCK, size, size, user=self._user(path))
        if not stat.S_ISREG(status.st_mode):
            return Entry(DIRECTORY_ if stat.S_ISDIR(status.st_mode) else OTHER)
        with open(path, "rb") as file:
            head = file.read(HEAD)
        form = image_format(head)
        return Entry(
            REGULAR,
            size=image_size(head, form, status.st_size),
            raw_size=status.st_size,
            format=form,
            digest=seed_digest(head),
            user=self._user(path),
        )

    def _device(self, path: str, owners: dict[str, str]) -> Device:
        try:
            status = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            return Device(False)
        real = os.path.realpath(path)
        if not stat.S_ISBLK(status.st_mode):
            return Device(False, real)
        lines = self._read(["wipefs", "--no-act", "--noheadings", "--output", "TYPE", real], required=True).splitlines()
        content = tuple(dict.fromkeys(filter(None, map(str.strip, lines))))
        return Device(True, real, content, owners.get(real, ""), _is_held(real))

    def _groups(self) -> tuple[dict[str, Group], dict[str, str]]:
        """Volume groups, and the group of each device by its real path."""
        owners = {
            os.path.realpath(row["pv_name"]): str(row["vg_name"])
            for row in self._lvm("pv", "pv_name,vg_name")
            if row["vg_name"]
        }
        groups = {
            str(row["vg_name"]): Group(
                int(row["vg_extent_size"]),
                int(row["vg_free"]),
                tuple(device for device, vg in owners.items() if vg == row["vg_name"]),
            )
            for row in self._lvm("vg", "vg_name,vg_extent_size,vg_free")
        }
        return groups, owners

    def _volumes(self) -> dict[tuple[str, str], Volume]:
        rows = self._lvm("lv", "vg_name,lv_name,lv_size,lv_attr")
        return {
            (str(row["vg_name"]), str(row["lv_name"])): Volume(
                int(row["lv_size"]),
                self._user(f"/dev/{row['vg_name']}/{row['lv_name']}"),
                str(row["lv_attr"]).startswith(THIN_POOL),
            )
            for row in rows
        }

    def _lvm(self, what: str, columns: str) -> Sequence[dict[str, Any]]:
        """Rows of pvs, vgs or lvs; none where LVM is not installed yet."""
        argv = [f"{what}s", "--reportformat", "json", "--units", "b", "--nosuffix", "-o", columns]
        text = self._read(argv)
        if not text:
            return []
        try:
            return [dict(row) for part in json.loads(text)["report"] for row in part[what]]
        except (ValueError, KeyError, TypeError):
            raise HostError(f"what {argv[0]} printed cannot be read: run it by hand to see why") from None

    def _datasets(self) -> dict[str, Volume | None]:
        text = self._read(["zfs", "list", "-H", "-p", "-t", "filesystem,volume", "-o", "name,type,volsize"])
        rows = [line.split("\t") for line in text.splitlines()]
        return {
            name: Volume(int(size), self._user(f"/dev/zvol/{name}")) if kind == "volume" else None
            for name, kind, size in rows
        }

    @staticmethod
    def _read(argv: Sequence[str], required: bool = False) -> str:
        program = shutil.which(argv[0], path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        if program is None:
            if required:
                raise HostError(f"the host has no {argv[0]}: install the package that it is in, such as util-linux")
            return ""
        done = run([program, *argv[1:]], LIMIT)
        if not done.ok:
            said = " ".join(done.errors.split())[:300]
            raise HostError(f"{' '.join(argv)} failed: {said or 'it took too long'}")
        return done.output


def _end(path: str) -> int:
    """The size of a block device."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        return os.lseek(descriptor, 0, os.SEEK_END)
    finally:
        os.close(descriptor)


def _is_held(path: str) -> bool:
    """Whether somebody has a block device for himself: a filesystem, swap, LVM, RAID, blkback. It is not touched."""
    try:
        if not stat.S_ISBLK(os.stat(path).st_mode):
            return False
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_EXCL))
    except OSError as fault:
        return fault.errno == errno.EBUSY
    return False
