# SPDX-License-Identifier: GPL-3.0-or-later
"""What kind of guest a configuration makes, by which key a release reads it, and which device model it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, PV, PVH
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

READS_TYPE = Release(4, 10)
"""From here on xl reads type=; before it knew builder= alone."""

TRADITIONAL, UPSTREAM, NO_MODEL = "qemu-xen-traditional", "qemu-xen", "none"
TRADITIONAL_GONE = Release(4, 21)

GENERIC = "generic"
COMPARED = {"type": (HVM, PV, PVH), "builder": (HVM, GENERIC)}
"""The words of the two keys, in the order in which xl compares them."""


IMPLIED = OPTIONS["type"].implied


def guest_type(model: Mapping[str, Any]) -> str:
    return str(model.get("type", IMPLIED))


def reads_type(release: Release | None) -> bool:
    return release is None or release >= READS_TYPE


def type_of_word(word: str, key: str, release: Release | None) -> str:
    """The type that a word of type= or builder= stands for. xl compares no further than the word goes: "h" is hvm too.

    Before 4.10 every other word of builder= is PV. Later releases refuse what they do not know: it comes back as it is.
    """
    found = next((known for known in COMPARED[key] if known.startswith(word)), word)
    if found == GENERIC or (found not in COMPARED[key] and not reads_type(release)):
        return PV
    return found


def device_model_of(named: str | None, in_stubdomain: bool, release: Release | None) -> str | None:
    """A stub domain runs the traditional one while there is one (libxl_create.c of 4.5.0, 4.20.4 and 4.21.2).

    None where that depends on the release, and none is known.
    """
    if named or not in_stubdomain:
        return named or UPSTREAM
    if release is None:
        return None
    return TRADITIONAL if release < TRADITIONAL_GONE else UPSTREAM
