# SPDX-License-Identifier: GPL-3.0-or-later
"""One walk over one declaration: every value to its normal form, everything wrong said at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.checks import Check
from ansible_collections.xlops.xen.plugins.module_utils._config.checks_devices import CHECKS as CHECKS_OF_DEVICES
from ansible_collections.xlops.xen.plugins.module_utils._config.checks_disks import CHECKS as CHECKS_OF_DISKS
from ansible_collections.xlops.xen.plugins.module_utils._config.checks_guest import CHECKS as CHECKS_OF_THE_GUEST
from ansible_collections.xlops.xen.plugins.module_utils._config.checks_hvm import CHECKS as CHECKS_OF_THE_PLATFORM
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding, did_you_mean, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import guest_type
from ansible_collections.xlops.xen.plugins.module_utils._config.kinds import (
    EITHER,
    LISTS,
    NORMAL_FORM,
    NUMBERS,
    NoSuchWord,
    NotThisKind,
    Octal,
    OutOfRange,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import finding
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_on_wrong import (
    A_LIST,
    A_SINGLE_VALUE,
    BELOW_RANGE,
    EMPTY,
    MISSING,
    NO_NUMBER,
    OUT_OF_RANGE,
    READS_OCTAL,
    UNKNOWN,
    WRONG,
    WRONG_ITEM,
    xl_on,
    xl_on_ports,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import CURRENT, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS, ROWS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, OLDEST, Release

REQUIRED = tuple(option for option in OPTIONS.values() if option.required)

CHECKS: tuple[Check, ...] = (*CHECKS_OF_THE_GUEST, *CHECKS_OF_THE_PLATFORM, *CHECKS_OF_DISKS, *CHECKS_OF_DEVICES)

NOT_IN_A_DEVICE = (
    ("\n", "line break", "no device specification can hold one"),
    (",", "comma", "xl takes a comma for the end of the value"),
)


class Examination:
    """``findings`` has what there is to say after run(). ``others`` are words that may be meant beside those of xl."""

    def __init__(
        self,
        declaration: Mapping[str, Any],
        release: Release | None,
        others: Sequence[str] = (),
        checks: Sequence[Check] = CHECKS,
    ) -> None:
        self.declaration = declaration
        self.release = release
        self.others = tuple(others)
        self.checks = checks
        self.guest = str(declaration.get("name") or "") or None
        self.findings: list[Finding] = []

    def run(self) -> dict[str, Any]:
        if self.release is not None and self.release < OLDEST:
            self.report("too-old", None, f"Xen {self.release} is too old", f"use Xen {OLDEST} or newer")
            self.release = OLDEST
        model = self.mapping(self.declaration, ROWS, OPTIONS, "")
        for option in REQUIRED:
            if self.declaration.get(option.key) is None:
                self.report("missing", option.key, "it is missing", "every guest needs one")
        for check in self.checks:
            for objection in check(model, self.release):
                if not any(self.unreadable(key, model) for key in objection.absent):
                    self.report(objection.rule, objection.key, objection.message, objection.remedy, objection.value)
        self.check_guest_type(model)
        return model

    def unreadable(self, place: str, model: Mapping[str, Any]) -> bool:
        """Whether a key, or a sub-key of one of its devices, or of the one with a number, was given for nothing."""
        key, _dot, sub_key = place.partition(".")
        key, _bracket, number = key.rstrip("]").partition("[")
        declared, read = self.declaration.get(key), model.get(key)
        if not sub_key or not isinstance(declared, (list, tuple)):
            return declared is not None and read is None
        return any(
            not isinstance(device, Mapping) or (device.get(sub_key) is not None and sub_key not in made)
            for index, (device, made) in enumerate(zip(declared, read or ()))
            if number in ("", str(index))
        )

    def report(
        self, rule: str, key: str | None, message: str, remedy: str | None, value: Any = None, xl: str = ""
    ) -> None:
        where = {"guest": self.guest, "key": key, "value": value, "release": self.release}
        self.findings.append(finding(rule, message, remedy=remedy, xl=xl, **where))

    def mapping(
        self, declared: Mapping[str, Any], rows: Sequence[Option], current: Mapping[str, Option], prefix: str
    ) -> dict[str, Any]:
        """The declared keys in their normal form, in the order of the rows."""
        for key in declared:
            if key not in current:
                self.report_unknown(prefix, str(key), rows)
        given = [row for key, row in current.items() if key in declared and declared[key] is not None]
        values = {row.key: self.value(declared[row.key], row, prefix) for row in given}
        return {key: value for key, value in values.items() if value is not None}

    def report_unknown(self, prefix: str, key: str, rows: Sequence[Option]) -> None:
        alias = next((row for row in rows if row.key == key), None)
        if alias is not None:
            remedy = f"use {prefix}{alias.instead}" if alias.instead else "remove it"
        else:
            known = tuple(row.key for row in rows if row.status == CURRENT) + (() if prefix else self.others)
            suggestion = did_you_mean(key.replace("-", "_").lower(), known)
            remedy = f"did you mean {prefix}{suggestion}?" if suggestion else "remove it"
        if prefix and key != key.strip() and key.strip() in {row.word for row in rows}:
            message = f"{shown(key)} has a blank that belongs to the name, so there is no such option"
            remedy = f"write {key.strip()}= without blanks around it"
            self.report("unknown-sub-key", prefix + key.strip(), f"{message}, and {self.unknown(prefix)}", remedy)
        elif prefix:
            self.report("unknown-sub-key", prefix + key, f"there is no such option, and {self.unknown(prefix)}", remedy)
        else:
            message = "there is no such option, and xl would ignore it without a word"
            self.report("unknown-key", key, message, remedy)

    def value(self, value: Any, option: Option, prefix: str) -> Any:
        key = prefix + option.key
        if not self.readable(key, option):
            return None
        try:
            normal = self.normal_form(value, option, key)
        except NotThisKind as fault:
            wrong = NoSuchWord(fault.word, option, self.release) if isinstance(fault, NoSuchWord) else fault
            xl = self.xl_on_wrong(wrong, value, option, key)
            message = f"{'the value is not what it must be' if option.secret else wrong.message}, and {xl}"
            rule = "out-of-range" if isinstance(wrong, OutOfRange) else "wrong-value"
            self.report(rule, key, message, wrong.remedy, None if option.secret else value, xl)
            return None
        expressible = [self.expressible(word, option, key) for word in _chosen(normal, option)]
        return normal if all(expressible) else None

    def xl_on_wrong(self, wrong: NotThisKind, value: Any, option: Option, key: str) -> str:
        if isinstance(wrong, OutOfRange):
            return xl_on(BELOW_RANGE if wrong.below else OUT_OF_RANGE, key, self.release)
        if isinstance(wrong, Octal):
            return READS_OCTAL
        empty = xl_on(EMPTY, key, self.release) if value == "" else ""
        if empty:
            return empty
        listed = isinstance(value, (list, tuple))
        if "." not in key and listed != (option.kind in LISTS) and option.kind not in EITHER:
            return xl_on(A_LIST if listed else A_SINGLE_VALUE, key, self.release)
        if listed and key == "ioports":
            return xl_on_ports([str(item) for item in value])
        if listed:
            return xl_on(WRONG_ITEM, key, self.release, option.kind)
        words = option.words()
        if isinstance(value, str) and value not in words and option.spelling_of(value, self.release) in words:
            return "modules take it in small letters alone, though xl does not"
        if "." not in key and option.kind in NUMBERS:
            return xl_on(NO_NUMBER, key, self.release)
        return xl_on(WRONG, key, self.release, option.kind)

    def unknown(self, path: str) -> str:
        """What xl does with a sub-key that it does not know."""
        return xl_on(UNKNOWN, path.partition("[")[0].partition(".")[0], self.release)

    def normal_form(self, value: Any, option: Option, key: str) -> Any:
        if option.kind == "devices":
            return self.devices(value, option, key)
        if option.kind == "struct":
            return self.device(value, option, key)
        return NORMAL_FORM[option.kind](value, option)

    def readable(self, key: str, option: Option) -> bool:
        """Whether the release reads the key at all."""
        if self.release is None or option.known_to(self.release) or self.release > NEWEST:
            return True
        if self.release < option.first:
            before = f"; before it, use {option.earlier}" if option.earlier else ""
            remedy = f"the first that does is Xen {option.point or option.first}{before}"
            xl = self.unknown(key) if "." in key else "xl would ignore it"
            message = f"this release does not know it, and {xl}"
            if option.point and Release.parse(option.point) == self.release:
                message = f"{self.release}.0 does not know it, and its {xl}"
                remedy = f"{remedy}, and all of {option.first} do"
            self.report("later-key", key, message, remedy)
        else:
            remedy = f"use {option.instead}" if option.instead else "remove it"
            self.report("removed-key", key, f"it went away after Xen {option.last}, and xl ignores it", remedy)
        return False

    def expressible(self, word: str, option: Option, key: str) -> bool:
        """Whether the release knows the chosen word."""
        choice = option.choice(word)
        if self.release is None or self.release > NEWEST or choice.known_to(self.release):
            return True
        later = self.release < choice.first
        remedy = (
            f"the first release that can is Xen {choice.first}"
            if later
            else f"the last release that could is Xen {choice.last}"
        )
        message = f"{shown(word)} is nothing this release can do"
        if option.kind == "flag_or_choice":
            message = f"{message}, and {xl_on(WRONG, key, self.release)}"
        self.report("later-word" if later else "removed-word", key, message, remedy, word)
        return False

    def devices(self, value: Any, option: Option, key: str) -> list[dict[str, Any]]:
        if not isinstance(value, (list, tuple)):
            raise NotThisKind(f"{shown(value)} is not a list", "write a list of mappings")
        return [self.device(device, option, f"{key}[{index}]") for index, device in enumerate(value)]

    def device(self, declared: Any, option: Option, key: str) -> dict[str, Any]:
        if not isinstance(declared, Mapping):
            remedy = f"write sub-keys such as {option.fields[0].key}"
            self.report("wrong-value", key, f"{shown(declared)} is not a mapping", remedy)
            return {}
        device = self.mapping(declared, option.fields, option.current_fields, key + ".")
        for row in option.fields:
            if row.required and declared.get(row.key) in (None, []):
                place = f"{key}.{row.key}"
                message = f"it is missing, and {xl_on(MISSING, place, self.release)}"
                self.report("missing", place, message, f"every {option.key} needs one")
            elif row.key in device and isinstance(device[row.key], str):
                self.check_device_text(device[row.key], row, f"{key}.{row.key}")
            if row.key in device and _unsaid(device[row.key], row):
                del device[row.key]
        return device

    def check_device_text(self, text: str, row: Option, key: str) -> None:
        if row.kind == "text" and row.key != "vdev" and not row.secret and text != text.strip(" \t"):
            message = f"{shown(text)} has a blank at an end, and xl would take it for a part of the value"
            self.report("blank-kept", key, message, "remove the blank", text)
        for sign, name, remedy in NOT_IN_A_DEVICE:
            if sign in text and not (row.commas and sign == ","):
                told = "the value" if row.secret else shown(text)
                self.report("wrong-value", key, f"{told} has a {name}", remedy)

    def check_guest_type(self, model: Mapping[str, Any]) -> None:
        """What is wrong with a key beyond that has been said."""
        kind = guest_type(model)
        objected = {finding.key for finding in self.findings}
        for row, key in _given_rows(model):
            if kind not in row.guests and key not in objected:
                remedy = f"it is for {' and '.join(row.guests)} guests"
                self.report("no-effect", key, f"it has no effect on {kind} guests", remedy)


def _given_rows(model: Mapping[str, Any]) -> Iterator[tuple[Option, str]]:
    """The rows of the keys of a model, and of the sub-keys of its devices, each with where it is given."""
    for key, value in model.items():
        option = OPTIONS[key]
        yield option, key
        for index, device in enumerate(value if option.kind == "devices" else ()):
            yield from ((row, f"{key}[{index}].{row.key}") for row in option.fields if row.key in device)


def _unsaid(value: Any, row: Option) -> bool:
    """What xl has no word for, or crashes on, so that absence says the same: a flag without a no, an empty list."""
    return value is False if len(row.flags) == 1 else value == []


def _chosen(value: Any, option: Option) -> list[str]:
    """The words of an enumeration in a value."""
    if not option.choices:
        return []
    found = value if isinstance(value, list) else [value]
    return [word.lstrip("!") for word in found if isinstance(word, str)]
