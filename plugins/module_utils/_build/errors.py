# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a tree of sources could not be had: what is wrong, where, and what to do. The type says of what kind it is."""

from __future__ import annotations

from collections.abc import Mapping


class BuildError(Exception):
    """``str()`` is one sentence for the user. The parts cross from an unprivileged child as plain data."""

    def __init__(self, what: str, where: str = "", remedy: str = "") -> None:
        text = f"{where}: {what}" if where else what
        super().__init__(printable(f"{text}; {remedy}" if remedy else text))
        self.what, self.where, self.remedy = what, where, remedy

    def as_dict(self) -> dict[str, str]:
        return {"type": type(self).__name__, "what": self.what, "where": self.where, "remedy": self.remedy}


class BadDeclaration(BuildError):
    """What was declared cannot be meant, or pins nothing. Found before anything is fetched."""


class NotFetched(BuildError):
    """The network, a server or a file did not give what was asked for."""


class NotVerified(BuildError):
    """Something was had, and it is not what was pinned, or not signed by whom it must be."""


class UnsafeArchive(BuildError):
    """An archive is damaged, or would write where it must not."""


class PatchRefused(BuildError):
    """A patch does not fit the tree exactly."""


class Unsupported(BuildError):
    """The release has no security support any more, and nobody acknowledged that."""


TYPES: dict[str, type[BuildError]] = {
    one.__name__: one for one in (BadDeclaration, NotFetched, NotVerified, UnsafeArchive, PatchRefused, Unsupported)
}


def from_dict(said: Mapping[str, str]) -> BuildError:
    return TYPES.get(said["type"], BuildError)(said["what"], said["where"], said["remedy"])


def disk_error(error: OSError, where: str) -> BuildError:
    """What this host's disk says: no space, no permission."""
    return BuildError(
        f"{error.strerror or error}", str(error.filename or where), "look at its space, its quota and its permissions"
    )


def printable(text: str) -> str:
    """What a server, an archive or a patch says must not drive a terminal."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
