# SPDX-License-Identifier: GPL-3.0-or-later
"""The mapping of one device, from the text that specifies it. What a sub-key may hold is checked afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Callable

from ansible_collections.xlops.xen.plugins.module_utils._config.disk_reader import NoDisk, read_disk
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.kinds import NUMBERS, NoNumber, NotThisKind
from ansible_collections.xlops.xen.plugins.module_utils._config.numbers import (
    c_number,
    decimal_number,
    hexadecimal_number,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.pci_address import function_too_high
from ansible_collections.xlops.xen.plugins.module_utils._config.spellings import spelled
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_on_wrong import (
    COMPLAINS,
    MISSPELLED,
    NO_PAIR,
    NO_VALUE,
    NOTHING,
    UNKNOWN,
    Table,
    xl_on,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.devices_display import PCM, STREAM
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import DISK, NESTED, PCI, TRIMMED, VSND, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

BDF = re.compile(r"(?:([0-9a-fA-F]+):)?([0-9a-fA-F]+):([0-9a-fA-F]+)\.([0-7]|\*)(?:@((?:0[xX])?[0-9a-fA-F]+))?(?:,|$)")
SOUND_WORDS = ("card", "pcm", "stream")

# Of these xl takes what stands between commas as it is; of all others it passes over the blanks in front.
TAKEN_AS_THEY_ARE = ("pci", "rdm", "arm_sci")
# Blanks around a key and its value belong to neither, here always, and for a device from a release on.
TRIMMED_SINCE = {"p9": Release(4, 18)}
# Sub-keys whose numbers xl reads to base 10: 010 is ten to it, and 0x10 nothing with something behind it (xl_parse.c,
# libxlu_pci.c). All others are numbers as keys have them.
TO_BASE_10 = {
    "pci": ("permissive", "msitranslate", "seize", "power_mgmt"),
    "p9": ("max_space", "max_files", "max_open_files"),
    "usbctrl": ("version", "ports"),
    "usbdev": ("controller", "port"),
    "vfb": ("vnc", "vncdisplay", "vncunused", "sdl", "opengl"),
    "vif": ("devid", "mtu"),
    "vnuma": ("pnode", "size", "vdistances"),
}
# Sub-keys that xl reads to base 16, with 0x in front or not.
TO_BASE_16 = {"pci": ("vslot",)}


@dataclass(frozen=True)
class _Words:
    """The words of a device's sub-keys: those with a value, and those that stand alone, with what they say."""

    rows: Mapping[str, Option]
    flags: Mapping[str, tuple[str, bool]]
    trims: bool
    readers: Mapping[str, Callable[[str], int | None]]


class NoDevice(ValueError):
    """The text specifies no device: why, the table that says what xl does, and what stands before it is a device."""

    def __init__(
        self, why: str, table: Table | None = None, remedy: str | None = None, rule: str = "device-unreadable"
    ) -> None:
        super().__init__(why)
        self.remedy = remedy
        self.rule = rule
        self.table = NO_PAIR if table is None else table
        self.device: dict[str, Any] = {}


class TooEarly(NoDevice):
    """A word of a later release."""

    def __init__(self, row: Option) -> None:
        remedy = f"the first that does is Xen {row.word_since}; before it, write {row.earlier}"
        super().__init__(f"this release does not know {row.word}=", UNKNOWN, remedy, "later-key")


def read_device(text: str, option: Option, release: Release | None = None) -> dict[str, Any]:
    """The sub-keys of a specification. Unknown ones come along under their own name, to be reported with all others."""
    if option.grammar == DISK:
        try:
            return read_disk(text, option)
        except NoDisk as fault:
            raise NoDevice(str(fault), remedy="write vdev=...,format=...,target=...") from None
    if option.grammar == PCI:
        return read_pci(text, option, release)
    if option.grammar == TRIMMED and not text.strip(","):
        raise NoDevice("there is nothing in it", NOTHING, "remove it")
    return read_pairs(_pieces(text, option), option, release)


def read_texts(texts: Sequence[str], option: Option, release: Release | None = None) -> dict[str, Any]:
    """A device that is a list of texts: a virtual NUMA node, or a sound card."""
    return read_sound_card(texts, option, release) if option.grammar == VSND else read_pairs(texts, option, release)


def _pieces(text: str, option: Option) -> list[str]:
    """The pieces between commas; a virtio type such as ``virtio,device22`` is one piece."""
    passed_over = "" if option.key in TAKEN_AS_THEY_ARE else " "
    pieces: list[str] = []
    for piece in (piece.lstrip(passed_over) if passed_over else piece for piece in text.split(",") if piece):
        if pieces and pieces[-1].startswith("type=virtio") and "," not in pieces[-1]:
            pieces[-1] = f"{pieces[-1]},{piece}"
        else:
            pieces.append(piece)
    return pieces


def _trims(option: Option, release: Release | None) -> bool:
    """Whether xl takes off the blanks around a key and its value; else ``bridge = br7`` sets a key that it lacks."""
    trimmed = option.grammar in (TRIMMED, NESTED)
    return trimmed and (release is None or release >= TRIMMED_SINCE.get(option.key, release))


def read_pairs(pieces: Sequence[str], option: Option, release: Release | None = None) -> dict[str, Any]:
    """The sub-keys of the pieces. Where xl complains of a piece and reads on, so does this, and then complains."""
    device: dict[str, Any] = {}
    complaint = None
    words = _Words(
        {row.word: row for row in option.fields},
        {flag: (row.key, value) for row in option.fields for flag, value in zip(row.flags, (True, False))},
        _trims(option, release),
        {
            **dict.fromkeys(TO_BASE_10.get(option.key, ()), decimal_number),
            **dict.fromkeys(TO_BASE_16.get(option.key, ()), hexadecimal_number),
        },
    )
    for piece in pieces:
        try:
            _read_pair(piece, device, words, release)
        except NoDevice as fault:
            fault.device = device
            complaint = complaint or fault
            if xl_on(fault.table, option.key, release) != COMPLAINS:
                break
    if complaint is not None:
        raise complaint
    return device


def _read_pair(piece: str, device: dict[str, Any], words: _Words, release: Release | None) -> None:
    """Put what a piece says into the device."""
    word, equals, value = piece.partition("=")
    word, value = (word.strip(), value.strip()) if words.trims else (word, value)
    if not equals and word in words.flags:
        key, says = words.flags[word]
        device[key] = says
        return
    row = words.rows.get(word)
    if not equals:
        raise NoDevice(f"{shown(piece)} is neither a flag nor key=value", remedy="write key=value")
    if row and row.flags:
        raise NoDevice(f"{shown(piece)} has a value where {word} stands alone", remedy="remove the value")
    if row and row.separator and not value.strip(row.separator):
        raise NoDevice(f"{shown(piece)} lists nothing", NOTHING, "remove it")
    if row and release is not None and release < row.word_since:
        raise TooEarly(row)
    if row is None and not value and words.trims:
        raise NoDevice(f"{shown(piece)} has no value", NO_VALUE, "remove it")
    device[row.key if row else word] = value if row is None else _value(value, row, words, release)


def _value(value: str, row: Option, words: _Words, release: Release | None) -> Any:
    """Lists and numbers as such; the rest stays the text it is, in the spelling that the model has."""
    read = words.readers.get(row.key, c_number)
    if row.separator:
        items = [item for item in value.split(row.separator) if item]
        return [_number(item, read) if row.kind == "integers" else _spelled(item, row, release) for item in items]
    return _number(value, read, row.kind) if row.kind in NUMBERS else _spelled(value, row, release)


def _spelled(text: str, row: Option, release: Release | None) -> str:
    try:
        return spelled(text, row, release)
    except NotThisKind as wrong:
        raise NoDevice(f"{row.word}={wrong.message}", MISSPELLED, wrong.remedy) from None


def _number(text: str, read: Callable[[str], int | None], kind: str = "integer") -> Any:
    """The number; where xl reads a flag, all but 0 are a yes."""
    number = read(text)
    return NoNumber(text) if number is None else bool(number) if kind in ("flag", "bit") else number


def read_pci(text: str, option: Option, release: Release | None = None) -> dict[str, Any]:
    match = BDF.match(text)
    device: dict[str, Any] = {}
    if match is not None:
        domain, bus, dev, function, slot = match.groups()
        device["bdf"] = f"{int(domain or '0', 16):04x}:{int(bus, 16):02x}:{int(dev, 16):02x}.{function}"
        if slot is not None:
            device["vslot"] = int(slot, 16)
        text = text[match.end() :]
    elif text and "=" not in text.partition(",")[0]:
        why = function_too_high(text) or f"{shown(text)} is no PCI address"
        raise NoDevice(why, remedy="write the address as lspci shows it")
    try:
        device.update(read_pairs(_pieces(text, option), option, release))
    except TooEarly as fault:
        fault.device = {**device, **fault.device}
        if match is None:  # the first word is read as an address
            fault.table = NO_PAIR
        raise
    return device


def read_sound_card(texts: Sequence[str], option: Option, release: Release | None = None) -> dict[str, Any]:
    """A card, its devices and their streams; a stream without a device gets one, as xl gives it."""
    rows = {"card": option, "pcm": PCM, "stream": STREAM}
    card: dict[str, Any] = {}
    for text in texts:
        word, *pieces = _pieces(text, option) or [""]
        if word.lower() not in SOUND_WORDS:
            raise NoDevice(f"{shown(text)} begins with none of {', '.join(SOUND_WORDS)}", remedy="begin with card")
        values = read_pairs(pieces, rows[word.lower()], release)
        if word.lower() == "card":
            card.update(values)
            continue
        pcms = card.setdefault("pcm", [])
        if word.lower() == "pcm":
            pcms.append(values)
            continue
        if not pcms:
            pcms.append({})
        pcms[-1].setdefault("stream", []).append(values)
    return card
