# SPDX-License-Identifier: GPL-3.0-or-later
"""What a file of `xl save` says of itself: which guest is in it, and whether it is whole.

A header of xl (magic, byte order, flags, length), the guest's configuration as libxl's JSON, then libxl's stream. The
stream has records from Xen 4.6 on, of which the last one is empty.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import unusable
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import found
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import read_config

MAGIC = b"Xen saved domain, xl format\n \0 \r"
BYTE_ORDER = 0x01020304
JSON, RECORDS = 1, 2  # flags: the configuration is JSON; the stream has records
KNOWN = JSON | RECORDS
LARGEST = 1 << 20  # bytes of configuration
NEEDED = 36 + 16 + LARGEST  # of the beginning of a file, at most
LAST_RECORD = bytes(8)


@dataclass(frozen=True)
class SaveFile:
    """A saved guest. ``config`` is libxl's; ``whole`` is None where a file of its release does not tell."""

    config: Mapping[str, Any]
    whole: bool | None

    @property
    def name(self) -> str:
        return str(found(self.config, ("c_info", "name")) or "")

    @property
    def uuid(self) -> str:
        return str(found(self.config, ("c_info", "uuid")) or "")


def read_save_file(beginning: bytes, end: bytes, path: str) -> SaveFile:
    """Read the first bytes of a file, NEEDED of them or all, and its last ones; ConfigError where they are no such."""
    for order in "<>":
        header = struct.Struct(f"{order}32sIIII")
        if len(beginning) < header.size:
            break
        magic, byte_order, mandatory, _optional, length = header.unpack_from(beginning)
        if magic == MAGIC.ljust(32, b"\0")[:32] and byte_order == BYTE_ORDER:
            return _saved(beginning[header.size : header.size + length], order, mandatory, end, path)
    raise unusable(f"{path} is no file of xl save", "give the path of one")


def _saved(data: bytes, order: str, flags: int, end: bytes, path: str) -> SaveFile:
    if flags & ~KNOWN:
        raise unusable(f"{path} has flags that are not known ({flags:#x})", "restore it with the xl that wrote it")
    if not flags & JSON:
        raise unusable(
            f"{path} has its guest's configuration not as JSON, as Xen 4.4 and before wrote it", "use xl restore"
        )
    (length,) = struct.unpack_from(f"{order}I", data) if len(data) >= 4 else (0,)
    if not 0 < length <= min(LARGEST, len(data) - 4):
        raise unusable(f"{path} ends within its guest's configuration, or has none", "look for another copy of it")
    config = read_config(data[4 : 4 + length].rstrip(b"\0").decode("utf-8", "replace"))
    return SaveFile(config, end.endswith(LAST_RECORD) if flags & RECORDS else None)
