# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guests to measure with: what declarations of real hosts look like, in any number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def simple(index: int, kernel: str, target: str) -> dict[str, Any]:
    """A guest as the stand-in xl can create it: kernel, a disk, an interface."""
    return {
        "name": f"guest{index:04}",
        "type": "pvh" if index % 2 else "pv",
        "kernel": kernel,
        "cmdline": "root=/dev/xvda ro console=hvc0",
        "memory": 64,
        "vcpus": 1 + index % 4,
        "disk": [{"vdev": "xvda", "target": target, "access": "ro"}],
        "vif": [{"bridge": "xenbr0"}],
        "on_crash": "restart",
    }


def mixed(count: int) -> Iterator[dict[str, Any]]:
    """Paravirtual, PVH and HVM guests in turn, with identities of their own and two disks and interfaces each."""
    for index in range(count):
        identity = f"{index:012x}"
        yield {
            "name": f"guest{index:04}",
            "uuid": f"6b4d0d1e-51f5-4f0e-9a51-{identity}",
            "memory": 512 + index,
            "maxmem": 4096,
            "vcpus": 2,
            "maxvcpus": 4,
            "cpus": "0-3,^1",
            "cpu_weight": 512,
            "disk": [
                {"vdev": "xvda", "target": f"/dev/vg0/guest{index}"},
                {"vdev": "xvdg", "target": f"/srv/images/guest{index}.qcow2", "format": "qcow2", "access": "ro"},
            ],
            "vif": [
                {
                    "mac": f"00:16:3e:0{part}:{identity[-4:-2]}:{identity[-2:]}",
                    "bridge": f"xenbr{part}",
                    "rate": "10Mb/s",
                }
                for part in range(2)
            ],
            "on_poweroff": "destroy",
            "on_reboot": "restart",
            **KINDS[index % len(KINDS)],
        }


KINDS: tuple[dict[str, Any], ...] = (
    {"type": "pv", "bootloader": "pygrub", "bootloader_args": ["--quiet"], "vfb": [{"vnc": True, "vncdisplay": 7}]},
    {"type": "pvh", "kernel": "/srv/boot/vmlinuz", "ramdisk": "/srv/boot/initrd.img", "cmdline": "root=/dev/xvda ro"},
    {
        "type": "hvm",
        "boot": "cd",
        "bios": "seabios",
        "vga": "stdvga",
        "videoram": 16,
        "vnc": True,
        "vnclisten": "127.0.0.1",
        "usb": True,
        "usbdevice": ["tablet"],
        "serial": ["pty"],
        "viridian": ["base", "freq"],
        "localtime": True,
        "nestedhvm": False,
        "cpuid": "host,tm=0,sse3=0",
    },
)
