# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives that try to reach outside, or were cut short, leave nothing to be used."""

from __future__ import annotations

import contextlib
import gzip
import io
import lzma
import os
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build import archive
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import UnsafeArchive
from hypothesis import given, settings
from hypothesis import strategies as st

TEXT = b"x" * 5000


def member(name: str, content: bytes = b"", **more: Any) -> tuple[tarfile.TarInfo, bytes]:
    made = tarfile.TarInfo(name)
    made.size, made.mtime = len(content), 1_700_000_000
    for key, value in more.items():
        setattr(made, key, value)
    return made, content


def directory(name: str) -> tuple[tarfile.TarInfo, bytes]:
    return member(name, type=tarfile.DIRTYPE, mode=0o755)


def link(name: str, to: str) -> tuple[tarfile.TarInfo, bytes]:
    return member(name, type=tarfile.SYMTYPE, linkname=to)


def hard(name: str, to: str) -> tuple[tarfile.TarInfo, bytes]:
    return member(name, type=tarfile.LNKTYPE, linkname=to)


def packed(path: Path, *members: tuple[tarfile.TarInfo, bytes], form: str = "") -> Path:
    with tarfile.open(path, f"w:{form}", format=tarfile.PAX_FORMAT) as made:
        for one, content in members:
            made.addfile(one, io.BytesIO(content))
    return path


def unpack(path: Path, *, top: bool = False) -> Path:
    into = path.parent / "tree"
    into.mkdir()
    archive.unpack(str(path), str(into), top=top)
    return into


@pytest.mark.parametrize("form", ["", "gz", "bz2", "xz"])
def test_what_is_in_it_is_unpacked(tmp_path: Path, form: str) -> None:
    members = (
        directory("xen-4.20.0"),
        member("xen-4.20.0/configure", b"#!/bin/sh\n", mode=0o6755),
        member("xen-4.20.0/a/b/c", TEXT, mode=0o600),
        link("xen-4.20.0/a/l", "b/c"),
        hard("xen-4.20.0/h", "xen-4.20.0/a/b/c"),
    )
    path = packed(tmp_path / "it", *members, form=form)
    (tmp_path / "tree").mkdir()
    assert archive.unpack(str(path), str(tmp_path / "tree"), top=True) == 1_700_000_000
    tree = tmp_path / "tree"
    assert (tree / "a/b/c").read_bytes() == (tree / "a/l").read_bytes() == (tree / "h").read_bytes() == TEXT
    assert (tree / "configure").stat().st_mode & 0o7777 == 0o755
    assert (tree / "a/b/c").stat().st_mode & 0o7777 == 0o644
    assert (tree / "a/b/c").stat().st_mtime == 1_700_000_000


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ([member("../evil", TEXT)], "would be written outside"),
        ([member("a/../../evil", TEXT)], "would be written outside"),
        ([member("/tmp/evil", TEXT)], "would be written outside"),
        ([link("l", "/etc")], "leads outside, to /etc"),
        ([link("l", "../x")], "leads outside"),
        ([link("a/b/l", "../../../x")], "leads outside"),
        ([link("l", "a/../../x")], "leads outside"),
        ([directory("a/b"), link("a/b/up", "../.."), link("l", "a/b/up/../x")], "leads outside"),
        ([link("l", "a"), member("l/evil", TEXT)], "is below a link"),
        ([directory("a"), link("a/l", "."), directory("a/l/b")], "is below a link"),
        ([link("l", "a"), member("l", TEXT)], "is in it twice"),
        ([member("f", TEXT), member("f", TEXT)], "is in it twice"),
        ([member("a/f", TEXT), link("a", "b")], "is in it twice"),
        ([member("a/f", TEXT), member("a", TEXT)], "is in it twice"),
        ([member("f", TEXT), member("./f", TEXT)], "is in it twice"),
        ([member("f", TEXT), member("f/g", TEXT)], "is below something that is no directory"),
        ([hard("h", "/etc/passwd")], "would be written outside"),
        ([hard("h", "../etc/passwd")], "would be written outside"),
        ([hard("h", "later"), member("later", TEXT)], "which is no file before it"),
        ([link("l", "f"), hard("h", "l")], "which is no file before it"),
        ([member("null", type=tarfile.CHRTYPE)], "is neither a file"),
        ([member("disk", type=tarfile.BLKTYPE)], "is neither a file"),
        ([member("pipe", type=tarfile.FIFOTYPE)], "is neither a file"),
        ([member(".git/hooks/post-checkout", TEXT)], "a repository of the tree"),
        ([directory("./")], "there is nothing in it"),
        ([], "there is nothing in it"),
    ],
)
def test_attacks(tmp_path: Path, members: list[tuple[tarfile.TarInfo, bytes]], why: str) -> None:
    with pytest.raises(UnsafeArchive, match=why):
        unpack(packed(tmp_path / "it.tar", *members))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["it.tar", "tree"]


def test_everything_is_in_one_directory(tmp_path: Path) -> None:
    path = packed(tmp_path / "it.tar", member("xen-4.20.0/a", TEXT), member("other/b", TEXT))
    with pytest.raises(UnsafeArchive, match=r"is not in xen-4\.20\.0"):
        unpack(path, top=True)


def test_names_cannot_drive_a_terminal(tmp_path: Path) -> None:
    with pytest.raises(UnsafeArchive) as raised:
        unpack(packed(tmp_path / "it.tar", member("../\x1b[2Jevil")))
    assert "\x1b" not in str(raised.value)


@pytest.mark.parametrize("form", ["gz", "bz2", "xz"])
def test_cut_short_anywhere(tmp_path: Path, form: str) -> None:
    whole = packed(tmp_path / "whole", *(member(f"f{number}", TEXT) for number in range(9)), form=form).read_bytes()
    for kept in (10, len(whole) // 3, len(whole) // 2, len(whole) - 9, len(whole) - 1):
        part = tmp_path / str(kept)
        part.mkdir()
        (part / "it").write_bytes(whole[:kept])
        with pytest.raises(UnsafeArchive, match="cut short or damaged"):
            unpack(part / "it")


@pytest.mark.parametrize("kept", [100, 512 + 5000 - 1, 3 * 512 + 6000])
def test_plain_archive_that_was_cut_short(tmp_path: Path, kept: int) -> None:
    whole = packed(tmp_path / "whole", *(member(f"f{number}", TEXT) for number in range(3))).read_bytes()
    (tmp_path / "it.tar").write_bytes(whole[:kept])
    with pytest.raises(UnsafeArchive, match="cut short or damaged"):
        unpack(tmp_path / "it.tar")


def test_content_that_does_not_have_its_checksum(tmp_path: Path) -> None:
    plain = packed(tmp_path / "it.tar", member("f", TEXT)).read_bytes()
    broken = bytearray(gzip.compress(plain))
    broken[-8] ^= 1
    (tmp_path / "it.gz").write_bytes(bytes(broken))
    with pytest.raises(UnsafeArchive, match="cut short or damaged"):
        unpack(tmp_path / "it.gz")


def test_more_than_anything_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 9000)
    bomb = lzma.compress(packed(tmp_path / "it.tar", member("a", TEXT), member("b", TEXT)).read_bytes())
    (tmp_path / "it.xz").write_bytes(bomb)
    with pytest.raises(UnsafeArchive, match="makes it larger than"):
        unpack(tmp_path / "it.xz")


def test_end_that_never_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 10 << 20)
    plain = packed(tmp_path / "it.tar", member("a", TEXT)).read_bytes()
    (tmp_path / "it.xz").write_bytes(lzma.compress(plain + bytes(30 << 20)))
    with pytest.raises(UnsafeArchive, match="there is no end to it"):
        unpack(tmp_path / "it.xz")


@pytest.mark.parametrize("time", [-5.0, 1e18])
def test_times_that_no_file_has(tmp_path: Path, time: float) -> None:
    unpack(packed(tmp_path / "it.tar", member("a", TEXT, mtime=time)))


def test_more_entries_than_anything_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_MEMBERS", 3)
    with pytest.raises(UnsafeArchive, match="beyond the first 3"):
        unpack(packed(tmp_path / "it.tar", *(member(f"f{number}") for number in range(4))))


# Few short names, so that they meet: below a link, through a link, over a file.
NAMES = st.lists(st.sampled_from(["a", "b", "c", "..", ".", "", ".git"]), min_size=1, max_size=4).map("/".join)
MEMBERS = st.tuples(st.sampled_from([tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE]), NAMES, NAMES)


@given(st.lists(MEMBERS, min_size=1, max_size=8))
@settings(max_examples=400, deadline=None)
def test_nothing_ever_is_outside(members: list[tuple[bytes, str, str]]) -> None:
    """Whatever is in an archive: it is refused, or all of it is inside, and leads nowhere else."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        (home / "a").write_text("not to be touched")
        path = packed(home / "it.tar", *(member(at, type=kind, linkname=to, mode=0o755) for kind, at, to in members))
        tree = Path(os.path.realpath(home)) / "b" / "tree"
        tree.mkdir(parents=True)
        with contextlib.suppress(UnsafeArchive):
            archive.unpack(str(path), str(tree), top=False)
            for one in tree.rglob("*"):
                reached = Path(os.path.realpath(one))  # of one that leads to itself, that
                assert reached.is_relative_to(tree) and not reached.is_relative_to(tree / ".git")
        assert sorted(str(one.relative_to(home)) for one in home.glob("*")) == ["a", "b", "it.tar"]
        assert [one.name for one in (home / "b").iterdir()] == ["tree"]
        assert (home / "a").read_text() == "not to be touched" and (home / "a").stat().st_nlink == 1
