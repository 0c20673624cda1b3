# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that boots: its /boot, GRUB's settings and programs, or an EFI system partition and its firmware."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).resolve().parent / "boot_program"
NAMES = ("mkconfig", "script-check", "set-default", "reboot", "editenv", "probe")
ID = "0c6d5f5e"
XEN_ENTRY, LINUX_ENTRY = f"xen-gnulinux-simple-{ID}", f"gnulinux-simple-{ID}"
# Calls a function of GRUB's library, as Debian's own file does.
DEBIANS_OVERRIDE = """\
echo 'Including overrides' >&2
if [ "$XEN_OVERRIDE_GRUB_DEFAULT" = "" ]; then
    grub_warn "GRUB_DEFAULT was changed"
    XEN_OVERRIDE_GRUB_DEFAULT=1
fi
GRUB_DEFAULT='Debian GNU/Linux, with Xen hypervisor'
"""
LIBRARY = 'grub_warn () { echo "Warning: $*" >&2; }\n'
SETTINGS = 'GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX=""\n'


class BootHost:
    """A stand-in host with what boots it."""

    def __init__(self, bench: Any) -> None:
        self.bench = bench
        self.root: Path = bench.root
        self.boot = self.root / "boot"
        self.drop_in = self.root / "default/grub.d/xlops-xen.cfg"
        self.menu = self.boot / "grub/grub.cfg"
        self.esp = self.boot / "efi"

    def build(self, *hypervisors: str) -> None:
        for directory in ("bin", "share", "boot/grub", "default/grub.d", "sys"):
            (self.root / directory).mkdir(parents=True, exist_ok=True)
        for name in (*(f"grub-{one}" for one in NAMES), "efibootmgr"):
            (self.root / "bin" / name).symlink_to(PROGRAM)
        for name in ("vmlinuz-6.1.0", "initrd.img-6.1.0", *hypervisors):
            (self.boot / name).write_text(name)
        (self.root / "boot.json").write_text("{}")
        (self.root / "default/grub").write_text(SETTINGS)
        (self.root / "share/grub-mkconfig_lib").write_text(LIBRARY)
        (self.boot / "grub/grubenv").write_text("# GRUB Environment Block\n".ljust(1024, "#"))
        (self.root / "cmdline").write_text("placeholder root=UUID=0c6d5f5e ro quiet\n")
        self.update_grub()

    def update_grub(self) -> None:
        """As a package does when it is installed."""
        command = [str(self.root / "bin/grub-mkconfig"), "-o", str(self.menu)]
        subprocess.run(command, check=True, env={"STANDIN_XL": str(self.root), "PATH": "/usr/bin:/bin"})

    def runs_linux(self) -> None:
        (self.root / "capabilities").unlink()

    def runs_xen(self, line: str, linux: str = "placeholder root=UUID=0c6d5f5e ro quiet") -> None:
        (self.root / "capabilities").write_text("control_d\n")
        (self.root / "cmdline").write_text(f"{linux}\n")
        self.bench.set(commandline=line)

    def uefi(self, *entries: tuple[str, str], order: str = "0000") -> None:
        (self.root / "sys/firmware/efi").mkdir(parents=True)
        disk = self.root / "sys/devices/sda/sda1"
        disk.mkdir(parents=True)
        (disk / "partition").write_text("1\n")
        (self.root / "sys/class/block").mkdir(parents=True)
        (self.root / "sys/class/block/sda1").symlink_to(disk)
        (self.root / "mountinfo").write_text(f"29 1 8:1 / {self.esp} rw - vfat /dev/sda1 rw\n")
        (self.esp / "EFI/debian").mkdir(parents=True)
        self.set(entries={f"{number:04X}": list(entry) for number, entry in enumerate(entries)}, order=order.split(","))

    def xen_efi(self, name: str = "xen-4.17.efi") -> Path:
        path = self.esp / "EFI/xen" / name
        path.parent.mkdir(parents=True)
        path.write_text("xen")
        return path

    def set(self, **changed: Any) -> None:
        state = json.loads((self.root / "boot.json").read_text())
        (self.root / "boot.json").write_text(json.dumps({**state, **changed}))

    def faults(self, **faults: dict[str, Any]) -> None:
        self.set(faults={name.replace("_", "-"): fault for name, fault in faults.items()})

    def firmware(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.root / "boot.json").read_text())
        return found

    def run(self, **options: Any) -> dict[str, Any]:
        result: dict[str, Any] = self.bench.run("xen_boot", **options)
        return result

    def ok(self, **options: Any) -> dict[str, Any]:
        result = self.run(**options)
        assert "failed" not in result, result["msg"]
        return result

    def noted(self, name: str = "saved_entry") -> str:
        lines = (self.boot / "grub/grubenv").read_text().splitlines()
        return next((line.partition("=")[2] for line in lines if line.startswith(f"{name}=")), "")

    def called(self) -> list[str]:
        """What changes something, since the last time this was asked."""
        log = self.root / "boot.log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        reading = ("grub-probe", "grub-script-check", "efibootmgr -v")
        return [line for line in lines if not line.startswith(reading)]

    def files(self) -> dict[str, str]:
        """Everything that boots, with its text."""
        places = (self.boot, self.root / "default")
        found = [path for place in places for path in place.rglob("*") if path.is_file()]
        return {str(path.relative_to(self.root)): path.read_text() for path in sorted(found)}

    def bootable(self) -> None:
        """The menu is a whole one, and its default entry is there."""
        text = self.menu.read_text()
        assert "((broken" not in text
        assert f"'{LINUX_ENTRY}' {{" in text
        assert text.rstrip().endswith("}")
        assert [name for name in self.files() if ".xlops" in name or name.endswith(".new")] == []
