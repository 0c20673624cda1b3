# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks between the keys of one guest are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Callable, NamedTuple, Optional

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Model = Mapping[str, Any]


class Objection(NamedTuple):
    """The rule that a key breaks, what xl would make of it, and what to do.

    ``value`` is said where the value alone is at fault, for a template has none yet. ``absent`` are keys, or sub-keys
    as ``disk.format`` and ``disk[0].format``, that the guest does without: of what is there and cannot be read, nothing
    is known.
    """

    rule: str
    key: str
    message: str
    remedy: str
    value: Any = None
    absent: tuple[str, ...] = ()


def said_again(devices: Sequence[Mapping[str, Any]], *keys: str) -> list[int]:
    """Of the devices that say the same with the first of the sub-keys, and with the others too, the last."""
    if len(devices) < 2:
        return []
    said = {
        index: tuple(device.get(key) for key in keys) for index, device in enumerate(devices) if device.get(keys[0])
    }
    counts = Counter(said.values())
    return sorted({value: index for index, value in said.items() if counts[value] > 1}.values())


Check = Callable[[Model, Optional[Release]], Iterator[Objection]]
"""A check looks at a model on its way to a release; without a release it says only what it says to all of them."""
