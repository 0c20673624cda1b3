# SPDX-License-Identifier: GPL-3.0-or-later
"""The fully virtualised guest after hvm.yml, as hypervisor, device model, xenstore and network of the host show it."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def full(domains):
    return domains["full"]


@pytest.fixture(scope="module")
def arguments(host, full):
    """The command line of the guest's device model."""
    (model,) = [one for one in host.process.filter(user="root") if f"-xen-domid {full['domid']} " in f"{one.args} "]
    return model.args.split()


@pytest.fixture(scope="module")
def read(host, full):
    return lambda path: host.run("xenstore-read %s", path.replace("DOMID", str(full["domid"]))).stdout.strip()


def test_it_is_fully_virtualised(full):
    assert full["config"]["c_info"]["type"] == "hvm"
    assert full["config"]["b_info"]["type.hvm"]["bios"] == "seabios"


def test_its_device_model_runs(read):
    assert read("/local/domain/0/device-model/DOMID/state") == "running"


def test_the_device_model_is_the_distribution_s(arguments):
    assert arguments[0] == "/usr/libexec/xen-qemu-system-i386"


def test_the_display_listens_on_this_host_alone(host, arguments, read):
    assert read("/local/domain/DOMID/console/vnc-listen") == "127.0.0.1"
    port = read("/local/domain/DOMID/console/vnc-port")
    assert host.socket(f"tcp://127.0.0.1:{port}").is_listening
    assert not host.socket(f"tcp://0.0.0.0:{port}").is_listening
    assert "VGA,vgamem_mb=16" in arguments


def test_the_card_is_the_declared_one(arguments):
    assert any(one.startswith("e1000,") and "mac=00:16:3e:0a:00:20" in one for one in arguments)


def test_its_interface_is_in_the_bridge(host, full):
    links = host.check_output("ip -o link show master xenbr0")
    assert f"vif{full['domid']}.0" in links


def test_the_serial_line_has_a_terminal(host, read):
    assert host.file(read("/local/domain/DOMID/serial/0/tty")).exists


def test_the_guest_uses_its_disk_by_its_own_driver(read):
    assert read("/local/domain/DOMID/device/vbd/51712/state") == "4"
    assert read("/local/domain/0/backend/vbd/DOMID/51712/discard-enable") == "1"


def test_the_drive_has_the_other_medium(full, read):
    (drive,) = [disk for disk in full["config"]["disks"] if disk.get("is_cdrom")]
    assert drive["pdev_path"] == "/srv/xen/second.iso"


def test_it_has_a_generation_id(full):
    assert any(full["config"]["b_info"]["type.hvm"]["ms_vm_genid"])


def test_it_is_as_the_file_of_the_host_says(host):
    text = host.file("/etc/xen/full.cfg").content_string
    assert 'type = "hvm"' in text
    assert "second.iso" in text
