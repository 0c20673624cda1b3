# SPDX-License-Identifier: GPL-3.0-or-later
"""Which device model an HVM guest has: the one that is named, or the one that libxl takes."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

TRADITIONAL, UPSTREAM, NO_MODEL = "qemu-xen-traditional", "qemu-xen", "none"
TRADITIONAL_GONE = Release(4, 21)


def device_model_of(named: str | None, in_stubdomain: bool, release: Release | None) -> str | None:
    """A stub domain runs the traditional one while there is one (libxl_create.c of 4.5.0, 4.20.4 and 4.21.2).

    None where that depends on the release, and none is known.
    """
    if named or not in_stubdomain:
        return named or UPSTREAM
    if release is None:
        return None
    return TRADITIONAL if release < TRADITIONAL_GONE else UPSTREAM
