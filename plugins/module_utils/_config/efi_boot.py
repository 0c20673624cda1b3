# SPDX-License-Identifier: GPL-3.0-or-later
"""What a firmware boots, and what xen.efi reads beside itself: the table of efibootmgr, and the file xen.cfg."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

VARIABLE = re.compile(r"(?P<name>BootCurrent|BootNext|BootOrder): (?P<value>[0-9A-Fa-f,]*)\s*")
BOOT_ENTRY = re.compile(r"Boot(?P<number>[0-9A-Fa-f]{4})(?P<active>\*| ) ?(?P<label>[^\t]*)(?:\t(?P<place>.*))?")
# In a device path: File(\EFI\xen\xen.efi), or the bare path of newer versions.
LOADER_FILE = re.compile(r"(?:File\(|/)(?P<file>\\[^)]*?\.efi)", re.IGNORECASE)

# A program in the firmware's own volume.
OF_FIRMWARE = ("FvVol(", "Fv(", "MemoryMapped(")

SECTION = re.compile(r"\[(?P<name>[^\]]*)\]")
GLOBAL = "global"
COMMENT, COMMENT_LINE = "#", ";"
# As pre_parse() of Xen's common/efi/boot.c ends lines: a tab is one, too.
LINE_END = re.compile(r"[\x00-\x1f\x7f]")

# Where xen.efi looks for a key, if not in the section alone (efi/boot.c and efi-boot.h of 4.5 to 4.22).
ALSO_GLOBAL = ("video", "ucode")
ONLY_GLOBAL = ("default", "chain")


@dataclass(frozen=True)
class Boot:
    """One boot entry of the firmware. ``own`` says that it starts a program of the firmware itself, as its setup is."""

    number: str
    label: str
    active: bool = True
    file: str = ""
    own: bool = False


@dataclass(frozen=True)
class Firmware:
    current: str = ""
    next: str = ""
    order: tuple[str, ...] = ()
    entries: tuple[Boot, ...] = ()

    @property
    def booting(self) -> tuple[str, ...]:
        """Of the order, what a system may come of: not what is switched off, nor what people work with."""
        systems = {one.number for one in self.entries if one.active and not one.own}
        return tuple(number for number in self.order if number in systems)

    def loading(self, file: str) -> Boot | None:
        """The entry that starts a file of the EFI system partition."""
        return next((one for one in self.entries if one.file.lower() == file.lower()), None)


def read_firmware(text: str) -> Firmware:
    """The output of ``efibootmgr -v``."""
    variables: dict[str, str] = {}
    entries: list[Boot] = []
    for line in text.splitlines():
        variable, entry = VARIABLE.fullmatch(line), BOOT_ENTRY.fullmatch(line)
        if variable:
            variables[variable["name"]] = variable["value"].upper()
        elif entry:
            place = entry["place"] or ""
            file = LOADER_FILE.search(place)
            entries.append(
                Boot(
                    entry["number"].upper(),
                    entry["label"].strip(),
                    entry["active"] == "*",
                    file["file"] if file else "",
                    place.startswith(OF_FIRMWARE),
                )
            )
    return Firmware(
        variables.get("BootCurrent", ""),
        variables.get("BootNext", ""),
        tuple(number for number in variables.get("BootOrder", "").split(",") if number),
        tuple(entries),
    )


@dataclass(frozen=True)
class XenCfg:
    """xen.cfg, by section in its order; what stands before the first section counts as one without a name."""

    sections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def default(self) -> str:
        return self.sections.get(GLOBAL, {}).get("default", "")

    def get(self, section: str, key: str) -> str:
        """As xen.efi looks for a key. Without a section, the first one in the file counts, wherever it is."""
        if key in ONLY_GLOBAL:
            places = [GLOBAL]
        elif not section:
            places = list(self.sections)
        else:
            places = [section, GLOBAL] if key in ALSO_GLOBAL else [section]
        return next((self.sections[place][key] for place in places if key in self.sections.get(place, {})), "")

    def words(self, section: str, key: str) -> tuple[str, ...]:
        return tuple(self.get(section, key).split())


def read_xen_cfg(text: str) -> XenCfg:
    sections: dict[str, dict[str, str]] = {}
    section = ""
    for line in LINE_END.split(text):
        heading = _section_of(line)
        if heading is not None:
            section = heading
            sections.setdefault(section, {})
            continue
        # A blank before the sign is part of a key that nobody looks for.
        key, sign, value = _said(line).partition("=")
        if sign:
            # Of two lines with one key the first is found.
            sections.setdefault(section, {}).setdefault(key, value.strip())
    return XenCfg(sections)


def _said(line: str) -> str:
    """A line without what xen.efi takes for a comment."""
    said = line.partition(COMMENT)[0].lstrip()
    return "" if said.startswith(COMMENT_LINE) else said


def with_section(text: str, name: str, pairs: Iterable[tuple[str, str]], default: str, managed: str) -> str:
    """The file with one section replaced, or put at its end, and another default. All else stays as it is."""
    others = with_default(without_section(text, name, managed), default)
    ours = _text([managed, f"[{name}]", *(f"{key}={value}" for key, value in pairs)])
    return f"{others}\n{ours}" if others else ours


def without_section(text: str, name: str, managed: str) -> str:
    """The file without a section, and without the line that says whose it is."""
    kept: list[str] = []
    for heading, lines in _blocks(text):
        if heading == name:
            while kept and not kept[-1].strip():
                kept.pop()
        else:
            kept += [line for line in lines if line.strip() != managed]
    return _text(kept)


def with_default(text: str, default: str) -> str:
    return _text(_with_default(_blocks(text), default))


def _with_default(blocks: Sequence[tuple[str, list[str]]], default: str) -> list[str]:
    """Lines with another default section, or none."""
    found = [line for heading, lines in blocks for line in lines if not (heading == GLOBAL and _is_default(line))]
    if not default:
        return found
    heading = next((index for index, line in enumerate(found) if _section_of(line) == GLOBAL), None)
    if heading is None:
        return [*found, *([""] if found else []), f"[{GLOBAL}]", f"default={default}"]
    return [*found[: heading + 1], f"default={default}", *found[heading + 1 :]]


def _is_default(line: str) -> bool:
    return _said(line).partition("=")[0] == "default"


def _section_of(line: str) -> str | None:
    heading = SECTION.match(_said(line))
    return heading["name"] if heading else None


def _blocks(text: str) -> list[tuple[str, list[str]]]:
    blocks: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        name = _section_of(line)
        if name is not None:
            blocks.append((name, []))
        blocks[-1][1].append(line)
    return blocks


def _text(lines: Iterable[str]) -> str:
    text = "\n".join(lines).strip("\n")
    return f"{text}\n" if text else ""
