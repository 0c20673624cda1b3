# SPDX-License-Identifier: GPL-3.0-or-later
"""The units of a toolstack that are looked at, whoever installed it: a host has some of them."""

from __future__ import annotations

# Every toolstack has some of them: upstream's units, and the start script of Debian.
DAEMONS = ("xenstored.service", "xenconsoled.service")
SERVICES = (
    *DAEMONS,
    "xen.service",
    "xen-init-dom0.service",
    "xen-qemu-dom0-disk-backend.service",
    "xendomains.service",
    "xen-watchdog.service",
    "xendriverdomain.service",
)
# Before the name of what is kept: a pool, a domain, a device.
RESOURCES = "xen-resource@"
