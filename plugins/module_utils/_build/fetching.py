# SPDX-License-Identifier: GPL-3.0-or-later
"""One way for each kind of origin: fetched into the cache, verified, and only then unpacked."""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import IO

from ansible_collections.xlops.xen.plugins.module_utils._build import (
    archive,
    digest,
    distribution,
    download,
    git,
    tree,
    verify,
)
from ansible_collections.xlops.xen.plugins.module_utils._build.cache import Cache
from ansible_collections.xlops.xen.plugins.module_utils._build.declaration import (
    DistributionOrigin,
    FileOrigin,
    GitOrigin,
    Origin,
    TreeOrigin,
    without_password,
)
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import (
    BadDeclaration,
    BuildError,
    NotFetched,
    NotVerified,
    UnsafeArchive,
)
from ansible_collections.xlops.xen.plugins.module_utils._build.provenance import Part
from ansible_collections.xlops.xen.plugins.module_utils._build.unprivileged import Say
from ansible_collections.xlops.xen.plugins.module_utils._schema.xen_releases import SUBSOURCES

# By what a part was verified.
SIGNATURE, COMMIT, SHA256, DISTRIBUTION = "signature", "commit", "sha256", "distribution"


class Fetching(AbstractContextManager["Fetching"]):
    """The ways of one run, with one git and one cache. Everything that is there for a moment is below ``scratch``."""

    def __init__(self, cache: Cache, scratch: str, say: Say) -> None:
        self._scratch = scratch
        self._cache = cache
        self._say = say
        self._stack = ExitStack()

    def __enter__(self) -> Fetching:
        self.git = self._stack.enter_context(git.git(self._scratch))
        return self

    def __exit__(self, *reason: object) -> None:
        self._stack.close()

    def into(self, origin: Origin, root: str, name: str = "xen", place: str = "") -> tuple[Part, int]:
        """Make the directory ``root`` of an origin; what it is, and the time of its newest file."""
        if isinstance(origin, GitOrigin):
            return self._git(origin, root, name, place)
        if isinstance(origin, FileOrigin):
            return self._archive(origin, root, name, place)
        if isinstance(origin, TreeOrigin):
            return self._tree(origin, root, name)
        return self._distribution(origin, root, name)

    def subsource(self, name: str, origin: Origin, root: str) -> Part:
        """Put a sub-source where the build of the tree ``root`` looks for it."""
        place = SUBSOURCES[name].place
        target = self._new(root, place, f"sources.subsources.{name}")
        if not SUBSOURCES[name].packed:
            return self.into(origin, target, name, place)[0]
        if isinstance(origin, GitOrigin):
            return self._packed(origin, target, name)
        if isinstance(origin, FileOrigin):
            return self._kept(origin, target, name, place)
        raise BadDeclaration("it is taken from a repository or an archive", f"sources.subsources.{name}")

    def file(self, place: str, origin: FileOrigin, root: str) -> Part:
        """Put a file where the build of the tree ``root`` looks for it."""
        return self._kept(origin, self._new(root, place, "sources.files"), os.path.basename(place), place)

    def _git(self, origin: GitOrigin, root: str, name: str, place: str) -> tuple[Part, int]:
        with tempfile.NamedTemporaryFile(dir=self._scratch) as packed:
            found = self._exported(origin, packed)
            self._say(f"Unpacking {name}, commit {found.commit}")
            os.mkdir(root, 0o755)
            archive.unpack(packed.name, root, top=False)
        return self._part_of_git(origin, found, name, place), git.commit_time(self.git, found)

    def _packed(self, origin: GitOrigin, target: str, name: str) -> Part:
        with tempfile.TemporaryFile(dir=self._scratch) as plain:
            found = self._exported(origin, plain, SUBSOURCES[name].packed)
            plain.seek(0)
            with open(target, "wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                shutil.copyfileobj(plain, packed)
        return self._part_of_git(origin, found, name, SUBSOURCES[name].place)

    def _exported(self, origin: GitOrigin, packed: IO[bytes], prefix: str = "") -> git.Found:
        """The tree of the commit as an archive."""
        found = git.find(self.git, origin, self._cache, self._say)
        try:
            git.export(self.git, found, packed, prefix)
        except NotFetched as error:  # its commit is there, and not all of its tree
            self._fetch_again(error, found.directory)
            packed.truncate(0)
            packed.seek(0)
            found = git.find(self.git, origin, self._cache, self._say)
            git.export(self.git, found, packed, prefix)
        packed.flush()
        return found

    def _fetch_again(self, error: BuildError, *useless: str) -> None:
        self._say(f"What was fetched before cannot be used: {error}")
        for path in useless:
            self._cache.remove(path)

    def _part_of_git(self, origin: GitOrigin, found: git.Found, name: str, place: str) -> Part:
        verified: list[Mapping[str, str]] = []
        if found.signature:
            verified.append(_signed(found.signature, f"tag {origin.ref}"))
        if origin.commit:
            verified.append({"by": COMMIT, "commit": origin.commit, "pinned": origin.pinned_by})
        return Part(
            name, "git", without_password(origin.url), origin.ref, found.commit, place=place, verified=tuple(verified)
        )

    def _archive(self, origin: FileOrigin, root: str, name: str, place: str) -> tuple[Part, int]:
        path, part = self._verified(origin, name, place)
        self._say(f"Unpacking {name}, {os.path.basename(part.url)}")
        os.mkdir(root, 0o755)
        return part, archive.unpack(path, root, top=True)

    def _kept(self, origin: FileOrigin, target: str, name: str, place: str) -> Part:
        path, part = self._verified(origin, name, place)
        shutil.copyfile(path, target)
        return part

    def _verified(self, origin: FileOrigin, name: str, place: str) -> tuple[str, Part]:
        """The file in the cache, when all holds that was declared of it."""
        signatures: list[verify.Signature] = []
        path = download.obtain(origin.url, self._cache, self._judge(origin, signatures), self._say)
        found = digest.of_file(path)
        verified: list[Mapping[str, str]] = [_signed(one, "the archive") for one in signatures[-1:]]
        if origin.sha256:
            verified.append({"by": SHA256, "sha256": found})
        return path, Part(
            name, "archive", without_password(origin.url), "", "", found, origin.version, place, tuple(verified)
        )

    def _judge(self, origin: FileOrigin, signatures: list[verify.Signature]) -> Callable[[str], None]:
        shown = without_password(origin.url)

        def judge(path: str) -> None:
            found = digest.of_file(path)
            if origin.sha256 and found != origin.sha256:
                raise NotVerified(
                    f"its sha256 is {found}, and pinned is {origin.sha256}", shown,
                    "it was cut short, or is not what you know: do not use it before you know why",
                )  # fmt: skip
            if origin.keys:
                signature = download.obtain(origin.signature, self._cache, lambda _path: None, self._say)
                try:
                    signatures.append(
                        verify.verify(path, signature, origin.keys, shown, self._scratch, weak=origin.weak)
                    )
                except NotVerified:
                    Cache.clear(signature)
                    raise

        return judge

    def _tree(self, origin: TreeOrigin, root: str, name: str) -> tuple[Part, int]:
        self._say(f"Copying {origin.path}")
        os.mkdir(root, 0o755)
        newest = tree.copy(origin.path, root)
        found = digest.of_tree(root)
        if found != origin.sha256:
            raise NotVerified(
                f"its sha256 is {found}, and pinned is {origin.sha256}",
                origin.path,
                "pin it once you have looked at it",
            )
        return Part(name, "tree", origin.path, sha256=found, verified=({"by": SHA256, "sha256": found},)), newest

    def _distribution(self, origin: DistributionOrigin, root: str, name: str) -> tuple[Part, int]:
        origin = distribution.located(origin)
        package = distribution.obtain(origin, self._cache, self._say)
        try:
            distribution.unpack(package, root, self._say)
        except UnsafeArchive as error:  # what was intact when it was fetched is damaged: once more, then
            self._fetch_again(error, os.path.dirname(package.description), root)
            package = distribution.obtain(origin, self._cache, self._say)
            distribution.unpack(package, root, self._say)
        verified = {"by": DISTRIBUTION, "keyring": origin.keyring, "suite": origin.suite}
        part = Part(
            name, "distribution", f"{origin.mirror} {origin.suite} {origin.package}", "", "", package.sha256,
            package.version, verified=(verified,),
        )  # fmt: skip
        return part, tree.newest(root)

    @staticmethod
    def _new(root: str, place: str, where: str) -> str:
        """A path in the tree at which nothing is."""
        target = os.path.join(root, place)
        parent = os.path.dirname(target)
        os.makedirs(parent, mode=0o755, exist_ok=True)
        inside = os.path.commonpath([os.path.realpath(root), os.path.realpath(parent)]) == os.path.realpath(root)
        if os.path.lexists(target) or not inside:
            raise BadDeclaration(f"the sources have a {place} already", where, "leave it out")
        return target


def _signed(signature: verify.Signature, of: str) -> Mapping[str, str]:
    return {"by": SIGNATURE, "key": signature.key, "digest": signature.digest, "of": of}
