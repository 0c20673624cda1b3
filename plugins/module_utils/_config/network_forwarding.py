# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets between guests and the network beyond their bridge: settings of the kernel, and address translation."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import MARK, Network
from ansible_collections.xlops.xen.plugins.module_utils._schema.network_spec import NONE

SYSCTL_PATH = "/etc/sysctl.d/60-xlops-xen-network.conf"
NFT_PATH = "/etc/xlops-xen/network.nft"
TABLE = "xlops_xen_network"
MODE = 0o644


def render(network: Network) -> dict[str, str]:
    """The texts by their paths, the same for whatever makes the network."""
    files = {}
    settings = kernel_settings(network)
    if settings:
        files[SYSCTL_PATH] = "\n".join([MARK, *(f"{key} = 1" for key in settings)]) + "\n"
    if network.nat:
        files[NFT_PATH] = _nft(network)
    return files


def kernel_settings(network: Network) -> list[str]:
    """What is 1, as sysctl(8) takes names with dots in them."""
    forwarded = [link for link in network.links if link.forward != NONE]
    keys = ["net/ipv4/ip_forward"] if forwarded else []
    if any(":" in address for link in forwarded for address in link.addresses):
        keys.append("net/ipv6/conf/all/forwarding")
    return keys + [f"net/ipv4/conf/{link.name}/proxy_arp" for link in network.links if link.proxy_arp]


def _nft(network: Network) -> str:
    """A table of its own, made anew as a whole: nothing of anybody's firewall is touched."""
    rules = [
        f'\t\tip saddr {subnet} oifname != "{link.name}" masquerade' for link in network.nat for subnet in link.subnets
    ]
    return "\n".join(
        [
            MARK,
            f"table ip {TABLE}",
            f"delete table ip {TABLE}",
            f"table ip {TABLE} {{",
            "\tchain postrouting {",
            "\t\ttype nat hook postrouting priority 100; policy accept;",
            *rules,
            "\t}",
            "}",
            "",
        ]
    )
