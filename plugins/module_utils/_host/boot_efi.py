# SPDX-License-Identifier: GPL-3.0-or-later
"""xen.efi on a host's EFI system partition: its file, what it loads, and the firmware's boot entries."""

from __future__ import annotations

import filecmp
import glob
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from ansible_collections.xlops.xen.plugins.module_utils._config.efi_boot import (
    Firmware,
    read_firmware,
    read_xen_cfg,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._host.boot_running import release_of_file
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import read_text, replace_file, settle_directory
from ansible_collections.xlops.xen.plugins.module_utils._host.messages import plain
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import find_program
from ansible_collections.xlops.xen.plugins.module_utils._host.process import run
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot import Booting, Wanted
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot_efi import (
    LABEL,
    NEW,
    SECTION,
    Files,
    Plan,
    Seen,
    cfg_faults,
    newest,
)

LIMIT = 60.0
COPYING = ".xlops"
KERNEL_NAMES = ("vmlinuz-", "Image-")


@dataclass(frozen=True)
class XenEfi:
    """One xen.efi: its path on the host, the partition that it is on, and where it is brought there from."""

    paths: Paths
    binary: str
    esp: str
    source: str = ""

    @property
    def directory(self) -> str:
        return os.path.dirname(self.binary)

    @property
    def cfg_path(self) -> str:
        return f"{os.path.splitext(self.binary)[0]}.cfg"

    @property
    def loader(self) -> str:
        """As the firmware calls it."""
        return self.binary[len(self.esp) :].replace("/", "\\")

    @property
    def release(self) -> str:
        return release_of_file(self.binary)

    def declared(self) -> bool:
        """Whether our section is in its file."""
        return SECTION in read_xen_cfg(read_text(self.cfg_path) or "").sections

    def beside(self, name: str) -> str:
        return f"{self.directory}/{name}"

    def look(self, wanted: Wanted, files: Files, running: Booting, release: str) -> Seen:
        differing = frozenset(key for key, path in files.sources().items() if self._differs(path))
        return Seen(
            read_text(self.cfg_path),
            self.firmware(),
            self.loader,
            files,
            differing,
            running,
            release or self.release,
            self.source if self.source and self._differs(self.source) else "",
        )

    def _differs(self, source: str) -> bool:
        if not os.path.isfile(source):
            raise HostError(f"{source}, which xen.efi shall load, is not there")
        target = self.beside(os.path.basename(source))
        if os.path.exists(target) and os.path.samefile(source, target):
            return False
        return not (os.path.exists(target) and filecmp.cmp(source, target, shallow=False))

    def firmware(self) -> Firmware:
        return read_firmware(self._efibootmgr("-v"))

    def _efibootmgr(self, *arguments: str) -> str:
        program = find_program("efibootmgr")
        if program is None:
            raise HostError("the host has no program efibootmgr: install it")
        done = run([program, *arguments], LIMIT)
        if not done.ok:
            said = plain("; ".join(line for line in done.errors.splitlines() if line.strip())[-300:])
            raise HostError(f"efibootmgr {' '.join(arguments)} failed: {shown(said or f'it ended with {done.code}')}")
        return done.output

    def check(self, planned: Plan) -> None:
        """Whether what was planned can be booted, before anything of it is done."""
        if planned.text is None or not planned.cfg.sections:
            return
        known = os.path.isdir(self.directory)
        there = {*(os.listdir(self.directory) if known else ()), *planned.copies.values()}
        faults = list(cfg_faults(planned, there))
        if faults:
            raise HostError(f"{self.cfg_path} would name what cannot be booted: {'; '.join(faults)}")
        needed = sum(os.path.getsize(source) for source in planned.copies)
        state = os.statvfs(self.directory if known else self.esp)
        if needed > state.f_bavail * state.f_frsize:
            raise HostError(
                f"{self.directory} has {state.f_bavail * state.f_frsize >> 20} MiB of room, and {needed >> 20} MiB are "
                "needed: remove kernels that are no longer booted"
            )

    def steps(self, planned: Plan) -> list[str]:
        """What a plan does, for a reader."""
        said = [f"copy {source} to {self.beside(name)}" for source, name in planned.copies.items()]
        if planned.write:
            said.append(f"{'remove' if planned.text is None else 'write'} {self.cfg_path}")
        if planned.create:
            said.append(f"efibootmgr -C -L {shown(LABEL)} -l {self.loader}")
        if planned.order:
            said.append(f"efibootmgr -o {','.join(planned.order)}")
        if planned.remove:
            said.append(f"efibootmgr -b {planned.remove} -B")
        if planned.next:
            said.append(f"efibootmgr -n {planned.next}")
        return said

    def apply(self, seen: Seen, planned: Plan) -> None:
        """First the files, then what names them, at last what the firmware starts."""
        done = _Done()
        with self._taking_back(seen, planned, done):
            self._make_directory(done)
            for source, name in planned.copies.items():
                self._copy(source, name, done)
            if planned.write:
                self._write(planned.text)
            number = self._entry(planned)
            if planned.order:
                order = [number if one == NEW else one for one in planned.order]
                self._efibootmgr("-q", "-o", ",".join(order))
            if planned.remove:
                self._efibootmgr("-q", "-b", planned.remove, "-B")
            if planned.next:
                self._efibootmgr("-q", "-n", number if planned.next == NEW else planned.next)

    def _make_directory(self, done: _Done) -> None:
        if not os.path.isdir(self.directory):
            os.makedirs(self.directory)
            done.directory = self.directory

    def _write(self, text: str | None) -> None:
        if text is None:
            with suppress(FileNotFoundError):
                os.unlink(self.cfg_path)
            settle_directory(self.directory)
        else:
            replace_file(self.cfg_path, text.encode(), mode=None)

    def _copy(self, source: str, name: str, done: _Done) -> None:
        """Beside what is there, and then in its place: a kernel that is half copied is never booted."""
        target = self.beside(name)
        candidate = self.beside(f".{name}{COPYING}")
        try:
            with open(source, "rb") as read, open(candidate, "wb") as written:
                shutil.copyfileobj(read, written, 1 << 20)
                written.flush()
                os.fsync(written.fileno())
            if not os.path.exists(target):
                done.made.append(target)
            os.replace(candidate, target)
            settle_directory(self.directory)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(candidate)

    def _entry(self, planned: Plan) -> str:
        """The number of the firmware's entry, made where it is missing."""
        if planned.create:
            disk, number = self._partition()
            self._efibootmgr("-q", "-C", "-d", disk, "-p", number, "-L", LABEL, "-l", self.loader)
        found = self.firmware().loading(self.loader) if planned.create or NEW in planned.order else None
        if planned.create and found is None:
            raise HostError(f"efibootmgr made an entry for {self.loader}, and the firmware does not show it")
        return found.number if found else NEW

    def _partition(self) -> tuple[str, str]:
        """The disk and the number of the partition that is mounted there."""
        device = _mounted(read_text(self.paths.mounts) or "", self.esp)
        name = os.path.basename(device)
        sysfs = f"{self.paths.sysfs}/class/block/{name}"
        number = (read_text(f"{sysfs}/partition") or "").strip()
        parent = os.path.basename(os.path.dirname(os.path.realpath(sysfs)))
        if not number.isdigit() or not parent:
            raise HostError(
                f"{self.esp} is on {device or 'nothing that is mounted'}, which is no partition of a disk, so no boot "
                "entry can be made for it: make one with efibootmgr"
            )
        return f"{self.paths.block_devices}/{parent}", number

    @contextmanager
    def _taking_back(self, seen: Seen, planned: Plan, done: _Done) -> Iterator[None]:
        try:
            yield
        except (HostError, OSError) as fault:
            left = self._take_back(seen, planned, done)
            reason = f"the host refused: {fault}" if isinstance(fault, OSError) else str(fault)
            raise HostError(
                f"{reason}. {f'What was done could not be undone: {left}' if left else 'What was done was undone'}"
            ) from None

    def _take_back(self, seen: Seen, planned: Plan, done: _Done) -> str:
        try:
            now = self.firmware()
            if seen.firmware.order and now.order != seen.firmware.order:
                self._efibootmgr("-q", "-o", ",".join(seen.firmware.order))
            made = now.loading(self.loader)
            if planned.create and made is not None:
                self._efibootmgr("-q", "-b", made.number, "-B")
            if planned.write and read_text(self.cfg_path) != seen.text:
                self._write(seen.text)
            for path in done.made:
                with suppress(FileNotFoundError):
                    os.unlink(path)
            if done.directory:
                os.rmdir(done.directory)
        except (HostError, OSError) as fault:
            return str(fault)
        return ""


@dataclass
class _Done:
    """Files that were not there before, and their directory where it was not."""

    made: list[str] = field(default_factory=list)
    directory: str = ""


def find_xen_efi(paths: Paths, declared: str | None) -> XenEfi | None:
    """The declared xen.efi, or the newest on an EFI system partition or of the packages."""
    mounted = [place for place in paths.esp if os.path.isdir(f"{place}/EFI")]
    if declared is not None:
        return _declared(paths, mounted, declared)
    there = {path: esp for esp in mounted for path in sorted(glob.glob(f"{esp}/EFI/*/xen*.efi"))}
    packaged = {os.path.basename(path): path for path in glob.glob(f"{paths.boot}/xen*.efi")}
    name = newest([*map(os.path.basename, there), *packaged])
    found = [path for path in there if os.path.basename(path) == name]
    if found:
        return XenEfi(paths, found[-1], there[found[-1]], packaged.get(name, ""))
    return _brought(paths, mounted[0], packaged[name]) if name and mounted else None


def _declared(paths: Paths, mounted: Sequence[str], declared: str) -> XenEfi:
    if not mounted:
        raise HostError(f"no EFI system partition is mounted at {' or '.join(paths.esp)}: mount it for {declared}")
    if not os.path.isfile(declared):
        raise HostError(f"there is no {declared}: install the hypervisor's EFI image there")
    esp = next((place for place in mounted if declared.startswith(f"{place}/EFI/")), "")
    return XenEfi(paths, declared, esp) if esp else _brought(paths, mounted[0], declared)


def _brought(paths: Paths, esp: str, source: str) -> XenEfi:
    """An image of the host's own file system, which the firmware cannot read."""
    return XenEfi(paths, f"{esp}/EFI/xen/{os.path.basename(source)}", esp, source)


def files_of(paths: Paths, declared: Mapping[str, str | None]) -> Files:
    """What is loaded: what is declared, else the newest kernel of the host and its initial file system."""
    named = {key: path for key, path in declared.items() if path}
    if "kernel" not in named:
        kernels = [name for start in KERNEL_NAMES for name in _below(paths.boot, start)]
        name = newest(kernels)
        if name:
            named["kernel"] = f"{paths.boot}/{name}"
    kernel = os.path.basename(named.get("kernel", ""))
    version = next((kernel[len(start) :] for start in KERNEL_NAMES if kernel.startswith(start)), "")
    for name in (f"initrd.img-{version}", f"initramfs-{version}.img"):
        path = f"{paths.boot}/{name}"
        if version and "ramdisk" not in named and os.path.isfile(path):
            named["ramdisk"] = path
    return Files(**named)


def _below(directory: str, start: str) -> list[str]:
    return [os.path.basename(path) for path in glob.glob(f"{glob.escape(directory)}/{start}*") if os.path.isfile(path)]


def _mounted(mounts: str, point: str) -> str:
    """The device that is mounted at a point; the last one covers those before."""
    device = ""
    for line in mounts.splitlines():
        before, _sign, after = line.partition(" - ")
        fields, rest = before.split(), after.split()
        if len(fields) > 4 and len(rest) > 1 and fields[4] == point:
            device = rest[1]
    return device
