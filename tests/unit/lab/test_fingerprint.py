# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changes a fingerprint, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._lab import fingerprint
from hypothesis import given, settings
from hypothesis import strategies as st

MIB = 1 << 20


def test_mappings_compare_regardless_of_their_order() -> None:
    assert fingerprint.of_value({"a": 1, "b": [2]}) == fingerprint.of_value({"b": [2], "a": 1})
    assert fingerprint.of_value(["a", "b"]) != fingerprint.of_value(["b", "a"])


def test_a_tree_changes_with_content_name_and_executable_bit(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    file = tree / "script"
    file.write_text("one")
    seen = [fingerprint.of_tree(tree)]
    file.write_text("two")
    seen.append(fingerprint.of_tree(tree))
    file.chmod(0o755)
    seen.append(fingerprint.of_tree(tree))
    file.rename(tree / "other")
    seen.append(fingerprint.of_tree(tree))
    assert len({str(each) for each in seen}) == len(seen)


def test_a_tree_is_the_same_wherever_it_lies(tmp_path: Path) -> None:
    for place in ("here", "there"):
        (tmp_path / place / "tree").mkdir(parents=True)
        (tmp_path / place / "tree" / "file").write_text("same")
    assert fingerprint.of_tree(tmp_path / "here" / "tree") == fingerprint.of_tree(tmp_path / "there" / "tree")


@pytest.mark.parametrize("size", [0, 1, MIB, 3 * MIB + 17])
def test_a_hole_equals_the_zeros_it_stands_for(tmp_path: Path, size: int) -> None:
    sparse, dense = tmp_path / "sparse", tmp_path / "dense"
    with sparse.open("wb") as file:
        file.truncate(size)
    dense.write_bytes(bytes(size))
    assert fingerprint.of_content(sparse) == fingerprint.of_content(dense)


@settings(deadline=None, max_examples=20)
@given(position=st.integers(0, 3 * MIB - 1), bit=st.integers(0, 7))
def test_any_flipped_bit_is_noticed(tmp_path_factory: pytest.TempPathFactory, position: int, bit: int) -> None:
    path = tmp_path_factory.mktemp("flip") / "file"
    with path.open("wb") as file:
        file.truncate(3 * MIB)
        file.seek(MIB)
        file.write(b"data")
    before = fingerprint.of_content(path)
    with path.open("r+b") as file:
        file.seek(position)
        value = file.read(1)[0]
        file.seek(position)
        file.write(bytes([value ^ (1 << bit)]))
    assert fingerprint.of_content(path) != before
