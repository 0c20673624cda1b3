# SPDX-License-Identifier: GPL-3.0-or-later
"""Cache monitoring and allocation of a host, as far as its processors and its release have it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.psr_tables import (
    Allocated,
    Measured,
    parse_allocated,
    parse_hwinfo,
    parse_measured,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.process import Finished
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import Xl, sentence
from ansible_collections.xlops.xen.plugins.module_utils._plan.psr import FEATURES, show_command
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

HAS_HWINFO = Release(4, 6)
OCCUPANCY = "cache-occupancy"

Report = dict[str, Any]


@dataclass
class Psr:
    """What was asked for and is there; and why the rest is not."""

    measured: Measured
    allocated: dict[str, dict[int, Allocated]]
    missing: dict[str, str]


def read_psr(xl: Xl, release: Release, features: Iterable[str] = FEATURES) -> Psr:
    """One process for each feature that the release knows."""
    found = Psr(Measured(), {}, {})
    for feature in features:
        command = show_command(feature, release)
        if command is None:
            found.missing[feature] = f"Xen {release} does not know it"
            continue
        finished = xl.ask(*command)
        if not finished.ok:
            found.missing[feature] = _reason(command[0], finished)
        elif feature == "cmt":
            found.measured = parse_measured(finished.output)
        else:
            found.allocated[feature] = parse_allocated(finished.output)
    return found


def host_report(xl: Xl, release: Release) -> Report:
    """What the processors have: one process. What is measured of monitored domains: one for each measure."""
    if release < HAS_HWINFO:
        seen = read_psr(xl, release, ["cmt"])
        there = "cmt" not in seen.missing
        cmt = {"enabled": there, "total_rmid": seen.measured.total_rmid}
        measured = {OCCUPANCY: seen.measured.domains} if there else {}
        return {"cmt": cmt, "l3": [], "l2": [], "mba": [], "measured": measured, "said": seen.missing.get("cmt")}
    finished = xl.ask("psr-hwinfo")  # it fails where one feature is missing, having told the others
    hardware = parse_hwinfo(finished.output)
    cmt = hardware.get("cmt", {"enabled": False})
    measured = {}
    for kind in cmt.get("monitor_types", []):
        one = xl.ask("psr-cmt-show", kind)
        if one.ok:
            measured[kind] = parse_measured(one.output).domains
    return {
        "cmt": cmt,
        **{feature: hardware.get(feature, []) for feature in ("l3", "l2", "mba")},
        "measured": measured,
        "said": None if finished.ok else _reason("psr-hwinfo", finished),
    }


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


def _reason(command: str, finished: Finished) -> str:
    return sentence(f"xl {command}", finished)
