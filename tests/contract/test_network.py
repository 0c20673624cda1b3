# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xen_network and what it leaves on a host, against stand-ins for what makes networks there."""

from __future__ import annotations

import time
from typing import Any

import pytest
from network_host import FORMER, LEASE, TIMER, NetworkHost

BRIDGE: dict[str, Any] = {"name": "xenbr0", "ports": ["eth0"], "dhcp": True}
DECLARED: dict[str, Any] = {"bridges": [BRIDGE]}
FULL: dict[str, Any] = {
    "bonds": [{"name": "bond0", "ports": ["eth0", "eth1"]}],
    "vlans": [{"name": "bond0.7", "parent": "bond0", "id": 7}],
    "bridges": [
        {"name": "xenbr0", "ports": ["bond0"], "addresses": [LEASE], "gateways": ["10.0.2.2"]},
        {"name": "guests7", "ports": ["bond0.7"]},
        {"name": "inside", "isolated": True, "addresses": ["10.10.0.1/24"], "forward": "nat"},
    ],
}
BACKENDS = list(FORMER)


@pytest.fixture(params=BACKENDS)
def host(request: pytest.FixtureRequest, bench: Any) -> NetworkHost:
    one = NetworkHost(bench)
    one.build(request.param)
    return one


@pytest.fixture
def networkd(bench: Any) -> NetworkHost:
    """For what is the same with each of them."""
    return on(bench, "networkd")


def on(bench: Any, backend: str) -> NetworkHost:
    one = NetworkHost(bench)
    one.build(backend)
    return one


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key not in ("invocation", "id", "outcome")}


def confirmed(host: NetworkHost, **declared: Any) -> dict[str, Any]:
    ordered = host.ok(**declared)
    host.happens()
    assert host.ok(state="applied", id=ordered["id"])["outcome"] == "applied"
    assert host.ok(state="confirmed", id=ordered["id"])["outcome"] == "confirmed"
    return ordered


@pytest.mark.parametrize("declared", [DECLARED, FULL], ids=["bridge", "all"])
def test_a_check_foresees_a_run_and_a_second_one_changes_nothing(host: NetworkHost, declared: dict[str, Any]) -> None:
    before, running = host.everything(), host.running()
    foreseen = host.ok(check=True, **declared)
    assert host.everything() == before
    assert host.called() == []
    made = confirmed(host, **declared)
    assert comparable(foreseen) == comparable(made)
    assert made["changed"]
    assert {one["after_header"]: one["after"] for one in made["diff"]} == {
        f"/{path}": text for path, (text, _mode) in host.files().items() if f"/{path}" in made["files"]
    }
    assert host.running() != running
    host.called()
    for check in (True, False):
        again = host.ok(check=check, **declared)
        assert (again["changed"], again["files"], again["reasons"], again["id"]) == (False, [], [], None)
    assert host.called() == []


def test_the_bridge_has_the_address_of_its_card(host: NetworkHost) -> None:
    confirmed(host, **DECLARED)
    assert host.running() == {
        "links": {"xenbr0": "bridge"},
        "masters": {"eth0": "xenbr0"},
        "addresses": {"xenbr0": [LEASE]},
    }
    assert TIMER not in host.host["active"]


def test_all_kinds_of_links_come_up(host: NetworkHost) -> None:
    confirmed(host, **FULL)
    assert host.running() == {
        "links": {"bond0": "bond", "bond0.7": "vlan", "xenbr0": "bridge", "guests7": "bridge", "inside": "bridge"},
        "masters": {"eth0": "bond0", "eth1": "bond0", "bond0": "xenbr0", "bond0.7": "guests7"},
        "addresses": {"xenbr0": [LEASE], "inside": ["10.10.0.1/24"]},
    }
    assert "masquerade" in host.read("etc/xlops-xen/network.nft")
    assert (host.root / "systemd/system/multi-user.target.wants/xlops-network-nat.service").is_symlink()


def test_nothing_is_touched_before_the_host_begins(host: NetworkHost) -> None:
    files, running = host.files(), host.running()
    ordered = host.ok(**DECLARED)
    assert (host.files(), host.running()) == (files, running)
    assert host.host["started"] == ["xlops-network-apply.service"]
    assert ordered["outcome"] == "waits"
    assert TIMER in host.host["active"]
    assert "OnActiveSec=120\n" in host.read(f"systemd/system/{TIMER}")


def test_what_is_not_confirmed_returns(host: NetworkHost) -> None:
    files, running = host.files(), host.running()
    ordered = host.ok(**FULL)
    host.happens()
    assert host.running() != running
    assert host.unit("rollback") == 0
    assert (host.files(), host.running()) == (files, running)
    assert host.ok(state="applied", id=ordered["id"])["outcome"] == "returned"
    refused = host.run(state="confirmed", id=ordered["id"])
    assert "has brought its former configuration back by itself" in refused["msg"]
    host.set(active=[one for one in host.host["active"] if one != TIMER])
    confirmed(host, **FULL)


def test_a_former_declaration_of_ours_returns(host: NetworkHost) -> None:
    confirmed(host, **DECLARED)
    files, running = host.files(), host.running()
    host.ok(**FULL)
    host.happens()
    assert host.running() != running
    host.unit("rollback")
    assert (host.files(), host.running()) == (files, running)


@pytest.mark.parametrize("begun", [False, True])
def test_a_boot_before_the_confirmation_is_one_with_the_former_network(host: NetworkHost, begun: bool) -> None:
    files, running = host.files(), host.running()
    ordered = host.ok(**FULL)
    if begun:
        host.happens()
    host.reboot()
    assert (host.files(), host.running()) == (files, running)
    assert host.ok(state="applied", id=ordered["id"])["outcome"] == "returned"
    confirmed(host, **FULL)


def test_a_boot_after_the_confirmation_keeps_it(host: NetworkHost) -> None:
    confirmed(host, **FULL)
    files, running = host.files(), host.running()
    host.reboot()
    assert (host.files(), host.running()) == (files, running)
    assert not host.ok(**FULL)["changed"]


def test_a_command_that_fails_takes_the_change_back_at_once(host: NetworkHost) -> None:
    files, running = host.files(), host.running()
    host.set(
        faults={
            "networkctl reconfigure": {"code": 1, "errors": "Failed\n"},
            "ifup xenbr0": {"code": 1, "errors": "Failed\n"},
            "nmcli --wait 45 connection up xen-": {"code": 4, "errors": "Failed\n"},
        }
    )
    ordered = host.ok(**DECLARED)
    host.happens()
    assert (host.files(), host.running()) == (files, running)
    assert host.ok(state="applied", id=ordered["id"])["outcome"] == "returned"


def test_a_change_may_be_taken_back_by_hand(networkd: NetworkHost) -> None:
    files, running = networkd.files(), networkd.running()
    ordered = networkd.ok(**DECLARED)
    networkd.happens()
    assert networkd.ok(check=True, state="reverted", id=ordered["id"])["changed"]
    run = networkd.bench.server.start(
        "xen_network",
        networkd.root,
        90,
        {"params": {"state": "reverted", "id": ordered["id"]}, "check": False, "kill": "", "fail": "", "euid": 0},
    )
    until(lambda: bool(networkd.host["started"]))
    networkd.happens()
    taken = networkd.bench.finish(run)
    assert (taken["changed"], taken["outcome"]) == (True, "returned")
    assert (networkd.files(), networkd.running()) == (files, running)
    assert not networkd.ok(state="reverted", id=ordered["id"])["changed"]


def until(reached: Any) -> None:
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_check_confirms_nothing(networkd: NetworkHost) -> None:
    ordered = networkd.ok(**DECLARED)
    networkd.happens()
    assert networkd.ok(check=True, state="confirmed", id=ordered["id"])["changed"]
    assert networkd.ok(state="applied", id=ordered["id"])["outcome"] == "applied"


def test_there_may_be_nothing_to_confirm(networkd: NetworkHost) -> None:
    for state in ("applied", "confirmed", "reverted"):
        assert networkd.ok(state=state) == networkd.ok(state=state, check=True)
        assert (networkd.ok(state=state)["changed"], networkd.ok(state=state)["outcome"]) == (False, "nothing")
    assert "back by itself" in networkd.run(state="confirmed", id="0123456789abcdef")["msg"]


def test_what_is_declared_no_more_goes(host: NetworkHost) -> None:
    confirmed(host, **FULL)
    less = {"bonds": FULL["bonds"], "bridges": FULL["bridges"][:1]}
    foreseen = host.ok(check=True, **less)
    made = confirmed(host, **less)
    assert comparable(foreseen) == comparable(made)
    assert set(host.running()["links"]) == {"bond0", "xenbr0"}
    assert not [path for path in host.files() if "guests7" in path or "inside" in path or "nft" in path]
    assert not host.ok(**less)["changed"]


def test_what_runs_otherwise_is_put_right(host: NetworkHost) -> None:
    confirmed(host, **DECLARED)
    host.set(masters={}, up=["eth0"])
    if "NetworkManager.service" in host.host["active"]:
        host.set(profiles={})
    host.program("ip", "link", "delete", "dev", "xenbr0")
    drifted = confirmed(host, **DECLARED)
    assert drifted["reasons"] == ["there is no bridge xenbr0"]
    assert drifted["files"] == []
    assert host.running()["masters"] == {"eth0": "xenbr0"}


@pytest.mark.parametrize("backend", ["networkd", "ifupdown"])
def test_open_vswitch(bench: Any, backend: str) -> None:
    host = on(bench, backend)
    files, running = host.files(), host.running()
    declared = {"bridges": [{**BRIDGE, "kind": "openvswitch", "trunks": [{"port": "eth0", "vlans": ["10-12"]}]}]}
    ordered = host.ok(**declared)
    host.happens()
    if backend == "networkd":  # ifupdown has scripts of Open vSwitch for that
        assert host.host["switches"] == {"xenbr0": ["eth0"]}
        assert "ovs-vsctl set port eth0 trunks=10,11,12" in ordered["steps"]
        host.ok(state="confirmed", id=ordered["id"])
        assert not host.ok(**declared)["changed"]
        return
    host.unit("rollback")
    assert (host.files(), host.running()) == (files, running)


def test_open_vswitch_forgets_at_a_boot_what_was_not_confirmed(bench: Any) -> None:
    host = on(bench, "networkd")
    running = host.running()
    host.ok(bridges=[{**BRIDGE, "kind": "openvswitch"}])
    host.happens()
    host.reboot()
    assert host.host["switches"] == {}
    assert host.running() == running
    assert not (host.state / "returning").exists()


def test_guests_stay_in_their_bridge(host: NetworkHost) -> None:
    confirmed(host, **DECLARED)
    here = host.host
    host.set(cards={**here["cards"], "vif3.0": "fe:ff:ff:ff:ff:ff"}, masters={**here["masters"], "vif3.0": "xenbr0"})
    host.program("ip", "link", "set")
    changed = confirmed(host, bridges=[{**BRIDGE, "dhcp": False, "addresses": [LEASE]}])
    assert "ip link set dev vif3.0 master xenbr0" in changed["steps"]
    refused = host.run(interfaces=[{"name": "eth0", "dhcp": True}])
    assert "guests are on it with vif3.0" in refused["msg"]


@pytest.mark.parametrize("confirm_within", [29, 3601])
def test_the_time_has_a_range(networkd: NetworkHost, confirm_within: int) -> None:
    assert "30 to 3600 seconds" in networkd.run(confirm_within=confirm_within, **DECLARED)["msg"]


def test_every_fault_is_told_before_anything_is_changed(networkd: NetworkHost) -> None:
    before = networkd.everything()
    for check in (True, False):
        refused = networkd.run(
            check=check,
            bridges=[
                {"name": "a-name-of-sixteen", "isolated": True},
                {"name": "xenbr0"},
                {"name": "xenbr1", "ports": ["eth0"], "dhcp": True},
                {"name": "xenbr2", "ports": ["eth0"], "addresses": ["192.0.2.1"]},
            ],
        )
        assert len(refused["msg"].splitlines()) == 4
    assert networkd.everything() == {
        **before,
        **{path: text for path, text in networkd.everything().items() if "lock" in path},
    }


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ({"bridges": [{"name": "xenbr0", "ports": ["eth9"]}]}, 'the host has no interface "eth9", but eth0, eth1'),
        ({"interfaces": [{"name": "eth9"}]}, "the host has no such interface, but eth0, eth1"),
        ({"bridges": [{"name": "eth1", "isolated": True}]}, '"eth1" is an interface of its own on this host'),
        ({"bridges": [{"name": "xenbr0", "ports": ["eth0"]}]}, "the host is reached over"),
    ],
)
def test_what_the_host_speaks_against(networkd: NetworkHost, declared: dict[str, Any], sentence: str) -> None:
    before = networkd.everything()
    assert sentence in networkd.run(**declared)["msg"]
    assert networkd.everything() == before


def test_a_lost_program_is_told_before(bench: Any) -> None:
    host = on(bench, "networkd")
    declared = {"bridges": [{**BRIDGE, "forward": "nat", "addresses": ["192.0.2.1/24"]}]}
    for name in ("ovs-vsctl", "nft"):
        (host.root / "bin" / name).unlink()
    switch = {"bridges": [{**BRIDGE, "kind": "openvswitch"}]}
    assert "install openvswitch-switch" in host.run(**switch)["msg"]
    assert "install openvswitch-switch" in str(host.ok(check=True, **switch)["warnings"])
    assert host.ok(check=True, **declared)["packages"] == ["nftables", "procps"]


def test_two_owners(bench: Any) -> None:
    host = on(bench, "networkd")
    for name in ("ifup", "ifdown"):
        (host.root / "bin" / name).symlink_to((host.root / "bin/ip").readlink())
    host.write("etc/network/interfaces", FORMER["ifupdown"]["etc/network/interfaces"])
    assert '"eth0" has two owners, systemd-networkd and ifupdown' in host.run(**DECLARED)["msg"]


def test_files_of_others(host: NetworkHost) -> None:
    text = "[Match]\nName=xenbr0\n# [connection]\ninterface-name=xenbr0\niface xenbr0 inet manual\n"
    for path in (
        "etc/systemd/network/05-xen-xenbr0.network",
        "etc/network/interfaces.d/xenbr0",
        "etc/NetworkManager/system-connections/xen-xenbr0.nmconnection",
    ):
        host.write(path, text)
    assert "somebody else wrote it" in host.run(**DECLARED)["msg"]


def test_a_file_of_networkd_that_would_win(bench: Any) -> None:
    host = on(bench, "networkd")
    host.write("etc/systemd/network/01-eth0.network", "[Match]\nName=eth0\n")
    assert "01-eth0.network, and takes the first one by name" in host.run(**DECLARED)["msg"]


def test_what_ifupdown_would_do_besides(bench: Any) -> None:
    host = on(bench, "ifupdown")
    main = host.read("etc/network/interfaces")
    host.write("etc/network/interfaces", main + "    post-up ip route add 10.0.0.0/8 via 10.0.2.9\n")
    assert "has commands, which would run all the same: post-up ip route" in host.run(**DECLARED)["msg"]
    host.write("etc/network/interfaces", main.replace("source ", "# source "))
    assert "does not read /etc/network/interfaces.d" in host.run(**DECLARED)["msg"]
    host.write("etc/network/interfaces", main)
    host.write("etc/network/interfaces.d/uplink", "iface eth0 inet6 auto\n")
    assert "/etc/network/interfaces.d/uplink:1 has a stanza" in host.run(**DECLARED)["msg"]


def test_a_profile_of_networkmanager_that_would_win(bench: Any) -> None:
    host = on(bench, "networkmanager")
    path = "etc/NetworkManager/system-connections/wired.nmconnection"
    host.write(path, host.read(path).replace("uuid=", "autoconnect-priority=200\nuuid="))
    assert 'wired.nmconnection is a profile of "eth0" too' in host.run(**DECLARED)["msg"]
    assert "bridges of Open vSwitch" in host.run(bridges=[{**BRIDGE, "kind": "openvswitch"}])["msg"]


def test_xl_conf_is_held_against_the_bridges(networkd: NetworkHost) -> None:
    networkd.write("etc/xl.conf", 'vif.default.bridge="br0"\nvif.default.script="vif-openvswitch"\n')
    warned = str(networkd.ok(check=True, **DECLARED)["warnings"])
    assert "there is no such script" in warned
    assert "vif.default.bridge br0, and there is no such bridge" in warned
    networkd.write("etc/xl.conf", 'vif.default.bridge="xenbr0"\nvif.default.script="vif-openvswitch"\n')
    networkd.write("etc/scripts/vif-openvswitch", "#!/bin/sh\n")
    warned = str(networkd.ok(check=True, **DECLARED)["warnings"])
    assert "may not be executed" in warned
    assert "set vif.default.script to vif-bridge" in warned
    networkd.write("etc/xl.conf", 'vif.default.bridge="xenbr0"\n')
    assert "warnings" not in networkd.ok(check=True, **DECLARED)


def test_a_change_without_the_old_address_is_a_warning(networkd: NetworkHost) -> None:
    moved = {"bridges": [{**BRIDGE, "dhcp": False, "addresses": ["192.0.2.9/24"]}]}
    assert "10.0.2.15/24 of eth0 is declared of no link" in str(networkd.ok(check=True, **moved)["warnings"])
