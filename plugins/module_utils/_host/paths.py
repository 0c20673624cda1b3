# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things are on a Xen host. One object, so that a test can point all of them at a directory of its own."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_CONFIG_DIR = "/etc/xen"


@dataclass(frozen=True)
class Paths:
    """Every place outside a guest's own files that the engine reads or writes."""

    root: str = ""  # before what no other entry names, such as files of packages, and of what makes the network
    config_dir: str = DEFAULT_CONFIG_DIR
    xl_conf: str = "/etc/xen/xl.conf"
    scripts_dir: str = "/etc/xen/scripts"
    capabilities: str = "/proc/xen/capabilities"
    hypervisor_type: str = "/sys/hypervisor/type"
    hypervisor_version: str = "/sys/hypervisor/version"
    machine_id: str = "/etc/machine-id"
    processes: str = "/proc"
    networks: str = "/sys/class/net"
    sysfs: str = "/sys"
    mounts: str = "/proc/self/mountinfo"
    swaps: str = "/proc/swaps"
    routes: tuple[str, ...] = ("/proc/net/route", "/proc/net/ipv6_route")
    boot: str = "/boot"
    # Where an EFI system partition is mounted.
    esp: tuple[str, ...] = ("/boot/efi", "/efi", "/boot")
    defaults: str = "/etc/default"
    grub_library: tuple[str, ...] = ("/usr/share/grub/grub-mkconfig_lib", "/usr/share/grub2/grub-mkconfig_lib")
    block_devices: str = "/dev"
    kernel_line: str = "/proc/cmdline"
    device_tree: str = "/proc/device-tree"
    logs: str = "/var/log/xen"
    lock: str = "/run/xlops-xen.lock"
    units: str = "/etc/systemd/system"
    changed_units: str = "/run/xlops-xen-units"  # is there while systemd has not read what changed
    systemd: str = "/run/systemd/system"  # is there where systemd runs the host
    xenstore_sockets: tuple[str, ...] = ("/run/xenstored/socket", "/var/run/xenstored/socket")
    userdata: tuple[str, ...] = ("/var/lib/xen", "/usr/local/var/lib/xen")
    # Where libxl looks for a bootloader that is not given by an absolute path, and where toolstacks are installed.
    private_bin: tuple[str, ...] = (
        "/usr/lib/xen*/bin",
        "/usr/lib64/xen*/bin",
        "/usr/libexec/xen/bin",
        "/usr/local/lib/xen/bin",
        "/usr/local/libexec/xen/bin",
        "/opt/xen/*/lib/xen/bin",
        "/opt/xen/*/libexec/xen/bin",
        "/opt/xen/*/sbin",
    )

    @property
    def autostart_dir(self) -> str:
        return f"{self.config_dir}/auto"

    @property
    def wanted_units(self) -> str:
        return f"{self.units}/multi-user.target.wants"

    def config_file(self, name: str) -> str:
        return f"{self.config_dir}/{name}.cfg"
