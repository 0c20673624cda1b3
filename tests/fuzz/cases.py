# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configurations that the fuzzer compares: drawn at random, but so that every key of the schema has its turn."""

from __future__ import annotations

import json
import random
import re
from itertools import cycle

from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.fuzz.coverage import points
from ansible_collections.xlops.xen.tests.unit.config.strategies import models
from hypothesis import HealthCheck, Phase, given, seed, settings

# Enough keys that they meet each other, and few enough that a difference is understood at sight.
LEAST_KEYS, MOST_KEYS = 4, 20


def cases(release: Release, count: int, number: int) -> list[Model]:
    """Distinct models, the same for the same seed; each comes from a seed of its own, lest they resemble each other."""
    found: dict[str, Model] = {}
    for attempt, about in enumerate(cycle(_subjects(release, number))):
        if len(found) == count:
            break
        model = _drawn(release, number * 1_000_003 + attempt, about)
        found.setdefault(json.dumps(model, sort_keys=True), model)
    return list(found.values())


def _subjects(release: Release, number: int) -> list[tuple[str, str]]:
    """A type of guest and a key that means something to it, as often as there is something to cover below the key."""
    keys = [re.split(r"[ .:=]", point)[0] for point in sorted(points(release))]
    guests = OPTIONS["type"].words(release)
    found = [(guest, key) for key in keys for guest in OPTIONS[key].guests if guest in guests]
    random.Random(number).shuffle(found)  # noqa: S311 - nothing secret comes of it
    return found


def _drawn(release: Release, number: int, about: tuple[str, str]) -> Model:
    drawn: list[Model] = []

    @seed(number)
    @settings(
        max_examples=3, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(models(release, LEAST_KEYS, MOST_KEYS, about))
    def collect(case: tuple[Release, Model]) -> None:
        drawn.append(case[1])

    collect()
    return drawn[-1]
