# SPDX-License-Identifier: GPL-3.0-or-later
"""What Xen forgets, as text of systemd units that do it again. docs/decisions/resource-units.md says why like this."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Command
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import HEADER, is_ours
from ansible_collections.xlops.xen.plugins.module_utils._plan.units import (
    DROP_IN,
    SHARES_DROP_IN,
    drop_in_name,
    escape,
    literal,
)

TEMPLATE, TARGET = "xen-resource@.service", "xen-resources@.target"
POOLS, PCI, SCHEDULERS = STAGES = ("pools", "pci", "schedulers")  # one after the other, and guests after the last
OURS = DROP_IN[: -len(".conf")]  # how the files begin that are ours
GUESTS = ""  # what is done whenever the unit of a guest has started it
ITSELF = "${XEN_GUEST}"  # the guest, in a command of its own unit

TEMPLATE_TEXT = f"""\
{HEADER}
[Unit]
Description=Xen resource %I, as declared
ConditionPathExists=/proc/xen/capabilities
After=proc-xen.mount xenstored.service xen-init-dom0.service xen.service xencommons.service
Before=xendomains.service

[Service]
Type=oneshot
RemainAfterExit=true

[Install]
WantedBy=multi-user.target
"""
TARGET_TEXT = f"""\
{HEADER}
[Unit]
Description=Xen resources of the host: %I
"""

SECTION = "#: "  # before the lines that say one thing, with what it is
PLAIN = re.compile(r"[A-Za-z0-9_./:=,+@-]+")


class Line(NamedTuple):
    """A command of a unit. ``expected`` says why it may fail; a check runs when all other commands did."""

    command: Command
    expected: str = ""
    check: bool = False


@dataclass(frozen=True)
class Resource:
    """What one file of a unit keeps: by what is said, the lines that say it again. No lines: it is kept no more.

    What else the file says stays, unless ``sections`` is None, by which all of it goes.
    """

    unit: str  # empty for a guest's own
    path: str  # of the file, below the directory of units
    stage: str
    sections: Mapping[str, Sequence[Line]] | None = None

    def text(self, former: str | None, xl: str) -> str | None:
        """The file, None where there is nothing to keep."""
        if self.sections is None:
            return None
        kept = dict(_sections(former)) if former is not None and is_ours(former) else {}
        for key, lines in self.sections.items():
            kept.pop(key, None)
            if lines:
                kept[key] = [row for line in lines for row in _rows(line, xl, self.stage)]
        if not kept:
            return None
        listed = [row for key in sorted(kept, key=_place) for row in (f"{SECTION}{key}", *kept[key])]
        return "\n".join([HEADER, *_order(self.stage), "[Service]", *listed]) + "\n"


def pools_resource(pool: str, sections: Mapping[str, Sequence[Line]] | None) -> Resource:
    """All pools are one unit, for Xen moves one CPU at a time, and without a word leaves out another one."""
    unit = f"xen-resource@{POOLS}.service"
    return Resource(unit, f"{unit}.d/{OURS}-{pool}.conf", POOLS, sections)


def resource(stage: str, kind: str, name: str, sections: Mapping[str, Sequence[Line]] | None) -> Resource:
    """One with a unit of its own."""
    unit = f"xen-resource@{escape(f'{kind}:{name}')}.service"
    return Resource(unit, f"{unit}.d/{DROP_IN}", stage, sections)


def guest_resource(guest: str, sections: Mapping[str, Sequence[Line]] | None) -> Resource:
    return Resource("", drop_in_name(guest, SHARES_DROP_IN), GUESTS, sections)


def commands_in(text: str | None) -> list[str]:
    """The lines of a file that give commands."""
    return [row for row in (text or "").splitlines() if row.startswith("Exec")]


# The order in which one thing is said after the other, where it matters: a rate limit is never longer than a slice.
_SAID_FIRST = ("tslice_ms",)


def _place(key: str) -> tuple[bool, str]:
    return key not in _SAID_FIRST, key


def _sections(text: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for row in text.splitlines():
        if row.startswith(SECTION):
            found.append((row[len(SECTION) :], []))
        elif found:
            found[-1][1].append(row)
    return found


def _order(stage: str) -> list[str]:
    """The targets between the stages. They come with whoever waits for them, or is waited for."""
    if stage == GUESTS:
        return []
    place = STAGES.index(stage)
    targets = [f"xen-resources@{name}.target" for name in STAGES]
    after = [f"After={' '.join(targets[:place])}"] if place else []
    return ["[Unit]", f"Wants={' '.join(targets)}", *after, f"Before={' '.join(targets[place:])}"]


def _rows(line: Line, xl: str, stage: str) -> list[str]:
    key = "ExecStartPost" if line.check or stage == GUESTS else "ExecStart"
    words = " ".join([word(xl), *map(word, line.command)])
    comment = [f"# May fail: {line.expected}."] if line.expected else []
    return [*comment, f"{key}={'-' if line.expected else ''}{words}"]


def word(text: str) -> str:
    """One argument of a command in a unit, in which systemd finds nothing to split or to expand."""
    if text == ITSELF:
        return f'"{text}"'
    if PLAIN.fullmatch(text):
        return text
    escaped = literal(text.replace("\\", "\\\\").replace('"', '\\"'))
    return f'"{escaped}"'
