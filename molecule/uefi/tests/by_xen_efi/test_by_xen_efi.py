# SPDX-License-Identifier: GPL-3.0-or-later
"""The host whose firmware starts the hypervisor itself, by xen.efi and xen.cfg."""

from __future__ import annotations

import re

import pytest


@pytest.fixture(scope="module")
def info(host):
    rows = (line.partition(":") for line in host.check_output("xl info").splitlines())
    return {key.strip(): value.strip() for key, _colon, value in rows}


@pytest.mark.parametrize("word", ["dom0_mem=896M,max:896M", "loglvl=all", "conring_size=128k"])
def test_the_hypervisor_was_started_with_each_word_of_its_file(info, word):
    assert word in info["xen_commandline"].split()


def test_dom0_has_its_memory(host):
    assert int(host.check_output("xl list Domain-0").splitlines()[1].split()[2]) == 896


def test_the_kernel_of_dom0_has_its_word(host):
    assert "xlops=seen" in host.file("/proc/cmdline").content_string.split()


def test_the_firmware_started_the_entry_of_xen(host):
    told = host.check_output("efibootmgr")
    current = re.search(r"^BootCurrent: ([0-9A-F]{4})$", told, re.MULTILINE)[1]
    assert f"Boot{current}* Xen (xlops)" in told
    assert re.search(rf"^BootOrder: {current}(,|$)", told, re.MULTILINE)


def test_what_it_loads_is_beside_it_and_whole(host):
    release = host.check_output("uname -r")
    for name in (f"vmlinuz-{release}", f"initrd.img-{release}"):
        assert host.run("cmp /boot/%s /boot/efi/EFI/xen/%s", name, name).rc == 0
