# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a bare Debian after site.yml, asked of the machine itself."""

from __future__ import annotations

import re

import pytest

RELEASES = {"12": "4.17", "13": "4.20"}


@pytest.fixture(scope="module")
def info(host):
    """What the hypervisor says of itself, as a mapping."""
    lines = host.check_output("xl info").splitlines()
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def test_the_machine_runs_under_the_hypervisor_of_the_distribution(host, info):
    assert host.file("/proc/xen/capabilities").content_string.split() == ["control_d"]
    assert f"{info['xen_major']}.{info['xen_minor']}" == RELEASES[host.system_info.release.split(".")[0]]


def test_the_hypervisor_was_booted_with_the_declared_words(info):
    assert {"dom0_mem=1024M,max:1024M", "conring_size=128k"} <= set(info["xen_commandline"].split())


def test_dom0_has_the_declared_memory(host):
    dom0 = next(line for line in host.check_output("xl list").splitlines() if line.startswith("Domain-0 "))
    assert dom0.split()[2] == "1024"


def test_xen_is_the_default_boot_entry_by_its_id(host):
    assert "GRUB_DEFAULT=saved" in host.file("/etc/default/grub.d/xlops-xen.cfg").content_string.splitlines()
    noted = host.check_output("grub-editenv list")
    entry = re.search(r"^saved_entry=(xen-gnulinux-simple-[0-9a-f-]+)$", noted, re.MULTILINE)
    menu = host.file("/boot/grub/grub.cfg").content_string
    assert entry is not None
    assert 'set default="${saved_entry}"' in menu
    assert f"'{entry[1]}' {{" in menu


def test_the_daemons_of_the_toolstack_run(host):
    assert host.process.filter(comm="xenconsoled")
    assert host.process.filter(comm="oxenstored") or host.process.filter(comm="xenstored")
    assert host.check_output("xenstore-read /local/domain/0/name") == "Domain-0"


def test_no_unit_failed(host):
    assert host.check_output("systemctl --failed --no-legend --plain") == ""


def test_the_bridge_holds_the_uplink_and_its_address(host):
    assert host.file("/sys/class/net/xenbr0/brif/eth0").exists
    assert "10.0.2.15" in host.interface("xenbr0").addresses
    assert "10.0.2.15" not in host.interface("eth0").addresses
    assert host.file("/sys/class/net/xenbr0/address").content == host.file("/sys/class/net/eth0/address").content


def test_the_descriptions_of_the_bridge_come_first(host):
    names = sorted(host.file("/etc/systemd/network").listdir())
    assert names[:3] == ["05-xen-eth0.network", "05-xen-xenbr0.netdev", "05-xen-xenbr0.network"]
    for name in ("eth0", "xenbr0"):
        assert f"/etc/systemd/network/05-xen-{name}.network" in host.check_output("networkctl status %s", name)


def test_the_network_outside_is_reached_over_the_bridge(host):
    assert " dev xenbr0 " in host.check_output("ip route get 10.0.2.2") + " "


def test_xl_conf_holds_what_was_declared_and_xl_reads_it(host):
    conf = host.file("/etc/xen/xl.conf")
    assert (conf.user, conf.group, conf.mode) == ("root", "root", 0o644)
    assert 'autoballoon="off"' in conf.content_string.splitlines()
    assert 'vif.default.bridge="xenbr0"' in conf.content_string.splitlines()
    assert "xl.conf" not in host.run("xl list").stderr


def test_the_consoles_of_guests_are_logged_as_declared(host):
    assert {"--log=guest", "--timestamp=guest"} <= set(host.check_output("ps -o args= -C xenconsoled").split())
    assert host.file("/var/log/xen/console").mode == 0o750


def test_the_logs_of_consoles_are_looked_at_once_in_an_hour(host):
    # What logrotate would do: it fails where it cannot read a file of its own, and says which log stands in two.
    assert host.run("logrotate --debug /etc/logrotate.d/xlops-xen-console").rc == 0
    everything = host.run("logrotate --debug /etc/logrotate.conf")
    assert "rotating pattern: /var/log/xen/console/*.log" in everything.stdout + everything.stderr
    assert "duplicate log entry" not in everything.stdout + everything.stderr
    timer = host.check_output("systemctl show --property=ActiveState,TimersCalendar logrotate.timer")
    assert "ActiveState=active" in timer.splitlines()
    assert "OnCalendar=*-*-* *:00:00 " in timer and "OnCalendar=*-*-* 00:00:00 " not in timer


def test_the_settings_of_the_kernel_hold_now_and_after_a_boot(host):
    assert host.sysctl("vm.swappiness") == 10
    assert "vm.swappiness=10" in host.file("/etc/sysctl.d/xlops-xen.conf").content_string.splitlines()


def test_the_configuration_from_before_each_run_is_kept_for_root_alone(host):
    directory = host.file("/var/backups/xlops-xen")
    assert (directory.user, directory.group, directory.mode) == ("root", "root", 0o700)
    bundles = [host.file(f"/var/backups/xlops-xen/{name}") for name in sorted(directory.listdir())]
    assert bundles and {(one.user, one.mode) for one in bundles} == {("root", 0o600)}
    # The newest is from before the second run, which found the host as the first one left it.
    names = host.check_output("tar --list --gzip --file=%s", bundles[-1].path).splitlines()
    assert {"etc/default/xen", "etc/xen/xl.conf", "etc/default/grub.d/xlops-xen.cfg"} <= set(names)
    assert {name.split("/")[0] for name in names} == {"etc"}


def test_the_variables_of_the_start_scripts_are_set_once(host):
    for path, line in (
        ("/etc/default/xen", 'XENCONSOLED_ARGS="--log=guest --timestamp=guest"'),
        ("/etc/default/xendomains", 'XENDOMAINS_SAVE=""'),
    ):
        key = line.partition("=")[0]
        assert re.findall(rf"^{key}=.*$", host.file(path).content_string, re.MULTILINE) == [line]
