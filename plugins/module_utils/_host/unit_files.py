# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of systemd's units on a host, which are read and written without systemd. Each change is atomic."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import (
    CANDIDATE_SUFFIX,
    entries,
    read_text,
    replace_file,
    settle_directory,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.systemd import systemctl
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import sentence

MODE = 0o644  # systemd complains of less, and there is no secret in them


@dataclass(frozen=True)
class UnitFiles:
    """Texts by their names below the directory of units, as ``UNIT`` or ``UNIT.d/FILE``; and links that start units."""

    paths: Paths

    @property
    def systemd(self) -> bool:
        """Whether it runs the host."""
        return os.path.isdir(self.paths.systemd)

    def names(self, directory: str = "") -> list[str]:
        return entries(self.path(directory) if directory else self.paths.units)

    def path(self, name: str) -> str:
        return f"{self.paths.units}/{name}"

    def read(self, name: str) -> str | None:
        return read_text(self.path(name))

    def write(self, name: str, text: str) -> None:
        self._mark()
        path = self.path(name)
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        replace_file(path, text.encode(), MODE)
        settle_directory(self.paths.units)

    def put(self, name: str, text: str | None) -> None:
        """Write a text; None removes it, and its directory where that is empty then."""
        if text is not None:
            self.write(name, text)
            return
        self._mark()
        directory, base = os.path.split(self.path(name))
        for entry in entries(directory):
            if entry == base or (entry.startswith(f".{base}.") and entry.endswith(CANDIDATE_SUFFIX)):
                os.unlink(f"{directory}/{entry}")
        if "/" in name:
            with suppress(OSError):  # it has more drop-ins
                os.rmdir(directory)
        settle_directory(self.paths.units)

    def linked(self, unit: str) -> bool:
        return os.path.lexists(self._link(unit))

    def link(self, unit: str, target: str) -> None:
        """Start a unit when the host boots."""
        os.makedirs(self.paths.wanted_units, mode=0o755, exist_ok=True)
        with suppress(FileNotFoundError):
            os.unlink(self._link(unit))
        os.symlink(self.path(target), self._link(unit))
        settle_directory(self.paths.wanted_units)

    def relink(self, former: str, unit: str) -> None:
        """Start another unit instead, of the same template."""
        os.replace(self._link(former), self._link(unit))
        settle_directory(self.paths.wanted_units)

    def unlink(self, unit: str) -> None:
        with suppress(FileNotFoundError):
            os.unlink(self._link(unit))
            settle_directory(self.paths.wanted_units)

    def reload(self) -> bool:
        """Have systemd read what was changed, if anything was."""
        if not os.path.exists(self.paths.changed_units):
            return False
        finished = systemctl("daemon-reload")
        if not finished.ok:
            raise GuestError(f"{sentence('systemctl daemon-reload', finished)}; so systemd has the former units")
        os.unlink(self.paths.changed_units)
        return True

    def _link(self, unit: str) -> str:
        return f"{self.paths.wanted_units}/{unit}"

    def _mark(self) -> None:
        """Before a text is changed: where the run dies, the next one knows that systemd has not read it."""
        with open(self.paths.changed_units, "ab"):
            pass


def settled_program(path: str) -> str:
    """A program as units name it. Of /sbin and /usr/sbin, which are one, each user finds another first."""
    directory, base = os.path.split(path)
    return os.path.join(os.path.realpath(directory), base)
