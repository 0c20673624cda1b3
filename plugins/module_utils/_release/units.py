# SPDX-License-Identifier: GPL-3.0-or-later
"""What upstream's units of old releases need from us to work under a current systemd: a table of drop-ins.

Units stay upstream's. A remedy belongs to the releases before the one that has the cure, and is only used where the
unit really has the text that it is about, so that a release with the cure backported goes without.

Imports nothing but Python's own library: this also runs as a program where Ansible is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Binds xenstored's sockets under the names that it compares with, and becomes it.
HELPER = "/usr/local/lib/xlops-xen/bind-xenstored"
HELPER_TEXT = '''#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bind-xenstored PROGRAM [ARGUMENT...]: become xenstored, with its two sockets as it wants to be given them.

It compares the names of the sockets with these, letter by letter, and systemd binds /run/xenstored instead.
"""

import os
import socket
import sys

SOCKETS = (("/var/run/xenstored/socket", 0o600), ("/var/run/xenstored/socket_ro", 0o660))
FIRST = 3  # where systemd's protocol begins

os.makedirs("/var/run/xenstored", 0o755, exist_ok=True)
os.umask(0o177)
bound = []
for path, mode in SOCKETS:
    if os.path.lexists(path):
        os.unlink(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(path)
    os.chmod(path, mode)
    listening.listen(128)
    bound.append(listening)
for number, listening in enumerate(bound, start=FIRST):
    os.dup2(listening.fileno(), number)
    os.set_inheritable(number, True)
os.umask(0o022)
os.environ.pop("LISTEN_FDNAMES", None)
os.environ.update(LISTEN_FDS=str(len(bound)), LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[1], sys.argv[1:])
'''


@dataclass(frozen=True)
class Remedy:
    """A drop-in for one unit. ``text`` may use the groups of ``sign``, and {helper} and {device_model}."""

    name: str
    unit: str
    before: tuple[int, int]  # the release in which upstream needs it no longer
    sign: str  # what the unit has that needs it, continued lines being one
    text: str
    why: str
    needs_device_model: bool = False


REMEDIES = (
    Remedy(
        "sockets-under-var-run",
        "xenstored.service",
        (4, 8),
        r'^ExecStart=/bin/sh -c "exec (?P<command>\$XENSTORED .*)"$',
        '[Service]\nExecStart=\nExecStart=/bin/sh -c "exec {helper} {command}"\n',
        "systemd binds /run/xenstored for /var/run/xenstored, and xenstored refuses a socket of another name. The "
        "two socket units stay, because upstream's unit requires them; what they listen on is replaced.",
    ),
    Remedy(
        "environment-may-be-missing",
        "xenconsoled.service",
        (4, 16),
        r"^EnvironmentFile=(?P<file>/.*)$",
        "[Service]\nEnvironmentFile=\nEnvironmentFile=-{file}\n",
        "The unit fails where the file is missing, although it has nothing but comments.",
    ),
    Remedy(
        "goes-to-the-background",
        "xen-qemu-dom0-disk-backend.service",
        (99, 0),
        r"^ExecStart=.* -daemonize\b",
        "[Service]\nType=forking\n",
        "The program forks, in every release so far. systemd takes its parent's end for a simple service's, and "
        "kills the rest. (xenconsoled forks, too, but not where its parent is process 1.)",
    ),
    Remedy(
        "device-model-of-the-distribution",
        "xen-qemu-dom0-disk-backend.service",
        (4, 7),
        r"^ExecStart=\S+/qemu-system-i386 (?P<arguments>.*)$",
        "[Unit]\nConditionPathExists={device_model}\n\n[Service]\nExecStart=\nExecStart={device_model} {arguments}\n",
        "The unit has a fixed path in the release's own directory, whatever --with-system-qemu says. Without that "
        "program the unit is passed over: only disks of the kind qdisk need it.",
        needs_device_model=True,
    ),
)

# What starts guests, watches the machine, or is for driver domains: for the administrator to choose. The rest goes with
# the release, as upstream's INSTALL says.
OPTIONAL = frozenset({"xendomains.service", "xen-watchdog.service", "xendriverdomain.service"})


def drop_ins(version: tuple[int, int], unit: str, text: str, device_model: str) -> dict[str, str]:
    """Name of the remedy -> content of the drop-in, for each remedy that a unit of a release needs."""
    joined = re.sub(r"[ \t]*\\\n[ \t]*", " ", text)
    found = {}
    for remedy in REMEDIES:
        if remedy.unit != unit or version >= remedy.before or (remedy.needs_device_model and not device_model):
            continue
        match = re.search(remedy.sign, joined, re.MULTILINE)
        if match:
            content = remedy.text.format(helper=HELPER, device_model=device_model, **match.groupdict())
            found[remedy.name] = f"# {remedy.why}\n{content}"
    return found


def wanted_by(text: str) -> list[str]:
    """The targets that a unit asks to be started with."""
    return [target for line in re.findall(r"^WantedBy=(.*)$", text, re.MULTILINE) for target in line.split()]


def modules_unit(modules: list[str]) -> str:
    """A unit that loads the back ends of dom0.

    Not modules-load.d: the list has names of kernels long gone, and modules that only load under Xen; there, each of
    them is a failure, of every boot, with and without Xen.
    """
    return f"""[Unit]
Description=Kernel modules of Xen's back ends
ConditionPathExists=/proc/xen
Before=xenstored.service

[Service]
Type=oneshot
RemainAfterExit=true
ExecStart=-/sbin/modprobe --all --quiet {" ".join(modules)}

[Install]
WantedBy=multi-user.target
"""
