# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guests' files: read without trust, changed atomically, brought back to the byte."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._host.files import GuestFiles, read_end, read_text
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import HEADER


@pytest.fixture
def files(tmp_path: Path) -> GuestFiles:
    return GuestFiles(Paths(config_dir=str(tmp_path)))


def test_guests_are_the_names_of_plain_files(files: GuestFiles, tmp_path: Path) -> None:
    (tmp_path / "b.cfg").write_text("x")
    (tmp_path / "a.cfg").write_text(f"{HEADER}\nname = 'a'\n")
    (tmp_path / ".c.cfg.zz.xlops").write_text("x")
    (tmp_path / "xl.conf").write_text("x")
    (tmp_path / "d.cfg").mkdir()
    os.mkfifo(tmp_path / "e.cfg")
    found = files.read(files.names())
    assert sorted(found) == ["a", "b"]
    assert (found["a"].managed, found["b"].managed) == (True, False)
    assert files.leftovers() == (str(tmp_path / ".c.cfg.zz.xlops"),)


def test_a_directory_that_does_not_exist_holds_nothing(tmp_path: Path) -> None:
    nowhere = GuestFiles(Paths(config_dir=str(tmp_path / "no")))
    assert (nowhere.names(), nowhere.links(), nowhere.leftovers()) == ([], {}, ())


def test_a_candidate_is_private_and_goes_when_it_is_not_published(files: GuestFiles, tmp_path: Path) -> None:
    with files.candidate("a", b"text") as path:
        assert (Path(path).read_bytes(), Path(path).stat().st_mode & 0o777) == (b"text", 0o600)
        assert files.names() == []
    assert list(tmp_path.iterdir()) == []


def test_what_is_published_replaces_the_file_at_once(files: GuestFiles, tmp_path: Path) -> None:
    (tmp_path / "a.cfg").write_text("old")
    with files.candidate("a", b"new") as path:
        files.publish(path, "a")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("a.cfg", "new")]


@pytest.mark.parametrize("content", [b"text\n", b"\xff\xfe not a text"])
def test_a_kept_file_comes_back_with_its_bytes_and_mode(files: GuestFiles, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.cfg"
    path.write_bytes(content)
    path.chmod(0o640)
    bring_back = files.keep("a")
    path.write_text("new")
    path.chmod(0o600)
    bring_back()
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (content, 0o640)


def test_keeping_a_file_that_is_not_there_removes_what_came(files: GuestFiles, tmp_path: Path) -> None:
    bring_back = files.keep("a")
    (tmp_path / "a.cfg").write_text("new")
    bring_back()
    assert list(tmp_path.iterdir()) == []


def test_links_count_wherever_they_come_from_if_they_lead_to_the_file(files: GuestFiles, tmp_path: Path) -> None:
    auto = tmp_path / "auto"
    auto.mkdir()
    (tmp_path / "a.cfg").write_text("")
    (auto / "a.cfg").symlink_to("../a.cfg")
    (auto / "10-a.cfg").symlink_to(tmp_path / "a.cfg")
    (auto / "b.cfg").symlink_to("../b.cfg")
    (auto / "c.cfg").write_text("a file")
    (auto / "d.cfg").symlink_to("/srv/d.cfg")
    assert files.links() == {"a": ("10-a.cfg", "a.cfg"), "b": ("b.cfg",)}


def test_a_link_that_leads_astray_is_replaced(files: GuestFiles, tmp_path: Path) -> None:
    (tmp_path / "auto").mkdir()
    (tmp_path / "auto/a.cfg").symlink_to("/srv/old.cfg")
    files.link("a")
    assert os.readlink(tmp_path / "auto/a.cfg") == "../a.cfg"


def test_what_is_no_plain_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert read_text(str(tmp_path / "pipe")) is None
    assert read_text(str(tmp_path)) is None
    assert read_text(str(tmp_path / "nothing")) is None


def test_the_end_of_a_long_text(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("x" * 10000 + "end")
    assert read_end(str(tmp_path / "log"), 5) == "xxend"
    assert read_end(str(tmp_path / "nothing")) == ""
