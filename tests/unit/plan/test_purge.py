# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which guests are purged, in which order, and for whom none is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import read_declarations
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import ConfigFile, Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.order import going
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan, plan
from ansible_collections.xlops.xen.plugins.module_utils._plan.purge import Purge
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

HOST = Observation(Release(4, 17), machine_id="0123456789abcdef0123456789abcdef")
BEHIND = {"vif": [{"backend": "net"}]}


def guest(name: str, **keys: Any) -> dict[str, Any]:
    return {"name": name, "kernel": "/k", "memory": 100, **keys}


def with_files(*guests: dict[str, Any]) -> Observation:
    """The host with the managed files of these guests."""
    return replace(
        HOST,
        files={
            one.name: ConfigFile(f"/etc/xen/{one.name}.cfg", one.text)
            for declared in guests
            for one in plan(read_declarations([declared]), HOST)
        },
    )


def purged(seen: Observation, *guests: dict[str, Any]) -> tuple[list[GuestPlan], list[str]]:
    """What becomes of the guests that have files where these are declared; and why nothing is."""
    purge = Purge(max_removals=9)
    declared = read_declarations(list(guests))
    plans = plan([*declared, *purge.declarations(declared, seen.files)], seen)
    return plans, [str(one) for one in purge.faults(plans, declared)]


@pytest.mark.parametrize("declared", [guest("web", **BEHIND), guest("web", depends_on=["net"]), {"name": "web"}])
def test_a_guest_that_stays_keeps_those_it_needs(declared: dict[str, Any]) -> None:
    seen = with_files(guest("net"), guest("web", **BEHIND))
    message = 'guest "web": it needs net, which is not declared, so that purge would remove it'
    remedy = "declare net too, or remove what needs it from web."
    assert purged(seen, declared)[1] == [f"{message}; {remedy}"]


@pytest.mark.parametrize(
    "declared",
    [
        [guest("web")],
        [guest("web", **BEHIND), guest("net")],
        [guest("web"), guest("dmz", former_name="net")],
        [guest("web", state="stopped", **BEHIND)],
    ],
)
def test_who_needs_none_that_goes_does_not_mind(declared: list[dict[str, Any]]) -> None:
    assert purged(with_files(guest("net"), guest("web", **BEHIND)), *declared)[1] == []


def test_who_serves_goes_after_those_it_serves() -> None:
    plans, _faults = purged(with_files(guest("net"), guest("web", **BEHIND)))
    assert [[one.name for one in group] for group in going(plans)] == [["web"], ["net"]]


def test_a_circle_of_files_goes_together() -> None:
    plans, _faults = purged(with_files(guest("net", vif=[{"backend": "web"}]), guest("web", **BEHIND), guest("db")))
    assert [[one.name for one in group] for group in going(plans)] == [["net", "web"], ["db"]]


def test_purged_guests_have_of_the_defaults_how_they_go_and_no_more() -> None:
    seen = with_files(guest("old"), guest("kept", protect=["destroy"]), guest("base", driver_domain=True))
    (old,) = Purge(max_removals=9, stop_timeout=5, may_destroy=True).declarations([], seen.files)
    assert (old.name, old.state, old.stop_timeout, old.may_destroy) == ("old", "absent", 5, True)
    assert (old.protect, old.depends_on, old.autostart, old.former_name) == (None, (), None, None)
