# SPDX-License-Identifier: GPL-3.0-or-later
"""Units for a toolstack that was installed without them, as texts with places for what is found on the host.

As upstream's, and with what a current systemd needs: no path below /var/run, settings that may be missing. What more an
old release needs is a drop-in of _release/units.py, as for upstream's own.

{sbin} is the directory of daemons, {libexec} that of helpers, {xenstored}, {xl}, {qemu} and {watchdog} are programs,
{scripts} is /etc/xen/scripts, {settings} the file of settings, {run} /run/xen, {store} what xenstored is a unit of.
"""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, Release

_HERE = "ConditionPathExists=/proc/xen/capabilities\n"
_DOM0 = "ExecStartPre=/bin/grep -q control_d /proc/xen/capabilities\n"
_WANTED = "\n[Install]\nWantedBy=multi-user.target\n"

NOTIFIES = "notifies"  # xenstored was built with systemd: it tells when it is ready, and before 4.8 wants its sockets
SILENT = "silent"  # xenstored was built without
ANY = ""

_MOUNT = """[Unit]
Description=Mount /proc/xen files
ConditionPathExists=/proc/xen
ConditionPathExists=!/proc/xen/capabilities
RefuseManualStop=true

[Mount]
What=xenfs
Where=/proc/xen
Type=xenfs
"""

_STORE_DIRECTORY = f"""[Unit]
Description=mount xenstore file system
Requires=proc-xen.mount
After=proc-xen.mount
{_HERE}RefuseManualStop=true

[Mount]
What=xenstore
Where=/var/lib/xenstored
Type=tmpfs
Options=mode=755
"""

_STORE_HEAD = f"""[Unit]
Description=The Xen xenstore
Wants=proc-xen.mount
After=proc-xen.mount xlops-xen-modules.service
Before=libvirtd.service libvirt-guests.service
RefuseManualStop=true
{_HERE}
[Service]
"""
_STORE_EARLY = f"""{_STORE_HEAD}Type=notify
Environment=XENSTORED_ARGS=
Environment=XENSTORED={{xenstored}}
EnvironmentFile=-{{settings}}
{_DOM0}ExecStartPre=-/bin/rm -f /var/lib/xenstored/tdb
ExecStartPre=/bin/mkdir -p {{run}} /var/lib/xenstored
ExecStart=/bin/sh -c "exec $XENSTORED --no-fork $XENSTORED_ARGS"
{_WANTED}"""
_STORE_LAUNCHED = f"""{_STORE_HEAD}Type=notify
NotifyAccess=all
RemainAfterExit=true
{_DOM0}ExecStart={{scripts}}/launch-xenstore
{_WANTED}"""
# Ready is who answers: a xenstored that goes to the background does so before it has its sockets.
_STORE_SILENT = f"""{_STORE_HEAD}Type=forking
PIDFile={{run}}/xenstored.pid
Environment=XENSTORED_ARGS=
Environment=XENSTORED={{xenstored}}
EnvironmentFile=-{{settings}}
{_DOM0}ExecStartPre=-/bin/rm -f /var/lib/xenstored/tdb
ExecStartPre=/bin/mkdir -p {{run}} /run/xenstored /var/lib/xenstored
ExecStart=/bin/sh -c "$XENSTORED --pid-file {{run}}/xenstored.pid $XENSTORED_ARGS"
ExecStartPost=/usr/bin/timeout 30 /bin/sh -c "until {{bin}}/xenstore-read -s /; do sleep 1; done"
{_WANTED}"""

_INIT_HEAD = f"""[Unit]
Description=xen-init-dom0, initialise Dom0 configuration (xenstore nodes, JSON configuration stub)
Requires={{store}}
After={{store}}
{_HERE}
[Service]
Type=oneshot
RemainAfterExit=true
"""
_INIT = f"""{_INIT_HEAD}{_DOM0}ExecStart={{libexec}}/xen-init-dom0
{_WANTED}"""
_INIT_UUID = f"""{_INIT_HEAD}EnvironmentFile=-{{settings}}
{_DOM0}ExecStart={{libexec}}/xen-init-dom0 $XEN_DOM0_UUID
{_WANTED}"""

_CONSOLED_HEAD = f"""[Unit]
Description=Xenconsoled - handles logging from guest consoles and hypervisor
Requires={{store}}
After={{store}}
{_HERE}
[Service]
Type=simple
Environment=XENCONSOLED_ARGS=
Environment=XENCONSOLED_TRACE=none
Environment=XENCONSOLED_LOG_DIR=/var/log/xen/console
EnvironmentFile=-{{settings}}
{_DOM0}ExecStartPre=/bin/mkdir -p ${{{{XENCONSOLED_LOG_DIR}}}} {{run}}
"""
_CONSOLED_PID = (
    f"{_CONSOLED_HEAD}ExecStart={{sbin}}/xenconsoled --pid-file {{run}}/xenconsoled.pid "
    f"--log=${{{{XENCONSOLED_TRACE}}}} --log-dir=${{{{XENCONSOLED_LOG_DIR}}}} $XENCONSOLED_ARGS\n{_WANTED}"
)
_CONSOLED = (
    f"{_CONSOLED_HEAD}ExecStart={{sbin}}/xenconsoled -i "
    f"--log=${{{{XENCONSOLED_TRACE}}}} --log-dir=${{{{XENCONSOLED_LOG_DIR}}}} $XENCONSOLED_ARGS\n{_WANTED}"
)

_QEMU_HEAD = f"""[Unit]
Description=qemu for xen dom0 disk backend
Requires={{store}}
After={{store}} xenconsoled.service
Before=xendomains.service libvirtd.service libvirt-guests.service
RefuseManualStop=true
{_HERE}
[Service]
Type=simple
PIDFile={{run}}/qemu-dom0.pid
{_DOM0}ExecStartPre=/bin/mkdir -p {{run}}
"""
_QEMU_ARGUMENTS = (
    "-monitor /dev/null -serial /dev/null -parallel /dev/null -nodefaults -no-user-config -pidfile {run}/qemu-dom0.pid"
)
_QEMU = (
    f"{_QEMU_HEAD}ExecStart={{qemu}} -xen-domid 0 -xen-attach -name dom0 -nographic -M xenpv -daemonize "
    f"{_QEMU_ARGUMENTS}\n{_WANTED}"
)

_DOMAINS = f"""[Unit]
Description=Xendomains - start and stop guests on boot and shutdown
Requires={{store}}
After={{store}} xenconsoled.service xen-init-dom0.service
Wants=network-online.target
After=network-online.target
After=remote-fs.target
{_HERE}Conflicts=libvirtd.service

[Service]
Type=oneshot
RemainAfterExit=true
{_DOM0}ExecStart=-{{libexec}}/xendomains start
ExecStop={{libexec}}/xendomains stop
TimeoutStopSec=infinity
{_WANTED}"""

_WATCHDOG_HEAD = f"""[Unit]
Description=Xen-watchdog - run xen watchdog daemon
Requires={{store}}
After={{store}} xendomains.service
{_HERE}
[Service]
Type=forking
KillSignal=USR1
"""
_WATCHDOG = f"""{_WATCHDOG_HEAD}ExecStart={{watchdog}} 30 15
{_WANTED}"""
_WATCHDOG_ARGS = f"""{_WATCHDOG_HEAD}Environment="XENWATCHDOGD_ARGS=30 15"
EnvironmentFile=-{{settings}}
ExecStart={{watchdog}} $XENWATCHDOGD_ARGS
{_WANTED}"""

_DRIVER_DOMAIN = f"""[Unit]
Description=Xen driver domain device daemon
Wants=proc-xen.mount
After=proc-xen.mount
ConditionVirtualization=xen

[Service]
Type=forking
ExecStart={{xl}} devd
{_WANTED}"""

# (unit, the release from which on, what xenstored is) -> text; the last one that fits is the unit's.
TEXTS: tuple[tuple[str, Release, str, str], ...] = (
    ("proc-xen.mount", OLDEST, ANY, _MOUNT),
    ("var-lib-xenstored.mount", OLDEST, ANY, _STORE_DIRECTORY),
    ("xenstored.service", OLDEST, NOTIFIES, _STORE_EARLY),
    ("xenstored.service", Release(4, 8), NOTIFIES, _STORE_LAUNCHED),
    ("xenstored.service", OLDEST, SILENT, _STORE_SILENT),
    ("xen-init-dom0.service", OLDEST, ANY, _INIT),
    ("xen-init-dom0.service", Release(4, 12), ANY, _INIT_UUID),
    ("xenconsoled.service", OLDEST, ANY, _CONSOLED_PID),
    ("xenconsoled.service", Release(4, 7), ANY, _CONSOLED),
    ("xen-qemu-dom0-disk-backend.service", OLDEST, ANY, _QEMU),
    ("xendomains.service", OLDEST, ANY, _DOMAINS),
    ("xen-watchdog.service", OLDEST, ANY, _WATCHDOG),
    ("xen-watchdog.service", Release(4, 15), ANY, _WATCHDOG_ARGS),
    ("xendriverdomain.service", Release(4, 8), ANY, _DRIVER_DOMAIN),
)


def unit_text(unit: str, release: Release, xenstored: str) -> str | None:
    """The text of a unit, None where none is generated."""
    found = None
    for name, first, kind, text in TEXTS:
        if name == unit and first <= release and kind in (ANY, xenstored):
            found = text
    return found
