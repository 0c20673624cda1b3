# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration as one value: read off a host, packed into a bundle, and back out of one that may be anybody's.

A bundle of the same files is the same to the last bit: names are sorted, and no time is in it.
"""

from __future__ import annotations

import glob
import gzip
import io
import os
import stat
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import printable
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import CANDIDATE_SUFFIX
from ansible_collections.xlops.xen.plugins.module_utils._schema.kept_configuration import PATTERNS, belongs

FILE_LIMIT = 1 << 20
LIMIT = 64 << 20
# What a tar has beside the contents: a header, and for a long name one more of each kind.
OVERHEAD = 4096


@dataclass(frozen=True)
class Entry:
    """A plain file or, with ``target``, a symbolic link. ``name`` is relative to the root."""

    name: str
    mode: int
    uid: int
    gid: int
    content: bytes = b""
    target: str | None = None


@dataclass(frozen=True)
class Configuration:
    """``left_out``: what belongs and was not read, for it is too large or stands behind a link to a directory."""

    entries: dict[str, Entry]
    left_out: tuple[str, ...] = ()


def gather(root: str) -> Configuration:
    """The files of the table that are there. Links are read as links, and never followed."""
    entries: dict[str, Entry] = {}
    left_out: set[str] = set()
    size = 0
    for name in _names(root):
        entry = None if behind_link(root, name) else _read(root, name)
        if entry is None:
            left_out.add(name)
            continue
        entries[name] = entry
        size += len(entry.content) + OVERHEAD
        if size > LIMIT:
            raise HostError(
                f"the configuration to be kept has more than {LIMIT >> 20} MiB, up to {printable(name)}: move what is "
                "no configuration, such as kernels and images, to another directory than /etc"
            )
    return Configuration(dict(sorted(entries.items())), tuple(sorted(left_out)))


def behind_link(root: str, name: str) -> bool:
    """Whether one of the directories on the way to a file is a link, so that the file is somewhere else, or is none."""
    above = (os.path.join(root or "/", one) for one in _above(name))
    return any(os.path.lexists(path) and (os.path.islink(path) or not os.path.isdir(path)) for path in above)


def packed(entries: dict[str, Entry]) -> bytes:
    """A gzip-compressed tar of the files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT, encoding="utf-8") as archive:
        for entry in entries.values():
            member = tarfile.TarInfo(entry.name)
            member.mode, member.uid, member.gid = entry.mode, entry.uid, entry.gid
            member.size = len(entry.content)
            if entry.target is not None:
                member.type, member.linkname = tarfile.SYMTYPE, entry.target
            archive.addfile(member, io.BytesIO(entry.content))
    return gzip.compress(buffer.getvalue(), mtime=0)


def unpacked(content: bytes, path: str) -> dict[str, Entry]:
    """The files of a bundle. HostError if it could write anything but configuration, or is no bundle."""
    entries: dict[str, Entry] = {}
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            plain = file.read(2 * LIMIT + 1)
        if len(plain) > 2 * LIMIT:
            raise _refused(path, f"it unpacks to more than {2 * LIMIT >> 20} MiB")
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:", encoding="utf-8") as archive:
            for member in archive:
                if member.name in entries:
                    raise _refused(path, f"{printable(member.name)} is in it twice")
                entries[member.name] = _accepted(archive, member, path)
    except (tarfile.TarError, EOFError, OSError, ValueError, zlib.error) as fault:
        raise _refused(path, f"it is no bundle that can be read ({printable(str(fault))})") from None
    for name in entries:
        above = next((one for one in _above(name) if one in entries), None)
        if above:
            raise _refused(path, f"it has {printable(name)} below {printable(above)}, which is no directory")
    return dict(sorted(entries.items()))


def _accepted(archive: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> Entry:
    name = member.name
    shown = printable(name)
    if "\0" in name or any(part in ("", ".", "..") for part in name.split("/")):
        raise _refused(path, f"{shown} is no plain name relative to the root")
    if not belongs(name):
        raise _refused(path, f"{shown} is no configuration that the collection keeps")
    if member.mode & ~0o777 or member.uid < 0 or member.gid < 0:
        raise _refused(path, f"{shown} has the mode {member.mode:o} of {member.uid}:{member.gid}")
    owner = (member.mode, member.uid, member.gid)
    if member.type == tarfile.SYMTYPE:
        if not member.linkname or "\0" in member.linkname:
            raise _refused(path, f"{shown} is a link to nowhere")
        return Entry(name, *owner, target=member.linkname)
    reader = archive.extractfile(member) if member.type == tarfile.REGTYPE else None
    if reader is None:
        raise _refused(path, f"{shown} is neither a plain file nor a symbolic link")
    if member.size > FILE_LIMIT:
        raise _refused(path, f"{shown} has more than {FILE_LIMIT >> 20} MiB")
    content = reader.read()
    if len(content) != member.size:
        raise _refused(path, f"{shown} is cut short")
    return Entry(name, *owner, content)


def _refused(path: str, why: str) -> HostError:
    return HostError(f"{printable(path)} is not restored, and nothing was changed: {why}; name another bundle")


def _above(name: str) -> Iterator[str]:
    parts = name.split("/")
    return ("/".join(parts[:end]) for end in range(1, len(parts)))


def _names(root: str) -> list[str]:
    """Every file and link of the table that is there, relative to the root; candidates of a run are none."""
    found: set[str] = set()
    for pattern in PATTERNS:
        for path in glob.glob(os.path.join(glob.escape(root or "/"), pattern)):
            found.update(os.path.relpath(one, root or "/") for one in _files_of(path))
    return sorted(name for name in found if belongs(name) and not name.endswith(CANDIDATE_SUFFIX))


def _files_of(path: str) -> Iterator[str]:
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISDIR(mode):
            for entry in os.listdir(path):
                yield from _files_of(os.path.join(path, entry))
        elif stat.S_ISREG(mode) or stat.S_ISLNK(mode):
            yield path
    except FileNotFoundError:
        return


def _read(root: str, name: str) -> Entry | None:
    """One of them; None where it is too large, or gone or another thing meanwhile."""
    path = os.path.join(root or "/", name)
    try:
        status = os.lstat(path)
        owner = (stat.S_IMODE(status.st_mode) & 0o777, status.st_uid, status.st_gid)
        if stat.S_ISLNK(status.st_mode):
            return Entry(name, 0o777, *owner[1:], target=os.readlink(path))
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return None
        content = file.read(FILE_LIMIT + 1)
    return None if len(content) > FILE_LIMIT else Entry(name, *owner, content)
