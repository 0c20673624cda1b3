# SPDX-License-Identifier: GPL-3.0-or-later
"""What xl makes of ``firmware``, which for HVM guests may be another way to say ``bios``."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS


def bios_of(firmware: str) -> str | None:
    """The bios of an HVM guest with it, None where it is a path. Any beginning of ``uefi`` will do, be it nothing.

    libxl compares the names of a bios in any case, xl its own words letter for letter (xl_parse.c of 4.17.5).
    """
    bios = OPTIONS["bios"].spelling_of(firmware, None)
    if bios in OPTIONS["bios"].words():
        return bios
    return "ovmf" if "uefi".startswith(firmware) else None
