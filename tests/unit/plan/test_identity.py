# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A uuid and MACs that nobody gave survive the guest's re-creation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._plan.identity import complete, derived_mac, derived_uuid
from ansible_collections.xlops.xen.plugins.module_utils._plan.known import running_identity
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain
from hypothesis import given
from hypothesis import strategies as st

MACHINE = "0123456789abcdef0123456789abcdef"
OTHER = "fedcba9876543210fedcba9876543210"


def test_the_uuid_depends_on_host_and_name_alone() -> None:
    assert derived_uuid(MACHINE, "web1") == derived_uuid(MACHINE, "web1")
    assert len({derived_uuid(machine, name) for machine in (MACHINE, OTHER) for name in ("web1", "web2")}) == 4
    assert UUID(derived_uuid(MACHINE, "web1")).version == 5


@pytest.mark.parametrize("machine", ["", "uninitialized", "0123"])
def test_a_host_without_a_machine_id_cannot_derive(machine: str) -> None:
    with pytest.raises(ValueError, match="badly formed"):
        derived_uuid(machine, "web1")


@given(st.uuids(), st.integers(0, 255))
def test_macs_are_in_the_range_of_xen(uuid: UUID, index: int) -> None:
    assert re.fullmatch(r"00:16:3e(:[0-9a-f]{2}){3}", derived_mac(str(uuid), index))


@given(st.uuids())
def test_the_interfaces_of_a_guest_differ(uuid: UUID) -> None:
    assert len({derived_mac(str(uuid), index) for index in range(4)}) == 4


def test_what_is_declared_wins() -> None:
    model = {"name": "web1", "uuid": "declared", "vif": [{"mac": "m1"}]}
    assert complete(model, [{"uuid": "running", "vif": [{"mac": "m2"}]}], MACHINE) == model


def test_what_runs_wins_over_the_file_and_the_file_over_derivation() -> None:
    model = {"name": "web1", "vif": [{}, {}, {"bridge": "b"}]}
    running = {"uuid": "running", "vif": [{"mac": "r0"}]}
    file = {"uuid": "file", "vif": [{"mac": "f0"}, {"mac": "f1"}]}
    completed = complete(model, [running, file], MACHINE)
    assert completed["uuid"] == "running"
    assert [vif["mac"] for vif in completed["vif"]] == ["r0", "f1", derived_mac("running", 2)]
    assert completed["vif"][2]["bridge"] == "b"
    assert complete(model, [file], MACHINE)["uuid"] == "file"
    assert complete(model, [], MACHINE)["uuid"] == derived_uuid(MACHINE, "web1")


def test_interfaces_keep_their_addresses_by_their_numbers_which_need_not_be_their_places() -> None:
    model = {"name": "web1", "uuid": "u", "vif": [{"devid": 5}, {}, {}]}
    made = complete(model, [], MACHINE)
    assert [vif["mac"] for vif in made["vif"]] == [derived_mac("u", number) for number in (5, 1, 2)]
    nics = [{"devid": number, "mac": derived_mac("u", number)} for number in (1, 2, 5)]
    running = running_identity(Domain(3, "web1", "u", "-b----", 64, {"nics": nics}))
    assert running is not None
    assert complete(model, [running], MACHINE) == made
    assert complete(model, [{"vif": [{"mac": nics[2]["mac"], "devid": 5}]}, made], MACHINE) == made


def test_a_model_without_interfaces_gets_none() -> None:
    assert "vif" not in complete({"name": "web1"}, [{"vif": [{"mac": "m"}]}], MACHINE)


def test_no_more_is_read_of_a_guest_than_is_needed() -> None:
    def known() -> Iterator[dict[str, Any]]:
        yield {"uuid": "running", "vif": [{"mac": "r0"}]}
        raise AssertionError("the file was read")

    assert complete({"name": "web1", "vif": [{}]}, known(), MACHINE)["vif"] == [{"mac": "r0"}]
    assert complete({"name": "web1", "uuid": "declared"}, known(), MACHINE)["uuid"] == "declared"
    with pytest.raises(AssertionError, match="read"):
        complete({"name": "web1", "vif": [{}, {}]}, known(), MACHINE)
