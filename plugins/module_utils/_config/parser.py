# SPDX-License-Identifier: GPL-3.0-or-later
"""From the text of an xl.cfg file to the model, with a position for everything there is to say about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.checks import Check
from ansible_collections.xlops.xen.plugins.module_utils._config.device_reader import (
    NoDevice,
    TooEarly,
    read_device,
    read_texts,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import (
    ConfigError,
    Finding,
    errors_in,
    shown,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.examination import CHECKS
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import COMPARED, reads_type, type_of_word
from ansible_collections.xlops.xen.plugins.module_utils._config.kinds import (
    A_LIST_OF_IT,
    EITHER,
    LISTS,
    NUMBERS,
    YES_OR_NO,
    NoNumber,
    NotThisKind,
    number_remedy,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model, examine
from ansible_collections.xlops.xen.plugins.module_utils._config.numbers import c_number
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import finding
from ansible_collections.xlops.xen.plugins.module_utils._config.spellings import OF_XEND, spelled
from ansible_collections.xlops.xen.plugins.module_utils._config.syntax import (
    READS_ADDITIONS,
    Listing,
    Scalar,
    Setting,
    Value,
    effective,
    read_settings,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_on_wrong import (
    A_LIST,
    A_LIST_WITHIN,
    A_SINGLE_VALUE,
    ADDED_NUMBER,
    GOES_ON,
    MISSPELLED,
    NO_NUMBER,
    NO_PAIR,
    NOTHING,
    Table,
    xl_on,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import (
    IGNORED,
    NESTED,
    VSND,
    Option,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import KEYS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release

OTHER_NAMES = {
    row.instead: [other.key for other in KEYS.values() if other.instead == row.instead] for row in KEYS.values()
}


# A key, and the number of an item of its list: ``disk[1].target``.
PLACE = re.compile(r"([^\[.]+)(?:\[([0-9]+)\])?")


class _Unreadable(ValueError):
    """A value that is of no use: the rules that it breaks, where, why, the table that says what xl does, the remedy.

    ``devices`` are those that xl makes all the same, as far as it reads them, and None for each of the others.
    """

    def __init__(
        self,
        message: str,
        table: Table,
        rule: str = "passed-over",
        place: Value | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message)
        self.faults = [(rule, place, message, table, remedy)]
        self.devices: list[dict[str, Any] | None] | None = None


def from_xl_cfg(text: str, filename: str = "") -> Model:
    """The model of a file, or a ConfigError with everything that xl would refuse, pass over, or not know."""
    model, findings = read_xl_cfg(text, filename)
    if errors_in(findings):
        raise ConfigError(errors_in(findings))
    return model


def read_xl_cfg(text: str, filename: str = "", release: Release | None = None) -> tuple[Model, list[Finding]]:
    """The model as far as it can be read, and what keeps it from being what the file says to xl of a release.

    How the file could say it better is for the lint.
    """
    reading = read_declaration(text, filename, release)
    model, findings = reading.examined(release)
    return model, reading.findings + [reading.positioned(finding) for finding in findings]


@dataclass(frozen=True)
class Reading:
    """What a file declares, and where: ``settings`` has the statement that holds for each key.

    A device that cannot be read is None in the declaration: those behind it keep the number that the file gives them.
    """

    declaration: dict[str, Any]
    settings: dict[str, Setting]
    statements: list[Setting]
    findings: list[Finding]
    filename: str

    def stated(self) -> dict[str, Any]:
        """The file's value of each key."""
        return {key: _plainly(setting.value) for key, setting in self.settings.items()}

    def report(
        self, rule: str, place: Setting | Value, key: str, message: str, remedy: str | None = None, xl: str = ""
    ) -> None:
        """Say something of a place in the file."""
        name = self.declaration.get("name")
        where = {"line": place.line, "column": place.column, "filename": self.filename}
        guest = name if isinstance(name, str) else None
        self.findings.append(finding(rule, message, guest=guest, key=key, remedy=remedy, xl=xl, **where))

    def examined(self, release: Release | None, checks: Sequence[Check] = CHECKS) -> tuple[Model, list[Finding]]:
        """The model of what can be read, and what there is to say about it, with the numbers of the file."""
        numbers: dict[str, list[int]] = {}
        readable = dict(self.declaration)
        for key, value in self.declaration.items():
            if isinstance(value, list) and None in value:
                numbers[key] = [number for number, device in enumerate(value) if device is not None]
                readable[key] = [value[number] for number in numbers[key]]
        model, findings = examine(readable, release, checks=checks)
        return model, [_renumbered(finding, numbers) for finding in findings]

    def positioned(self, finding: Finding) -> Finding:
        """The finding with the position of the key, or list item, it is about."""
        key = finding.key or ""
        if key in self.settings:  # an unknown one may have a point in its name
            whole = self.settings[key]
            return replace(finding, line=whole.line, column=whole.column, filename=self.filename)
        match = PLACE.match(key)
        setting = self._setting(match.group(1)) if match else None
        if match is None or setting is None:
            return replace(finding, filename=self.filename)
        place: Setting | Value = setting
        if match.group(2) is not None and isinstance(setting.value, Listing):
            place = setting.value.items[min(int(match.group(2)), len(setting.value.items) - 1)]
        return replace(finding, line=place.line, column=place.column, filename=self.filename)

    def _setting(self, key: str) -> Setting | None:
        return next((self.settings[name] for name in (key, *OTHER_NAMES.get(key, ())) if name in self.settings), None)


def _renumbered(finding: Finding, numbers: Mapping[str, Sequence[int]]) -> Finding:
    """A finding about one of the devices that can be read, about the same one of all devices."""
    match = PLACE.match(finding.key or "")
    if match is None or match.group(2) is None or match.group(1) not in numbers:
        return finding
    device, key = match.group(), match.group(1)
    meant = f"{key}[{numbers[key][int(match.group(2))]}]"
    remedy = finding.remedy and finding.remedy.replace(f"{device}.", f"{meant}.")
    return replace(finding, key=meant + match.string[match.end() :], remedy=remedy)


def read_declaration(text: str, filename: str = "", release: Release | None = None) -> Reading:
    """What the file declares to xl of a release, or to those that read most of it."""
    statements, findings = read_settings(text, filename)
    reading = Reading({}, effective(statements), statements, findings, filename)
    for key, setting in reading.settings.items():
        if key == "type" and not reads_type(release):
            continue
        option = KEYS.get(key)
        if option is None or not _reads(option, release):
            reading.declaration[key] = _plainly(setting.value)
        elif option.status == IGNORED:
            reading.report("ignored-key", setting, key, "xl warns about it and forgets it", f"use {option.instead}")
        else:
            try:
                _refuse_added_number(setting, option, release)
                _declare(reading.declaration, option, setting.value, release)
            except _Unreadable as fault:
                for rule, place, message, table, remedy in fault.faults:
                    xl = xl_on(table, key, release)
                    reading.report(rule, place or setting, key, f"{message}, and {xl}", remedy, xl)
                if fault.devices is not None and option.kind == "devices":
                    reading.declaration[key] = fault.devices
    said = types_said(reading, release)
    if len(set(said.values())) > 1:
        message = f"type says {shown(said['type'])}, and xl refuses a file that contradicts itself"
        kept = next((said[key] for key in COMPARED if said[key] in COMPARED["type"]), said["type"])
        remedy = "remove builder" if kept == said["type"] else f'write type = "{kept}" alone'
        reading.report("type-contradiction", reading.settings["builder"], "builder", message, remedy)
        reading.declaration["type"] = kept  # the guest would be that, once the remedy is taken
    return reading


def types_said(reading: Reading, release: Release | None) -> dict[str, str]:
    """The type of the guest by each of the two keys that a release reads it by; a list is as good as no key to xl."""
    keys = COMPARED if reads_type(release) else ("builder",)
    given = {key: reading.settings[key].value for key in keys if key in reading.settings}
    return {key: type_of_word(value.text, key, release) for key, value in given.items() if isinstance(value, Scalar)}


def _reads(option: Option, release: Release | None) -> bool:
    """Of a key that a release does not read, it does not matter what stands behind it."""
    return release is None or release > NEWEST or option.known_to(release)


def _refuse_added_number(setting: Setting, option: Option, release: Release | None) -> None:
    """xl adds texts and lists alone, and says so of a number, be it the first for its key (libxlu_cfg.c since 4.13)."""
    reads_additions = release is None or release >= READS_ADDITIONS
    if setting.adds and reads_additions and _is_number(setting.value, option):
        raise _Unreadable("xl adds nothing to a number", ADDED_NUMBER, remedy="write all of it behind =")


def _is_number(value: Value, option: Option) -> bool:
    may_be_one = option.numbered or option.kind in ("flag_or_texts", "flag_or_choice")
    return isinstance(value, Scalar) and (option.kind in NUMBERS or (may_be_one and c_number(value.text) is not None))


def _declare(declaration: dict[str, Any], option: Option, value: Value, release: Release | None) -> None:
    """Put the value under the key that the model has for it."""
    if option.key in ("type", "builder"):
        declaration["type"] = type_of_word(_scalar(value, A_LIST).text, option.key, release)
    elif option.key == "stdvga":
        declaration.setdefault("vga", "stdvga" if _number(_scalar(value, A_LIST), option) else "cirrus")
    elif option.key == "vga":
        declaration["vga"] = _scalar(value, A_LIST).text
    else:
        declaration[option.key] = _value(value, option, release)


def _value(value: Value, option: Option, release: Release | None) -> Any:
    if option.kind == "struct":
        return _device(_scalar(value, A_LIST), option, release)
    if option.kind in LISTS:
        return _list(value, option, release)
    if isinstance(value, Listing):
        if option.kind in EITHER:
            return [_spelled(_scalar(item).text, option, release) for item in value.items]
        raise _Unreadable("it is a list where xl reads a single value", A_LIST, remedy="write one value, without [ ]")
    if option.kind in NUMBERS:
        number = _number(value, option)
        return bool(number) if option.kind == "flag" else number
    return _word(value.text, option, release)


def _word(text: str, option: Option, release: Release | None) -> Any:
    """A text as it is; a number where a flag or the position of a word may stand."""
    number = c_number(text)
    if number is not None and option.kind in ("flag_or_texts", "flag_or_choice"):
        return bool(number)
    if number is not None and option.numbered and 0 <= number < len(option.choices):
        return option.choices[number].word
    if option.kind == "flag_or_texts":  # words are those of a list; a single one xl reads as a number
        remedy = A_LIST_OF_IT if text in option.words() else YES_OR_NO
        raise _Unreadable(f"{shown(text)} is not a number", NO_NUMBER, remedy=remedy)
    word = _spelled(text, option, release)
    return NoNumber(word) if option.kind == "flag_or_choice" and word not in option.words() else word


def _spelled(text: str, option: Option, release: Release | None) -> str:
    try:
        return spelled(text, option, release)
    except NotThisKind as wrong:
        raise _Unreadable(wrong.message, MISSPELLED, "wrong-value", remedy=wrong.remedy) from None


def _list(value: Value, option: Option, release: Release | None) -> Any:
    if isinstance(value, Scalar):
        if option.key == "bootloader_args":
            if not value.text.split():
                raise _Unreadable("it is a text without a word", NOTHING, remedy="remove it")
            return value.text.split()
        raise _Unreadable("it is a single value where xl reads a list", A_SINGLE_VALUE, remedy=A_LIST_OF_IT)
    if option.kind == "devices":
        return _devices(value, option, release)
    texts = [_scalar(item).text for item in value.items]
    return (
        [int(text) if re.fullmatch(r"\s*\+?[0-9]{1,20}", text) else text for text in texts]
        if option.kind == "integers"
        else texts
    )


def _devices(value: Listing, option: Option, release: Release | None) -> list[dict[str, Any] | None]:
    """The devices, or one complaint with those of each that cannot be read."""
    devices: list[dict[str, Any] | None] = []
    complaint = None
    for item in value.items:
        try:
            devices.append(_device(item, option, release))
        except _Unreadable as fault:
            goes_on = all(xl_on(table, option.key, release) in GOES_ON for *_where, table, _remedy in fault.faults)
            devices += fault.devices if goes_on and fault.devices else [None]
            complaint = complaint or fault
            complaint.faults += fault.faults if complaint is not fault else []
    if complaint is not None:
        complaint.devices = devices
        raise complaint
    return devices


def _device(value: Value, option: Option, release: Release | None) -> dict[str, Any]:
    try:
        if option.grammar in (NESTED, VSND):
            if isinstance(value, Scalar):
                message = f"{shown(value.text)} stands where a list of texts should be"
                raise _Unreadable(message, NO_PAIR, place=value, remedy=A_LIST_OF_IT)
            return _without_aliases(read_texts([_scalar(item).text for item in value.items], option, release), option)
        return _without_aliases(read_device(_scalar(value).text, option, release), option)
    except NoDevice as fault:
        hidden = any(row.secret for row in option.fields)
        message = (
            f"it specifies no {option.key}"
            if hidden
            else f"{shown(_plainly(value))} specifies no {option.key}: {fault}"
        )
        if isinstance(fault, TooEarly):
            message = str(fault)
        unreadable = _Unreadable(message, fault.table, fault.rule, value, fault.remedy)
        unreadable.devices = [_without_aliases(fault.device, option)]
        raise unreadable from None


def _without_aliases(device: dict[str, Any], option: Option) -> dict[str, Any]:
    """The sub-keys under the names that the model has for them."""
    rows = {row.key: row for row in option.fields}
    return {
        (rows[key].instead if key in rows and rows[key].instead else key): value
        for key, value in device.items()
        if (key not in rows or rows[key].status != IGNORED) and (key, value) != OF_XEND.get(option.key)
    }


def _scalar(value: Value, table: Table | None = None) -> Scalar:
    if isinstance(value, Listing):
        within = A_LIST_WITHIN if table is None else table
        raise _Unreadable(
            "it holds a list where xl reads a text", within, place=value, remedy="write one text, in quotes"
        )
    return value


def _number(value: Scalar, option: Option) -> int:
    number = c_number(value.text)
    if number is None:
        flag = option.kind in ("flag", "bit")
        remedy = YES_OR_NO if flag else number_remedy(value.text, option)
        raise _Unreadable(f"{shown(value.text)} is not a number", NO_NUMBER, remedy=remedy)
    return number


def _plainly(value: Value) -> Any:
    return value.text if isinstance(value, Scalar) else [_plainly(item) for item in value.items]
