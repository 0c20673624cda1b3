# SPDX-License-Identifier: GPL-3.0-or-later
"""A tree of Xen's sources: what version it is, and what is in it that upstream's commits do not say."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterable
from email.utils import formatdate

from ansible_collections.xlops.xen.plugins.module_utils._build.errors import NotFetched, NotVerified, UnsafeArchive

VERSION_FILE = "xen/Makefile"
VERSION = re.compile(
    r"^export XEN_VERSION\s*=\s*(\d+)\n"
    r"export XEN_SUBVERSION\s*=\s*(\d+)\n"
    r"export XEN_EXTRAVERSION\s*\?=\s*(\S*?)(?:\$.*)?$",
    re.MULTILINE,
)
# Read by xen/tools/scmversion, of every release.
CHANGESET_FILE = ".scmversion"
XSA = re.compile(r"\bXSA-(\d+)\b")


def version(tree: str) -> tuple[str, bool]:
    """``4.5.0``, as the tree itself says, and whether that is released: not so 4.20.5-pre, which is 4.20.5 here.

    NotVerified if it is no tree of Xen.
    """
    try:
        with open(os.path.join(tree, VERSION_FILE), encoding="utf-8", errors="replace") as file:
            found = VERSION.search(file.read(1 << 20))
    except OSError:
        found = None
    if found is None:
        raise NotVerified(f"it has no version of Xen in {VERSION_FILE}", "the sources", "these are none of Xen")
    extra = re.match(r"\.(\d+)", found.group(3))
    return f"{found.group(1)}.{found.group(2)}.{extra.group(1) if extra else 0}", "-" not in found.group(3)


def fixed_by_distribution(tree: str) -> set[int]:
    """The XSAs that the changelog of a distribution names, if the tree has one."""
    try:
        with open(os.path.join(tree, "debian/changelog"), encoding="utf-8", errors="replace") as file:
            return {int(number) for number in XSA.findall(file.read(8 << 20))}
    except OSError:
        return set()


def copy(source: str, into: str) -> int:
    """Copy a directory into an empty one, without its repository; return the time of the newest file.

    Links are copied as links, and must lead to something inside.
    """
    if not os.path.isdir(source):
        raise NotFetched("there is no such directory", source)
    root, newest = os.path.realpath(source), 0
    try:
        for directory, directories, files in os.walk(source):
            if directory == source:  # a directory in a clone, a file in a work tree of one
                for entries in (directories, files):
                    entries[:] = [name for name in entries if name != ".git"]
            for name in [*directories, *files]:
                path = os.path.join(directory, name)
                target = os.path.join(into, os.path.relpath(path, source))
                found = os.lstat(path)
                if stat.S_ISLNK(found.st_mode):
                    if os.path.commonpath([root, os.path.realpath(path)]) != root:
                        raise UnsafeArchive(f"{path} leads outside", source)
                    os.symlink(os.readlink(path), target)
                elif stat.S_ISDIR(found.st_mode):
                    os.mkdir(target, 0o755)
                elif stat.S_ISREG(found.st_mode):
                    shutil.copyfile(path, target, follow_symlinks=False)
                    os.chmod(target, 0o755 if found.st_mode & stat.S_IXUSR else 0o644)
                    newest = max(newest, int(found.st_mtime))
                else:
                    raise UnsafeArchive(f"{path} is neither a file nor a directory nor a link", source)
    except OSError as error:
        raise NotFetched(f"it cannot be copied: {error}", source) from None
    return newest


def name_changeset(tree: str, commit: str, epoch: int, patched: bool) -> None:
    """Tell the hypervisor's build the commit, which it would ask git for, and ``xl info`` shows as xen_changeset."""
    path = os.path.join(tree, CHANGESET_FILE)
    if os.path.lexists(path):
        return
    with open(path, "x", encoding="utf-8") as file:
        file.write(f"{formatdate(epoch, usegmt=True)} git:{commit[:12]}{'-patched' if patched else ''}\n")


def settle_times(tree: str, epoch: int, changed: Iterable[str]) -> None:
    """Give every file the time of the sources; those that patches changed are a second younger.

    So two trees of one declaration are alike, and make takes nothing for newer than what it was generated from, but
    that which a patch changed.
    """
    for directory, directories, files in os.walk(tree):
        for name in [*directories, *files]:
            os.utime(os.path.join(directory, name), (epoch, epoch), follow_symlinks=False)
    for name in changed:
        path = os.path.join(tree, name)
        if os.path.lexists(path):
            os.utime(path, (epoch + 1, epoch + 1), follow_symlinks=False)


def newest(tree: str) -> int:
    """The time of the newest file that came with a source package: that of its changelog, which is written last."""
    return int(os.stat(os.path.join(tree, "debian/changelog")).st_mtime)
