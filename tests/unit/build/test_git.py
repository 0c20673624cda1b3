# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repositories: what a ref leads to is held against pins and signatures, and git does nothing that it was not told."""

from __future__ import annotations

import functools
import http.server
import threading
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build import git
from ansible_collections.xlops.xen.plugins.module_utils._build.cache import Cache
from ansible_collections.xlops.xen.plugins.module_utils._build.declaration import read
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BadDeclaration, NotFetched, NotVerified

from .makers import Repository, Ring, Say

TAG = "v-4.20.0"
NOWHERE = "0" * 40


def find(tmp_path: Path, heard: Say, **declared: Any) -> git.Found:
    with git.git() as run:
        (tmp_path / "cache").mkdir(exist_ok=True)
        return git.find(run, read({"git": declared}).origin, Cache(str(tmp_path / "cache")), heard)  # type: ignore[arg-type]


def test_signed_tag(tmp_path: Path, repository: Repository, ring: Ring, heard: Say) -> None:
    repository.tag(TAG)
    found = find(tmp_path, heard, url=repository.url, ref=TAG, keys=[ring.key("upstream")])
    assert found.commit == repository.commit
    assert found.signature and found.signature.key == ring.fingerprints["upstream"]


def test_a_single_revision_is_fetched_and_only_once(tmp_path: Path, repository: Repository, heard: Say) -> None:
    first = repository.commit
    last = repository.change("README", "newer\n")
    repository.tag(TAG, of=last)
    found = find(tmp_path, heard, url=repository.url, ref=TAG, commit=last)
    with git.git() as run:
        assert not run.run("--git-dir", found.directory, "cat-file", "-e", first).ok
    find(tmp_path, heard, url=repository.url, ref=TAG, commit=last)
    assert [line for line in heard if line.startswith("Fetching")] == [f"Fetching {TAG} from {repository.url}"]


def test_commit_without_a_name(tmp_path: Path, repository: Repository, heard: Say) -> None:
    first = repository.commit
    repository.change("README", "newer\n")
    assert find(tmp_path, heard, url=repository.url, commit=first).commit == first


def test_tag_of_a_tag(tmp_path: Path, repository: Repository, ring: Ring, heard: Say) -> None:
    inner = repository.tag("inner", signer="")
    repository.tag(TAG, of=inner, kind="tag")
    found = find(
        tmp_path, heard, url=repository.url, ref=TAG, commit=repository.commit, keys=[ring.key("upstream")]
    )  # fmt: skip
    assert found.commit == repository.commit and found.signature


def test_moved_tag(tmp_path: Path, repository: Repository, heard: Say) -> None:
    was = repository.commit
    repository.tag(TAG, of=repository.change("README", "an attack\n"))
    with pytest.raises(NotVerified, match=f"pinned is {was}.*the tag was moved"):
        find(tmp_path, heard, url=repository.url, ref=TAG, commit=was)


def test_branch_that_moved_on(tmp_path: Path, repository: Repository, heard: Say) -> None:
    was = repository.commit
    repository.change("README", "newer\n")
    with pytest.raises(NotVerified, match="the branch has moved on: leave ref out"):
        find(tmp_path, heard, url=repository.url, ref="master", commit=was)


def test_moved_tag_of_a_known_release(tmp_path: Path, repository: Repository, heard: Say) -> None:
    repository.tag("RELEASE-4.20.0")
    with pytest.raises(NotVerified, match="it was released as 3ad5d648cda5add395f49fc3704b2552aae734f7"):
        find(tmp_path, heard, url=repository.url, ref="RELEASE-4.20.0")


def test_a_moved_tag_that_moved_back_is_fetched_again(tmp_path: Path, repository: Repository, heard: Say) -> None:
    was = repository.commit
    moved = repository.change("README", "newer\n")
    repository.tag(TAG, of=moved)
    find(tmp_path, heard, url=repository.url, ref=TAG, commit=moved)
    repository.tag(TAG, of=was)
    assert find(tmp_path, heard, url=repository.url, ref=TAG, commit=was).commit == was


def test_damaged_cache_is_fetched_again(tmp_path: Path, repository: Repository, heard: Say) -> None:
    repository.tag(TAG)
    found = find(tmp_path, heard, url=repository.url, ref=TAG, commit=repository.commit)
    for path in Path(found.directory).rglob("*.pack"):
        path.unlink()
    assert find(tmp_path, heard, url=repository.url, ref=TAG, commit=repository.commit) == found


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ({"signer": "stranger"}, "signed by a key that was not given"),
        ({"signer": "expired"}, "the key that signed it has expired"),
        ({"signer": ""}, "carries no OpenPGP signature"),
        ({"digest": "SHA1"}, r"rests on sha1.*allow_weak_digest"),
        ({"signed": b"object of another commit\n"}, "one of the two was changed"),
        ({"named": "v-4.19.0"}, "says of itself that it is 'v-4.19.0'"),
    ],
)
def test_tags_that_do_not_count(
    tmp_path: Path, repository: Repository, ring: Ring, heard: Say, tag: dict[str, Any], message: str
) -> None:
    repository.tag(TAG, **tag)
    keys = [ring.key("expired" if tag.get("signer") == "expired" else "upstream")]
    with pytest.raises(NotVerified, match=message):
        find(tmp_path, heard, url=repository.url, ref=TAG, commit=repository.commit, keys=keys)
    assert not list((tmp_path / "cache/git").iterdir())


def test_weak_digest_when_it_is_allowed(tmp_path: Path, repository: Repository, ring: Ring, heard: Say) -> None:
    repository.tag(TAG, digest="SHA1")
    found = find(
        tmp_path, heard, url=repository.url, ref=TAG, keys=[ring.key("upstream")], allow_weak_digest=True
    )  # fmt: skip
    assert found.signature and found.signature.digest == "sha1"


def test_lightweight_tag_is_signed_by_nobody(tmp_path: Path, repository: Repository, ring: Ring, heard: Say) -> None:
    repository.git("tag", TAG)
    with pytest.raises(NotVerified, match="a tag without a tag object"):
        find(tmp_path, heard, url=repository.url, ref=TAG, keys=[ring.key("upstream")])


def test_branch_is_signed_by_nobody(tmp_path: Path, repository: Repository, ring: Ring, heard: Say) -> None:
    with pytest.raises(NotVerified, match="only a tag is signed"):
        find(tmp_path, heard, url=repository.url, ref="master", keys=[ring.key("upstream")])


def test_what_is_not_there(tmp_path: Path, repository: Repository, heard: Say) -> None:
    with pytest.raises(NotFetched, match=f"there is no {TAG}"):
        find(tmp_path, heard, url=repository.url, ref=TAG, commit=repository.commit)
    with pytest.raises(NotFetched):
        find(tmp_path, heard, url=repository.url, commit=NOWHERE)
    with pytest.raises(NotFetched, match="look at the URL"):
        find(tmp_path, heard, url=str(tmp_path / "nothing"), commit=NOWHERE)
    with pytest.raises(NotFetched, match="look at the URL"):
        find(tmp_path, heard, url="https://127.0.0.1:1/xen.git", ref=TAG, commit=NOWHERE)
    assert not any("fetching all of it" in line and "127.0.0.1" in line for line in heard)
    assert not list((tmp_path / "cache/git").iterdir())


@pytest.mark.parametrize(
    "declared",
    [
        {"ref": "--upload-pack=touch /tmp/x"},
        {"ref": "-b"},
        {"ref": "a..b"},
        {"ref": "master@{1}"},
        {"ref": "HEAD^"},
        {"ref": "a b"},
        {"url": "ext::sh -c touch% /tmp/x"},
        {"url": "--upload-pack=x"},
        {"url": "host:path"},
        {"url": "fd::17"},
        {"url": "ssh://-oProxyCommand=x/y"},
        {"commit": "3ad5d648"},
        {"ref": "v-1"},
        {"ref": "RELEASE-4.20.0", "commit": NOWHERE},
    ],
)
def test_declarations_that_are_never_tried(declared: dict[str, Any]) -> None:
    commit = {} if declared.get("ref") == "v-1" else {"commit": NOWHERE}
    with pytest.raises(BadDeclaration):
        read({"git": {**commit, **declared}})


def test_a_server_without_single_revisions(tmp_path: Path, repository: Repository, ring: Ring, heard: Say) -> None:
    """As the release announcement has it: clone, and check out."""
    repository.tag(TAG)
    repository.git("update-server-info")
    with plain_server(repository.path / ".git") as url:
        found = find(tmp_path, heard, url=url, ref=TAG, keys=[ring.key("upstream")])
    assert found.commit == repository.commit
    assert any("fetching all of it" in line for line in heard)


def test_nobodys_settings_are_read(
    tmp_path: Path, repository: Repository, heard: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.tag(TAG)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[no such\n")
    for name, value in {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_CONFIG_SYSTEM": str(home / ".gitconfig"),
        "GIT_DIR": str(tmp_path / "another"),
        "GIT_TEMPLATE_DIR": str(tmp_path / "another"),
    }.items():
        monkeypatch.setenv(name, value)
    assert find(tmp_path, heard, url=repository.url, ref=TAG, commit=repository.commit).commit == repository.commit


def test_replacements_of_objects_do_not_count(tmp_path: Path, repository: Repository, heard: Say) -> None:
    was = repository.commit
    found = find(tmp_path, heard, url=repository.url, commit=was)
    other = repository.change("README", "an attack\n")
    repository.git("push", "--quiet", found.directory, f"{other}:refs/replace/{was}")
    with git.git() as run, (tmp_path / "exported.tar").open("wb") as packed:
        git.export(run, found, packed)
    assert b"an attack" not in (tmp_path / "exported.tar").read_bytes()


class plain_server:  # noqa: N801
    """Files over HTTP, as a web server without git has them."""

    def __init__(self, root: Path) -> None:
        handler = functools.partial(Quiet, directory=str(root))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __exit__(self, *reason: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
