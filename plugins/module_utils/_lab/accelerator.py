# SPDX-License-Identifier: GPL-3.0-or-later
"""Which accelerator runs the hosts. A /dev/kvm that exists proves nothing: KVM is tried before it is relied upon."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._lab.commands import run
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError

QEMU = "qemu-system-x86_64"
KVM_DEVICE = Path("/dev/kvm")
CPUINFO = Path("/proc/cpuinfo")

# qemu64: with TCG's larger models a PV dom0 dies of SMAP and SMEP. SVM and NPT make PVH guests possible.
CPU_MODEL = {"tcg": "qemu64,+svm,+npt", "kvm": "host"}
CHOICES = ("auto", *sorted(CPU_MODEL))

TRIAL = '{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n'


def choose(wanted: str) -> str:
    """``kvm`` or ``tcg``; ``auto`` takes KVM when a machine really starts with it."""
    if wanted == "tcg":
        return "tcg"
    obstacle = kvm_obstacle()
    if not obstacle:
        return "kvm"
    if wanted == "kvm":
        raise LabError(f"KVM cannot be used on this machine: {obstacle}. Use the accelerator tcg or auto instead.")
    return "tcg"


def kvm_obstacle() -> str:
    """Why KVM cannot be used, or nothing."""
    if not os.access(KVM_DEVICE, os.R_OK | os.W_OK):
        return f"{KVM_DEVICE} is missing or not accessible"
    if not re.search(r"^flags\b.*\b(svm|vmx)\b", CPUINFO.read_text(), re.MULTILINE):
        return "the processor offers neither svm nor vmx"
    try:
        run([QEMU, "-accel", "kvm", "-cpu", "host", "-nodefaults", "-display", "none", "-S", "-qmp", "stdio"],
            stdin=TRIAL, timeout=20)  # fmt: skip
    except LabError as error:
        return str(error)
    return ""


def fingerprint(accelerator: str) -> dict[str, str]:
    """What a saved machine state depends on besides the machine itself: QEMU's version, and under KVM the processor."""
    version = run([QEMU, "--version"]).splitlines()[0]
    if accelerator == "tcg":
        return {"accelerator": "tcg", "qemu": version}
    model = re.search(r"^model name\s*:\s*(.*)$", CPUINFO.read_text(), re.MULTILINE)
    return {"accelerator": "kvm", "qemu": version, "processor": model.group(1) if model else ""}
