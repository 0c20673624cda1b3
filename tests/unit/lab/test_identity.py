# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine is told to become a host of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._lab import ssh
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError
from ansible_collections.xlops.xen.plugins.module_utils._lab.identity import Identity


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    identity = Identity("xen3", 3, "0123456789abcdef0123456789abcdef", tmp_path)
    identity.make_keys()
    return identity


def test_the_script_is_one_that_a_posix_shell_reads(identity: Identity) -> None:
    checked = subprocess.run(["sh", "-n"], input=identity.script("seed", "xl list"), text=True, capture_output=True)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_keys_arrive_byte_for_byte(identity: Identity, tmp_path: Path) -> None:
    script = identity.script("seed", "")
    lines = [line for line in script.splitlines() if line.startswith("printf %s")]
    received = subprocess.run(
        ["sh", "-c", script[script.index("printf %s") : script.index(" >/etc/ssh/ssh_host_ed25519_key\n")]],
        capture_output=True,
        text=True,
        check=True,
    )
    assert received.stdout == (tmp_path / "ssh_host_ed25519_key").read_text()
    assert len(lines) == 3


def test_keys_are_made_once(identity: Identity, tmp_path: Path) -> None:
    before = (tmp_path / "id_ed25519").read_text()
    identity.make_keys()
    assert (tmp_path / "id_ed25519").read_text() == before


def test_the_private_network_follows_from_the_number(identity: Identity) -> None:
    script = identity.script("seed", "")
    assert "Address=10.77.0.13/24" in script
    assert "ip link set dev eth1 address 52:54:00:4d:00:03 up" in script


def test_the_journal_is_that_of_the_machine_id(identity: Identity) -> None:
    """journald keeps to the id that it was started with, and journalctl asks for that of the file."""
    lines = identity.script("seed", "").splitlines()
    (restart,) = (number for number, line in enumerate(lines) if "restart systemd-journald" in line)
    assert restart > lines.index(f"echo {identity.machine_id} >/etc/machine-id")


def test_a_host_without_a_probe_ends_with_true(identity: Identity) -> None:
    assert identity.script("seed", "").rstrip().endswith("\ntrue")
    assert identity.script("seed", "xl list").rstrip().endswith("\nxl list >/dev/null")


class TestSsh:
    def test_paths_with_blanks_reach_openssh_whole(self, tmp_path: Path) -> None:
        directory = tmp_path / "a lab"
        directory.mkdir()
        login = ssh.Login(22022, directory / "key", directory / "key.pub")
        words = ["ssh", "-G", *login.options(directory / "known_hosts"), "root@127.0.0.1"]
        seen = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
        assert f"userknownhostsfile {directory}/known_hosts" in seen
        assert "port 22022" in seen
        assert "stricthostkeychecking true" in seen

    def test_waiting_ends_when_it_has_become_pointless(self) -> None:
        def ended() -> None:
            raise LabError("The machine has ended")

        with pytest.raises(LabError, match="has ended"):
            ssh.wait_for_banner(1, 60, ended)

    def test_waiting_ends_at_its_limit(self) -> None:
        with pytest.raises(LabError, match=r"^No SSH server answered on 127.0.0.1:1 within 0 s$"):
            ssh.wait_for_banner(1, 0.05, lambda: None)
