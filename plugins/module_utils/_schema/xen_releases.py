# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of each release of Xen before anything is fetched: where it is, what it must be, who signed it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.plugins.module_utils._schema.xen_releases_table import (
    SUBSOURCE_COMMITS,
    SUBSOURCE_REVISIONS,
    SUPPORT,
    TAGS,
)

REPOSITORY = "https://xenbits.xen.org/git-http/xen.git"
TARBALLS = "https://downloads.xenproject.org/release/xen"
TAG_PREFIX = "RELEASE-"
DEFAULT_TAG = "RELEASE-4.5.0"

# "Xen.org Xen tree code signing", as the signatures since 4.17 name it; all older ones name its last 16 digits.
SIGNING_KEY = "23E3222C145F4475FA8060A783FE14C957E82BD9"

VERSION = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}")


@dataclass(frozen=True)
class Subsource:
    """A source that Xen's build would fetch by itself.

    ``place`` is where the build finds it in the tree of Xen, so that it fetches nothing; ``packed`` names the directory
    inside, where the build wants it as an archive.
    """

    name: str
    url: str
    place: str
    packed: str = ""


SUBSOURCES = {
    one.name: one
    for one in (
        Subsource("qemu-xen", "https://xenbits.xen.org/git-http/qemu-xen.git", "tools/qemu-xen"),
        Subsource(
            "qemu-xen-traditional",
            "https://xenbits.xen.org/git-http/qemu-xen-traditional.git",
            "tools/qemu-xen-traditional",
        ),
        # With "-remote", scripts/git-checkout.sh takes it for its own clone; without, nothing would configure it.
        Subsource("seabios", "https://xenbits.xen.org/git-http/seabios.git", "tools/firmware/seabios-dir-remote"),
        Subsource("ovmf", "https://xenbits.xen.org/git-http/ovmf.git", "tools/firmware/ovmf-dir-remote"),
        Subsource("mini-os", "https://xenbits.xen.org/git-http/mini-os.git", "extras/mini-os"),
        Subsource("ipxe", "https://github.com/ipxe/ipxe.git", "tools/firmware/etherboot/ipxe.tar.gz", packed="ipxe"),
    )
}

# What a patch may be made for -> the directory in the tree of Xen that its paths start from.
COMPONENTS = {"xen": "", **{one.name: one.place for one in SUBSOURCES.values() if not one.packed}}


@dataclass(frozen=True)
class KnownRelease:
    """One release. The days are ISO 8601; ``digest`` is the one that the tag's signature was made with."""

    version: str
    commit: str
    released: str
    digest: str

    @property
    def tag(self) -> str:
        return f"{TAG_PREFIX}{self.version}"


def numbers(version: str) -> tuple[int, ...]:
    """``4.17.5`` as something that can be compared."""
    return tuple(int(part) for part in version.split("."))


def known_release(version: str) -> KnownRelease | None:
    row = TAGS.get(version)
    return KnownRelease(version, *row) if row else None


def version_of_tag(ref: str) -> str:
    """The version that a tag of upstream's names, else nothing."""
    version = ref[len(TAG_PREFIX) :]
    return version if ref.startswith(TAG_PREFIX) and VERSION.fullmatch(version) else ""


def security_support_ends(release: Release) -> str:
    """The last day of security support of a minor release; nothing when it is not known."""
    return SUPPORT.get(str(release), ("", ""))[1]


def tarball_url(mirror: str, version: str) -> str:
    return f"{mirror.rstrip('/')}/{version}/xen-{version}.tar.gz"


def subsource_revision(name: str, version: str) -> str:
    """What a release's own build would check out of a sub-source: a tag or a commit; nothing if it has no such one."""
    started = [since for since in SUBSOURCE_REVISIONS[name] if numbers(since) <= numbers(version)]
    return SUBSOURCE_REVISIONS[name][started[-1]].format(version) if started else ""


def subsource_commit(name: str, revision: str) -> str:
    """The commit that a revision of a sub-source is known to be, else nothing."""
    return revision if re.fullmatch(r"[0-9a-f]{40}", revision) else SUBSOURCE_COMMITS.get(f"{name} {revision}", "")
