# SPDX-License-Identifier: GPL-3.0-or-later
"""The guests that are assembled on the controller when an image is built."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._lab.commands import run

ASSEMBLER = ("as", "--64")
LINKER = ("ld", "-m", "elf_x86_64", "--build-id=none")


def assemble_tiny(sources: Path) -> bytes:
    """The idle PV and PVH kernel, from ``tiny.s`` and its linker script ``tiny.lds``."""
    with tempfile.TemporaryDirectory() as work:
        objects, kernel, script = Path(work, "tiny.o"), Path(work, "tiny"), sources / "tiny.lds"
        run([*ASSEMBLER, "-o", str(objects), str(sources / "tiny.s")])
        run([*LINKER, "-T", str(script), "-o", str(kernel), str(objects)])
        return kernel.read_bytes()
