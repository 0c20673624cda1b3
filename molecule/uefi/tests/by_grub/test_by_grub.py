# SPDX-License-Identifier: GPL-3.0-or-later
"""The host whose firmware starts GRUB, and GRUB the hypervisor."""

from __future__ import annotations


def test_the_machine_was_started_by_uefi(host):
    assert host.file("/sys/firmware/efi/efivars").is_directory
    assert host.mount_point("/boot/efi").filesystem == "vfat"


def test_it_runs_under_xen(host):
    assert "control_d" in host.file("/proc/xen/capabilities").content_string


def test_the_words_are_those_of_scenario_host(host):
    told = dict(line.split(":", 1) for line in host.check_output("xl info").splitlines() if ":" in line)
    words = next(value for key, value in told.items() if key.strip() == "xen_commandline").split()
    assert "conring_size=128k" in words
    assert "dom0_mem=1024M,max:1024M" in words
