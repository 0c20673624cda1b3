# SPDX-License-Identifier: GPL-3.0-or-later
"""What starts a machine: the BIOS that QEMU brings along, or UEFI, which has boot entries and keeps them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._lab import disk
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError

BIOS, UEFI = "bios", "uefi"
CHOICES = (BIOS, UEFI)

# Debian's package ovmf, the builds without Secure Boot: it would refuse a hypervisor that nobody has signed.
CODE = Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
EMPTY_VARIABLES = Path("/usr/share/OVMF/OVMF_VARS_4M.fd")

# In a machine's directory, or a state's: the firmware's variables, boot entries among them.
VARIABLES = "firmware.qcow2"


def require(kind: str) -> None:
    """One sentence where the firmware is missing."""
    missing = [str(path) for path in (CODE, EMPTY_VARIABLES) if not path.is_file()]
    if kind == UEFI and missing:
        raise LabError(f"A machine with UEFI needs {' and '.join(missing)}: install the package ovmf.")


def arguments(kind: str) -> list[str]:
    """QEMU's arguments for a machine with this firmware."""
    if kind == BIOS:
        return []
    return [
        "-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={CODE}",
        "-drive", f"if=pflash,unit=1,format=qcow2,file={VARIABLES}",
    ]  # fmt: skip


def fingerprint(kind: str) -> dict[str, str]:
    """What a saved state depends on: it holds the firmware's code."""
    require(kind)
    return {} if kind == BIOS else {"ovmf": hashlib.sha256(CODE.read_bytes()).hexdigest()}


def create_variables(directory: Path, kind: str, saved: Path) -> None:
    """The variables of a machine: a layer over those of the directory ``saved`` that has some, else empty ones."""
    if kind == BIOS:
        return
    if (saved / VARIABLES).exists():
        disk.create_layer(directory / VARIABLES, saved / VARIABLES, "qcow2")
    else:
        disk.convert(EMPTY_VARIABLES, directory / VARIABLES)
