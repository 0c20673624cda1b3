# SPDX-License-Identifier: GPL-3.0-or-later
"""The guest that comes out of an xm file, while it is being made: values taken, keys declared, rows of the report."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import did_you_mean, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_disks import Device
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_expressions import Binding
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_options import (
    FLAG,
    NUMBER,
    TEXT_OR_TEXTS,
    TEXTS,
    WORD,
    XM_OPTIONS,
    XmOption,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_program import Settings
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import (
    CHANGED,
    DECISION,
    DROPPED,
    KEPT,
    RENAMED,
    SECRET_KEYS,
    Refused,
    Row,
    displayed,
    shown_without_secrets,
    without_secrets,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_values import (
    LIST,
    NONE,
    TEXT,
    Opaque,
    Result,
    Unknown,
    Value,
    plain,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_values import NUMBER as NUMBER_VALUE
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import KEYS, OPTIONS

READ_BY_XM = (TEXT, NUMBER_VALUE, LIST)
NO_VALUE = "it says nothing to xm"
WHOLE = re.compile(r"\s*[+-]?[0-9]{1,20}\s*")


class Conversion:
    """One guest on its way. ``declaration`` is what xl shall know of it."""

    def __init__(self, settings: Settings, filename: str) -> None:
        self.settings = settings
        self.filename = filename
        self.hvm = False
        self.autostart: bool | None = None
        self.declaration: dict[str, Any] = {}
        self.rows: list[Row] = []
        self.owners: dict[Any, Row] = {}
        self.seen: set[str] = set()

    # What the file says

    def take(self, key: str) -> Any:
        """The value that xm had for an option, with lists as they are; None, and a row, where there is none to use."""
        self.seen.add(key)
        binding = self.settings.names.get(key)
        if binding is None:
            return None
        value = binding.value
        if isinstance(value, Unknown):
            why = "it is known only when xm runs it" if key in SECRET_KEYS else _why(value)
            self.report(key, DECISION, reason=why, loss=True)
            return None
        if value.kind == NONE:
            self.report(key, DROPPED, reason="None is no value to xm")
            return None
        if value.kind not in READ_BY_XM:
            self.report(
                key,
                DECISION,
                reason=f"xm passes over a value of type {value.kind}: the guest has run without it; declare it if it "
                "was meant",
                loss=True,
            )
            return None
        return value.data

    def has(self, key: str) -> bool:
        return key in self.settings.names

    def says_nothing(self, key: str) -> bool:
        """Whether xm did by itself what it does without an option: where there is none, or none that it reads."""
        binding = self.settings.names.get(key)
        value = binding.value if binding is not None else None
        return value is None or (isinstance(value, Value) and (value.kind not in READ_BY_XM or value.data == ""))

    def candidates(self, key: str) -> list[Any]:
        """The values that an option may have, none where nothing is known of them."""
        self.seen.add(key)
        binding = self.settings.names.get(key)
        if binding is None:
            return []
        values = (binding.value,) if isinstance(binding.value, Value) else binding.value.candidates
        try:
            return [plain(value) for value in values]
        except Opaque:
            return []

    def text(self, key: str) -> str:
        """The text of an option, empty where it has none."""
        value = self.take(key)
        if value is None:
            return ""
        if isinstance(value, tuple):
            self.report(key, DECISION, reason="it is a list where xm wants a text", loss=True)
            return ""
        return str(value)

    def number(self, key: str) -> int | None:
        value = self.take(key)
        if value is None or value == "":
            return None
        try:
            return whole_number(value)
        except Refused as why:
            self.report(key, DECISION, reason=str(why), loss=True)
            return None

    def items(self, key: str) -> Sequence[Result]:
        """The items of a list, of which some may be unknown."""
        value = self.take(key)
        if value is None or isinstance(value, tuple):
            return value or ()
        if value != "":
            self.report(key, DECISION, reason="it is a single value where xm wants a list", loss=True)
        return ()

    # What becomes of it

    def report(self, key: str, action: str, to: str = "", reason: str = "", loss: bool = False) -> Row:
        """A row about an option, at the place where the file sets it."""
        binding = self.settings.names.get(key.partition("[")[0])
        row = Row(action, key, _old(key, binding), to, reason=without_secrets(reason), loss=loss)
        if binding is not None:
            row.line, row.column = binding.line, binding.column
        self.rows.append(row)
        return row

    def put(self, key: str, to: str, value: Any, action: str = "", reason: str = "") -> None:
        """Declare a key of xl.cfg for an option."""
        row = self.report(key, action or (KEPT if to == key else RENAMED), to, reason)
        self.declaration[to] = value
        self.owners[to] = row

    def add(self, to: str, value: Any, reason: str) -> None:
        """Declare what xm did by itself."""
        row = Row(CHANGED, to, to=to, reason=reason)
        self.rows.append(row)
        self.declaration[to] = value
        self.owners[to] = row

    def ask(self, to: str, reason: str) -> None:
        """A decision about something of which the file says nothing."""
        self.rows.append(Row(DECISION, to, to=to, reason=reason))

    def devices(self, key: str, read: Callable[[str], Device], to: str = "") -> list[dict[str, Any]]:
        """Declare each device of a list for which there is one in xl."""
        found: list[dict[str, Any]] = []
        for index, item in enumerate(self.items(key)):
            name = f"{key}[{index}]"
            row = Row(KEPT, name, "", to or key, line=item.line, column=item.column)
            self.rows.append(row)
            try:
                text = plain(item)
                if not isinstance(text, str):
                    raise Refused("xm wants a text")
                row.old = shown_without_secrets(text)
                device, remarks = read(text)
            except Opaque as why:
                row.decide(without_secrets(str(why)))
            except Refused as why:
                row.decide(without_secrets(str(why)))
            else:
                row.action = CHANGED if remarks else KEPT
                row.reason = without_secrets("; ".join(remarks))
                self.owners[id(device)] = row
                found.append(device)
        if found:
            self.declaration.setdefault(to or key, []).extend(found)
        return found

    # The rest

    def convert_plainly(self, option: XmOption) -> None:
        """An option that depends on no other."""
        if option.fate == DROPPED:
            self.drop(option)
        elif option.emulated and not self.hvm:
            self.take_note(option)
        else:
            value = self.take(option.key)
            if value is None:
                return
            if value in ("", *option.harmless):
                self.report(option.key, DROPPED, reason=option.why or NO_VALUE)
                return
            try:
                converted = CONVERTERS[option.kind](value, option)
            except Refused as why:
                self.report(option.key, DECISION, reason=str(why), loss=True)
            else:
                self.put(option.key, option.to, converted, reason=option.why if option.kind == WORD else "")

    def drop(self, option: XmOption, why: str = "") -> None:
        values = self.candidates(option.key)
        harmless = bool(values) and all(value in ("", None, [], *option.harmless) for value in values)
        self.report(option.key, DROPPED, reason=why or option.why, loss=not harmless)

    def take_note(self, option: XmOption) -> None:
        self.seen.add(option.key)
        self.report(option.key, DROPPED, reason="xm read it for HVM guests alone")

    def finish(self) -> None:
        """What has no row yet: options that are set to nothing, and what no option of xm is.

        That is a variable of the file's own, a mistake, or a key of xl that xm never read.
        """
        reported = {row.key.partition("[")[0] for row in self.rows if row.line is not None}
        for key in self.settings.names:
            if key in XM_OPTIONS and key not in reported:
                values = self.candidates(key)
                if values and all(value in ("", [], 0) for value in values):
                    self.report(key, DROPPED, reason=NO_VALUE)
                elif self.take(key) is not None:
                    self.report(key, DECISION, reason="what xm makes of it here is not known", loss=True)
            if key in self.seen or key in XM_OPTIONS:
                continue
            if key in KEYS:
                row = self.report(
                    key, DECISION, reason="xm never read it, and xl would: declare it if it is meant", loss=True
                )
            elif key in self.settings.read:
                continue
            else:
                suggestion = did_you_mean(key, tuple(XM_OPTIONS))
                meant = f"; was {suggestion} meant?" if suggestion else ""
                row = self.report(key, DROPPED, reason=f"xm has no such option, nor does the file use it{meant}")
            row.old = ""
        for remark in self.settings.remarks:
            self.rows.append(
                Row(
                    DECISION,
                    "",
                    without_secrets(shown(remark.source)),
                    reason=remark.reason,
                    line=remark.line,
                    column=remark.column,
                )
            )


def _why(value: Unknown) -> str:
    if not value.candidates:
        return value.reason
    try:
        choices = " or ".join(shown_without_secrets(plain(candidate)) for candidate in value.candidates)
    except Opaque:
        return value.reason
    return f"{value.reason}; it is {choices}"


def _old(key: str, binding: Binding | None) -> str:
    if binding is None:
        return ""
    try:
        return displayed(key, plain(binding.value))
    except Opaque:
        return displayed(key, binding.source)


def whole_number(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value)
    if isinstance(value, int):
        return value
    raise Refused(f"{shown(value) if not isinstance(value, tuple) else 'a list'} is no whole number")


def _flag(value: Any, option: XmOption) -> bool:
    return whole_number(value) != 0


def _number(value: Any, option: XmOption) -> int:
    return whole_number(value)


def _word(value: Any, option: XmOption) -> str:
    """xm has the number of a word, of which xl has the word."""
    words = OPTIONS[option.to].words()
    if value in words:
        return str(value)
    number = whole_number(value)
    if not 0 <= number < len(words):
        raise Refused(f"{number} is none of 0 to {len(words) - 1}, {', '.join(words)}")
    return words[number]


def _text(value: Any, option: XmOption) -> str:
    if isinstance(value, tuple):
        raise Refused("it is a list where xm wants a text")
    return str(value)


def _texts(value: Any, option: XmOption) -> list[str]:
    if not isinstance(value, tuple):
        raise Refused("it is a single value where xm wants a list")
    try:
        return [str(plain(item)) for item in value]
    except Opaque as why:
        raise Refused(str(why)) from None


def _text_or_texts(value: Any, option: XmOption) -> Any:
    return _texts(value, option) if isinstance(value, tuple) else _text(value, option)


CONVERTERS: Mapping[str, Callable[[Any, XmOption], Any]] = {
    FLAG: _flag,
    NUMBER: _number,
    WORD: _word,
    TEXT: _text,
    TEXTS: _texts,
    TEXT_OR_TEXTS: _text_or_texts,
}
