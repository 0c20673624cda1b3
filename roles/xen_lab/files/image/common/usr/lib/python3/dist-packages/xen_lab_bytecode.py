# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep what Python compiles out of archives.

A module of Ansible comes to a host as an archive of sources, and Python, which keeps the code of files, keeps none of
archives: every task compiles the same sources anew. An emulated processor takes five seconds for that. The code of a
source is kept by the source's content, and its sum is compared before it is used. xen-lab.pth loads this at the start
of every Python; what it cannot read or write is compiled as ever.
"""

import _imp
import marshal
import os
import sys
import zipimport

DIRECTORY = f"/var/cache/xen-lab/bytecode/{sys.implementation.cache_tag}"
KEY = 0x78656E  # of the hash, which is the one that Python names sources by in its own files
SUM_BYTES = 8

_compile = zipimport._compile_source
_latest = {}


def compile_source(path, source):
    """The code of a source in an archive, as zipimport asks for it: twice for each, for its file name and to run it."""
    asked = path, _imp.source_hash(KEY, source)
    if asked not in _latest:
        code = _code(f"{DIRECTORY}/{asked[1].hex()}", path, source)
        _latest.clear()
        _latest[asked] = code
    return _latest[asked]


def _code(kept, path, source):
    try:
        code = _read(kept)
    except (OSError, ValueError):
        code = _compile(path, source)
        _write(kept, marshal.dumps(code))
        return code
    _imp._fix_co_filename(code, path)
    return code


def _read(kept):
    with open(kept, "rb") as file:
        data = file.read()
    if _imp.source_hash(KEY, data[SUM_BYTES:]) != data[:SUM_BYTES]:
        raise ValueError(f"{kept} is damaged")
    return marshal.loads(data[SUM_BYTES:])  # noqa: S302 - the directory is root's alone, as Python's own are


def _write(kept, code):
    """Complete or not at all: another Python may be reading. A full disk, and another user, keep nothing."""
    new = f"{kept}.{os.getpid()}"
    try:
        os.makedirs(DIRECTORY, exist_ok=True)
        with open(new, "wb") as file:
            file.write(_imp.source_hash(KEY, code) + code)
        os.replace(new, kept)
    except OSError:
        if os.path.exists(new):
            os.unlink(new)


zipimport._compile_source = compile_source
