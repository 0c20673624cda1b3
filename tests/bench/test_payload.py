# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes that Ansible sends to a host for each module, and what they are made of."""

from __future__ import annotations

from ansible_collections.xlops.xen.tests.bench.table import show
from ansible_collections.xlops.xen.tests.tools import payload

LAYERS = ("_schema", "_config", "_plan", "_host", "modules", "ansible")


def test_payload() -> None:
    least = payload.sent(payload.LEAST)
    found = [payload.sent(module) for module in payload.modules()]
    rows = []
    for one in (*found, least):
        parts = one.parts()
        added = len(one.content) - len(least.content)
        rows.append([one.module, len(one.content), added, len(one.archive), *(parts.get(layer, 0) for layer in LAYERS)])
    show(
        f"Payload in bytes: sent; what the collection adds, budget {payload.BUDGET:,}; the archive, and what is in it",
        ("module", "sent", "added", "archive", *LAYERS),
        rows,
    )
    for row in rows:
        assert int(str(row[2])) < payload.budget(str(row[0])), row[0]
