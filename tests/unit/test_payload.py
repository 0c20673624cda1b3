# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The budget of what is sent to a host for a module, see docs/benchmarks.md."""

from __future__ import annotations

import pytest
from ansible_collections.xlops.xen.tests.tools import payload


@pytest.fixture(scope="module")
def least() -> int:
    return len(payload.sent(payload.LEAST).content)


@pytest.mark.parametrize("module", payload.modules())
def test_payload_is_within_its_budget(module: str, least: int) -> None:
    sent = payload.sent(module)
    added = len(sent.content) - least
    largest = sorted(sent.files().items(), key=lambda item: -item[1])
    assert 0 < added < payload.budget(module), [name for name in largest if name[0].startswith(payload.MODULE_UTILS)][
        :20
    ]


def test_words_for_readers_are_not_sent() -> None:
    files = payload.sent("xlops.xen.xl_domains").files()
    assert not [name for name in files if "doc_fragments" in name or "_lab" in name]
