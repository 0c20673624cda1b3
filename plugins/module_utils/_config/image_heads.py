# SPDX-License-Identifier: GPL-3.0-or-later
"""What the first bytes of an image say of it. Nothing that they name is opened."""

from __future__ import annotations

import re
import struct

from ansible_collections.xlops.xen.plugins.module_utils._schema.storage_spec import QCOW2, VHD

# docs/interop/qcow2.txt of QEMU: magic, version, where the name of the backing file is, its length, cluster bits, size.
QCOW2_MAGIC = b"QFI\xfb"
QCOW2_HEAD = struct.Struct(">4sIQIIQ")
VHD_MAGIC = b"conectix"

# ECMA-119, 8.4: the volume descriptor is sector 16, and has an identifier of the application, 128 bytes from 574 on.
APPLICATION = slice(16 * 2048 + 574, 16 * 2048 + 574 + 128)
SEED_MARK = re.compile(rb"XLOPS-XEN ([0-9A-Fa-f]{64}) *")


def image_format(head: bytes) -> str:
    if head.startswith(QCOW2_MAGIC):
        return QCOW2
    return VHD if head.startswith(VHD_MAGIC) else ""


def image_size(head: bytes, form: str, length: int) -> int | None:
    """The size that a guest sees. That of a VHD is rounded up to whole cylinders by who makes it, so it is not told."""
    if form == QCOW2 and len(head) >= QCOW2_HEAD.size:
        return int(QCOW2_HEAD.unpack_from(head)[-1])
    return None if form else length


def seed_mark(digest: str) -> str:
    """What a seed of ours carries as the identifier of its application."""
    return f"XLOPS-XEN {digest.upper()}"


def seed_digest(head: bytes) -> str:
    """Of the contents of a seed that was made here; else empty."""
    found = SEED_MARK.fullmatch(head[APPLICATION])
    return found[1].decode().lower() if found else ""
