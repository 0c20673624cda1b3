# SPDX-License-Identifier: GPL-3.0-or-later
"""Who a guest is when its user did not say: a uuid and MAC addresses that survive re-creation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Callable
from uuid import UUID, uuid5

from ansible_collections.xlops.xen.plugins.module_utils._config.vif_numbers import vif_numbers

Model = Mapping[str, Any]
XEN_OUI = "00:16:3e"


def derived_uuid(machine_id: str, name: str) -> str:
    """The uuid of a guest of this name on this host. ValueError when the host has no machine id."""
    return str(uuid5(UUID(hex=machine_id), name))


def derived_mac(uuid: str, number: int) -> str:
    """The address of the guest's interface of this number, in the range that belongs to Xen."""
    digest = hashlib.sha256(f"{uuid}/{number}".encode()).digest()
    return ":".join([XEN_OUI, *(f"{octet:02x}" for octet in digest[:3])])


def complete(model: Model, known: Iterable[Model], machine_id: str) -> dict[str, Any]:
    """Give a model the uuid and MACs it lacks: those of the first of ``known`` that has them, else derived ones.

    ``known`` are other models of the same guest, best first: what runs, what the managed file says. No more of them are
    asked for than are needed.
    """
    completed = dict(model)
    others = iter(known)
    while _lacks_identity(completed):
        other = next(others, None)
        if other is None:
            break
        completed = _filled(completed, other.get("uuid"), partial(_mac, other))
    uuid = completed.get("uuid") or derived_uuid(machine_id, model["name"])
    return _filled(completed, uuid, lambda number: derived_mac(uuid, number))


def _lacks_identity(model: Model) -> bool:
    return not model.get("uuid") or not all(vif.get("mac") for vif in model.get("vif") or ())


def _filled(model: Model, uuid: str | None, mac: Callable[[int], str | None]) -> dict[str, Any]:
    """The model with the uuid and MACs that are given for those that it lacks."""
    filled = dict(model, uuid=model.get("uuid") or uuid)
    if model.get("vif"):
        numbered = zip(vif_numbers(model["vif"]), model["vif"])
        filled["vif"] = [dict(vif, mac=vif.get("mac") or mac(number)) for number, vif in numbered]
    return filled


def _mac(model: Model, number: int) -> str | None:
    vifs: list[Mapping[str, Any]] = list(model.get("vif") or [])
    return next((vif.get("mac") for own, vif in zip(vif_numbers(vifs), vifs) if own == number), None)
