# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that stand in for others during make: the compiler in one word, and what puts time and place into files.

Upstream's firmware Makefile passes CC=$(CC) without quotes, so that a compiler of several words would be read as flags
of make.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence

from ansible_collections.xlops.xen.plugins.module_utils._build.confinement import SEARCH_PATH
from ansible_collections.xlops.xen.plugins.module_utils._plan.compiler_choice import Needs

HEAD = "#!/bin/sh\n# Made by xlops.xen for one build.\nPATH=" + SEARCH_PATH + "\n"

# Source names are compared as whole words of the command line, with or without a directory.
# Python links its extensions by itself, without what upstream's --enable-rpath gives everything else.
EXTENSION = """case " $* " in *\\ -shared\\ *) set -- "$@" {flag} ;; esac
"""
OBJECT = """case " $* " in *[\\ /]{source}\\ *) set -- {flags} "$@" ;; esac
"""
COMPILER = """exec {compiler} "$@"{flags}
"""

STAND_INS = {
    # A date that was asked for is left alone.
    "date": """for word; do case $word in -[drs]*|--date*|--reference*|--set*|--file*) exec date "$@" ;; esac; done
exec date -u -d "@$SOURCE_DATE_EPOCH" "$@"
""",
    "gzip": """exec gzip -n "$@"
""",
    "hostname": """echo xen-build
""",
    # The image for EFI has the time of its making in its head, whatever SOURCE_DATE_EPOCH says, in older binutils.
    "ld": """case " $* " in *\\ -mi386pep\\ *) exec ld --no-insert-timestamp "$@" ;; esac
exec ld "$@"
""",
    # Of "iasl -p PREFIX -tc FILE": the array in PREFIX.hex gets the name that Makefiles of the time expect.
    "iasl": """iasl "$@" || exit
prefix=
while [ $# -gt 1 ]; do [ "$1" = -p ] && prefix=$2; shift; done
[ ! -f "$prefix.hex" ] || sed -i s/_aml_code//g "$prefix.hex"
""",
}

PROGRAM = 0o755
HYPERVISOR, TOOLS = "cc-hypervisor", "cc-tools"


def compiler_text(compiler: Sequence[str], needs: Needs, more: Sequence[str] = (), libraries: str = "") -> str:
    """A compiler with the flags that the release needs: last, so that none of the Makefiles' comes after them.

    What is linked to be loaded looks for ``libraries`` in that directory, if there is one.
    """
    extension = EXTENSION.format(flag=shlex.quote(f"-Wl,-rpath,{libraries}")) if libraries else ""
    objects = "".join(
        OBJECT.format(source=source, flags=shlex.join(flags)) for source, flags in sorted(needs.objects.items())
    )
    flags = "".join(f" {shlex.quote(flag)}" for flag in (*needs.flags, *more))
    return HEAD + objects + extension + COMPILER.format(compiler=shlex.join(compiler), flags=flags)


def write(directory: str, compiler: Sequence[str], needs: Needs, libraries: str = "") -> None:
    """Fill the directory that comes first in the build's PATH. ``libraries`` is where those of the release will be."""
    texts = {name: HEAD + STAND_INS[name] for name in needs.programs}
    texts[HYPERVISOR] = compiler_text(compiler, needs, needs.hypervisor_flags)
    texts[TOOLS] = compiler_text(compiler, needs, libraries=libraries)
    os.makedirs(directory, exist_ok=True)
    for name, text in texts.items():
        path = os.path.join(directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, PROGRAM)
