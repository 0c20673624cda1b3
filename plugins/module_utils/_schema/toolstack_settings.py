# SPDX-License-Identifier: GPL-3.0-or-later
"""Every key of the toolstack's files of settings, per release and per who installed it.

xencommons and xendomains: from upstream's templates, units and scripts in tools/hotplug/Linux at each RELEASE tag of
4.5 to 4.22, and from Debian's package xen-utils-common (4.17), whose scripts read fewer. xl.conf: from xl.c and its
manual page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, OfReleases, Release
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import (
    DEBIAN,
    NONE,
    SYSV,
    UPSTREAM,
    XENCOMMONS,
    XENDOMAINS,
    XL_CONF,
)

# What a value is.
FLAG = "flag"  # a boolean
INTEGER = "integer"
TEXT = "text"
CHOICE = "choice"
PATH = "path"  # an absolute one

ALL = (UPSTREAM, SYSV, DEBIAN, NONE)
UPSTREAMS = (UPSTREAM, SYSV, NONE)
SCRIPTED = (SYSV,)


@dataclass(frozen=True)
class Setting(OfReleases):
    """One key. ``default`` is what holds where the file does not say; ``origins`` are whose scripts or units read it.

    ``units`` have its value from when they were started. ``true`` and ``false`` are how a flag is written, ``empty``
    says that an empty text means something. ``instead`` is the key that took its place.
    """

    file: str
    key: str
    kind: str
    default: str = ""
    choices: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int = 2**31 - 1
    pattern: str = ""
    first: Release = OLDEST
    last: Release | None = None
    origins: tuple[str, ...] = ALL
    units: tuple[str, ...] = ()
    true: str = "true"
    false: str = "false"
    empty: bool = False
    instead: str = ""
    meaning: str = ""


_STORE, _CONSOLED = ("xenstored.service",), ("xenconsoled.service",)

_XENCOMMONS = (
    Setting(
        XENCOMMONS, "XENCONSOLED_TRACE", CHOICE, "none", ("none", "guest", "hv", "all"),
        origins=UPSTREAMS, units=_CONSOLED, meaning="whose consoles are logged in /var/log/xen/console",
    ),
    Setting(
        XENCOMMONS, "XENCONSOLED_ARGS", TEXT, units=_CONSOLED, empty=True,
        meaning="more arguments of xenconsoled; upstream's start script overwrites them where XENCONSOLED_TRACE is set",
    ),
    Setting(
        XENCOMMONS, "XENCONSOLED_LOG_DIR", PATH, "/var/log/xen/console",
        origins=(UPSTREAM, NONE), units=_CONSOLED, meaning="where these logs are",
    ),
    Setting(
        XENCOMMONS, "XENSTORETYPE", CHOICE, "daemon", ("daemon", "domain"), first=Release(4, 8),
        origins=UPSTREAMS, units=_STORE, meaning="whether xenstore is a daemon or a domain of its own",
    ),
    Setting(
        XENCOMMONS, "XENSTORED", PATH, units=_STORE, meaning="the daemon: xenstored or oxenstored",
    ),
    Setting(
        XENCOMMONS, "XENSTORED_ARGS", TEXT, units=_STORE, empty=True, meaning="more arguments of the daemon",
    ),
    Setting(
        XENCOMMONS, "XENSTORED_MAX_OPEN_FDS", TEXT, "unlimited", pattern=r"unlimited|[1-9][0-9]*",
        first=Release(4, 16), origins=UPSTREAMS, units=_STORE,
        meaning="how many files the daemon may have open, up to 5 for each HVM guest and 3 for others",
    ),
    Setting(
        XENCOMMONS, "XENSTORED_TRACE", FLAG, true="yes", false="", origins=SCRIPTED, last=Release(4, 7),
        units=_STORE, meaning="whether the daemon logs what it is asked",
    ),
    Setting(
        XENCOMMONS, "XENSTORED_TRACE", FLAG, true="yes", false="", origins=UPSTREAMS, first=Release(4, 8),
        units=_STORE, meaning="whether the daemon logs what it is asked; from 4.19 on the domain, too",
    ),
    Setting(
        XENCOMMONS, "XENSTORED_OOM_MEM_THRESHOLD", INTEGER, "50", maximum=100, first=Release(4, 16),
        origins=UPSTREAMS, units=_STORE,
        meaning="percentage of the control domain's memory that the daemon may use before the kernel may end it",
    ),
    # Up to 4.16 the daemon takes it from its environment (xs_lib.c). The units of 4.5 to 4.7 put it there by
    # EnvironmentFile=, and Debian's script under a name of its own. Upstream's start scripts, and launch-xenstore of
    # later units, keep it to themselves: up to 4.8 they remove tdb files there, which are not the daemon's.
    Setting(
        XENCOMMONS, "XENSTORED_ROOTDIR", PATH, "/var/lib/xenstored", origins=(UPSTREAM, NONE), last=Release(4, 7),
        units=_STORE, meaning="where its database is; at a boot nothing removes the former one from another place",
    ),
    Setting(
        XENCOMMONS, "XENSTORED_DIR", PATH, "/run/xenstored", origins=(DEBIAN,), last=Release(4, 16), units=_STORE,
        meaning="where its database is",
    ),
    Setting(
        XENCOMMONS, "XENSTORE_DOMAIN_KERNEL", PATH, "", first=Release(4, 8), origins=UPSTREAMS, units=_STORE,
        meaning="the kernel of a xenstore domain",
    ),
    Setting(
        XENCOMMONS, "XENSTORE_DOMAIN_SIZE", INTEGER, "8", minimum=1, first=Release(4, 8), origins=UPSTREAMS,
        units=_STORE, meaning="its memory in MiB",
    ),
    Setting(
        XENCOMMONS, "XENSTORE_MAX_DOMAIN_SIZE", TEXT, "",
        pattern=r"[1-9][0-9]*(:[0-9]+/[1-9][0-9]*)?|[0-9]+/[1-9][0-9]*",
        first=Release(4, 8), origins=UPSTREAMS, units=_STORE,
        meaning="the most memory that it may grow to: MiB, a fraction of the host's, or both as 8:1/100",
    ),
    Setting(
        XENCOMMONS, "XENSTORE_DOMAIN_ARGS", TEXT, first=Release(4, 8), origins=UPSTREAMS, units=_STORE, empty=True,
        meaning="more arguments of init-xenstore-domain",
    ),
    Setting(
        XENCOMMONS, "XEN_DOM0_UUID", TEXT, "00000000-0000-0000-0000-000000000000",
        pattern=r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", first=Release(4, 12), origins=UPSTREAMS,
        units=("xen-init-dom0.service",), meaning="the UUID of Domain-0",
    ),
    Setting(
        XENCOMMONS, "XENWATCHDOGD_ARGS", TEXT, "30 15", pattern=r"[1-9][0-9]*( [1-9][0-9]*)?", first=Release(4, 15),
        origins=(UPSTREAM, NONE, DEBIAN), units=("xen-watchdog.service",),
        meaning="seconds after which the host is rebooted, and between two signs of life; units read it, no script",
    ),
    Setting(
        XENCOMMONS, "QEMU_XEN", PATH, "", origins=SCRIPTED, units=("xen-qemu-dom0-disk-backend.service",),
        meaning="the device model for disks of the control domain",
    ),
)  # fmt: skip

_XENDOMAINS = (
    Setting(
        XENDOMAINS, "XENDOMAINS_SYSRQ", TEXT, origins=UPSTREAMS, pattern=r"[a-z0-9]( [a-z0-9])*", empty=True,
        meaning="letters of SysRq that guests are sent before they are stopped",
    ),
    Setting(
        XENDOMAINS, "XENDOMAINS_USLEEP", INTEGER, "100000", origins=UPSTREAMS,
        meaning="microseconds after each of them",
    ),
    Setting(
        XENDOMAINS, "XENDOMAINS_CREATE_USLEEP", INTEGER, "5000000", origins=UPSTREAMS,
        meaning="microseconds between the starts of two guests",
    ),
    Setting(
        XENDOMAINS, "XENDOMAINS_MIGRATE", TEXT, empty=True,
        meaning="the host that guests are migrated to when this one stops, and options of xl migrate; empty: none",
    ),
    Setting(
        XENDOMAINS, "XENDOMAINS_SAVE", TEXT, "/var/lib/xen/save", pattern=r"/.*", empty=True,
        meaning="the directory that guests are saved in when the host stops; empty: they are shut down",
    ),
    Setting(
        XENDOMAINS, "XENDOMAINS_SHUTDOWN", TEXT, "--wait", origins=UPSTREAMS, empty=True,
        meaning="options of xl shutdown for guests that are neither migrated nor saved; empty: they are not shut down",
    ),
    Setting(
        XENDOMAINS, "XENDOMAINS_SHUTDOWN_ALL", TEXT, "--all --wait", origins=UPSTREAMS, empty=True,
        meaning="options of xl shutdown for what runs after that; empty: nothing is done",
    ),
    Setting(
        XENDOMAINS, "XENDOMAINS_RESTORE", FLAG, "true",
        meaning="whether saved guests are restored when the host starts",
    ),
    Setting(
        XENDOMAINS, "XENDOMAINS_AUTO", TEXT, "/etc/xen/auto", pattern=r"/.*", empty=True,
        meaning="the directory of guests that are started with the host; empty: none",
    ),
    Setting(
        XENDOMAINS, "XENDOMAINS_AUTO_ONLY", FLAG, "true", origins=UPSTREAMS,
        meaning="whether the guests of that directory alone are stopped with the host",
    ),
    Setting(
        XENDOMAINS, "XENDOMAINS_STOP_MAXWAIT", INTEGER, "300",
        meaning="seconds that each migration, saving or shutdown may take",
    ),
)  # fmt: skip

_SCRIPT = "/etc/xen/scripts"
_XL_CONF = (
    Setting(XL_CONF, "autoballoon", CHOICE, "auto", ("auto", "on", "off"), true="on", false="off"),
    Setting(XL_CONF, "run_hotplug_scripts", FLAG, "1", true="1", false="0"),
    Setting(XL_CONF, "lockfile", PATH, "/var/lock/xl"),
    Setting(XL_CONF, "vifscript", TEXT, instead="vif.default.script"),
    Setting(XL_CONF, "defaultbridge", TEXT, instead="vif.default.bridge"),
    Setting(XL_CONF, "vif.default.script", TEXT, f"{_SCRIPT}/vif-bridge"),
    Setting(XL_CONF, "vif.default.bridge", TEXT, "xenbr0"),
    Setting(XL_CONF, "vif.default.backend", TEXT, "0"),
    Setting(XL_CONF, "vif.default.gatewaydev", TEXT, ""),
    Setting(XL_CONF, "remus.default.netbufscript", TEXT, f"{_SCRIPT}/remus-netbuf-setup"),
    Setting(XL_CONF, "colo.default.proxyscript", TEXT, f"{_SCRIPT}/colo-proxy-setup", first=Release(4, 7)),
    Setting(XL_CONF, "output_format", CHOICE, "json", ("json",)),  # sxp is no form that this collection reads
    Setting(XL_CONF, "blkdev_start", TEXT, "xvda", pattern=r"[a-z]+"),
    Setting(XL_CONF, "claim_mode", FLAG, "1", true="1", false="0"),
    Setting(XL_CONF, "max_grant_frames", INTEGER, "", first=Release(4, 10)),
    Setting(XL_CONF, "max_maptrack_frames", INTEGER, "", first=Release(4, 10)),
    Setting(XL_CONF, "max_grant_version", INTEGER, "", maximum=2, first=Release(4, 16)),
    Setting(XL_CONF, "vm.cpumask", TEXT, "all", first=Release(4, 12)),
    Setting(XL_CONF, "vm.hvm.cpumask", TEXT, "all", first=Release(4, 12)),
    Setting(XL_CONF, "vm.pv.cpumask", TEXT, "all", first=Release(4, 12)),
    Setting(XL_CONF, "domid_policy", CHOICE, "xen", ("xen", "random"), first=Release(4, 14)),
    Setting(XL_CONF, "bootloader_restrict", FLAG, "", true="1", false="0", first=Release(4, 18)),
)

SETTINGS: Mapping[str, tuple[Setting, ...]] = {
    XENCOMMONS: _XENCOMMONS,
    XENDOMAINS: _XENDOMAINS,
    XL_CONF: _XL_CONF,
}
# The script that reads it has no defaults of its own: what the file does not say is empty, and guests are not stopped.
WRITTEN_OUT = frozenset({XENDOMAINS})
# The file of each, where it is not upstream's: Debian's scripts read /etc/default/xen for the daemons.
DEBIANS_NAME = {XENCOMMONS: "xen"}


def settings_of(file: str, release: Release, origin: str) -> dict[str, Setting]:
    """The keys that a release reads from a file, where this is who installed it."""
    return {row.key: row for row in SETTINGS[file] if row.known_to(release) and origin in row.origins}
