# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of Xen's security advisories (XSA) a tree has the fixes of, which it lacks, and which nobody looked at for it.

It is as good as upstream's commit messages: an advisory counts as fixed where a commit says so. Those about qemu and
other sub-sources have their commits elsewhere, and are not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._schema.xen_releases import numbers
from ansible_collections.xlops.xen.plugins.module_utils._schema.xsa_table import AS_OF, FIXED


@dataclass(frozen=True)
class Ledger:
    """``open``: fixed on the branch after this version. ``later``: fixed elsewhere after the branch had its last fix.

    An advisory of ``later`` may not concern this release, but nobody says so.
    """

    as_of: str
    fixed: tuple[int, ...]
    open: tuple[int, ...]
    later: tuple[int, ...]

    def as_dict(self) -> dict[str, object]:
        return {"as_of": self.as_of, "fixed": list(self.fixed), "open": list(self.open), "later": list(self.later)}

    def __str__(self) -> str:
        first = min(self.later, default=0)
        never = f"; {len(self.later)} younger ones (from XSA {first}) nobody looked at for this release"
        return (
            f"Security advisories, as upstream's history names them until {self.as_of}: {len(self.fixed)} fixed; "
            f"{len(self.open)} open{_named(self.open)}{never if self.later else ''}"
        )


def ledger(version: str, patched: Iterable[int] = (), *, released: bool = True) -> Ledger:
    """The ledger of a version (4.17.5), with what patches fix besides. A version not known is as the one before it.

    One that is not ``released`` yet (4.20.5-pre) may lack what the release has.
    """
    branch = version.rsplit(".", 1)[0]
    rows = {row: set(map(int, said.split())) for row, said in FIXED.items()}
    before: set[int] = set().union(*(rows[row] for row in rows if _is_first(row) and _reached(row, version, released)))
    own = {row for row in rows if row == branch or (row.rsplit(".", 1)[0] == branch and not _is_first(row))}
    reached = {row for row in own if row != branch and _reached(row, version, released)}
    done = set(patched)
    lacking = set().union(*(rows[row] for row in own - reached)) - done
    fixed = (before.union(*(rows[row] for row in reached)) | done) - lacking
    newest = max(before.union(*(rows[row] for row in own)), default=0)
    later = {one for row in rows.values() for one in row if one > newest} - done
    return Ledger(AS_OF, *(tuple(sorted(one)) for one in (fixed, lacking, later)))


def _reached(row: str, version: str, released: bool) -> bool:
    return numbers(row) < numbers(version) or (released and row == version)


def _is_first(row: str) -> bool:
    return row.count(".") == 2 and row.endswith(".0")


def _named(advisories: tuple[int, ...]) -> str:
    """Their numbers, neighbours as a range."""
    ranges: list[list[int]] = []
    for one in advisories:
        if ranges and one == ranges[-1][1] + 1:
            ranges[-1][1] = one
        else:
            ranges.append([one, one])
    said = ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in ranges)
    return f" (XSA {said})" if said else ""
