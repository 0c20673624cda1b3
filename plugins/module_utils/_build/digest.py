# SPDX-License-Identifier: GPL-3.0-or-later
"""SHA-256 of files, and of trees: one digest over the names, kinds, executable bits and contents of all in it."""

from __future__ import annotations

import hashlib
import os
import stat

BLOCK = 1 << 20


def of_file(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(BLOCK), b""):
            digest.update(block)
    return digest.hexdigest()


def of_tree(root: str) -> str:
    """Two trees have the same one if they have the same entries. Times and owners do not count."""
    digest = hashlib.sha256()
    for path in sorted(_entries(root), key=os.fsencode):
        full = os.path.join(root, path)
        mode = os.lstat(full).st_mode
        if stat.S_ISLNK(mode):
            kind, content = b"link", os.fsencode(os.readlink(full))
        elif stat.S_ISDIR(mode):
            kind, content = b"directory", b""
        else:
            kind, content = b"program" if mode & stat.S_IXUSR else b"file", of_file(full).encode()
        digest.update(b"\0".join((kind, os.fsencode(path), content)) + b"\n")
    return digest.hexdigest()


def _entries(root: str) -> list[str]:
    found = []
    for directory, directories, files in os.walk(root):
        found += [os.path.relpath(os.path.join(directory, name), root) for name in directories + files]
    return found
