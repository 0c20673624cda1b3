# SPDX-License-Identifier: GPL-3.0-or-later
"""What a guest that is to be created needs on the host, so that it can be looked for before anything is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.dependencies import THIS_DOMAIN
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import XlConf
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, PV

FILE, DISK, PROGRAM, SCRIPT, BRIDGE = "file", "disk", "program", "script", "bridge"

DEFAULT_BRIDGE = "xenbr0"
BRIDGE_SCRIPT = "vif-bridge"


@dataclass(frozen=True)
class Need:
    """One thing that must be there: its kind, and the key of the declaration that asks for it."""

    kind: str
    key: str
    value: str


def needs(model: Mapping[str, Any], xl_conf: XlConf) -> Iterator[Need]:
    """Everything outside the hypervisor that the guest cannot start without."""
    for key in ("kernel", "ramdisk"):
        if key in model:
            yield Need(FILE, key, model[key])
    if "bootloader" in model:
        yield Need(PROGRAM, "bootloader", model["bootloader"])
    for disk in model.get("disk", ()):
        yield from _disk_needs(disk)
    for index, vif in enumerate(model.get("vif", ())):
        yield from _vif_needs(vif, index, xl_conf)


def boot_fault(model: Mapping[str, Any]) -> str | None:
    """Why the guest has nothing to boot, if so."""
    if model.get("type", PV) == HVM or model.get("kernel") or model.get("bootloader") or model.get("firmware"):
        return None
    return "it has nothing to boot from: declare a kernel or a bootloader"


def _disk_needs(disk: Mapping[str, Any]) -> Iterator[Need]:
    key = f"disk[{disk['vdev']}]"
    if disk.get("backend") not in THIS_DOMAIN:
        return  # it is a path in that domain
    if disk.get("script"):
        yield Need(SCRIPT, f"{key}.script", disk["script"])
    elif disk.get("target"):
        yield Need(DISK, f"{key}.target", disk["target"])


def _vif_needs(vif: Mapping[str, Any], index: int, xl_conf: XlConf) -> Iterator[Need]:
    if vif.get("backend", xl_conf.vif_backend) not in THIS_DOMAIN:
        return
    script = vif.get("script") or xl_conf.vif_script or BRIDGE_SCRIPT
    yield Need(SCRIPT, f"vif[{index}].script", script)
    if script.rpartition("/")[2] == BRIDGE_SCRIPT:
        yield Need(BRIDGE, f"vif[{index}].bridge", vif.get("bridge") or xl_conf.vif_bridge or DEFAULT_BRIDGE)
