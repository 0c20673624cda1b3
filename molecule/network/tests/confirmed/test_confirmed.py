# SPDX-License-Identifier: GPL-3.0-or-later
"""The host with the network that was confirmed."""

from __future__ import annotations

STATE = "/var/lib/xlops-xen/network"


def test_the_bridge_has_the_uplink_and_its_address(host):
    assert host.file("/sys/class/net/xenbr0/brif/eth0").exists
    assert "10.0.2.15" in host.interface("xenbr0").addresses


def test_it_tells_vlans_apart(host):
    assert host.file("/sys/class/net/xenbr0/bridge/vlan_filtering").content_string.strip() == "1"
    vlans = host.check_output("bridge -compressvlans vlan show dev eth0")
    assert "10-12" in vlans


def test_the_vlan_of_the_bridge_has_its_address(host):
    assert "10.11.0.1" in host.interface("xenbr0.10").addresses


def test_the_isolated_bridge_has_its_address(host):
    assert host.file("/sys/class/net/inside/bridge").is_directory
    assert "10.10.0.1" in host.interface("inside").addresses


def test_packets_are_forwarded(host):
    assert host.file("/proc/sys/net/ipv4/ip_forward").content_string.strip() == "1"


def test_the_guest_is_still_in_its_bridge(host):
    assert [name for name in host.check_output("ls /sys/class/net/xenbr0/brif").split() if name.startswith("vif")]


def test_nothing_waits(host):
    assert not host.file(f"{STATE}/pending").exists
    assert not host.service("xlops-network-rollback.timer").is_running


def test_the_units_of_the_return_are_ready(host):
    for name in ("rollback", "boot"):
        assert host.service(f"xlops-network-{name}.service").is_enabled


def test_no_unit_failed(host):
    assert host.check_output("systemctl --failed --no-legend --plain") == ""
