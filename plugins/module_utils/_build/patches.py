# SPDX-License-Identifier: GPL-3.0-or-later
"""The patch queue: a series as data, each with its digest and its reason, applied in order, where it fits exactly.

A patch that only fits with fewer lines of context (fuzz) is refused, as git always does; one that fits at another line
than it says is refused unless the declaration allows for so many lines, because it may have found a like place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._build import digest, download
from ansible_collections.xlops.xen.plugins.module_utils._build.cache import Cache
from ansible_collections.xlops.xen.plugins.module_utils._build.command import Done
from ansible_collections.xlops.xen.plugins.module_utils._build.declaration import (
    COMMIT,
    SHA256,
    file_location,
    without_password,
)
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BadDeclaration, NotVerified, PatchRefused
from ansible_collections.xlops.xen.plugins.module_utils._build.git import Git
from ansible_collections.xlops.xen.plugins.module_utils._build.unprivileged import Say
from ansible_collections.xlops.xen.plugins.module_utils._schema.xen_releases import COMPONENTS

OFFSET = re.compile(r"^Hunk #(\d+) succeeded at \d+ \(offset (-?\d+) lines?\)")
SKIPPED = re.compile(r"^Skipped patch ", re.MULTILINE)
CHECKED = re.compile(r"^Checking patch (.+)\.\.\.$")


@dataclass(frozen=True)
class Patch:
    """One patch of the queue. ``offset`` is how many lines away from where it says it may fit."""

    url: str
    sha256: str
    component: str
    commit: str
    xsa: tuple[int, ...]
    reason: str
    strip: int
    offset: int

    @property
    def name(self) -> str:
        return os.path.basename(without_password(self.url).partition("?")[0])

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name, "sha256": self.sha256, "component": self.component, "commit": self.commit,
            "xsa": list(self.xsa), "reason": self.reason, "strip": self.strip,
        }  # fmt: skip


def read(declared: Sequence[Mapping[str, Any]]) -> tuple[Patch, ...]:
    queue = tuple(_read(one, f"patches[{number}]") for number, one in enumerate(declared or (), 1))
    for patch in queue:
        if queue.count(patch) > 1 or [one.sha256 for one in queue].count(patch.sha256) > 1:
            raise BadDeclaration(f"{patch.name} is in it twice", "patches")
    return queue


def _read(given: Mapping[str, Any], where: str) -> Patch:
    url, path = given.get("url") or "", given.get("path") or ""
    if bool(url) == bool(path):
        raise BadDeclaration("it needs either a url or a path", where)
    sha256, commit = str(given.get("sha256") or "").lower(), str(given.get("commit") or "").lower()
    if not SHA256.fullmatch(sha256):
        raise BadDeclaration("it needs its sha256, 64 hexadecimal digits", where, "sha256sum says it")
    if commit and not COMMIT.fullmatch(commit):
        raise BadDeclaration(f"{commit!r} is not 40 hexadecimal digits", f"{where}.commit")
    component = given.get("component") or "xen"
    if component not in COMPONENTS:
        raise BadDeclaration(f"{component!r} is none of {', '.join(COMPONENTS)}", f"{where}.component")
    xsa, reason = tuple(given.get("xsa") or ()), (given.get("reason") or "").strip()
    if not xsa and not reason:
        raise BadDeclaration("it needs a reason, or the XSA that it fixes", where)
    strip = given.get("strip")
    return Patch(
        file_location(url or path, where), sha256, component, commit, xsa, reason,
        1 if strip is None else int(strip), int(given.get("offset") or 0),
    )  # fmt: skip


def fetch(queue: Sequence[Patch], cache: Cache, say: Say) -> list[str]:
    """Where each patch is, once all of them are there and are what they must be."""
    return [download.obtain(patch.url, cache, _judge(patch), say) for patch in queue]


def _judge(patch: Patch) -> Callable[[str], None]:
    def judge(path: str) -> None:
        found = digest.of_file(path)
        if found != patch.sha256:
            raise NotVerified(
                f"its sha256 is {found}, and pinned is {patch.sha256}",
                without_password(patch.url),
                "look at what changed in it before you pin the new one",
            )

    return judge


def apply(git: Git, queue: Sequence[Patch], paths: Sequence[str], tree: str, say: Say) -> list[str]:
    """Apply all of them, in order; return the files that were changed, as paths in the tree.

    The tree is nobody's yet: if one does not fit, the caller throws it away.
    """
    changed: list[str] = []
    for number, (patch, path) in enumerate(zip(queue, paths), 1):
        say(f"Patch {number} of {len(queue)}: {patch.name}")
        directory = os.path.join(tree, COMPONENTS[patch.component])
        if not os.path.isdir(directory):
            raise PatchRefused(f"{patch.component} is not in the tree", patch.name, "declare it as a sub-source")
        checked = _git_apply(git, patch, path, directory, "--check")
        _refuse_unless_it_fits(git, patch, path, directory, checked)
        done = _git_apply(git, patch, path, directory)
        if not done.ok or SKIPPED.search(done.errors):
            raise PatchRefused(f"it was not applied: {done.complaint}", patch.name)
        changed += [os.path.join(COMPONENTS[patch.component], name) for name in _files(checked)]
    return changed


def _git_apply(git: Git, patch: Patch, path: str, directory: str, *more: str) -> Done:
    return git.run(
        "apply", "--verbose", "--whitespace=nowarn", f"-p{patch.strip}", *more, "--", path, cwd=directory
    )  # fmt: skip


def _refuse_unless_it_fits(git: Git, patch: Patch, path: str, directory: str, checked: Done) -> None:
    if not checked.ok:
        there = _git_apply(git, patch, path, directory, "--check", "--reverse").ok
        raise PatchRefused(
            "all that it does is in the tree already" if there else f"it does not fit: {checked.complaint}",
            patch.name,
            "take it out of the queue" if there else "find out what it was made for, or what must come before it",
        )
    away, hunk, file = max(_offsets(checked), key=lambda found: abs(found[0]), default=(0, 0, ""))
    if abs(away) > patch.offset:
        raise PatchRefused(
            f"hunk {hunk} of {file} fits {away} lines away from where it says",
            patch.name,
            f"see that it is the right place; then say offset: {abs(away)} beside it",
        )


def _offsets(checked: Done) -> Iterator[tuple[int, int, str]]:
    """How many lines away each hunk fits that does not fit where it says: lines, number of the hunk, file."""
    file = ""
    for line in checked.errors.splitlines():
        checking, hunk = CHECKED.match(line), OFFSET.match(line)
        file = checking.group(1) if checking else file
        if hunk:
            yield int(hunk.group(2)), int(hunk.group(1)), file


def _files(checked: Done) -> list[str]:
    """The files that a patch touches. One that is renamed is listed as ``old => new``."""
    found = [match.group(1) for match in map(CHECKED.match, checked.errors.splitlines()) if match]
    return [name.partition(" => ")[2] or name for name in found]
