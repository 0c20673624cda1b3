# SPDX-License-Identifier: GPL-3.0-or-later
"""console SOCKET: the serial console of an emulated host on this terminal. Ctrl-] leaves it."""

from __future__ import annotations

import os
import select
import socket
import sys
import termios
import tty
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._lab.qmp import connected

LEAVE = b"\x1d"
CHUNK = 4096


def attach(stream: socket.socket, keyboard: int, screen: int) -> None:
    """Pass keys and output between a terminal and a console until either ends or the leaving key is pressed."""
    while True:
        ready, _writable, _errors = select.select([stream.fileno(), keyboard], [], [])
        if stream.fileno() in ready:
            output = stream.recv(CHUNK)
            if not output:
                return
            os.write(screen, output)
        if keyboard in ready:
            keys = os.read(keyboard, CHUNK)
            if not keys or LEAVE in keys:
                return
            stream.sendall(keys)


def main(path: Path) -> str:
    """Run on this process's terminal; return what went wrong, or nothing."""
    if not os.isatty(0):
        return "A console needs a terminal on standard input."
    saved = termios.tcgetattr(0)
    try:
        with connected(path, None) as stream:
            sys.stdout.write(f"Connected to {path}; Ctrl-] leaves, Enter shows the prompt.\n")
            sys.stdout.flush()
            tty.setraw(0)
            attach(stream, 0, 1)
    except OSError as error:
        return f"No console at {path}: {error.strerror}. Does the host run?"
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, saved)
    return ""


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])) or 0)
