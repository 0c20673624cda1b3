# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who a guest is when its user did not say: a uuid and MAC addresses that survive re-creation."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

Model = Mapping[str, Any]
XEN_OUI = "00:16:3e"


def derived_uuid(machine_id: str, name: str) -> str:
    """The uuid of a guest of this name on this host. ValueError when the host has no machine id."""
    return str(uuid5(UUID(hex=machine_id), name))


def derived_mac(uuid: str, index: int) -> str:
    """The address of the guest's interface number ``index``, in the range that belongs to Xen."""
    digest = hashlib.sha256(f"{uuid}/{index}".encode()).digest()
    return ":".join([XEN_OUI, *(f"{octet:02x}" for octet in digest[:3])])


def complete(model: Model, known: Sequence[Model], machine_id: str) -> dict[str, Any]:
    """Give a model the uuid and MACs it lacks: those of the first of ``known`` that has them, else derived ones.

    ``known`` are other models of the same guest, best first: what runs, what the managed file says.
    """
    uuid = model.get("uuid") or _first(other.get("uuid") for other in known)
    completed = dict(model, uuid=uuid or derived_uuid(machine_id, model["name"]))
    if model.get("vif"):
        completed["vif"] = [
            dict(vif, mac=vif.get("mac") or _known_mac(known, index) or derived_mac(completed["uuid"], index))
            for index, vif in enumerate(model["vif"])
        ]
    return completed


def _known_mac(known: Sequence[Model], index: int) -> str | None:
    mac: str | None = _first(_mac(other, index) for other in known)
    return mac


def _mac(model: Model, index: int) -> str | None:
    vifs: list[Mapping[str, Any]] = list(model.get("vif") or [])
    mac: str | None = vifs[index].get("mac") if index < len(vifs) else None
    return mac


def _first(values: Any) -> Any:
    return next((value for value in values if value), None)
