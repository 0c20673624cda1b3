# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A declared network against what is there: files, commands, the way back, and what speaks against it."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import MARK, Network, read_network
from ansible_collections.xlops.xen.plugins.module_utils._plan.network import plan
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_backend import (
    choose,
    faults,
    moved_addresses,
    vif_findings,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_files import described, packages
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_seen import Interface, Seen
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_units import SCRIPT, nat_text, unit_texts

CARD = Interface(mac="52:54:00:00:00:01", addresses=("192.0.2.10/24", "fe80::1/64"))
NETWORKD = Seen(
    interfaces={"lo": Interface(), "eth0": CARD, "eth1": Interface(mac="52:54:00:00:00:02")},
    running=frozenset({"networkd"}),
    networkd={"eth0": "/etc/systemd/network/20-eth0.network"},
    lifelines=("eth0",),
)
MAIN = "source /etc/network/interfaces.d/*\nallow-hotplug eth0\niface eth0 inet dhcp\n"
IFUPDOWN = replace(
    NETWORKD, running=frozenset({"ifupdown"}), networkd={}, files={"/etc/network/interfaces": MAIN}
)  # fmt: skip
NETWORKMANAGER = replace(
    NETWORKD, running=frozenset({"networkmanager"}), networkd={}, profiles={"eth0": "aaaa"}
)  # fmt: skip
BRIDGE: dict[str, Any] = {"name": "xenbr0", "ports": ["eth0"], "addresses": ["192.0.2.10/24"]}
PLAIN = read_network({"bridges": [BRIDGE]})


def with_bridge(seen: Seen, *ports: str, **more: Any) -> Seen:
    """The host after the bridge was made."""
    bridge = Interface("bridge", CARD.mac, "", ("eth0", *ports), ("192.0.2.10/24",))
    card = replace(CARD, master="xenbr0", addresses=())
    guests = {port: Interface(master="xenbr0") for port in ports}
    files = {**seen.files, **{path: text for path, text in plan(PLAIN, seen, "networkd").after.items() if text}}
    interfaces = {**seen.interfaces, "eth0": card, "xenbr0": bridge, **guests}
    networkd = {name: f"/etc/systemd/network/05-xen-{name}.network" for name in ("eth0", "xenbr0")}
    return replace(seen, interfaces=interfaces, files=files, lifelines=("xenbr0",), networkd=networkd, **more)


def lines(steps: Any) -> list[str]:
    return [f"{'' if step.needed else '- '}{step}" for step in steps]


def test_networkd_makes_the_bridge_and_forgets_it() -> None:
    steps = plan(PLAIN, NETWORKD, "networkd").steps
    assert lines(steps.before) == []
    assert lines(steps.apply) == ["networkctl reload", "networkctl reconfigure eth0"]
    assert lines(steps.leave) == []
    assert lines(steps.back) == [
        "networkctl reload",
        "networkctl reconfigure eth0",
        "- ip link delete dev xenbr0",
    ]
    assert lines(steps.last) == ["- systemctl restart systemd-networkd.service", "- ip link delete dev xenbr0"]
    assert lines(steps.late) == []


def test_ifupdown_takes_the_card_down_first() -> None:
    planned = plan(PLAIN, IFUPDOWN, "ifupdown")
    assert planned.after["/etc/network/interfaces"] == MAIN.replace("dhcp", "manual")
    steps = planned.steps
    assert lines(steps.before) == ["- ifdown --force eth0"]
    assert lines(steps.apply) == ["ifup xenbr0", "ip link show dev xenbr0"]
    assert lines(steps.leave) == ["- ifdown --force xenbr0", "- ip link delete dev xenbr0"]
    assert lines(steps.back) == ["ifup --force eth0"]
    assert lines(steps.last) == ["- systemctl restart networking.service"]


def test_networkmanager_activates_the_former_profile_again() -> None:
    steps = plan(PLAIN, NETWORKMANAGER, "networkmanager").steps
    assert lines(steps.apply) == [
        "nmcli connection reload",
        "nmcli --wait 45 connection up xen-eth0",
        "nmcli --wait 45 connection up xen-xenbr0",
    ]
    assert lines(steps.leave) == ["- nmcli device delete xenbr0"]
    assert lines(steps.back) == ["nmcli connection reload", "- nmcli --wait 45 connection up uuid aaaa"]


def test_open_vswitch_is_undone_after_a_boot_too() -> None:
    network = read_network({"bridges": [{**BRIDGE, "kind": "openvswitch"}]})
    steps = plan(network, NETWORKD, "networkd").steps
    assert lines(steps.apply)[:3] == [
        "ovs-vsctl --may-exist add-br xenbr0",
        "ovs-vsctl set bridge xenbr0 other-config:hwaddr=52:54:00:00:00:01",
        "ovs-vsctl --may-exist add-port xenbr0 eth0",
    ]
    assert lines(steps.late) == ["- ovs-vsctl --if-exists del-br xenbr0"]
    there = replace(
        NETWORKD, interfaces={**NETWORKD.interfaces, "xenbr0": Interface("openvswitch")}, ovs_ports={"eth1": "xenbr0"}
    )
    assert lines(plan(network, there, "networkd").steps.late) == ["- ovs-vsctl --if-exists del-port xenbr0 eth0"]


def test_a_bridge_that_is_there_is_changed_and_not_made_anew() -> None:
    network = read_network({"bridges": [{**BRIDGE, "stp": True}]})
    steps = plan(network, with_bridge(NETWORKD, "vif1.0"), "networkd").steps
    assert lines(steps.apply) == [
        "- ip link set dev xenbr0 type bridge stp_state 1 vlan_filtering 0",
        "networkctl reload",
        "networkctl reconfigure xenbr0",
        "- ip link set dev vif1.0 master xenbr0",
    ]
    assert lines(steps.leave) == []


def test_a_bond_of_another_mode_is_made_anew() -> None:
    bond = {"name": "bond0", "ports": ["eth0"], "addresses": ["192.0.2.10/24"]}
    first = read_network({"bonds": [bond]})
    files = {path: text for path, text in plan(first, NETWORKD, "networkd").after.items() if text is not None}
    interfaces = {**NETWORKD.interfaces, "bond0": Interface("bond", "", "", ("eth0",), ("192.0.2.10/24",))}
    there = replace(NETWORKD, files=files, interfaces=interfaces)
    assert not plan(first, there, "networkd").changed
    other = read_network({"bonds": [{**bond, "mode": "balance-rr"}]})
    assert lines(plan(other, there, "networkd").steps.apply) == [
        "- ip link delete dev bond0",
        "- sleep 1",
        "networkctl reload",
        "networkctl reconfigure eth0",
    ]


def test_forwarding_returns_to_what_it_was() -> None:
    network = read_network({"bridges": [{**BRIDGE, "forward": "nat"}]})
    steps = plan(network, replace(NETWORKD, settings={"net/ipv4/ip_forward": "0"}), "networkd").steps
    assert lines(steps.apply)[-2:] == [
        "sysctl -q -p /etc/sysctl.d/60-xlops-xen-network.conf",
        "systemctl restart xlops-network-nat.service",
    ]
    assert lines(steps.back)[-2:] == [
        "- sysctl -q -w net/ipv4/ip_forward=0",
        "- systemctl restart xlops-network-nat.service",
    ]


def test_what_is_there_as_declared_is_no_change() -> None:
    assert not plan(PLAIN, with_bridge(NETWORKD), "networkd").changed


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"xenbr0": None}, "there is no bridge xenbr0"),
        ({"xenbr0": Interface("bridge", addresses=("192.0.2.10/24",)), "eth0": CARD}, "xenbr0 runs without eth0"),
        ({"xenbr0": Interface("bridge", ports=("eth0",))}, "xenbr0 runs without the address 192.0.2.10/24"),
    ],
)
def test_what_runs_otherwise_is_a_change(changed: dict[str, Interface | None], sentence: str) -> None:
    seen = with_bridge(NETWORKD)
    interfaces = {name: one for name, one in {**seen.interfaces, **changed}.items() if one is not None}
    planned = plan(PLAIN, replace(seen, interfaces=interfaces), "networkd")
    assert planned.changed
    assert sentence in planned.drift[0]
    assert planned.after == {}


def said(network: Network, seen: Seen, backend: str) -> str:
    return "\n".join(map(str, faults(network, seen, backend)))


def test_a_good_network_has_no_faults() -> None:
    for seen, backend in ((NETWORKD, "networkd"), (IFUPDOWN, "ifupdown"), (NETWORKMANAGER, "networkmanager")):
        assert said(PLAIN, seen, backend) == ""
        assert choose(PLAIN, seen) == backend


def test_the_backend_is_what_has_the_declared_interfaces() -> None:
    both = replace(
        NETWORKD, running=frozenset({"networkd", "networkmanager"}), networkd={"eth1": "/x"}, profiles={"eth0": "aaaa"}
    )
    assert choose(PLAIN, both) == "networkmanager"
    assert choose(read_network({"interfaces": [{"name": "eth1"}]}), both) == "networkd"
    assert choose(PLAIN, replace(both, running=frozenset())) == ""
    assert "ifupdown does not make the network of this host; it is made by systemd-networkd, NetworkManager" in said(
        PLAIN, both, "ifupdown"
    )


@pytest.mark.parametrize(
    ("declared", "seen", "sentence"),
    [
        ({"bridges": [{**BRIDGE, "ports": ["eth9"]}]}, NETWORKD, 'no interface "eth9", but eth0, eth1'),
        ({"bridges": [{"name": "eth1", "isolated": True}]}, NETWORKD, '"eth1" is an interface of its own'),
        ({"bonds": [{"name": "xenbr0", "ports": ["eth1"]}]}, with_bridge(NETWORKD), '"xenbr0" is a bridge on this'),
        ({"bridges": [{"name": "b", "ports": ["eth0"]}]}, NETWORKD, "the host is reached over"),
        ({}, with_bridge(NETWORKD), "it would be cut off"),
        (
            {"bridges": [{**BRIDGE, "name": "b"}]},
            replace(with_bridge(NETWORKD), files={}),
            '"eth0" is a port of "xenbr0", which is not declared',
        ),
        (
            {"interfaces": [{"name": "eth0", "dhcp": True}]},
            with_bridge(NETWORKD, "vif1.0", "tap2.0"),
            'the bridge "xenbr0" is declared no more, and guests are on it with vif1.0, tap2.0',
        ),
        (
            {"bridges": [BRIDGE]},
            replace(NETWORKD, files={"/etc/systemd/network/05-xen-eth0.network": "[Match]\n"}),
            "05-xen-eth0.network is there, and somebody else wrote it",
        ),
        (
            {"bridges": [BRIDGE]},
            replace(NETWORKD, interfaces={**NETWORKD.interfaces, "eth0.7": Interface("vlan", lower=("eth0",))}),
            '"eth0" carries the VLAN "eth0.7", which is not declared',
        ),
        (
            {"bridges": [{"name": "xenbr1", "ports": ["eth1"]}]},
            replace(NETWORKD, lifelines=("eth0", "eth1")),
            'the host is reached over "eth1"',
        ),
    ],
)  # fmt: skip
def test_what_speaks_against_it(declared: dict[str, Any], seen: Seen, sentence: str) -> None:
    assert sentence in said(read_network(declared), seen, "networkd")


def test_a_stanza_without_address_is_no_second_owner() -> None:
    manual = {"/etc/network/interfaces": MAIN.replace("dhcp", "manual")}
    both = frozenset({"networkd", "ifupdown"})
    assert said(PLAIN, replace(NETWORKD, running=both, files=manual), "networkd") == ""
    dhcp = replace(NETWORKD, running=both, files={"/etc/network/interfaces": MAIN})
    assert "two owners, systemd-networkd and ifupdown (/etc/network/interfaces:3)" in said(PLAIN, dhcp, "networkd")


def test_a_port_that_is_declared_no_more_leaves_its_bridge() -> None:
    both = read_network({"bridges": [{**BRIDGE, "ports": ["eth0", "eth1"]}]})
    seen = with_bridge(NETWORKD)
    files = {path: text for path, text in plan(both, NETWORKD, "networkd").after.items() if text}
    ports = {"xenbr0": replace(seen.interfaces["xenbr0"], ports=("eth0", "eth1")), "eth1": Interface(master="xenbr0")}
    steps = plan(PLAIN, replace(seen, files=files, interfaces={**seen.interfaces, **ports}), "networkd").steps
    assert lines(steps.apply) == [
        "networkctl reload",
        "- ip link set dev eth1 nomaster",
        "- networkctl reconfigure eth1",
    ]
    assert lines(steps.back) == ["networkctl reload", "- networkctl reconfigure eth1"]


def test_an_address_of_an_alias_is_not_switched_off() -> None:
    alias = MAIN + "iface eth0:1 inet static\n    address 192.0.2.99/24\n"
    asking = read_network({"bridges": [{**BRIDGE, "addresses": [], "dhcp": True}]})
    told = said(asking, replace(IFUPDOWN, files={"/etc/network/interfaces": alias}), "ifupdown")
    assert 'the stanza of "eth0:1" in /etc/network/interfaces:4 gives it one more address' in told
    manual = alias.replace("static", "manual")
    assert said(asking, replace(IFUPDOWN, files={"/etc/network/interfaces": manual}), "ifupdown") == ""


def test_what_runs_otherwise_than_declared_is_brought_back() -> None:
    network = read_network({"bridges": [{**BRIDGE, "gateways": ["192.0.2.1"]}]})
    there = with_bridge(NETWORKD)
    files = {**there.files, **{path: text for path, text in plan(network, there, "networkd").after.items() if text}}
    routed = replace(there, files=files, default_routes=frozenset({"xenbr0"}))
    assert not plan(network, routed, "networkd").changed
    assert not plan(network, replace(routed, default_routes=None), "networkd").changed
    unrouted = plan(network, replace(routed, default_routes=frozenset({"eth1"})), "networkd")
    assert unrouted.drift == ("xenbr0 runs without the gateway 192.0.2.1",)
    assert "networkctl reconfigure xenbr0" in lines(unrouted.steps.apply)
    bridge = replace(routed.interfaces["xenbr0"], stp="1")
    looping = plan(network, replace(routed, interfaces={**routed.interfaces, "xenbr0": bridge}), "networkd")
    assert looping.drift == ("the bridge xenbr0 runs with STP",)


def test_addresses_that_go_are_told() -> None:
    other = read_network({"bridges": [{**BRIDGE, "addresses": ["192.0.2.11/24"]}]})
    (sentence,) = moved_addresses(other, NETWORKD)
    assert sentence.startswith("192.0.2.10/24 of eth0 is declared of no link")
    assert moved_addresses(PLAIN, NETWORKD) == []
    asking = read_network({"bridges": [{**BRIDGE, "addresses": [], "dhcp": True}]})
    assert [one.split()[0] for one in moved_addresses(asking, NETWORKD)] == ["192.0.2.10/24"]
    leased = replace(CARD, addresses=(*CARD.addresses, "192.0.2.99/24"), leased=("192.0.2.10/24",))
    beside = replace(NETWORKD, interfaces={**NETWORKD.interfaces, "eth0": leased})
    assert [one.split()[0] for one in moved_addresses(asking, beside)] == ["192.0.2.99/24"]


@pytest.mark.parametrize(
    ("bridge", "script", "sentence"),
    [
        ("xenbr0", "", ""),
        ("", "vif-bridge", ""),
        ("xenbr0", "/etc/xen/scripts/vif-bridge", ""),
        ("eth0", "vif-route", ""),
        ("br0", "", "vif.default.bridge br0, and there is no such bridge"),
        ("xenbr0", "vif-openvswitch", "which needs openvswitch: set vif.default.script to vif-bridge"),
        ("ovs0", "vif-bridge", "which needs bridge: set vif.default.script to vif-openvswitch"),
        ("xenbr0", "vif-own", "there is no such script"),
        ("xenbr0", "vif-nat", "may not be executed"),
    ],
)
def test_guests_interfaces_against_bridges(bridge: str, script: str, sentence: str) -> None:
    network = read_network({"bridges": [BRIDGE, {"name": "ovs0", "kind": "openvswitch", "isolated": True}]})
    scripts = {"vif-bridge": True, "vif-openvswitch": True, "vif-route": True, "vif-nat": False}
    found = vif_findings(network, NETWORKD, bridge, script, scripts)
    assert found == [] if not sentence else sentence in found[0]


def test_packages_that_programs_are_in() -> None:
    network = read_network(
        {"bonds": [{"name": "b", "ports": ["eth0"]}], "bridges": [{**BRIDGE, "forward": "nat", "ports": ["b"]}]}
    )
    assert packages(network, "ifupdown") == ["bridge-utils", "ifenslave", "nftables", "procps"]
    assert packages(network, "networkd") == ["nftables", "procps"]
    assert packages(read_network({"bridges": [{**BRIDGE, "kind": "openvswitch"}]}), "networkd") == [
        "openvswitch-switch"
    ]


@pytest.mark.parametrize(
    ("path", "backend", "name"),
    [
        ("/etc/systemd/network/05-xen-eth0.100.network", "networkd", "eth0.100"),
        ("/etc/systemd/network/05-xen-b.netdev", "networkd", "b"),
        ("/etc/systemd/network/20-eth0.network", "networkd", ""),
        ("/etc/network/interfaces.d/xenbr0", "ifupdown", "xenbr0"),
        ("/etc/network/interfaces", "ifupdown", ""),
        ("/etc/NetworkManager/system-connections/xen-b.nmconnection", "networkmanager", "b"),
        ("/etc/NetworkManager/system-connections/b.nmconnection", "networkmanager", ""),
    ],
)
def test_which_interface_a_file_describes(path: str, backend: str, name: str) -> None:
    assert described(path, backend) == name


def test_the_script_is_one_that_a_shell_can_read(tmp_path: pathlib.Path) -> None:
    script = tmp_path / "network-change"
    script.write_text(SCRIPT)
    assert subprocess.run(["sh", "-n", str(script)], capture_output=True, text=True).stderr == ""
    shellcheck = shutil.which("shellcheck")
    assert shellcheck is not None, "shellcheck is in requirements/debian.txt"
    found = subprocess.run([shellcheck, "--severity=warning", str(script)], capture_output=True, text=True)
    assert found.stdout == ""
    wrong = subprocess.run(["sh", str(script), "x", "/none"], capture_output=True, text=True)
    assert (wrong.returncode, wrong.stderr) == (2, "network-change: x: apply, revert or boot\n")


def test_units_say_when(tmp_path: pathlib.Path) -> None:
    texts = unit_texts("/lib/script", "/state", 90)
    assert all(text.startswith(f"{MARK}\n[Unit]\n") for text in [*texts.values(), nat_text("/usr/sbin/nft")])
    assert "OnActiveSec=90\n" in texts["xlops-network-rollback.timer"]
    assert "Conflicts=xlops-network-apply.service\n" in texts["xlops-network-rollback.service"]
    assert "OnFailure=xlops-network-rollback.service\n" in texts["xlops-network-apply.service"]
    assert "Before=network-pre.target" in texts["xlops-network-boot.service"]
    verify = shutil.which("systemd-analyze")
    if verify is None:
        return
    for name, text in texts.items():
        (tmp_path / name).write_text(text.replace("/lib/script", "/bin/true"))
    services = [str(tmp_path / name) for name in texts]
    done = subprocess.run([verify, "verify", "--man=no", *services], capture_output=True, text=True)
    assert [line for line in done.stderr.splitlines() if "xlops" in line and "openvswitch" not in line] == []
