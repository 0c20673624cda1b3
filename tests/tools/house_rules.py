# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that no other linter knows: licence headers, no ignore file for ansible-test, and layers that know no host."""

from __future__ import annotations

import ast
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]

GPL_LINE = (
    "# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)"
)
SPDX_LINE = "# SPDX-License-Identifier: GPL-3.0-or-later"
SPDX = re.compile(r"(?:#|/\*|\{#-) SPDX-License-Identifier: GPL-3\.0-or-later\b")
COPYRIGHT_LINE = re.compile(r"# Copyright: \(c\) \d{4}, \S")
HEADER_LINES = 8

# Pages, formats without comments, what tests read as it was found or recorded, and what a program writes.
NO_HEADER = re.compile(
    r"\.(?:md|json|jsonl|svg)$|^LICENSES/|^tests/unit/data/|^changelogs/changelog\.yaml$|^requirements/dev\.txt$"
)

# What a controller without Xen uses as it is: nothing there reads a file, runs a program or knows Ansible.
PURE = re.compile(r"^plugins/module_utils/(?:_schema|_config|_plan)/")
OF_HOSTS = re.compile(
    r"^(?:os|pathlib|shutil|socket|subprocess|tempfile|ansible)(?:\.|$)|\._(?:host|build|lab)(?:\.|$)"
)

IGNORE_FILES = re.compile(r"^tests/sanity/ignore-.*\.txt$")


def repository_files() -> list[pathlib.Path]:
    """Every file that git tracks or would track; the symlink that makes the clone a collection is not a file."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    paths = (pathlib.Path(name) for name in listing.split("\0") if name)
    return [path for path in paths if (ROOT / path).is_file()]


def header_findings(path: pathlib.Path, text: str) -> Iterator[str]:
    """Every file carries the SPDX line; plugins carry the two lines more that ansible-test asks for.

    Not so module_utils, which are sent to hosts with every task.
    """
    if NO_HEADER.search(path.as_posix()) or not text.strip():
        return
    head = text.splitlines()[:HEADER_LINES]
    if not any(SPDX.match(line) for line in head):
        yield f"{path}:1: the SPDX line is missing: {SPDX_LINE}, or the same in a comment of this format"
    if path.suffix == ".py" and path.parts[0] == "plugins" and path.parts[1] != "module_utils":
        if GPL_LINE not in head:
            yield f"{path}:1: the licence line is missing: {GPL_LINE}"
        if not any(COPYRIGHT_LINE.match(line) for line in head):
            yield f"{path}:1: the copyright line is missing: # Copyright: (c) YEAR, The xlops.xen contributors"


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def layer_findings(path: pathlib.Path, text: str) -> Iterator[str]:
    if PURE.match(path.as_posix()):
        for line, name in imported(ast.parse(text)):
            if OF_HOSTS.search(name):
                yield f"{path}:{line}: {name} is of hosts, and this layer knows none"


def findings(path: pathlib.Path) -> Iterator[str]:
    if IGNORE_FILES.match(path.as_posix()):
        yield f"{path}: sanity findings are mended, not ignored"
    try:
        text = (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    yield from header_findings(path, text)
    yield from layer_findings(path, text)


def main() -> int:
    found = [finding for path in repository_files() for finding in findings(path)]
    print("\n".join(found) or "The house rules hold.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
