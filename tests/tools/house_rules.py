# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that no other linter knows: licence headers, and no ignore file for ansible-test."""

from __future__ import annotations

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


def findings(path: pathlib.Path) -> Iterator[str]:
    if IGNORE_FILES.match(path.as_posix()):
        yield f"{path}: sanity findings are mended, not ignored"
    try:
        text = (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    yield from header_findings(path, text)


def main() -> int:
    found = [finding for path in repository_files() for finding in findings(path)]
    print("\n".join(found) or "The house rules hold.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
