# SPDX-License-Identifier: GPL-3.0-or-later
"""The hypervisor's own configuration (Kconfig), since Xen 4.7: texts from values, and what became of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._plan.configure_arguments import WrongOption
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

FIRST = Release(4, 7)
NAME = re.compile(r"(?:CONFIG_)?([A-Z][A-Z0-9_]*)")
SET = re.compile(r"^CONFIG_(\w+)=(.*)$", re.MULTILINE)


def read(values: Mapping[str, Any], release: Release) -> dict[str, str]:
    """By name without ``CONFIG_``: what the file is to say, empty for one that is off."""
    if values and release < FIRST:
        raise WrongOption(f"the hypervisor of Xen {release} has no kconfig (since Xen {FIRST}): see variables")
    wrong = [str(name)[:40] for name in values if not NAME.fullmatch(str(name))]
    if wrong:
        raise WrongOption(f"kconfig has no such names: {', '.join(wrong)}")
    return {NAME.sub(r"\1", str(name)): _said(value) for name, value in values.items()}


def text(wanted: Mapping[str, str]) -> str:
    return "".join(
        f"CONFIG_{name}={value}\n" if value else f"# CONFIG_{name} is not set\n"
        for name, value in sorted(wanted.items())
    )


def ignored(wanted: Mapping[str, str], became: str) -> list[str]:
    """What Kconfig made otherwise: it drops what depends on something that is off, and what it does not have."""
    found = dict(SET.findall(became))
    return [
        f"{name} was to be {value or 'off'} and is {found.get(name) or 'off'}"
        for name, value in sorted(wanted.items())
        if found.get(name, "") != value
    ]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "y" if value else ""
    if isinstance(value, int):
        return str(value)
    words = {"y": "y", "n": ""}
    quoted = '"' + str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
    return words.get(str(value), str(value) if re.fullmatch(r"0x[0-9a-fA-F]+|\d+", str(value)) else quoted)
