# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate of an interface: ``10Mb/s@20ms`` to xl, bytes in an interval to libxl."""

from __future__ import annotations

import re

RATE = re.compile(r"([1-9][0-9]{0,9})([GMK]?)([Bb])/s(?:@([1-9][0-9]{0,9})([mu]?s?))?")
# xl reads both numbers with strtoull() of base 0, to which a zero in front says octal (libxlu_vif.c, 4.5.0 to 4.22.0).
# One of which it can read nothing but zeros it refuses.
ZERO_IN_FRONT = re.compile(r"(?:^|@)0")
NO_ZERO = "(?:0+[1-7]|[1-9])[0-9]*"
READ_BY_XL = re.compile(rf"{NO_ZERO}[GMK]?[Bb]/s(?:@{NO_ZERO}[mu]?s?)?")
FACTORS = {"": 1, "K": 1000, "M": 1000**2, "G": 1000**3}
MICROSECONDS = {"us": 1, "u": 1, "ms": 1000, "m": 1000, "s": 1000**2, "": 1000**2}
DEFAULT_INTERVAL = 50_000
LARGEST = 2**32 - 1
LARGEST_PRODUCT = 2**64 - 1


def rate_in_json(rate: str) -> tuple[int, int]:
    """Bytes per interval and the interval in microseconds. What xl would not take for a rate is a ValueError."""
    match = RATE.fullmatch(rate)
    if match is None:
        raise ValueError(f"{rate!r} is no rate")
    amount, factor, unit, interval, interval_unit = match.groups()
    bytes_per_second = int(amount) * FACTORS[factor] // (8 if unit == "b" else 1)
    microseconds = int(interval) * MICROSECONDS[interval_unit] if interval else DEFAULT_INTERVAL
    if int(amount) > LARGEST or microseconds > LARGEST or bytes_per_second * microseconds > LARGEST_PRODUCT:
        raise ValueError(f"{rate!r} is more than xl can count")
    return bytes_per_second * microseconds // 1_000_000, microseconds


def is_octal(rate: str) -> bool:
    """Whether xl takes it for a rate, and for another than it seems: 010Mb/s has 8 Mbit/s."""
    return ZERO_IN_FRONT.search(rate) is not None and READ_BY_XL.fullmatch(rate) is not None


def rate_from_json(bytes_per_interval: int, microseconds: int) -> str:
    """The rate in bytes per second, with the interval where it is not xl's own.

    Rounded up, for xl rounds down; in larger units from 4 GB/s on, as far as xl counts, and in bits if need be.
    """
    interval = "" if microseconds == DEFAULT_INTERVAL else f"@{microseconds}us"
    if not microseconds:
        return f"0B/s{interval}"
    per_second = -(-bytes_per_interval * 1_000_000 // microseconds)
    rates = [
        f"{amount}{factor}{unit}/s{interval}"
        for unit, bits in (("B", 1), ("b", 8))
        for factor, size in FACTORS.items()
        for amount in [max(1, -(-per_second * bits // size))]
        if amount <= LARGEST
    ] or [f"{LARGEST}GB/s{interval}"]
    return next((rate for rate in rates if _counts(rate, bytes_per_interval)), rates[0])


def _counts(rate: str, bytes_per_interval: int) -> bool:
    try:
        return rate_in_json(rate)[0] == bytes_per_interval
    except ValueError:
        return False
