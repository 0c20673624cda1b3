# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a host once: three processes and a few files, whatever the number of guests."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts, XlConf
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import read_domain_list
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_conf import read_xl_conf
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import (
    NO_NAME,
    DomainRow,
    parse_info,
    parse_topology,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.domain_table import DomainTable
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import GuestFiles, read_text
from ansible_collections.xlops.xen.plugins.module_utils._host.guest_units import GuestUnits
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import explain_silence
from ansible_collections.xlops.xen.plugins.module_utils._host.tables import read_tables
from ansible_collections.xlops.xen.plugins.module_utils._host.workers import attributed, changing, find_workers
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import Xl
from ansible_collections.xlops.xen.plugins.module_utils._plan.elsewhere import (
    declared_in,
    needs_what_was_stored,
    tables_for,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

POLL = 1.0


class Host:
    """A Xen host as the engine sees it."""

    def __init__(self, xl: Xl, paths: Paths, settle: float = 0) -> None:
        """``settle``: seconds that a guest may take from one state to another."""
        self.xl = xl
        self.paths = paths
        self.settle = settle
        self.table = DomainTable(xl)

    @property
    def files(self) -> GuestFiles:
        return GuestFiles(self.paths)

    @property
    def units(self) -> GuestUnits:
        return GuestUnits(self.paths, self.xl.path)

    def observe(self, names: Iterable[str] | None = None, keys: Iterable[str] = ()) -> Observation:
        """Read everything, the files of the named guests alone (None: of all guests that have one).

        Of what `xl list -l` does not tell, only what one of ``keys`` needs, or what guests were made with.
        """
        try:
            return self._observe(self.files.names() if names is None else names, keys)
        except HostError as fault:
            raise explain_silence(self.paths, fault, self.xl.path) from None
        except ConfigError as fault:
            raise HostError(str(fault)) from None

    def _observe(self, names: Iterable[str], keys: Iterable[str]) -> Observation:
        information = self.xl.info()
        info = parse_info(information)
        workers_before = find_workers(self.paths)
        configs = {listed.domid: listed.config for listed in read_domain_list(self.xl.list_long())}
        rows = self.table.rows()
        release = release_of(info)
        files = self.files.read(names)
        former = {key for file in files.values() for key in declared_in(file.text)}
        tables = tables_for({*keys, *former}, configs.values(), release)
        domains = tuple(self._domain(row, configs, release) for row in rows)
        # After the tables: a guest that was missing there and is rebooting still has its process. And before them: one
        # that has shut down there and is gone by now was watched, and is not kept.
        workers = find_workers(self.paths)
        watching, awaiting = attributed(workers, domains)
        watching = {**attributed(workers_before, domains)[0], **watching}
        return Observation(
            release=release,
            info=info,
            facts=HostFacts(self.xl_conf(), _max_cpus(info), nodes_of(information)),
            machine_id=(read_text(self.paths.machine_id) or "").strip(),
            domains=domains,
            files=files,
            links=self.files.links(),
            units=self.units.read(names),
            workers=watching,
            awaiting=awaiting,
            changing=changing(workers),
            leftovers=self.files.leftovers(),
            **read_tables(self.xl, tables, release),
        )

    def xl_conf(self) -> XlConf:
        """The host's settings; without the file, xl's own."""
        return read_xl_conf(read_text(self.paths.xl_conf) or "", self.paths.xl_conf)

    def observe_settled(
        self, names: Iterable[str], settled: Callable[[Observation], bool], keys: Iterable[str] = ()
    ) -> Observation:
        """Read until what is seen is settled, or for as long as guests may take."""
        wanted, keys = list(names), set(keys)
        deadline = time.monotonic() + self.settle
        seen = self.observe(wanted, keys)
        while not settled(seen) and time.monotonic() < deadline:
            time.sleep(POLL)
            seen = self.observe(wanted, keys)
        return seen

    def _domain(self, row: DomainRow, configs: dict[int, dict[str, Any]], release: Release) -> Domain:
        config = configs.get(row.domid)
        staged = self.staged(row.domid, row.uuid)
        stored = self.stored(row.domid, row.uuid) if needs_what_was_stored(config, release) else None
        # The table cannot tell every name; the JSON can.
        name = str((config or {}).get("c_info", {}).get("name") or ("" if row.name == NO_NAME else row.name))
        return Domain(row.domid, name, row.uuid, row.state, row.memory, config, staged, stored)

    def staged(self, domid: int, uuid: str) -> str | None:
        """The text that waits for the next boot of a domain, if any."""
        return self._userdata(domid, uuid, "xl")

    def stored(self, domid: int, uuid: str) -> str | None:
        """The JSON that libxl keeps of a domain since it was made; its last byte is a NUL."""
        return self._userdata(domid, uuid, "libxl-json")

    def _userdata(self, domid: int, uuid: str, kind: str) -> str | None:
        texts = (read_text(path) for path in self._userdata_paths(domid, uuid, kind))
        return next((text for text in texts if text is not None), None)

    def forget_staged(self, domid: int, uuid: str) -> None:
        """Let the next boot of a domain be what xl knows of it, for which it has no command."""
        for path in self._userdata_paths(domid, uuid, "xl"):
            with suppress(FileNotFoundError):
                os.unlink(path)

    def _userdata_paths(self, domid: int, uuid: str, kind: str) -> list[str]:
        return [f"{place}/userdata-d.{domid}.{uuid}.{kind}" for place in self.paths.userdata]


def release_of(info: dict[str, str]) -> Release:
    try:
        return Release.parse(info.get("xen_version", ""))
    except ValueError:
        raise HostError("xl info does not say which release of Xen runs: look at its output") from None


def _max_cpus(info: dict[str, str]) -> int | None:
    highest = info.get("max_cpu_id", "")
    return int(highest) + 1 if highest.isdigit() else None


def nodes_of(information: str) -> tuple[tuple[int, ...], ...]:
    """The CPUs of each NUMA node."""
    cpus: dict[int, list[int]] = {}
    for row in parse_topology(information):
        cpus.setdefault(row["node"], []).append(row["cpu"])
    return tuple(tuple(sorted(cpus.get(node, ()))) for node in range(max(cpus, default=-1) + 1))
