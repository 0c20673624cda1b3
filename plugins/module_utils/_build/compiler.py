# SPDX-License-Identifier: GPL-3.0-or-later
"""The compiler, asked what it is."""

from __future__ import annotations

import re

from ansible_collections.xlops.xen.plugins.module_utils._build.confinement import Confinement
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._schema.compiler_knowledge import Compiler

VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")


def probe(name: str, confinement: Confinement, where: str) -> Compiler:
    """Family, full version and target of a compiler. ``where`` tells the user which system it was looked for in."""
    questions = (["--version"], ["-dumpfullversion", "-dumpversion"], ["-dumpmachine"])
    said = [confinement.ask([name, *question]) for question in questions]
    if not all(one.ok for one in said):
        raise BuildError(
            f"{where} has no compiler {name} that works ({said[0].errors.strip() or said[1].errors.strip()}): "
            f"install it, "
            "with make and the headers that Xen needs, or build in a chroot"
        )
    banner, version, target = (one.output.strip() for one in said)
    if not VERSION.fullmatch(version):
        raise BuildError(f"{where}: {name} says that its version is {version[:40]!r}, which is none")
    family = "clang" if "clang" in banner.splitlines()[0].lower() else "gcc"
    return Compiler(family, tuple(int(part) for part in version.split(".")), target)


def record(compiler: Compiler) -> dict[str, object]:
    return {
        "family": compiler.family,
        "version": ".".join(map(str, compiler.version)),
        "target": compiler.target,
    }
