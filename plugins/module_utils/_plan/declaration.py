# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user declared for the guests of a host: their xl.cfg keys and engine keys, or every reason why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.claims import duplicates
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError, Finding, errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.kinds import NORMAL_FORM, NotThisKind
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model, examine
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import (
    ABSENT,
    ALLOWED,
    ENGINE_OPTIONS,
    STOPPED,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

LONGEST_NAME = 200  # bytes; the name becomes part of file names


@dataclass(frozen=True)
class Declaration:
    """One guest. ``keys`` are its xl.cfg keys as declared, those of the defaults included."""

    name: str
    state: str
    keys: Mapping[str, Any]
    autostart: bool | None = None
    stop_timeout: int = 60
    may_destroy: bool = False

    @property
    def describes_guest(self) -> bool:
        """A guest that shall go, or stay away, need not be more than named: then its file is left as it is."""
        return self.state != ABSENT and (self.state != STOPPED or len(self.keys) > 1)

    def model(self, release: Release) -> tuple[Model, list[Finding]]:
        """The guest as a model of this release, and everything there is to say about that."""
        return examine(self.keys, release)


def read_declarations(
    guests: Sequence[Mapping[str, Any]], defaults: Mapping[str, Any] | None = None
) -> list[Declaration]:
    """Read what was declared; keys whose value is None count as not given. ConfigError has all findings of all guests.

    What depends on the host's release is found later, guest by guest.
    """
    common = given(defaults or {})
    findings: list[Finding] = []
    read = [_declaration(given(guest), common, findings) for guest in guests]
    findings += duplicates([declaration.keys for declaration in read if isinstance(declaration.keys.get("name"), str)])
    if findings:
        raise ConfigError(findings)
    return read


def given(value: Any) -> Any:
    """What was given: Ansible adds a None for each option, and for each sub-option, that was not."""
    if isinstance(value, Mapping):
        return {key: given(one) for key, one in value.items() if one is not None}
    return [given(one) for one in value] if isinstance(value, list) else value


def _declaration(guest: Mapping[str, Any], defaults: Mapping[str, Any], findings: list[Finding]) -> Declaration:
    merged = {**defaults, **guest}
    keys = {key: value for key, value in merged.items() if key not in ENGINE_OPTIONS}
    name = str(keys.get("name") or "")
    engine = {key: _engine_value(name, key, merged.get(key), findings) for key in ENGINE_OPTIONS}
    declaration = Declaration(
        name=name,
        state=engine["state"],
        keys=keys,
        autostart=engine["autostart"],
        stop_timeout=engine["stop_timeout"],
        may_destroy=engine["destroy"] == ALLOWED,
    )
    findings += errors_in(examine(keys)[1])
    findings += _faults(declaration)
    return declaration


def _engine_value(guest: str, key: str, value: Any, findings: list[Finding]) -> Any:
    option = ENGINE_OPTIONS[key]
    if value is None:
        return option.implied
    try:
        return NORMAL_FORM[option.kind](value, option)
    except NotThisKind as wrong:
        findings.append(Finding(ERROR, wrong.message, guest or None, key, value, remedy=wrong.remedy))
        return option.implied


def _faults(declaration: Declaration) -> list[Finding]:
    """What no single key is wrong about."""
    name = declaration.name
    faults = []
    if name.startswith(("-", ".")) or len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        faults.append(
            Finding(
                ERROR,
                f"the name begins with - or . or is longer than {LONGEST_NAME} bytes, and files are named after it",
                name[:LONGEST_NAME],
                "name",
                name,
                remedy="give the guest another name",
            )
        )
    if declaration.stop_timeout == 0 and not declaration.may_destroy:
        faults.append(
            Finding(
                ERROR,
                "0 seconds leave the guest no time to shut down",
                name,
                "stop_timeout",
                0,
                remedy="give it some, or allow it to be destroyed with destroy: allowed",
            )
        )
    return faults
