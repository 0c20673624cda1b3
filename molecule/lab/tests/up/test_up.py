# SPDX-License-Identifier: GPL-3.0-or-later
"""Two hosts after converge.yml, as hosts of their own."""

from __future__ import annotations

import json


def test_both_run_xen(left, right):
    for host in (left, right):
        assert "Domain-0" in host.check_output("xl list")


def test_they_are_two(left, right):
    for what in ("hostname", "cat /etc/machine-id", "cat /etc/ssh/ssh_host_ed25519_key.pub"):
        assert left.check_output(what) != right.check_output(what)
    assert (left.check_output("hostname"), right.check_output("hostname")) == ("left", "right")


def test_they_come_from_one_state(lab):
    """A disk of QEMU begins with the name of the one below it."""
    (below,) = {_backing(lab / "hosts" / name / "disk.qcow2") for name in ("left", "right")}
    assert b"/states/" in below


def _backing(disk):
    head = _beginning(disk)
    start, length = int.from_bytes(head[8:16], "big"), int.from_bytes(head[16:20], "big")
    return head[start : start + length]


def _beginning(path):
    with path.open("rb") as file:
        return file.read(4096)


def test_they_reach_each_other(left, right):
    assert left.run("ping -c 3 -W 10 10.77.0.12").rc == 0
    assert right.run("ping -c 3 -W 10 10.77.0.11").rc == 0


def test_each_has_its_additional_disk(left, right):
    for host in (left, right):
        assert host.check_output("lsblk --bytes --noheadings --output SIZE /dev/vdb").strip() == str(1 << 30)


def test_only_this_machine_reaches_them(controller, lab):
    ports = [line.split()[1] for line in (lab / "ssh_config").read_text().splitlines() if line.split()[:1] == ["Port"]]
    listening = controller.check_output("ss --no-header --listening --numeric --tcp").splitlines()
    for port in ports:
        assert {line.split()[3] for line in listening if line.split()[3].endswith(f":{port}")} == {f"127.0.0.1:{port}"}
    assert len(set(ports)) == 2


def test_keys_are_nobody_elses(lab):
    """One to log in with, and one of the host."""
    files = [path for path in lab.glob("hosts/*/*") if path.is_file()]
    keys = [path for path in files if b"PRIVATE KEY" in _beginning(path)]
    assert sorted(path.parent.name for path in keys) == ["left", "left", "right", "right"]
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}
    assert len({_beginning(path) for path in keys}) == len(keys)


def test_a_plain_inventory_reaches_them(controller, lab):
    said = controller.check_output(
        f"ansible --inventory {lab}/inventory.yml xen_hosts --module-name ansible.builtin.ping"
    )
    assert said.count("| SUCCESS =>") == 2


def test_the_inventory_is_read_by_ansible(controller, lab):
    listed = json.loads(controller.check_output(f"ansible-inventory --inventory {lab}/inventory.yml --list"))
    assert sorted(listed["xen_hosts"]["hosts"]) == ["left", "right"]
