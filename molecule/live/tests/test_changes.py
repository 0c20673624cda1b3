# SPDX-License-Identifier: GPL-3.0-or-later
"""The guest after changes.yml: what the hypervisor, xenstore and the guest itself show of it."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def read(host, domains):
    """A value of the guest in xenstore, or of one of its backends."""

    def value(path):
        domid = str(domains["lively"]["domid"])
        return host.run("xenstore-read %s", path.replace("DOMID", domid)).stdout.strip()

    return value


@pytest.fixture(scope="module")
def vcpus(host):
    rows = host.check_output("xl vcpu-list lively").splitlines()[1:]
    return [row.split(None, 6) for row in rows]


def test_the_guest_was_asked_for_its_memory(read):
    assert read("/local/domain/DOMID/memory/target") == str(144 * 1024)


def test_the_guest_gave_memory_back(host, domains):
    listed = host.check_output("xl list lively").splitlines()[1].split()
    assert abs(int(listed[2]) - 144) <= 1


def test_a_second_virtual_cpu_is_there(read):
    assert read("/local/domain/DOMID/cpu/1/availability") == "online"


def test_the_virtual_cpus_are_pinned_and_prefer_none(vcpus):
    assert [row[6] for row in vcpus] == ["1 / all", "1 / all"]


def test_the_scheduler_gives_what_was_declared(host):
    assert host.check_output("xl sched-credit2 -d lively").split()[-2:] == ["512", "50"]


def test_the_guest_uses_its_disk(read):
    assert read("/local/domain/DOMID/device/vbd/51712/state") == "4"
    assert read("/local/domain/0/backend/vbd/DOMID/51712/params") == "/srv/xen/lively.img"


def test_no_interface_is_left(host, domains):
    assert "nics" not in domains["lively"]["config"]
    domid = domains["lively"]["domid"]
    assert host.run("xenstore-list %s", f"/local/domain/0/backend/vif/{domid}").stdout.strip() == ""


def test_its_next_boot_brings_the_same(host, domains):
    item = domains["lively"]
    staged = f"/var/lib/xen/userdata-d.{item['domid']}.{item['config']['c_info']['uuid']}.xl"
    assert host.file(staged).content_string == host.file("/etc/xen/lively.cfg").content_string
