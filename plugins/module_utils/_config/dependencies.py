# SPDX-License-Identifier: GPL-3.0-or-later
"""Which guests need which others: those they name, and those that serve their devices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import finding

THIS_DOMAIN = (None, "", "0", "Domain-0")  # a backend that is the host itself

Needs = Mapping[str, Sequence[str]]  # by guest, the names of those it needs


def needed_by(keys: Mapping[str, Any], depends_on: Iterable[str]) -> tuple[str, ...]:
    """The guests that a guest needs. A backend that is given by its number is left out: numbers are not declared."""
    devices = (one for value in keys.values() if isinstance(value, list) for one in value if isinstance(one, Mapping))
    backends = (str(one.get("backend") or "") for one in devices)
    served_by = (name for name in backends if name not in THIS_DOMAIN and not name.isdigit())
    return tuple(dict.fromkeys((*depends_on, *served_by)))


def faults(needs: Needs, leaving: Iterable[str]) -> Iterator[Finding]:
    """What no order can be made of: guests that need themselves, by whatever way, and those that need one that goes."""
    stuck = set(needs) - {name for wave in waves(needs) for name in wave}
    for name in sorted(stuck):
        if stuck.intersection(needs[name]):
            others = ", ".join(one for one in needs[name] if one in stuck)
            message = f"it needs {others}, which in the end needs it"
            yield finding("dependency-circle", message, guest=name, key="depends_on", remedy="break the circle")
    for name, other in bereft(needs, leaving):
        message = f"it needs {other}, which is declared to go"
        remedy = f"let {name} go too, or keep {other}"
        yield finding("dependency-goes", message, guest=name, key="depends_on", value=other, remedy=remedy)


def bereft(needs: Needs, leaving: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The guests that stay while one that they need goes, each with that one."""
    gone = set(leaving)
    for name, wanted in needs.items():
        yield from ((name, other) for other in wanted if name not in gone and other in gone)


def waves(needs: Needs) -> list[list[str]]:
    """The guests in groups: who is in one needs none but those of the groups before. Those in a circle are in none."""
    left = {name: {one for one in wanted if one in needs} for name, wanted in needs.items()}
    found: list[list[str]] = []
    while True:
        free = [name for name, wanted in left.items() if not wanted]
        if not free:
            return found
        found.append(free)
        left = {name: wanted.difference(free) for name, wanted in left.items() if name not in free}


def in_order(needs: Needs, urgency: Callable[[str], int]) -> list[str]:
    """The guests one after the other, each after those it needs; of several that could be next the most urgent one,
    else the first that was named.
    """
    left = {name: {one for one in wanted if one in needs} for name, wanted in needs.items()}
    rank = {name: (urgency(name), place, name) for place, name in enumerate(needs)}
    needing: dict[str, list[str]] = {}
    for name, wanted in left.items():
        for one in wanted:
            needing.setdefault(one, []).append(name)
    free = [rank[name] for name, wanted in left.items() if not wanted]
    heapify(free)
    found: list[str] = []
    while left:
        # In a circle nobody is free, and one of it has to be the first.
        *_urgency, following = heappop(free) if free else min(rank[name] for name in left)
        found.append(following)
        del left[following]
        for name in needing.get(following, ()):
            if name in left:
                left[name].discard(following)
                if not left[name]:
                    heappush(free, rank[name])
    return found
