# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module xen_units says of the toolstack of a host: what there is, what runs, and what is out of order."""

from __future__ import annotations

from typing import Any

import pytest
from toolstack_host import ToolstackHost


@pytest.fixture
def host(bench: Any) -> ToolstackHost:
    return ToolstackHost(bench)


def test_a_task_without_options_says_what_there_is_and_changes_nothing(host: ToolstackHost) -> None:
    host.upstream()
    host.cured()
    before = host.files()
    found = host.ok()
    assert (found["changed"], found["steps"], found["pending"]) == (False, [], [])
    assert (found["release"], found["origin"], found["healthy"], found["reasons"]) == ("4.17", "upstream", True, [])
    store = found["units"]["xenstored.service"]
    assert (store["by"], store["enabled"], store["active"], store["needed"]) == ("unit", True, "active", True)
    assert "xenstored.socket" not in found["units"]
    assert host.files() == before
    assert host.called() == []


@pytest.mark.parametrize("release", ["4.5.0", "4.8.0", "4.12.0", "4.17.5", "4.20.0", "4.22.0"])
def test_what_upstream_installs_is_whole_in_each_release(host: ToolstackHost, release: str) -> None:
    host.upstream(release)
    host.cured()
    assert host.ok()["reasons"] == []


def test_a_failed_unit_is_told_with_its_last_words(host: ToolstackHost) -> None:
    host.upstream()
    host.cured()
    words = "".join(f"line {number}\n" for number in range(50)) + "cannot open \x1b[31mlog\n" + "x" * 1000 + "\n"
    host.runs("xenconsoled.service", "failed", said=words)
    found = host.ok()
    one = found["units"]["xenconsoled.service"]
    assert one["failed"] and len(one["said"]) == 5
    assert all(len(line) <= 300 and line.isprintable() for line in one["said"])
    assert one["said"][-2] == "cannot open ?[31mlog"
    assert not found["healthy"]
    assert found["reasons"][0].startswith("xenconsoled.service failed (exit-code): x")


def test_a_start_that_fails_is_told_with_its_words(host: ToolstackHost) -> None:
    host.upstream()
    host.bench.set(failing={"xen-watchdog.service": "no hypercall\n"})
    found = host.run(units=[{"name": "xen-watchdog", "state": "started"}])
    assert found["failed"]
    assert "systemctl start xen-watchdog.service failed with code 1" in found["msg"]
    assert "it said last: no hypercall" in found["msg"]
    host.bench.set(failing={})
    with host.place.world() as world:
        world["toolstack"]["xen-watchdog.service"].update(active="inactive", condition="no")
    assert "a condition of it is not met" in host.run(units=[{"name": "xen-watchdog", "state": "started"}])["msg"]


def test_what_is_out_of_order_is_told(host: ToolstackHost) -> None:
    host.upstream()
    host.cured()
    (host.packaged / "xenstored.socket").write_text("[Socket]\n")
    (host.packaged / "xendomains.service").write_text(
        "[Unit]\nAfter=network.target\n[Service]\n[Install]\nWantedBy=a.target\n"
    )
    (host.root / "etc/init.d/xen").write_text("#!/bin/sh\n")
    (host.root / "etc/rc3.d").mkdir()
    (host.root / "etc/rc3.d/S01xen").symlink_to("../init.d/xen")
    (host.root / "xenstored").unlink()
    unread = host.ok()["out_of_order"]
    assert "systemd has not read the files of xendomains.service since they were changed" in unread
    host.settle()
    found = host.ok()
    assert found["out_of_order"] == [
        "xenstored.socket is of another release: it is there up to Xen 4.7, and this is 4.17",
        "/etc/init.d/xen and xenstored.service both start xenstored: mask xen.service, or remove the package of one",
        "xendomains.service does not wait for xenstored.service",
        "xendomains.service does not wait for xenconsoled.service",
        "xendomains.service does not wait for xen-init-dom0.service",
    ]
    assert found["reasons"][-1] == "xenstored has no socket, so nothing can be asked of it"


def test_a_masked_unit_is_told_and_left(host: ToolstackHost) -> None:
    host.upstream()
    host.cured()
    (host.units / "xenconsoled.service").symlink_to("/dev/null")
    host.settle()
    assert "xenconsoled.service is masked" in host.ok()["reasons"]
    assert "systemctl unmask xenconsoled.service" in host.fails(complete=True)


def test_what_does_not_run_is_told(host: ToolstackHost) -> None:
    host.upstream()
    host.cured()
    host.runs("xenconsoled.service", "inactive")
    host.bench.set(faults={})
    (host.units / "multi-user.target.wants/xen-init-dom0.service").unlink()
    assert host.ok()["reasons"] == [
        "xen-init-dom0.service is not started with the host",
        "xenconsoled.service does not run",
    ]
    (host.units / "multi-user.target.wants/xenconsoled.service").unlink()
    made = host.twice(complete=True, units=[{"name": "xenconsoled", "state": "started"}])
    assert made["steps"] == [
        "systemctl enable xenconsoled.service",
        "systemctl enable xen-init-dom0.service",
        "systemctl start xenconsoled.service",
    ]
    assert host.ok()["healthy"]


def test_the_program_of_a_drop_in_is_looked_after(host: ToolstackHost) -> None:
    host.upstream("4.5.0")
    host.ok(complete=True)
    helper = host.root / "usr/local/lib/xlops-xen/bind-xenstored"
    helper.unlink()
    before = host.files()
    assert f"{helper}, by which xenstored.service is started, is missing or was changed" in host.ok()["reasons"]
    assert host.files() == before
    assert host.twice(complete=True)["steps"] == [f"write {helper}"]


def test_a_xenstore_in_a_domain_has_no_socket(host: ToolstackHost) -> None:
    host.upstream()
    host.cured()
    (host.root / "xenstored").unlink()
    (host.default / "xencommons").write_text("XENSTORETYPE=domain\n")
    assert host.ok()["healthy"]


def test_who_was_restarted_by_hand_is_not_behind_any_more(host: ToolstackHost) -> None:
    host.upstream()
    host.ok(units=[{"name": "xenconsoled", "settings": {"Service": {"Nice": 5}}}])
    assert host.ok()["units"]["xenconsoled.service"]["outdated"]
    with host.place.world() as world:
        world["toolstack"]["xenconsoled.service"]["invocation"] = "f" * 32
    (host.root / "journal" / ("f" * 32)).write_text("")
    assert not host.ok()["units"]["xenconsoled.service"]["outdated"]
