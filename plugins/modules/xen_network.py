#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xen_network
short_description: Change the network of a Xen host so that it comes back by itself
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Declares bridges for guests, with bonds and VLANs below them, routed and translated networks, and the host's own
    addresses on them, and writes them for what makes the network of the host.
    That is systemd-networkd, ifupdown or NetworkManager.
  - A change is carried out by a unit of the host, not by this module. The run that ordered it must come back over a new
    connection and confirm it with O(state=confirmed). Where that does not happen within O(confirm_within) seconds,
    where a command of the change fails, or where the host is rebooted or loses power meanwhile, the former
    configuration returns. A shell script on the host does that, without Ansible.
  - The role P(xlops.xen.xen_network#role) does all steps in their order. Use the module alone only when you do too.
  - A declaration is complete. What this module made and is declared no more is removed; what others made is left alone.
options:
  state:
    description:
      - V(present) - the network is as declared. Where it is not, the change is ordered, and RV(id) is its name.
      - V(applied) - waits until the change has been made, or has been taken back. Changes nothing.
      - V(confirmed) - the change stays. Fails where it has been taken back, and where the connection of the task began
        before the change was made, for that may live on where no new one can be made.
      - V(reverted) - the change that waits is taken back now.
    type: str
    choices: [present, applied, confirmed, reverted]
    default: present
  bridges:
    description: Bridges, in which guests have their interfaces.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - Name of the bridge, at most 15 letters, digits, dots, dashes and underscores. xl's default is C(xenbr0).
        type: str
        required: true
      kind:
        description:
          - V(linux) - a bridge of the kernel, for the hotplug script C(vif-bridge).
          - V(openvswitch) - one of Open vSwitch, for C(vif-openvswitch) of Xen 4.3 and later. Not with NetworkManager.
        type: str
        choices: [linux, openvswitch]
        default: linux
      ports:
        description:
          - Its uplinks. Network cards, or bonds and VLANs that are declared too. Interfaces of guests are not declared.
          - The bridge has the MAC address of the first, so that neighbours and reservations by MAC address stay.
        type: list
        elements: str
        default: []
      isolated:
        description: Says that the bridge has no uplink. Without it a bridge without O(bridges[].ports) is an error.
        type: bool
        default: false
      stp:
        description: Run the spanning tree protocol.
        type: bool
        default: false
      vlan_aware:
        description: Tell VLANs apart. Bridges of Open vSwitch always do.
        type: bool
        default: false
      trunks:
        description:
          - Which VLANs ports of a VLAN-aware bridge carry. A port that is not named, such as a guest's, is in VLAN 1
            without tags, as Linux has it.
        type: list
        elements: dict
        default: []
        suboptions:
          port:
            description: One of O(bridges[].ports), or the bridge itself for what the host sees.
            type: str
            required: true
          vlans:
            description: VLANs with their tags, 1 to 4094, as V(10) or V(10-20).
            type: list
            elements: str
            default: []
          untagged:
            description: The VLAN of packets without a tag, 1 to 4094.
            type: int
      mac:
        description: MAC address of the bridge. When not given, that of its first network card.
        type: str
      addresses: &addresses
        description: Addresses of the host, with prefix length, as V(192.0.2.10/24) or V(2001:db8::10/64).
        type: list
        elements: str
        default: []
      dhcp: &dhcp
        description: Ask for addresses by DHCP.
        type: bool
        default: false
      gateways: &gateways
        description:
          - Default gateways, at most one of IPv4 and one of IPv6 on the whole host. Each needs an address of its
            family.
        type: list
        elements: str
        default: []
      dns: &dns
        description: Addresses of name servers, for systemd-resolved, resolvconf or NetworkManager.
        type: list
        elements: str
        default: []
      routes: &routes
        description: More routes.
        type: list
        elements: dict
        default: []
        suboptions:
          to:
            description: Network, as V(10.0.0.0/8).
            type: str
            required: true
          via:
            description: Gateway, of the same family.
            type: str
            required: true
      mtu: &mtu
        description: Largest packet in bytes, 68 to 65535, with IPv6 at least 1280. Ports that say nothing get that of
          their bridge or bond.
        type: int
      forward: &forward
        description:
          - Whether packets are passed between this link and other networks.
          - V(none) - not on account of this link. What others have switched on stays.
          - V(routed) - the kernel forwards. The networks beyond need a route back, or O(bridges[].proxy_arp) there.
          - V(nat) - it forwards, and packets from the link's IPv4 subnets leave the host with its own address. A table
            of nftables of its own, C(ip xlops_xen_network), does that. A firewall must let them pass.
        type: str
        choices: [none, routed, nat]
        default: none
      proxy_arp: &proxy_arp
        description: Answer ARP for guests that are routed, as with the hotplug script C(vif-route), on this link.
        type: bool
        default: false
  bonds:
    description: Network cards that are used as one.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the bond.
        type: str
        required: true
      ports:
        description: Its network cards.
        type: list
        elements: str
        default: []
      mode:
        description: How packets are spread. V(802.3ad) needs a switch that does LACP.
        type: str
        choices: [balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb]
        default: active-backup
      miimon:
        description: Every how many milliseconds the links are looked at, 0 to 60000.
        type: int
        default: 100
      primary:
        description: The card that is preferred, with V(active-backup), V(balance-tlb) and V(balance-alb).
        type: str
      lacp_rate:
        description: How often LACP is spoken, with V(802.3ad). V(slow) is every 30 seconds, V(fast) every second.
        type: str
        choices: [slow, fast]
      xmit_hash_policy:
        description: What decides on the card, with V(802.3ad), V(balance-xor), V(balance-tlb) and V(balance-alb).
        type: str
        choices: [layer2, layer2+3, layer3+4, encap2+3, encap3+4, vlan+srcmac]
      mac:
        description: MAC address of the bond. When not given, that of its first card.
        type: str
      addresses: *addresses
      dhcp: *dhcp
      gateways: *gateways
      dns: *dns
      routes: *routes
      mtu: *mtu
      forward: *forward
      proxy_arp: *proxy_arp
  vlans:
    description: VLANs of links, each an interface of its own, as an address of the host or a port of a bridge needs it.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the interface, such as V(eth0.100) or V(storage).
        type: str
        required: true
      parent:
        description: Link that carries it. It is declared too, or a port of a declared link.
        type: str
        required: true
      id:
        description: Number of the VLAN, 1 to 4094.
        type: int
        required: true
      addresses: *addresses
      dhcp: *dhcp
      gateways: *gateways
      dns: *dns
      routes: *routes
      mtu: *mtu
      forward: *forward
      proxy_arp: *proxy_arp
  interfaces:
    description: Network cards that have addresses themselves, or carry VLANs.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the interface.
        type: str
        required: true
      addresses: *addresses
      dhcp: *dhcp
      gateways: *gateways
      dns: *dns
      routes: *routes
      mtu: *mtu
      forward: *forward
      proxy_arp: *proxy_arp
  backend:
    description:
      - What makes the network. V(auto) is what has the declared interfaces now, else what has most of the host's.
      - An interface that two of them have is an error.
    type: str
    choices: [auto, networkd, ifupdown, networkmanager]
    default: auto
  confirm_within:
    description: Seconds, 30 to 3600, from the order of a change to its return unless it is confirmed.
    type: int
    default: 120
  id:
    description:
      - Name of the change that O(state=applied) and O(state=confirmed) are about, as O(state=present) gave it in
        RV(id).
      - When not given, it is the one that waits, and that there is none is no error.
    type: str
extends_documentation_fragment:
  - xlops.xen.host.lock
  - xlops.xen.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  platform:
    support: full
notes:
  - The host needs systemd, 244 or later with systemd-networkd, for the return of its former network.
  - The machine need not run under Xen.
  - A run that finds a change which waits for its confirmation waits until that has been confirmed or taken back.
  - The role P(xlops.xen.xen_network#role) orders a change, connects anew, and confirms it.
  - C(docs/network.md) says which backends were run on hosts, and which were rendered only.
seealso:
  - module: xlops.xen.xl_host_info
"""

EXAMPLES = r"""
- name: The bridge of the guests takes over the network card with its address
  xlops.xen.xen_network:
    bridges:
      - {name: xenbr0, ports: [eth0], addresses: [192.0.2.10/24], gateways: [192.0.2.1], dns: [192.0.2.53]}
  register: network

- name: Connect anew
  ansible.builtin.meta: reset_connection

- name: Wait until it is made
  xlops.xen.xen_network:
    state: applied
    id: "{{ network.id }}"
  when: network.id is truthy

- name: Connect anew, over what was made
  ansible.builtin.meta: reset_connection

- name: It stays
  xlops.xen.xen_network:
    state: confirmed
    id: "{{ network.id }}"
  when: network.id is truthy

- name: What a bond, VLANs and a translated network for guests alone would change
  xlops.xen.xen_network:
    bonds:
      - {name: bond0, ports: [eth0, eth1], mode: 802.3ad, lacp_rate: fast}
    vlans:
      - {name: bond0.100, parent: bond0, id: 100}
    bridges:
      - {name: xenbr0, ports: [bond0], dhcp: true}
      - {name: guests100, ports: [bond0.100]}
      - {name: inside, isolated: true, addresses: [10.10.0.1/24], forward: nat}
  check_mode: true
  diff: true
"""

RETURN = r"""
backend:
  description: What makes the network, V(networkd), V(ifupdown) or V(networkmanager).
  returned: with O(state=present)
  type: str
  sample: networkd
id:
  description: Name of the change that was ordered, and must be confirmed; V(null) where there is none.
  returned: success
  type: str
  sample: 5f2c2c1e6f0b4c55
outcome:
  description:
    - How far the change is. V(waits) before it is made or while it returns, V(applied) when it was made and is not
      confirmed, V(confirmed), V(returned) when the former configuration is back, V(nothing) where there is no change.
  returned: success
  type: str
  sample: applied
confirm_within:
  description: Seconds until it returns.
  returned: with O(state=present)
  type: int
  sample: 120
files:
  description: Files that are written, or removed.
  returned: with O(state=present)
  type: list
  elements: str
  sample: [/etc/systemd/network/05-xen-eth0.network, /etc/systemd/network/05-xen-xenbr0.netdev]
steps:
  description: Commands that the host runs to bring the change about.
  returned: with O(state=present)
  type: list
  elements: str
  sample: [networkctl reload, networkctl reconfigure eth0]
rollback:
  description: Commands that it runs to bring the former configuration back, besides its files.
  returned: with O(state=present)
  type: list
  elements: str
  sample: [ip link delete dev xenbr0, networkctl reload, networkctl reconfigure eth0]
reasons:
  description: What ran otherwise than declared, one sentence each.
  returned: with O(state=present)
  type: list
  elements: str
  sample: [there is no bridge xenbr0]
packages:
  description: Debian's packages that the declaration needs.
  returned: with O(state=present)
  type: list
  elements: str
  sample: [bridge-utils]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.network_module import keep_network, network_spec
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths


def main(paths: Paths | None = None) -> None:
    module = AnsibleModule(argument_spec=network_spec(), supports_check_mode=True)
    module.exit_json(**keep_network(module, paths))


if __name__ == "__main__":
    main()
