# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing stays of a build outside the cache: no files, and no mounts."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._lab import commands, scratch


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_other_users_may_write_to_it(temporary: Path) -> None:
    with scratch.directory(temporary / "images" / ".key.1") as path:
        assert path.parent == temporary
        assert path.stat().st_mode & 0o7777 == 0o1777


def test_it_is_gone_with_all_that_is_in_it_even_after_a_failure(temporary: Path) -> None:
    with pytest.raises(RuntimeError), scratch.directory(temporary / "images" / ".key.1") as path:
        (path / "system" / "etc").mkdir(parents=True)
        (path / "system" / "etc" / "passwd").write_text("root")
        raise RuntimeError
    assert list(temporary.iterdir()) == []


def test_what_a_killed_build_left_is_removed_by_the_next_of_the_same_entry(temporary: Path) -> None:
    killed = {}
    for entry, key in (("same", ".key.1"), ("another key", ".yek.1"), ("another cache", ".key.1")):
        cache = "other" if entry == "another cache" else "images"
        # Entered and never left, as by a process that was killed.
        context = scratch.directory(temporary / cache / key)
        killed[entry] = (context, context.__enter__())
        (killed[entry][1] / "left").write_text("behind")
    with scratch.directory(temporary / "images" / ".key.2"):
        assert {entry for entry, (_context, path) in killed.items() if path.exists()} == {
            "another key",
            "another cache",
        }


@pytest.mark.parametrize(("status", "prefix"), [(0, ["unshare", "--mount"]), (1, [])])
def test_mounts_are_private_where_they_are_possible(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, status: int, prefix: list[str]
) -> None:
    (temporary / "unshare").write_text(f"#!/bin/sh\nexit {status}\n")
    (temporary / "unshare").chmod(0o755)
    monkeypatch.setattr(commands, "SEARCH_PATH", f"{temporary}:/usr/bin:/bin")
    monkeypatch.setenv("PATH", f"{temporary}:/usr/bin:/bin")
    assert scratch.mounting_for_itself() == prefix
