# SPDX-License-Identifier: GPL-3.0-or-later
"""What was seen of a host in one reading. Plain data: made by the host's reader, or by hand in a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Callable

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import read_config
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import VcpuRow
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

HEADER = "# Managed by xlops.xen"
# What the lines after the first may say: what the guest is protected against; and a name that it had before, by which
# the xl may be known that watches it.
PROTECTION = "# protect: "
WATCHED_AS = "# watched as: "
MANAGED_MODE = 0o600

# Before, `xl vcpu-list` prints as many bits of an affinity as CPUs are online, and "all" where these are set, whichever
# CPUs are online (print_bitmap with nr_cpus in 4.5.0 to 4.11; max_cpu_id + 1 from 4.12 on).
TELLS_ALL_CPUS = Release(4, 12)


def is_ours(text: str) -> bool:
    return text.split("\n", 1)[0].rstrip() == HEADER


@dataclass(frozen=True)
class Domain:
    """One row of `xl list`, joined by domain id with what `xl list -l` says of it."""

    domid: int
    name: str
    uuid: str
    state: str  # xl's six letters, as "-b----"
    memory: int  # MiB
    config: Mapping[str, Any] | None = None  # libxl's JSON; None: xl cannot read it
    staged: str | None = None  # text that `xl config-update` keeps for the guest's next boot
    stored: str | None = None  # JSON that libxl keeps since it was made, where the plan needs it

    @cached_property
    def made_of(self) -> Mapping[str, Any]:
        """That JSON; nothing where there is none that can be read."""
        try:
            return read_config(self.stored) if self.stored is not None else {}
        except ConfigError:
            return {}

    @property
    def paused(self) -> bool:
        return self.state[2:3] == "p"

    @property
    def shut_down(self) -> bool:
        return self.state[3:4] == "s"

    @property
    def suspended(self) -> bool:
        """Stopped for a moment, as `xl save` and a migration do: its memory is being read, and it goes on if they fail.

        Up to Xen 4.19 the xl that watches it ends at that (4.20 has DOMAIN_RESTART_SUSPENDED), so nothing but this
        letter tells it from a domain that has shut down and was kept.
        """
        return self.shut_down and self.state[4:5] == "s"

    @property
    def dying(self) -> bool:
        return self.state[5:6] == "d"


@dataclass(frozen=True)
class ConfigFile:
    """A guest's file in the configuration directory, whoever wrote it."""

    path: str
    text: str
    mode: int = MANAGED_MODE

    @property
    def managed(self) -> bool:
        return is_ours(self.text)

    @cached_property
    def protection(self) -> tuple[str, ...]:
        """What the guest was protected against when it was declared last."""
        return tuple(word for line in self._stated(PROTECTION) for word in line.split())

    @cached_property
    def watched_as(self) -> tuple[str, ...]:
        """The names that the guest had before, while it ran."""
        return self._stated(WATCHED_AS)

    def _stated(self, subject: str) -> tuple[str, ...]:
        """What the comments at the head of a file of ours say about something."""
        found = []
        for line in self.text.split("\n") if self.managed else ():
            if not line.startswith("# "):
                break
            if line.startswith(subject):
                found.append(line[len(subject) :])
        return tuple(found)


@dataclass(frozen=True)
class Units:
    """The units of guests, as their files are."""

    systemd: bool = False  # whether it runs the host
    standard: str = ""  # what the unit of all guests shall be
    template: str | None = None  # what it is
    drop_ins: Mapping[str, str] = field(default_factory=dict)  # by guest, what is ours
    enabled: frozenset[str] = frozenset()  # names of units of ours that start guests
    files: frozenset[str] = frozenset()  # names in the directory of units

    @property
    def foreign(self) -> bool:
        return self.template is not None and not is_ours(self.template)


@dataclass(frozen=True)
class Observation:
    """Everything one run needs to know of the host."""

    release: Release
    info: Mapping[str, str] = field(default_factory=dict)  # `xl info`
    facts: HostFacts = field(default_factory=HostFacts)
    machine_id: str = ""
    domains: tuple[Domain, ...] = ()
    files: Mapping[str, ConfigFile] = field(default_factory=dict)  # by guest
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by guest: names in auto/ that lead to its file
    units: Units = field(default_factory=Units)
    workers: Mapping[str, int] = field(default_factory=dict)  # by guest: process id of the xl that watches it
    # The same of those whose domain is not there, which is to come or comes back: by the name they were started with.
    awaiting: Mapping[str, int] = field(default_factory=dict)
    changing: Mapping[int, int] = field(default_factory=dict)  # by domain: that of an xl that changes its devices
    leftovers: tuple[str, ...] = field(default=(), compare=False)  # half-written files of a run that died
    # Read only where somebody asks (elsewhere.py), all but the last by domain id.
    vcpus: Mapping[int, Sequence[VcpuRow]] = field(default_factory=dict)
    pools: Mapping[int, str] = field(default_factory=dict)
    schedules: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    schedulers: Mapping[str, str] = field(default_factory=dict)  # by pool

    def worker(self, name: str, former: Iterable[str] = ()) -> int | None:
        """The xl of a guest; before, it may have had other names than the one its file says."""
        file = self.files.get(name)
        names = (name, *former, *(file.watched_as if file is not None else ()))
        return self.workers.get(name) or next((self.awaiting[one] for one in names if one in self.awaiting), None)

    def named(self, name: str) -> tuple[Domain, ...]:
        return self._by_name.get(name, ())

    def with_uuid(self, uuid: str) -> tuple[Domain, ...]:
        return self._by_uuid.get(uuid, ())

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[Domain, ...]]:
        return _grouped(self.domains, lambda domain: domain.name)

    @cached_property
    def _by_uuid(self) -> Mapping[str, tuple[Domain, ...]]:
        return _grouped(self.domains, lambda domain: domain.uuid)

    @property
    def default_pool(self) -> str:
        """The pool of dom0, in which all are who are not put into another."""
        return self.pools.get(0, "Pool-0")

    @property
    def told_cpus(self) -> int | None:
        """How many CPUs, from the first on, `xl vcpu-list` tells affinities to; None where nothing says how many."""
        online = self.info.get("nr_cpus", "")
        highest = self.facts.max_cpus
        if self.release >= TELLS_ALL_CPUS or highest is None or not online.isdigit():
            return highest
        return min(highest, int(online))

    @property
    def free_memory(self) -> int:
        """MiB that xl can give to new guests."""
        return _number(self.info.get("free_memory", ""))


def _grouped(domains: Iterable[Domain], key: Callable[[Domain], str]) -> Mapping[str, tuple[Domain, ...]]:
    groups: dict[str, tuple[Domain, ...]] = {}
    for domain in domains:
        groups[key(domain)] = (*groups.get(key(domain), ()), domain)
    return groups


def _number(text: str) -> int:
    return int(text) if text.strip().isdigit() else 0
