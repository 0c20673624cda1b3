# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host that the stand-in xl plays: its domains and settings in one file, under a lock, and a log of every call."""

from __future__ import annotations

import fcntl
import marshal
import os

# Every call of the stand-in starts a Python, which takes more than the call: what not all of them need is not imported
# here. That is why the world is no JSON, whose module costs as much as Python itself.

FREE = 3000  # MiB

World = dict


class Place:
    """A directory that holds one stand-in host."""

    def __init__(self, root: str) -> None:
        self.root = str(root)
        self.state = f"{root}/world"
        self.calls = f"{root}/calls.log"
        self.logs = f"{root}/log"
        self.userdata = f"{root}/userdata"

    def build(self, release: str = "4.17.5", **settings: object) -> None:
        """A host with nothing but Domain-0."""
        for directory in (self.logs, self.userdata):
            os.makedirs(directory, exist_ok=True)
        dom0 = {"name": "Domain-0", "uuid": "00000000-0000-0000-0000-000000000000", "memory": 1024, "config": {}}
        world = {"release": release, "next": 1, "free": FREE, "faults": {}, "domains": {"0": dom0}, **settings}
        _write(self.state, to_bytes(world))

    def world(self) -> Opened:
        """The host, to read and to change, in a with statement."""
        return Opened(self)

    def note_call(self, words: list[str]) -> None:
        with open(self.calls, "ab") as file:
            file.write(to_bytes(words))

    def called(self) -> list[list[str]]:
        if not os.path.exists(self.calls):
            return []
        with open(self.calls, "rb") as file:
            end = os.fstat(file.fileno()).st_size
            found = []
            while file.tell() < end:
                found.append(marshal.load(file))  # noqa: S302
            return found

    def staged_path(self, domid: str, domain: World) -> str:
        return f"{self.userdata}/userdata-d.{domid}.{domain['uuid']}.xl"

    def stored_path(self, domid: str, domain: World) -> str:
        return f"{self.userdata}/userdata-d.{domid}.{domain['uuid']}.libxl-json"


class Opened:
    """The host under its lock; what was changed is written back."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def __enter__(self) -> World:
        self.lock = open(f"{self.place.root}/world.lock", "w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        with open(self.place.state, "rb") as file:
            self.content = file.read()
        self.found = marshal.loads(self.content)  # noqa: S302 (the stand-in's own memory)
        return self.found

    def __exit__(self, kind: object, *_rest: object) -> None:
        content = to_bytes(self.found)
        if kind is None and content != self.content:
            _write(f"{self.place.state}.new", content)
            os.replace(f"{self.place.state}.new", self.place.state)
        self.lock.close()


def to_bytes(value: object) -> bytes:
    """By a version that writes the same for what is the same."""
    return marshal.dumps(value, 2)


def copied(value: World) -> World:
    return marshal.loads(marshal.dumps(value))  # noqa: S302


def _write(path: str, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)


def row_state(domain: World) -> str:
    """xl's six letters."""
    ended = domain.get("ended")
    return "".join(
        (
            "-",
            "-" if ended or domain.get("paused") else "b",
            "p" if domain.get("paused") else "-",
            "s" if ended else "-",
            {"reboot": "r", "suspend": "s", "crash": "c"}.get(ended, "-"),
            "d" if domain.get("dying") else "-",
        )
    )
