# SPDX-License-Identifier: GPL-3.0-or-later
"""What texts spell otherwise than declarations, which are written anew for xl: words in capitals, which xl takes, and
forms that a declaration may have and xl reads otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Callable

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.kinds import (
    CPU_ITEM,
    MAC,
    NotThisKind,
    as_uuid,
    normal_mac,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

# An item between two commas: xl looks for its words at the very start, and strtoul() passes over blanks before a number
# alone (xl_parse.c of 4.17.5, xl_cmdimpl.c of 4.5.0).
CPU_ITEM_OF_XL = re.compile(r"\^?(?:nodes?:)?(?:all|\s*[0-9]+(?:-\s*[0-9]+)?)")

# From here on strtoul() finds the end of each octet; xl of 4.5 takes two characters for one, and skips the third.
MEASURES_OCTETS = Release(4, 6)

# What only xend knows, and the word for what xl makes without it.
OF_XEND = {"vfb": ("type", "vnc")}


def spelled(text: str, option: Option, release: Release | None) -> str:
    """A text as the model has it, or NotThisKind where a declaration could say so and xl of the release could not."""
    text = READ_OF[option.kind](text) if option.kind in READ_OF else text
    fault = FAULTS[option.kind](text, option, release) if option.kind in FAULTS else None
    if fault is not None:
        raise fault
    mark = "!" if text.startswith("!") else ""
    return mark + option.spelling_of(text[len(mark) :], release)


def _fault_of_cpus(text: str, option: Option, release: Release | None) -> NotThisKind | None:
    for item in filter(None, text.split(",")):
        without = "".join(item.split())
        if without != item and not CPU_ITEM_OF_XL.fullmatch(item) and (not without or CPU_ITEM.fullmatch(without)):
            return NotThisKind(f"{shown(text)} has a blank where xl passes over none", "remove the blanks")
    return None


def _fault_of_uuid(text: str, option: Option, release: Release | None) -> NotThisKind | None:
    """libxl leaves it to uuid_parse(), which reads the form of 36 characters alone (libxl_uuid.c, 4.5.0 and 4.17.5)."""
    try:
        normal = as_uuid(text, option)
    except NotThisKind:
        return None  # which is said where the value is examined
    return NotThisKind(f"{shown(text)} has no dashes", f"write {normal}") if text.lower() != normal else None


def _fault_of_mac(text: str, option: Option, release: Release | None) -> NotThisKind | None:
    beginning = MAC.match(text)
    if beginning is not None and beginning.end() < len(text):
        normal = normal_mac(beginning.group())
        return NotThisKind(f"{shown(text)} has more behind six octets", f"write {normal}")
    measured = release is None or release >= MEASURES_OCTETS
    if measured or not MAC.fullmatch(text) or len(text) == len(normal_mac(text)):
        return None
    return NotThisKind(f"{shown(text)} has an octet of one digit", f"write {normal_mac(text)}")


# Behind six octets xl reads no further.
READ_OF: Mapping[str, Callable[[str], str]] = {"mac": str.rstrip}

FAULTS: Mapping[str, Callable[[str, Option, Release | None], NotThisKind | None]] = {
    "cpus": _fault_of_cpus,
    "uuid": _fault_of_uuid,
    "mac": _fault_of_mac,
}
