# SPDX-License-Identifier: GPL-3.0-or-later
"""CPU lists (``0-3,^1``, ``node:0``, ``all``) and the sets of CPU numbers that libxl makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError, Finding, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts

# libxl's CPU sets are whole bytes, so this is the smallest that "all" can mean.
SMALLEST_SET = 8
# Where the host is not known, no CPU number that makes sense is larger.
LARGEST_SET = 1 << 16


def set_size(host: HostFacts) -> int:
    """Bits in a CPU set of the host; numbers beyond are dropped by libxl without a word."""
    return SMALLEST_SET if host.max_cpus is None else -(-host.max_cpus // 8) * 8


def cpu_set(cpu_list: str, host: HostFacts) -> list[int]:
    """The CPU numbers of a list in normal form. Items apply from left to right."""
    chosen = 0  # a bit for each CPU: however often a text names thousands, they cost nothing
    for item in filter(None, cpu_list.split(",")):
        excluded = "^" in item
        prefix, _colon, numbers = item.replace("^", "").rpartition(":")
        if numbers == "all":
            chosen |= _bits(0, set_size(host) - 1)
            continue
        low, _dash, high = numbers.partition("-")
        # A number is never so large that the range itself becomes a burden: the set ends long before.
        first, last = int(low), min(int(high or low), set_size(host) if host.max_cpus is not None else LARGEST_SET)
        cpus = _bits_of_nodes(range(first, last + 1), host, cpu_list) if prefix else _bits(first, last)
        chosen = chosen & ~cpus if excluded else chosen | cpus
    known = chosen if host.max_cpus is None else chosen & _bits(0, set_size(host) - 1)
    return [cpu for cpu, bit in enumerate(reversed(f"{known:b}")) if bit == "1"]


def _bits(first: int, last: int) -> int:
    return ((1 << (last - first + 1)) - 1) << first if first <= last else 0


def _bits_of_nodes(nodes: Sequence[int], host: HostFacts, cpu_list: str) -> int:
    return sum({1 << cpu for node in nodes for cpu in _cpus_of(node, host, cpu_list)})


def _cpus_of(node: int, host: HostFacts, cpu_list: str) -> Sequence[int]:
    if node < len(host.nodes):
        return host.nodes[node]
    problem = Finding(
        ERROR,
        f"{shown(cpu_list)} names NUMA node {node}, and the host has {len(host.nodes) or 'an unknown number'}",
        key="cpus",
        value=cpu_list,
        remedy="name CPUs by number",
    )
    raise ConfigError([problem])


def as_text(cpus: Sequence[int]) -> str:
    """The shortest CPU list of some numbers: ``0-3,6``."""
    return ",".join(ranges(sorted(set(cpus))))


def ranges(numbers: Sequence[int]) -> list[str]:
    """The numbers in their order, what counts up joined: ``["0-3", "6"]``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]


def per_vcpu(cpus: Any, max_vcpus: int, host: HostFacts) -> list[list[int]]:
    """The sets of the virtual CPUs: one text counts for all of them, a list for as many as it names."""
    if isinstance(cpus, str):
        return [cpu_set(cpus, host)] * max_vcpus
    return [cpu_set(one, host) for one in cpus[:max_vcpus]]
