# SPDX-License-Identifier: GPL-3.0-or-later
"""Tar archives, unpacked so that nothing in them can reach outside of the directory, or stand for more than it shows.

Written out, because the filters of tarfile are younger than some hosts' Python. What is unpacked here was verified
before; this is for the day on which the signer is the attacker, and for archives that were cut short.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import posixpath
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, NoReturn, cast

from ansible_collections.xlops.xen.plugins.module_utils._build.errors import UnsafeArchive

# Many times what Xen with all its sub-sources has.
MOST_MEMBERS = 500_000
MOST_BYTES = 8 << 30
BLOCK = 1 << 20
# Of files whose time no file system keeps.
YOUNGEST = (1 << 32) - 1

OPENERS: dict[bytes, Callable[[str, str], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
}
DAMAGE = (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, OSError)


def unpack(path: str, into: str, *, top: bool) -> int:
    """Unpack into a directory that exists and is empty; return the time of the newest file.

    With ``top`` all is in one directory, which is left out.
    """
    unpacking = _Unpacking(path, into, top)
    with _decompressed(path) as stream:
        try:
            with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8") as archive:
                for member in archive:
                    unpacking.take(archive, member)
            rest = 0
            for block in iter(lambda: stream.read(BLOCK), b""):  # only at its very end it says that it is whole
                rest += len(block)
                if rest > MOST_BYTES:
                    raise tarfile.ReadError("there is no end to it")
        except DAMAGE as error:
            if isinstance(error, OSError) and error.errno:  # of this host's disk, not of the archive
                raise
            raise UnsafeArchive(f"it is cut short or damaged ({error})", path, "fetch it again") from None
    if not unpacking.names:
        raise UnsafeArchive("there is nothing in it", path)
    unpacking.finish()
    return unpacking.newest


@contextmanager
def _decompressed(path: str) -> Iterator[IO[bytes]]:
    with open(path, "rb") as file:
        start = file.read(8)
    opener = next((opener for magic, opener in OPENERS.items() if start.startswith(magic)), None)
    with cast("IO[bytes]", opener(path, "rb") if opener else open(path, "rb")) as stream:
        yield stream


class _Unpacking:
    def __init__(self, path: str, into: str, top: bool) -> None:
        self._path = path
        self._into = into
        self._top = top
        self._top_name = ""
        self._left = MOST_BYTES
        self._links: dict[str, str] = {}
        self.names: set[str] = set()
        self.newest = 0

    def take(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        name = self._inside(member.name, member)
        if not name:
            return
        target = os.path.join(self._into, name)
        if not member.isdir() and (name in self.names or os.path.lexists(target)):
            self._refuse(member, "is in it twice")
        if len(self.names) >= MOST_MEMBERS:
            self._refuse(member, f"is beyond the first {MOST_MEMBERS} entries")
        self.names.add(name)
        self._directory(posixpath.dirname(name), member)
        if member.isdir():
            self._directory(name, member)
        elif member.issym():
            self._links[name] = self._inside_link(name, member)
        elif member.islnk():
            self._hard_link(name, target, member)
        elif member.isreg():
            self._file(archive, member, target)
        else:
            self._refuse(member, "is neither a file nor a directory nor a link")

    def finish(self) -> None:
        """Links come last, so that nothing that was unpacked can have gone through one."""
        for name, to in self._links.items():
            os.symlink(to, os.path.join(self._into, name))
        root = os.path.realpath(self._into)
        for name, to in self._links.items():  # each leads inside by its words; through one another they might not
            if os.path.commonpath([root, os.path.realpath(os.path.join(self._into, name))]) != root:
                raise UnsafeArchive(f"{name!r} in it leads outside, to {to}", self._path, "do not use this archive")

    def _inside(self, name: str, member: tarfile.TarInfo) -> str:
        """The path of a member inside of the tree; nothing for the tree itself."""
        if name.startswith("/") or ".." in name.split("/") or "\0" in name:
            self._refuse(member, "would be written outside")
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if self._top and parts:
            self._top_name = self._top_name or parts[0]
            if parts[0] != self._top_name or (len(parts) == 1 and not member.isdir()):
                self._refuse(member, f"is not in {self._top_name}, as all else is")
            del parts[0]
        if parts[:1] == [".git"]:
            self._refuse(member, "would make a repository of the tree")
        return "/".join(parts)

    def _directory(self, name: str, member: tarfile.TarInfo) -> None:
        path = self._into
        for part in name.split("/") if name else ():
            path = os.path.join(path, part)
            if not os.path.isdir(path):
                try:
                    os.mkdir(path, 0o755)
                except FileExistsError:
                    self._refuse(member, "is below something that is no directory")
        walked = name
        while walked:
            if walked in self._links:
                self._refuse(member, "is below a link")
            walked = posixpath.dirname(walked)

    def _inside_link(self, name: str, member: tarfile.TarInfo) -> str:
        to = member.linkname
        reached = posixpath.normpath(posixpath.join("/", posixpath.dirname(name), to))
        depth = len([part for part in posixpath.dirname(name).split("/") if part])
        for part in to.split("/"):
            depth += -1 if part == ".." else 0 if part in ("", ".") else 1
            if depth < 0:
                self._refuse(member, f"leads outside, to {to}")
        if to.startswith("/") or not to or reached.split("/")[1] == ".git":
            self._refuse(member, f"leads outside, to {to}")
        return to

    def _hard_link(self, name: str, target: str, member: tarfile.TarInfo) -> None:
        source = self._inside(member.linkname, member)
        full = os.path.join(self._into, source)
        if source not in self.names or os.path.islink(full) or not os.path.isfile(full):
            self._refuse(member, f"is a link to {member.linkname}, which is no file before it")
        os.link(full, target, follow_symlinks=False)

    def _file(self, archive: tarfile.TarFile, member: tarfile.TarInfo, target: str) -> None:
        self._left -= member.size
        if self._left < 0:
            self._refuse(member, f"makes it larger than {MOST_BYTES >> 30} GiB")
        source = archive.extractfile(member)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(target, flags, 0o755 if member.mode & 0o100 else 0o644), "wb") as file:
            while source:
                block = source.read(BLOCK)
                if not block:
                    break
                file.write(block)
            if file.tell() != member.size:
                raise tarfile.ReadError("unexpected end of data")
        time = min(max(int(member.mtime), 0), YOUNGEST)
        os.utime(target, (time, time))
        self.newest = max(self.newest, time)

    def _refuse(self, member: tarfile.TarInfo, why: str) -> NoReturn:
        raise UnsafeArchive(f"{member.name!r} in it {why}", self._path, "do not use this archive")
