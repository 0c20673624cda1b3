# SPDX-License-Identifier: GPL-3.0-or-later
"""Files from a server or a disk into the cache: bounded, resumed where they were cut, whole or not there.

Nothing is believed here: what comes is verified by who asked for it.
"""

from __future__ import annotations

import http.client
import os
import shutil
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from ansible_collections.xlops.xen.plugins.module_utils._build.cache import PARTIAL, Cache
from ansible_collections.xlops.xen.plugins.module_utils._build.declaration import without_password
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import NotFetched, NotVerified, disk_error
from ansible_collections.xlops.xen.plugins.module_utils._build.unprivileged import Say

# The tarball of a release has some 40 MB.
MOST_BYTES = 1 << 30
BLOCK = 1 << 18
SILENCE = 60.0
PAUSES = (1.0, 3.0, 9.0)
INTERVAL = 5.0

# A file in the cache -> nothing, or it raises NotVerified.
Judge = Callable[[str], Any]


class _NoDowngrade(urllib.request.HTTPRedirectHandler):
    """From https one is not led to http."""

    def redirect_request(self, req: urllib.request.Request, *others: Any) -> urllib.request.Request | None:
        if req.full_url.startswith("https:") and not others[-1].startswith("https:"):
            raise NotFetched(f"it leads from https to {others[-1][:80]}", without_password(req.full_url))
        return super().redirect_request(req, *others)


def obtain(url: str, cache: Cache, judge: Judge, say: Say) -> str:
    """The path of the file in the cache, once ``judge`` has let it pass.

    One that does not pass and was in the cache before, or was put together from parts, is fetched once more as a whole.
    """
    entry = cache.entry("files", [url])
    if not url.startswith("http"):
        cache.remove(entry)  # what is on this host is as near as the cache, and may have changed
    if os.path.exists(entry):
        try:
            judge(entry)
            return entry
        except NotVerified as error:
            say(f"What was fetched before cannot be used: {error}")
            cache.remove(entry)
    resumed = _fetch(url, entry, say)
    try:
        judge(entry)
    except NotVerified:
        cache.remove(entry)
        if not resumed:
            raise
        _fetch(url, entry, say)
        _judge_last(entry, cache, judge)
    return entry


def _judge_last(entry: str, cache: Cache, judge: Judge) -> None:
    try:
        judge(entry)
    except NotVerified:
        cache.remove(entry)
        raise


def _fetch(url: str, entry: str, say: Say) -> bool:
    """Make the entry; whether it was put together from parts."""
    partial = entry + PARTIAL
    say(f"Fetching {without_password(url)}")
    if not url.startswith("http"):
        _copy(unquote(urlsplit(url).path) if url.startswith("file:") else url, partial)
        resumed = False
    else:
        resumed = _download(url, partial, say)
    descriptor = os.open(partial, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    os.rename(partial, entry)
    with suppress(FileNotFoundError):
        os.unlink(_validator_file(partial))
    return resumed


def _copy(path: str, partial: str) -> None:
    Cache.clear(partial)
    try:
        if os.path.getsize(path) > MOST_BYTES:
            raise NotFetched(f"it is larger than {MOST_BYTES >> 20} MiB", path)
        with open(path, "rb") as source, open(partial, "wb") as target:
            shutil.copyfileobj(source, target, BLOCK)
    except OSError as error:
        raise NotFetched(f"it cannot be read: {error.strerror}", path) from None


def _download(url: str, partial: str, say: Say) -> bool:
    for pause in (*PAUSES, None):
        had = _size(partial)
        try:
            return _get(url, partial, say)
        except urllib.error.HTTPError as error:
            if error.code == 416:  # there is nothing behind what we have: it is whole, or of another file
                Cache.clear(partial)
            elif error.code < 500 and error.code != 429:
                raise NotFetched(f"the server says {error.code} {error.reason}", without_password(url)) from None
            why = f"the server says {error.code} {error.reason}"
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, ssl.SSLCertVerificationError):
                raise NotFetched(
                    f"its certificate is not valid: {reason.verify_message}", without_password(url),
                    "look at the host's clock and its certificates (package ca-certificates)",
                ) from None  # fmt: skip
            why = f"{reason}" or type(error).__name__
        got = _size(partial)
        if pause is None:
            raise NotFetched(
                f"{why}; {got} bytes were kept", without_password(url),
                "look at the network and the proxy, or name a mirror; the next run goes on from there",
            )  # fmt: skip
        say(f"{why}: trying again in {pause:.0f} s, from byte {got}" if got >= had else f"{why}: trying again")
        time.sleep(pause)
    return False


def _get(url: str, partial: str, say: Say) -> bool:
    """Get the file, or what of it is lacking. Whether it was only the rest."""
    request = urllib.request.Request(url, headers={"User-Agent": "xlops.xen", "Accept-Encoding": "identity"})  # noqa: S310
    had, validator = _size(partial), _read(_validator_file(partial))
    if had and validator:
        request.add_header("Range", f"bytes={had}-")
        request.add_header("If-Range", validator)
    opener = urllib.request.build_opener(
        _NoDowngrade, urllib.request.HTTPSHandler(context=ssl.create_default_context())
    )
    with opener.open(request, timeout=SILENCE) as answer:
        resumed = answer.status == 206 and str(answer.headers.get("Content-Range", "")).startswith(f"bytes {had}-")
        if answer.status == 206 and not resumed:
            raise http.client.HTTPException("the server sends another part than was asked for")
        start = had if resumed else 0
        length = answer.headers.get("Content-Length")
        whole = start + int(length) if length and length.isdigit() else None
        if whole is not None and whole > MOST_BYTES:
            raise NotFetched(f"it has {whole} bytes, more than {MOST_BYTES >> 20} MiB", without_password(url))
        with open(partial, "r+b" if resumed else "wb", buffering=0) as file:
            _write(_validator_file(partial), answer.headers.get("ETag") or answer.headers.get("Last-Modified") or "")
            file.seek(start)
            _receive(answer, file, whole, url, say)
    return resumed


def _receive(answer: IO[bytes], file: IO[bytes], whole: int | None, url: str, say: Say) -> None:
    told = time.monotonic()
    while True:
        block = answer.read(BLOCK)
        if not block:
            break
        _keep(block, file)
        if file.tell() > MOST_BYTES:
            raise NotFetched(f"it has more than {MOST_BYTES >> 20} MiB", without_password(url))
        if time.monotonic() - told > INTERVAL:
            told = time.monotonic()
            say(f"{file.tell() >> 20} MiB" + (f" of {whole >> 20}" if whole else ""))
    if whole is not None and file.tell() < whole:
        raise http.client.HTTPException(f"the connection was cut after {file.tell()} of {whole} bytes")


def _keep(block: bytes, file: IO[bytes]) -> None:
    """Write to the disk, whose errors are none of the network, which would be tried again."""
    try:
        while block:
            block = block[file.write(block) :]
    except OSError as error:
        raise disk_error(error, str(file.name)) from None


def _validator_file(partial: str) -> str:
    """What the server calls the version of the file whose first part we have."""
    return f"{partial}-of"


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def _read(path: str) -> str:
    try:
        with open(path, encoding="latin-1") as file:
            return file.read(1000).strip()
    except OSError:
        return ""


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="latin-1") as file:
        file.write(text)
