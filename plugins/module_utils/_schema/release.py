# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases of Xen, ordered. Behaviour belongs to a minor release (4.17); patch levels share nearly all of it."""

from __future__ import annotations

import re
from typing import NamedTuple


class Release(NamedTuple):
    """One minor release: ``Release(4, 17)``; ``str()`` is ``4.17``."""

    major: int
    minor: int

    @classmethod
    def parse(cls, text: str) -> Release:
        """Read ``4.17``, ``4.17.5`` or ``4.21-rc``; anything else is a ValueError that says so."""
        match = re.match(r"([0-9]{1,4})\.([0-9]{1,4})(?![0-9])", text.strip())
        if match is None:
            raise ValueError(f"{text[:40]!r} is not a Xen release; write one as 4.17")
        return cls(int(match.group(1)), int(match.group(2)))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


POINT = re.compile(r"\s*[0-9]{1,4}\.[0-9]{1,4}\.([0-9]{1,4})\s*")


def point_of(text: str) -> int | None:
    """The patch level of a release, the 5 of ``4.17.5``. What is on its way to one (``4.17.6-pre``) has part of it."""
    match = POINT.fullmatch(text)
    return int(match[1]) if match else None


OLDEST = Release(4, 5)
NEWEST = Release(4, 22)
RELEASES = tuple(Release(4, minor) for minor in range(OLDEST.minor, NEWEST.minor + 1))


class OfReleases:
    """A row about what releases have from ``first`` on; up to ``last``, where it went away again."""

    first: Release
    last: Release | None

    def known_to(self, release: Release) -> bool:
        """Whether the release has it."""
        return self.first <= release and (self.last is None or release <= self.last)


def known_release(text: str) -> Release:
    """A release that somebody named, of which everything is known; a ValueError says what is wrong with it."""
    release = Release.parse(text)
    if release < OLDEST:
        raise ValueError(
            f"Xen {release} is too old, {OLDEST} is the oldest; YAML reads 4.10 as 4.1 unless it is quoted"
        )
    if (release.major, release.minor) > (NEWEST.major, NEWEST.minor):
        raise ValueError(f"Xen {release} is not known here, {NEWEST} is the newest that is")
    return release
