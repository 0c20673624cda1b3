# SPDX-License-Identifier: GPL-3.0-or-later
"""What xl makes of ``firmware``, which for HVM guests may be another way to say ``bios``."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS


def bios_of(firmware: str) -> str | None:
    """The bios of an HVM guest with it, None where it is a path. Any beginning of ``uefi`` will do, be it nothing."""
    if firmware in OPTIONS["bios"].words():
        return firmware
    return "ovmf" if "uefi".startswith(firmware) else None
