# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is to know of the guests of a host, in a constant number of processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.secrets import hidden_json
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.messages import clean, clean_name, complaint
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import find_program
from ansible_collections.xlops.xen.plugins.module_utils._host.process import run
from ansible_collections.xlops.xen.plugins.module_utils._host.psr import domain_report, read_psr
from ansible_collections.xlops.xen.plugins.module_utils._host.systemd import said, show
from ansible_collections.xlops.xen.plugins.module_utils._plan.backends import Device, read_backends
from ansible_collections.xlops.xen.plugins.module_utils._plan.known import file_model
from ansible_collections.xlops.xen.plugins.module_utils._plan.live import judged
from ansible_collections.xlops.xen.plugins.module_utils._plan.live_view import differences, running_view
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import sight
from ansible_collections.xlops.xen.plugins.module_utils._plan.units import started_by, unit_name
from ansible_collections.xlops.xen.plugins.module_utils._plan.words import Report, differences_report, state_word

CONTROL_DOMAIN, CONTROL_NAME = 0, "Domain-0"
LISTING_LIMIT = 60.0


def guest_facts(host: Host, names: Sequence[str] | None = None, psr: bool = False) -> Report:
    """By name, every guest that is there or has a file; or the named ones, those that do not exist as absent.

    What guests have written is foreign text, wherever it stands.
    """
    _check_names(names, [CONTROL_NAME])
    seen = host.observe()
    _check_names(names, [domain.name for domain in seen.domains if domain.domid == CONTROL_DOMAIN])
    backends = read_backends(_backends_listing())
    found = names if names is not None else _all_names(seen)
    units = _units(found, seen)
    facts = {name: {**_facts(name, seen, backends), "unit": units.get(name)} for name in found}
    caches = read_psr(host.xl, seen.release) if psr else None
    for one in facts.values():
        one["psr"] = domain_report(caches, one["domid"]) if caches else None
    return {clean_name(name): clean(one) for name, one in facts.items()}


def _check_names(names: Sequence[str] | None, others: Sequence[str]) -> None:
    for name in set(names or ()).intersection(others):
        raise GuestError(
            f"names has {clean_name(name)}, the control domain, which is no guest: remove it; "
            "xl_host_info tells of the host, and xl_scheduler of the CPU share of that domain"
        )


def _all_names(seen: Observation) -> list[str]:
    running = {domain.name for domain in seen.domains if domain.domid != CONTROL_DOMAIN and domain.name}
    return sorted(running | set(seen.files))


def _backends_listing() -> str:
    """All backends of the control domain, or nothing where the host cannot list xenstore."""
    program = find_program("xenstore-ls")
    return run([program, "-f", "/local/domain/0/backend"], LISTING_LIMIT).output if program else ""


def _units(names: Sequence[str], seen: Observation) -> dict[str, Report]:
    """By name, what systemd says of the guests that have a unit."""
    units = {name: unit_name(name) for name in names}
    there = seen.units.enabled.union(map(unit_name, seen.units.drop_ins)).intersection(units.values())
    if not there or not seen.units.systemd:
        return {}
    shown = show(["ActiveState", "SubState", "Result", "InvocationID"], there)
    return {name: _unit(unit, shown[unit]) for name, unit in units.items() if unit in shown}


def _unit(name: str, shown: Mapping[str, str]) -> Report:
    """With what xl said, where it has failed."""
    failed = shown.get("ActiveState") == "failed"
    start = shown.get("InvocationID")
    return {
        "name": name,
        "active": shown.get("ActiveState"),
        "sub": shown.get("SubState"),
        "result": shown.get("Result"),
        "said": (complaint(said(start)) or None) if failed and start else None,
    }


def _facts(name: str, seen: Observation, backends: dict[int, list[Device]]) -> Report:
    file = seen.files.get(name)
    sighting = sight(name, None, seen)
    domain = sighting.domain
    return {
        "state": state_word(sighting.presence, file is not None),
        "reason": sighting.reason or None,
        "domid": domain.domid if domain else None,
        "uuid": domain.uuid if domain else (file_model(file) or {}).get("uuid"),
        "memory": domain.memory if domain else None,
        "config": hidden_json(domain.config) if domain and domain.config is not None else None,
        "devices": backends.get(domain.domid, []) if domain else [],
        "file": file.path if file else None,
        "managed": file is not None and file.managed,
        "autostart": bool(started_by(name, seen)),
        "autostart_by": next(iter(started_by(name, seen)), None),
        "monitor": seen.worker(name),
        "staged": domain is not None and domain.staged is not None,
        "pending": _pending(domain, seen),
    }


def _pending(domain: Domain | None, seen: Observation) -> list[Report]:
    """What the guest's file says and the running guest is not."""
    model = file_model(seen.files.get(domain.name)) if domain else None
    view = running_view(domain, model, seen) if domain and model is not None else None
    if model is None or view is None:
        return []
    found = differences(model, canonical(model, seen.release, seen.facts), view.config, seen)
    return differences_report(judged(found, view)[0])
