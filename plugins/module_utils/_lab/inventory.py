# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways into a lab: an inventory for plain ``ansible -i``, a configuration for plain ``ssh -F``."""

from __future__ import annotations

from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._lab.host import Lab

GROUP = "xen_hosts"


def inventory(lab: Lab) -> dict[str, Any]:
    """All hosts of a lab, running or not, as the content of a YAML inventory."""
    hosts = {name: _variables(lab.describe(name)) for name in lab.names()}
    return {GROUP: {"hosts": hosts}}


def ssh_config(lab: Lab) -> str:
    """The same hosts for OpenSSH."""
    return "\n".join(_section(lab.describe(name)) for name in lab.names())


def _section(host: dict[str, Any]) -> str:
    return f"""Host {host["name"]}
    HostName {host["address"]}
    Port {host["port"]}
    User {host["user"]}
    IdentityFile "{host["private_key"]}"
    IdentitiesOnly yes
    UserKnownHostsFile "{host["known_hosts"]}"
    StrictHostKeyChecking yes
"""


def _variables(host: dict[str, Any]) -> dict[str, Any]:
    return {
        "ansible_host": host["address"],
        "ansible_port": host["port"],
        "ansible_user": host["user"],
        "ansible_ssh_private_key_file": host["private_key"],
        "ansible_ssh_common_args": " ".join(
            f"-o {option}"
            for option in (
                f"'UserKnownHostsFile=\"{host['known_hosts']}\"'",
                "StrictHostKeyChecking=yes",
                "IdentitiesOnly=yes",
                "ControlMaster=auto",
                "ControlPersist=120s",
            )
        ),
        # Known, so that Ansible need not look for it: every process is slow under emulation.
        "ansible_python_interpreter": "/usr/bin/python3",
        "xen_lab_address": host["private_address"],
    }
