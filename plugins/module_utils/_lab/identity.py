# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes a started machine a host of its own, told to it in one SSH call: a call costs seconds under emulation."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._lab import network, ssh

LOGIN_KEY = "id_ed25519"
HOST_KEY = "ssh_host_ed25519_key"

TEMPLATE = r"""set -eu
date -u -s @{now} >/dev/null
echo {name} >/etc/hostname
hostname {name}
printf '127.0.0.1 localhost\n127.0.1.1 {name}\n' >/etc/hosts
echo {machine_id} >/etc/machine-id
systemctl --no-block restart systemd-journald # whoever asks for the journal is shown that of the machine id
echo {seed} >/dev/urandom
umask 077
printf %s {private_host_key} >/etc/ssh/ssh_host_ed25519_key
printf %s {public_host_key} >/etc/ssh/ssh_host_ed25519_key.pub
printf %s {authorized_key} >/root/.ssh/authorized_keys
umask 022
cat >/etc/systemd/network/20-eth1.network <<'END'
[Match]
Name=eth1

[Link]
MACAddress={private_mac}
RequiredForOnline=no

[Network]
Address={private_address}/{prefix}
END
ip link set dev eth1 down
ip link set dev eth1 address {private_mac} up
ip address replace {private_address}/{prefix} dev eth1
kill -HUP "$(cat /run/sshd.pid)"
{ready}
"""


@dataclass(frozen=True)
class Identity:
    """Who a host is. Its keys lie in its directory on the controller."""

    name: str
    index: int  # its number in the lab, which its private address follows from
    machine_id: str
    directory: Path

    def make_keys(self) -> None:
        for key in (LOGIN_KEY, HOST_KEY):
            ssh.make_key(self.directory / key, self.name)

    def login(self, port: int) -> ssh.Login:
        return ssh.Login(port, self.directory / LOGIN_KEY, self.directory / f"{HOST_KEY}.pub")

    def script(self, seed: str, ready: str) -> str:
        """The shell script that gives a machine this identity, sets its clock and ends with the command ``ready``."""
        return TEMPLATE.format(
            now=f"{time.time():.1f}",
            name=shlex.quote(self.name),
            machine_id=self.machine_id,
            seed=seed,
            private_host_key=shlex.quote((self.directory / HOST_KEY).read_text()),
            public_host_key=shlex.quote((self.directory / f"{HOST_KEY}.pub").read_text()),
            authorized_key=shlex.quote((self.directory / f"{LOGIN_KEY}.pub").read_text()),
            private_mac=network.private_mac(self.index),
            private_address=network.private_address(self.index),
            prefix=network.PRIVATE_PREFIX,
            ready=f"{ready} >/dev/null" if ready else "true",
        )
