# SPDX-License-Identifier: GPL-3.0-or-later
"""What each kind of value may look like in a declaration, and its one normal form in the model."""

from __future__ import annotations

import re
import uuid
from typing import Any, Callable

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import did_you_mean, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.pci_address import (
    function_too_high,
    normal_address,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.vif_rate import is_octal, rate_in_json
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

NUMBERS = ("integer", "mib", "flag", "bit")
LISTS = ("texts", "integers", "devices")
EITHER = ("cpus", "text_or_texts", "flag_or_texts")

YES = frozenset(("y", "yes", "true", "on", "1", "t"))
NO = frozenset(("n", "no", "false", "off", "0", "f"))

MEMORY_UNITS = {"k": 1 / 1024, "m": 1, "g": 1024, "t": 1024 * 1024}

LARGEST_CPU = 10**9 - 1
CPU_ITEM = re.compile(r"\^?(?:nodes?:)?(?:all|[0-9]{1,9}(?:-[0-9]{1,9})?)")
# xl passes over the character between two octets, whatever it is (xl_cmdimpl.c of 4.6.0, xl_parse.c of 4.21.2).
MAC = re.compile(r"(?:[0-9a-fA-F]{1,2}[^0-9a-zA-Z,]){5}[0-9a-fA-F]{1,2}")
OCTET = re.compile(r"[0-9a-f]{1,2}")


YES_OR_NO = "write 1 for yes, 0 for no"
A_LIST_OF_IT = "put it in [ ]"


class NoNumber(str):
    """What stands in a file where xl reads a number: a ``yes`` means nothing there."""


class NotThisKind(ValueError):
    """A value of the wrong kind: what is wrong with it, and what to write instead."""

    def __init__(self, message: str, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class NoSuchWord(NotThisKind):
    """A word that an enumeration has in no release; those of the release are named, or of all if it is not known."""

    def __init__(self, word: str, option: Option, release: Release | None = None) -> None:
        known = option.words(release)
        suggestion = did_you_mean(word.lower(), known)
        remedy = f"did you mean {suggestion}?" if suggestion else "write one of these"
        super().__init__(f"{shown(word)} is not one of {', '.join(known)}", remedy)
        self.word = word


class OutOfRange(NotThisKind):
    """A number that is one, and makes no sense."""

    def __init__(self, number: int, low: int | None, high: int | None) -> None:
        self.below = low is not None and number < low
        limit = f"below {low}" if self.below else f"above {high}"
        super().__init__(f"{shown(number)} is {limit}", f"write a value from {low} to {high}")


class InBytes(OutOfRange):
    """Memory of which no host has as much in MiB, for it is in bytes."""

    def __init__(self, number: int, low: int | None, high: int) -> None:
        super().__init__(number, low, high)
        self.message = f"{shown(number)} MiB is more than any host has; it looks like bytes"
        self.remedy = f"write {number >> 20}, which is in MiB"


class Octal(NotThisKind):
    """A number with a zero in front, where xl reads a decimal one without."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{shown(text)} has a zero in front", "write it without the zero")


class Misread(NotThisKind):
    """A text without quotes, of which YAML made something else: 52:54:00:10:00:20 is a number in base 60 to it."""

    def __init__(self, message: str, value: Any, instead: str = "") -> None:
        kind = "boolean" if isinstance(value, bool) else "number"
        super().__init__(message, f"YAML read it as a {kind}; quote it{instead}")


def as_text(value: Any, option: Option) -> str:
    if isinstance(value, bool):
        raise Misread(f"{shown(value)} is not a text", value)
    if not isinstance(value, (str, int, float)):
        raise NotThisKind(f"{shown(value)} is not a text", "write one, in quotes")
    text = str(value)
    if "\0" in text:
        raise NotThisKind(f"{shown(text)} contains a NUL character, which no configuration file can hold", "remove it")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotThisKind(f"{shown(text)} is not valid Unicode", "write it as UTF-8") from None
    if option.pattern and not re.fullmatch(option.pattern, text):
        raise NotThisKind(f"{shown(value)} is not of the form it must have", f"write one such as {option.example}")
    return text


def as_name(value: Any, option: Option) -> str:
    name = as_text(value, option)
    if not name:
        raise NotThisKind("the name is empty", "give the guest a name")
    if name == "Domain-0":
        raise NotThisKind(
            "Domain-0 is the control domain of the host, never a guest",
            "role xen_host sets its memory and virtual CPUs, module xl_scheduler its share of the CPUs",
        )
    if isinstance(value, float):
        raise Misread(f"{shown(value)} may have been written otherwise, as 1.50 is 1.5", value)
    if name.isascii() and name.isdigit():
        message = f"{shown(name)} has digits alone, which xl takes for a domain number"
        raise (
            NotThisKind(message, "add a letter")
            if isinstance(value, str)
            else Misread(message, value, ", with a letter in it")
        )
    if "/" in name or any(not character.isprintable() for character in name) or name != name.strip():
        raise NotThisKind(
            f"{shown(name)} has a slash, a control character, or a blank at an end", "use letters, digits and . - _"
        )
    return name


def as_uuid(value: Any, option: Option) -> str:
    text = as_text(value, option)
    try:
        parsed = uuid.UUID(text)
    except ValueError:
        parsed = None
    if parsed is None or text.lower() not in (str(parsed), parsed.hex):
        raise NotThisKind(f"{shown(value)} is not a UUID", "write 8-4-4-4-12 hexadecimal digits")
    return str(parsed)


def as_mac(value: Any, option: Option) -> str:
    text = as_text(value, option)
    if not MAC.fullmatch(text):
        raise NotThisKind(f"{shown(value)} is not a MAC address", "write six octets, such as 00:16:3e:01:02:03")
    return normal_mac(text)


def normal_mac(text: str) -> str:
    """``00:16:3e:01:02:03`` of ``0-16-3E-1-2-3``"""
    return ":".join(octet.zfill(2) for octet in OCTET.findall(text.lower()))


def as_bdf(value: Any, option: Option) -> str:
    fault = function_too_high(str(value))
    if fault:
        raise NotThisKind(f"{shown(value)} is no PCI address: {fault}", f"write one such as {option.example}")
    return normal_address(as_text(value, option))


def as_rate(value: Any, option: Option) -> str:
    text = as_text(value, option)
    if is_octal(text):
        raise Octal(text)
    try:
        rate_in_json(text)
    except ValueError:
        raise NotThisKind(f"{shown(text)} is not a rate", "write one such as 10Mb/s or 250KB/s@20ms") from None
    return text


def as_integer(value: Any, option: Option) -> int:
    number = _whole_number(value)
    if number is None:
        unit = f"number of {option.unit}" if option.unit else "whole number"
        raise NotThisKind(f"{shown(value)} is not a {unit}", number_remedy(value, option))
    low, high = option.minimum, option.maximum
    if option.key in ("memory", "maxmem") and high is not None and number > high:
        raise InBytes(number, low, high)
    if (low is not None and number < low) or (high is not None and number > high):
        raise OutOfRange(number, low, high)
    return number


def _whole_number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,20}", value.strip()):
        return int(value)
    return value if isinstance(value, int) else None


def number_remedy(value: Any, option: Option) -> str:
    size = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*([kmgt])i?b?", str(value).strip().lower())
    if option.unit == "MiB" and size:
        return f"write {max(1, int(float(size.group(1)) * MEMORY_UNITS[size.group(2)]))}, which is in MiB"
    if re.fullmatch(r"\s*[+-]?0[0-9]+", str(value)):
        return "write it without the zero in front, with which it is octal"
    return f"write it in {option.unit}, without a unit" if option.unit else "write digits alone"


def as_flag(value: Any, option: Option) -> bool:
    if isinstance(value, NoNumber):
        raise NotThisKind(f"{shown(value)} is not a number", YES_OR_NO)
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in YES or word in NO:
        return word in YES
    raise NotThisKind(f"{shown(value)} is not a boolean", "write true or false")


def as_choice(value: Any, option: Option) -> str:
    word = as_text(value, option)
    if word in option.words():
        return word
    raise NoSuchWord(word, option)


def as_texts(value: Any, option: Option) -> list[str]:
    return [_as_item(item, option) for item in _items(value, "a list of texts")]


def as_integers(value: Any, option: Option) -> list[int]:
    return [as_integer(item, option) for item in _items(value, "a list of numbers")]


def _items(value: Any, what: str) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise NotThisKind(f"{shown(value)} is not a list", f"write {what}")
    return list(value)


def _as_item(item: Any, option: Option) -> str:
    """One text of a list; where there are choices it is one of them."""
    return as_choice(item, option) if option.choices else as_text(item, option)


def _as_marked_item(item: Any, option: Option) -> str:
    """One of the choices, with a mark where it is left out, if libxl knows it and not xl alone."""
    text = as_text(item, option)
    left_out = text.startswith("!")
    word = as_choice(text[1:] if left_out else text, option)
    if left_out and option.choice(word).exact:
        raise NotThisKind(f"{shown(text)} leaves out {word}, which can only be asked for", "leave out each by its name")
    return text


def as_text_or_texts(value: Any, option: Option) -> Any:
    return as_texts(value, option) if isinstance(value, (list, tuple)) else as_text(value, option)


def as_flag_or_texts(value: Any, option: Option) -> Any:
    if isinstance(value, (list, tuple)):
        return [_as_marked_item(item, option) for item in value]
    if value in option.words():
        raise NotThisKind(f"{shown(value)} is a word of a list", A_LIST_OF_IT)
    return as_flag(value, option)


def as_flag_or_choice(value: Any, option: Option) -> Any:
    return as_choice(value, option) if value in option.words() else as_flag(value, option)


def as_cpus(value: Any, option: Option) -> Any:
    if isinstance(value, (list, tuple)):
        return [_cpu_list(item, option) for item in value]
    return _cpu_list(value, option)


def _cpu_list(value: Any, option: Option) -> str:
    text = "".join(as_text(value, option).split())
    items = [item for item in text.split(",") if item]
    for item in items:
        number = _whole_number(item)
        if number is not None and not 0 <= number <= LARGEST_CPU:
            raise OutOfRange(number, 0, LARGEST_CPU)
    if not items or not all(_is_cpu_item(item) for item in items):
        raise NotThisKind(f"{shown(text)} is not a CPU list", "write one such as 0-3,^1 or node:0 or all")
    return ",".join(items)


def _is_cpu_item(item: str) -> bool:
    return bool(CPU_ITEM.fullmatch(item)) and not ("^" in item and "all" in item) and not _counts_down(item)


def _counts_down(item: str) -> bool:
    """``3-1``"""
    low, dash, high = item.rpartition(":")[2].lstrip("^").partition("-")
    return bool(dash) and int(low) > int(high)


def _quoted(normal_form: Callable[[Any, Option], str]) -> Callable[[Any, Option], str]:
    """A text of a form that numbers do not have: where one does not fit, it was a text that had no quotes."""

    def read(value: Any, option: Option) -> str:
        try:
            return normal_form(value, option)
        except NotThisKind as wrong:
            raise Misread(wrong.message, value) if isinstance(value, (int, float)) else wrong from None

    return read


NORMAL_FORM: dict[str, Callable[[Any, Option], Any]] = {
    "text": _quoted(as_text),
    "name": as_name,
    "uuid": _quoted(as_uuid),
    "mac": _quoted(as_mac),
    "rate": _quoted(as_rate),
    "bdf": _quoted(as_bdf),
    "integer": as_integer,
    "mib": as_integer,
    "flag": as_flag,
    "bit": as_flag,
    "choice": as_choice,
    "texts": as_texts,
    "integers": as_integers,
    "cpus": as_cpus,
    "text_or_texts": as_text_or_texts,
    "flag_or_texts": as_flag_or_texts,
    "flag_or_choice": as_flag_or_choice,
}
