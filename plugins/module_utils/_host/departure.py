# SPDX-License-Identifier: GPL-3.0-or-later
"""How guests go: asked, or destroyed. A guest is gone when the host does not list it, whatever xl's exit code says."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import DomainRow
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._host.workers import is_watched
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import Declaration
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation

POLL = 0.5

Watched = Callable[[], bool]  # whether an xl of the guest lives


class Remains(NamedTuple):
    """What is left of a guest: its domain, and whether an xl is there that acts on its end."""

    row: DomainRow
    watched: bool


def stop(host: Host, declaration: Declaration, domain: Domain, watched: Watched) -> bool:
    """Ask a guest to shut down and see it gone. True when it had to be destroyed, which must be allowed, and is not
    done to a guest of which a save is being written.
    """
    end = time.monotonic() + declaration.stop_timeout
    refusal = _ask(host, declaration, domain)
    patience = max(host.settle, end - time.monotonic())
    remains = _now(host, domain, watched) if refusal else _remains(host, domain, watched, patience)
    if remains is None:
        return False
    if remains.row.domid != domain.domid:
        raise GuestError(
            f"it shut down and came back as domain {remains.row.domid}: its on_poweroff is restart; "
            "declare another, let it take effect, and stop it then"
        )
    if not declaration.may_destroy or remains.row.suspended:
        raise GuestError(_left(remains, patience) if remains.row.suspended else refusal or _left(remains, patience))
    leave(host, domain, watched)
    return True


def leave(host: Host, domain: Domain, watched: Watched) -> None:
    """Destroy a domain and see it gone."""
    fault: GuestError | None = None
    try:
        host.xl.destroy(domain.domid)
    except GuestError as error:
        fault = error
    remains = _remains(host, domain, watched, host.settle)
    if remains is not None:
        raise fault or GuestError(
            f"domain {domain.domid} is still there {host.settle:g} s after xl destroy, in state {remains.row.state}: "
            "something on the host holds its memory or its devices"
        )


def discard(host: Host, name: str, uuid: str, before: Observation, spare_watched: bool = False) -> None:
    """Destroy what a failed creation left of a guest: every domain with its uuid that was not there before.

    A guest that dies at once and is set to restart comes back until it is met in between, and may be gone when xl
    destroys it. With ``spare_watched``, our xl has ended without success: then a domain whose xl is alive was made by
    somebody else at the same moment.
    """
    known = {domain.domid for domain in before.domains}
    if spare_watched and is_watched(host.paths, (name,), known):
        return
    deadline = time.monotonic() + host.settle
    while True:
        ours = [row for row in host.table.rows() if row.uuid == uuid and row.domid not in known and not row.dying]
        fault: GuestError | None = None
        for row in ours:
            try:
                host.xl.destroy(row.domid)
            except GuestError as error:
                fault = error
        if not ours and not is_watched(host.paths, (name,), known):
            return
        if time.monotonic() >= deadline:
            again = f"domain {name} comes back again and again; look at {host.paths.logs}/xl-{name}.log"
            raise fault or GuestError(again)
        time.sleep(POLL)


def _ask(host: Host, declaration: Declaration, domain: Domain) -> str:
    """Why the guest did not shut down; empty when it did."""
    try:
        if host.xl.shut_down(domain.domid, declaration.stop_timeout):
            return ""
    except GuestError as refusal:
        return str(refusal)
    return (
        f"it did not shut down within {declaration.stop_timeout} s and is left as it is; "
        "raise stop_timeout, or allow it to be destroyed with destroy: allowed"
    )


def _now(host: Host, domain: Domain, watched: Watched) -> Remains | None:
    row = host.table.find(domain.uuid)
    return None if row is None else Remains(row, watched())


def _remains(host: Host, domain: Domain, watched: Watched, patience: float) -> Remains | None:
    """What is left of a guest when it has had so many seconds to go; None when it is gone and nobody brings it back."""
    deadline = time.monotonic() + patience
    while True:
        alive = watched()  # before the table: who ends now has cleaned up before
        row = host.table.find(domain.uuid)
        came_back = row is not None and row.domid != domain.domid and not row.dying
        kept = row is not None and row.shut_down and not row.suspended and not row.dying and not alive
        if row is not None and (came_back or kept or time.monotonic() >= deadline):
            return Remains(row, alive)
        if row is None and not alive:
            return None
        if time.monotonic() >= deadline:
            raise GuestError("its domain is gone, but the xl process that watched it is not: it may come back")
        time.sleep(POLL)


def _left(remains: Remains, patience: float) -> str:
    row = remains.row
    if not row.shut_down:
        return f"domain {row.domid} is still there in state {row.state} after it said that it had shut down"
    if row.suspended:
        return f"domain {row.domid} is suspended: an xl save or a migration is under way, after which the guest goes on"
    if remains.watched:
        return (
            f"it has shut down, and its xl has not cleaned up after domain {row.domid} within {patience:.0f} s: the "
            "host is slow, or something holds the domain's devices; run again, with a longer stop_timeout"
        )
    return (
        f"it has shut down, and domain {row.domid} was kept (on_poweroff: preserve) with its memory; "
        "allow it to be destroyed with destroy: allowed"
    )
