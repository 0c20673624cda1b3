# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A distribution's source package, through its own chain of digests and one signature: apt, on a mirror made here."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build import distribution
from ansible_collections.xlops.xen.plugins.module_utils._build.declaration import DistributionOrigin
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import NotFetched, NotVerified
from ansible_collections.xlops.xen.plugins.module_utils._build.sources import obtain

from .makers import LINES, Distribution, Ring, Say, sha256


@pytest.fixture
def mirror(tmp_path: Path, ring: Ring) -> Distribution:
    return Distribution(tmp_path / "mirror", ring)


def got(tmp_path: Path, declared: dict[str, object], heard: Say, name: str = "xen") -> Path:
    made = obtain(declared, [], str(tmp_path / "trees" / name), heard, cache=str(tmp_path / "cache"))
    assert made.source.verified[0]["by"] == "distribution" and made.source.version == "4.20.0"
    return tmp_path / "trees" / name


def test_package_of_a_suite(tmp_path: Path, mirror: Distribution, heard: Say) -> None:
    root = got(tmp_path, mirror.declared(), heard)
    assert (root / "xen/common/memory.c").read_text() == LINES
    assert root.joinpath("debian/changelog").exists()


def test_a_version_that_is_there_is_not_fetched_again(tmp_path: Path, mirror: Distribution, heard: Say) -> None:
    got(tmp_path, mirror.declared(version="4.20.0"), heard)
    mirror.tarball.unlink()
    got(tmp_path, mirror.declared(version="4.20.0"), heard, "again")
    with pytest.raises(NotFetched):
        got(tmp_path, mirror.declared(), heard, "newest")


def test_index_that_somebody_else_signed(tmp_path: Path, mirror: Distribution, heard: Say) -> None:
    mirror.index("stranger")
    with pytest.raises(NotVerified, match="did not sign"):
        got(tmp_path, mirror.declared(), heard)


def test_unsigned_index(tmp_path: Path, mirror: Distribution, heard: Say) -> None:
    release = mirror.mirror / "dists/x/InRelease"
    text = release.read_text().split("\n\n", 1)[1].partition("-----BEGIN")[0]
    release.rename(release.with_name("away"))
    release.with_name("Release").write_text(text)
    with pytest.raises(NotVerified, match="is not signed"):
        got(tmp_path, mirror.declared(), heard)


def test_index_that_was_changed(tmp_path: Path, mirror: Distribution, heard: Say) -> None:
    sources = mirror.mirror / "dists/x/main/source/Sources"
    sources.write_text(sources.read_text().replace(sha256(mirror.tarball), "0" * 64))
    with pytest.raises(NotVerified):
        got(tmp_path, mirror.declared(), heard)


def test_file_that_was_changed(tmp_path: Path, mirror: Distribution, heard: Say) -> None:
    content = bytearray(mirror.tarball.read_bytes())
    content[-1] ^= 1
    mirror.tarball.write_bytes(bytes(content))
    with pytest.raises(NotVerified):
        got(tmp_path, mirror.declared(), heard)
    assert not (tmp_path / "trees").exists() or not list((tmp_path / "trees").iterdir())


def test_what_is_not_there(tmp_path: Path, mirror: Distribution, heard: Say) -> None:
    with pytest.raises(NotFetched, match="look at the name, the version and the mirror"):
        got(tmp_path, mirror.declared(version="4.20.1"), heard)
    with pytest.raises(NotFetched, match="look at the mirror, the suite"):
        got(tmp_path, mirror.declared(suite="y"), heard)
    with pytest.raises(NotFetched, match="there is no such keyring"):
        got(tmp_path, mirror.declared(keyring="/nowhere.gpg"), heard)


def test_file_of_the_cache_that_was_changed(tmp_path: Path, mirror: Distribution, heard: Say) -> None:
    got(tmp_path, mirror.declared(version="4.20.0"), heard)
    (kept,) = (tmp_path / "cache").rglob("*.tar.*")
    kept.write_bytes(kept.read_bytes()[:-1])
    got(tmp_path, mirror.declared(version="4.20.0"), heard, "again")
    assert any("cannot be used" in line for line in heard)


@pytest.mark.parametrize(("declared", "found"), [("", "http://mirror.example/debian"), ("file:/srv/m", "file:/srv/m")])
def test_without_a_mirror_it_is_that_of_this_host(monkeypatch: pytest.MonkeyPatch, declared: str, found: str) -> None:
    monkeypatch.setattr(distribution, "mirror_of_host", lambda: "http://mirror.example/debian")
    origin = DistributionOrigin("xen", "bookworm", "", declared, ("main",), "/keyring")
    assert distribution.located(origin).mirror == found


def test_a_host_without_a_mirror_is_told_what_to_declare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution, "mirror_of_host", lambda: "")
    with pytest.raises(NotFetched, match=r"sources\.distribution\.mirror"):
        distribution.located(DistributionOrigin("xen", "bookworm", "", "", ("main",), "/keyring"))
