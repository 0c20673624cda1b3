# SPDX-License-Identifier: GPL-3.0-or-later
"""The backends of guests' devices, out of a listing of xenstore. Only known names are read: it is no trusted text."""

from __future__ import annotations

import re
from typing import Any

ENTRY = re.compile(
    r"/local/domain/(?P<backend>\d+)/backend/(?P<kind>[a-z0-9_]+)/(?P<domid>\d+)/(?P<devid>\d+)/(?P<leaf>[a-z-]+)"
    r' = "(?P<value>.*)"'
)
STATES = {
    "1": "initialising",
    "2": "waiting",
    "3": "initialised",
    "4": "connected",
    "5": "closing",
    "6": "closed",
}
LEAVES = {
    "dev": "dev",
    "params": "params",
    "mode": "mode",
    "mac": "mac",
    "bridge": "bridge",
    "script": "script",
    "hotplug-status": "hotplug",
}
LONGEST = 1024

Device = dict[str, Any]


def read_backends(listing: str) -> dict[int, list[Device]]:
    """By domain id, its devices as `xenstore-ls -f` shows their backends, in order of kind and number."""
    devices: dict[tuple[int, str, int], Device] = {}
    for line in listing.splitlines():
        entry = ENTRY.fullmatch(line)
        if entry is None:
            continue
        domid, kind, devid = int(entry["domid"]), entry["kind"], int(entry["devid"])
        device = devices.setdefault(
            (domid, kind, devid),
            {"kind": kind, "devid": devid, "backend_domid": int(entry["backend"]), "state": None},
        )
        if entry["leaf"] == "state":
            device["state"] = STATES.get(entry["value"], "unknown")
        elif entry["leaf"] in LEAVES:
            device[LEAVES[entry["leaf"]]] = entry["value"][:LONGEST]
    found: dict[int, list[Device]] = {}
    for (domid, _kind, _devid), device in sorted(devices.items(), key=lambda item: item[0]):
        found.setdefault(domid, []).append(device)
    return found
