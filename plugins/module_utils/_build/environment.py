# SPDX-License-Identifier: GPL-3.0-or-later
"""The system that a build happens in: the host itself, or a Debian release that mmdebstrap unpacks for it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from ansible_collections.xlops.xen.plugins.module_utils._build.causes import complaints
from ansible_collections.xlops.xen.plugins.module_utils._build.compiler import probe
from ansible_collections.xlops.xen.plugins.module_utils._build.confinement import HOST, Confinement, stream
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._build.mirror import mirror_of_host
from ansible_collections.xlops.xen.plugins.module_utils._build.store import Store, read_json, write_json
from ansible_collections.xlops.xen.plugins.module_utils._host.process import run
from ansible_collections.xlops.xen.plugins.module_utils._plan.build_plan import fingerprint
from ansible_collections.xlops.xen.plugins.module_utils._plan.compiler_choice import suite_for
from ansible_collections.xlops.xen.plugins.module_utils._schema.compiler_knowledge import OF_DISTRIBUTION, Compiler
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

ON_HOST, CHROOT = "host", "chroot"
RECORD = "environment.json"
INSIDE = "/build"  # where the work is in a chroot, the same for every build, so that paths in files are the same
CACHED = "/ccache"  # where the compiler's cache is in a chroot
CCACHE = "ccache"


@dataclass(frozen=True)
class Declared:
    """An environment as it is asked for. Equal ones share a chroot."""

    kind: str
    suite: str = ""
    packages: tuple[str, ...] = ()
    mirror: str = ""

    @property
    def key(self) -> str:
        return fingerprint(self.identity())

    def identity(self) -> dict[str, Any]:
        """What of it changes the result: not where the packages come from."""
        if self.kind == ON_HOST:
            return {"kind": self.kind}
        return {"kind": self.kind, "suite": self.suite, "packages": list(self.packages)}


@dataclass(frozen=True)
class Environment:
    """One that is there."""

    declared: Declared
    root: str
    compiler: Compiler
    packages: Mapping[str, str]  # what is installed, with versions

    @property
    def in_chroot(self) -> bool:
        return self.root != HOST


def declared(options: Mapping[str, Any], release: Release, ccache: bool, distribution: bool = False) -> Declared:
    """From the module's options; the release has its own suite and packages."""
    kind = options.get("kind") or CHROOT
    if kind == ON_HOST:
        return Declared(kind)
    known = suite_for(release)
    packages = {
        *known.packages,
        *(options.get("packages") or ()),
        *([CCACHE] if ccache else ()),
        *(OF_DISTRIBUTION if distribution else ()),
    }
    return Declared(kind, options.get("suite") or known.suite, tuple(sorted(packages)), options.get("mirror") or "")


def find(wanted: Declared, store: Store, compiler: str, confinement: Confinement) -> Environment | None:
    """The environment, if it is there. The host always is."""
    if wanted.kind == ON_HOST:
        return Environment(wanted, HOST, probe(compiler, confinement, "this host"), {})
    directory = store.path("environments", wanted.key)
    found = read_json(os.path.join(directory, RECORD))
    if found is None:
        return None
    root = os.path.join(directory, "root")
    return Environment(wanted, root, probe(compiler, Confinement(root), f"Debian {wanted.suite}"), found["packages"])


def make(wanted: Declared, store: Store, log: IO[bytes], on_line: Callable[[str], None]) -> None:
    """Unpack the Debian release. A killed attempt leaves nothing mounted, for the mounts were its own."""
    if os.geteuid() != 0:
        raise BuildError("a chroot is made by root: become root, or set environment.kind to host")
    if shutil.which("mmdebstrap") is None:
        raise BuildError("this host lacks mmdebstrap, which makes the build's chroot: install the package mmdebstrap")
    with store.making("environments", wanted.key) as work:
        root = os.path.join(work, "root")
        heard: list[str] = []

        def listen(line: str) -> None:
            heard.append(line)
            on_line(line)

        if stream(_within(_mmdebstrap(wanted, root)), log, listen):
            raise BuildError(
                f"mmdebstrap could not make a Debian {wanted.suite}: {' / '.join(complaints(heard[-60:]))}. Where "
                f"the host's "
                "own mirror does not have that release, set environment.mirror"
            )
        for place in (INSIDE, CACHED):
            os.makedirs(root + place, exist_ok=True)
        write_json(os.path.join(work, RECORD), {"declared": wanted.identity(), "packages": _installed(root)})


def _mmdebstrap(wanted: Declared, root: str) -> list[str]:
    mirror = wanted.mirror or mirror_of_host()
    return [
        "mmdebstrap", "--mode=root", "--variant=minbase", "--format=directory",
        f"--include={','.join(wanted.packages)}",
        "--dpkgopt=force-unsafe-io",
        *(f"--dpkgopt=path-exclude=/usr/share/{place}/*" for place in ("doc", "info", "locale", "man")),
        wanted.suite, root, *([mirror] if mirror else []),
    ]  # fmt: skip


def _within(argv: Sequence[str]) -> list[str]:
    """mmdebstrap mounts into what it makes: in a namespace that ends with it, and that ends with us."""
    return [
        *(
            "setpriv",
            "--pdeathsig",
            "KILL",
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child=KILL",
            "--mount-proc",
        ),
        *argv,
    ]


def _installed(root: str) -> dict[str, str]:
    done = run(["dpkg-query", f"--admindir={root}/var/lib/dpkg", "--show", "--showformat=${Package} ${Version}\\n"], 60)
    return dict(line.split(" ", 1) for line in done.output.splitlines())
