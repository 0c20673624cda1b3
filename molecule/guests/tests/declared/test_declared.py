# SPDX-License-Identifier: GPL-3.0-or-later
"""The guests of vars/declared.yml, asked of the host itself."""

from __future__ import annotations


def test_exactly_the_declared_guests_exist(domains):
    assert set(domains) == {"web1", "idle-pv", "idle-pvh", "waiting"}


def test_each_guest_is_in_its_declared_state(states):
    assert "p" in states["waiting"]
    assert not any("p" in states[name] for name in ("web1", "idle-pv", "idle-pvh"))


def test_each_guest_has_its_declared_type(domains):
    types = {name: item["config"]["c_info"]["type"] for name, item in domains.items()}
    assert types == {"web1": "pv", "idle-pv": "pv", "idle-pvh": "pvh", "waiting": "pv"}


def test_memory_and_vcpus_are_as_declared(domains):
    build = domains["web1"]["config"]["b_info"]
    assert (build["target_memkb"], build["max_memkb"]) == (128 * 1024, 160 * 1024)
    assert (build["max_vcpus"], build["avail_vcpus"]) == (2, [0])


def test_vcpus_are_pinned_as_declared(host):
    rows = [line.split() for line in host.check_output("xl vcpu-list web1").splitlines()[1:]]
    assert [row[-3:] for row in rows] == [["1", "/", "all"]] * 2


def test_the_disk_is_connected(domains, xenstore):
    domid = domains["web1"]["domid"]
    assert xenstore(f"/local/domain/{domid}/device/vbd/51712/state") == "4"
    backend = xenstore(f"/local/domain/{domid}/device/vbd/51712/backend")
    assert xenstore(f"{backend}/mode") == "w"
    assert xenstore(f"/libxl/{domid}/device/vbd/51712/params").endswith("/srv/xen/web1.img")


def test_the_vif_is_connected_and_on_the_bridge(host, domains, xenstore):
    domid = domains["web1"]["domid"]
    assert xenstore(f"/local/domain/{domid}/device/vif/0/state") == "4"
    assert xenstore(f"/local/domain/{domid}/device/vif/0/mac") == "00:16:3e:0a:00:01"
    assert host.file(f"/sys/class/net/xenbr0/brif/vif{domid}.0").exists


def test_a_vif_without_a_mac_got_a_stable_one_of_xens_range(host, domains):
    mac = domains["idle-pv"]["config"]["nics"][0]["mac"]
    assert mac.startswith("00:16:3e:")
    assert mac in host.file("/etc/xen/idle-pv.cfg").content_string


def test_the_disk_image_has_its_size_and_is_roots_alone(host):
    image = host.file("/srv/xen/web1.img")
    assert (image.size, image.user, image.mode) == (64 * 1024 * 1024, "root", 0o600)


def test_managed_files_are_roots_alone(host):
    for name in ("web1", "idle-pv", "idle-pvh", "waiting", "spare"):
        config = host.file(f"/etc/xen/{name}.cfg")
        assert (config.user, config.group, config.mode) == ("root", "root", 0o600)


def test_autostart_is_a_link_for_those_who_asked(host):
    assert sorted(host.file("/etc/xen/auto").listdir()) == ["spare.cfg", "web1.cfg"]
    assert host.file("/etc/xen/auto/web1.cfg").linked_to == "/etc/xen/web1.cfg"


def test_a_guest_that_never_was_leaves_nothing(host):
    assert not host.file("/etc/xen/never-was.cfg").exists


def test_no_temporary_file_is_left(host):
    assert [name for name in host.file("/etc/xen").listdir() if name.startswith(".")] == []


def test_no_file_is_there_but_those_of_declared_guests(host):
    files = {name for name in host.file("/etc/xen").listdir() if name.endswith(".cfg")}
    assert files == {f"{name}.cfg" for name in ("web1", "idle-pv", "idle-pvh", "waiting", "spare")}
