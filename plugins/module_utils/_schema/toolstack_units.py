# SPDX-License-Identifier: GPL-3.0-or-later
"""Every systemd unit of Xen's toolstack, per release, and who else starts what it is for.

From upstream's tools/hotplug/Linux/systemd at each RELEASE tag of 4.5 to 4.22, and from Debian's package
xen-utils-common (4.17 and 4.20), which has start scripts instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, OfReleases, Release

UPSTREAM, DEBIAN, SYSV, NONE = "upstream", "debian", "sysv", "none"
ORIGINS = (UPSTREAM, DEBIAN, SYSV, NONE)

# Files of settings that units read, by the names of the module's options.
XENCOMMONS, XENDOMAINS, XL_CONF = "xencommons", "xendomains", "xl_conf"


@dataclass(frozen=True)
class Unit(OfReleases):
    """One unit.

    ``first`` and ``last`` are the releases that have it. ``needed`` says that a host without it is not whole, others
    are for the administrator to choose. ``after`` is the ordering without which the toolstack does not come up.
    ``kept`` is why it is never stopped nor restarted, empty where it may be. ``program`` is what a generated one runs.
    ``starts_itself`` says that others have it started, so that there is nothing to enable. A ``companion`` belongs to
    upstream's own xenstored.service; a generated one does without.
    """

    name: str
    purpose: str
    first: Release = OLDEST
    last: Release | None = None
    needed: bool = True
    after: tuple[str, ...] = ()
    kept: str = ""
    program: str = ""
    reads: tuple[str, ...] = ()
    starts_itself: bool = False
    companion: bool = False


STORE_IS_LOST = (
    "all that guests and toolstack know of each other is in xenstored's memory and is lost with it: reboot the host "
    "for a change of it to take effect"
)
GUESTS_STOP = "stopping it stops, saves or migrates the guests, and a restart does so before it starts them again"
MOUNT_IS_IN_USE = "the toolstack has files in it open"
DISKS_HANG = "disks that are attached to the control domain hang on it, and its unit refuses to be stopped"
ONCE = "it writes what the control domain is, once after each boot"

_ROWS = (
    Unit(
        "proc-xen.mount",
        "xenfs on /proc/xen, by which programs know the control domain",
        kept=MOUNT_IS_IN_USE,
        starts_itself=True,
    ),
    Unit(
        "var-lib-xenstored.mount",
        "a tmpfs for the database of xenstored",
        last=Release(4, 16),
        after=("proc-xen.mount",),
        kept=MOUNT_IS_IN_USE,
        starts_itself=True,
        companion=True,
    ),
    Unit(
        "xenstored.socket",
        "the socket of xenstored, bound by systemd",
        last=Release(4, 7),
        after=("proc-xen.mount",),
        kept=STORE_IS_LOST,
        companion=True,
    ),
    Unit(
        "xenstored_ro.socket",
        "the socket of xenstored for readers, bound by systemd",
        last=Release(4, 7),
        after=("proc-xen.mount",),
        kept=STORE_IS_LOST,
        companion=True,
    ),
    Unit(
        "xenstored.service",
        "the database that hypervisor tools, drivers and guests share",
        after=("proc-xen.mount",),
        kept=STORE_IS_LOST,
        program="xenstored",
        reads=(XENCOMMONS,),
    ),
    Unit(
        "xen-init-dom0.service",
        "writes name, number and configuration of Domain-0 into xenstore",
        after=("xenstored.service",),
        kept=ONCE,
        program="xen-init-dom0",
        reads=(XENCOMMONS,),
    ),
    Unit(
        "xenconsoled.service",
        "moves and logs what guests and hypervisor write to their consoles",
        after=("xenstored.service",),
        program="xenconsoled",
        reads=(XENCOMMONS,),
    ),
    Unit(
        "xen-qemu-dom0-disk-backend.service",
        "a device model for disks of the kind qdisk that are attached to the control domain",
        after=("xenstored.service",),
        kept=DISKS_HANG,
        program="qemu-system-i386",
    ),
    Unit(
        "xendomains.service",
        "starts guests that are linked in /etc/xen/auto, and stops guests, with the host",
        needed=False,
        after=("xenstored.service", "xenconsoled.service", "xen-init-dom0.service"),
        kept=GUESTS_STOP,
        program="xendomains",
    ),
    Unit(
        "xen-watchdog.service",
        "has the hypervisor reboot the host when the control domain hangs",
        needed=False,
        program="xenwatchdogd",
        reads=(XENCOMMONS,),
    ),
    Unit(
        "xendriverdomain.service",
        "does in a driver domain, a guest with backends, what xl does in the control domain",
        first=Release(4, 8),
        needed=False,
        after=("proc-xen.mount",),
        program="xl",
    ),
)
UNITS: Mapping[str, Unit] = {row.name: row for row in _ROWS}

# Not systemd's modules-load.d: see modules_unit() of _release/units.py, whose unit this is.
MODULES_UNIT = "xlops-xen-modules.service"
# From configure.ac of 4.5 and of 4.20; those of kernels long gone are tried quietly.
BACKEND_MODULES = (
    "xen-evtchn",
    "xen-gntdev",
    "xen-gntalloc",
    "xen-blkback",
    "xen-netback",
    "xen-pciback",
    "xen-scsiback",
    "xen-acpi-processor",
)


@dataclass(frozen=True)
class Script:
    """A start script, which systemd makes a unit of; ``covers`` are the units in whose place it is."""

    path: str
    unit: str
    covers: tuple[str, ...]
    kept: str


_DAEMONS = (
    "proc-xen.mount",
    "var-lib-xenstored.mount",
    "xenstored.socket",
    "xenstored_ro.socket",
    "xenstored.service",
    "xen-init-dom0.service",
    "xenconsoled.service",
    "xen-qemu-dom0-disk-backend.service",
)
_DAEMONS_KEPT = "xenstored is among its processes, and cannot be started a second time without a reboot"

SCRIPTS: Mapping[str, tuple[Script, ...]] = {
    DEBIAN: (
        Script("/etc/init.d/xen", "xen.service", _DAEMONS, _DAEMONS_KEPT),
        Script("/etc/init.d/xendomains", "xendomains.service", ("xendomains.service",), GUESTS_STOP),
    ),
    SYSV: (
        Script("/etc/init.d/xencommons", "xencommons.service", _DAEMONS, _DAEMONS_KEPT),
        Script("/etc/init.d/xendomains", "xendomains.service", ("xendomains.service",), GUESTS_STOP),
        Script(
            "/etc/init.d/xen-watchdog",
            "xen-watchdog.service",
            ("xen-watchdog.service",),
            "its script says nothing of whether the watchdog was disarmed",
        ),
        Script(
            "/etc/init.d/xendriverdomain",
            "xendriverdomain.service",
            ("xendriverdomain.service",),
            "the devices of guests hang on it",
        ),
    ),
    UPSTREAM: (),
    NONE: (),
}
# Which script tells whose installation it is.
SIGNS = {DEBIAN: "/etc/init.d/xen", SYSV: "/etc/init.d/xencommons"}

# By which settings systemd would end a unit, or start it anew; of which units a drop-in must not have them.
_ENDING = ("Restart", "RuntimeMaxSec", "WatchdogSec", "RefuseManualStop")
_KEPT = {
    "xenstored.service": STORE_IS_LOST,
    "xen.service": _DAEMONS_KEPT,
    "xencommons.service": _DAEMONS_KEPT,
    "xendomains.service": GUESTS_STOP,
}
FORBIDDEN: Mapping[tuple[str, str], str] = {(unit, setting): why for unit, why in _KEPT.items() for setting in _ENDING}


def units_of(release: Release) -> dict[str, Unit]:
    """The units that a release has."""
    return {name: unit for name, unit in UNITS.items() if unit.known_to(release)}
