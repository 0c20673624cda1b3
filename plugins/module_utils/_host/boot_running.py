# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host runs now, with which words it was booted, and what it could boot."""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._config.boot_words import xen_words
from ansible_collections.xlops.xen.plugins.module_utils._config.grub_menu import POINT_OF_FILE, RELEASE_OF_FILE
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import parse_info
from ansible_collections.xlops.xen.plugins.module_utils._host.device_tree import compatible_of
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import read_text
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import find_program
from ansible_collections.xlops.xen.plugins.module_utils._host.process import run
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot import Booting
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import MACHINES
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

READ_LIMIT = 60.0
SECURE_BOOT = "efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"


@dataclass(frozen=True)
class Machine:
    """``arch`` is empty where nobody knows it, ``hypervisors`` are the installed ones, by file, with their releases,
    ``points`` the point releases of these releases, as far as files say them, ``compatible`` is what the device tree
    says, where there is one.
    """

    arch: str
    efi: bool
    secure_boot: bool
    hypervisors: tuple[tuple[str, str], ...]
    compatible: tuple[str, ...] = ()
    points: tuple[tuple[str, int | None], ...] = ()

    @property
    def newest(self) -> str:
        """The release that GRUB's scripts put first; empty where no file's name says one."""
        releases = [Release.parse(release) for _file, release in self.hypervisors if release]
        return str(max(releases)) if releases else ""

    def point_of(self, release: str) -> int | None:
        """The point release of the hypervisors of a release, where they are of one."""
        found = {point for one, point in self.points if one == release}
        return found.pop() if len(found) == 1 else None


def read_machine(paths: Paths) -> Machine:
    firmware = f"{paths.sysfs}/firmware/efi"
    hypervisors = _hypervisors(paths.boot)
    return Machine(
        MACHINES.get(os.uname().machine, ""),
        os.path.isdir(firmware),
        _last_byte(f"{firmware}/{SECURE_BOOT}") == 1,
        tuple(hypervisors),
        compatible_of(paths),
        tuple((release, point_of_file(f"{paths.boot}/{name}")) for name, release in hypervisors),
    )


def _last_byte(path: str) -> int:
    """The value of a firmware's variable follows four bytes of attributes."""
    try:
        with open(path, "rb") as file:
            content = file.read(16)
    except OSError:
        return 0
    return content[-1] if len(content) > 4 else 0


def _hypervisors(boot: str) -> list[tuple[str, str]]:
    """The files that GRUB's scripts take for hypervisors. A link has the release of what it leads to."""
    found = []
    for path in sorted(glob.glob(f"{boot}/xen*")):
        name = os.path.basename(path)
        if (
            name.startswith(("xen-syms-", "xenpolicy-"))
            or name.endswith((".config", ".map"))
            or not os.path.isfile(path)
        ):
            continue
        found.append((name, release_of_file(path)))
    return found


def release_of_file(path: str) -> str:
    match = RELEASE_OF_FILE.match(os.path.basename(os.path.realpath(path)))
    return match["release"] if match else ""


def point_of_file(path: str) -> int | None:
    match = POINT_OF_FILE.match(os.path.basename(os.path.realpath(path)))
    return int(match["point"]) if match else None


def read_running(paths: Paths, executable: str) -> Booting:
    """What runs. Of the hypervisor's own line xl tells, unless it is of another release and so unable to."""
    capabilities = read_text(paths.capabilities) or ""
    under_xen = (read_text(paths.hypervisor_type) or "").strip() == "xen" or bool(capabilities)
    words = tuple(xen_words(read_text(paths.kernel_line) or ""))
    if not under_xen:
        return Booting(False, linux_words=words)
    if capabilities and "control_d" not in capabilities:
        raise HostError("the machine is a guest of Xen, not its control domain: run the task on the host")
    release, line = _hypervisor(paths, executable)
    return Booting(True, release, None if line is None else tuple(xen_words(line)), words)


def _hypervisor(paths: Paths, executable: str) -> tuple[str, str | None]:
    """Release and command line."""
    numbers = [(read_text(f"{paths.hypervisor_version}/{part}") or "").strip() for part in ("major", "minor")]
    release = ".".join(numbers) if all(number.isdigit() for number in numbers) else ""
    program = find_program(executable)
    if program is None:
        return release, None
    info = parse_info(run([program, "info"], READ_LIMIT).output)
    try:
        release = str(Release.parse(info.get("xen_version", "")))
    except ValueError:
        return release, None
    return release, info.get("xen_commandline", "")
