# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk specification, read as xl's own lexer reads it: the longest rule at each place wins.

``target,format,vdev,access`` by position, ``key=value`` and flags anywhere, ``target=`` with all the rest, and the
prefixes (``phy:``, ``file:``, ``qcow2:`` and so on) of older files.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.kinds import NoNumber
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import Option

BLANKS = re.compile(r"[ \t\n]+")
TARGET = re.compile(r"target=([^\n]*)")
PARAMETER = re.compile(r"([a-z][-a-z0-9_]*)=([^,]*),?")
WORD = re.compile(r"([a-z][-a-z]*)(?:,|$)")
PREFIX = re.compile(
    r"([a-z][a-z0-9]*):(?![a-z0-9])|(raw|qcow2?|vhd|iscsi|e?nbd|drbd|tapdisk|tap2?|aio|ioemu|file|phy):"
)
POSITIONAL = re.compile(r"([^=,]*),|([^=,]+)")

FORMAT_PREFIXES = ("raw", "qcow", "qcow2", "vhd")
SCRIPT_PREFIXES = ("iscsi", "nbd", "enbd", "drbd")
OTHER_PREFIXES = ("tapdisk", "tap", "tap2", "aio", "ioemu", "file", "phy")

# What may be said again: words, if it is the same one, and those of which xl takes the last.
SAME_AGAIN = ("format", "backendtype", "specification")
LAST_COUNTS = ("devtype", "colo_port", "grant_usage")

FLAGS = ("0", "1")

ACCESS = {"r": "ro", "ro": "ro", "w": "rw", "rw": "rw", "": "rw"}


class NoDisk(ValueError):
    """xl refuses the specification: the message says why."""


def read_disk(text: str, option: Option) -> dict[str, Any]:
    """The sub-keys of a specification. Unknown ``key=value`` pairs come along, to be reported with all others."""
    return _DiskReader(text, option).read()


class _DiskReader:
    def __init__(self, text: str, option: Option) -> None:
        self.text = text
        self.position = 0
        self.disk: dict[str, Any] = {}
        self.old_style = False
        self.access_by_position = False
        self.words = {row.word: row for row in option.fields}
        self.flags = {flag: (row.key, value) for row in option.fields for flag, value in zip(row.flags, (True, False))}

    def read(self) -> dict[str, Any]:
        while self.position < len(self.text):
            blanks = BLANKS.match(self.text, self.position)
            if blanks is not None:
                self.position = blanks.end()
            elif not (self.target() or self.parameter() or self.flag() or self.prefix() or self.positional()):
                raise NoDisk(f"bad syntax at {shown(self.text[self.position :])}")
        return self.disk

    def target(self) -> bool:
        match = TARGET.match(self.text, self.position)
        if match is None:
            return False
        target = match.group(1)
        self.set("target", target[:-1] if target.endswith(",") else target)
        self.position = match.end()
        return True

    def parameter(self) -> bool:
        match = PARAMETER.match(self.text, self.position)
        if match is None:
            return False
        word, value = match.groups()
        row = self.words.get(word)
        if word == "format":
            self.format(value)
        elif word == "access":
            self.access(value)
        elif row and row.flags:
            raise NoDisk(f"{word} stands alone, without a value")
        elif row and row.kind == "flag" and value not in FLAGS:
            self.set(row.key, NoNumber(value))
        else:
            self.set(row.key if row else word, value)
        self.position = match.end()
        return True

    def flag(self) -> bool:
        match = WORD.match(self.text, self.position)
        if match is None or (match.group(1) != "cdrom" and match.group(1) not in self.flags):
            return False
        key, value = ("devtype", "cdrom") if match.group(1) == "cdrom" else self.flags[match.group(1)]
        self.disk[key] = value
        self.position = match.end()
        return True

    def prefix(self) -> bool:
        match = PREFIX.match(self.text, self.position)
        if match is None:
            return False
        word = match.group(1) or match.group(2)
        if word in FORMAT_PREFIXES:
            self.format(word)
        elif word in SCRIPT_PREFIXES:
            self.set("script", f"block-{word}")
        elif word not in OTHER_PREFIXES:
            raise NoDisk(f"the prefix {word}: is unknown")
        self.old_style = True
        self.position = match.end()
        return True

    def positional(self) -> bool:
        match = POSITIONAL.match(self.text, self.position)
        if match is None:
            return False
        value = match.group(1) if match.group(1) is not None else match.group(2)
        disk = self.disk
        if "target" not in disk:
            disk["target"] = value
        elif not self.old_style and "format" not in disk:
            if disk["target"] == "" and ":" in value:
                self.vdev_with_type(value)
                disk["format"] = "empty"
            else:
                self.format(value)
        elif "vdev" not in disk:
            self.vdev_with_type(value)
        elif not self.access_by_position:
            self.access_by_position = True
            self.access(value)
        else:
            raise NoDisk(f"{shown(value)} is one positional parameter too many")
        self.position = match.end()
        return True

    def vdev_with_type(self, value: str) -> None:
        vdev, colon, devtype = value.rpartition(":")
        self.set("vdev", vdev if colon else value)
        if colon:
            self.disk["devtype"] = devtype

    def format(self, value: str) -> None:
        self.set("format", value or "raw")

    def access(self, value: str) -> None:
        self.disk["access"] = ACCESS.get(value, value)

    def set(self, key: str, value: str) -> None:
        may_stand_again = key in LAST_COUNTS or (key in SAME_AGAIN and self.disk.get(key) == value)
        if self.disk.get(key) and not may_stand_again:
            raise NoDisk(f"{key} is given twice")
        self.disk[key] = value
