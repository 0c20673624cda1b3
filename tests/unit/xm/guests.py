# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guest files of xm for the tests: a base that converts without a decision, and what a few lines more make of it."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._config.xm_import import Imported, import_guest
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import Row
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

CORPUS = sorted((Path(__file__).parent.parent / "data/xm").iterdir())
V4_17 = Release(4, 17)
PV = 'kernel = "/boot/vmlinuz-xen"\nname = "guest"\nmemory = 64\non_crash = "restart"\n'
HVM = 'builder = "hvm"\nname = "guest"\nmemory = 64\non_crash = "restart"\nhpet = 0\nvnc = 1\n'


def imported(text: str, release: Release = V4_17, **options: object) -> Imported:
    return import_guest(text, release, "file", syntax="xm", **options)  # type: ignore[arg-type]


def rows_of(guest: Imported, key: str) -> list[Row]:
    return [row for row in guest.rows if row.key == key]


def row_of(guest: Imported, key: str) -> Row:
    (row,) = rows_of(guest, key)
    return row
