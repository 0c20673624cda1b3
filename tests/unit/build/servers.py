# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Web servers that are cut, change their mind, or have no end."""

from __future__ import annotations

import http.server
import threading
from dataclasses import dataclass, field
from types import TracebackType


@dataclass
class Served:
    """What one path gives. ``cut`` has, for each coming answer, after how many bytes the connection ends."""

    content: bytes
    etag: str = '"1"'
    cut: list[int] = field(default_factory=list)
    status: int = 200
    length: int | None = None
    ranges: list[str] = field(default_factory=list)


class Server:
    """``with Server() as server: server["name"] = Served(...)``; ``server.url("name")``."""

    def __init__(self) -> None:
        self.files: dict[str, Served] = {}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, *_arguments: object) -> None:
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            def handle_error(self, *_arguments: object) -> None:
                """A client that goes away is what is tested."""

        self._server = Quiet(("127.0.0.1", 0), Handler)

    def __enter__(self) -> Server:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __setitem__(self, name: str, served: Served) -> None:
        self.files[name] = served

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/{name}"

    def answer(self, request: http.server.BaseHTTPRequestHandler) -> None:
        served = self.files.get(request.path[1:], Served(b"", status=404))
        asked = request.headers.get("Range", "")
        served.ranges.append(asked)
        start = 0
        if asked and request.headers.get("If-Range") == served.etag and served.status == 200:
            start = int(asked.partition("=")[2].partition("-")[0])
        content = served.content[start:]
        request.send_response(206 if start else served.status)
        request.send_header("ETag", served.etag)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(served.content) - 1}/{len(served.content)}")
        request.send_header("Content-Length", str(len(content) if served.length is None else served.length))
        request.end_headers()
        request.wfile.write(content[: served.cut.pop(0)] if served.cut else content)
        request.close_connection = True
