# SPDX-License-Identifier: GPL-3.0-or-later
"""Cache monitoring and allocation of a host, as far as its processors and its release have it."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._config.psr_hwinfo import parse_hwinfo
from ansible_collections.xlops.xen.plugins.module_utils._config.psr_tables import parse_measured
from ansible_collections.xlops.xen.plugins.module_utils._host.psr import Report, read_psr, reason
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import Xl
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

HAS_HWINFO = Release(4, 6)
OCCUPANCY = "cache-occupancy"


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
        "said": None if finished.ok else reason("psr-hwinfo", finished),
    }
