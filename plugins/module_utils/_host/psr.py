# SPDX-License-Identifier: GPL-3.0-or-later
"""What domains have of cache monitoring and allocation, as far as processors and release have it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.psr_tables import (
    Allocated,
    Measured,
    parse_allocated,
    parse_measured,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.process import Finished
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import Xl, sentence
from ansible_collections.xlops.xen.plugins.module_utils._plan.psr_features import FEATURES, show_command
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Report = dict[str, Any]


@dataclass
class Psr:
    """What was asked for and is there; and why the rest is not."""

    measured: Measured
    allocated: dict[str, dict[int, Allocated]]
    missing: dict[str, str]


def read_psr(xl: Xl, release: Release, features: Iterable[str] = tuple(FEATURES)) -> Psr:
    """One process for each feature that the release knows."""
    found = Psr(Measured(), {}, {})
    for feature in features:
        command = show_command(feature, release)
        if command is None:
            found.missing[feature] = f"Xen {release} does not know it"
            continue
        finished = xl.ask(*command)
        if not finished.ok:
            found.missing[feature] = reason(command[0], finished)
        elif feature == "cmt":
            found.measured = parse_measured(finished.output)
        else:
            found.allocated[feature] = parse_allocated(finished.output)
    return found


def domain_report(seen: Psr, domid: int | None) -> Report | None:
    """What a domain has; of a feature that is missing, nothing but why."""
    if domid is None:
        return None
    monitored = "cmt" not in seen.missing
    return {
        "monitored": domid in seen.measured.domains if monitored else None,
        "cache_occupancy": seen.measured.domains.get(domid),
        **{
            feature: {
                number: [f"{value:#x}" if feature != "mba" else value for value in socket.domains[domid]]
                for number, socket in sockets.items()
                if domid in socket.domains
            }
            for feature, sockets in seen.allocated.items()
        },
        "missing": seen.missing,
    }


def reason(command: str, finished: Finished) -> str:
    return sentence(f"xl {command}", finished)
