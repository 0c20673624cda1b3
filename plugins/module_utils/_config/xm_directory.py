# SPDX-License-Identifier: GPL-3.0-or-later
"""All files of an xm host's /etc/xen: which are guests, what they become, and the files for xl that come out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.claims import duplicates
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import (
    ConfigError,
    Finding,
    errors_in,
    shown,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_import import Imported, import_guest, refusal
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import without_secrets
from ansible_collections.xlops.xen.plugins.module_utils._config.yaml_text import yaml_text
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

SUFFIX = ".cfg"
REPORT, DECLARATIONS = "report.md", "domains.yml"
LONGEST_NAME = 200

NO_GUESTS: tuple[tuple[str, str], ...] = (
    (r"\..*", "a hidden file"),
    (r".*(?:~|\.(?:bak|old|orig|save|sw[op]|rpm(?:save|new|orig)|dpkg-.*))", "a copy that somebody left"),
    (r"xend-config\.sxp|xend-pci-.*\.sxp", "settings of xend, which xl does not have"),
    (r".*\.sxp", "a guest in xend's own form, for xm create -F; look for the file that it was made from"),
    (r"xl\.conf", "xl's own settings"),
    (r"x[ml]example.*", "an example that came with Xen"),
    (r"(?:xl)?cpupool.*", "a pool of CPUs"),
    (r"(?:README|COPYING|LICENSE).*|.*\.(?:txt|md|html|pem|db)", "no configuration"),
    (r".*\.(?:img|iso|qcow2?|vhd|vmdk|gz|bz2|xz|zip|tar|rom|bin)", "no text"),
)
KEYS = re.compile(
    r"^[ \t]*(name|memory|kernel|builder|type|bootloader|ramdisk|disk|vif|vcpus|root|extra)[ \t]*\+?=", re.MULTILINE
)


@dataclass(frozen=True)
class GuestFile:
    """One file that is a guest, and what has become of it: a guest for xl, or the reasons why there is none."""

    source: str
    imported: Imported | None
    refused: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.imported.name if self.imported is not None else ""

    @property
    def output(self) -> str:
        """The file that it becomes, empty if it becomes none."""
        return f"{self.name}{SUFFIX}" if self.imported is not None and not self.refused else ""


@dataclass(frozen=True)
class ImportedDirectory:
    """The guests of a directory, and by name why each of the other files is none. ``clashes`` are between guests."""

    release: Release
    guests: list[GuestFile]
    others: dict[str, str]
    clashes: list[Finding]

    def configs(self) -> dict[str, str]:
        """Names and contents of the guests' files."""
        return {guest.output: guest.imported.config for guest in self.guests if guest.imported and guest.output}

    def declarations(self) -> str:
        """The guests as xl_domains declares them; nothing of them is started or stopped."""
        domains = [
            {**guest.imported.model, "state": "present", **({"autostart": True} if guest.imported.autostart else {})}
            for guest in self.guests
            if guest.imported and guest.output and not errors_in(guest.imported.remarks)
        ]
        return yaml_text({"xen_guests_domains": domains})


def no_guest(name: str, text: str) -> str:
    """Why a file is no guest, empty if it may be one."""
    for pattern, why in NO_GUESTS:
        if re.fullmatch(pattern, name.rpartition("/")[2]):
            return why
    start = text.lstrip("\ufeff \t\r\n")
    if "\0" in text:
        return "no text"
    if start.startswith("#!"):
        return "a program"
    if start.startswith("<"):
        return "XML; virsh or xm new made it"
    if re.sub(r"(?m)^[ \t]*#.*$", "", text).lstrip().startswith("("):
        return "settings or a guest in xend's own form (SXP)"
    if len(set(KEYS.findall(text))) < 2:
        return "it sets nothing that makes a guest"
    return ""


def import_directory(
    files: Mapping[str, str],
    release: Release,
    variables: Mapping[str, Any] | None = None,
    autostarted: Collection[str] = (),
) -> ImportedDirectory:
    """The guests among some files. ``autostarted`` names those that the host starts when it boots."""
    others = {name: why for name, why in ((name, no_guest(name, text)) for name, text in files.items()) if why}
    guests = [
        _guest(name, files[name], release, variables, name in autostarted)
        for name in sorted(files)
        if name not in others
    ]
    guests = [_without_clash(guest, guests) for guest in guests]
    clashes = duplicates(guest.imported.model for guest in guests if guest.imported and guest.output)
    return ImportedDirectory(release, guests, others, clashes)


def _guest(
    source: str, text: str, release: Release, variables: Mapping[str, Any] | None, autostarted: bool
) -> GuestFile:
    try:
        imported = import_guest(text, release, source.rpartition("/")[2], variables)
    except ConfigError as error:
        return GuestFile(source, None, tuple(refusal(error)))
    if autostarted:
        imported = Imported(**{**vars(imported), "autostart": True})
    return GuestFile(source, imported, tuple(_reasons(imported)))


def _reasons(imported: Imported) -> list[str]:
    """Why a guest gets no file."""
    faults = [without_secrets(str(fault)) for fault in imported.faults]
    name = imported.name
    if not name and not faults:
        faults.append("It has no usable name; give it one.")
    if name.startswith(".") or len(name.encode()) > LONGEST_NAME:
        faults.append(f"{shown(name)} makes no good name for a file; rename the guest.")
    return faults


def _without_clash(guest: GuestFile, guests: list[GuestFile]) -> GuestFile:
    """Of guests with one name none gets a file: nobody knows which is meant."""
    namesakes = sorted(other.source for other in guests if other.output and other.output == guest.output)
    if not guest.output or len(namesakes) < 2:
        return guest
    others = ", ".join(shown(source) for source in namesakes if source != guest.source)
    return GuestFile(guest.source, guest.imported, (f"{shown(guest.name)} is the name of {others} too; rename one.",))
