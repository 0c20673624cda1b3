# SPDX-License-Identifier: GPL-3.0-or-later
"""What a tree of sources is made of, and how each part was verified: for the manifest, and for the SBOM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Part:
    """One thing that was fetched: Xen itself, or a sub-source. Of ``commit`` and ``sha256`` it has at least one.

    ``verified`` says how, one mapping each: ``by`` is signature, commit, sha256 or distribution.
    """

    name: str
    kind: str
    url: str
    ref: str = ""
    commit: str = ""
    sha256: str = ""
    version: str = ""
    place: str = ""
    verified: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Provenance:
    """``release`` is 4.5, ``version`` 4.5.0; ``epoch`` is the time of the sources, in seconds, for SOURCE_DATE_EPOCH.

    ``tree_sha256`` is the digest of all that is in the tree, after the patches. ``absent`` are the sub-sources that a
    build of this version would fetch, because they are not in the tree. ``supported_until`` is an ISO 8601 day, or "".
    """

    release: str
    version: str
    source: Part
    subsources: tuple[Part, ...]
    absent: tuple[str, ...]
    patches: tuple[Mapping[str, Any], ...]
    ledger: Mapping[str, Any]
    supported_until: str
    epoch: int
    tree_sha256: str
    changed_by_patches: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Plain data, which JSON and YAML have words for."""
        return {key: _plain(value) for key, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Provenance:
        """What ``as_dict()`` said."""
        parts = {"source": _part(said["source"]), "subsources": tuple(map(_part, said["subsources"]))}
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in said.items()
        }
        return cls(**{**values, **parts})


def _part(said: Mapping[str, Any]) -> Part:
    return Part(**{**said, "verified": tuple(said["verified"])})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value
