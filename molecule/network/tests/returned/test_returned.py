# SPDX-License-Identifier: GPL-3.0-or-later
"""The host with its plain bridge: nothing of a change that was not confirmed is left."""

from __future__ import annotations

STATE = "/var/lib/xlops-xen/network"


def test_the_bridge_has_the_uplink_and_its_address(host):
    assert host.file("/sys/class/net/xenbr0/brif/eth0").exists
    assert "10.0.2.15" in host.interface("xenbr0").addresses
    assert "10.0.2.99" not in host.interface("xenbr0").addresses
    assert "10.0.2.15" not in host.interface("eth0").addresses


def test_the_route_goes_over_it(host):
    assert "dev xenbr0" in host.check_output("ip route show default")


def test_links_of_the_change_are_gone(host):
    assert not host.file("/sys/class/net/inside").exists
    assert not host.file("/sys/class/net/xenbr0.10").exists
    assert host.file("/sys/class/net/xenbr0/bridge/vlan_filtering").content_string.strip() == "0"


def test_files_are_the_former_ones(host):
    names = host.check_output("ls /etc/systemd/network").split()
    assert sorted(name for name in names if name.startswith("05-xen-")) == [
        "05-xen-eth0.network",
        "05-xen-xenbr0.netdev",
        "05-xen-xenbr0.network",
    ]
    assert "Address=10.0.2.15/24" in host.file("/etc/systemd/network/05-xen-xenbr0.network").content_string


def test_nothing_waits(host):
    assert not host.file(f"{STATE}/pending").exists
    assert not host.file(f"{STATE}/returning").exists
    assert not host.service("xlops-network-rollback.timer").is_running


def test_no_unit_failed(host):
    assert host.check_output("systemctl --failed --no-legend --plain") == ""
