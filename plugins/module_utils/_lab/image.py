# SPDX-License-Identifier: GPL-3.0-or-later
"""Building the disk image of a lab host: packages, overlay, configuration, file system, boot code.

mmdebstrap makes the system as root or, for an ordinary user, inside a user namespace; nothing stays mounted on the
controller, whatever happens to the run, and no loop device is used. The same steps serve both: what needs ownership
runs behind ``mmdebstrap --unshare-helper``, and the image file is handed in as an open file, because the mapped root of
the namespace may not be able to walk to the user's cache.
"""

from __future__ import annotations

import io
import os
import shlex
import tarfile
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._lab import disk, fingerprint, firmware, guests, scratch, ssh
from ansible_collections.xlops.xen.plugins.module_utils._lab.cache import Cache, Entry
from ansible_collections.xlops.xen.plugins.module_utils._lab.commands import require, stream
from ansible_collections.xlops.xen.plugins.module_utils._lab.progress import Progress, Step
from ansible_collections.xlops.xen.plugins.module_utils._release import switch

DISK = "disk.raw"
LOGIN_KEY = "login"
HOST_KEY = "host_key"
LOG = "build.log"

# Inside the image: where the overlay's settings and the configure script are found.
SETTINGS = "usr/lib/xen-lab/settings"
CONFIGURE = "/usr/lib/xen-lab/configure"
GUESTS = "srv/xen-lab/guests"
BUILT = "usr/lib/xen-lab/packages"
PROGRAM = "usr/lib/xen-lab/python/ansible_collections/xlops/xen/plugins/module_utils/_release"

OF_PROGRAM = ("chooser.py", "switch.py", "units.py")
PROGRAMS = ("as", "ld", "mke2fs", "mmdebstrap", "setpriv", "ssh-keygen", "tar", "timeout")
# What a build occupies at its peak: the unpacked system in the scratch directory; its tar and the image in the cache.
SCRATCH_SPACE_GIB = 2.0
CACHE_SPACE_GIB = 3.0

# Spelt out, so that every release of e2fsprogs makes a file system that GRUB 2.06 can read.
EXT4_FEATURES = (
    "none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,sparse_super,large_file,huge_file,"
    "dir_nlink,extra_isize,metadata_csum"
)

# Arguments: image, size in KiB, offset of the partition, UUID, features, offset of the EFI system partition in MiB.
# Standard input: the system's tar.
PACK = r"""
root=$(mktemp -d "$TMPDIR/xen-lab.XXXXXX")
trap 'rm -rf "$root"' EXIT
tar -x -C "$root" --exclude='./dev/*'
chmod 0755 "$root"
if [ -e "$root/usr/lib/xen-lab/esp.img.gz" ]; then
    gzip -d "$root/usr/lib/xen-lab/esp.img.gz"
    dd if="$root/usr/lib/xen-lab/esp.img" of="$1" bs=1M seek="$6" conv=notrunc,sparse status=none
    rm "$root/usr/lib/xen-lab/esp.img"
fi
mke2fs -q -F -t ext4 -m 0 -L xen-lab -U "$4" -O "$5" -E "offset=$3,root_owner=0:0" -d "$root" "$1" "$2k"
dd if="$root/boot/grub/i386-pc/boot.img" of="$1" bs=440 count=1 conv=notrunc status=none
dd if="$root/boot/grub/i386-pc/core.img" of="$1" bs=512 seek=1 conv=notrunc status=none
"""


@dataclass(frozen=True)
class ImageSpec:
    """All that goes into an image; equal specs give equal keys."""

    label: str  # for people: "bookworm/xen"
    suite: str
    packages: tuple[str, ...]
    archives: tuple[str, ...]  # packages that are only downloaded, so that a later installation needs no network
    overlays: tuple[Path, ...]  # directories laid over the system, in order
    guests: Path  # directory of the guests' sources
    settings: dict[str, str]  # shell variables for the configure script
    size_gib: int
    mirror: str | None = None
    firmware: str = firmware.BIOS
    built: tuple[Path, ...] = ()  # packages of Xen built from source, which are installed and become the host's

    @property
    def efi(self) -> bool:
        return self.firmware == firmware.UEFI

    @property
    def known(self) -> dict[str, str]:
        """All settings: what the configure script cannot know."""
        return {
            **self.settings,
            "ROOT_UUID": disk.ROOT_UUID,
            "ROOT_PARTUUID": disk.ROOT_PARTUUID,
            "EFI_KIB": str(disk.EFI_SIZE // 1024 if self.efi else 0),
            "EFI_SERIAL": disk.EFI_SERIAL,
            "EFI_UUID": disk.EFI_UUID,
        }

    @property
    def key(self) -> str:
        """The fingerprint of everything that the programs which build the image are given."""
        return fingerprint.of_value(
            {
                "bootstrap": _bootstrap_arguments(self, Path("overlay"), Path("system")),
                "overlays": [fingerprint.of_tree(path) for path in self.overlays],
                "built": {name: fingerprint.of_tree(path) for name, path in _built_files(self.built).items()},
                "settings": self.known,
                "guests": [fingerprint.of_tree(self.guests), guests.ASSEMBLER, guests.LINKER],
                "disk": [self.size_gib, disk.master_boot_record(self.size_gib, self.efi).hex()],
                "pack": [PACK, EXT4_FEATURES],
            }
        )


def obtain(spec: ImageSpec, cache: Cache, progress: Progress) -> Entry:
    """The image of a spec: from the cache, or built now."""
    facts = {"label": spec.label}
    return cache.obtain("images", spec.key, facts, lambda work: _build(spec, work, progress))


def _build(spec: ImageSpec, work: Path, progress: Progress) -> None:
    if scratch.unprivileged():
        require(["newuidmap"])
    disk.require_space(work, CACHE_SPACE_GIB, "Building an image")
    disk.require_space(scratch.parent(), SCRATCH_SPACE_GIB, "Building an image")
    ssh.make_key(work / LOGIN_KEY, "xen-lab image")
    ssh.make_key(work / HOST_KEY, "xen-lab image")
    overlay, system = work / "overlay.tar", work / "system.tar"
    _write_overlay(spec, work, overlay)
    with scratch.directory(work) as temporary:
        with progress.step(f"system {spec.label}", f"Building the system of {spec.label}") as step:
            _bootstrap(spec, overlay, system, work / LOG, temporary, step)
        with progress.step(f"disk {spec.label}", f"Writing the disk image of {spec.label}"):
            _pack(spec, system, work / DISK, work / LOG, temporary)
    overlay.unlink()
    system.unlink()


def _write_overlay(spec: ImageSpec, work: Path, overlay: Path) -> None:
    """One tar with everything of ours that goes into the image."""
    settings = "".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(spec.known.items()))
    with tarfile.open(overlay, "w") as tar:
        for name, source in _overlay_files(spec.overlays).items():
            _add(tar, name, source.read_bytes(), 0o755 if os.access(source, os.X_OK) else 0o644)
        for name, source in _built_files(spec.built).items():
            _add(tar, name, source.read_bytes(), 0o644)
        _add(tar, SETTINGS, settings.encode(), 0o644)
        _add(tar, "root/.ssh/authorized_keys", (work / f"{LOGIN_KEY}.pub").read_bytes(), 0o600)
        _add(tar, "etc/ssh/ssh_host_ed25519_key", (work / HOST_KEY).read_bytes(), 0o600)
        _add(tar, "etc/ssh/ssh_host_ed25519_key.pub", (work / f"{HOST_KEY}.pub").read_bytes(), 0o644)
        _add(tar, f"{GUESTS}/tiny", guests.assemble_tiny(spec.guests), 0o644)


def _overlay_files(overlays: tuple[Path, ...]) -> dict[str, Path]:
    """Path in the image -> source; later overlays win."""
    return {
        str(source.relative_to(overlay)): source
        for overlay in overlays
        for source in sorted(overlay.rglob("*"))
        if source.is_file()
    }


def _built_files(packages: tuple[Path, ...]) -> dict[str, Path]:
    """Path in the image -> source: the packages, and the program that makes a release the host's, as on a real host."""
    program = Path(switch.__file__).parent
    return {
        **{f"{BUILT}/{package.name}": package for package in packages},
        **({f"{PROGRAM}/{name}": program / name for name in OF_PROGRAM} if packages else {}),
    }


def _add(tar: tarfile.TarFile, name: str, content: bytes, mode: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    tar.addfile(member, io.BytesIO(content))


def _bootstrap(spec: ImageSpec, overlay: Path, system: Path, log: Path, temporary: Path, step: Step) -> None:
    argv = _bootstrap_arguments(spec, overlay, system)
    argv.insert(1, f"--mode={'unshare' if scratch.unprivileged() else 'root'}")

    def note(line: str) -> None:
        if line.startswith("I: "):
            step.note(line[3:].split(" in shell:")[0])  # a hook's whole command line is of no interest

    stream(argv, note, log=log, env={"TMPDIR": str(temporary)}, within=scratch.mounting_for_itself())


def _bootstrap_arguments(spec: ImageSpec, overlay: Path, system: Path) -> list[str]:
    return [
        "mmdebstrap",
        "--variant=minbase",
        "--architectures=amd64",
        "--format=tar",
        f"--include={','.join(spec.packages)}",
        # The package lists stay, so that the host can install packages without a slow update first.
        "--skip=cleanup/apt",
        # The overlay precedes the packages: the first initramfs is already made with its settings.
        f"--essential-hook=tar-in {shlex.quote(str(overlay))} /",
        f'--customize-hook=chroot "$1" /bin/sh {CONFIGURE} {shlex.quote(" ".join(spec.archives))}',
        spec.suite,
        str(system),
        *([spec.mirror] if spec.mirror else []),
    ]


def _pack(spec: ImageSpec, system: Path, image: Path, log: Path, temporary: Path) -> None:
    disk.create_partitioned(image, spec.size_gib, spec.efi)
    size_kib = disk.root_size(spec.size_gib, spec.efi) // 1024
    # The namespace's root opens the image through our descriptor and is "other" to it; the directory stays private.
    image.chmod(0o666)
    with image.open("r+b") as opened:
        fd = opened.fileno()
        argv = [
            *scratch.in_namespace(),
            "sh",
            "-euc",
            PACK,
            "sh",
            f"/dev/fd/{fd}",
            str(size_kib),
            str(disk.PARTITION_START),
            disk.ROOT_UUID,
            EXT4_FEATURES,
            str(disk.efi_start(spec.size_gib) >> 20),
        ]
        env = {"TMPDIR": str(temporary)}
        stream(argv, lambda line: None, log=log, env=env, stdin=system, pass_fds=[fd])
    image.chmod(0o444)
