# SPDX-License-Identifier: GPL-3.0-or-later
"""Look on the host for what a guest, or a part of one, needs there. Reads only."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Callable, Mapping

from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import find_program
from ansible_collections.xlops.xen.plugins.module_utils._plan.needs import (
    BRIDGE,
    DISK,
    FILE,
    PROGRAM,
    SCRIPT,
    Need,
    needs,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Observation

PUT_THERE = "have it on the host before the guest (role xen_guests: xen_guests_files, xen_guests_volumes)"
MAKE_A_BRIDGE = "make it with role xen_network"
NO_LINUX_BRIDGE = (
    "no bridge of Linux, and script vif-bridge takes no other (for one of Open vSwitch say vif-openvswitch)"
)


def lacks(model: Model, host: Host, seen: Observation) -> list[str]:
    """What the host does not have of what a guest, or a part of one, needs."""
    faults = [_fault(need, host.paths) for need in needs(model, seen.facts.xl_conf)]
    return [fault for fault in faults if fault]


def _fault(need: Need, paths: Paths) -> str | None:
    why = LOOK[need.kind](need.value, paths)
    return f"{need.key}: {why}" if why else None


def _file(path: str, paths: Paths) -> str | None:
    return _unlike(path, stat.S_ISREG, "a file")


def _disk(path: str, paths: Paths) -> str | None:
    return _unlike(path, lambda mode: stat.S_ISREG(mode) or stat.S_ISBLK(mode), "an image file or a block device")


def _unlike(path: str, is_right: Callable[[int], bool], what: str) -> str | None:
    try:
        mode = os.stat(os.path.join("/", path)).st_mode
    except OSError as error:
        return f"{path} cannot be used, {(error.strerror or str(error)).lower()}; {PUT_THERE}"
    return None if is_right(mode) else f"{path} is not {what}"


def _program(name: str, paths: Paths) -> str | None:
    if os.path.isabs(name):
        return None if os.access(name, os.X_OK) else f"{name} is not a program on the host; install it"
    private = (os.path.join(directory, name) for pattern in paths.private_bin for directory in glob.glob(pattern))
    found = find_program(name) or next(filter(lambda path: os.access(path, os.X_OK), private), None)
    return None if found else f"the host has no program {name}; install it or give its path"


def _script(name: str, paths: Paths) -> str | None:
    path = os.path.join(paths.scripts_dir, name)
    return None if os.access(path, os.X_OK) else f"{path} is not a script on the host; name one that is"


def _bridge(name: str, paths: Paths) -> str | None:
    """vif-bridge goes ahead with any interface, and fails when the guest's cannot be put into it."""
    there = sorted(glob.glob(os.path.join(paths.networks, "*", "bridge")))
    names = [os.path.basename(os.path.dirname(path)) for path in there]
    if name in names:
        return None
    is_other = os.path.exists(os.path.join(paths.networks, name))
    fault = f"{name} is {NO_LINUX_BRIDGE}" if is_other else f"the host has no bridge {name}"
    instead = f"it has {', '.join(names)}: name one, or " if names else ""
    return f"{fault}; {instead}{MAKE_A_BRIDGE}"


LOOK: Mapping[str, Callable[[str, Paths], str | None]] = {
    FILE: _file,
    DISK: _disk,
    PROGRAM: _program,
    SCRIPT: _script,
    BRIDGE: _bridge,
}
