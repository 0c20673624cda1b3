# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run was made of, for its last line: two runs that say the same gave xl the same files."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path

import hypothesis

ROOT = Path(__file__).resolve().parents[2]
RECORDINGS = "tests/unit/data/dry_runs"


def provenance(texts: Iterable[str]) -> str:
    """The sources, what draws from them, and the files in their order."""
    return f"collection {commit()}, Hypothesis {hypothesis.__version__}, corpus sha256 {digest(texts)}"


def commit() -> str:
    """Its number, with a mark if files differ from it; recordings do not count, for a run adds to them and is not made
    of them. A tree without git has no name.
    """
    try:
        named = _git("describe", "--always", check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    differs = _git("diff", "--quiet", "HEAD", "--", ".", f":(exclude){RECORDINGS}").returncode
    return f"{named}-dirty" if differs else named


def _git(*words: str, check: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=check)


def digest(texts: Iterable[str]) -> str:
    """Each text with its length before it, lest what ends one and what begins the next could change places."""
    found = hashlib.sha256()
    for text in texts:
        coded = text.encode(errors="surrogatepass")
        found.update(b"%d:%b" % (len(coded), coded))
    return found.hexdigest()
