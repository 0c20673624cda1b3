# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a running guest is stopped and made anew for what it cannot get while it runs, and else why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError, Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.from_libxl import from_libxl, unsaid
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import Declaration
from ansible_collections.xlops.xen.plugins.module_utils._plan.elsewhere import ELSEWHERE
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import PRESENT, RESTART
from ansible_collections.xlops.xen.plugins.module_utils._plan.live_view import as_it_runs, comparable
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import LIVE, RECREATE

AS_IT_RUNS = "the guest runs so already"


def obstacle(waiting: Sequence[Difference], declaration: Declaration, protection: Sequence[str]) -> str | None:
    """Why the guest is not made anew; empty where nothing stands against it, None where nothing waits for that."""
    if not waiting:
        return None
    if declaration.state == PRESENT:
        return "state: present leaves the guest as it runs"
    if RESTART in protection:
        return "the guest is protected against restarts"
    if any(one.impact == RECREATE for one in waiting):
        return "" if declaration.may_recreate else "recreate: allowed would make it anew"
    return "" if declaration.may_restart else "restart: allowed would bring it at once"


def way_back(domain: Domain, seen: Observation) -> tuple[str, list[str]]:
    """The text that makes a guest again as it runs, and the places of its configuration that no text can say.

    A ConfigError where there is no such text.
    """
    config = as_it_runs(domain, ELSEWHERE, seen)
    if config is None:
        raise ConfigError([Finding(ERROR, "xl does not tell what it runs with")])
    config = comparable(config, seen)
    model, _findings = from_libxl(config, seen.release, seen.facts)
    return to_xl_cfg(model, seen.release), unsaid(config, model, seen.release, seen.facts)


def explained(differences: Sequence[Difference], against: str | None) -> tuple[Difference, ...]:
    """The differences with what becomes of those that wait."""
    if against is None:
        return tuple(differences)
    end = against or "the guest is made anew for it"
    return tuple(one if one.impact == LIVE and against else replace(one, how=_joined(one, end)) for one in differences)


def outstanding(declared: Sequence[Difference], running: Sequence[Difference]) -> tuple[Difference, ...]:
    """What the declaration changes; of that a running guest does not differ in, there is nothing to tell."""
    differs = {(one.key, one.device) for one in running}
    return tuple(one if (one.key, one.device) in differs else replace(one, how=AS_IT_RUNS) for one in declared)


def _joined(one: Difference, end: str) -> str:
    return end if one.impact == LIVE else f"{one.how}; {end}"
