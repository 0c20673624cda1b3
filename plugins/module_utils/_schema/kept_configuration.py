# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a host that the collection writes, or that decide what it finds: what a bundle of configuration has.

A restore writes and removes nothing but these. What packages bring and nobody changes, such as hotplug scripts, is none
of them: an old one would meet a new toolstack.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

_MENU = "GRUB: run role xlops.xen.xen_host, or update-grub, for the boot menu to be made anew"
_TOOLSTACK = "settings of the toolstack: its daemons read them at the host's next boot"
_NETWORK = "the network: nothing was applied; it is as the files say after a reboot of the host"
_UNITS = "systemd: run systemctl daemon-reload; units that run go on as they are"
_LOGIND = "systemd-logind: systemctl kill --signal=HUP systemd-logind.service has it read its settings"
_TIME = "time: restart systemd-timesyncd or chrony"
_SYSCTL = "sysctls: run sysctl --system; those that a file no longer names keep their value until the next boot"
_SSHD = "sshd: run sshd -t, then systemctl reload ssh.service"
_MODULES = "kernel modules: the host's next boot reads it"

# Pattern -> what it takes for the files to have effect; nothing where the next xl, guest or rotation reads them. Names
# are relative to the root; what is below a directory belongs to it.
PATTERNS: dict[str, str] = {
    "etc/xen": "",
    "etc/default/grub": _MENU,
    "etc/default/grub.d": _MENU,
    "etc/default/xen*": _TOOLSTACK,
    "etc/sysconfig/xen*": _TOOLSTACK,
    "etc/network": _NETWORK,
    "etc/systemd/network": _NETWORK,
    "etc/NetworkManager/system-connections": _NETWORK,
    "etc/xlops-xen/network.nft": _NETWORK,
    "etc/systemd/system/xen*": _UNITS,
    "etc/systemd/system/xlops-*": _UNITS,
    "etc/systemd/system/*.wants/xen*": _UNITS,
    "etc/systemd/system/*.wants/xlops-*": _UNITS,
    "etc/systemd/system/*.d/xlops-xen.conf": _UNITS,
    "etc/systemd/logind.conf.d": _LOGIND,
    "etc/systemd/timesyncd.conf.d/xlops-xen.conf": _TIME,
    "etc/chrony/sources.d/xlops-xen.sources": _TIME,
    "etc/sysctl.d/*xlops-xen*": _SYSCTL,
    "etc/ssh/sshd_config.d/*xlops-xen.conf": _SSHD,
    "etc/modules-load.d/xlops-xen*": _MODULES,
    "etc/modprobe.d/xlops-xen*": _MODULES,
    "etc/logrotate.d/xlops-xen*": "",
}
LEFT_OUT = ("etc/xen/scripts",)


def belongs(name: str) -> bool:
    """Whether a file of this name, which must be a plain relative one, is of those."""
    return any(_below(name, pattern) for pattern in PATTERNS) and not any(_below(name, one) for one in LEFT_OUT)


def afterwards(names: Iterable[str]) -> list[str]:
    """What it takes for files that were put back to have effect, in the order of the table."""
    changed = list(names)
    found = (then for pattern, then in PATTERNS.items() if any(_below(name, pattern) for name in changed))
    return [then for then in dict.fromkeys(found) if then]


def describes_network(names: Iterable[str]) -> bool:
    """Whether one of these files says how the network is made."""
    return _NETWORK in afterwards(names)


def _below(name: str, pattern: str) -> bool:
    parts, wanted = name.split("/"), pattern.split("/")
    return len(parts) >= len(wanted) and all(map(fnmatchcase, parts, wanted))
