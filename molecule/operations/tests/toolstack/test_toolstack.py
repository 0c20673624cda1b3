# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after toolstack.yml, as systemd, the files and xl show it."""

from __future__ import annotations

import pytest

WATCHDOG = "/etc/systemd/system/xen-watchdog.service"


def unit(host, name):
    """The properties of a unit."""
    shown = host.check_output("systemctl show %s", name)
    return dict(line.partition("=")[::2] for line in shown.splitlines())


def test_the_watchdog_runs_with_its_settings(host):
    shown = unit(host, "xen-watchdog.service")
    assert (shown["ActiveState"], shown["UnitFileState"], shown["NeedDaemonReload"]) == ("active", "enabled", "no")
    assert shown["OOMScoreAdjust"] == "-900"
    assert "xen.service" in shown["After"].split()
    assert host.check_output("pgrep --full --list-full 'xenwatchdog[d]'").endswith("600 60")


def test_systemd_has_no_complaint_of_the_unit(host):
    said = host.run("systemd-analyze verify --generators=yes --man=no xen-watchdog.service")
    assert "xen-watchdog" not in said.stderr, said.stderr


@pytest.mark.parametrize("path", [WATCHDOG, f"{WATCHDOG}.d/xlops-xen.conf"])
def test_what_was_made_is_ours_and_for_all_to_read(host, path):
    file = host.file(path)
    assert (file.mode, file.user) == (0o644, "root")
    assert file.content_string.startswith("# Managed by xlops.xen\n")


@pytest.mark.parametrize("name", ["xenstored.service", "xenconsoled.service", "xen.service", "xendomains.service"])
def test_nothing_was_put_beside_or_over_debians_scripts(host, name):
    assert not host.file(f"/etc/systemd/system/{name}").exists
    assert not host.file(f"/etc/systemd/system/{name}.d/xlops-xen.conf").exists


@pytest.mark.parametrize(
    ("path", "line", "comment"),
    [
        ("/etc/default/xen", 'XENWATCHDOGD_ARGS="600 60"', "# Select xenstore implementation."),
        ("/etc/default/xendomains", 'XENDOMAINS_STOP_MAXWAIT="240"', "# On xendomains stop, a number of xm commands"),
    ],
)
def test_a_key_was_changed_in_its_file_and_comments_are_there(host, path, line, comment):
    text = host.file(path).content_string
    assert [one for one in text.splitlines() if one.startswith(line.partition("=")[0])] == [line]
    assert comment in text
    assert host.run("sh -n %s", path).succeeded


def test_xl_reads_its_settings(host):
    lines = host.file("/etc/xen/xl.conf").content_string.splitlines()
    assert [line for line in lines if line.startswith("output_format")] == ['output_format="json"']
    assert host.check_output("xl list -l").startswith("[")


def test_xenstored_is_the_one_that_was_started_with_the_host(host):
    started = host.check_output("ps -o etimes= -p $(pgrep --oldest 'xenstored$')")
    uptime = float(host.file("/proc/uptime").content_string.split()[0])
    assert uptime - int(started) < 600
