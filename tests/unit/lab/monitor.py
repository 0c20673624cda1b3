# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The monitor of a QEMU that is not there."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Answers = Callable[[str], list[dict[str, Any]]]


@contextmanager
def qemu(directory: Path, answers: Answers) -> Iterator[Path]:
    """A stand-in for QEMU that greets and answers each command by name."""
    here = os.getcwd()
    os.chdir(directory)  # as QEMU does: the directory's path may be too long for a socket
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("qmp.sock")
        os.chdir(here)
        listener.listen()

        def serve() -> None:
            connection, _address = listener.accept()
            with connection, connection.makefile("rw") as file:
                file.write(json.dumps({"QMP": {}}) + "\n")
                file.flush()
                for line in file:
                    name = json.loads(line)["execute"]
                    for message in [{"return": {}}] if name == "qmp_capabilities" else answers(name):
                        file.write(json.dumps(message) + "\n")
                    file.flush()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield directory / "qmp.sock"
        thread.join(10)
