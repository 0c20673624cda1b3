# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a declared network that cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.network_checks import check_network
from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import read_network

GOOD: dict[str, Any] = {"name": "xenbr0", "ports": ["eth0"]}


def said(**declared: Any) -> list[str]:
    return [str(finding) for finding in check_network(read_network(declared))]


def bridge(**keys: Any) -> dict[str, Any]:
    return {"bridges": [{**GOOD, **keys}]}


def bond(**keys: Any) -> dict[str, Any]:
    return {"bonds": [{"name": "bond0", "ports": ["eth0", "eth1"], **keys}]}


def vlan(**keys: Any) -> dict[str, Any]:
    return {"vlans": [{"name": "v7", "parent": "eth0", "id": 7, **keys}], "interfaces": [{"name": "eth0"}]}


@pytest.mark.parametrize(
    "declared",
    [
        {},
        bridge(),
        bridge(name="a.b-c_d.0", mtu=68),
        bridge(addresses=["192.0.2.10/32", "2001:db8::/127"], gateways=["192.0.2.1", "2001:db8::1"], mtu=1280),
        bridge(vlan_aware=True, trunks=[{"port": "eth0", "vlans": ["1", "2-4094"]}]),
        bond(mode="802.3ad", lacp_rate="slow", xmit_hash_policy="layer2+3"),
        bond(primary="eth1", mtu=9000),
        vlan(id=1),
        vlan(id=4094),
        {**bridge(name="xenbr1", ports=["v7"]), **vlan()},
    ],
)
def test_what_can_be(declared: dict[str, Any]) -> None:
    assert said(**declared) == []


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        (bridge(name="a" * 16), "has 16 characters, and Linux takes at most 15"),
        (bridge(name="all"), '"all" is no name of an interface'),
        (bridge(name="a b"), '"a b" is no name of an interface'),
        (bridge(name="-x"), '"-x" is no name of an interface'),
        (bridge(name="eth0; reboot"), "is no name of an interface"),
        (bridge(name="vif1.0"), "is a name that xl gives to the interface of a guest"),
        (bridge(ports=["eth0/x"]), '"eth0/x" is no name of an interface'),
        (bridge(ports=["eth0", "eth0"]), 'the port "eth0" is there twice'),
        (bridge(ports=["xenbr0"]), "it is a port of itself"),
        (bridge(ports=[]), "it holds no uplink; name one, or say isolated: true for guests alone"),
        (bridge(isolated=True), "it is isolated, and has the uplink eth0"),
        (bridge(addresses=["192.0.2.1"]), '"192.0.2.1" is no IP address with a prefix length'),
        (bridge(addresses=["192.0.2.1/33"]), '"192.0.2.1/33" is no IP address with a prefix length'),
        (bridge(addresses=["fe80::1%eth0/64"]), "is no IP address with a prefix length"),
        (bridge(addresses=["192.0.2.0/24"]), "192.0.2.0/24 is the address of a network"),
        (bridge(gateways=["192.0.2.1"]), "the gateway 192.0.2.1 needs an IPv4 address of the link; declare one"),
        (bridge(gateways=["192.0.2.1"], dhcp=True), "with DHCP the gateway comes with the lease"),
        (bridge(gateways=["gw"]), '"gw" is no IP address'),
        (bridge(addresses=["192.0.2.9/24"], gateways=["192.0.2.1", "192.0.2.2"]), "it has two default gateways"),
        (bridge(dns=["ns1"]), 'bridges[0].dns[0]: bridge "xenbr0": "ns1" is no IP address'),
        (bridge(routes=[{"to": "10.0.0.1/8", "via": "192.0.2.1"}]), '"10.0.0.1/8" is no network'),
        (bridge(routes=[{"to": "10.0.0.0/8", "via": "x"}]), '"x" is no IP address'),
        (bridge(routes=[{"to": "10.0.0.0/8", "via": "2001:db8::1"}]), "is not of the family of 10.0.0.0/8"),
        (bridge(mtu=67), "67 is out of range: it takes 68 to 65535 bytes"),
        (bridge(mtu=1279, addresses=["2001:db8::10/64"]), "IPv6 needs 1280 bytes, and it has 1279"),
        (bridge(mac="01:00:5e:00:00:01"), "is no MAC address of one station"),
        (bridge(forward="nat"), "NAT needs an IPv4 address of the link"),
        (bridge(forward="nat", addresses=["2001:db8::1/64"]), "NAT needs an IPv4 address of the link"),
        (bridge(kind="openvswitch", vlan_aware=True), "Open vSwitch always is; leave it out"),
        (bridge(trunks=[{"port": "eth0", "vlans": ["1"]}]), "tells VLANs apart only with vlan_aware: true"),
        (
            bridge(vlan_aware=True, trunks=[{"port": "eth1", "vlans": ["1"]}]),
            '"eth1" is neither one of its ports nor itself',
        ),
        (bridge(vlan_aware=True, trunks=[{"port": "eth0", "vlans": ["4095"]}]), '"4095" is no VLAN'),
        (bridge(vlan_aware=True, trunks=[{"port": "eth0", "vlans": ["9-3"]}]), '"9-3" is no VLAN; it takes 1 to 4094'),
        (bridge(vlan_aware=True, trunks=[{"port": "eth0", "vlans": ["x"]}]), '"x" is no VLAN'),
        (bridge(vlan_aware=True, trunks=[{"port": "eth0", "untagged": 0}]), '"0" is no VLAN'),
        (bridge(vlan_aware=True, trunks=[{"port": "eth0"}]), "it has neither vlans nor untagged"),
        (
            bridge(vlan_aware=True, trunks=[{"port": "eth0", "untagged": 1}, {"port": "eth0", "untagged": 2}]),
            '"eth0" is there twice',
        ),
        (bond(mode="lacp"), '"lacp" is no mode of bonding: it takes balance-rr'),
        (bond(ports=[]), "a bond needs at least one port"),
        (bond(miimon=60001), "60001 is out of range: 0 to 60000 milliseconds"),
        (bond(lacp_rate="fast"), "the mode active-backup has no lacp_rate; it goes with 802.3ad"),
        (bond(mode="802.3ad", primary="eth0"), "the mode 802.3ad has no primary; it goes with active-backup"),
        (bond(primary="eth9"), '"eth9" is none of its ports'),
        (vlan(id=0), "the VLAN 0 is out of range: it takes 1 to 4094"),
        (vlan(id=4095), "the VLAN 4095 is out of range"),
        (vlan(parent="eth1"), '"eth1" is not declared; add {name: eth1} to interfaces'),
        (vlan(parent="v7"), "it goes round in a circle"),
        ({"bridges": [GOOD, GOOD]}, "bridges[0] has the same name"),
        ({"bridges": [GOOD, {**GOOD, "name": "b"}]}, '"eth0" is already a port of bridge "xenbr0"'),
        ({**bridge(), **bond(ports=["eth0"])}, '"eth0" is already a port of bridge "xenbr0"'),
        (
            {**bridge(addresses=["192.0.2.9/24"]), "interfaces": [{"name": "eth1", "addresses": ["192.0.2.9/24"]}]},
            '"xenbr0" has the same address 192.0.2.9/24',
        ),
        (
            {
                "bridges": [
                    {**GOOD, "addresses": ["192.0.2.9/24"], "gateways": ["192.0.2.1"]},
                    {"name": "b", "ports": ["eth1"], "addresses": ["192.0.3.9/24"], "gateways": ["192.0.3.1"]},
                ]
            },
            '"xenbr0" has the default gateway already',
        ),
        (
            {
                "vlans": [{"name": name, "parent": "eth0", "id": 7} for name in ("v7", "w7")],
                "interfaces": [{"name": "eth0"}],
            },
            '"v7" is the same VLAN of "eth0"',
        ),
        ({"bridges": [GOOD, {"name": "b", "ports": ["xenbr0"]}]}, '"xenbr0" is a bridge itself'),
        ({**bond(ports=["v7"]), **vlan()}, '"v7" is a vlan, and a bond takes network cards'),
        ({**bridge(), "interfaces": [{"name": "eth0", "dhcp": True}]}, '"eth0" has addresses of its own'),
        ({**bridge(mtu=9000), "interfaces": [{"name": "eth0", "mtu": 1500}]}, '9000 is more than the 1500 of "eth0"'),
        (
            {"vlans": [{"name": "v", "parent": "w", "id": 1}, {"name": "w", "parent": "v", "id": 2}]},
            "it goes round in a circle",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be(declared: dict[str, Any], sentence: str) -> None:
    assert sentence in "\n".join(said(**declared))


def test_every_fault_is_told() -> None:
    assert len(said(**bridge(name="a" * 16, ports=[], mtu=1, dns=["x"]))) == 4
