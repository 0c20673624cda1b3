# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate of an interface: ``10Mb/s@20ms`` to xl, bytes in an interval to libxl."""

from __future__ import annotations

import re

RATE = re.compile(r"([1-9][0-9]{0,9})([GMK]?)([Bb])/s(?:@([1-9][0-9]{0,9})([mu]?s?))?")
FACTORS = {"": 1, "K": 1000, "M": 1000**2, "G": 1000**3}
MICROSECONDS = {"us": 1, "u": 1, "ms": 1000, "m": 1000, "s": 1000**2, "": 1000**2}
DEFAULT_INTERVAL = 50_000
LARGEST = 2**32 - 1


def rate_in_json(rate: str) -> tuple[int, int]:
    """Bytes per interval and the interval in microseconds. What xl would not take for a rate is a ValueError."""
    match = RATE.fullmatch(rate)
    if match is None:
        raise ValueError(f"{rate!r} is no rate")
    amount, factor, unit, interval, interval_unit = match.groups()
    bytes_per_second = int(amount) * FACTORS[factor] // (8 if unit == "b" else 1)
    microseconds = int(interval) * MICROSECONDS[interval_unit] if interval else DEFAULT_INTERVAL
    if int(amount) > LARGEST or microseconds > LARGEST:
        raise ValueError(f"{rate!r} is more than xl can count")
    return bytes_per_second * microseconds // 1_000_000, microseconds


def rate_from_json(bytes_per_interval: int, microseconds: int) -> str:
    """The rate in bytes per second, with the interval where it is not xl's own.

    Rounded up, for xl rounds down; in thousands from 4 GB/s on, which is as far as xl can count.
    """
    interval = "" if microseconds == DEFAULT_INTERVAL else f"@{microseconds}us"
    if not microseconds:
        return f"0B/s{interval}"
    amounts = {
        word: max(1, -(-bytes_per_interval * 1_000_000 // (microseconds * factor))) for word, factor in FACTORS.items()
    }
    word = next((word for word, amount in amounts.items() if amount <= LARGEST), "G")
    return f"{amounts[word]}{word}B/s{interval}"
