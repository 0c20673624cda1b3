# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes an image another image, what is laid over it, and the guests that it carries."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._lab import guests, image
from ansible_collections.xlops.xen.plugins.module_utils._lab.image import ImageSpec

ROLE = Path(__file__).parents[3] / "roles" / "xen_lab"
SOURCES = ROLE / "files" / "guests"


@pytest.fixture
def spec(tmp_path: Path) -> ImageSpec:
    for name in ("common", "xen"):
        (tmp_path / name / "etc").mkdir(parents=True)
        (tmp_path / name / "etc" / "who").write_text(name)
    (tmp_path / "common" / "etc" / "script").write_text("#!/bin/sh\n")
    (tmp_path / "common" / "etc" / "script").chmod(0o755)
    shutil.copytree(SOURCES, tmp_path / "guests")
    return ImageSpec(
        label="bookworm/xen",
        suite="bookworm",
        packages=("systemd",),
        archives=(),
        overlays=(tmp_path / "common", tmp_path / "xen"),
        guests=tmp_path / "guests",
        settings={"DOM0_MEMORY": "1024"},
        size_gib=6,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"suite": "trixie"},
        {"packages": ("systemd", "lvm2")},
        {"archives": ("xen-system-amd64",)},
        {"settings": {"DOM0_MEMORY": "2048"}},
        {"size_gib": 8},
        {"mirror": "http://mirror.example/debian"},
        {"firmware": "uefi"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_goes_in_changes_the_key(spec: ImageSpec, change: dict[str, object]) -> None:
    assert replace(spec).key == spec.key
    assert replace(spec, **change).key != spec.key  # type: ignore[arg-type]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    path = tmp_path / "xlops-xen-4.5.0_4.5.0-1_amd64.deb"
    path.write_bytes(b"a release")
    return path


def test_the_content_of_a_built_package_changes_the_key_and_its_place_does_not(
    spec: ImageSpec, package: Path, tmp_path: Path
) -> None:
    key = replace(spec, built=(package,)).key
    assert key != spec.key
    (tmp_path / "elsewhere").mkdir()
    moved = shutil.copy(package, tmp_path / "elsewhere")
    assert replace(spec, built=(Path(moved),)).key == key
    package.write_bytes(b"another build of it")
    assert replace(spec, built=(package,)).key != key


def test_a_built_package_comes_with_the_program_that_makes_it_the_hosts(
    spec: ImageSpec, package: Path, tmp_path: Path
) -> None:
    for name in ("login.pub", "host_key", "host_key.pub"):
        (tmp_path / name).write_text(name)
    image._write_overlay(replace(spec, built=(package,)), tmp_path, tmp_path / "overlay.tar")
    (tmp_path / "system").mkdir()
    subprocess.run(["tar", "-x", "-C", str(tmp_path / "system"), "-f", str(tmp_path / "overlay.tar")], check=True)
    lab = tmp_path / "system/usr/lib/xen-lab"
    assert (lab / "packages" / package.name).read_bytes() == b"a release"
    # As the configure script runs it, with nothing but what is in the image.
    done = subprocess.run(
        ["python3", "-B", "-m", "ansible_collections.xlops.xen.plugins.module_utils._release.switch", "/opt/xen/none"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(lab / "python")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("switch: No release is installed in /opt/xen/none: ")


def test_how_it_is_called_does_not_change_the_key(spec: ImageSpec) -> None:
    assert replace(spec, label="another name").key == spec.key


@pytest.mark.parametrize(
    "edit",
    [
        lambda spec: (spec.overlays[0] / "etc" / "who").write_text("changed"),
        lambda spec: (spec.overlays[0] / "etc" / "script").chmod(0o644),
        lambda spec: (spec.guests / "tiny.s").write_text("# changed\n"),
    ],
    ids=["content", "executable bit", "guest source"],
)
def test_every_file_that_goes_in_changes_the_key(spec: ImageSpec, edit: Callable[[ImageSpec], object]) -> None:
    before = spec.key
    edit(spec)
    assert spec.key != before


@pytest.fixture
def overlay(spec: ImageSpec, tmp_path: Path) -> dict[str, tarfile.TarInfo]:
    for name in ("login.pub", "host_key", "host_key.pub"):
        (tmp_path / name).write_text(name)
    image._write_overlay(spec, tmp_path, tmp_path / "overlay.tar")
    with tarfile.open(tmp_path / "overlay.tar") as tar:
        who = tar.extractfile("etc/who")
        settings = tar.extractfile("usr/lib/xen-lab/settings")
        assert who is not None and settings is not None
        assert who.read() == b"xen"
        assert b"DOM0_MEMORY=1024\n" in settings.read()
        return {member.name: member for member in tar.getmembers()}


def test_the_overlay_belongs_to_root_and_keeps_secrets(overlay: dict[str, tarfile.TarInfo]) -> None:
    assert {(member.uid, member.gid) for member in overlay.values()} == {(0, 0)}
    assert overlay["etc/script"].mode == 0o755
    assert overlay["etc/ssh/ssh_host_ed25519_key"].mode == 0o600
    assert overlay["root/.ssh/authorized_keys"].mode == 0o600


def test_settings_cannot_break_out_of_their_file(spec: ImageSpec, tmp_path: Path) -> None:
    for name in ("login.pub", "host_key", "host_key.pub"):
        (tmp_path / name).write_text(name)
    hostile = replace(spec, settings={"DOM0_MEMORY": "1'; touch /tmp/x; '$(id)"})
    image._write_overlay(hostile, tmp_path, tmp_path / "overlay.tar")
    with tarfile.open(tmp_path / "overlay.tar") as tar:
        member = tar.extractfile("usr/lib/xen-lab/settings")
        assert member is not None
        (tmp_path / "settings").write_bytes(member.read())
    script = f'. {tmp_path}/settings; printf %s "$DOM0_MEMORY"'
    read = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert read == "1'; touch /tmp/x; '$(id)"


@pytest.mark.parametrize("script", ["configure", "grub-probe", "guest/etc/rc"])
def test_the_scripts_of_the_image_are_ones_that_a_posix_shell_reads(script: str) -> None:
    path = ROLE / "files/image/common/usr/lib/xen-lab" / script
    subprocess.run(["sh", "-n", str(path)], check=True)


@pytest.fixture(scope="module")
def kernel() -> bytes:
    return guests.assemble_tiny(SOURCES)


@pytest.fixture(scope="module")
def notes(kernel: bytes) -> dict[int, bytes]:
    """Type -> description of the notes in the file's PT_NOTE segment."""
    offset = struct.unpack_from("<Q", kernel, 32)[0]
    size, count = struct.unpack_from("<HH", kernel, 54)
    headers = [struct.unpack_from("<IIQQQQ", kernel, offset + number * size) for number in range(count)]
    _kind, _flags, start, _virtual, _physical, length = next(header for header in headers if header[0] == 4)
    found, at = {}, start
    while at < start + length:
        name, description, kind = struct.unpack_from("<III", kernel, at)
        body = at + 12 + (name + 3) // 4 * 4
        found[kind] = kernel[body : body + description]
        at = body + (description + 3) // 4 * 4
    return found


def test_tiny_is_a_64_bit_elf_smaller_than_a_floppy_track(kernel: bytes) -> None:
    assert kernel.startswith(b"\x7fELF\x02")
    assert len(kernel) < 20000


def test_tiny_starts_as_pv_where_its_entry_is(kernel: bytes, notes: dict[int, bytes]) -> None:
    entry = struct.unpack_from("<Q", kernel, 24)[0]
    assert struct.unpack("<Q", notes[1])[0] == entry
    assert notes[5] == b"xen-3.0\0"


def test_tiny_starts_as_pvh_at_a_physical_address_with_interrupts_on(kernel: bytes, notes: dict[int, bytes]) -> None:
    base = struct.unpack("<Q", notes[3])[0]
    pv_entry, pvh_entry = (struct.unpack("<Q", notes[kind])[0] for kind in (1, 18))
    assert 0 < pvh_entry + base - pv_entry < 64
    code = 0x1000 + pvh_entry + base - pv_entry
    assert kernel[code : code + 2] == b"\xfb\xf4"  # sti; hlt: halted without interrupts it would count as shut down


def test_tiny_has_room_for_a_hypercall_page(notes: dict[int, bytes]) -> None:
    assert struct.unpack("<Q", notes[2])[0] % 4096 == 0
