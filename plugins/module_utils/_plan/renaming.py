# SPDX-License-Identifier: GPL-3.0-or-later
"""A guest that is on the host under a name it had before: what is left of that, and whether it is the same guest."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import Declaration
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import ABSENT, PAUSED, RUNNING
from ansible_collections.xlops.xen.plugins.module_utils._plan.known import file_model
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import ConfigFile, Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import Presence
from ansible_collections.xlops.xen.plugins.module_utils._plan.units import started_by


@dataclass(frozen=True)
class Former:
    """What the host has under the name. A file alone counts if it is ours."""

    name: str
    domain: Domain | None
    file: ConfigFile | None
    starts: tuple[str, ...]  # what starts a guest of that name with the host
    moves: bool  # a file, a link or a unit has the name still

    @property
    def uuid(self) -> str | None:
        if self.domain is not None:
            return self.domain.uuid
        return (file_model(self.file) or {}).get("uuid")


def former(declaration: Declaration, seen: Observation) -> Former | None:
    """None where nothing is there under the former name."""
    name = declaration.former_name
    if name is None:
        return None
    domain, file = next(iter(seen.named(name)), None), seen.files.get(name)
    if domain is None and (file is None or not file.managed):
        return None
    starts = started_by(name, seen)
    return Former(name, domain, file, starts, file is not None or bool(starts) or name in seen.units.drop_ins)


def conflict(one: Former, declaration: Declaration, seen: Observation) -> str:
    """Why it cannot be renamed. What has the new name and the same uuid was left by the very renaming."""
    file = seen.files.get(declaration.name)
    there = [domain.uuid for domain in seen.named(declaration.name)]
    if file is not None:
        there.append(str((file_model(file) or {}).get("uuid")) if file.managed else "")
    if any(uuid != one.uuid for uuid in there):
        return (
            f"former_name: {one.name} and {declaration.name} are both there, and are two guests; "
            "declare them without former_name, or remove one of them"
        )
    if declaration.state == ABSENT and one.file is not None and not one.file.managed:
        return f"former_name: {one.file.path} was written by somebody else; declare the guest absent as {one.name}"
    return ""


def watched_as(
    one: Former | None, before: ConfigFile | None, declaration: Declaration, presence: Presence
) -> list[str]:
    """The names for the head of the guest's file. Only when the guest is made anew, it has another xl."""
    gone = presence in (Presence.ABSENT, Presence.HUSK)
    if gone and declaration.state in (RUNNING, PAUSED):
        return []
    names = set(before.watched_as if before is not None else ())
    return sorted(names if gone or one is None else {*names, one.name})
