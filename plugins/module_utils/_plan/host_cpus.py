# SPDX-License-Identifier: GPL-3.0-or-later
"""The CPUs of a host, and those that a CPU list in xl's syntax names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.affinity import as_text, cpu_set
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.kinds import NotThisKind, as_cpus
from ansible_collections.xlops.xen.plugins.module_utils._plan.refusal import refusal
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS

Cpus = frozenset[int]


@dataclass(frozen=True)
class HostCpus:
    """All CPUs, and those of each NUMA node."""

    numbers: Cpus
    nodes: tuple[tuple[int, ...], ...] = ()
    told: int | None = None  # the first CPU of which `xl vcpu-list` tells no affinity, where there may be such

    def named(self, text: Any, key: str) -> Cpus:
        """The CPUs of a list, every one of which the host must have."""
        chosen = self._read(checked(text, key))
        if not chosen <= self.numbers:
            raise refusal(
                f"{shown(text)} names CPU {as_text(list(chosen - self.numbers))}, and the host has {self.text()}",
                "name CPUs that it has: see xl info -n",
                key,
                text,
            )
        if not chosen:
            raise refusal(f"{shown(text)} names no CPU", f"name some of {self.text()}", key, text)
        return chosen

    def untold(self, cpus: Cpus) -> Cpus:
        """Those of a pin that cannot be read back; a pin to all CPUs can."""
        return frozenset(cpu for cpu in cpus if self.told is not None and cpu >= self.told and cpus != self.numbers)

    def had(self, text: str) -> Cpus:
        """The CPUs of a list that xl printed."""
        return self.numbers if text == "all" else frozenset() if text == "none" else self._read(text) & self.numbers

    def word(self, cpus: Cpus) -> str:
        """CPUs as `xl vcpu-pin` takes them."""
        return "all" if cpus == self.numbers else cpus_text(cpus) or "none"

    def text(self) -> str:
        return cpus_text(self.numbers)

    def _read(self, text: str) -> Cpus:
        everything = f"0-{max(self.numbers, default=0)}"
        items = [everything if item == "all" else item for item in text.split(",")]
        chosen = frozenset(cpu_set(",".join(items), HostFacts(nodes=self.nodes)))
        return chosen & self.numbers if "all" in text else chosen


def checked(text: Any, key: str) -> str:
    """A CPU list in normal form."""
    try:
        return str(as_cpus(text, OPTIONS["cpus"]))
    except NotThisKind as wrong:
        raise refusal(wrong.message, wrong.remedy or "", key, text) from None


def cpus_text(cpus: Iterable[int]) -> str:
    """``0-3,6``"""
    return as_text(list(cpus))
