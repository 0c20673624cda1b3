# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Xen forgets when the host boots, kept by units: pools, and what schedulers are told. Devices are elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.tests.contract.units import by_unit, systemctl, with_systemd

RT = {"name": "rt", "sched": "credit", "cpus": "2-3"}
ORDER = {"pools": [{"name": "rt", "tslice_ms": 5}], "domains": [{"name": "Domain-0", "weight": 512, "cpus": "0"}]}
POOLS, SHARES, DOM0 = (f"xen-resource@{name}.service" for name in ("pools", "scheduler:rt", "domain:Domain\\x2d0"))
POOL_FILE = f"{POOLS}.d/50-xlops-rt.conf"
STANDARD = {"xen-resource@.service", "xen-resources@.target"}
GUEST_FILE = "xen-guest@web1.service.d/60-xlops-shares.conf"


@pytest.fixture
def host(bench: Any) -> Any:
    bench.set(cpus=4)
    bench.change("Domain-0", config={"b_info": {"max_vcpus": 2, "avail_vcpus": [0, 1]}})
    return with_systemd(bench)


def link(unit: str) -> str:
    return f"multi-user.target.wants/{unit}"


def kept(host: Any) -> set[str]:
    return set(host.unit_files())


def once(host: Any, module: str, **order: Any) -> dict[str, Any]:
    """Check mode foresees what the run does, and a second run does nothing."""
    host.calls()
    files = host.unit_files()
    foreseen = host.run(module, check=True, **order)
    assert (host.unit_files(), systemctl(host)) == (files, [])
    made: dict[str, Any] = host.run(module, **order)
    assert foreseen == made | {"invocation": foreseen["invocation"]}
    assert systemctl(host)[:1] == ["daemon-reload"]
    files = host.unit_files()
    assert not host.run(module, **order)["changed"]
    assert (host.unit_files(), systemctl(host)) == (files, [])
    return made


def test_a_pool_is_there_after_a_boot(host: Any) -> None:
    made = once(host, "xl_cpupool", **RT)
    assert kept(host) == {*STANDARD, POOL_FILE, link(POOLS)}
    assert [row.split("/xl ")[1] for row in made["units"][POOL_FILE]] == [
        "cpupool-cpu-remove 0 2-3",
        'cpupool-create "name=\\"rt\\"" "sched=\\"credit\\"" "cpus=\\"2-3\\""',
        "cpupool-list rt",
    ]
    assert made["diff"]["before"][POOL_FILE] == []
    assert made["diff"]["after"][POOL_FILE] == made["units"][POOL_FILE]
    assert host.reboot() == {POOLS: "active"}
    assert not host.run("xl_cpupool", check=True, **RT)["changed"]


def test_a_unit_that_is_started_again_does_no_harm(host: Any) -> None:
    host.run("xl_cpupool", **RT)
    host.reboot()
    with host.place.world() as world:
        pools = world["pools"]
    assert host.reboot(pools=pools) == {POOLS: "active"}
    assert not host.run("xl_cpupool", check=True, **RT)["changed"]


def test_before_4_6_a_pool_gets_one_cpu_after_the_other(host: Any) -> None:
    host.set(release="4.5.0")
    once(host, "xl_cpupool", **RT)
    assert host.reboot() == {POOLS: "active"}
    assert not host.run("xl_cpupool", check=True, **RT)["changed"]


def test_a_pool_that_cannot_be_made_fails_and_the_others_are_made(host: Any) -> None:
    host.run("xl_cpupool", **RT, take_from=["Pool-0"])
    host.run("xl_cpupool", name="apart", cpus="1")
    assert host.reboot(cpus=3) == {POOLS: "failed"}
    with host.place.world() as world:
        assert [pool["name"] for pool in world["pools"]] == ["Pool-0", "apart"]
    assert host.run("xl_host_info")["host"]["services"][POOLS]["active"] == "failed"


def test_pools_come_before_what_schedulers_are_told(host: Any) -> None:
    host.run("xl_cpupool", **RT)
    made = once(host, "xl_scheduler", **ORDER)
    assert kept(host) >= {link(unit) for unit in (POOLS, SHARES, DOM0)}
    text, mode = host.unit_files()[f"{DOM0}.d/50-xlops.conf"]
    assert mode == 0o644
    assert text.splitlines()[:5] == [
        "# Managed by xlops.xen",
        "[Unit]",
        "Wants=xen-resources@pools.target xen-resources@pci.target xen-resources@schedulers.target",
        "After=xen-resources@pools.target xen-resources@pci.target",
        "Before=xen-resources@schedulers.target",
    ]
    assert [row.split("/xl ")[1] for row in made["units"][f"{DOM0}.d/50-xlops.conf"]] == [
        "vcpu-pin 0 all 0 -",
        "sched-credit2 -d 0 -w 512",
    ]
    assert host.reboot() == {POOLS: "active", DOM0: "active", SHARES: "active"}
    assert not host.run("xl_scheduler", check=True, **ORDER)["changed"]


def test_tasks_that_say_different_things_of_one_domain_do_not_take_turns(host: Any) -> None:
    weight, pin = ({"domains": [{"name": "Domain-0", **one}]} for one in ({"weight": 512}, {"cpus": "0"}))
    once(host, "xl_scheduler", **weight)
    once(host, "xl_scheduler", **pin)
    assert not host.run("xl_scheduler", **weight)["changed"]
    host.reboot()
    assert not host.run("xl_scheduler", check=True, **weight)["changed"]
    assert not host.run("xl_scheduler", check=True, **pin)["changed"]
    assert once(host, "xl_scheduler", persistent=False, **weight)["changed"]
    text = host.unit_files()[f"{DOM0}.d/50-xlops.conf"][0]
    assert ("vcpu-pin" in text, "sched-credit2" in text) == (True, False)
    once(host, "xl_scheduler", persistent=False, **pin)
    assert kept(host) == STANDARD


def test_a_pool_that_goes_leaves_no_unit(host: Any) -> None:
    host.run("xl_cpupool", **RT)
    host.run("xl_scheduler", pools=ORDER["pools"])
    once(host, "xl_cpupool", name="rt", state="absent")
    assert kept(host) == STANDARD


def test_who_goes_is_listed_as_failed_no_more(host: Any) -> None:
    host.run("xl_cpupool", **RT)
    host.calls()
    host.run("xl_cpupool", name="rt", state="absent")
    assert ["systemctl", "reset-failed", "--", POOLS] in host.calls()


def test_one_of_several_pools_goes(host: Any) -> None:
    host.run("xl_cpupool", **RT)
    host.run("xl_cpupool", name="apart", cpus="1")
    once(host, "xl_cpupool", name="rt", state="absent")
    assert kept(host) == {*STANDARD, f"{POOLS}.d/50-xlops-apart.conf", link(POOLS)}


def test_a_pool_with_another_name(host: Any) -> None:
    host.run("xl_cpupool", **RT)
    once(host, "xl_cpupool", name="real", renamed_from="rt", cpus="3")
    assert kept(host) == {*STANDARD, f"{POOLS}.d/50-xlops-real.conf", link(POOLS)}


def test_the_first_pool_has_its_name_and_its_cpus_again(host: Any) -> None:
    first = {"name": "main", "renamed_from": "Pool-0", "cpus": "0-2"}
    once(host, "xl_cpupool", **first)
    assert host.reboot() == {POOLS: "active"}
    assert not host.run("xl_cpupool", check=True, **first)["changed"]


def test_what_is_not_to_be_kept_is_not(host: Any) -> None:
    made = host.run("xl_cpupool", persistent=False, **RT)
    assert (made["changed"], made["units"], kept(host), systemctl(host)) == (True, {}, set(), [])
    host.run("xl_cpupool", **RT)
    assert once(host, "xl_cpupool", persistent=False, **RT)["changed"]
    assert kept(host) == STANDARD


def test_a_host_without_systemd_says_that_it_will_forget(bench: Any) -> None:
    made = bench.run("xl_scheduler", domains=[{"name": "Domain-0", "weight": 512}])
    assert "lost at its next boot" in str(made["warnings"])
    quiet = bench.run("xl_scheduler", persistent=False, domains=[{"name": "Domain-0", "weight": 512}])
    assert "warnings" not in quiet


def test_units_of_others_are_left_alone(host: Any) -> None:
    units = host.root / "systemd/system"
    (units / POOLS).symlink_to("/dev/null")
    assert f'the host has a "{POOLS}" of its own, or has masked it' in host.run("xl_cpupool", **RT)["msg"]
    (units / POOLS).unlink()
    (units / "xen-resource@.service").write_text("[Service]\n")
    refused = host.run("xl_cpupool", **RT)
    assert "xen-resource@.service that somebody else wrote" in refused["msg"]
    with host.place.world() as world:
        assert [pool["name"] for pool in world["pools"]] == ["Pool-0"]


def test_a_change_that_fails_leaves_the_units_as_they_were(host: Any) -> None:
    host.set(faults={"cpupool-create": {"code": 1, "errors": "error on creating cpupool\n"}})
    assert host.run("xl_cpupool", **RT)["msg"].endswith("What was done was undone")
    assert kept(host) == set()
    assert not (host.root / "changed-units").exists()


def test_a_systemd_that_does_not_read_them_is_asked_again(host: Any) -> None:
    host.set(faults={"systemctl daemon-reload": {"code": 1, "errors": "Connection timed out\n", "once": True}})
    assert "systemctl daemon-reload failed with code 1: Connection timed out" in host.run("xl_cpupool", **RT)["msg"]
    host.calls()
    assert not host.run("xl_cpupool", **RT)["changed"]
    assert systemctl(host) == ["daemon-reload"]


@pytest.mark.sampled
@pytest.mark.parametrize(
    "kill", ["fsync:1", "replace:1", "replace:2", "replace:3", "symlink:1", "makedirs:1", "unlink:1"]
)
def test_a_run_killed_in_its_own_work_is_completed_by_the_next(host: Any, kill: str) -> None:
    assert host.run("xl_cpupool", kill=kill, **RT) == {}
    assert not host.run("xl_cpupool", **RT).get("failed")
    assert kept(host) == {*STANDARD, POOL_FILE, link(POOLS)}
    assert not (host.root / "changed-units").exists()
    assert not host.run("xl_cpupool", **RT)["changed"]


@pytest.mark.sampled
@pytest.mark.parametrize("kill", ["unlink:1", "unlink:2", "unlink:3", "rmdir:1", "fsync:1"])
def test_a_removal_that_was_killed_is_completed_by_the_next(host: Any, kill: str) -> None:
    host.run("xl_cpupool", **RT)
    host.run("xl_cpupool", kill=kill, name="rt", state="absent")
    assert not host.run("xl_cpupool", name="rt", state="absent").get("failed")
    assert kept(host) == STANDARD
    assert not (host.root / "changed-units").exists()


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("command", "moment"),
    [
        *(("cpupool-create", moment) for moment in ("before", "after")),
        *(("systemctl daemon-reload", moment) for moment in ("before", "after")),
    ],
)
def test_a_run_killed_beside_a_command(host: Any, command: str, moment: str) -> None:
    host.set(faults={command: {"kills": moment, "once": True}})
    assert host.run("xl_cpupool", **RT) == {}
    assert not host.run("xl_cpupool", **RT).get("failed")
    assert kept(host) == {*STANDARD, POOL_FILE, link(POOLS)}
    assert not host.run("xl_cpupool", **RT)["changed"]
    assert host.reboot() == {POOLS: "active"}


def real_time(host: Any) -> None:
    host.set(pools=[{"name": "Pool-0", "sched": "rtds", "cpus": [0, 1, 2, 3]}])


def test_what_no_file_of_a_guest_carries_is_said_whenever_its_unit_starts_it(host: Any) -> None:
    real_time(host)
    host.domains(by_unit(host))
    budget = {"domains": [{"name": "web1", "budget": 2000}]}
    made = once(host, "xl_scheduler", **budget)
    assert made["units"][GUEST_FILE][0].endswith('/xl sched-rtds -d "${XEN_GUEST}" -v all -p 10000 -b 2000 -e 1')
    assert made["units"][GUEST_FILE][0].startswith("ExecStartPost=-")
    host.domains(by_unit(host, memory=128, restart="allowed"))
    assert not host.run("xl_scheduler", check=True, **budget)["changed"]
    host.domains(by_unit(host, state="absent"))
    assert not [name for name in kept(host) if "web1" in name]


def test_a_guest_that_no_unit_starts_is_named(host: Any) -> None:
    real_time(host)
    host.domains(host.guest())
    made = host.run("xl_scheduler", domains=[{"name": "web1", "budget": 2000}])
    assert 'no unit starts "web1", so what is set here is lost when it is made anew' in str(made["warnings"])
    assert (made["units"], kept(host)) == ({}, set())


def test_a_guest_that_leaves_its_unit_leaves_what_was_said_there(host: Any) -> None:
    real_time(host)
    host.domains(by_unit(host))
    host.run("xl_scheduler", domains=[{"name": "web1", "budget": 2000}])
    host.domains(by_unit(host, autostart_by="xendomains"))
    assert GUEST_FILE not in kept(host)


@pytest.mark.sampled
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("command", ["sched-credit2 -d", "vcpu-pin", "systemctl daemon-reload"])
def test_a_run_killed_while_it_sets_shares(host: Any, command: str, moment: str) -> None:
    order = {"domains": ORDER["domains"]}
    host.set(faults={command: {"kills": moment, "once": True}})
    assert host.run("xl_scheduler", **order) == {}
    assert not host.run("xl_scheduler", **order).get("failed")
    assert not host.run("xl_scheduler", **order)["changed"]
    assert host.reboot() == {DOM0: "active"}
    assert not host.run("xl_scheduler", check=True, **order)["changed"]


def test_a_unit_that_was_unlinked_by_hand_is_drift(host: Any) -> None:
    host.run("xl_cpupool", **RT)
    (host.root / "systemd/system" / link(POOLS)).unlink()
    found = host.run("xl_cpupool", check=True, **RT)
    assert (found["changed"], found["commands"]) == (True, [])
    assert found["diff"]["before"][POOLS] == {"starts with the host": False}
    assert host.run("xl_cpupool", **RT)["changed"]
    assert link(POOLS) in kept(host)
    assert not host.run("xl_cpupool", **RT)["changed"]


def test_what_was_said_to_another_scheduler_is_not_said_again(host: Any) -> None:
    real_time(host)
    host.run("xl_scheduler", domains=[{"name": "Domain-0", "budget": 3000}])
    host.set(pools=[{"name": "Pool-0", "sched": "credit2", "cpus": [0, 1, 2, 3]}])
    host.run("xl_scheduler", domains=[{"name": "Domain-0", "weight": 512}])
    text = host.unit_files()[f"{DOM0}.d/50-xlops.conf"][0]
    assert ("sched-rtds" in text, "sched-credit2" in text) == (False, True)
