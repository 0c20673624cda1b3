# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a host came up healthy: its hypervisor and toolstack answer, and nothing that belongs to Xen has failed."""

from __future__ import annotations

import time
from collections.abc import Iterable

from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import parse_info
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import entries
from ansible_collections.xlops.xen.plugins.module_utils._host.messages import plain
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import find_program
from ansible_collections.xlops.xen.plugins.module_utils._host.process import run
from ansible_collections.xlops.xen.plugins.module_utils._host.systemd import said, show
from ansible_collections.xlops.xen.plugins.module_utils._host.toolstack_services import DAEMONS, RESOURCES, SERVICES
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import Xl
from ansible_collections.xlops.xen.plugins.module_utils._plan.units import is_guests

PROPERTIES = ("LoadState", "ActiveState", "Result", "InvocationID")
UNSETTLED = ("activating", "reloading", "deactivating")
LIMIT = 60.0
POLL = 1.0
LINES = 12


def complaints(paths: Paths, executable: str, release: str, patience: float) -> list[str]:
    """What is not as it should be with a hypervisor of this release, as sentences."""
    return [*_of_xl(executable, release), *_of_units(paths, patience)]


def hypervisors_messages(executable: str) -> list[str]:
    """The end of what the hypervisor printed."""
    program = find_program(executable)
    done = run([program, "dmesg"], LIMIT) if program else None
    return [plain(line) for line in done.output.splitlines()[-LINES:]] if done and done.ok else []


def _of_xl(executable: str, release: str) -> list[str]:
    program = find_program(executable)
    if program is None:
        return [f"there is no program {executable}: no toolstack of Xen {release} was chosen at boot"]
    xl = Xl(program)
    try:
        version = parse_info(xl.info()).get("xen_version", "")
        xl.list()
    except HostError as fault:
        return [str(fault)]
    return [] if version.startswith(release) else [f"xl info tells Xen {version}, and Xen {release} was to be booted"]


def _of_units(paths: Paths, patience: float) -> list[str]:
    if find_program("systemctl") is None:
        return []
    declared = [name for name in entries(paths.wanted_units) if is_guests(name) or name.startswith(RESOURCES)]
    deadline = time.monotonic() + patience
    while True:
        units = show(PROPERTIES, [*SERVICES, *declared])
        loaded = {name: unit for name, unit in units.items() if unit.get("LoadState") == "loaded"}
        busy = [name for name, unit in loaded.items() if unit.get("ActiveState") in UNSETTLED]
        if not busy or time.monotonic() >= deadline:
            return [*_not_active(loaded), *(f"{name} is not done within {patience:g} s" for name in busy)]
        time.sleep(POLL)


def _not_active(units: dict[str, dict[str, str]]) -> Iterable[str]:
    for name, unit in units.items():
        if unit.get("ActiveState") == "failed":
            lines = said(unit["InvocationID"]).strip().splitlines() if unit.get("InvocationID") else []
            reason = f": {plain(lines[-1])}" if lines else ""
            yield f"{name} failed ({unit.get('Result') or 'no result'}){reason}"
        elif name in DAEMONS and unit.get("ActiveState") == "inactive":
            yield f"{name} does not run"
