# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of QEMU's machine protocol (QMP), as much of it as the lab needs."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError

MIGRATION_POLL = 0.1


@contextmanager
def connected(path: Path, timeout: float | None) -> Iterator[socket.socket]:
    """A connection to a Unix socket, however long its path is: the kernel's limit is 107 bytes, and a path through
    an open directory of /proc/self/fd is short."""
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stream:
            stream.settimeout(timeout)
            stream.connect(f"/proc/self/fd/{directory}/{path.name}")
            yield stream
    finally:
        os.close(directory)


class Qmp:
    """One QMP session: ``with Qmp(path) as qmp: qmp.command("query-status")``."""

    def __init__(self, path: Path, timeout: float = 30.0) -> None:
        self._path = path
        self._timeout = timeout

    def __enter__(self) -> Qmp:
        self._connection = connected(self._path, self._timeout)
        try:
            stream = self._connection.__enter__()
        except OSError as error:
            raise LabError(f"QEMU does not answer on {self._path}: {error.strerror or error}") from None
        self._file = stream.makefile("rw", encoding="utf-8")
        self._receive()
        self.command("qmp_capabilities")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._connection.__exit__(None, None, None)

    def command(self, name: str, **arguments: Any) -> Any:
        """Execute one command and return its result; events in between are of no interest here."""
        self._file.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
        self._file.flush()
        while True:
            answer = self._receive()
            if "error" in answer:
                raise LabError(f"QEMU refused {name}: {answer['error'].get('desc', answer['error'])}")
            if "return" in answer:
                return answer["return"]

    def migrated(self, limit: float) -> None:
        """Wait until the running migration (out to a file, or in from one) is complete."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            state = self.command("query-migrate")
            if state.get("status") == "completed":
                return
            if state.get("status") in ("failed", "cancelled"):
                raise LabError(f"QEMU could not move the machine's state: {state.get('error-desc', 'no reason given')}")
            time.sleep(MIGRATION_POLL)
        raise LabError(f"QEMU did not finish moving the machine's state within {limit:.0f} s")

    def _receive(self) -> dict[str, Any]:
        try:
            line = self._file.readline()
        except OSError as error:
            raise LabError(f"QEMU stopped answering on {self._path}: {error}") from None
        if not line:
            raise LabError(f"QEMU closed the connection on {self._path}")
        message: dict[str, Any] = json.loads(line)
        return message
