# SPDX-License-Identifier: GPL-3.0-or-later
"""The text that specifies one device, from its mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import DISK, NESTED, PCI, VSND, Option


def device_text(device: Mapping[str, Any], option: Option) -> str | list[str]:
    """One text, or for vnuma and vsnd the list of texts that xl wants there."""
    if option.grammar == PCI:
        return pci_text(device, option)
    if option.grammar == NESTED:
        return parameters(device, option)
    if option.grammar == VSND:
        return sound_texts(device, option, "card")
    return ",".join(parameters(device, option))


def parameters(device: Mapping[str, Any], option: Option) -> list[str]:
    """``key=value`` for each sub-key, or its flag. A disk's target takes the rest of the text, so it comes last."""
    rows = sorted(option.fields, key=lambda row: row.commas) if option.grammar == DISK else option.fields
    return [parameter(device[row.key], row, option) for row in rows if row.key in device and row.kind != "devices"]


def parameter(value: Any, row: Option, option: Option) -> str:
    if row.flags:
        return row.flags[0] if value else row.flags[1]
    if isinstance(value, list):
        return f"{row.word}={row.separator.join(str(item) for item in value)}"
    if isinstance(value, bool):
        return f"{row.word}={int(value)}"
    if option.grammar == DISK and row.commas and value.endswith(","):
        value += ","  # xl takes one comma off the end
    return f"{row.word}={value}"


def pci_text(device: Mapping[str, Any], option: Option) -> str:
    """``0000:03:00.0@6,permissive=1``; a slot is written in hexadecimal."""
    rest = {key: value for key, value in device.items() if key not in ("bdf", "vslot")}
    if "bdf" in device:
        head = [device["bdf"] + (f"@{device['vslot']:x}" if "vslot" in device else "")]
    else:
        head = [f"vslot={device['vslot']:x}"] if "vslot" in device else []
    return ",".join(head + parameters(rest, option))


def sound_texts(card: Mapping[str, Any], option: Option, word: str) -> list[str]:
    """A card, its devices and their streams: ``card, backend=...``, ``pcm, name=...``, ``stream, type=p``."""
    texts = [", ".join([word, *parameters(card, option)])]
    return texts + [text for row in option.fields if row.kind == "devices" for text in _parts(card, row)]


def _parts(owner: Mapping[str, Any], row: Option) -> Iterator[str]:
    for part in owner.get(row.key, ()):
        yield from sound_texts(part, row, row.key)
