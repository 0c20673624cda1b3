# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of one device as people write it: in other orders, by position, with blanks, capitals, other numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.device_reader import (
    TAKEN_AS_THEY_ARE,
    TO_BASE_10,
    TRIMMED_SINCE,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.device_writer import device_text, parameter
from ansible_collections.xlops.xen.plugins.module_utils._config.spellings import MEASURES_OCTETS
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import DISK, NESTED, PCI, TRIMMED, VSND, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from hypothesis import strategies as st

Device = Mapping[str, Any]

# What stands by itself at the beginning of a disk: no comma, no = and nothing that the scanner takes for a word.
PLAIN_TARGET = re.compile(r"/[\w/.-]*", re.ASCII)
ACCESSES = {"ro": ("ro", "r"), "rw": ("rw", "w")}
# A prefix of older files, and the format that it says.
PREFIXES = (("phy:", ""), ("file:", ""), ("tap:aio:", ""), ("raw:", "raw"), ("qcow2:", "qcow2"), ("vhd:", "vhd"))
# xl looks at these sub-keys in the order in which they stand.
IN_ORDER = ("usbdev", "pci", "rdm")


def any_of(draw: st.DrawFn, *choices: Any) -> Any:
    """One of them; the first is the plainest, to which an example shrinks."""
    return draw(st.sampled_from(choices))


def number(draw: st.DrawFn, value: int) -> str:
    """To C the same number."""
    sign, size = "-" if value < 0 else "", abs(value)
    return sign + any_of(draw, str(size), f"0x{size:x}", f"0{size:o}" if size else "0")


def respelled_device(draw: st.DrawFn, device: Device, option: Option, release: Release) -> str | list[str]:
    """One text, or the list of texts that xl wants there."""
    if option.grammar == DISK:
        return _disk(draw, device, option)
    if option.grammar == PCI:
        return _pci(draw, device, option)
    if option.grammar == VSND:
        return device_text(device, option)
    pieces = [
        _piece(draw, device[row.key], row, option, release) for row in option.fields if device.get(row.key) is not None
    ]
    pieces = pieces if option.key in IN_ORDER else draw(st.permutations(pieces))
    return list(pieces) if option.grammar == NESTED else _joined(draw, pieces, option)


def _joined(draw: st.DrawFn, pieces: Iterable[str], option: Option) -> str:
    """Between two pieces xl passes over more commas than one, and over blanks behind them."""
    return any_of(draw, ",", ",", *(() if option.key in TAKEN_AS_THEY_ARE else (", ", ",,", ",   "))).join(pieces)


def _piece(draw: st.DrawFn, value: Any, row: Option, option: Option, release: Release) -> str:
    plain = parameter(_value(draw, value, row, option, release), row, option)
    if row.flags:
        return plain
    word, _equals, said = plain.partition("=")
    aliases = [one.word for one in option.fields if one.instead == row.key and one.known_to(release)]
    word = any_of(draw, word, *aliases)
    trims = option.grammar in (TRIMMED, NESTED) and release >= TRIMMED_SINCE.get(option.key, release)
    blanks = any_of(draw, "", " ") if trims else ""
    return f"{blanks}{word}{blanks}={blanks}{said}{blanks}"


def _value(draw: st.DrawFn, value: Any, row: Option, option: Option, release: Release) -> Any:
    if row.flags or isinstance(value, bool):
        return value
    if row.kind == "integer":
        return (
            any_of(draw, f"{value}", f"0{value}") if row.key in TO_BASE_10.get(option.key, ()) else number(draw, value)
        )
    if row.kind == "choice":
        return capitals(draw, value, row, release)
    if row.kind == "mac":
        short = ":".join(octet.removeprefix("0") for octet in value.split(":"))
        return any_of(draw, value, value.upper(), *([short] if release >= MEASURES_OCTETS else []))
    return any_of(draw, value, value.upper()) if row.kind == "uuid" else value


def capitals(draw: st.DrawFn, word: str, row: Option, release: Release) -> str:
    """The word as it is, or in capitals where xl of the release takes it so."""
    return any_of(draw, word, *(one for one in [word.upper()] if row.spelling_of(one, release) == word))


def _pci(draw: st.DrawFn, device: Device, option: Option) -> str:
    text = device_text(device, option)
    assert isinstance(text, str)
    if "bdf" not in device:
        return text
    address, rest = device["bdf"], text[len(device["bdf"]) :]
    return any_of(draw, address, address.upper(), address.removeprefix("0000:")) + rest


def _disk(draw: st.DrawFn, device: Device, option: Option) -> str:
    target, left = device.get("target", ""), dict(device)
    positional: list[str] = []
    if PLAIN_TARGET.fullmatch(target):
        positional = _places(draw, left, target)
    elif not target and left.get("devtype") == "cdrom" and left.get("format", "empty") == "empty":
        left.pop("target", None)
    rows = [row for row in option.fields if row.key in left]
    named = [_parameter_of_disk(draw, left[row.key], row, option) for row in rows if not row.commas]
    # A target takes the rest of the text, so that it comes last.
    last = [parameter(left[row.key], row, option) for row in rows if row.commas]
    return any_of(draw, ",", ", ").join([*positional, *draw(st.permutations(named)), *last])


def _places(draw: st.DrawFn, left: dict[str, Any], target: str) -> list[str]:
    """What stands by its position; it is taken from what is left to be said."""
    prefix = any_of(draw, "", "", "", *(word for word, form in PREFIXES if form == left.get("format", "")))
    keys = ["target", *([] if prefix else ["format"]), "vdev", "access"]
    if prefix:
        left.pop("format", None)
    texts = {"target": prefix + target, "format": "", "vdev": "", "access": ""}
    found: list[str] = []
    for key in keys[: draw(st.integers(1 if prefix else 0, len(keys)))]:
        said = left.pop(key, "")
        texts[key] = any_of(draw, *ACCESSES.get(said, ("",))) if key == "access" else texts[key] or said
        if key == "vdev" and left.get("devtype") in ("cdrom", "disk") and any_of(draw, False, True):
            texts[key] += f":{left.pop('devtype')}"
        found.append(texts[key])
    return found


def _parameter_of_disk(draw: st.DrawFn, value: Any, row: Option, option: Option) -> str:
    if row.key == "devtype" and value == "cdrom":
        return any_of(draw, "devtype=cdrom", "cdrom")
    if row.key == "access":
        return f"access={any_of(draw, *ACCESSES[value])}"
    return parameter(value, row, option)
