# SPDX-License-Identifier: GPL-3.0-or-later
"""A distribution's own source package, verified by the distribution's chain: a keyring signs the release file, that has
the digest of the index, that has those of the files. apt walks it, with lists and settings of its own."""

from __future__ import annotations

import glob
import os
import re
from dataclasses import dataclass, replace

from ansible_collections.xlops.xen.plugins.module_utils._build import command, digest
from ansible_collections.xlops.xen.plugins.module_utils._build.cache import Cache
from ansible_collections.xlops.xen.plugins.module_utils._build.declaration import DistributionOrigin
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import NotFetched, NotVerified, UnsafeArchive
from ansible_collections.xlops.xen.plugins.module_utils._build.mirror import mirror_of_host
from ansible_collections.xlops.xen.plugins.module_utils._build.unprivileged import Say

# What apt may not do, whatever this host's own settings allow.
STRICT = (
    "Acquire::AllowInsecureRepositories=false",
    "Acquire::AllowWeakRepositories=false",
    "Acquire::AllowDowngradeToInsecureRepositories=false",
    "APT::Get::AllowUnauthenticated=false",
    "Acquire::Languages=none",
    "Acquire::IndexTargets::deb-src::Contents-deb::DefaultEnabled=false",
    "Acquire::Retries=3",
    "APT::Sandbox::User=",
    "Dir::Cache::pkgcache=",
    "Dir::Cache::srcpkgcache=",
)

# apt's words for a link of the chain that does not hold. Of a mirror on this host, apt 3 says no more than the last.
UNVERIFIED = re.compile(
    r"is not signed|NO_PUBKEY|BADSIG|EXPKEYSIG|REVKEYSIG|signatures were invalid|Hash Sum mismatch|unexpected size|"
    r"Undetermined Error"
)


@dataclass(frozen=True)
class SourcePackage:
    """A source package in the cache. ``sha256`` is that of the .dsc, which has the digests of the other files."""

    description: str
    version: str
    sha256: str


def located(origin: DistributionOrigin) -> DistributionOrigin:
    """With the mirror that this host has, where none is declared."""
    mirror = origin.mirror or mirror_of_host()
    if not mirror:
        raise NotFetched(
            "apt of this host has no mirror of Debian", origin.package, "declare sources.distribution.mirror"
        )
    return replace(origin, mirror=mirror)


def obtain(origin: DistributionOrigin, cache: Cache, say: Say) -> SourcePackage:
    """The source package, fetched by apt if the cache has not got this version."""
    key = [origin.mirror, origin.suite, origin.package, origin.version, *origin.components]
    entry = cache.entry("distribution", key)
    if not (origin.version and os.path.isdir(entry)):
        with cache.new(entry) as fresh:
            _fetch(origin, fresh, say)
    found = glob.glob(os.path.join(glob.escape(entry), "*.dsc"))
    if len(found) != 1:
        raise NotFetched(f"apt left {len(found)} descriptions of {origin.package}", entry, "remove it")
    with open(found[0], encoding="utf-8", errors="replace") as file:
        version = re.search(r"^Version: (\S+)$", file.read(), re.MULTILINE)
    return SourcePackage(found[0], version.group(1) if version else "", digest.of_file(found[0]))


def unpack(package: SourcePackage, into: str, say: Say) -> None:
    """Unpack with the distribution's own patches applied; dpkg-source compares the digests of all files once more."""
    say(f"Unpacking {os.path.basename(package.description)}")
    # It warns that the signature of the maintainer cannot be checked; the one that counts is that of the index.
    done = command.run(["dpkg-source", "--extract", package.description, into], cwd=os.path.dirname(into))
    if not done.ok:
        raise UnsafeArchive(done.complaint, package.description)


def _fetch(origin: DistributionOrigin, into: str, say: Say) -> None:
    where = f"{origin.package} in {origin.suite} of {origin.mirror}"
    if not os.path.isfile(origin.keyring):
        raise NotFetched("there is no such keyring", origin.keyring, "install debian-archive-keyring, or name another")
    state = os.path.join(into, "apt")
    # Of a mirror on this host apt would make links, and what they lead to may change.
    mirror = re.sub(r"^file:", "copy:", origin.mirror)
    for name in ("lists/partial", "archives/partial", "parts"):
        os.makedirs(os.path.join(state, name))
    with open(os.path.join(state, "sources.list"), "w", encoding="utf-8") as file:
        file.write(f"deb-src [signed-by={origin.keyring}] {mirror} {origin.suite} {' '.join(origin.components)}\n")
    places = (
        f"Dir::Etc::sourcelist={state}/sources.list",
        f"Dir::Etc::sourceparts={state}/parts",
        f"Dir::Etc::trusted={state}/none",
        f"Dir::Etc::trustedparts={state}/parts",
        f"Dir::State::lists={state}/lists",
        f"Dir::Cache::archives={state}/archives",
        "Dir::State::status=/dev/null",
    )
    apt = ["apt-get", "--quiet", *(word for setting in (*STRICT, *places) for word in ("-o", setting))]
    say(f"Reading the signed index of {origin.suite} at {origin.mirror}")
    done = command.run([*apt, "update", "--error-on=any"], env={"DEBIAN_FRONTEND": "noninteractive"})
    _refuse_unless(done, where, "look at the mirror, the suite, the network and the proxy")
    wanted = f"{origin.package}={origin.version}" if origin.version else origin.package
    say(f"Fetching the source package {wanted} of {origin.suite}")
    done = command.run([*apt, "source", "--download-only", "--only-source", wanted], cwd=into)
    _refuse_unless(done, where, "look at the name, the version and the mirror")
    Cache.clear(state)


def _refuse_unless(done: command.Done, where: str, remedy: str) -> None:
    if done.ok:
        return
    if UNVERIFIED.search(done.errors):
        raise NotVerified(done.complaint, where, "the mirror has something that the keyring's owner did not sign")
    raise NotFetched(done.complaint, where, remedy)
