# SPDX-License-Identifier: GPL-3.0-or-later
"""Units that a host's toolstack should have and has not, made for what is installed; and what old ones need more."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError, Finding
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import HEADER
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack_seen import STORE, Seen
from ansible_collections.xlops.xen.plugins.module_utils._release.units import HELPER as RELEASES_HELPER
from ansible_collections.xlops.xen.plugins.module_utils._release.units import drop_ins, modules_unit
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_unit_texts import unit_text
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import (
    BACKEND_MODULES,
    DEBIAN,
    SYSV,
    UNITS,
)

RUN = "/run/xen"
# What xenstored is a unit of.
STORES = {DEBIAN: "xen.service", SYSV: "xencommons.service"}


def generated(name: str, seen: Seen) -> str:
    """The text of a unit. A ConfigError where there is none for the release, or its program is missing."""
    program = UNITS[name].program
    needed = [one for one in (program, _aids(name, seen)) if one]
    missing = [one for one in needed if one not in seen.programs]
    template = unit_text(name, seen.release, seen.xenstored)
    if template is None or missing:
        what = f"its program {missing[0]} is not installed" if missing else "none can be made for it"
        raise ConfigError(
            [
                Finding(
                    ERROR,
                    f"the host has no such unit, and {what}",
                    key=name,
                    release=seen.release,
                    remedy="install the toolstack of this release whole",
                )
            ]
        )
    return f"{HEADER}\n{template.format(**_places(seen))}"


def _aids(name: str, seen: Seen) -> str:
    """What more the unit runs."""
    text = unit_text(name, seen.release, seen.xenstored) or ""
    if "launch-xenstore" in text:
        return "launch-xenstore"
    return "xenstore-read" if "xenstore-read" in text else ""


def _places(seen: Seen) -> dict[str, str]:
    def directory(program: str) -> str:
        return seen.programs.get(program, "").rpartition("/")[0]

    return {
        "sbin": directory("xenconsoled"),
        "bin": directory("xenstore-read"),
        "libexec": directory("xen-init-dom0") or directory("xendomains"),
        "xenstored": seen.programs.get("xenstored", ""),
        "xl": seen.programs.get("xl", ""),
        "qemu": seen.programs.get("qemu-system-i386", ""),
        "watchdog": seen.programs.get("xenwatchdogd", ""),
        "scripts": seen.scripts_dir,
        "settings": seen.settings_path,
        "run": RUN,
        "store": STORES.get(seen.origin, STORE),
    }


def modules_text() -> str:
    return f"{HEADER}\n{modules_unit(list(BACKEND_MODULES))}"


def remedies(name: str, text: str, seen: Seen) -> dict[str, str]:
    """By name, the drop-ins that a unit of this text needs in this release."""
    found = drop_ins((seen.release.major, seen.release.minor), name, text, seen.programs.get("qemu-system-i386", ""))
    return {remedy: content.replace(RELEASES_HELPER, seen.helper) for remedy, content in found.items()}
