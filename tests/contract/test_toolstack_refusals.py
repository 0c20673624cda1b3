# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module xen_units refuses to do to the toolstack of a host, with the reason."""

from __future__ import annotations

from typing import Any

import pytest
from toolstack_host import DROP_IN, ToolstackHost


@pytest.fixture
def host(bench: Any) -> ToolstackHost:
    return ToolstackHost(bench)


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ({"name": "xenstored", "state": "restarted"}, "it is never restarted: all that guests and toolstack know"),
        ({"name": "xenstored", "state": "stopped"}, "it is never stopped"),
        ({"name": "xenstored", "enabled": False}, "a Xen host does not work without it"),
        ({"name": "xendomains", "state": "restarted"}, "it is never restarted: stopping it stops, saves or migrates"),
        ({"name": "xendomains", "state": "stopped"}, "it is never stopped"),
        ({"name": "xen-qemu-dom0-disk-backend", "state": "restarted"}, "disks that are attached to the control domain"),
        ({"name": "xenstored", "settings": {"Service": {"Restart": "always"}}}, "ended or started anew"),
        ({"name": "xenconsoled", "settings": {"Servise": {"Nice": 1}}}, "did you mean Service?"),
        ({"name": "xenconsoled", "settings": {"Service": {"nice level": 1}}}, "no name of a setting"),
        ({"name": "xenconsoled", "settings": {"Service": {"Nice": "1\nExecStart=/bin/sh"}}}, "no text of one line"),
        ({"name": "xenconsoled", "settings": {"Service": {"Nice": "1\\"}}}, "ends in a backslash"),
        ({"name": "xenconsoled", "settings": {"Service": 5}}, "no mapping of settings"),
        ({"name": "xenconsold"}, "did you mean xenconsoled.service?"),
        ({"name": "xenstored.socket"}, "it is there up to Xen 4.7 alone"),
        ({"name": "var-lib-xenstored.mount"}, "it is there up to Xen 4.16 alone"),
    ],
)
def test_what_must_not_be_is_refused_with_the_reason(host: ToolstackHost, unit: dict[str, Any], said: str) -> None:
    host.upstream()
    assert said in host.fails(units=[unit])
    assert host.called() == []


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        (
            {"name": "xenconsoled", "state": "restarted"},
            "never restarted (xen.service of /etc/init.d/xen): xenstored is among",
        ),
        ({"name": "xen", "state": "restarted"}, "xenstored is among its processes"),
        ({"name": "xendomains", "state": "restarted"}, "stopping it stops, saves or migrates the guests"),
        ({"name": "xenconsoled", "settings": {"Service": {"Nice": 5}}}, "give the settings to xen.service"),
    ],
)
def test_debians_scripts_are_not_restarted_either(host: ToolstackHost, unit: dict[str, Any], said: str) -> None:
    host.debian()
    assert said in host.fails(units=[unit])


def test_nothing_is_made_where_that_was_not_wished(host: ToolstackHost) -> None:
    host.debian()
    assert "set generate to true" in host.fails(generate=False, units=[{"name": "xen-watchdog", "enabled": True}])


def test_all_faults_are_told_at_once(host: ToolstackHost) -> None:
    host.upstream()
    said = host.fails(units=[{"name": "xenstored", "state": "restarted"}, {"name": "xendomains", "state": "stopped"}])
    assert "xenstored.service" in said and "xendomains.service" in said
    both = host.fails(units=[{"name": "xenstord"}], xl_conf={"x": 1}, xendomains={"y": 2})
    assert "xenstord" in both and "xl_conf.x" in both and "xendomains.y" in both
    assert "xenconsoled.service: number 2 of units has the same name" in host.fails(
        units=[{"name": "xenconsoled"}, {"name": "xenconsoled.service"}]
    )


def test_a_systemd_that_says_nothing_is_no_host_without_units(host: ToolstackHost) -> None:
    host.upstream()
    host.bench.set(faults={"systemctl show": {"code": 1, "errors": "Failed to connect to bus\n"}})
    assert "systemctl show says nothing of" in host.fails(complete=True)


def test_a_drop_in_of_somebody_else_stays(host: ToolstackHost) -> None:
    host.upstream()
    place = host.root / DROP_IN
    place.parent.mkdir()
    place.write_text("[Service]\nNice=1\n")
    host.settle()
    assert "is somebody else's" in host.fails(units=[{"name": "xenconsoled", "settings": {"Service": {"Nice": 5}}}])


def test_what_cannot_be_made_is_refused(host: ToolstackHost) -> None:
    host.build("4.17.5")
    host.programs("xenconsoled")
    host.settle()
    assert "its program xenconsoled is not installed" in host.fails(units=[{"name": "xenconsoled", "enabled": True}])
    assert "is none of those known" in host.fails(release="4.4", complete=True)
    assert "is not a Xen release" in host.fails(release="new", complete=True)


def test_who_is_not_root_or_has_no_systemd_is_told(host: ToolstackHost) -> None:
    host.upstream()
    assert "become: true" in host.fails(euid=1000)
    (host.root / "systemd").rename(host.root / "elsewhere")
    assert "systemd does not run this host" in host.fails()
