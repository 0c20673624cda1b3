# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a declaration to a tree and its provenance, and every way in which there is none."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build import digest
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import (
    BadDeclaration,
    BuildError,
    NotFetched,
    NotVerified,
    PatchRefused,
    UnsafeArchive,
    Unsupported,
)
from ansible_collections.xlops.xen.plugins.module_utils._build.provenance import Provenance
from ansible_collections.xlops.xen.plugins.module_utils._build.sources import obtain, require_acknowledged

from .makers import LINES, Release, Repository, Ring, Say, patch, sha256, write_tree

TAG = "v-4.20.0"
PATCHED = LINES.replace("line 20\n", "line twenty\n")
TODAY = "2026-11-26"


class Bench:
    """A place for one tree and a cache."""

    def __init__(self, root: Path, heard: Say) -> None:
        self.into = root / "trees" / "xen"
        self.cache = root / "cache"
        self.heard = heard

    def obtain(self, sources: dict[str, Any], *patches: dict[str, Any], **more: Any) -> Provenance:
        options = {"today": TODAY, **more}
        return obtain(sources, list(patches), str(self.into), self.heard, cache=str(self.cache), **options)

    def nothing(self) -> bool:
        """No tree, and nothing that was to become one."""
        return not self.into.parent.exists() or not list(self.into.parent.iterdir())


@pytest.fixture
def bench(tmp_path: Path, heard: Say) -> Bench:
    return Bench(tmp_path, heard)


def git(repository: Repository, **more: Any) -> dict[str, Any]:
    return {"git": {"url": repository.url, "commit": repository.commit, **more}}


def test_git(bench: Bench, repository: Repository) -> None:
    made = bench.obtain(git(repository))
    assert (made.release, made.version, made.supported_until) == ("4.20", "4.20.0", "2030-03-05")
    assert made.source.commit == repository.commit
    assert made.source.verified == ({"by": "commit", "commit": repository.commit, "pinned": "declaration"},)
    assert made.epoch == int(repository.git("show", "--no-patch", "--format=%ct", "HEAD"))
    assert made.absent == ("qemu-xen", "qemu-xen-traditional", "seabios", "ovmf", "mini-os", "ipxe")
    assert 469 in made.ledger["open"]
    assert (bench.into / "xen/link").read_text() == LINES
    assert not (bench.into / ".git").exists() and os.access(bench.into / "configure", os.X_OK)
    assert (bench.into / ".scmversion").read_text() == f"Tue, 04 Mar 2025 12:00:00 GMT git:{repository.commit[:12]}\n"
    assert made.tree_sha256 == digest.of_tree(str(bench.into))
    assert [path.name for path in bench.into.parent.iterdir()] == ["xen"]


def test_provenance_is_plain_data(bench: Bench, repository: Repository, ring: Ring, tmp_path: Path) -> None:
    repository.tag(TAG)
    fixing = {**patch(tmp_path / "1", "xsa469.patch", LINES, PATCHED), "xsa": [469]}
    made = bench.obtain(git(repository, ref=TAG, keys=[ring.key("upstream")]), fixing)
    assert made.source.verified[0] == {
        "by": "signature", "key": ring.fingerprints["upstream"], "digest": "sha256", "of": f"tag {TAG}",
    }  # fmt: skip
    assert made.patches[0]["sha256"] == fixing["sha256"]
    assert 469 in made.ledger["fixed"] and 469 not in made.ledger["open"] and 470 in made.ledger["open"]
    assert Provenance.from_dict(json.loads(json.dumps(made.as_dict()))) == made
    assert (bench.into / ".scmversion").read_text().endswith("-patched\n")
    assert any("29 open" in line or "30 open" in line for line in bench.heard)


def test_repository_of_the_cache_that_was_damaged(bench: Bench, repository: Repository, tmp_path: Path) -> None:
    bench.obtain(git(repository))
    bench.into.rename(tmp_path / "first")
    (kept,) = (bench.cache / "own/git").iterdir()
    blob = repository.git("rev-parse", "HEAD:README")
    for pack in list(kept.rglob("*.pack")):  # its objects one by one, without that of README
        moved = pack.rename(tmp_path / "it.pack")
        pack.with_suffix(".idx").unlink()
        subprocess.run(["git", "--git-dir", kept, "unpack-objects", "-q"], input=moved.read_bytes(), check=True)
    (kept / "objects" / blob[:2] / blob[2:]).unlink()
    bench.obtain(git(repository))
    assert any("cannot be used" in line for line in bench.heard) and (bench.into / "README").read_text() == "Xen\n"


def test_two_trees_of_one_declaration_are_alike(bench: Bench, repository: Repository, tmp_path: Path) -> None:
    def state(root: Path) -> dict[str, tuple[float, int]]:
        return {str(one.relative_to(root)): (one.lstat().st_mtime, one.lstat().st_mode) for one in root.rglob("*")}

    queue = patch(tmp_path / "1", "it.patch", LINES, PATCHED)
    first = bench.obtain(git(repository), queue)
    before = state(bench.into)
    bench.into.rename(tmp_path / "first")
    assert bench.obtain(git(repository), queue) == first
    assert state(bench.into) == before
    assert before["xen/common/memory.c"][0] == first.epoch + 1 and before["README"][0] == first.epoch


def test_signed_tarball(bench: Bench, release: Release, ring: Ring) -> None:
    where = {"version": "4.20.0", "mirror": f"file://{release.mirror}"}
    made = bench.obtain({"tarball": {**where, "keys": [ring.key("upstream")]}})
    assert made.source.sha256 == release.sha256
    assert [one["by"] for one in made.source.verified] == ["signature"]
    assert (bench.into / "xen/common/memory.c").read_text() == LINES


def test_tarball_with_a_digest(bench: Bench, release: Release) -> None:
    made = bench.obtain({"tarball": {"path": str(release.path), "sha256": release.sha256.upper()}})
    assert [one["by"] for one in made.source.verified] == ["sha256"]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda release: release.sign("stranger"), "signed by a key that was not given"),
        (lambda release: release.sign(digest="SHA1"), "rests on sha1"),
        (lambda release: release.path.write_bytes(release.path.read_bytes()[:-1]), "one of the two was changed"),
        (lambda release: release.path.write_bytes(release.path.read_bytes() + b"\n"), "one of the two was changed"),
    ],
)
def test_tarballs_that_are_not_unpacked(bench: Bench, release: Release, ring: Ring, damage: Any, message: str) -> None:
    damage(release)
    with pytest.raises(NotVerified, match=message):
        bench.obtain({"tarball": {"path": str(release.path), "keys": [ring.key("upstream")]}})
    assert bench.nothing() and not any(line.startswith("Unpacking") for line in bench.heard)


def test_signature_that_is_not_there(bench: Bench, release: Release, ring: Ring) -> None:
    release.path.with_name("xen-4.20.0.tar.gz.sig").unlink()
    with pytest.raises(NotFetched, match=r"\.sig"):
        bench.obtain({"tarball": {"path": str(release.path), "keys": [ring.key("upstream")]}})


def test_truncated_tarball(bench: Bench, release: Release) -> None:
    whole = release.sha256
    release.path.write_bytes(release.path.read_bytes()[:-20])
    with pytest.raises(NotVerified, match="it was cut short, or is not what you know"):
        bench.obtain({"tarball": {"path": str(release.path), "sha256": whole}})
    with pytest.raises(UnsafeArchive, match="cut short or damaged"):
        bench.obtain({"tarball": {"path": str(release.path), "sha256": release.sha256}})
    assert bench.nothing()


def test_tarball_of_another_release_under_this_name(bench: Bench, tmp_path: Path, ring: Ring) -> None:
    """Signed by upstream, and old: what an attacker could serve who has no key."""
    old = Release(tmp_path / "old", ring, "4.19.0")
    where = {"url": f"file://{old.path}", "version": "4.20.0", "keys": [ring.key("upstream")]}
    with pytest.raises(BuildError, match=r"says of itself that it is Xen 4\.19\.0, and 4\.20\.0 was declared"):
        bench.obtain({"tarball": where})
    assert bench.nothing()


def test_signed_attacker(bench: Bench, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        member = tarfile.TarInfo("xen-4.20.0/../../../evil")
        archive.addfile(member)
    with pytest.raises(UnsafeArchive, match="would be written outside"):
        bench.obtain({"tarball": {"path": str(tmp_path / "evil.tar"), "sha256": sha256(tmp_path / "evil.tar")}})
    assert bench.nothing() and not list(tmp_path.rglob("evil"))


def test_tree(bench: Bench, tree: Path) -> None:
    wrong = "0" * 64
    with pytest.raises(NotVerified, match=f"its sha256 is {digest.of_tree(str(tree))}, and pinned is {wrong}"):
        bench.obtain({"tree": {"path": str(tree), "sha256": wrong}})
    made = bench.obtain({"tree": {"path": str(tree), "sha256": digest.of_tree(str(tree))}})
    assert made.source.kind == "tree" and made.tree_sha256 == made.source.sha256


def test_tree_with_something_that_leads_outside(bench: Bench, tree: Path) -> None:
    (tree / "out").symlink_to("/etc")
    with pytest.raises(UnsafeArchive, match="leads outside"):
        bench.obtain({"tree": {"path": str(tree), "sha256": "0" * 64}})


def test_tree_that_is_a_clone(bench: Bench, repository: Repository) -> None:
    (repository.path / "README").write_text("not committed\n")
    made = bench.obtain({"tree": {"path": repository.url, "commit": repository.commit}})
    assert (bench.into / "README").read_text() == "Xen\n" and made.source.commit == repository.commit


def test_between_two_releases(bench: Bench, tmp_path: Path) -> None:
    root = write_tree(tmp_path / "between", "4.20.4-pre")
    made = bench.obtain({"tree": {"path": str(root), "sha256": digest.of_tree(str(root))}})
    assert made.version == "4.20.4" and 483 in made.ledger["open"] and 477 in made.ledger["fixed"]


def test_something_else_than_xen(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(NotVerified, match="these are none of Xen"):
        bench.obtain({"tree": {"path": str(tmp_path / "other"), "sha256": digest.of_tree(str(tmp_path / "other"))}})
    assert bench.nothing()


def test_a_patch_that_does_not_fit_leaves_no_tree(bench: Bench, repository: Repository, tmp_path: Path) -> None:
    fits = patch(tmp_path / "1", "1.patch", LINES, PATCHED)
    fails = patch(tmp_path / "2", "2.patch", LINES, LINES.replace("line 21\n", "x\n"))
    with pytest.raises(PatchRefused):
        bench.obtain(git(repository), fits, fails)
    assert bench.nothing()


def test_a_tree_that_exists_stays(bench: Bench, repository: Repository) -> None:
    bench.into.mkdir(parents=True)
    (bench.into / "mine").touch()
    with pytest.raises(BadDeclaration, match="it exists"):
        bench.obtain(git(repository))
    assert (bench.into / "mine").exists()


def test_unsupported_releases_need_a_word(bench: Bench, tmp_path: Path) -> None:
    old = write_tree(tmp_path / "old", "4.5.0")
    declared = {"tree": {"path": str(old), "sha256": digest.of_tree(str(old))}}
    with pytest.raises(Unsupported, match=r"until 2018-01-15.*93 open \(XSA 117-119.*acknowledge_unsupported: true"):
        bench.obtain(declared)
    assert bench.nothing()
    bench.obtain(declared, today="2018-01-15")
    bench.into.rename(tmp_path / "then")
    made = bench.obtain({**declared, "acknowledge_unsupported": True})
    assert made.supported_until == "2018-01-15" and len(made.ledger["open"]) == 93


def test_unsupported_is_said_before_anything_is_fetched(bench: Bench) -> None:
    with pytest.raises(Unsupported):
        bench.obtain({"git": {"url": "/nowhere"}})
    assert not bench.cache.exists()


def test_unsupported_can_be_known_before() -> None:
    with pytest.raises(Unsupported):
        require_acknowledged({}, today=TODAY)
    with pytest.raises(Unsupported):
        require_acknowledged({"tree": {"path": "/x", "sha256": "0" * 64}}, "4.16.7", today=TODAY)
    require_acknowledged({"acknowledge_unsupported": True}, today=TODAY)
    require_acknowledged({"git": {"ref": "RELEASE-4.17.0"}}, today=TODAY)


def test_what_killed_runs_left_is_removed_and_nothing_else(bench: Bench, repository: Repository) -> None:
    bench.into.parent.mkdir()
    left, others = bench.into.parent / ".xen.abc_123.partial", bench.into.parent / ".xen.2.abc_123.partial"
    for directory in (left / "tree", others):
        directory.mkdir(parents=True)
    bench.obtain(git(repository))
    assert others.exists() and not left.exists()


def test_changelog_of_a_distribution_counts(bench: Bench, tmp_path: Path) -> None:
    changelog = "xen (4.17.0-1) x\n  * XSA-425 CVE-2022-42330\n"
    root = write_tree(tmp_path / "d", "4.17.0", **{"debian/changelog": changelog})
    made = bench.obtain({"tree": {"path": str(root), "sha256": digest.of_tree(str(root))}})
    assert 425 in made.ledger["fixed"] and 426 in made.ledger["open"]


def test_sub_sources_and_files(
    bench: Bench, repository: Repository, tmp_path: Path, ring: Ring, release: Release
) -> None:
    other = Repository(tmp_path / "other", ring)
    zlib = tmp_path / "zlib.tar.gz"
    zlib.write_bytes(b"zlib")
    declared = {
        **git(repository),
        "subsources": [
            {"name": "seabios", "url": other.url, "commit": other.commit},
            {"name": "ipxe", "url": other.url, "commit": other.commit},
            {"name": "qemu-xen", "path": str(release.path), "sha256": release.sha256},
        ],
        "files": [{"place": "stubdom/zlib.tar.gz", "path": str(zlib), "sha256": sha256(zlib)}],
    }
    made = bench.obtain(declared)
    assert {one.name: one.place for one in made.subsources} == {
        "seabios": "tools/firmware/seabios-dir-remote", "ipxe": "tools/firmware/etherboot/ipxe.tar.gz",
        "qemu-xen": "tools/qemu-xen", "zlib.tar.gz": "stubdom/zlib.tar.gz",
    }  # fmt: skip
    assert made.absent == ("qemu-xen-traditional", "ovmf", "mini-os")
    assert (bench.into / "tools/firmware/seabios-dir-remote/README").exists()
    assert (bench.into / "tools/qemu-xen/README").exists()
    with tarfile.open(bench.into / "tools/firmware/etherboot/ipxe.tar.gz") as packed:
        assert "ipxe/README" in packed.getnames()
    bench.into.rename(tmp_path / "first")
    assert bench.obtain(declared).tree_sha256 == made.tree_sha256


@pytest.mark.parametrize("place", ["../x", "/etc/x", "a/../../x", "./x", ".git/config", "a//b"])
def test_files_stay_in_the_tree(bench: Bench, repository: Repository, place: str) -> None:
    file = {"place": place, "path": "/etc/hostname", "sha256": "0" * 64}
    with pytest.raises(BadDeclaration, match="no plain path inside the tree"):
        bench.obtain({**git(repository), "files": [file]})


def test_what_is_there_is_not_replaced(bench: Bench, repository: Repository, tmp_path: Path) -> None:
    file = {"place": "xen/Makefile", "path": str(tmp_path / "x"), "sha256": "0" * 64}
    with pytest.raises(BadDeclaration, match="the sources have a xen/Makefile already"):
        bench.obtain({**git(repository), "files": [file]})
    assert bench.nothing()


def test_sub_source_that_nothing_pins_is_told_before_anything_is_fetched(bench: Bench) -> None:
    declared = {"git": {"url": "/nowhere", "ref": "RELEASE-4.20.0"}, "subsources": [{"name": "qemu-xen"}]}
    with pytest.raises(BadDeclaration, match=r"sources\.subsources\.qemu-xen"):
        bench.obtain(declared)
    assert not bench.cache.exists()


def test_sub_source_that_nothing_pins(bench: Bench, repository: Repository) -> None:
    with pytest.raises(BadDeclaration, match=r"sources\.subsources\.qemu-xen.*pin a commit"):
        bench.obtain({**git(repository), "subsources": [{"name": "qemu-xen", "url": repository.url}]})


def open_for_all(tmp_path: Path) -> None:
    """pytest makes its directories for one user alone."""
    for directory in [tmp_path, *tmp_path.parents]:
        if directory == Path(tempfile.gettempdir()):
            return
        directory.chmod(0o755)


def test_as_another_user(bench: Bench, repository: Repository, tmp_path: Path) -> None:
    """Where the tests run as root, it is done; elsewhere the sentence says what it takes."""
    if os.geteuid():
        with pytest.raises(BadDeclaration, match="only root can work as the user root"):
            bench.obtain(git(repository), user="root")
        return
    open_for_all(tmp_path)
    made = bench.obtain(git(repository), user="nobody")
    owners = {path.lstat().st_uid for path in [bench.into, *bench.into.rglob("*")]}
    assert owners == {65534} and made.source.commit == repository.commit
    assert {path.lstat().st_uid for path in (bench.cache / "nobody").rglob("*")} == {65534}
    another = Bench(tmp_path / "second", bench.heard)
    with pytest.raises(NotVerified, match="pinned is"):
        another.obtain({"tree": {"path": repository.url, "sha256": "0" * 64}}, user="nobody")


def test_directory_that_the_user_cannot_reach(bench: Bench, repository: Repository, tmp_path: Path) -> None:
    if os.geteuid():
        return  # only root works as somebody else
    open_for_all(tmp_path)
    bench.into.parent.mkdir()
    bench.into.parent.chmod(0o700)
    with pytest.raises(BuildError, match=r"its user cannot get there; .*mode 0755"):
        bench.obtain(git(repository), user="nobody")
    assert bench.nothing()


def test_no_such_user(bench: Bench, repository: Repository) -> None:
    with pytest.raises(BadDeclaration, match="there is no user 'nobody-at-all'"):
        bench.obtain(git(repository), user="nobody-at-all")


def test_cache_that_somebody_else_can_write_to(bench: Bench, repository: Repository) -> None:
    (bench.cache / "own").mkdir(parents=True)
    (bench.cache / "own").chmod(0o777)
    with pytest.raises(BuildError, match="somebody else can write to it"):
        bench.obtain(git(repository))


def test_what_is_said_cannot_drive_a_terminal(bench: Bench, tmp_path: Path) -> None:
    root = write_tree(tmp_path / "a\x1b[2Jtree")
    bench.obtain({"tree": {"path": str(root), "sha256": digest.of_tree(str(root))}})
    assert any(line.startswith("Copying") for line in bench.heard) and "\x1b" not in "".join(bench.heard)


def test_passwords_are_not_shown(bench: Bench) -> None:
    with pytest.raises(BuildError) as raised:
        bench.obtain({"git": {"url": "https://user:secret@127.0.0.1:1/xen.git", "commit": "0" * 40}})
    assert "secret" not in str(raised.value) + "".join(bench.heard) and "127.0.0.1" in str(raised.value)
