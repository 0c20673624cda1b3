# SPDX-License-Identifier: GPL-3.0-or-later
"""From the text of a guest file of xend's xm to a guest for xl of a release, with a report of every option."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import (
    ERROR,
    WARNING,
    ConfigError,
    Finding,
    counted,
    errors_in,
    shown,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model, examine
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import read_declaration, read_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._config.syntax import (
    BYTE_ORDER_MARK,
    Listing,
    Scalar,
    read_settings,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_conversion import Conversion
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_hardware import HARDWARE
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_options import XM_OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_outcome import show_what_became
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_program import read_program
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import (
    DECISION,
    KEPT,
    Row,
    displayed,
    without_secrets,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_subjects import SUBJECTS
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import KEYS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release, known_release

XM, XL = "xm", "xl"
SYNTAXES = ("auto", XM, XL)

# What only one of the two knows: keys, and xl's way to write a disk.
XL_KEYS = frozenset(KEYS) - frozenset(XM_OPTIONS)
XM_KEYS = frozenset(XM_OPTIONS) - frozenset(KEYS)
XL_DISK = re.compile(r"(?:^|,)\s*(?:vdev|target|format|access|backendtype|devtype)=|^[^:,]*,(?:raw|qcow2?|vhd|qed)?,")

# Errors that name one device, and are about all that say the same with the sub-key: which was meant is open.
OF_SEVERAL_DEVICES = frozenset(("duplicate-vdev",))
# What is wrong with a device as it is: without the sub-key it would be another one, and a disk without access writable.
ABOUT_THE_DEVICE = frozenset(("read-only-disk", "emulated-twice", "no-disk-name", "pci-device-twice"))
MOST_PASSES = 10
LONGEST_VARIABLE = 1024
PLACE = re.compile(r"([^\[.]+)(?:\[([0-9]+)\])?(?:\.(.+))?")


@dataclass(frozen=True)
class Imported:
    """One guest: the model and text for xl, the rows of the report, and why there is no text, where there is none.

    ``remarks`` is what there is to say about the guest to xl of the release, beyond the options of the file.
    """

    syntax: str
    name: str
    model: Model
    config: str
    rows: list[Row]
    remarks: list[Finding] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)
    autostart: bool | None = None

    @property
    def decisions(self) -> int:
        return sum(row.action == DECISION for row in self.rows)


def import_guest(
    text: str,
    release: Release,
    filename: str = "",
    variables: Mapping[str, Any] | None = None,
    syntax: str = "auto",
) -> Imported:
    """The guest of a file, or a ConfigError where the file cannot be read at all.

    ``variables`` are what the file expects from xm's command line. A file that is xl.cfg already stays as it is.
    """
    text = text.removeprefix(BYTE_ORDER_MARK)  # Python passes over it, and xl shall have a file without
    if syntax == XL or (syntax == "auto" and is_xl_cfg(text)):
        return _passed_on(text, release, filename)
    guest = Conversion(read_program(text, filename, variables), filename)
    for convert in (*SUBJECTS, *HARDWARE):
        convert(guest)
    for key, option in XM_OPTIONS.items():
        if key in guest.settings.names and key not in guest.seen:
            guest.convert_plainly(option)
    guest.finish()
    return _settled(guest, release, filename)


def supported(release: Any) -> Release:
    """The release that xl is to be, or a ConfigError."""
    if release is None:
        raise ConfigError([Finding(ERROR, "it is missing", key="release", remedy="name that of xl, such as '4.17'")])
    try:
        return known_release(str(release))
    except ValueError as wrong:
        raise ConfigError([Finding(ERROR, str(wrong), key="release")]) from None


def usable(variables: Any) -> Mapping[str, Any]:
    """Variables for xm's command line, or a ConfigError: texts and numbers are all that it can carry."""
    if not isinstance(variables, Mapping):
        raise ConfigError([Finding(ERROR, "it is no mapping of names to values", key="variables")])
    findings = [
        Finding(ERROR, f"{shown(name)} is neither a text nor a number", key="variables", remedy="write one")
        for name, value in variables.items()
        if isinstance(value, bool) or not isinstance(value, (str, int, float)) or len(str(value)) > LONGEST_VARIABLE
    ]
    findings += [
        Finding(ERROR, f"{name} is an option of xm, and no variable", key="variables", remedy="set it in the file")
        for name in variables
        if name in XM_OPTIONS
    ]
    if findings:
        raise ConfigError(findings)
    return {str(name): str(value) if isinstance(value, str) else value for name, value in variables.items()}


def is_xl_cfg(text: str) -> bool:
    """Whether a file can only be meant for xl. What both can read is xm's, for that is whose directory it is."""
    statements, findings = read_settings(text)
    keys = {statement.key for statement in statements}
    if errors_in(findings) or keys & XM_KEYS:
        return False
    disks = [statement.value for statement in statements if statement.key == "disk"]
    items = [item for disk in disks if isinstance(disk, Listing) for item in disk.items]
    return bool(keys & XL_KEYS) or any(isinstance(item, Scalar) and XL_DISK.search(item.text) for item in items)


def _passed_on(text: str, release: Release, filename: str) -> Imported:
    model, findings = read_xl_cfg(text, filename, release)
    reading = read_declaration(text, filename)
    stated = reading.stated()
    rows = [
        Row(KEPT, key, displayed(key, stated[key]), key, line=setting.line, column=setting.column)
        for key, setting in reading.settings.items()
    ]
    config = text if text.endswith("\n") else f"{text}\n"
    return Imported(XL, str(model.get("name", "")), model, config, rows, findings)


def _settled(guest: Conversion, release: Release, filename: str) -> Imported:
    """Leave out what xl of the release would refuse or pass over, and say so, until nothing of the kind is left."""
    model, findings = _examined(guest, release)
    for _pass in range(MOST_PASSES):
        errors = errors_in(findings)
        if not errors or not _leave_out(guest, errors):
            break
        model, findings = _examined(guest, release)
    faults = errors_in(findings)
    show_what_became(guest, model, release)
    rows = sorted(guest.rows, key=lambda row: (row.line is None, row.line or 0, row.column or 0))
    remarks = [finding for finding in findings if finding.severity != ERROR]
    name = str(model.get("name", ""))
    config = "" if faults else _heading(name, filename, release, rows) + to_xl_cfg(model, release)
    return Imported(XM, name, model, config, rows, remarks, faults, guest.autostart)


def _examined(guest: Conversion, release: Release) -> tuple[Model, list[Finding]]:
    """A disk that waits for a decision shall find its bootloader when it comes, so the lack of one is a warning."""
    model, findings = examine(guest.declaration, release)
    waits = "bootloader-without-disk"
    return model, [replace(one, severity=WARNING) if one.rule == waits else one for one in findings]


def _leave_out(guest: Conversion, errors: list[Finding]) -> bool:
    """Take out of the declaration what each error is about; whether there was anything to take."""
    left: dict[str, set[int]] = {}
    acted = False
    for error in errors:
        match = PLACE.fullmatch(error.key or "")
        key, number, sub_key = match.groups() if match else ("", None, None)
        if key not in guest.declaration:
            continue
        acted = True
        value = guest.declaration[key]
        items = value if isinstance(value, list) else []
        if number is None or int(number) >= len(items):
            _decide(guest, items, error, key)
            del guest.declaration[key]
            continue
        item = items[int(number)]
        if error.rule in OF_SEVERAL_DEVICES:
            alike = [index for index, one in enumerate(items) if one.get(sub_key) == item.get(sub_key)]
            left.setdefault(key, set()).update(alike)
            _decide(guest, [items[index] for index in alike], error, key)
            continue
        _decide(guest, [item], error, key)
        if isinstance(item, dict) and sub_key in item and error.rule not in ABOUT_THE_DEVICE:
            del item[sub_key]
        else:
            left.setdefault(key, set()).add(int(number))
    for key, indexes in left.items():
        if key in guest.declaration:
            kept = [item for index, item in enumerate(guest.declaration[key]) if index not in indexes]
            guest.declaration[key] = kept
    return acted


def _decide(guest: Conversion, items: list[Any], error: Finding, key: str) -> None:
    """One decision: in the row of the first item that the error is about, while the others wait for it."""
    owners = [guest.owners[one] for one in (*map(id, items), key) if one in guest.owners]
    reason = _reason(error, owners[0].key if owners else key, key not in guest.owners)
    if not owners:
        guest.ask(key, reason)
        return
    row, *waiting = owners
    row.decide(f"{row.reason}; {reason}" if row.action == DECISION else reason)
    for other in waiting:
        if other is not row and other.action != DECISION:
            other.drop(f"it waits for what is decided about {row.key}")


def _reason(error: Finding, owner: str, of_a_device: bool) -> str:
    """What is wrong, said of the option that the file has: of one of its devices the sub-key, for xl counts others."""
    match = PLACE.fullmatch(error.key or "")
    place = (match.group(3) if match and match.group(2) and of_a_device else error.key) or ""
    release = f" (Xen {error.release})" if error.release else ""
    remedy = f"; {error.remedy}" if error.remedy else ""
    return without_secrets(f"{'' if place in ('', owner) else f'{place}: '}{error.message}{release}{remedy}")


def _heading(name: str, filename: str, release: Release, rows: list[Row]) -> str:
    """Comments on top of the file: where it comes from, and what is left to decide."""
    source = displayed("", filename or name)
    decisions = [row for row in rows if row.action == DECISION]
    lines = [f"Converted from {source} for Xen {release}, with {counted(len(decisions), 'decision')} left to make."]
    for row in decisions:
        place = f"line {row.line}, " if row.line else ""
        lines.append(f"decision: {place}{row.key or 'code'}: {row.reason}")
    return "".join(f"# {printable(line)}\n" for line in lines)


def printable(text: str) -> str:
    """One line without control characters."""
    return "".join(character if character.isprintable() else " " for character in text)


def refusal(error: ConfigError) -> list[str]:
    """Why a file cannot be read, a sentence for each reason."""
    return [without_secrets(str(finding)) for finding in error.findings]
