# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after libxl_config.yml."""

from __future__ import annotations

import json

import pytest


@pytest.fixture(scope="module")
def exported(host):
    return json.loads(host.file("/root/web1.json").content_string)


@pytest.mark.parametrize("path", ["/root/web1.json", "/root/web1.cfg"])
def test_an_export_is_for_root_alone(host, path):
    file = host.file(path)
    assert (file.user, file.group, file.mode) == ("root", "root", 0o600)


def test_an_export_is_of_the_guest_before_it_was_changed(exported):
    assert exported["c_info"]["name"] == "web1"
    assert exported["b_info"]["target_memkb"] == 128 * 1024


def test_the_guest_runs_with_what_was_staged_before_its_reboot(domains, exported):
    config = domains["web1"]["config"]
    assert config["b_info"]["target_memkb"] == 144 * 1024
    assert config["c_info"]["uuid"] == exported["c_info"]["uuid"]


def test_what_was_restored_is_in_its_file_and_waits_in_libxl(host, domains):
    item = domains["web1"]
    staged = f"/var/lib/xen/userdata-d.{item['domid']}.{item['config']['c_info']['uuid']}.xl"
    file = host.file("/etc/xen/web1.cfg")
    assert host.file(staged).content_string == file.content_string
    assert "memory = 128" in file.content_string
    assert file.mode == 0o600


def test_other_guests_were_left_alone(host, domains):
    assert {"web1", "idle-pv", "idle-pvh", "waiting"} <= set(domains)
    assert "memory = 24" in host.file("/etc/xen/idle-pv.cfg").content_string


def test_no_half_written_file_is_left(host):
    for directory in ("/etc/xen", "/root"):
        assert [name for name in host.file(directory).listdir() if name.endswith(".xlops")] == []
