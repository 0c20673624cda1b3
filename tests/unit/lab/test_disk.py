# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The disk that a BIOS boots from, and UEFI."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._lab import disk
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError


@pytest.fixture
def record(tmp_path: Path) -> bytes:
    image = tmp_path / "disk.raw"
    disk.create_partitioned(image, 2, efi=False)
    assert image.stat().st_size == 2 * disk.GIB
    assert image.stat().st_blocks * 512 < 1 << 20
    with image.open("rb") as file:
        return file.read(512)


def test_one_bootable_linux_partition_reaches_to_the_end(record: bytes) -> None:
    status, kind, first, sectors = struct.unpack_from("<B3xB3xII", record, 446)
    assert (status, kind) == (0x80, 0x83)
    assert first * 512 == disk.PARTITION_START
    assert (first + sectors) * 512 == 2 * disk.GIB
    assert record[462:510] == bytes(48)
    assert record[510:] == b"\x55\xaa"


def test_the_signature_is_the_one_of_the_partuuid(record: bytes) -> None:
    signature = struct.unpack_from("<I", record, 440)[0]
    assert f"{signature:08x}-01" == disk.ROOT_PARTUUID


def test_a_disk_for_uefi_has_a_partition_for_its_programs_at_the_end() -> None:
    record = disk.master_boot_record(2, efi=True)
    root, efi = (struct.unpack_from("<B3xB3xII", record, offset) for offset in (446, 462))
    assert (root[0], root[1], efi[0], efi[1]) == (0x80, 0x83, 0, 0xEF)
    assert root[2] * 512 == disk.PARTITION_START
    assert efi[2] == root[2] + root[3]
    assert efi[2] * 512 == disk.efi_start(2)
    assert efi[3] * 512 == disk.EFI_SIZE
    assert (efi[2] + efi[3]) * 512 == 2 * disk.GIB
    assert record[478:510] == bytes(32)
    assert len(record) == 512


def test_the_place_of_the_boot_code_is_empty(record: bytes) -> None:
    assert record[: disk.BOOT_CODE_SIZE] == bytes(disk.BOOT_CODE_SIZE)


def test_a_full_disk_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        LabError, match=r"^Building an image needs 1000000 GiB of free space in .*, where [0-9.]+ GiB are left\.$"
    ):
        disk.require_space(tmp_path, 1000000, "Building an image")
