# SPDX-License-Identifier: GPL-3.0-or-later
"""The guests after changes.yml."""

from __future__ import annotations


def test_the_stopped_guest_is_gone_and_its_file_stays(host, domains):
    assert "web1" not in domains
    assert host.file("/etc/xen/web1.cfg").exists


def test_no_other_guest_appeared_or_went(domains):
    assert set(domains) == {"idle-pv", "idle-pvh", "waiting"}


def test_paused_and_continued_guests_are_so(states):
    assert "p" in states["idle-pvh"]
    assert "p" not in states["waiting"]


def test_the_running_guest_keeps_its_memory_until_its_next_boot(host, domains):
    build = domains["idle-pv"]["config"]["b_info"]
    assert build["max_memkb"] == 16 * 1024
    assert "memory = 24" in host.file("/etc/xen/idle-pv.cfg").content_string


def test_the_change_waits_in_libxl_for_the_guests_own_reboot(host, domains):
    item = domains["idle-pv"]
    staged = f"/var/lib/xen/userdata-d.{item['domid']}.{item['config']['c_info']['uuid']}.xl"
    assert "memory = 24" in host.file(staged).content_string


def test_no_backend_is_left_of_domains_that_are_gone(host, domains):
    alive = {str(item["domid"]) for item in domains.values()}
    for kind in ("vbd", "vif"):
        listed = host.run("xenstore-list %s", f"/local/domain/0/backend/{kind}")
        assert set(listed.stdout.split()) <= alive
