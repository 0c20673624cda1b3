# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xen_units makes units, changes them, starts and stops them, against a stand-in for systemd."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from toolstack_host import DROP_IN, ToolstackHost


@pytest.fixture
def host(bench: Any) -> ToolstackHost:
    return ToolstackHost(bench)


def test_units_of_4_5_get_what_a_current_systemd_needs(host: ToolstackHost) -> None:
    host.upstream("4.5.0")
    lacking = host.ok()
    assert not lacking["healthy"]
    assert [one for one in lacking["out_of_order"] if "xenstored.service lacks" in one]
    made = host.twice(complete=True)
    files = host.files()
    drop_in, mode = files["systemd/system/xenstored.service.d/xlops-sockets-under-var-run.conf"]
    helper = host.root / "usr/local/lib/xlops-xen/bind-xenstored"
    assert f'ExecStart=/bin/sh -c "exec {helper} $XENSTORED --no-fork $XENSTORED_ARGS"' in drop_in
    assert mode == 0o644
    assert files["usr/local/lib/xlops-xen/bind-xenstored"][1] == 0o755
    assert (
        "Type=forking"
        in files["systemd/system/xen-qemu-dom0-disk-backend.service.d/xlops-goes-to-the-background.conf"][0]
    )
    assert made["steps"][0] == f"write {helper}"
    assert [line for line in made["pending"] if line.startswith("xenstored.service runs with its former settings")]
    assert host.ok()["healthy"]


def test_debians_start_scripts_are_known_and_not_doubled(host: ToolstackHost) -> None:
    host.debian()
    found = host.ok()
    assert (found["origin"], found["healthy"], found["reasons"]) == ("debian", True, [])
    for name in ("xenstored.service", "xenconsoled.service", "proc-xen.mount"):
        one = found["units"][name]
        assert (one["unit"], one["by"], one["active"], one["enabled"]) == (
            "xen.service",
            "/etc/init.d/xen",
            "active",
            True,
        )
    assert found["units"]["xen-watchdog.service"]["present"] is False
    same = host.ok(complete=True, units=[{"name": "xenconsoled", "enabled": True, "state": "started"}])
    assert (same["changed"], same["steps"]) == (False, [])
    assert not (host.root / "systemd/system/xenconsoled.service").exists()


def test_a_script_that_does_not_start_with_the_host_is_told_and_enabled(host: ToolstackHost) -> None:
    host.debian()
    (host.root / "etc/rc3.d/S01xen").unlink()
    assert host.ok()["reasons"] == ["xen.service is not started with the host"]
    made = host.twice(complete=True)
    assert made["steps"] == ["systemctl enable xen.service"]
    assert host.ok()["healthy"]


def test_a_watchdog_is_made_where_debian_has_none(host: ToolstackHost) -> None:
    host.debian()
    made = host.twice(units=[{"name": "xen-watchdog", "enabled": True, "state": "started"}])
    assert made["steps"] == [
        f"write {host.units}/xen-watchdog.service",
        "systemctl daemon-reload",
        "systemctl enable xen-watchdog.service",
        "systemctl start xen-watchdog.service",
    ]
    text = (host.units / "xen-watchdog.service").read_text()
    assert text.startswith("# Managed by xlops.xen\n")
    assert "Requires=xen.service\n" in text
    assert f"ExecStart={host.bin}/xenwatchdogd $XENWATCHDOGD_ARGS\n" in text
    assert host.state("xen-watchdog.service")["active"] == "active"


@pytest.mark.parametrize(
    ("release", "xenstored", "line"),
    [
        ("4.5.0", "libsystemd.so.0", 'ExecStart=/bin/sh -c "exec $XENSTORED --no-fork $XENSTORED_ARGS"'),
        ("4.5.0", "no", "Type=forking"),
        ("4.17.5", "libsystemd.so.0", "ExecStart={root}/etc/scripts/launch-xenstore"),
        ("4.20.0", "NOTIFY_SOCKET", "ExecStart={root}/etc/scripts/launch-xenstore"),
        ("4.20.0", "no", "Type=forking"),
    ],
)
def test_a_toolstack_without_units_gets_all_of_them(
    host: ToolstackHost, release: str, xenstored: str, line: str
) -> None:
    host.build(release)
    host.programs(xenstored=xenstored)
    host.settle()
    bare = host.ok()
    assert (bare["origin"], bare["healthy"]) == ("none", False)
    assert bare["missing"] == [
        "proc-xen.mount",
        "xenstored.service",
        "xen-init-dom0.service",
        "xenconsoled.service",
        "xen-qemu-dom0-disk-backend.service",
    ]
    needed = ("xenstored", "xen-init-dom0", "xenconsoled", "xen-qemu-dom0-disk-backend")
    declared = {"complete": True, "units": [{"name": name, "enabled": True, "state": "started"} for name in needed]}
    made = host.twice(**declared)
    assert made["steps"].count("systemctl daemon-reload") == 1
    text = (host.units / "xenstored.service").read_text()
    assert line.format(root=host.root) in text
    for path in host.units.glob("*.service"):
        assert "/var/run" not in path.read_text()
        assert "{" not in path.read_text().replace("${", "")
    helper = host.root / "usr/local/lib/xlops-xen/bind-xenstored"
    assert helper.exists() is (release == "4.5.0" and xenstored != "no")
    assert (host.units / "multi-user.target.wants/xlops-xen-modules.service").is_symlink()
    host.runs("proc-xen.mount")
    whole = host.ok()
    assert (whole["origin"], whole["reasons"]) == ("upstream", [])
    assert whole["units"]["xenstored.service"]["by"] == "generated"


def test_a_generated_unit_goes_when_the_packages_comes(host: ToolstackHost) -> None:
    host.debian()
    declared = {"units": [{"name": "xen-watchdog", "enabled": True}]}
    host.ok(**declared)
    (host.packaged / "xen-watchdog.service").write_text(
        "[Service]\nExecStart=/x\n[Install]\nWantedBy=multi-user.target\n"
    )
    host.settle()
    made = host.twice(**declared)
    assert made["steps"][0] == f"remove {host.units}/xen-watchdog.service"
    assert host.ok()["units"]["xen-watchdog.service"]["by"] == "unit"


def test_a_change_is_a_drop_in_and_comes_into_force_where_that_was_declared(host: ToolstackHost) -> None:
    host.upstream()
    unit: dict[str, Any] = {
        "name": "xenconsoled",
        "settings": {"Service": {"OOMScoreAdjust": -900, "Environment": ["A=b", "C=d"]}},
    }
    before = host.state("xenconsoled.service")["invocation"]
    made = host.twice(units=[unit])
    text, mode = host.files()[DROP_IN]
    assert text == "# Managed by xlops.xen\n[Service]\nOOMScoreAdjust=-900\nEnvironment=A=b\nEnvironment=C=d\n"
    assert mode == 0o644
    assert made["pending"] == ["xenconsoled.service runs with its former settings; give it the state restarted"]
    assert host.ok()["units"]["xenconsoled.service"]["outdated"]
    assert host.state("xenconsoled.service")["invocation"] == before
    restarted = host.twice(units=[{**unit, "state": "restarted"}])
    assert restarted["steps"] == ["systemctl restart xenconsoled.service"]
    assert restarted["pending"] == []
    assert host.state("xenconsoled.service")["invocation"] != before
    gone = host.twice(units=[{"name": "xenconsoled", "settings": {}}])
    assert gone["steps"] == [f"remove {host.root}/{DROP_IN}", "systemctl daemon-reload"]
    assert not (host.root / DROP_IN).parent.exists()


def test_upstreams_start_scripts_are_known_too(host: ToolstackHost) -> None:
    host.build("4.17.5")
    host.programs()
    (host.root / "etc/rc3.d").mkdir()
    for name in ("xencommons", "xendomains", "xen-watchdog"):
        (host.root / "etc/init.d" / name).write_text("#!/bin/sh\n")
    (host.root / "etc/rc3.d/S01xencommons").symlink_to("../init.d/xencommons")
    host.runs("xencommons.service")
    host.settle()
    found = host.ok()
    assert (found["origin"], found["reasons"]) == ("sysv", [])
    assert found["units"]["xenconsoled.service"]["by"] == "/etc/init.d/xencommons"
    made = host.twice(complete=True, units=[{"name": "xen-watchdog", "enabled": True}])
    assert made["steps"] == ["systemctl enable xen-watchdog.service"]
    assert "its script says nothing of whether" in host.fails(units=[{"name": "xen-watchdog", "state": "restarted"}])
    (host.packaged / "xenstored.service").write_text(host.text_of("xenstored.service", Release(4, 17)))
    host.settle()
    assert [one for one in host.ok()["out_of_order"] if "/etc/init.d/xencommons and xenstored.service both" in one]


def test_a_release_with_a_prefix_of_its_own_is_left_as_xen_release_made_it(host: ToolstackHost) -> None:
    host.upstream("4.5.0")
    prefix = host.root / "opt/xen/4.5.0"
    (prefix / "lib/systemd").mkdir(parents=True)
    host.packaged.rename(prefix / "lib/systemd/system")
    for path in (prefix / "lib/systemd/system").iterdir():
        (host.units / path.name).symlink_to(path)
    (host.units / "xen.service").symlink_to("/dev/null")
    (host.root / "etc/init.d/xen").write_text("#!/bin/sh\n")
    host.settle()
    host.ok(complete=True)
    drop_ins = sorted(path.name for path in host.units.glob("*.d/*"))
    assert drop_ins == [
        "xlops-device-model-of-the-distribution.conf",
        "xlops-environment-may-be-missing.conf",
        "xlops-goes-to-the-background.conf",
        "xlops-sockets-under-var-run.conf",
    ]
    (host.units / "xen-qemu-dom0-disk-backend.service.d/xlops-device-model-of-the-distribution.conf").write_text(
        "# x\n"
    )
    host.settle()
    found = host.ok(complete=True)
    assert (found["changed"], found["origin"], found["healthy"]) == (False, "upstream", True), found["reasons"]
    assert found["units"]["xenstored.service"]["by"] == "unit"
    assert (host.units / "xenstored.service").is_symlink()


def test_before_xen_runs_units_are_enabled_and_not_started(host: ToolstackHost) -> None:
    host.upstream(runs=False)
    for name in ("capabilities", "hypervisor_type"):
        (host.root / name).unlink()
    (host.root / "boot/xen-4.17-amd64.gz").write_text("")
    made = host.twice(units=[{"name": "xen-watchdog", "enabled": True, "state": "started"}])
    assert made["steps"] == ["systemctl enable xen-watchdog.service"]
    assert made["pending"] == ["xen-watchdog.service is started when the machine runs under Xen, which it does not now"]
    assert made["reasons"][0] == "the machine does not run under Xen"


def test_a_unit_that_may_be_stopped_and_disabled_is(host: ToolstackHost) -> None:
    host.upstream()
    host.ok(units=[{"name": "xen-watchdog", "enabled": True, "state": "started"}])
    made = host.twice(units=[{"name": "xen-watchdog", "enabled": False, "state": "stopped"}])
    assert made["steps"] == ["systemctl disable xen-watchdog.service", "systemctl stop xen-watchdog.service"]


def test_what_is_not_there_need_not_be_made_to_be_off(host: ToolstackHost) -> None:
    host.debian()
    assert not host.ok(units=[{"name": "xen-watchdog", "enabled": False, "state": "stopped"}])["changed"]
    made = host.twice(units=[{"name": "xendomains", "enabled": False}])
    assert made["steps"] == ["systemctl disable xendomains.service"]
    for name in ("xen", "xenconsoled"):
        assert "a Xen host does not work without it" in host.fails(units=[{"name": name, "enabled": False}])
    assert "ended or started anew" in host.fails(
        units=[{"name": "xen", "settings": {"Service": {"Restart": "always"}}}]
    )
