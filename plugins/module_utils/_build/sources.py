# SPDX-License-Identifier: GPL-3.0-or-later
"""From a declaration of sources to a tree that is verified and patched, or to a sentence that says why not."""

from __future__ import annotations

import ctypes
import datetime
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._build import declaration, digest, tree, unprivileged
from ansible_collections.xlops.xen.plugins.module_utils._build import patches as patch_queue
from ansible_collections.xlops.xen.plugins.module_utils._build.cache import Cache
from ansible_collections.xlops.xen.plugins.module_utils._build.declaration import (
    Declared,
    DistributionOrigin,
    FileOrigin,
    GitOrigin,
    Origin,
    TreeOrigin,
)
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import (
    BadDeclaration,
    BuildError,
    Unsupported,
    disk_error,
    printable,
)
from ansible_collections.xlops.xen.plugins.module_utils._build.fetching import Fetching
from ansible_collections.xlops.xen.plugins.module_utils._build.patches import Patch
from ansible_collections.xlops.xen.plugins.module_utils._build.provenance import Provenance
from ansible_collections.xlops.xen.plugins.module_utils._build.unprivileged import Say
from ansible_collections.xlops.xen.plugins.module_utils._schema import xen_releases, xsa_ledger
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

CACHE = "/var/cache/xlops.xen/sources"
# A tree that is being made stands beside where it is to be, as .NAME.RANDOM.partial.
STAGE = "partial"


def identify(sources: Mapping[str, Any], patches: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What determines the tree, as plain data for a fingerprint; reads and fetches nothing.

    Which mirror gives a commit makes no difference. ``version`` is what the declaration says of it, else "".
    """
    declared, patched = declaration.read(sources), patch_queue.read(patches)
    version = _version(declared.origin)
    return {
        "version": version,
        "source": _identity(declared.origin),
        "subsources": {
            name: _identity(declaration.subsource(name, given, version)) if version or _pinned(given) else dict(given)
            for name, given in declared.subsources
        },
        "files": {place: _identity(file) for place, file in declared.files},
        "patches": [
            {"sha256": one.sha256, "component": one.component, "strip": one.strip, "offset": one.offset}
            for one in patched
        ],
    }


def obtain(
    sources: Mapping[str, Any],
    patches: Sequence[Mapping[str, Any]],
    into: str,
    say: Say,
    *,
    user: str = "",
    cache: str = CACHE,
    today: str = "",
) -> Provenance:
    """Make the tree ``into``, which must not exist: whole, verified and patched, or not at all.

    All that touches what strangers made is done as ``user``, if one is named. ``today`` is an ISO 8601 day.
    """
    declared, patched = declaration.read(sources), patch_queue.read(patches)
    day = today or datetime.date.today().isoformat()
    require_acknowledged(sources, today=day)
    version = _version(declared.origin)
    for name, given in declared.subsources if version else ():
        declaration.subsource(name, given, version)
    into = os.path.abspath(into)
    whom = unprivileged.account(user)
    owner = (whom.pw_uid, whom.pw_gid) if whom else (os.geteuid(), os.getegid())
    kept = Cache(os.path.join(cache, user or "own"))
    kept.prepare(*owner)

    def tell(text: str) -> None:
        say(printable(text))  # some of it is what a server said

    with kept.lock("Another run fetches sources: waiting for it", tell):
        if os.path.lexists(into):
            raise BadDeclaration("it exists, and only a new tree is known to be what it must be", into)
        stage = _stage(into, owner)
        try:
            work = partial(_fill, declared, patched, os.path.join(stage, "tree"), kept, day)
            made = Provenance.from_dict(unprivileged.work_as(user, work, tell))
            _settle(stage)
            os.rename(os.path.join(stage, "tree"), into)
        finally:
            Cache.clear(stage)
    tell(f"Xen {made.version} is in {into}: {_in_words(made)}")
    return made


def require_acknowledged(sources: Mapping[str, Any], version: str = "", *, today: str = "") -> None:
    """Raise Unsupported as ``obtain()`` would: for who wants to know it before, as in check mode."""
    declared = declaration.read(sources)
    day = today or datetime.date.today().isoformat()
    acknowledged(version or _version(declared.origin), declared.acknowledged, day)


def acknowledged(version: str, said: bool, day: str) -> None:
    """Refuse a release that gets no security fixes any more, unless the declaration says that this is known."""
    if not version or said:
        return
    release = Release.parse(version)
    ended = xen_releases.security_support_ends(release)
    if ended and ended < day:
        raise Unsupported(
            f"Xen {release} had its last security fixes until {ended}. {xsa_ledger.ledger(version)}",
            "sources",
            "take a newer release, or say acknowledge_unsupported: true",
        )


def _stage(into: str, owner: tuple[int, int]) -> str:
    """A directory beside the tree to be, for its owner alone. What killed runs left there is removed."""
    parent, name = os.path.split(into)
    os.makedirs(parent, mode=0o755, exist_ok=True)
    for entry in os.listdir(parent):
        if re.fullmatch(rf"\.{re.escape(name)}\.[^.]+\.{STAGE}", entry):
            Cache.clear(os.path.join(parent, entry))
    stage = tempfile.mkdtemp(prefix=f".{name}.", suffix=f".{STAGE}", dir=parent)
    os.chown(stage, *owner)
    return stage


def _settle(directory: str) -> None:
    """Have all that was written there on the disk, before something shows that it is whole."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        ctypes.CDLL(None).syncfs(descriptor)
    finally:
        os.close(descriptor)


def _fill(declared: Declared, patched: Sequence[Patch], root: str, cache: Cache, day: str, say: Say) -> dict[str, Any]:
    """Make the tree; what it is comes back as plain data."""
    for directory in (os.path.dirname(root), cache.root):
        if not os.access(directory, os.W_OK | os.X_OK):
            raise BuildError(
                "its user cannot get there", directory, "let the directories above it be open for all (mode 0755)"
            )
    try:
        return _made(declared, patched, root, cache, day, say).as_dict()
    except OSError as error:
        raise disk_error(error, root) from None


def _made(declared: Declared, patched: Sequence[Patch], root: str, cache: Cache, day: str, say: Say) -> Provenance:
    with Fetching(cache, os.path.dirname(root), say) as fetching:
        paths = patch_queue.fetch(patched, cache, say)
        source, epoch = fetching.into(declared.origin, root)
        version, released = tree.version(root)
        promised = _version(declared.origin)
        if promised and promised != version:
            raise BuildError(f"it says of itself that it is Xen {version}, and {promised} was declared", "sources")
        acknowledged(version, declared.acknowledged, day)
        parts = []
        for name, given in declared.subsources:
            parts.append(fetching.subsource(name, declaration.subsource(name, given, version), root))
        parts += [fetching.file(place, file, root) for place, file in declared.files]
        changed = patch_queue.apply(fetching.git, patched, paths, root, say)
        if source.commit:
            tree.name_changeset(root, source.commit, epoch, bool(patched))
        tree.settle_times(root, epoch, changed)
        fixed = {number for patch in patched for number in patch.xsa} | tree.fixed_by_distribution(root)
        release = Release.parse(version)
        return Provenance(
            release=str(release),
            version=version,
            source=source,
            subsources=tuple(parts),
            absent=tuple(_absent(root, version)),
            patches=tuple(patch.as_dict() for patch in patched),
            ledger=xsa_ledger.ledger(version, fixed, released=released).as_dict(),
            supported_until=xen_releases.security_support_ends(release),
            epoch=epoch,
            tree_sha256=digest.of_tree(root),
            changed_by_patches=tuple(changed),
        )


def _absent(root: str, version: str) -> list[str]:
    """The sub-sources that a build of this version would fetch."""
    return [
        one.name
        for one in xen_releases.SUBSOURCES.values()
        if xen_releases.subsource_revision(one.name, version) and not os.path.lexists(os.path.join(root, one.place))
    ]


def _version(origin: Origin) -> str:
    """The version that a declaration promises, else nothing."""
    if isinstance(origin, GitOrigin):
        return xen_releases.version_of_tag(origin.ref)
    return origin.version if isinstance(origin, FileOrigin) else ""


def _pinned(given: Mapping[str, Any]) -> bool:
    return bool(given.get("commit") or given.get("sha256") or given.get("ref"))


def _identity(origin: Origin) -> dict[str, Any]:
    if isinstance(origin, GitOrigin):
        if origin.commit:
            return {"kind": "git", "commit": origin.commit}
        return {"kind": "git", "ref": origin.ref, "keys": declaration.pins(origin.keys)}
    if isinstance(origin, FileOrigin):
        if origin.sha256:
            return {"kind": "archive", "sha256": origin.sha256}
        return {"kind": "archive", "url": origin.url, "keys": declaration.pins(origin.keys)}
    if isinstance(origin, TreeOrigin):
        return {"kind": "tree", "sha256": origin.sha256}
    return {"kind": "distribution", **_of_distribution(origin)}


def _of_distribution(origin: DistributionOrigin) -> dict[str, Any]:
    return {"package": origin.package, "suite": origin.suite, "version": origin.version}


def _in_words(made: Provenance) -> str:
    how = " and ".join(one["by"] for one in made.source.verified)
    ledger = xsa_ledger.Ledger(made.ledger["as_of"], *(tuple(made.ledger[key]) for key in ("fixed", "open", "later")))
    return f"verified by {how}; {len(made.patches)} patches. {ledger}"
