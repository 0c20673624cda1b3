# SPDX-License-Identifier: GPL-3.0-or-later
"""The xl processes that watch guests or build them: they know that a guest that is missing comes back."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._host.files import read_end
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain

LEADERS = 5  # words that may stand before xl: "strace -f xl create"
# With that suffix came the guest, if it came by migration.
LOG = re.compile(r"xl-(?P<name>.+?)(?:--incoming)?\.log(?:\.\d+)?(?: \(deleted\))?")
# Commands that take their time; begun again meanwhile, they would do it twice.
CHANGING = re.compile(r"(?:block|network|pci|vtpm|usbctrl|usbdev)-(?:attach|detach)|cd-(?:insert|eject)")
WATCHES = re.compile(r"\(domid (?P<domid>\d{1,10})\) to die \[pid (?P<pid>\d{1,10})\]")


class Worker(NamedTuple):
    """An xl, with the name that its guest had when it was started: by that its log is called as long as it lives."""

    name: str
    pid: int
    log: str = ""  # where that can be read, also where it was moved away meanwhile
    changes: int | None = None  # the domain whose devices it changes; such an xl has no name


def find_workers(paths: Paths) -> list[Worker]:
    """The monitors (their output is xl's log of the guest), and the xl processes that create guests."""
    found = []
    for process in _processes(paths.processes):
        pid = int(os.path.basename(process))
        name, log = _monitored(process, paths.logs)
        words = [] if name else _words(process)
        name = name or _under_construction(words, paths.config_dir)
        changes = _changed_domain(words)
        if name is not None or changes is not None:
            found.append(Worker(name or "", pid, log, changes))
    return found


def attributed(workers: Sequence[Worker], domains: Iterable[Domain]) -> tuple[dict[str, int], dict[str, int]]:
    """The process ids by guest, of those that watch its domain, and by the name they were started with, of those whose
    domain is not there. Only where the name leaves it open is a log read.
    """
    workers = [worker for worker in workers if worker.name]
    named: dict[str, int] = {}
    for worker in workers:
        named[worker.name] = named.get(worker.name, 0) + 1
    owners = {domain.domid: domain.name for domain in domains}
    names = set(owners.values())
    watching: dict[str, int] = {}
    awaiting: dict[str, int] = {}
    for worker in workers:
        plain = worker.name in names and named[worker.name] == 1
        domid = None if plain else watched_domain(worker)
        owner = owners.get(domid) if domid is not None else worker.name if plain else None
        if owner is None:
            awaiting.setdefault(worker.name, worker.pid)
        else:
            watching.setdefault(owner, worker.pid)
    return watching, awaiting


def changing(workers: Sequence[Worker]) -> dict[int, int]:
    """The process ids of those that change devices, by the domain."""
    return {worker.changes: worker.pid for worker in workers if worker.changes is not None}


def watched_domain(worker: Worker) -> int | None:
    """The domain that a monitor watches, or watched last; None for an xl that has not come to that."""
    said = WATCHES.finditer(read_end(worker.log)) if worker.log else ()
    domids = [int(match["domid"]) for match in said if int(match["pid"]) == worker.pid]
    return domids[-1] if domids else None


def is_watched(paths: Paths, names: Collection[str], others: Collection[int] = ()) -> bool:
    """Whether an xl of a guest lives that has, or had, one of these names, and does not watch one of the others."""
    ours = (worker for worker in find_workers(paths) if worker.name in names)
    return any(watched_domain(worker) not in others for worker in ours)


def _processes(directory: str) -> list[str]:
    return [os.path.join(directory, entry) for entry in os.listdir(directory) if entry.isdigit()]


def _monitored(process: str, logs: str) -> tuple[str | None, str]:
    """The name of the guest whose monitor it is, with the log."""
    for descriptor in ("1", "2"):
        link = f"{process}/fd/{descriptor}"
        try:
            directory, base = os.path.split(os.readlink(link))
        except OSError:  # a process of the kernel, or one that is gone
            break
        match = LOG.fullmatch(base) if directory == logs else None
        if match:
            return match["name"], link
    return None, ""


def _words(process: str) -> list[str]:
    """What an xl was called with, after its own name; nothing for other programs."""
    try:
        with open(f"{process}/cmdline", "rb") as file:
            words = file.read(65536).decode("utf-8", "replace").split("\0")
    except OSError:
        return []
    program = next((place for place, word in enumerate(words[:LEADERS]) if os.path.basename(word) == "xl"), None)
    return [] if program is None else words[program + 1 :]


def _under_construction(words: list[str], config_dir: str) -> str | None:
    """The guest whose file an `xl create` was given, before that xl became its monitor."""
    if "create" not in words or "-N" in words:
        return None
    for word in words:
        directory, base = os.path.split(word)
        if directory == config_dir and base.endswith(".cfg"):
            return base[: -len(".cfg")]
    return None


def _changed_domain(words: list[str]) -> int | None:
    """The domain whose devices an xl changes, as a run of ours calls it: by number."""
    changing = len(words) > 1 and CHANGING.fullmatch(words[0]) and words[1].isdigit()
    return int(words[1]) if changing else None
