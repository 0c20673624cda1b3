# SPDX-License-Identifier: GPL-3.0-or-later
"""Is a guest there? Absence is believed only when nothing speaks against it; unknown is never absent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ansible_collections.xlops.xen.plugins.module_utils._config import migration_names
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import did_you_mean
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation


class Presence(str, Enum):
    """What a guest is at this moment."""

    ABSENT = "absent"
    RUNNING = "running"
    PAUSED = "paused"
    HUSK = "husk"  # has shut down and was kept
    SETTLING = "settling"  # on its way from one of these to another, or not readable: hands off


@dataclass(frozen=True)
class Sighting:
    """A guest as it was found: its presence, its domain if there is one, and why it is settling."""

    presence: Presence
    domain: Domain | None = None
    reason: str = ""

    @property
    def settled(self) -> bool:
        return self.presence is not Presence.SETTLING


def sight(name: str, uuid: str | None, seen: Observation, former: Iterable[str] = ()) -> Sighting:
    """Find a guest among the domains, by its name and, where a dying domain has lost its name, by its uuid. Its xl
    may be known by a former name.
    """
    reason = _in_transit(name, uuid, seen, former)
    if reason:
        return Sighting(Presence.SETTLING, next(iter(seen.named(name)), None), reason)
    for domain in seen.named(name):
        return Sighting(_life(domain), domain)
    return Sighting(Presence.ABSENT)


def _life(domain: Domain) -> Presence:
    if domain.shut_down:
        return Presence.HUSK
    return Presence.PAUSED if domain.paused else Presence.RUNNING


def _in_transit(name: str, uuid: str | None, seen: Observation, former: Iterable[str]) -> str:
    for suffix in migration_names.SUFFIXES:
        if seen.named(name + suffix):
            return f"a migration is under way, domain {name}{suffix} exists"
    for domain in seen.with_uuid(uuid) if uuid else ():
        if not domain.name:
            return f"domain {domain.domid}, which was this guest, is being destroyed"
    found = seen.named(name)
    worker = seen.worker(name, former)
    if len(found) > 1:
        return "more than one domain has this name: " + ", ".join(str(domain.domid) for domain in found)
    if not found:
        return f"it is being created or is rebooting, its xl process {worker} is alive" if worker else ""
    (domain,) = found
    if domain.dying:
        return f"domain {domain.domid} is being destroyed"
    if domain.config is None:
        return (
            f"domain {domain.domid} is in 'xl list' and not in 'xl list -l': it is being built, "
            "or another toolstack made it"
        )
    if domain.domid in seen.changing:
        return f"xl process {seen.changing[domain.domid]} is changing the devices of domain {domain.domid}"
    if domain.suspended:
        return (
            f"domain {domain.domid} is suspended: an xl save or a migration is under way; if none is, one that died "
            f"left it so, and xl destroy {domain.domid} removes it"
        )
    if domain.shut_down and worker:
        return f"domain {domain.domid} has shut down and its xl process {worker} is about to act on that"
    return ""


def absence(name: str, seen: Observation) -> str:
    """Why libxl has no configuration of a guest, and what to do."""
    file = seen.files.get(name)
    if file is not None:
        return f"it is not running, and libxl knows running guests alone: what it will be made of is in {file.path}"
    close = did_you_mean(name, tuple(domain.name for domain in seen.domains if domain.domid and domain.name))
    return f"there is no such guest on the host; {f'did you mean {close}?' if close else 'see xl list'}"
