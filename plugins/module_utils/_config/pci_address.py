# SPDX-License-Identifier: GPL-3.0-or-later
"""The address of a PCI device: ``0000:03:00.0`` to xl, its parts to libxl."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

BDF = re.compile(r"(?:([0-9a-fA-F]{1,4}):)?([0-9a-fA-F]{1,2}):([0-9a-fA-F]{1,2})\.([0-7]|\*)")
TOO_HIGH = re.compile(
    r"(?:[0-9a-fA-F]{1,4}:)?[0-9a-fA-F]{1,2}:[0-9a-fA-F]{1,2}\.([89a-fA-F]|[0-9a-fA-F]{2,8})(?:[@,]|$)"
)
ONE_FUNCTION, ALL_FUNCTIONS = 1, 2**32 - 1


def address_in_json(bdf: str) -> dict[str, Any]:
    """Domain, bus, device and function, of which libxl leaves out the zeros, and the mask of functions."""
    match = BDF.fullmatch(bdf)
    if match is None:
        raise ValueError(f"{bdf!r} is no PCI address")
    domain, bus, dev, function = match.groups()
    numbers = {
        "func": 0 if function == "*" else int(function),
        "dev": int(dev, 16),
        "bus": int(bus, 16),
        "domain": int(domain or "0", 16),
    }
    mask = ALL_FUNCTIONS if function == "*" else ONE_FUNCTION
    return {**{key: number for key, number in numbers.items() if number}, "vfunc_mask": mask}


def address_from_json(device: Mapping[str, Any]) -> str:
    function = "*" if device.get("vfunc_mask") == ALL_FUNCTIONS else f"{device.get('func', 0):x}"
    return f"{device.get('domain', 0):04x}:{device.get('bus', 0):02x}:{device.get('dev', 0):02x}.{function}"


def normal_address(bdf: str) -> str:
    """``3:0.0`` as ``0000:03:00.0``"""
    return address_from_json(address_in_json(bdf))


def function_too_high(text: str) -> str:
    """What is wrong with an address such as ``01:00.9``; empty if that is not it."""
    match = TOO_HIGH.match(text)
    too_high = match is not None and int(match.group(1), 16) > 7
    return (
        f"its function, {match.group(1)}, is above 7, the last that a PCI device can have" if match and too_high else ""
    )
