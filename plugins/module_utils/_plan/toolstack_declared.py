# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module xen_units is told of units: read, held against the release, and as text of a drop-in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import (
    ERROR,
    ConfigError,
    Finding,
    did_you_mean,
    shown,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import HEADER
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import (
    FORBIDDEN,
    SCRIPTS,
    UNITS,
    units_of,
)

STARTED, STOPPED, RESTARTED = "started", "stopped", "restarted"
DROP_IN = "xlops-xen.conf"
SECTIONS = ("Unit", "Service", "Mount", "Socket")
SETTING = re.compile(r"[A-Z][A-Za-z0-9]*")


@dataclass(frozen=True)
class WantedUnit:
    """One unit; None is what nothing was said of. ``settings`` are those of its drop-in, by section."""

    name: str
    enabled: bool | None = None
    state: str | None = None
    settings: Mapping[str, Any] | None = None

    @property
    def needs_it(self) -> bool:
        """Whether the host must have the unit for that."""
        return bool(self.enabled or self.state in (STARTED, RESTARTED) or self.settings)


@dataclass(frozen=True)
class Wanted:
    """``complete`` asks for all that the release cannot do without, ``generate`` allows to make what is missing."""

    units: tuple[WantedUnit, ...] = ()
    complete: bool = False
    generate: bool = True
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def acts(self) -> bool:
        return bool(self.units or self.complete or self.settings)


def read_wanted(params: Mapping[str, Any], release: Release, origin: str) -> Wanted:
    """The declaration. A ConfigError with everything that is wrong with it."""
    units: list[WantedUnit] = []
    findings: list[Finding] = []
    known = {*units_of(release), *(script.unit for script in SCRIPTS[origin])}
    for number, given in enumerate(params.get("units") or [], start=1):
        name, found = _named(str(given["name"]), known, release)
        findings += [*found, *_settings_findings(name, given.get("settings"), release)]
        if any(name == one.name for one in units):
            findings.append(Finding(ERROR, f"number {number} of units has the same name", key=name))
        units.append(WantedUnit(name, given.get("enabled"), given.get("state"), given.get("settings")))
    if findings:
        raise ConfigError(findings)
    files = {file: params[file] for file in ("xencommons", "xendomains", "xl_conf") if params.get(file)}
    return Wanted(tuple(units), bool(params.get("complete")), bool(params.get("generate", True)), files)


def _named(said: str, known: set[str], release: Release) -> tuple[str, list[Finding]]:
    name = said if said.endswith((".service", ".mount", ".socket")) else f"{said}.service"
    if name in known:
        return name, []
    near = did_you_mean(name, tuple(sorted(known)))
    row = UNITS.get(name)
    if row is None:
        message = "it is no unit of the toolstack"
    elif row.first > release:
        message, near = f"it comes with Xen {row.first}", None
    else:
        message, near = f"it is there up to Xen {row.last} alone", None
    remedy = f"did you mean {near}?" if near else f"there are {', '.join(sorted(known))}"
    return name, [Finding(ERROR, message, key=shown(said), release=release, remedy=remedy)]


def _settings_findings(unit: str, settings: Any, release: Release) -> Iterator[Finding]:
    for section, entries in (settings or {}).items():
        key = f"{unit}.{section}"
        if section not in SECTIONS:
            near = did_you_mean(str(section), SECTIONS)
            remedy = f"did you mean {near}?" if near else f"a drop-in has {', '.join(SECTIONS)}"
            yield Finding(ERROR, "there is no such section to change", key=key, remedy=remedy)
        elif not isinstance(entries, Mapping):
            yield Finding(ERROR, f"{shown(entries)} is no mapping of settings to values", key=key)
        else:
            for setting, value in entries.items():
                yield from _setting_findings(unit, f"{key}.{setting}", str(setting), value, release)


def _setting_findings(unit: str, key: str, setting: str, value: Any, release: Release) -> Iterator[Finding]:
    if SETTING.fullmatch(setting) is None:
        yield Finding(ERROR, "it is no name of a setting of systemd's", key=key)
    why = FORBIDDEN.get((unit, setting))
    if why:
        yield Finding(ERROR, f"it would have the unit ended or started anew: {why}", key=key, release=release)
    for one in _values(value):
        if not isinstance(one, (str, int, float)) or any(ord(letter) < 32 for letter in str(one)):
            yield Finding(ERROR, f"{shown(one)} is no text of one line", key=key)
        elif str(one).endswith("\\"):
            yield Finding(ERROR, f"{shown(one)} ends in a backslash, which would join it to the next line", key=key)


def _values(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def drop_in_name(unit: str) -> str:
    return f"{unit}.d/{DROP_IN}"


def drop_in_text(settings: Mapping[str, Any]) -> str | None:
    """The text of a drop-in, None where it has nothing to say. A value of several gives several lines."""
    lines = [HEADER]
    for section in SECTIONS:
        entries = settings.get(section) or {}
        if entries:
            lines.append(f"[{section}]")
            lines += [f"{setting}={_word(one)}" for setting, value in entries.items() for one in _values(value)]
    return "\n".join(lines) + "\n" if len(lines) > 1 else None


def _word(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
