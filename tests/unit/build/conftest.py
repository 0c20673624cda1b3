# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, repositories and releases that are made for the tests; nothing of Xen is in them but the form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .makers import Release, Repository, Ring, Say, write_tree


@pytest.fixture(scope="session")
def ring() -> Iterator[Ring]:
    with Ring() as made:
        yield made


@pytest.fixture
def heard() -> Say:
    return Say()


@pytest.fixture
def repository(tmp_path: Path, ring: Ring) -> Repository:
    """One commit of a small Xen 4.20.0."""
    return Repository(tmp_path / "upstream", ring)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "a tree")


@pytest.fixture
def release(tmp_path: Path, ring: Ring) -> Release:
    """The tarball of a small Xen 4.20.0, and its signature beside it."""
    return Release(tmp_path / "mirror", ring)
