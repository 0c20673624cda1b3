# SPDX-License-Identifier: GPL-3.0-or-later
"""The host under the release that was built."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def prefix(host):
    return host.file("/run/xlops-xen/release").linked_to


def test_the_tools_are_those_of_the_hypervisor(host, prefix):
    info = dict(line.partition(":")[::2] for line in host.check_output("xl info").splitlines())
    version = next(value.strip() for key, value in info.items() if key.strip() == "xen_version")
    assert prefix == f"/opt/xen/{version}"
    assert host.check_output("readlink -f /usr/local/sbin/xl") == f"{prefix}/sbin/xl"


@pytest.mark.parametrize("unit", ["xenstored", "xenconsoled", "xen-init-dom0", "xendomains"])
def test_its_units_are_there(host, prefix, unit):
    assert host.service(unit).is_running
    fragment = host.check_output("systemctl show -P FragmentPath %s.service", unit)
    assert fragment.startswith(("/run/systemd/generator/", prefix))


def test_debians_start_script_is_not_used(host):
    assert not host.service("xen").is_running


def test_nothing_has_failed(host):
    assert host.check_output("systemctl --failed --no-legend --plain") == ""


def test_nothing_is_tried_any_more(host):
    assert not host.file("/etc/xlops-xen/try").exists
    listed = dict(line.split("=", 1) for line in host.check_output("grub-editenv list").splitlines() if "=" in line)
    assert not listed.get("next_entry")


def test_pygrub_finds_its_libraries(host, prefix):
    done = host.run(f"{prefix}/bin/pygrub --help")
    assert "Usage" in done.stdout + done.stderr
