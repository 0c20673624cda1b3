# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulated machine: its shape, and the QEMU command line that makes it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._lab import accelerator, firmware, network
from ansible_collections.xlops.xen.plugins.module_utils._lab.ssh import ADDRESS

# Names inside a machine's directory. QEMU runs there and is given the bare names: a Unix socket's path is limited
# to 107 bytes, the directory's is not.
DISK = "disk.qcow2"
PID = "qemu.pid"
QMP = "qmp.sock"
CONSOLE = "console.sock"
CONSOLE_LOG = "console.log"
LOG = "qemu.log"
STATE = "state.zst"

PROGRAMS = (accelerator.QEMU, "qemu-img", "setpriv", "ssh", "ssh-keygen", "zstd")

MACHINE_TYPE = "q35"
# The state travels through zstd: most of a fresh host's memory is still zero.
SAVE_STATE = f"exec:zstd -q -3 -T0 -c > {STATE}"
# Read through the shell: zstd itself ignores a file that is a symbolic link.
LOAD_STATE = f"exec:zstd -q -d -c < {STATE}"


def extra_disk(number: int) -> str:
    """The file of an extra disk; number 1 is /dev/vdb."""
    return f"disk-{number}.qcow2"


@dataclass(frozen=True)
class Machine:
    """What a guest operating system sees; a saved state fits a machine that is equal."""

    memory: int  # MiB
    cpus: int
    disks: tuple[int, ...]  # sizes of the extra disks, GiB
    accelerator: str  # kvm or tcg
    firmware: str = firmware.BIOS

    @property
    def shape(self) -> dict[str, Any]:
        """The machine in plain data."""
        return {**asdict(self), "disks": list(self.disks)}

    @property
    def identity(self) -> dict[str, Any]:
        """All that a saved state depends on."""
        return {
            **self.shape,
            **accelerator.fingerprint(self.accelerator),
            **firmware.fingerprint(self.firmware),
            "arguments": self.arguments(Path("."), port=0, private_group=""),
        }

    def arguments(self, directory: Path, *, port: int, private_group: str, incoming: bool = False) -> list[str]:
        """QEMU's arguments for a machine that lives in ``directory`` and answers SSH on ``port`` of loopback."""
        disks = [DISK, *(extra_disk(number + 1) for number in range(len(self.disks)))]
        return [
            accelerator.QEMU,
            # The absolute path of the pid file is also what tells our processes from others'.
            "-pidfile", str(directory / PID),
            "-name", f"xen-lab-{directory.name}",
            "-nodefaults", "-no-user-config", "-display", "none",
            "-machine", f"{MACHINE_TYPE},accel={self.accelerator}",
            "-cpu", accelerator.CPU_MODEL[self.accelerator],
            "-smp", str(self.cpus),
            "-m", str(self.memory),
            "-rtc", "base=utc",
            "-qmp", f"unix:{QMP},server=on,wait=off",
            "-chardev", f"socket,id=console,path={CONSOLE},server=on,wait=off,logfile={CONSOLE_LOG},logappend=on",
            "-serial", "chardev:console",
            *firmware.arguments(self.firmware),
            *(word for number, name in enumerate(disks) for word in self._disk(number, name)),
            "-netdev", f"user,id=uplink,hostfwd=tcp:{ADDRESS}:{port}-:22",
            "-device", f"virtio-net-pci,netdev=uplink,mac={network.UPLINK_MAC},romfile=",
            "-netdev", f"socket,id=private,mcast={private_group},localaddr={ADDRESS}",
            "-device", f"virtio-net-pci,netdev=private,mac={network.private_mac(0)},romfile=",
            *(["-incoming", "defer"] if incoming else []),
        ]  # fmt: skip

    def _disk(self, number: int, name: str) -> list[str]:
        drive = f"disk{number}"
        # With UEFI the order is that of the boot entries, which QEMU's would be put before.
        boot = ",bootindex=0" if number == 0 and self.firmware == firmware.BIOS else ""
        return [
            "-drive", f"if=none,id={drive},file={name},format=qcow2,cache=writeback,discard=unmap",
            "-device", f"virtio-blk-pci,drive={drive}{boot}",
        ]  # fmt: skip
