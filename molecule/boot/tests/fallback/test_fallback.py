# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after fallback.yml: it came back by its default entry, and asks for nothing else."""

from __future__ import annotations


def test_no_hypervisor_runs(host):
    assert not host.file("/sys/hypervisor/type").exists


def test_the_entry_was_asked_for_one_time(host):
    listed = dict(line.split("=", 1) for line in host.check_output("grub-editenv list").splitlines() if "=" in line)
    assert not listed.get("next_entry")


def test_it_was_there_to_be_booted(host):
    assert "dom0_mem=48M,max:48M" in host.file("/boot/grub/grub.cfg").content_string
