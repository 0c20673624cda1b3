# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads go on where they were cut, and what arrives is judged before anybody sees it."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build import download
from ansible_collections.xlops.xen.plugins.module_utils._build.cache import Cache
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import NotFetched, NotVerified

from .makers import Say
from .servers import Served, Server

CONTENT = bytes(range(256)) * 4000
OTHER = CONTENT[::-1]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(download, "PAUSES", (0.0, 0.0, 0.0))
    with Server() as made:
        yield made


def is_content(path: str) -> None:
    if Path(path).read_bytes() != CONTENT:
        raise NotVerified("it is not what it must be", path)


def obtain(tmp_path: Path, url: str, heard: Say) -> bytes:
    return Path(download.obtain(url, Cache(str(tmp_path)), is_content, heard)).read_bytes()


def left(tmp_path: Path) -> list[int]:
    return [path.stat().st_size for path in (tmp_path / "files").iterdir() if path.suffix == ".partial"]


def test_whole_file_is_fetched_once(tmp_path: Path, server: Server, heard: Say) -> None:
    server["x"] = Served(CONTENT)
    assert obtain(tmp_path, server.url("x"), heard) == obtain(tmp_path, server.url("x"), heard) == CONTENT
    assert server.files["x"].ranges == [""]
    assert len(list((tmp_path / "files").iterdir())) == 1


def test_cut_twice(tmp_path: Path, server: Server, heard: Say) -> None:
    server["x"] = Served(CONTENT, cut=[300_000, 400_000])
    assert obtain(tmp_path, server.url("x"), heard) == CONTENT
    assert server.files["x"].ranges == ["", "bytes=300000-", "bytes=700000-"]
    assert any("trying again in 0 s, from byte 700000" in line for line in heard)


def test_cut_too_often_and_gone_on_in_the_next_run(tmp_path: Path, server: Server, heard: Say) -> None:
    server["x"] = Served(CONTENT, cut=[100_000] * 4)
    with pytest.raises(NotFetched, match=r"400000 bytes were kept; .*the next run goes on from there"):
        obtain(tmp_path, server.url("x"), heard)
    assert left(tmp_path) == [400_000]
    assert obtain(tmp_path, server.url("x"), heard) == CONTENT
    assert server.files["x"].ranges[-1] == "bytes=400000-"


def test_file_that_changed_in_between_is_not_patched_together(tmp_path: Path, server: Server, heard: Say) -> None:
    server["x"] = Served(OTHER, cut=[100_000] * 4)
    with pytest.raises(NotFetched):
        obtain(tmp_path, server.url("x"), heard)
    server["x"] = Served(CONTENT, etag='"2"')
    assert obtain(tmp_path, server.url("x"), heard) == CONTENT


def test_parts_that_do_not_fit_are_fetched_as_a_whole(tmp_path: Path, server: Server, heard: Say) -> None:
    server["x"] = Served(OTHER, cut=[100_000] * 4)
    with pytest.raises(NotFetched):
        obtain(tmp_path, server.url("x"), heard)
    server["x"] = Served(CONTENT)  # another file, of which the server says that it is the same
    assert obtain(tmp_path, server.url("x"), heard) == CONTENT
    assert server.files["x"].ranges == ["bytes=400000-", ""]


def test_what_is_not_right_is_not_kept(tmp_path: Path, server: Server, heard: Say) -> None:
    server["x"] = Served(OTHER)
    with pytest.raises(NotVerified):
        obtain(tmp_path, server.url("x"), heard)
    assert not list((tmp_path / "files").iterdir())
    server["x"] = Served(CONTENT)
    assert obtain(tmp_path, server.url("x"), heard) == CONTENT


def test_cache_that_was_damaged(tmp_path: Path, server: Server, heard: Say) -> None:
    server["x"] = Served(CONTENT)
    obtain(tmp_path, server.url("x"), heard)
    (kept,) = (tmp_path / "files").iterdir()
    kept.write_bytes(OTHER)
    assert obtain(tmp_path, server.url("x"), heard) == CONTENT


@pytest.mark.parametrize(
    ("served", "message"),
    [
        (Served(b"", status=404), "the server says 404"),
        (Served(b"", status=503), "the server says 503"),
        (Served(b"x", length=2 << 40), "more than"),
    ],
)
def test_servers_that_have_it_not(tmp_path: Path, server: Server, heard: Say, served: Served, message: str) -> None:
    server["x"] = served
    with pytest.raises(NotFetched, match=message):
        obtain(tmp_path, server.url("x"), heard)


def test_file_without_end(tmp_path: Path, server: Server, heard: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MOST_BYTES", 300_000)
    server["x"] = Served(CONTENT, length=200_000)
    server["y"] = Served(CONTENT)
    with pytest.raises(NotFetched, match="more than"):
        obtain(tmp_path, server.url("y"), heard)


def test_nobody_there(tmp_path: Path, server: Server, heard: Say) -> None:
    url = server.url("x")
    server.__exit__(None, None, None)
    with pytest.raises(NotFetched, match="look at the network and the proxy"):
        obtain(tmp_path, url, heard)


def test_local_file_is_read_each_time(tmp_path: Path, heard: Say) -> None:
    local = tmp_path / "with a blank"
    for url in (str(local), f"file://{str(local).replace(' ', '%20')}"):
        local.write_bytes(OTHER)
        with pytest.raises(NotVerified):
            obtain(tmp_path, url, heard)
        local.write_bytes(CONTENT)
        assert obtain(tmp_path, url, heard) == CONTENT
    with pytest.raises(NotFetched, match="No such file"):
        obtain(tmp_path, str(tmp_path / "none"), heard)


def test_https_does_not_lead_to_http() -> None:
    request = urllib.request.Request("https://user:secret@example.org/x")
    with pytest.raises(NotFetched, match="from https to http://example") as raised:
        download._NoDowngrade().redirect_request(request, None, 302, "Found", {}, "http://example.org/y")
    assert "secret" not in str(raised.value)
