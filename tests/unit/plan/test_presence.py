# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Absence is believed only when nothing speaks against it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import Presence, sight
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

UUID = "6b4d0d1e-51f5-4f0e-9a51-3f1d3f0f1a01"


def seen(*domains: Domain, **parts: Any) -> Observation:
    return Observation(Release(4, 17), domains=domains, **parts)


def domain(name: str = "web1", state: str = "-b----", domid: int = 3, **parts: Any) -> Domain:
    return Domain(domid, name, parts.pop("uuid", UUID), state, 64, **{"config": {}, **parts})


@pytest.mark.parametrize(
    ("state", "presence"),
    [
        ("r-----", Presence.RUNNING),
        ("-b----", Presence.RUNNING),
        ("------", Presence.RUNNING),
        ("--p---", Presence.PAUSED),
        ("-bp---", Presence.PAUSED),
        ("---s--", Presence.HUSK),
        ("---sc-", Presence.HUSK),
        ("---ss-", Presence.SETTLING),
        ("--pss-", Presence.SETTLING),
        ("--ps--", Presence.HUSK),
        ("-----d", Presence.SETTLING),
        ("---s-d", Presence.SETTLING),
    ],
)
def test_the_letters_of_xl_list_tell_what_a_guest_is(state: str, presence: Presence) -> None:
    assert sight("web1", UUID, seen(domain(state=state))).presence is presence


def test_a_guest_that_nothing_speaks_for_is_absent() -> None:
    found = sight("web1", UUID, seen(domain("other", uuid="another")))
    assert (found.presence, found.domain, found.reason) == (Presence.ABSENT, None, "")


@pytest.mark.parametrize(
    ("observation", "words"),
    [
        (seen(awaiting={"web1": 42}), "rebooting, its xl process 42"),
        (seen(domain(config=None)), "not in 'xl list -l'"),
        (seen(domain(state="---sr-"), workers={"web1": 42}), "its xl process 42 is about to act"),
        (seen(domain(state="---ss-")), "domain 3 is suspended: an xl save or a migration is under way"),
        (seen(domain(state="---ss-"), workers={"web1": 42}), "is suspended"),
        (seen(domain(), changing={3: 42}), "xl process 42 is changing the devices of domain 3"),
        (seen(domain("web1--incoming")), "migration"),
        (seen(domain(), domain("web1--migratedaway", domid=4)), "migration"),
        (seen(domain("", state="--p--d")), "which was this guest, is being destroyed"),
        (seen(domain(), domain(domid=4)), "more than one domain has this name: 3, 4"),
    ],
)
def test_whatever_speaks_against_absence_is_waited_for(observation: Observation, words: str) -> None:
    found = sight("web1", UUID, observation)
    assert found.presence is Presence.SETTLING
    assert words in found.reason


def test_a_running_guest_may_have_a_process_in_the_foreground() -> None:
    assert sight("web1", UUID, seen(domain(), workers={"web1": 42})).presence is Presence.RUNNING


def test_a_nameless_domain_of_somebody_else_is_not_ours() -> None:
    assert sight("web1", UUID, seen(domain("", uuid="another"))).presence is Presence.ABSENT
    assert sight("web1", None, seen(domain(""))).presence is Presence.ABSENT
