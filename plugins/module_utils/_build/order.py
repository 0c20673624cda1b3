# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be built: the module's parameters, typed and completed. Nothing here looks at the host's disk."""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._build.environment import Declared, declared
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._plan import kconfig
from ansible_collections.xlops.xen.plugins.module_utils._plan.configure_arguments import chosen, versioned
from ansible_collections.xlops.xen.plugins.module_utils._schema.configure_options import Value, given
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

PREFIX = "/opt/xen/{version}"
MEMORY_PER_JOB = 512  # MiB: what the largest compilations of Xen take
NAME = re.compile(r"[A-Z][A-Z0-9_]*|[a-z][a-z_]*")
# Variables that the build sets itself; another value would undo what it relies on.
OWN_VARIABLES = {"CC", "HOSTCC", "DESTDIR", "XEN_WHOAMI", "XEN_DOMAIN", "EFI_DIR", "XEN_VENDORVERSION"}


@dataclass(frozen=True)
class Order:
    """One build, as it is asked for."""

    sources: Mapping[str, Any]
    patches: Sequence[Mapping[str, Any]]
    version: str
    release: Release
    preset: str
    options: Mapping[str, Value]
    variables: Mapping[str, str]
    kconfig: Mapping[str, str]
    prefix: str
    vendor: str
    efi: bool
    package: str
    revision: str
    maintainer: str
    environment: Declared
    compiler: str
    untried: bool
    ccache: bool
    jobs: int
    memory: int
    user: str
    account: tuple[int, int] | None
    epoch: int | None
    cache: str
    keep: int
    keep_tree: bool
    rebuild: bool

    @property
    def full_version(self) -> str:
        """What Xen calls itself."""
        return self.version + self.vendor


def order(params: Mapping[str, Any], version: str) -> Order:
    """BuildError or WrongOption where it cannot be meant."""
    try:
        release = Release.parse(version)
    except ValueError as wrong:
        raise BuildError(f"version: {wrong}") from None
    full = version + (params["vendor_version"] or "")
    prefix = (params["prefix"] or PREFIX).replace("{version}", full).rstrip("/")
    if not prefix.startswith("/"):
        raise BuildError(f"prefix is {prefix}: give an absolute path")
    options = chosen(params["preset"], given(params["options"] or {}), release)
    if prefix != "/usr":
        options = versioned(prefix, options, release)
    memory = params["memory"]
    return Order(
        sources=params["sources"],
        patches=params["patches"],
        version=version,
        release=release,
        preset=params["preset"],
        options=options,
        variables=_variables(params["variables"] or {}),
        kconfig=kconfig.read(params["kconfig"] or {}, release),
        prefix=prefix,
        vendor=params["vendor_version"] or "",
        efi=params["efi"],
        package=params["package"],
        revision=params["package_revision"],
        maintainer=params["package_maintainer"],
        environment=declared(
            params["environment"] or {}, release, params["ccache"], bool(params["sources"].get("distribution"))
        ),
        compiler=params["compiler"],
        untried=params["untried"],
        ccache=params["ccache"],
        jobs=params["jobs"] or default_jobs(),
        memory=memory,
        user=params["user"] if os.geteuid() == 0 else "",
        account=_account(params["user"]),
        epoch=params["epoch"],
        cache=params["cache_dir"],
        keep=params["keep"],
        keep_tree=params["keep_tree"],
        rebuild=params["rebuild"],
    )


def default_jobs() -> int:
    """One for each CPU, as long as there is memory for each."""
    available = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    return max(1, min(len(os.sched_getaffinity(0)), available // MEMORY_PER_JOB))


def _variables(declared_variables: Mapping[str, Any]) -> dict[str, str]:
    for name in declared_variables:
        if not NAME.fullmatch(name) or name in OWN_VARIABLES:
            reason = "the build sets it itself" if name in OWN_VARIABLES else "it is no name of a variable of make"
            raise BuildError(f"variables: {name[:40]} cannot be given: {reason}")
    return {name: _text(value) for name, value in declared_variables.items()}


def _text(value: Any) -> str:
    return ("y" if value else "n") if isinstance(value, bool) else str(value)


def _account(name: str) -> tuple[int, int] | None:
    """Who compiles. Only root can become somebody else; for others it is who they are."""
    if os.geteuid() != 0:
        return None
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        raise BuildError(
            f"there is no user {name} on this host, who is to compile: make one (useradd --system {name}), or set user"
        ) from None
    if found.pw_uid == 0:
        raise BuildError("a build does not run as root: set user to somebody without rights")
    return found.pw_uid, found.pw_gid
