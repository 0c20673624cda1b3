# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is there under its name is whole, and what is not needed any more goes."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._build.store import (
    Store,
    in_sentences,
    read_json,
    remove,
    write_json,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(str(tmp_path))
    store.prepare()
    return store


def publish(store: Store, key: str, finished: float, version: str = "4.5.0") -> Path:
    with store.making("results", key) as work:
        package = Path(work, "package.deb")
        package.write_bytes(key.encode())
        write_json(
            str(Path(work, "result.json")),
            {
                "fingerprint": key,
                "version": version,
                "finished": finished,
                "package": store.path("results", key, "package.deb"),
                "package_sha256": hashlib.sha256(key.encode()).hexdigest(),
            },
        )
    return Path(store.path("results", key))


def test_what_was_cut_short_is_never_seen(store: Store) -> None:
    with pytest.raises(RuntimeError), store.making("results", "a") as work:
        Path(work, "result.json").write_text("{}")
        raise RuntimeError
    assert store.result("a") is None
    publish(store, "a", 1)
    assert store.result("a") is not None
    assert [path.name for path in Path(store.path("results")).iterdir()] == ["a"]


def test_a_package_that_was_touched_is_no_result(store: Store) -> None:
    package = publish(store, "a", 1) / "package.deb"
    package.write_bytes(b"b")
    assert store.result("a") is None
    package.unlink()
    assert store.result("a") is None


def test_a_build_is_compared_with_the_youngest_of_its_version(store: Store) -> None:
    assert store.last("4.5.0") is None
    for number, (key, version) in enumerate((("a", "4.5.0"), ("b", "4.5.0"), ("c", "4.17.5"))):
        publish(store, key, number, version)
    assert [one["fingerprint"] for one in store.results()] == ["c", "b", "a"]
    assert (store.last("4.5.0") or {})["fingerprint"] == "b"
    assert (store.last("4.20.0") or {})["fingerprint"] == "c"


def test_the_youngest_results_are_kept_and_always_the_one_that_was_just_made(store: Store) -> None:
    for number, key in enumerate("abcd"):
        publish(store, key, number)
    Path(store.path("work", "a")).mkdir()
    store.prune(2, "a", keep_work=True)
    assert {one["fingerprint"] for one in store.results()} == {"a", "d"}
    assert Path(store.path("work", "a")).exists()
    store.prune(2, "a", keep_work=False)
    assert not Path(store.path("work", "a")).exists()


def test_a_tree_without_rights_is_removed_and_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    tree = tmp_path / "tree"
    (tree / "closed").mkdir(parents=True)
    (tree / "closed/file").write_text("")
    (tree / "link").symlink_to(tmp_path / "outside")
    (tree / "closed").chmod(0)
    remove(str(tree))
    assert not tree.exists()
    assert (tmp_path / "outside").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "7"])
def test_what_is_no_mapping_is_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "file").write_text(text)
    assert read_json(str(tmp_path / "file")) is None


def test_a_file_that_could_not_be_written_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_json(str(path), {"a": 1})
    with pytest.raises(TypeError):
        write_json(str(path), {"a": object()})
    assert json.loads(path.read_text()) == {"a": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_without_room_is_said_before_anything_is_done(store: Store) -> None:
    with pytest.raises(BuildError, match=r"has \d+ MiB left, and a build takes 999999999: make room, or set build_dir"):
        store.require_space(999999999)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the file system of /b is full: make room, or set build_dir"),
        (errno.EACCES, "/b/x: Permission denied; become root, or set build_dir"),
        (errno.EROFS, "/b/x: Read-only file system; become root, or set build_dir"),
    ],
)
def test_what_the_file_system_refuses_is_a_sentence(number: int, said: str) -> None:
    with pytest.raises(BuildError) as refused, in_sentences("/b"):
        raise OSError(number, os.strerror(number), "/b/x")
    assert said in str(refused.value)
