# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after restart.yml: what became of the guest that was made anew twice, and who is left."""

from __future__ import annotations


def test_who_is_declared_and_who_is_protected_are_left(domains):
    assert sorted(domains) == ["client", "phoenix", "server"]


def test_the_files_are_those_of_the_guests(host):
    files = [name for name in host.file("/etc/xen").listdir() if name.endswith((".cfg", ".xlops"))]
    assert sorted(files) == ["client.cfg", "phoenix.cfg", "server.cfg"]


def test_the_guest_has_what_it_was_made_anew_for(domains):
    b_info = domains["phoenix"]["config"]["b_info"]
    assert (b_info["target_memkb"], b_info["cmdline"]) == (144 * 1024, "console=hvc0 quiet")


def test_the_guest_that_came_back_runs_what_it_ran_before(domains):
    assert domains["phoenix"]["config"]["b_info"]["kernel"] == "/srv/xen-lab/guests/linux"


def test_its_file_says_so_too(host):
    assert 'kernel = "/srv/xen-lab/guests/linux"' in host.file("/etc/xen/phoenix.cfg").content_string


def test_it_is_watched_by_one_xl(host):
    monitors = host.run("pgrep --full 'create -q -f /etc/xen/[.]?phoenix.cfg'").stdout.split()
    assert len(monitors) == 1


def test_protection_stands_in_the_file(host):
    assert host.file("/etc/xen/server.cfg").content_string.splitlines()[1] == "# protect: destroy"


def test_nothing_waits_for_a_boot_of_the_guest(host, domains):
    item = domains["phoenix"]
    assert not host.file(f"/var/lib/xen/userdata-d.{item['domid']}.{item['config']['c_info']['uuid']}.xl").exists
