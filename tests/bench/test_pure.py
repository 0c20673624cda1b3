# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pure half over 1,000 guests: CPU time of what a run does with each of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import compare
from ansible_collections.xlops.xen.plugins.module_utils._config.model import examine, normalise
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import from_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._config.syntax import parse_settings
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.bench.guests import mixed
from ansible_collections.xlops.xen.tests.bench.table import show

GUESTS = 1000
BUDGET = 2.0  # seconds for text to model, to canonical JSON, to differences
XEN_4_17 = Release(4, 17)


def timed(work: Callable[[Any], Any], items: Iterable[Any]) -> tuple[float, list[Any]]:
    """CPU seconds, the least of three: what else the machine does can only add to it."""
    items, times = list(items), []
    for _attempt in range(3):
        started = time.process_time()
        results = [work(item) for item in items]
        times.append(time.process_time() - started)
    return min(times), results


def test_thousand_guests() -> None:
    declared = list(mixed(GUESTS))
    texts = [to_xl_cfg(normalise(guest, XEN_4_17), XEN_4_17) for guest in declared]

    lexed, _settings = timed(parse_settings, texts)
    parsed, models = timed(from_xl_cfg, texts)
    examined, examinations = timed(lambda guest: examine(guest, XEN_4_17), declared)
    rendered, configs = timed(lambda model: canonical(model, XEN_4_17), models)
    changed = [
        canonical({**model, "memory": model["memory"] + 1, "on_crash": "preserve"}, XEN_4_17) for model in models
    ]
    compared, differences = timed(
        lambda pair: compare(pair[0], XEN_4_17, pair[1], pair[2], undeclared=True), zip(models, configs, changed)
    )
    written, again = timed(lambda model: to_xl_cfg(model, XEN_4_17), models)

    assert again == texts
    assert [model for model, _findings in examinations] == models
    assert all([one.key for one in found] == ["memory", "on_crash"] for found in differences)
    budgeted = parsed + rendered + compared
    show(
        f"CPU seconds for {GUESTS:,} guests ({sum(map(len, texts)):,} characters); budget of the sum: {BUDGET:g} s",
        ("what", "seconds", "ms a guest"),
        [
            (what, seconds, 1000 * seconds / GUESTS)
            for what, seconds in (
                ("text to statements", lexed),
                ("text to model, which includes that", parsed),
                ("model to canonical JSON", rendered),
                ("two JSONs to differences", compared),
                ("text, model, JSON, differences: sum", budgeted),
                ("declaration to model", examined),
                ("model to text", written),
            )
        ],
    )
