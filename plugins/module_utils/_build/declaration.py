# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user declares about sources, typed: where they come from and what pins them. Nothing here fetches anything.

The argument spec (``_schema/build_sources_spec.py``) has looked at types; here is what it cannot say.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union
from urllib.parse import urlsplit, urlunsplit

from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BadDeclaration
from ansible_collections.xlops.xen.plugins.module_utils._schema import xen_releases
from ansible_collections.xlops.xen.plugins.module_utils._schema.build_sources_spec import SOURCES
from ansible_collections.xlops.xen.plugins.module_utils._schema.xen_releases import SUBSOURCES

COMMIT = re.compile(r"[0-9a-f]{40}")
SHA256 = re.compile(r"[0-9a-f]{64}")
# Of version 4 or 5. A key id is shorter, and was forged before.
FINGERPRINT = re.compile(r"[0-9A-F]{40}|[0-9A-F]{64}")
# Stricter than git is: nothing that could be an option, a range, a path, or another way to say a commit.
REF = re.compile(r"(?!.*(\.\.|//|\.lock(/|$)|[./]$))[A-Za-z0-9][A-Za-z0-9._+/-]{0,199}")
GIT_URL = re.compile(r"(https?|git|ssh|file)://[^\s-][^\s]*|/[^\s:][^:]*")
FILE_URL = re.compile(r"(https?|file)://[^\s]+")
PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]+")
SUITE = re.compile(r"[a-z][a-z0-9/-]*")
VERSION = re.compile(r"[0-9][A-Za-z0-9.+~:-]*")


@dataclass(frozen=True)
class Key:
    """A public key, in a file or as text, and the fingerprint that it must have."""

    fingerprint: str
    path: str = ""
    text: str = ""

    def material(self) -> bytes:
        if self.text:
            return self.text.encode()
        try:
            with open(self.path, "rb") as file:
                return file.read(1 << 20)
        except OSError as error:
            raise BadDeclaration(f"the key {self.fingerprint} cannot be read: {error}", "keys") from None


@dataclass(frozen=True)
class GitOrigin:
    """``ref`` in the repository at ``url``. ``commit`` is pinned by the user, or known of that release."""

    url: str
    ref: str = ""
    commit: str = ""
    pinned_by: str = ""
    keys: tuple[Key, ...] = ()
    weak: bool = False


@dataclass(frozen=True)
class FileOrigin:
    """An archive at a URL or in a file. ``signature`` is a URL or a file, too."""

    url: str
    sha256: str = ""
    signature: str = ""
    keys: tuple[Key, ...] = ()
    weak: bool = False
    version: str = ""


@dataclass(frozen=True)
class TreeOrigin:
    path: str
    sha256: str


@dataclass(frozen=True)
class DistributionOrigin:
    """A source package, as the signed index of a distribution has it."""

    package: str
    suite: str
    version: str
    mirror: str  # empty: that of this host
    components: tuple[str, ...]
    keyring: str


Origin = Union[GitOrigin, FileOrigin, TreeOrigin, DistributionOrigin]


@dataclass(frozen=True)
class Declared:
    """All of one declaration. ``subsources`` are complete but for what only the version of the tree says."""

    origin: Origin
    subsources: tuple[tuple[str, Mapping[str, Any]], ...]
    files: tuple[tuple[str, FileOrigin], ...]
    acknowledged: bool


def read(sources: Mapping[str, Any]) -> Declared:
    """The declaration, if it can be meant and pins everything; else BadDeclaration."""
    given = [kind for kind in ORIGINS if sources.get(kind) is not None]
    if len(given) > 1:
        raise BadDeclaration(f"{' and '.join(given)} were given, and only one can be", "sources")
    kind = given[0] if given else "git"
    origin = ORIGINS[kind](sources.get(kind) or {})
    subsources = tuple((_subsource_name(one), one) for one in sources.get("subsources") or ())
    names = [name for name, _one in subsources]
    if len(set(names)) != len(names):
        raise BadDeclaration("a sub-source is declared twice", "sources.subsources")
    files = tuple((_place(one["place"]), _file(one, "sources.files")) for one in sources.get("files") or ())
    return Declared(origin, subsources, files, bool(sources.get("acknowledge_unsupported")))


def _git(given: Mapping[str, Any]) -> GitOrigin:
    where = "sources.git"
    ref = given.get("ref") or ("" if given.get("commit") else xen_releases.DEFAULT_TAG)
    release = xen_releases.known_release(xen_releases.version_of_tag(ref))
    origin = git_origin(given, where, xen_releases.REPOSITORY, ref, release.commit if release else "")
    if release and origin.commit != release.commit:
        raise BadDeclaration(
            f"{ref} was released as commit {release.commit}, and {origin.commit} is pinned",
            where,
            "leave one of the two out",
        )
    if not origin.commit and not origin.keys:
        raise BadDeclaration(
            f"nothing says what {ref} must be: it is no release whose commit is known here",
            where,
            "pin its commit, or give keys that its tag is signed with",
        )
    return origin


def git_origin(given: Mapping[str, Any], where: str, url: str, ref: str, known: str) -> GitOrigin:
    """A revision in a repository; ``url``, ``ref`` and the ``known`` commit hold where nothing is given."""
    url = given.get("url") or url
    if not GIT_URL.fullmatch(url):
        raise BadDeclaration(
            f"{without_password(url)!r} is no URL that is fetched from", f"{where}.url", "https, git, ssh, file, a path"
        )
    if ref and not REF.fullmatch(ref):
        raise BadDeclaration(f"{ref!r} is no name of a tag or branch", f"{where}.ref")
    pinned = _pin(given, "commit", COMMIT, where, "40 hexadecimal digits")
    return GitOrigin(
        url, ref, pinned or known, "declaration" if pinned else "release" if known else "",
        keys(given, where), bool(given.get("allow_weak_digest")),
    )  # fmt: skip


def _tarball(given: Mapping[str, Any]) -> FileOrigin:
    where = "sources.tarball"
    version = given.get("version") or ""
    if version and not xen_releases.VERSION.fullmatch(version):
        raise BadDeclaration(f"{version!r} is no version like 4.20.0", f"{where}.version")
    if not (given.get("url") or given.get("path")):
        if not version:
            raise BadDeclaration("it needs a version, a url or a path", where)
        mirror = given.get("mirror") or xen_releases.TARBALLS
        given = {**given, "url": xen_releases.tarball_url(mirror, version)}
    return _file(given, where, version)


def _file(given: Mapping[str, Any], where: str, version: str = "") -> FileOrigin:
    url, path = given.get("url") or "", given.get("path") or ""
    if bool(url) == bool(path):
        raise BadDeclaration("it needs either a url or a path", where)
    location = file_location(url or path, where)
    sha256 = _pin(given, "sha256", SHA256, where, "64 hexadecimal digits")
    trusted = keys(given, where)
    if not sha256 and not trusted:
        raise BadDeclaration("nothing says what it must be", where, "pin its sha256, or give keys that sign it")
    signature = (given.get("signature") or f"{location}.sig") if trusted else ""
    return FileOrigin(
        location, sha256, signature and file_location(signature, f"{where}.signature"), trusted,
        bool(given.get("allow_weak_digest")), version,
    )  # fmt: skip


def file_location(location: str, where: str) -> str:
    """A URL that files are fetched from, or an absolute path."""
    if not (FILE_URL.fullmatch(location) or os.path.isabs(location)):
        raise BadDeclaration(f"{without_password(location)!r} is neither an http(s) URL nor an absolute path", where)
    return location


def _tree(given: Mapping[str, Any]) -> Origin:
    where, path = "sources.tree", given.get("path") or ""
    if not os.path.isabs(path):
        raise BadDeclaration(f"{path!r} is no absolute path", f"{where}.path")
    commit = _pin(given, "commit", COMMIT, where, "40 hexadecimal digits")
    sha256 = _pin(given, "sha256", SHA256, where, "64 hexadecimal digits")
    if bool(commit) == bool(sha256):
        raise BadDeclaration(
            "it needs either the commit of the clone that it is, or the sha256 of the tree", where,
            "give any 64 digits as sha256 to be told the right ones",
        )  # fmt: skip
    return GitOrigin(path, "", commit, "declaration") if commit else TreeOrigin(path, sha256)


def _distribution(given: Mapping[str, Any]) -> DistributionOrigin:
    where = "sources.distribution"
    options = SOURCES["distribution"]["options"]
    filled: dict[str, Any] = {key: given.get(key) or option.get("default") or "" for key, option in options.items()}
    filled["components"] = tuple(filled["components"])
    origin = DistributionOrigin(**filled)
    for key, pattern, value in (
        ("package", PACKAGE, origin.package),
        ("suite", SUITE, origin.suite),
        ("version", VERSION, origin.version or "0"),
        *([("mirror", FILE_URL, origin.mirror)] if origin.mirror else []),
        *(("components", SUITE, one) for one in origin.components),
        ("keyring", re.compile(r"/[^\s\]]+"), origin.keyring),
    ):
        if not pattern.fullmatch(value):
            raise BadDeclaration(f"{value!r} cannot be one", f"{where}.{key}")
    return origin


ORIGINS: dict[str, Callable[[Mapping[str, Any]], Origin]] = {
    "git": _git,
    "tarball": _tarball,
    "tree": _tree,
    "distribution": _distribution,
}


def _subsource_name(given: Mapping[str, Any]) -> str:
    name: str = given.get("name") or ""
    if name not in SUBSOURCES:
        raise BadDeclaration(f"{name!r} is none of {', '.join(SUBSOURCES)}", "sources.subsources")
    return name


def subsource(name: str, given: Mapping[str, Any], version: str) -> Origin:
    """Where a sub-source of a release comes from, and what pins it."""
    where = f"sources.subsources.{name}"
    if given.get("sha256") or given.get("path"):
        return _file(given, where)
    revision = given.get("ref") or ("" if given.get("commit") or not version else revision_of(name, version))
    known = xen_releases.subsource_commit(name, revision)
    ref = "" if COMMIT.fullmatch(revision) else revision
    origin = git_origin(given, where, SUBSOURCES[name].url, ref, known)
    if known and origin.commit != known:
        raise BadDeclaration(f"{revision} is commit {known}, and {origin.commit} is pinned", where)
    if not origin.commit and not origin.keys:
        raise BadDeclaration(
            f"nothing says what its {revision or 'revision'} must be", where, "pin a commit, or a sha256 of an archive"
        )
    return origin


def revision_of(name: str, version: str) -> str:
    revision = xen_releases.subsource_revision(name, version)
    if not revision:
        raise BadDeclaration(f"Xen {version} has no such sub-source", f"sources.subsources.{name}")
    return revision


def keys(given: Mapping[str, Any], where: str) -> tuple[Key, ...]:
    return tuple(_key(one, f"{where}.keys") for one in given.get("keys") or ())


def _key(given: Mapping[str, Any], where: str) -> Key:
    fingerprint = re.sub(r"\s", "", given.get("fingerprint") or xen_releases.SIGNING_KEY).upper()
    if not FINGERPRINT.fullmatch(fingerprint):
        raise BadDeclaration(f"{fingerprint!r} is no full fingerprint", where, "give all 40 hexadecimal digits")
    path, text = given.get("path") or "", given.get("text") or ""
    if bool(path) == bool(text):
        raise BadDeclaration(f"the key {fingerprint} needs either a path or a text", where)
    return Key(fingerprint, path, text)


def _pin(given: Mapping[str, Any], key: str, pattern: re.Pattern[str], where: str, form: str) -> str:
    value = str(given.get(key) or "").lower()
    if value and not pattern.fullmatch(value):
        raise BadDeclaration(f"{value!r} is not {form}", f"{where}.{key}")
    return value


def _place(path: str) -> str:
    """A path inside the tree."""
    if os.path.isabs(path) or os.path.normpath(path) != path or path.split("/")[0] in ("..", ".", ".git"):
        raise BadDeclaration(f"{path!r} is no plain path inside the tree", "sources.files.place")
    return path


def without_password(url: str) -> str:
    """A URL as it may be shown and kept."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def pins(keys_given: Sequence[Key]) -> list[str]:
    return sorted(key.fingerprint for key in keys_given)
