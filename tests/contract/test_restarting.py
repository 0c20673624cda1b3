# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With permission a running guest is stopped and made anew for a change; if that fails, it is there again as it was."""

from __future__ import annotations

from typing import Any

import pytest

OTHER_UUID = "11111111-2222-4333-8444-555555555555"


def test_a_change_that_needs_a_boot_restarts_the_guest(any_bench: Any) -> None:
    bench = any_bench
    bench.domains(bench.guest())
    before = bench.domain("web1")
    wanted = bench.guest(memory=128, restart="allowed")
    bench.calls()
    check = bench.domains(wanted, check=True)["domains"]["web1"]
    assert bench.acts() == []
    run = bench.domains(wanted)["domains"]["web1"]
    assert run["actions"] == check["actions"] == ["write", "stop", "create"]
    assert run["restarted_for"] == check["restarted_for"] == ["memory"]
    assert run["differences"] == check["differences"]
    assert "the guest is made anew for it" in run["differences"][0]["how"]
    assert (run["pending"], run["state"]) == ([], "running")
    after = bench.domain("web1")
    assert (after["memory"], after["uuid"]) == (128, before["uuid"])
    assert after["domid"] != before["domid"]
    assert bench.domains(wanted)["changed"] is False


def test_a_change_that_can_be_made_now_restarts_nothing(bench: Any) -> None:
    bench.domains(bench.guest(maxmem=128))
    run = bench.domains(bench.guest(memory=96, maxmem=128, restart="allowed"))["domains"]["web1"]
    assert run["actions"] == ["write", "stage", "alter"]


@pytest.mark.parametrize(
    ("found", "declared", "actions"),
    [
        ("running", "paused", ["write", "stop", "create_paused"]),
        ("paused", "running", ["write", "unpause", "stop", "create"]),
        ("paused", "paused", ["write", "unpause", "stop", "create_paused"]),
        ("running", "present", ["write", "stage"]),
    ],
)
def test_a_guest_is_what_it_shall_be_when_it_is_made_anew(
    bench: Any, found: str, declared: str, actions: list[str]
) -> None:
    bench.domains(bench.guest(state=found))
    run = bench.domains(bench.guest(state=declared, memory=128, restart="allowed"))["domains"]["web1"]
    assert run["actions"] == actions
    assert run["state"] == (found if declared == "present" else declared)


def test_what_has_waited_since_an_earlier_run_is_a_reason_too(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.domains(bench.guest(memory=128))
    run = bench.domains(bench.guest(memory=128, restart="allowed"))["domains"]["web1"]
    assert (run["actions"], run["restarted_for"]) == (["stop", "create"], ["memory"])
    assert bench.domain("web1")["memory"] == 128


def test_the_diff_says_what_becomes_of_each_difference(bench: Any) -> None:
    bench.domains(bench.guest(maxmem=128))
    wanted = bench.guest(memory=96, maxmem=128, cmdline="quiet", uuid=OTHER_UUID)
    (diff,) = bench.domains(wanted, check=True)["diff"]
    for line in (
        "# memory changes at once: xl mem-set 1 96m",
        "# cmdline waits for the next boot: it is set when the domain is made; recreate: allowed would make it anew",
        (
            "# uuid is refused while it runs, and waits: it makes another domain of the guest; "
            "recreate: allowed would make it anew"
        ),
    ):
        assert f"{line}\n" in diff["after"]
        assert line not in diff["before"]
    (diff,) = bench.domains({**wanted, "recreate": "allowed"}, check=True)["diff"]
    assert "# the guest is stopped and made anew for cmdline, uuid\n" in diff["after"].replace(
        "uuid, cmdline", "cmdline, uuid"
    )


def test_another_uuid_needs_a_permission_of_its_own(bench: Any) -> None:
    bench.domains(bench.guest())
    wanted = bench.guest(uuid=OTHER_UUID, restart="allowed")
    run = bench.domains(wanted)["domains"]["web1"]
    assert run["actions"] == ["write", "stage"]
    (pending,) = run["pending"]
    assert (pending["key"], pending["impact"]) == ("uuid", "recreate")
    assert "recreate: allowed" in pending["how"]
    run = bench.domains({**wanted, "recreate": "allowed"})["domains"]["web1"]
    assert run["actions"] == ["stop", "create"]
    assert bench.domain("web1")["uuid"] == OTHER_UUID
    assert bench.domains(wanted)["changed"] is False


def test_a_guest_that_does_not_stop_is_left_as_it_was(bench: Any) -> None:
    bench.domains(bench.guest(cmdline="deaf"))
    before, files = bench.domain("web1"), bench.files()
    result = bench.domains(bench.guest(cmdline="deaf", memory=128, restart="allowed", stop_timeout=1))
    assert "it did not shut down within 1 s" in result["msg"]
    assert (bench.domain("web1"), bench.files()) == (before, files)
    run = bench.domains(bench.guest(cmdline="deaf", memory=128, restart="allowed", stop_timeout=1, destroy="allowed"))
    assert run["domains"]["web1"]["forced"] is True
    assert bench.domain("web1")["memory"] == 128


def test_who_is_not_asked_is_not_woken_for_it(bench: Any) -> None:
    bench.domains(bench.guest(state="paused"))
    run = bench.domains(bench.guest(memory=128, restart="allowed", stop_timeout=0, destroy="allowed"))
    assert run["domains"]["web1"]["actions"] == ["write", "destroy", "create"]


@pytest.mark.parametrize("state", ["running", "paused"])
def test_a_guest_that_cannot_be_made_anew_comes_back_as_it_was(any_bench: Any, state: str) -> None:
    bench = any_bench
    bench.domains(bench.guest(state=state, vif=[{"bridge": "xenbr0"}]))
    before, files = bench.domain("web1"), bench.files()
    bench.set(faults={"create": {"code": 3, "errors": "xc: error: out of luck\n", "once": True}})
    result = bench.domains(bench.guest(state=state, vif=[{"bridge": "xenbr0"}], memory=128, restart="allowed"))
    report = result["domains"]["web1"]
    assert "out of luck" in result["msg"]
    assert report["state"] == state
    after = bench.domain("web1")
    assert {key: after[key] for key in ("uuid", "memory", "paused")} == {
        key: before[key] for key in ("uuid", "memory", "paused")
    }
    assert [{**nic, "nictype": "vif"} for nic in before["config"]["nics"]] == [
        {**nic, "nictype": "vif"} for nic in after["config"]["nics"]
    ]
    assert bench.files() == files
    assert bench.domains(bench.guest(state=state, vif=[{"bridge": "xenbr0"}]))["changed"] is False


def test_a_guest_that_crashes_when_made_anew_comes_back_as_it_was(bench: Any) -> None:
    bench.domains(bench.guest())
    files = bench.files()
    result = bench.domains(bench.guest(cmdline="crashes", restart="allowed"))
    assert "ended or crashed at once" in result["msg"]
    assert (bench.names(), bench.files()) == (["web1"], files)
    assert result["domains"]["web1"]["state"] == "running"


def test_a_guest_comes_back_as_it_ran_and_not_as_it_was_made(bench: Any) -> None:
    bench.domains(bench.guest(vcpus=1, cpus="0"))
    config = bench.domain("web1")["config"]
    config["c_info"]["xsdata"] = {"vm-data/role": "web"}
    bench.change("web1", config=config, pins={"0": ["1", "all"]})
    bench.set(faults={"create": {"code": 3, "errors": "xc: error: out of luck\n", "once": True}})
    result = bench.domains(bench.guest(vcpus=1, cpus="1", cmdline="quiet", restart="allowed"))
    assert "out of luck" in result["msg"]
    assert "it came back without c_info.xsdata.vm-data/role, for which xl.cfg has no words" in result["msg"]
    assert bench.domain("web1")["config"]["b_info"]["vcpu_hard_affinity"] == [[1]]
    assert "cmdline" not in bench.domain("web1")["config"]["b_info"]


@pytest.mark.sampled
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("command", ["shutdown", "create"])
def test_a_run_that_dies_between_is_finished_by_the_next(bench: Any, command: str, moment: str) -> None:
    bench.domains(bench.guest())
    bench.set(faults={command: {"kills": moment}})
    wanted = bench.guest(memory=128, restart="allowed")
    assert bench.domains(wanted) == {}
    bench.set(faults={})
    assert "failed" not in bench.domains(wanted)
    assert bench.names() == ["web1"]
    assert bench.domain("web1")["memory"] == 128
    assert bench.domains(wanted)["changed"] is False
