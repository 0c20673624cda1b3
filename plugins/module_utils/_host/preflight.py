# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at what is about to come before anything is touched. Reads only, so check mode does it too."""

from __future__ import annotations

import os

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._host.lacks import lacks
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan
from ansible_collections.xlops.xen.plugins.module_utils._plan.renewal import way_back
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import Step


def check(plan: GuestPlan, host: Host, seen: Observation) -> GuestPlan:
    """The plan, or a failed one that says everything the guest lacks."""
    faults = [_place_fault(host.paths.config_dir)] if Step.WRITE in plan.steps else []
    faults += [_start_fault(plan, host)] if {Step.LINK, Step.ENABLE} & set(plan.steps) else []
    faults += [_no_way_back(plan, seen)] if plan.renewed_for else []
    faults += lacks(plan.arrives, host, seen)
    found = [fault for fault in faults if fault]
    return plan.failed("; ".join(found)) if found else plan


def _no_way_back(plan: GuestPlan, seen: Observation) -> str | None:
    """Why a guest that cannot be made anew could not be brought back either."""
    try:
        if plan.sighting.domain is not None:
            way_back(plan.sighting.domain, seen)
    except ConfigError as wrong:
        return f"it is not made anew, for nothing can bring it back if that fails: {wrong}"
    return None


def _place_fault(config_dir: str) -> str | None:
    if os.path.isdir(config_dir):
        return None
    return f"config_dir: the host has no directory {config_dir} for the guest's file; make it, or name another"


def _start_fault(plan: GuestPlan, host: Host) -> str | None:
    path = host.files.link_path(plan.name)
    if Step.LINK in plan.steps and os.path.lexists(path) and not os.path.islink(path):
        return f"autostart: {path} is a file of its own and no link to the guest's; remove it"
    if plan.model is None and plan.file is None:
        return f"autostart: the guest has no file in {host.paths.config_dir} to start it from; declare the guest"
    return None
