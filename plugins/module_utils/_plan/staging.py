# SPDX-License-Identifier: GPL-3.0-or-later
"""A guest's next boot: the plan that stages a configuration for it, and why that may come to nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.config_reader import read_option
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import (
    ERROR,
    ConfigError,
    Finding,
    errors_in,
    shown,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import found
from ansible_collections.xlops.xen.plugins.module_utils._config.secrets import SECRET, still_hidden
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import Declaration, read_declarations
from ansible_collections.xlops.xen.plugins.module_utils._plan.document import Document
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import PRESENT
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan, plan
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import Presence, absence
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import Step
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release

ALIVE = (Presence.RUNNING, Presence.PAUSED)
COMES_BACK = ("restart", "rename-restart", "soft-reset")


def of_guest(document: Document, name: str) -> Document:
    """The document, which need not name its guest but must not name another one, and has its passwords."""
    config = document.config
    named = document.keys.get("name") if config is None else found(config, ("c_info", "name"))
    keys = document.keys if config is None else document.described(NEWEST).model
    faults = [
        Finding(ERROR, "it stands for a password that was not shown", name, key, SECRET, remedy="give the password")
        for key in still_hidden(keys)
    ]
    if named not in (None, name):
        fault = f"what is given describes {shown(named)}"
        faults.append(Finding(ERROR, fault, name, "name", named, remedy="give a configuration of this guest"))
    if faults:
        raise ConfigError(faults)
    if config is None:
        return replace(document, keys={**keys, "name": name})
    c_info = config.get("c_info")
    completed = {**(c_info if isinstance(c_info, Mapping) else {}), "name": name}
    return replace(document, config={**config, "c_info": completed})


def as_declaration(document: Document, name: str, release: Release) -> Declaration:
    """A configuration as a declaration that leaves the guest's state alone. A ConfigError has all that is wrong."""
    keys: Mapping[str, Any] = document.keys
    faults = errors_in(document.findings)
    if document.config is not None:
        described = document.described(release)
        keys, faults = described.model, errors_in(described.findings)
    if faults:
        raise ConfigError(faults)
    (declaration,) = read_declarations([{**keys, "name": name, "state": PRESENT}])
    return declaration


def staging(declaration: Declaration, seen: Observation) -> GuestPlan:
    """The plan that gives a running guest its next boot, and does nothing else."""
    (draft,) = plan([declaration], seen)
    if draft.error or draft.sighting.presence in ALIVE:
        draft = draft.unhurried()
        waiting = tuple(replace(one, how="") for one in draft.pending)  # all of it was asked to wait
        domain = draft.sighting.domain
        needed = waiting or (domain is not None and domain.staged is not None)  # what its file says is not looked at
        steps = tuple(step for step in draft.steps if step is Step.STAGE) if needed else ()
        return replace(draft, steps=steps, pending=waiting)
    if draft.sighting.presence is Presence.ABSENT:
        return draft.failed(absence(draft.name, seen))
    return draft.failed("it has shut down and was kept, so that no boot follows: restore it into its file instead")


def reboot_warnings(domain: Domain, seen: Observation) -> list[str]:
    """Why what is staged may never be used: xl takes it up when it starts the guest anew, and only then."""
    action = read_option(OPTIONS["on_reboot"], seen.release, domain.config or {})
    warnings = []
    if action not in COMES_BACK:
        warnings.append(f"its on_reboot is {action}, so that it does not come back from a reboot with what is staged")
    if not seen.worker(domain.name):
        warnings.append("no xl process watches it, so that it does not come back from a reboot with what is staged")
    return [f"guest {domain.name}: {warning}" for warning in warnings]
