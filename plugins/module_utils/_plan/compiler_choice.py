# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a release and a compiler together, and what the build is given for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.compiler_knowledge import (
    COMBINATIONS,
    REMEDIES,
    SUITES,
    Combination,
    Compiler,
    Remedy,
    Suite,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release


class Untried(Exception):
    """A combination of which nobody knows whether it works; str() names the nearest that is known."""


@dataclass(frozen=True)
class Needs:
    """The cures for a release and a compiler, added up."""

    remedies: tuple[Remedy, ...]

    @property
    def flags(self) -> list[str]:
        return [flag for one in self.remedies for flag in one.flags]

    @property
    def hypervisor_flags(self) -> list[str]:
        return [flag for one in self.remedies for flag in one.hypervisor_flags]

    @property
    def objects(self) -> dict[str, tuple[str, ...]]:
        return _added(one.objects for one in self.remedies)

    @property
    def configure(self) -> dict[str, str]:
        return _added(one.configure for one in self.remedies)

    @property
    def make(self) -> dict[str, str]:
        return _added(one.make for one in self.remedies)

    @property
    def options(self) -> dict[str, bool]:
        return _added(one.options for one in self.remedies)

    @property
    def programs(self) -> list[str]:
        return sorted({name for one in self.remedies for name in one.programs})

    def identity(self) -> dict[str, Any]:
        """What of it changes the result, for the fingerprint."""
        return {
            "flags": self.flags,
            "hypervisor_flags": self.hypervisor_flags,
            "objects": {name: list(flags) for name, flags in self.objects.items()},
            "configure": self.configure,
            "make": self.make,
            "options": self.options,
            "programs": self.programs,
        }


def _added(parts: Any) -> dict[str, Any]:
    return {key: value for part in parts for key, value in part.items()}


def needs(release: Release, compiler: Compiler) -> Needs:
    return Needs(tuple(one for one in REMEDIES if one.scope.covers(release, compiler)))


def combination(release: Release, compiler: Compiler, untried: bool) -> Combination | None:
    """What is known of the two. One that was never booted is refused, unless the user wants to try it."""
    found = next((one for one in COMBINATIONS if one.scope.covers(release, compiler)), None)
    if untried or (found and found.booted):
        return found
    nearest = _nearest(release, compiler)
    advice = (
        f"The nearest that was booted is Xen {_range(*nearest.scope.releases)} by {nearest.scope.family} "
        f"{_range(*nearest.scope.compilers)} ({nearest.source}), which Debian {nearest.suite} has. To try it all "
        f"the same, "
        f"set untried to true."
    )
    if found:
        caution = f", and {found.caution}" if found.caution else ""
        raise Untried(f"Xen {release} by {compiler} compiles, but was not booted{caution}. {advice}")
    raise Untried(f"Xen {release} by {compiler} is not known to work. {advice}")


def _nearest(release: Release, compiler: Compiler) -> Combination:
    """Of the booted ones: first the same release, then the nearest one; then the nearest compiler."""

    def distance(one: Combination) -> tuple[int, int, int]:
        return (
            _outside(one.scope.releases, release, lambda other: other.minor),
            int(one.scope.family != compiler.family),
            _outside(one.scope.compilers, compiler.major, lambda other: other),
        )

    return min((one for one in COMBINATIONS if one.booted), key=distance)


def _outside(span: tuple[Any, Any], value: Any, number: Any) -> int:
    first, last = span
    if value < first:
        return int(number(first) - number(value))
    return 0 if last is None or value <= last else int(number(value) - number(last))


def _range(first: Any, last: Any) -> str:
    return str(first) if first == last else f"{first} and later" if last is None else f"{first} to {last}"


def suite_for(release: Release) -> Suite:
    """Where a release is built unless the user says otherwise."""
    return next(one for one in SUITES if one.releases[0] <= release and (one.releases[1] or release) >= release)


def forced(options: Mapping[str, Any], wanted: Mapping[str, bool]) -> dict[str, Any]:
    """The options with what a remedy needs. What the user asked for otherwise is not overruled in silence."""
    against = sorted(name for name, value in wanted.items() if name in options and bool(options[name]) != value)
    if against:
        raise Untried(
            f"{', '.join(against)}: this compiler cannot build it; leave it out, or take a compiler that is known to"
        )
    return {**options, **wanted}
