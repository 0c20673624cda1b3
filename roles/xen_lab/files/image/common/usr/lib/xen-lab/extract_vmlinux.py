# SPDX-License-Identifier: GPL-3.0-or-later
"""extract_vmlinux.py BZIMAGE OUTPUT: the ELF kernel inside a bzImage, as the boot protocol's header describes it.

The toolstack would unpack it at every start of a guest, which takes half a minute under emulation.
"""

from __future__ import annotations

import lzma
import struct
import subprocess
import sys
from pathlib import Path

SETUP_SECTORS = 0x1F1
MAGIC = 0x202
PAYLOAD = 0x248
ELF = b"\x7fELF"


def payload(image: bytes) -> bytes:
    if image[MAGIC : MAGIC + 4] != b"HdrS":
        sys.exit("extract_vmlinux.py: not a bzImage")
    offset, length = struct.unpack_from("<II", image, PAYLOAD)
    start = ((image[SETUP_SECTORS] or 4) + 1) * 512 + offset
    return image[start : start + length]


def unpack(data: bytes) -> bytes:
    if data.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMADecompressor().decompress(data)
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        # The last four bytes are the unpacked size, which zstd takes for trailing garbage.
        return subprocess.run(["zstd", "-q", "-d", "-c"], input=data[:-4], stdout=subprocess.PIPE, check=True).stdout
    sys.exit(f"extract_vmlinux.py: unknown compression {data[:6].hex()}")


kernel = unpack(payload(Path(sys.argv[1]).read_bytes()))
if not kernel.startswith(ELF):
    sys.exit("extract_vmlinux.py: the payload is not an ELF file")
Path(sys.argv[2]).write_bytes(kernel)
