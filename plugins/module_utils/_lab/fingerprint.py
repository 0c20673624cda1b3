# SPDX-License-Identifier: GPL-3.0-or-later
"""Fingerprints of what goes into an image or a state, and of what came out."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BLOCK = 1 << 20


def of_value(value: Any) -> str:
    """The fingerprint of plain data; mappings compare regardless of their order."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:20]


def of_tree(root: Path) -> dict[str, str]:
    """Path below ``root`` -> digest of content and executable bit, for every file of a tree (or the one file it is)."""
    files = [root] if root.is_file() else sorted(path for path in root.rglob("*") if path.is_file())
    return {
        str(path.relative_to(root.parent)): f"{hashlib.sha256(path.read_bytes()).hexdigest()}"
        f"{'+x' if os.access(path, os.X_OK) else ''}"
        for path in files
    }


def of_content(path: Path) -> str:
    """The fingerprint of a file's content. Holes cost nothing, and a hole equals the zeros it stands for."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        for offset in _blocks_with_data(file.fileno(), path.stat().st_size):
            file.seek(offset)
            block = file.read(BLOCK)
            if block.count(0) != len(block):
                digest.update(offset.to_bytes(8, "little"))
                digest.update(block)
    return digest.hexdigest()


def _blocks_with_data(fd: int, size: int) -> Iterator[int]:
    offset = 0
    while offset < size:
        try:
            offset = max(offset, os.lseek(fd, offset, os.SEEK_DATA) // BLOCK * BLOCK)
        except OSError as error:
            if error.errno == errno.ENXIO:  # nothing but a hole up to the end
                return
            raise
        yield offset
        offset += BLOCK
