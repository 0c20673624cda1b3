# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what was asked for is there: after configure in what it wrote, after installation in the files.

configure goes on without what it does not find, and make goes on without what configure left out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch

from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._plan.configure_arguments import directories, subsystems
from ansible_collections.xlops.xen.plugins.module_utils._schema.configure_options import (
    CONFIGURE_OPTIONS,
    SWITCH,
    Value,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, OfReleases, Release

ASSIGNMENT = re.compile(r"^\s*([A-Za-z_][\w]*)\s*[:?]?=\s*(.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Product:
    """A file that must be there. ``when`` is the option that brings it, empty for the subsystem as such."""

    subsystem: str
    path: str  # with wildcards, and the directories of the release in braces
    when: str = ""
    first: Release = OLDEST
    last: Release | None = None


PRODUCTS = (
    Product("xen", "/boot/xen-*"),
    Product("tools", "{sbindir}/xl"),
    Product("tools", "{sbindir}/xenconsoled"),
    Product("tools", "{sbindir}/*xenstored"),
    Product("tools", "{libdir}/libxenlight.so*"),
    Product("tools", "{libdir}/libxenctrl.so*"),
    Product("tools", "{sysconfdir}/xen/scripts/vif-bridge"),
    Product("tools", "{sbindir}/xentop", "monitors"),
    Product("tools", "{sbindir}/tapdisk2", "blktap2"),
    *(
        Product("tools", f"{{systemd_dir}}/{unit}", "systemd")
        for unit in (
            "proc-xen.mount", "xenstored.service", "xenconsoled.service", "xen-init-dom0.service", "xendomains.service",
            "xen-watchdog.service", "xen-qemu-dom0-disk-backend.service",
        )
    ),
    Product("tools", "{systemd_dir}/xenstored.socket", "systemd", last=Release(4, 7)),
    Product("tools", "{systemd_dir}/xendriverdomain.service", "systemd", first=Release(4, 8)),
)  # fmt: skip


@dataclass(frozen=True)
class Subsource(OfReleases):
    """A source that the build takes from the tree or from the network. Of the options in ``by``, the first one that is
    given decides whether it is built.
    """

    name: str
    by: tuple[str, ...]
    system: str  # the option that takes it from the distribution
    until: Release  # the last release that builds it where nothing is said
    instead: str
    first: Release = OLDEST
    last: Release | None = None

    def built(self, release: Release, options: Mapping[str, Value]) -> bool:
        if not self.known_to(release) or not options.get("tools", True) or options.get(self.system):
            return False
        return bool(next((options[name] for name in self.by if name in options), release <= self.until))


ALWAYS, NEVER = Release(99, 0), Release(0, 0)
SUBSOURCES = (
    Subsource("qemu-xen", ("tools",), "system_qemu", ALWAYS, "options.system_qemu"),
    Subsource("qemu-xen-traditional", ("qemu_traditional",), "", Release(4, 15), "options.qemu_traditional to false"),
    Subsource("seabios", ("seabios",), "system_seabios", ALWAYS, "options.system_seabios, or options.seabios to false"),
    Subsource("ovmf", ("ovmf",), "system_ovmf", NEVER, "options.system_ovmf"),
    # It follows rombios, which follows the old device model; from 4.12 on it can be said, from 4.16 on rombios follows.
    Subsource("ipxe", ("rombios", "qemu_traditional"), "", ALWAYS, "options.rombios to false", last=Release(4, 11)),
    Subsource(
        "ipxe",
        ("ipxe", "rombios", "qemu_traditional"),
        "system_ipxe",
        ALWAYS,
        "options.rombios and options.ipxe to false",
        Release(4, 12),
        Release(4, 15),
    ),
    Subsource("ipxe", ("ipxe", "qemu_traditional"), "system_ipxe", NEVER, "options.ipxe to false", Release(4, 16)),
    Subsource("mini-os", ("stubdom",), "", NEVER, "options.stubdom to false"),
)
EFI_IMAGE = "{prefix}/lib/efi/xen-*.efi"


def require_sources(release: Release, options: Mapping[str, Value], absent: Sequence[str]) -> None:
    """BuildError where make would download what the tree lacks."""
    lacking = [one for one in SUBSOURCES if one.name in absent and one.built(release, options)]
    if lacking:
        raise BuildError(
            f"the build would download {', '.join(one.name for one in lacking)}: pin it under sources.subsources, or "
            f"set {', '.join(one.instead for one in lacking)}"
        )


def configured(tree: str, options: Mapping[str, Value]) -> list[str]:
    """What configure made otherwise than it was asked, as sentences."""
    values = _assignments(tree)
    wrong = []
    for name, value in options.items():
        row = CONFIGURE_OPTIONS[name]
        if row.kind != SWITCH or not row.shown or row.shown not in values:
            continue
        became = values[row.shown] == "y"
        if became != value:
            wrong.append(f"{name} was to be {_on(value)} and is {_on(became)} ({row.shown} in config/Tools.mk)")
    return wrong


def missing(root: str, prefix: str, release: Release, options: Mapping[str, Value], efi: bool) -> list[str]:
    """The files that were asked for and are not below ``root``, as paths with wildcards."""
    places = {**directories(prefix, options), "prefix": prefix}
    built = subsystems(options)
    wanted = [
        one.path.format(**places)
        for one in PRODUCTS
        if one.subsystem in built
        and (not one.when or options.get(one.when))
        and one.first <= release
        and (one.last is None or release <= one.last)
    ]
    if efi and "xen" in built:
        wanted.append(EFI_IMAGE.format(**places))
    return [pattern for pattern in wanted if not _present(root, pattern)]


def _present(root: str, pattern: str) -> bool:
    """Looked up below ``root`` without following links, which were made for another place."""
    directory, name = os.path.split(pattern)
    inside = os.path.join(root, directory.lstrip("/"))
    return os.path.isdir(inside) and any(fnmatch(entry, name) for entry in os.listdir(inside))


def _assignments(tree: str) -> dict[str, str]:
    try:
        with open(os.path.join(tree, "config", "Tools.mk"), encoding="utf-8", errors="replace") as file:
            return dict(ASSIGNMENT.findall(file.read()))
    except OSError:
        return {}


def _on(value: object) -> str:
    return "on" if value else "off"
