# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be declared of a host's network: the options of the module xen_network, and the ranges of their values."""

from __future__ import annotations

from typing import Any

ArgumentSpec = dict[str, dict[str, Any]]

# What makes the network of a host, as its options and results call it.
AUTO, NETWORKD, IFUPDOWN, NETWORKMANAGER = "auto", "networkd", "ifupdown", "networkmanager"
BACKENDS = (NETWORKD, IFUPDOWN, NETWORKMANAGER)

# Kinds of links.
BRIDGE, OPENVSWITCH, BOND, VLAN, INTERFACE = "bridge", "openvswitch", "bond", "vlan", "interface"
LINUX = "linux"

# What becomes of packets between a link and the rest of the network.
NONE, ROUTED, NAT = "none", "routed", "nat"

LONGEST_NAME = 15  # IFNAMSIZ of Linux, less its end
# Below 68 there is no IPv4 (RFC 791), 65535 is what Linux gives any link.
MTU = (68, 65535)
IPV6_MTU = 1280  # below it Linux takes IPv6 from a link (RFC 8200)
VLAN_IDS = (1, 4094)  # IEEE 802.1Q: 0 and 4095 are reserved
MIIMON = (0, 60000)  # milliseconds
CONFIRM_WITHIN = (30, 3600)  # seconds

# By mode of bonding.rst in Linux: what else may be declared with it.
BOND_MODES: dict[str, tuple[str, ...]] = {
    "balance-rr": (),
    "active-backup": ("primary",),
    "balance-xor": ("xmit_hash_policy",),
    "broadcast": (),
    "802.3ad": ("lacp_rate", "xmit_hash_policy"),
    "balance-tlb": ("primary", "xmit_hash_policy"),
    "balance-alb": ("primary", "xmit_hash_policy"),
}
LACP_RATES = ("slow", "fast")
HASH_POLICIES = ("layer2", "layer2+3", "layer3+4", "encap2+3", "encap3+4", "vlan+srcmac")

# What every link may have.
ADDRESSING: ArgumentSpec = {
    "addresses": {"type": "list", "elements": "str", "default": []},
    "dhcp": {"type": "bool", "default": False},
    "gateways": {"type": "list", "elements": "str", "default": []},
    "dns": {"type": "list", "elements": "str", "default": []},
    "routes": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {"to": {"type": "str", "required": True}, "via": {"type": "str", "required": True}},
    },
    "mtu": {"type": "int"},
    "forward": {"type": "str", "choices": [NONE, ROUTED, NAT], "default": NONE},
    "proxy_arp": {"type": "bool", "default": False},
}
NAME: ArgumentSpec = {"name": {"type": "str", "required": True}}
PORTS: ArgumentSpec = {"ports": {"type": "list", "elements": "str", "default": []}}

TRUNK: ArgumentSpec = {
    "port": {"type": "str", "required": True},
    "vlans": {"type": "list", "elements": "str", "default": []},
    "untagged": {"type": "int"},
}
BRIDGE_SPEC: ArgumentSpec = {
    **NAME,
    "kind": {"type": "str", "choices": [LINUX, OPENVSWITCH], "default": LINUX},
    **PORTS,
    "isolated": {"type": "bool", "default": False},
    "stp": {"type": "bool", "default": False},
    "vlan_aware": {"type": "bool", "default": False},
    "trunks": {"type": "list", "elements": "dict", "default": [], "options": TRUNK},
    "mac": {"type": "str"},
    **ADDRESSING,
}
BOND_SPEC: ArgumentSpec = {
    **NAME,
    **PORTS,
    "mode": {"type": "str", "choices": list(BOND_MODES), "default": "active-backup"},
    "miimon": {"type": "int", "default": 100},
    "primary": {"type": "str"},
    "lacp_rate": {"type": "str", "choices": list(LACP_RATES)},
    "xmit_hash_policy": {"type": "str", "choices": list(HASH_POLICIES)},
    "mac": {"type": "str"},
    **ADDRESSING,
}
VLAN_SPEC: ArgumentSpec = {
    **NAME,
    "parent": {"type": "str", "required": True},
    "id": {"type": "int", "required": True},
    **ADDRESSING,
}
INTERFACE_SPEC: ArgumentSpec = {**NAME, **ADDRESSING}

# By option of the module, the links in it.
LINKS: ArgumentSpec = {
    option: {"type": "list", "elements": "dict", "default": [], "options": spec}
    for option, spec in (
        ("bridges", BRIDGE_SPEC),
        ("bonds", BOND_SPEC),
        ("vlans", VLAN_SPEC),
        ("interfaces", INTERFACE_SPEC),
    )
}
