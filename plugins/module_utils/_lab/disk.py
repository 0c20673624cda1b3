# SPDX-License-Identifier: GPL-3.0-or-later
"""Disk images: a partition table with boot code, and the copy-on-write layers of the hosts."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._lab.commands import run
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError

SECTOR = 512
GIB = 1 << 30
# Where the one partition begins. GRUB's core image lives in the gap before it, as on any BIOS machine.
PARTITION_START = 1 << 20
# The signature of the partition table: Linux derives the PARTUUID from it.
DISK_SIGNATURE = 0x58454E4C
ROOT_PARTUUID = f"{DISK_SIGNATURE:08x}-01"
ROOT_UUID = "78656e2d-6c61-4062-8000-000000000001"
LINUX_PARTITION = 0x83
# The partition that UEFI looks for its programs on: room for two kernels with their initial file systems.
EFI_PARTITION = 0xEF
EFI_SIZE = 256 << 20
EFI_SERIAL = "58454E4C"
EFI_UUID = f"{EFI_SERIAL[:4]}-{EFI_SERIAL[4:]}"
BOOTABLE = 0x80
NO_CHS = b"\xfe\xff\xff"  # "use the LBA fields"
BOOT_CODE_SIZE = 440


def create_partitioned(path: Path, size_gib: int, efi: bool) -> None:
    """A sparse raw disk with a bootable Linux partition, and with UEFI one for that behind it; no boot code yet."""
    with path.open("wb") as disk:
        disk.truncate(size_gib * GIB)
        disk.write(master_boot_record(size_gib, efi))


def root_size(size_gib: int, efi: bool) -> int:
    """Bytes of the Linux partition."""
    return size_gib * GIB - PARTITION_START - (EFI_SIZE if efi else 0)


def efi_start(size_gib: int) -> int:
    """Where the EFI system partition begins, which is the last of a disk that has one."""
    return size_gib * GIB - EFI_SIZE


def master_boot_record(size_gib: int, efi: bool) -> bytes:
    """The first sector: no boot code, one partition or two."""
    partitions = _partition(BOOTABLE, LINUX_PARTITION, PARTITION_START, root_size(size_gib, efi))
    if efi:
        partitions += _partition(0, EFI_PARTITION, efi_start(size_gib), EFI_SIZE)
    return bytes(BOOT_CODE_SIZE) + struct.pack("<IH64sH", DISK_SIGNATURE, 0, partitions, 0xAA55)


def _partition(status: int, kind: int, start: int, size: int) -> bytes:
    return struct.pack("<B3sB3sII", status, NO_CHS, kind, NO_CHS, start // SECTOR, size // SECTOR)


def require_space(directory: Path, gib: float, purpose: str) -> None:
    free = shutil.disk_usage(directory).free / GIB
    if free < gib:
        raise LabError(f"{purpose} needs {gib} GiB of free space in {directory}, where {free:.1f} GiB are left.")


def create_layer(path: Path, base: Path, base_format: str) -> None:
    """A copy-on-write disk over ``base``, which stays as it is."""
    run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", base_format, "-b", str(base.resolve()), str(path)])


def convert(source: Path, path: Path) -> None:
    """A copy of a raw disk that lies over nothing."""
    run(["qemu-img", "convert", "-q", "-f", "raw", "-O", "qcow2", str(source), str(path)])


def create_blank(path: Path, size_gib: int) -> None:
    """An empty disk that occupies only what is written to it."""
    run(["qemu-img", "create", "-q", "-f", "qcow2", str(path), f"{size_gib}G"])
