# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The patch queue: all of it fits exactly, or the tree is not made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build import patches
from ansible_collections.xlops.xen.plugins.module_utils._build.cache import Cache
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import (
    BadDeclaration,
    NotFetched,
    NotVerified,
    PatchRefused,
)
from ansible_collections.xlops.xen.plugins.module_utils._build.git import git
from ansible_collections.xlops.xen.plugins.module_utils._build.tree import settle_times

from .makers import LINES, Say, declared_patch, patch, sha256, write_tree

FIRST = LINES.replace("line 20\n", "line twenty\n")
SECOND = FIRST.replace("line 22\n", "line twenty-two\n")
MEMORY = "xen/common/memory.c"


def apply(tmp_path: Path, root: Path, heard: Say, *declared: dict[str, Any]) -> list[str]:
    queue = patches.read(declared)
    paths = patches.fetch(queue, Cache(str(tmp_path / "cache")), heard)
    with git() as run:
        return patches.apply(run, queue, paths, str(root), heard)


def new_file(path: str, mode: str = "100644", text: str = "x") -> str:
    head = f"diff --git a/{path} b/{path}\nnew file mode {mode}\n"
    return f"{head}--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+{text}\n\\ No newline at end of file\n"


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()


def test_in_order(tmp_path: Path, tree: Path, heard: Say) -> None:
    first = patch(tmp_path / "1", "first.patch", LINES, FIRST)
    second = patch(tmp_path / "2", "second.patch", FIRST, SECOND)
    assert apply(tmp_path, tree, heard, first, second) == [MEMORY, MEMORY]
    assert (tree / MEMORY).read_text() == SECOND
    assert "Patch 2 of 2: second.patch" in heard


def test_in_the_other_order(tmp_path: Path, tree: Path, heard: Say) -> None:
    first = patch(tmp_path / "1", "first.patch", LINES, FIRST)
    second = patch(tmp_path / "2", "second.patch", FIRST, SECOND)
    with pytest.raises(PatchRefused, match=r"second\.patch: it does not fit"):
        apply(tmp_path, tree, heard, second, first)


def test_fuzz_is_refused(tmp_path: Path, tree: Path, heard: Say) -> None:
    """patch(1) would take this one: one line of its context, the outermost, is another."""
    before, after = (text.replace("line 17\n", "line 17b\n") for text in (LINES, FIRST))
    fuzzy = patch(tmp_path / "1", "fuzzy.patch", before, after)
    with pytest.raises(PatchRefused, match=r"fuzzy\.patch: it does not fit: .*memory\.c"):
        apply(tmp_path, tree, heard, fuzzy)
    assert (tree / MEMORY).read_text() == LINES


def test_offset_needs_a_word(tmp_path: Path, tree: Path, heard: Say) -> None:
    elsewhere = patch(tmp_path / "1", "offset.patch", "one more\n" + LINES, "one more\n" + FIRST)
    with pytest.raises(
        PatchRefused, match=r"hunk 1 of xen/common/memory\.c fits -1 lines away .* say offset: 1 beside it"
    ):
        apply(tmp_path, tree, heard, elsewhere)
    assert (tree / MEMORY).read_text() == LINES
    assert apply(tmp_path, tree, heard, {**elsewhere, "offset": 1}) == [MEMORY]
    assert (tree / MEMORY).read_text() == FIRST


def test_the_largest_offset_is_named(tmp_path: Path, tree: Path, heard: Say) -> None:
    """So that one correction of the declaration is enough."""
    before = "one more\n" + LINES.replace("line 25\n", "line 25\nline 25b\nline 25c\n")
    after = before.replace("line 10\n", "line ten\n").replace("line 35\n", "line thirty-five\n")
    elsewhere = patch(tmp_path / "1", "offset.patch", before, after)
    with pytest.raises(PatchRefused, match=r"hunk 2 of .* fits -3 lines away .* say offset: 3 beside it"):
        apply(tmp_path, tree, heard, elsewhere)
    apply(tmp_path, tree, heard, {**elsewhere, "offset": 3})
    assert "line ten\n" in (tree / MEMORY).read_text() and "line thirty-five\n" in (tree / MEMORY).read_text()


def test_what_is_in_the_tree_already(tmp_path: Path, tree: Path, heard: Say) -> None:
    (tree / MEMORY).write_text(FIRST)
    with pytest.raises(PatchRefused, match="is in the tree already; take it out of the queue"):
        apply(tmp_path, tree, heard, patch(tmp_path / "1", "first.patch", LINES, FIRST))


def test_mails_of_git(tmp_path: Path, tree: Path, heard: Say) -> None:
    mail = tmp_path / "0001-it.patch"
    body = Path(patch(tmp_path / "1", "x", LINES, FIRST)["path"]).read_text()
    mail.write_text(
        f"From {'0' * 40} Mon Sep 17 00:00:00 2001\nFrom: A\nSubject: [PATCH] it\n\nwhy\n---\n{body}-- \n2.39\n"
    )
    assert apply(tmp_path, tree, heard, declared_patch(mail)) == [MEMORY]


def test_new_removed_and_renamed_files(tmp_path: Path, tree: Path, heard: Say) -> None:
    text = (
        "diff --git a/README b/doc/README\nsimilarity index 100%\nrename from README\nrename to doc/README\n"
        + new_file("new", "100755")
        + "diff --git a/configure b/configure\ndeleted file mode 100755\n"
        "--- a/configure\n+++ /dev/null\n@@ -1 +0,0 @@\n-#!/bin/sh\n"
    )
    (tmp_path / "it.patch").write_text(text)
    assert apply(tmp_path, tree, heard, declared_patch(tmp_path / "it.patch")) == ["doc/README", "new", "configure"]
    assert (
        (tree / "new").stat().st_mode & 0o100 and (tree / "doc/README").exists() and not (tree / "configure").exists()
    )


@pytest.mark.parametrize(
    "text",
    [
        "--- a/../../evil\n+++ b/../../evil\n@@ -0,0 +1 @@\n+x\n",
        new_file("../../evil"),
        new_file(".git/config"),
        new_file("l", "120000", "/tmp") + new_file("l/evil"),
        "no patch\n",
    ],
)
def test_patches_that_reach_outside_or_do_nothing(tmp_path: Path, tree: Path, heard: Say, text: str) -> None:
    (tmp_path / "evil.patch").write_text(text)
    with pytest.raises(PatchRefused):
        apply(tmp_path, tree, heard, declared_patch(tmp_path / "evil.patch"))
    assert not list(tmp_path.glob("evil")) and not Path("/tmp/evil").exists()


def test_patch_inside_of_a_repository_of_somebody_else(tmp_path: Path, heard: Say) -> None:
    """In a repository, git apply leaves out without a word what is not below the directory that it was started in."""
    outer = tmp_path / "outer"
    (outer / ".git/objects").mkdir(parents=True)
    (outer / ".git/refs").mkdir()
    (outer / ".git/HEAD").write_text("ref: refs/heads/x\n")
    root = write_tree(outer / "tree")
    (tmp_path / "new.patch").write_text(new_file("xen/new"))
    apply(tmp_path, root, heard, declared_patch(tmp_path / "new.patch"))
    assert (root / "xen/new").exists()


def test_patch_for_a_sub_source(tmp_path: Path, tree: Path, heard: Say) -> None:
    declared = {**patch(tmp_path / "1", "q.patch", "a\n", "b\n", file="vl.c"), "component": "qemu-xen"}
    with pytest.raises(PatchRefused, match="qemu-xen is not in the tree; declare it as a sub-source"):
        apply(tmp_path, tree, heard, declared)
    (tree / "tools/qemu-xen").mkdir()
    (tree / "tools/qemu-xen/vl.c").write_text("a\n")
    assert apply(tmp_path, tree, heard, declared) == ["tools/qemu-xen/vl.c"]


def test_all_are_there_before_one_is_applied(tmp_path: Path, tree: Path, heard: Say) -> None:
    first = patch(tmp_path / "1", "first.patch", LINES, FIRST)
    with pytest.raises(NotFetched):
        apply(tmp_path, tree, heard, first, {**first, "path": str(tmp_path / "none"), "sha256": "0" * 64})
    with pytest.raises(NotVerified, match=f"its sha256 is {first['sha256']}, and pinned is {'1' * 64}"):
        apply(tmp_path, tree, heard, {**first, "sha256": "1" * 64})
    assert (tree / MEMORY).read_text() == LINES


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sha256": ""}, "it needs its sha256"),
        ({"sha256": "abc"}, "it needs its sha256"),
        ({"reason": ""}, "it needs a reason, or the XSA"),
        ({"path": ""}, "either a url or a path"),
        ({"url": "https://example.org/x"}, "either a url or a path"),
        ({"path": "relative"}, "neither an"),
        ({"component": "linux"}, "is none of xen, qemu-xen"),
        ({"component": "ipxe"}, "is none of"),
        ({"commit": "abc"}, "40 hexadecimal digits"),
    ],
)
def test_declarations_that_are_never_tried(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    given = {"path": "/x.patch", "sha256": "0" * 64, "reason": "a test"}
    patches.read([given])
    with pytest.raises(BadDeclaration, match=rf"^patches\[1\].*{message}"):
        patches.read([{**given, **change}])


def test_one_patch_twice() -> None:
    given = {"path": "/x.patch", "sha256": "0" * 64, "xsa": [1]}
    with pytest.raises(BadDeclaration, match="is in it twice"):
        patches.read([given, {**given, "path": "/y.patch"}])


def test_what_is_kept_of_a_patch(tmp_path: Path) -> None:
    (tmp_path / "xsa.patch").write_text("x")
    (one,) = patches.read([declared_patch(tmp_path / "xsa.patch", xsa=[7, 8], commit="A" * 40)])
    assert one.as_dict() == {
        "name": "xsa.patch", "sha256": sha256(tmp_path / "xsa.patch"), "component": "xen", "commit": "a" * 40,
        "xsa": [7, 8], "reason": "a test", "strip": 1,
    }  # fmt: skip


def test_what_a_patch_changed_is_younger(tmp_path: Path, tree: Path) -> None:
    settle_times(str(tree), 1_700_000_000, [MEMORY, "removed"])
    assert (tree / MEMORY).stat().st_mtime == 1_700_000_001
    assert {path.lstat().st_mtime for path in tree.rglob("*") if path.name != "memory.c"} == {1_700_000_000}
