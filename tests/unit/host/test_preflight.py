# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps a guest from being stopped or made; and what becomes of an outcome when something cannot be undone."""

from __future__ import annotations

from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError, Finding
from ansible_collections.xlops.xen.plugins.module_utils._host.apply import Outcome
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.preflight import check
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import Xl
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import read_declarations
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import Presence, Sighting
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import Step
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release


def renewal(config: Any) -> GuestPlan:
    (declaration,) = read_declarations([{"name": "a", "kernel": "/k", "restart": "allowed"}])
    domain = Domain(7, "a", "u", "-b----", 64, config)
    because = (Difference("cmdline", "a", "b", "next_boot"),)
    return GuestPlan(declaration, Sighting(Presence.RUNNING, domain), steps=(Step.STOP,), renewed_for=because)


def test_a_guest_that_nothing_could_bring_back_is_not_stopped() -> None:
    host, seen = Host(Xl("xl"), Paths()), Observation(Release(4, 17))
    found = check(renewal({"c_info": {"type": "pv"}, "vkbs": [{"devid": 0}], "vfbs": 1}), host, seen)
    assert "it is not made anew, for nothing can bring it back if that fails: a libxl config" in found.error
    assert found.steps == ()
    assert check(renewal({"c_info": {"name": "a", "type": "pv"}, "b_info": {}}), host, seen).error == ""


def test_what_cannot_be_undone_is_said_whatever_it_is() -> None:
    def take_back() -> None:
        raise ConfigError([Finding(ERROR, "no words for it")])

    outcome = Outcome(renewal({}))
    outcome.on_failure(Step.STOP, take_back)
    outcome.fail("out of luck")
    assert outcome.error == "out of luck; and what had been done could not be undone: no words for it."
