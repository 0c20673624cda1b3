# SPDX-License-Identifier: GPL-3.0-or-later
"""The systemd units of guests, as texts: one template for all, and for each guest what only it needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.dependencies import THIS_DOMAIN
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import UNIT, XENDOMAINS
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import HEADER, Observation

PREFIX, SUFFIX = "xen-guest@", ".service"
TEMPLATE = f"{PREFIX}{SUFFIX}"
DROP_IN = "50-xlops.conf"
SHARES_DROP_IN = "60-xlops-shares.conf"  # what is set of a guest that its file cannot carry
LONGEST = 253  # letters of a unit whose directory of drop-ins has a name that a file can have
LAST_RESOURCES = "xen-resources@schedulers.target"  # pools and all else that guests find has been given out then
KEPT = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz:_.")

STOP_LIMIT = 300  # seconds that a guest has to shut down with its host, or more where its stop_timeout is longer

# Why it is of this type, and what each line of [Service] is for: docs/decisions/guest-units.md
TEMPLATE_TEXT = """\
{header}
[Unit]
Description=Xen guest %I
ConditionPathExists=/proc/xen/capabilities
StartLimitIntervalSec=0
Wants=network-online.target
After=network-online.target local-fs.target remote-fs.target proc-xen.mount
After=xenstored.service xenconsoled.service xen-init-dom0.service xen.service xencommons.service
After=xen-qemu-dom0-disk-backend.service xendomains.service {resources}

[Service]
Type=forking
NotifyAccess=all
Environment="XEN_GUEST=%I"
ExecCondition=/bin/sh -c '! {xl} domid "$$XEN_GUEST" >/dev/null 2>&1'
ExecStart={xl} create -q -f "{config_dir}/${{XEN_GUEST}}.cfg"
ExecStartPost=-/bin/sh -c '{find_monitor}'
ExecStop=-/bin/sh -c 'test -z "$$MAINPID" || exec {xl} shutdown -F "$$XEN_GUEST"'
TimeoutStartSec=0
TimeoutStopSec={stop_limit}
KillMode=control-group
KillSignal=SIGCONT
SendSIGKILL=no
OOMPolicy=continue

[Install]
WantedBy=multi-user.target
"""
# Where a device model is in the unit as well, systemd cannot tell which of the two is the main process.
FIND_MONITOR = (
    'test -n "$$MAINPID" && exit; read -r own </proc/self/cgroup; for p in /proc/[0-9]*; do '
    'read -r comm <$$p/comm && test "$$comm" = xl && read -r group <$$p/cgroup && test "$$group" = "$$own" && '
    "exec systemd-notify MAINPID=$${p#/proc/}; done 2>/dev/null"
)


def escape(text: str) -> str:
    """A text as part of a unit's name, as `systemd-escape` writes it."""
    found = "".join(_escaped(byte) for byte in text.encode("utf-8", "surrogateescape"))
    return f"\\x2e{found[1:]}" if found.startswith(".") else found


def escape_path(path: str) -> str:
    """A path as the name of its mount or device, as `systemd-escape --path` writes it."""
    return escape("/".join(filter(None, path.split("/")))) or "-"


def _escaped(byte: int) -> str:
    if byte == ord("/"):
        return "-"
    return chr(byte) if byte in KEPT else f"\\x{byte:02x}"


def is_guests(unit: str) -> bool:
    return unit.startswith(PREFIX)


def unit_name(guest: str) -> str:
    return f"{PREFIX}{escape(guest)}{SUFFIX}"


def drop_in_name(guest: str, base: str = DROP_IN) -> str:
    """A file of the guest's unit, below the directory of units."""
    return f"{unit_name(guest)}.d/{base}"


def started_by(guest: str, seen: Observation) -> tuple[str, ...]:
    """What starts a guest when the host boots: its unit first, for who has both is meant to have that."""
    linked = (XENDOMAINS,) if seen.links.get(guest) else ()
    return (UNIT, *linked) if unit_name(guest) in seen.units.enabled else linked


def template_text(xl: str, config_dir: str) -> str:
    """The unit that all guests of a host are instances of."""
    return TEMPLATE_TEXT.format(
        header=HEADER,
        resources=LAST_RESOURCES,
        find_monitor=FIND_MONITOR,
        stop_limit=STOP_LIMIT,
        xl=literal(xl),
        config_dir=literal(config_dir),
    )


def drop_in_text(model: Mapping[str, Any], needs: Iterable[str], units: Collection[str], stop_timeout: int = 0) -> str:
    """What one guest waits for: guests it needs (those of ``units`` are pulled in), mounts, and block devices; and how
    long the host waits for it, where that is longer than for others.
    """
    after = [unit_name(name) for name in needs]
    wanted = [unit for unit in after if unit in units]
    paths = list(dict.fromkeys(_paths(model)))
    devices = [f"{escape_path(path)}.device" for path in paths if path.startswith("/dev/")]
    lines = [HEADER, "[Unit]"]
    lines += [f"Wants={unit}" for unit in (*wanted, *devices)]
    lines += [f"After={unit}" for unit in (*after, *devices)]
    lines += [f"RequiresMountsFor={_quoted(path)}" for path in paths if not path.startswith("/dev/")]
    lines += ["[Service]", f"TimeoutStopSec={stop_timeout}"] if stop_timeout > STOP_LIMIT else []
    return "\n".join(lines) + "\n"


def _paths(model: Mapping[str, Any]) -> Iterator[str]:
    """The files and devices of this host that the guest starts from, but for those that no unit file can hold."""
    disks = (disk.get("target") for disk in model.get("disk", ()) if disk.get("backend") in THIS_DOMAIN)
    for value in (model.get("kernel"), model.get("ramdisk"), model.get("bootloader"), *disks):
        path = str(value or "")
        if path.startswith("/") and path.isprintable() and not {"..", "."} & set(path.split("/")):
            yield path


def literal(text: str) -> str:
    """A path of the host within a command of a unit, where systemd shall find nothing to expand."""
    return text.replace("%", "%%").replace("$", "$$")


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
