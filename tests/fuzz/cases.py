# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fuzzer compares: files, drawn so that every key of the schema has its turn, and hosts' settings."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import NamedTuple, TypeVar

from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model, normalise
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.fuzz.coverage import points
from ansible_collections.xlops.xen.tests.unit.config.respelling import respelled
from ansible_collections.xlops.xen.tests.unit.config.strategies import models
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from hypothesis.strategies import SearchStrategy

Drawn = TypeVar("Drawn")

# Enough keys that they meet each other, and few enough that a difference is understood at sight.
LEAST_KEYS, MOST_KEYS = 4, 20

# What xl.conf says about guests. No mask leaves out all of the CPUs to which a configuration pins a guest.
XL_CONF = (
    "run_hotplug_scripts=0",
    "claim_mode=0",
    'blkdev_start="xvdb"',
    'vif.default.bridge="br7"',
    'defaultbridge="br6"',
    'vif.default.script="vif-ovs"',
    'vifscript="vif-old"',
    'vif.default.gatewaydev="eth7"',
    'vif.default.backend="net"',
    "max_grant_frames=64",
    "max_maptrack_frames=2048",
    "max_grant_version=1",
    "bootloader_restrict=1",
    'vm.cpumask="all,^5"',
    'vm.pv.cpumask="0-3,7"',
    'vm.hvm.cpumask="0-4,7"',
)

# Nodes are a host's own: no strategy can draw them, and every host has the first.
PINS = ("node:0", "nodes:0,^1", "all,^node:0", "node:0,7", ["node:0", "all,^nodes:0"])


class OfTheSeedAlone(HypothesisProvider):
    """Hypothesis also draws constants that stand in the sources of loaded modules: each edit would give other cases."""

    def _maybe_draw_constant(self, *_what: object, **_how: object) -> None:
        return None


AVAILABLE_PROVIDERS[OfTheSeedAlone.__name__] = OfTheSeedAlone


def xl_confs(own: str, number: int) -> Iterator[str]:
    """The xl.conf of a host, and then others without end: each some of the settings, the same for the same seed."""
    yield own
    chance = random.Random(number)  # noqa: S311 - nothing secret comes of it
    while True:
        yield "".join(f"{line}\n" for line in XL_CONF if chance.random() < 1 / 4)


class Trial(NamedTuple):
    """What a file says, and the file."""

    model: Model
    text: str


# Of a release, a number and a subject.
Draw = Callable[[Release, int, tuple[str, str]], Trial]


def cases(release: Release, count: int, number: int, draw: Draw) -> list[Trial]:
    """Distinct models, the same for the same seed; each comes from a seed of its own, lest they resemble each other."""
    pinned = [normalise({"name": "nodes", "kernel": "/k", "vcpus": 2, "cpus": pins}, release) for pins in PINS]
    found = {_told(model): Trial(model, to_xl_cfg(model, release)) for model in pinned}
    for attempt, about in enumerate(cycle(_subjects(release, number))):
        if len(found) >= count:
            break
        trial = draw(release, number * 1_000_003 + attempt, about)
        found.setdefault(_told(trial.model), trial)
    return list(found.values())


def _told(model: Model) -> str:
    return json.dumps(model, sort_keys=True)


def _subjects(release: Release, number: int) -> list[tuple[str, str]]:
    """A type of guest and a key that means something to it, as often as there is something to cover below the key."""
    keys = [re.split(r"[ .:=]", point)[0] for point in sorted(points(release))]
    guests = OPTIONS["type"].words(release)
    found = [(guest, key) for key in keys for guest in OPTIONS[key].guests if guest in guests]
    random.Random(number).shuffle(found)  # noqa: S311 - nothing secret comes of it
    return found


def written(release: Release, number: int, about: tuple[str, str]) -> Trial:
    """A model about one key of one type of guest, in the collection's own words."""
    _release, model = _drawn(models(release, LEAST_KEYS, MOST_KEYS, about), number)
    return Trial(model, to_xl_cfg(model, release))


def in_other_words(release: Release, number: int, about: tuple[str, str]) -> Trial:
    """Such a model in words that the collection would not write."""
    _release, model, text = _drawn(respelled(release, LEAST_KEYS, MOST_KEYS, about), number)
    return Trial(model, text)


def _drawn(strategy: SearchStrategy[Drawn], number: int) -> Drawn:
    """The same for the same number and the same rows of options."""
    found: list[Drawn] = []

    @seed(number)
    @settings(
        max_examples=3,
        backend=OfTheSeedAlone.__name__,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(case: Drawn) -> None:
        found.append(case)

    collect()
    return found[-1]
