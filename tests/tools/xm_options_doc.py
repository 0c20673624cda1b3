#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the tables of docs/xm-import.md from the rows of xm's options, so that documentation and import are one.

PYTHONPATH=.collections python3 tests/tools/xm_options_doc.py
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator

from ansible_collections.xlops.xen.plugins.module_utils._config.xm_options import XM_OPTIONS

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/xm-import.md"

# What xm does for a guest that says nothing, where xl does something else.
XM_DEFAULTS: tuple[tuple[str, str, str], ...] = (
    ("name", "the name of the file", "no guest without a name"),
    ("memory", "128", "32"),
    ("on_crash", "restart", "destroy"),
    ("bootloader", "pygrub, for a PV guest without kernel", "no such guest"),
    ("vnc", "0, for HVM guests", "1"),
    ("hpet", "0", "1"),
    ("pci_msitranslate", "1, for HVM guests with pci", "0"),
    ("vif[].bridge", "the first bridge that is found", "that of xl.conf, else xenbr0"),
    ("device_model_version", "qemu-xen-traditional with ROMBIOS", "qemu-xen with SeaBIOS"),
)


def options() -> Iterator[str]:
    yield "| option of xm | fate | for xl | more |"
    yield "|---|---|---|---|"
    for option in sorted(XM_OPTIONS.values(), key=lambda one: one.key):
        keys = ", ".join(f"`{key}`" for key in option.to.split(", ") if key)
        more = "; ".join(part for part in ("HVM guests alone" if option.emulated else "", option.why) if part)
        yield f"| `{option.key}` | {option.fate} | {keys} | {more} |"


def defaults() -> Iterator[str]:
    yield "| key | xm | xl |"
    yield "|---|---|---|"
    for key, xm, xl in XM_DEFAULTS:
        yield f"| `{key}` | {xm} | {xl} |"


def page() -> str:
    """The page with its tables as they should be."""
    text = PAGE.read_text(encoding="utf-8")
    for name, lines in (("options", options()), ("defaults", defaults())):
        table = "\n".join(lines)
        mark = rf"(<!-- {name} -->\n).*?(\n<!-- end of {name} -->)"
        text = re.sub(mark, lambda match, table=table: match[1] + table + match[2], text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
