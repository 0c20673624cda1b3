# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The serial console on a terminal."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._lab import console


class Terminal:
    """Two pipes for keyboard and screen, and the console's far end."""

    def __init__(self) -> None:
        self.keyboard, self.keys = os.pipe()
        self.seen, self.screen = os.pipe()
        self.near, self.far = socket.socketpair()
        self.session = threading.Thread(target=console.attach, args=(self.near, self.keyboard, self.screen))
        self.session.start()

    def close(self) -> None:
        for fd in (self.keyboard, self.keys, self.seen, self.screen):
            os.close(fd)
        self.near.close()
        self.far.close()


@pytest.fixture
def terminal():
    terminal = Terminal()
    yield terminal
    terminal.far.close()
    terminal.session.join(10)
    terminal.close()


def test_keys_go_to_the_host_and_its_output_to_the_screen(terminal: Terminal) -> None:
    os.write(terminal.keys, b"xl list\r")
    assert terminal.far.recv(100) == b"xl list\r"
    terminal.far.sendall(b"Domain-0")
    assert os.read(terminal.seen, 100) == b"Domain-0"


def test_the_leaving_key_ends_the_session_and_is_not_sent(terminal: Terminal) -> None:
    os.write(terminal.keys, console.LEAVE)
    terminal.session.join(10)
    assert not terminal.session.is_alive()
    terminal.far.setblocking(False)
    with pytest.raises(BlockingIOError):
        terminal.far.recv(100)


def test_a_host_that_goes_away_ends_the_session(terminal: Terminal) -> None:
    terminal.far.shutdown(socket.SHUT_RDWR)
    terminal.session.join(10)
    assert not terminal.session.is_alive()


def test_without_a_terminal_there_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "isatty", lambda fd: False)
    assert console.main(tmp_path / "console.sock") == "A console needs a terminal on standard input."
