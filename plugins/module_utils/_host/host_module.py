# SPDX-License-Identifier: GPL-3.0-or-later
"""What all modules on a Xen host have in common: the way to the host."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import printable
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import DEFAULT_CONFIG_DIR, Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import ready_xl

EXECUTABLE: dict[str, dict[str, Any]] = {"executable": {"type": "str", "default": "xl"}}
CONFIG_DIR: dict[str, dict[str, Any]] = {"config_dir": {"type": "path", "default": DEFAULT_CONFIG_DIR}}
RUN_OPTIONS: dict[str, dict[str, Any]] = {
    **EXECUTABLE,
    **CONFIG_DIR,
    "settle_timeout": {"type": "int", "default": 30},
    "lock_timeout": {"type": "int", "default": 300},
}

# Options that are a number of something.
COUNTED = {"settle_timeout": "seconds", "lock_timeout": "seconds", "timeout": "seconds", "max_removals": "guests"}


def host_of(module: AnsibleModule, paths: Paths | None = None) -> Host:
    """The host that the module runs on. HostError where it cannot be managed."""
    _check_counts(module.params)
    here = paths or Paths()
    if "config_dir" in module.params:
        directory = str(module.params["config_dir"])
        if not directory.startswith("/") or "\0" in directory:
            raise HostError(f"config_dir is {printable(directory)}: give an absolute path on the host")
        if os.path.exists(directory) and not os.path.isdir(directory):
            raise HostError(f"config_dir is {printable(directory)}, which is no directory: name one")
        here = replace(here, config_dir=directory.rstrip("/") or "/")
    return Host(ready_xl(here, module.params["executable"]), here, module.params.get("settle_timeout", 0))


def _check_counts(params: Mapping[str, Any]) -> None:
    for option, what in COUNTED.items():
        number = params.get(option) or 0
        if number < 0:
            raise HostError(f"{option} is {number}: give a number of {what}, 0 or more")
