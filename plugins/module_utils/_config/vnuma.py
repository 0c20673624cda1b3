# SPDX-License-Identifier: GPL-3.0-or-later
"""The virtual CPUs of virtual NUMA nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def node_vcpus(text: str) -> list[int]:
    """``0-1,4`` of a virtual NUMA node"""
    ranges = [part.partition("-") for part in text.split(",")]
    return [vcpu for low, _dash, high in ranges for vcpu in range(int(low), int(high or low) + 1)]


def vcpus_of_nodes(nodes: Iterable[Mapping[str, Any]]) -> list[int]:
    return sorted(vcpu for node in nodes for vcpu in node_vcpus(node["vcpus"]))
