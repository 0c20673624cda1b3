# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user declared for the guests of a host: their xl.cfg keys and engine keys, or every reason why not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config import dependencies, former_names, migration_names
from ansible_collections.xlops.xen.plugins.module_utils._config.checks import Check
from ansible_collections.xlops.xen.plugins.module_utils._config.claims import duplicates
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import (
    DEFAULTS,
    ConfigError,
    Finding,
    errors_in,
    once,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.examination import CHECKS
from ansible_collections.xlops.xen.plugins.module_utils._config.kinds import NORMAL_FORM, NotThisKind, OutOfRange
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model, examine
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import NEVER_READ, finding
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import (
    ABSENT,
    ALLOWED,
    ENGINE_OPTIONS,
    PAUSED,
    RUNNING,
    STOPPED,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

IDENTITY_KEYS = ("name", "uuid")

FIRST_KEY = re.compile(r"[^.\[]*")
LONGEST_NAME = 200  # bytes; the name becomes part of file names


@dataclass(frozen=True)
class Declaration:
    """One guest. ``keys`` are its xl.cfg keys as declared, those of the defaults included, which ``of_defaults`` names.

    Of an ``only_named`` guest nothing but its name was declared, beside engine keys; what is in ``keys`` are defaults.
    """

    name: str
    state: str
    keys: Mapping[str, Any]
    autostart: bool | None = None
    autostart_by: str | None = None
    stop_timeout: int = 60
    may_destroy: bool = False
    may_restart: bool = False
    may_recreate: bool = False
    protect: Sequence[str] | None = None  # None: what the guest's file says
    depends_on: Sequence[str] = ()
    former_name: str | None = None
    only_named: bool = False
    of_defaults: frozenset[str] = frozenset()

    @property
    def describes_guest(self) -> bool:
        """Whether it says what the guest is, if only by the defaults of all."""
        return self.state != ABSENT and len(self.keys) > 1

    @property
    def goes(self) -> bool:
        return self.state in (ABSENT, STOPPED)

    @property
    def claims(self) -> Mapping[str, Any]:
        """What the guest may contend for with others: one that goes, for no more than who it is."""
        return self.identity if self.goes else self.keys

    @property
    def identity(self) -> Mapping[str, Any]:
        """The part of its keys by which it is known."""
        vifs = self.keys.get("vif")
        macs = [{"mac": vif.get("mac")} for vif in vifs if isinstance(vif, Mapping)] if isinstance(vifs, list) else []
        return {**{key: self.keys[key] for key in IDENTITY_KEYS if key in self.keys}, "vif": macs}

    @property
    def needs(self) -> tuple[str, ...]:
        """The guests without which it cannot run."""
        return dependencies.needed_by(self.keys, self.depends_on)

    def leaves_file(self, exists: bool) -> bool:
        """A guest that shall go or stay away need be no more than named: then the file it has is left alone."""
        return self.goes and (not self.describes_guest or (self.only_named and exists))

    def told(self, found: Finding) -> Finding:
        """A finding that says so where the value comes from the defaults of all guests, for there it is mended."""
        first = FIRST_KEY.match(found.key or "")
        return replace(found, key=f"{DEFAULTS}{found.key}") if first and first[0] in self.of_defaults else found

    def model(self, release: Release | None, checks: Sequence[Check] = CHECKS) -> tuple[Model, list[Finding]]:
        """The guest as a model of this release, or of any, and everything there is to say about that."""
        return examine(self.keys, release, others=tuple(ENGINE_OPTIONS), checks=checks)


def read_declarations(
    guests: Sequence[Mapping[str, Any]], defaults: Mapping[str, Any] | None = None
) -> list[Declaration]:
    """Read what was declared; keys whose value is None count as not given. ConfigError has all findings of all guests.

    What depends on the host's release is found later, guest by guest.
    """
    common = given(defaults or {})
    read: list[Declaration] = []
    findings = _faults_of_defaults(common)
    for guest in guests:
        declaration, faults = read_declaration(given(guest), common)
        read.append(declaration)
        findings += [declaration.told(one) for one in faults + errors_in(declaration.model(None)[1])]
    needs = {one.name: one.needs for one in read}
    named = [one for one in read if isinstance(one.keys.get("name"), str)]
    claiming = [one.keys if one.state in (RUNNING, PAUSED) else one.identity for one in named]
    between = [
        *duplicates(claiming),
        *dependencies.faults(needs, [one.name for one in read if one.goes]),
        *former_names.faults({one.name: one.former_name for one in read}, needs),
    ]
    by_name = {one.name: one for one in read}
    findings += [by_name[fault.guest].told(fault) if fault.guest in by_name else fault for fault in between]
    if findings:
        raise ConfigError(once(findings))
    return read


def given(value: Any) -> Any:
    """What was given: Ansible adds a None for each option, and for each sub-option, that was not."""
    if isinstance(value, Mapping):
        return {key: given(one) for key, one in value.items() if one is not None}
    return [given(one) for one in value] if isinstance(value, list) else value


def read_declaration(guest: Mapping[str, Any], defaults: Mapping[str, Any]) -> tuple[Declaration, list[Finding]]:
    """One guest, and what is wrong with its engine keys and its name. Its other keys are for model()."""
    merged = {**defaults, **guest}
    keys = {key: value for key, value in merged.items() if key not in ENGINE_OPTIONS}
    name = str(keys.get("name") or "")
    findings: list[Finding] = []
    engine = {key: _engine_value(name, key, merged.get(key), findings) for key in ENGINE_OPTIONS}
    declaration = Declaration(
        name=name,
        state=engine["state"],
        keys=keys,
        autostart=engine["autostart"],
        autostart_by=engine["autostart_by"],
        stop_timeout=engine["stop_timeout"],
        may_destroy=engine["destroy"] == ALLOWED,
        may_restart=engine["restart"] == ALLOWED,
        may_recreate=engine["recreate"] == ALLOWED,
        protect=engine["protect"],
        depends_on=engine["depends_on"],
        former_name=engine["former_name"],
        only_named=set(guest) - set(ENGINE_OPTIONS) == {"name"},
        of_defaults=frozenset(defaults).difference(guest),
    )
    return declaration, findings + _faults(declaration)


def _engine_value(guest: str, key: str, value: Any, findings: list[Finding]) -> Any:
    option = ENGINE_OPTIONS[key]
    if value is None:
        return option.implied
    try:
        return NORMAL_FORM[option.kind](value, option)
    except NotThisKind as wrong:
        rule = "out-of-range" if isinstance(wrong, OutOfRange) else "wrong-value"
        told = {"guest": guest or None, "key": key, "value": value, "remedy": wrong.remedy, "xl": NEVER_READ}
        findings.append(finding(rule, wrong.message, **told))
        return option.implied


def _faults_of_defaults(common: Mapping[str, Any]) -> list[Finding]:
    if "name" not in common:
        return []
    told = {"key": f"{DEFAULTS}name", "value": common["name"], "remedy": "name each guest in its own declaration"}
    return [finding("unusable-name", "the defaults are of all guests, and no two have one name", **told)]


def _faults(declaration: Declaration) -> list[Finding]:
    """What no single key is wrong about."""
    name = declaration.name
    faults = []
    for key, one, remedy in (
        ("name", name, "give the guest another name"),
        ("former_name", declaration.former_name or "", "no guest that this collection made has such a name: remove it"),
    ):
        if one.startswith(("-", ".")) or len(one.encode("utf-8", "replace")) > LONGEST_NAME:
            message = (
                f"the name begins with - or . or is longer than {LONGEST_NAME} bytes, and files are named after it"
            )
            faults.append(
                finding("unusable-name", message, guest=name[:LONGEST_NAME], key=key, value=one, remedy=remedy)
            )
    if "" in declaration.depends_on:
        remedy = "name the guest that this one needs, or remove it"
        faults.append(
            finding("unusable-name", "the name is empty", guest=name, key="depends_on", value="", remedy=remedy)
        )
    migrating = migration_names.fault(name)
    if migrating:
        remedy = migration_names.REMEDY
        faults.append(finding("migration-name", migrating, guest=name, key="name", value=name, remedy=remedy))
    if declaration.stop_timeout == 0 and not declaration.may_destroy:
        message = "0 seconds leave the guest no time to shut down"
        remedy = "give it some, or allow it to be destroyed with destroy: allowed"
        faults.append(finding("no-time-to-stop", message, guest=name, key="stop_timeout", value=0, remedy=remedy))
    return faults
