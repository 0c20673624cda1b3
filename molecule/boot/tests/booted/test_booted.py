# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after booted.yml: what the hypervisor says of itself, and its console of how it was started."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def info(host):
    rows = (line.partition(":") for line in host.check_output("xl info").splitlines())
    return {key.strip(): value.strip() for key, _colon, value in rows}


@pytest.mark.parametrize("word", ["dom0_mem=896M,max:896M", "sched=credit", "bootscrub=off", "loglvl=all"])
def test_the_hypervisor_was_started_with_each_word(info, word):
    assert word in info["xen_commandline"].split()


def test_the_scheduler_is_the_declared_one(info):
    assert info["xen_scheduler"] == "credit"


def test_dom0_has_its_memory(host):
    row = host.check_output("xl list Domain-0").splitlines()[1].split()
    assert int(row[2]) == 896


def test_the_kernel_of_dom0_has_its_word(host):
    assert "xlops=seen" in host.file("/proc/cmdline").content_string.split()


def test_memory_was_not_scrubbed(host):
    assert "Scrubbing Free RAM" not in host.check_output("xl dmesg")


def test_the_menu_is_whole(host):
    assert host.run("grub-script-check /boot/grub/grub.cfg").rc == 0
