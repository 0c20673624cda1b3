# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether guests can be managed on this machine at all, and if not, what to do about it in one sentence."""

from __future__ import annotations

import glob
import os
import re
import shutil

from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import read_text
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import Xl

LIBRARY = re.compile(rb"libxenlight(?:-|\.so\.)(\d+\.\d+)")
PROGRAM_LIMIT = 16 << 20
ADMIN_DIRECTORIES = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def ready_xl(paths: Paths, executable: str) -> Xl:
    """xl of a host that runs under Xen, as root. HostError where it is not so."""
    if os.geteuid() != 0:
        raise HostError("xl works for root alone: run the task with become: true")
    path = find_program(executable)
    fault = _not_control_domain(paths, installed=path is not None)
    if fault:
        raise HostError(fault)
    if path is None:
        raise HostError(
            f"the machine runs under Xen and has no program {executable}: "
            "install the Xen tools of the hypervisor's release"
        )
    return Xl(path)


def find_program(name: str) -> str | None:
    search = os.pathsep.join((os.environ.get("PATH", ""), *ADMIN_DIRECTORIES))
    return shutil.which(name, path=search)


def explain_silence(paths: Paths, fault: HostError, xl: str = "") -> HostError:
    """A better reason for a failed reading by a program of xl, if there is one."""
    used, running = linked_release(xl) if xl else "", running_release(paths)
    if used and running and used != running:
        return HostError(
            f"{xl} is of Xen {used}, and Xen {running} runs: boot the hypervisor of Xen {used}, or install the "
            f"toolstack of Xen {running}. {fault}"
        )
    if any(os.path.exists(socket) for socket in paths.xenstore_sockets):
        return fault
    return HostError(
        f"xenstored is not running: start it (systemctl start xenstored, or the init script xencommons or xen). {fault}"
    )


def running_release(paths: Paths) -> str:
    """The hypervisor's release as the kernel knows it; empty when it does not."""
    numbers = [(read_text(f"{paths.hypervisor_version}/{part}") or "").strip() for part in ("major", "minor")]
    return ".".join(numbers) if all(number.isdigit() for number in numbers) else ""


def linked_release(path: str) -> str:
    """The release of the libxl that an xl is linked to; empty for a wrapper script."""
    try:
        with open(path, "rb") as file:
            match = LIBRARY.search(file.read(PROGRAM_LIMIT))
    except OSError:
        return ""
    return match[1].decode() if match else ""


def _not_control_domain(paths: Paths, installed: bool) -> str:
    capabilities = read_text(paths.capabilities)
    if capabilities is None and (read_text(paths.hypervisor_type) or "").strip() == "xen":
        return f"the machine runs under Xen but lacks {paths.capabilities}: mount it (systemctl start proc-xen.mount)"
    if capabilities is None and (installed or glob.glob(f"{paths.boot}/xen*")):
        return "Xen is installed, but the machine has booted without it: reboot into the Xen entry of the boot menu"
    if capabilities is None:
        return "the machine does not run under Xen: install Xen and reboot into it"
    if "control_d" not in capabilities:
        return "the machine is a guest of Xen, not its control domain: run the task on the host"
    return ""
