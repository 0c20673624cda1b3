# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A declared network as files of networkd, ifupdown and NetworkManager, against texts that were read by people."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config import (
    ifupdown_files,
    network_forwarding,
    networkd_files,
    networkmanager_files,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.ifupdown_files import (
    left_alone,
    ovs_words,
    read_stanzas,
    reads_directory,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.network_checks import check_network
from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import Network, Trunk, read_network

DATA = pathlib.Path(__file__).resolve().parents[1] / "data/network"
MACS = {"eth0": "52:54:00:00:00:01", "eth1": "52:54:00:00:00:02", "eth2": "52:54:00:00:00:03"}
BRIDGES: list[dict[str, Any]] = [
    {
        "name": "xenbr0",
        "ports": ["bond0"],
        "addresses": ["192.0.2.10/24", "2001:db8::10/64"],
        "gateways": ["192.0.2.1", "2001:db8::1"],
        "dns": ["192.0.2.53"],
        "routes": [{"to": "10.0.0.0/8", "via": "192.0.2.9"}],
        "vlan_aware": True,
        "trunks": [{"port": "bond0", "vlans": ["10-12", "20"], "untagged": 5}, {"port": "xenbr0", "vlans": ["10"]}],
    },
    {"name": "guests7", "ports": ["bond0.7"], "stp": True},
    {"name": "inside", "isolated": True, "addresses": ["10.10.0.1/24"], "forward": "nat"},
]
DECLARED: dict[str, Any] = {
    "bonds": [{"name": "bond0", "ports": ["eth0", "eth1"], "mode": "802.3ad", "lacp_rate": "fast", "mtu": 9000}],
    "vlans": [{"name": "bond0.7", "parent": "bond0", "id": 7, "mtu": 1500}],
    "bridges": BRIDGES,
    "interfaces": [{"name": "eth3", "dhcp": True, "proxy_arp": True, "forward": "routed"}],
}
SWITCH = {
    "name": "ovs0",
    "kind": "openvswitch",
    "ports": ["eth2"],
    "trunks": [{"port": "eth2", "untagged": 30}],
    "mtu": 2000,
}


def declared(**more: Any) -> Network:
    network = read_network({**DECLARED, **more})
    assert check_network(network) == []
    return network


def shown(files: dict[str, str]) -> str:
    return "".join(f"--- {path}\n{text}" for path, text in files.items())


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("networkd", networkd_files.render(declared(bridges=[*BRIDGES, SWITCH]), MACS)),
        ("ifupdown", ifupdown_files.render(declared(bridges=[*BRIDGES, SWITCH]), MACS)),
        ("networkmanager", networkmanager_files.render(declared(), MACS)),
        ("forwarding", network_forwarding.render(declared())),
    ],
)
def test_files_are_those_that_were_read(name: str, files: dict[str, str]) -> None:
    assert shown(files) == (DATA / f"{name}.txt").read_text()


def test_a_network_without_forwarding_has_no_settings() -> None:
    plain = read_network({"bridges": [{"name": "xenbr0", "ports": ["eth0"], "dhcp": True}]})
    assert network_forwarding.render(plain) == {}


def test_ipv6_is_forwarded_where_it_is_declared() -> None:
    network = read_network(
        {"bridges": [{"name": "b", "isolated": True, "addresses": ["2001:db8::1/64"], "forward": "routed"}]}
    )
    assert network_forwarding.kernel_settings(network) == ["net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding"]


def test_options_of_bonds() -> None:
    network = read_network(
        {
            "bonds": [
                {"name": "a", "ports": ["eth0"], "primary": "eth0", "mac": "52:54:00:00:00:AA"},
                {"name": "b", "ports": ["eth1"], "mode": "balance-xor", "xmit_hash_policy": "layer3+4", "miimon": 0},
            ]
        }
    )
    networkd = networkd_files.render(network, {})
    assert "PrimarySlave=yes\n" in networkd["/etc/systemd/network/05-xen-eth0.network"]
    assert "MACAddress=52:54:00:00:00:aa\n" in networkd["/etc/systemd/network/05-xen-a.netdev"]
    assert "TransmitHashPolicy=layer3+4\n" in networkd["/etc/systemd/network/05-xen-b.netdev"]
    assert "MIIMonitorSec=0ms\n" in networkd["/etc/systemd/network/05-xen-b.netdev"]
    ifupdown = ifupdown_files.render(network, {})
    assert "    bond-primary eth0\n" in ifupdown["/etc/network/interfaces.d/a"]
    assert "    bond-xmit-hash-policy layer3+4\n" in ifupdown["/etc/network/interfaces.d/b"]


def test_a_bond_in_a_switch() -> None:
    network = read_network(
        {
            "bonds": [{"name": "bond0", "ports": ["eth0"]}],
            "bridges": [{"name": "ovs0", "kind": "openvswitch", "ports": ["bond0"]}],
        }
    )
    text = ifupdown_files.render(network, {})["/etc/network/interfaces.d/bond0"]
    assert "allow-ovs0 bond0\niface bond0 inet manual\n    bond-slaves eth0\n" in text
    assert "    ovs_bridge ovs0\n    ovs_type OVSPort\n" in text
    assert "Bridge=" not in networkd_files.render(network, {})["/etc/systemd/network/05-xen-bond0.network"]


@pytest.mark.parametrize(
    ("trunk", "words"),
    [
        (Trunk("eth0", (), 5), ["tag=5", "vlan_mode=access"]),
        (Trunk("eth0", ("10-12", "20")), ["trunks=10,11,12,20"]),
        (Trunk("eth0", ("10",), 5), ["tag=5", "vlan_mode=native-untagged", "trunks=10"]),
    ],
)
def test_columns_of_open_vswitch(trunk: Trunk, words: list[str]) -> None:
    assert ovs_words(trunk) == words


MAIN = """\
# The loopback network interface
source /etc/network/interfaces.d/*
auto lo eth0
iface lo inet loopback
allow-hotplug eth0
iface eth0 inet static
\taddress 192.0.2.10/24
\tpost-up echo "up"
  iface eth0:1 inet static
    address 192.0.2.11/24
iface eth0 inet6 auto

mapping eth1
    script /x
"""


def test_stanzas_of_others_are_read() -> None:
    assert [(one.name, one.method, one.line, one.commands) for one in read_stanzas(MAIN)] == [
        ("lo", "loopback", 4, ()),
        ("eth0", "static", 6, ('post-up echo "up"',)),
        ("eth0", "static", 9, ()),
        ("eth0", "auto", 11, ()),
    ]


def test_only_the_method_of_a_stanza_changes() -> None:
    alone = left_alone(MAIN, ["eth0"])
    assert [one.method for one in read_stanzas(alone)] == ["loopback", "manual", "manual", "manual"]
    assert alone.replace("manual", "") == MAIN.replace("inet static", "inet ").replace("inet6 auto", "inet6 ")
    assert left_alone(alone, ["eth0"]) == alone
    assert left_alone(MAIN, ["eth1"]) == MAIN


@pytest.mark.parametrize(
    ("line", "reads"),
    [
        ("source /etc/network/interfaces.d/*", True),
        ("source-directory interfaces.d", True),
        ("  source interfaces.d/*", True),
        ("# source /etc/network/interfaces.d/*", False),
        ("source /etc/network/interfaces.d/uplink", False),
    ],
)
def test_whether_the_directory_is_read(line: str, reads: bool) -> None:
    assert reads_directory(f"auto lo\n{line}\n") is reads
