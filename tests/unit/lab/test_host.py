# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a host: what is left alone, what is started again, and what is said when it cannot be."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._lab import network, process
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError
from ansible_collections.xlops.xen.plugins.module_utils._lab.inventory import inventory, ssh_config
from ansible_collections.xlops.xen.plugins.module_utils._lab.machine import Machine

from .conftest import MACHINE, Bench


def test_a_host_is_restored_and_then_left_alone(bench: Bench) -> None:
    assert bench.lab.start(bench.spec()) is True
    pid = bench.lab.describe("xen1")["pid"]
    assert bench.lab.start(bench.spec()) is False
    assert bench.lab.describe("xen1")["pid"] == pid
    assert bench.started == ["restored"]


def test_the_first_login_is_by_the_key_of_the_image(bench: Bench) -> None:
    bench.lab.start(bench.spec())
    assert bench.logins == ["login"]


def test_a_fresh_start_boots(bench: Bench) -> None:
    bench.lab.start(bench.spec(start="fresh"))
    assert bench.started == ["booted"]
    assert not any("anew" in line for line in bench.heard)


def test_a_host_whose_process_was_killed_is_started_again_as_itself(bench: Bench) -> None:
    bench.lab.start(bench.spec())
    before = json.loads((bench.lab.directory("xen1") / "host.json").read_text())
    bench.kill("xen1")
    assert not bench.lab.is_up("xen1")
    assert bench.lab.start(bench.spec()) is True
    after = json.loads((bench.lab.directory("xen1") / "host.json").read_text())
    assert before == after


def test_a_kept_disk_is_booted_with_the_keys_of_the_host(bench: Bench) -> None:
    bench.lab.start(bench.spec())
    (bench.lab.directory("xen1") / "disk.qcow2").write_text("precious")
    bench.kill("xen1")
    bench.lab.start(bench.spec(start="kept"))
    assert (bench.lab.directory("xen1") / "disk.qcow2").read_text() == "precious"
    assert bench.started == ["restored", "booted"]
    assert bench.logins == ["login", "id_ed25519"]


def disk_of(bench: Bench, name: str = "xen1") -> Path:
    return bench.lab.directory(name) / "disk.qcow2"


def stop_with_precious_disk(bench: Bench) -> None:
    bench.lab.start(bench.spec())
    disk_of(bench).write_text("precious")
    bench.lab.stop("xen1", "hard", 1)


def test_a_host_that_was_stopped_boots_its_disk_unless_asked_otherwise(bench: Bench) -> None:
    stop_with_precious_disk(bench)
    bench.lab.start(bench.spec())
    assert disk_of(bench).read_text() == "precious"
    assert bench.started == ["restored", "booted"]


def test_what_was_kept_once_stays_kept_when_the_host_dies_later(bench: Bench) -> None:
    stop_with_precious_disk(bench)
    bench.lab.start(bench.spec())
    bench.kill("xen1")
    bench.lab.start(bench.spec())
    assert disk_of(bench).read_text() == "precious"


def test_a_kept_disk_survives_a_start_that_fails(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_with_precious_disk(bench)
    with monkeypatch.context() as broken:
        broken.setattr(process, "start", lambda *args, **more: (_ for _ in ()).throw(LabError("QEMU did not start")))
        with pytest.raises(LabError, match="QEMU did not start"):
            bench.lab.start(bench.spec())
    bench.lab.start(bench.spec())
    assert disk_of(bench).read_text() == "precious"


def test_a_host_that_had_died_by_itself_is_kept_by_stopping_it(bench: Bench) -> None:
    bench.lab.start(bench.spec())
    disk_of(bench).write_text("precious")
    bench.kill("xen1")
    assert bench.lab.stop("xen1", "graceful", 1) is False
    bench.lab.start(bench.spec())
    assert disk_of(bench).read_text() == "precious"


@pytest.mark.parametrize("start", ["restored", "fresh"])
def test_a_kept_disk_goes_only_when_told_to_and_that_is_said(bench: Bench, start: str) -> None:
    stop_with_precious_disk(bench)
    bench.lab.start(bench.spec(start=start))
    assert disk_of(bench).read_text() == "own"
    assert "xen1 begins anew: the disk that it was stopped with is removed" in bench.heard
    bench.kill("xen1")
    bench.lab.start(bench.spec())
    assert bench.started[-1] == "restored"


def test_a_host_that_dies_loses_its_disk_and_that_is_said(bench: Bench) -> None:
    bench.lab.start(bench.spec())
    disk_of(bench).write_text("of no value")
    bench.kill("xen1")
    bench.lab.start(bench.spec())
    assert disk_of(bench).read_text() == "own"
    assert "xen1 had died: it begins anew, without what was on its disk" in bench.heard


def test_a_kept_disk_stays_one_of_its_image(bench: Bench) -> None:
    stop_with_precious_disk(bench)
    other = replace(bench.spec(), image="another-image")
    assert bench.lab.planned(other)["image"] == "an-image"
    bench.lab.start(other)
    assert bench.lab.describe("xen1")["image"] == "an-image"
    assert "xen1 boots its kept disk, which is of image an-image, not another-image" in bench.heard
    assert bench.lab.start(other) is False
    assert not any("is asked for" in line for line in bench.heard)


def test_a_kept_host_gets_the_additional_disks_that_it_lacks(bench: Bench) -> None:
    stop_with_precious_disk(bench)
    own = bench.lab.directory("xen1") / "disk-1.qcow2"
    own.write_text("precious")
    bench.lab.start(replace(bench.spec(), machine=replace(MACHINE, disks=(1, 2))))
    assert own.read_text() == "precious"
    assert (bench.lab.directory("xen1") / "disk-2.qcow2").exists()


def test_a_host_without_a_disk_to_keep_is_restored(bench: Bench) -> None:
    bench.lab.start(bench.spec(start="kept"))
    assert bench.started == ["restored"]


def test_a_kept_disk_never_meets_another_build_of_what_it_lies_over(bench: Bench) -> None:
    bench.lab.start(bench.spec())
    bench.kill("xen1")
    bench.cache.discard("states", "a-state", "a test")
    bench.lab.start(bench.spec("other"))  # makes the state anew
    with pytest.raises(LabError, match="xen1: what its kept disk lies over is no longer in the cache"):
        bench.lab.start(bench.spec(start="kept"))
    assert process.running(bench.lab.directory("xen1")) is None


def test_a_kept_disk_never_meets_another_build_of_the_image(bench: Bench) -> None:
    """The state in between is still there, and lies over a file that has changed."""
    stop_with_precious_disk(bench)
    bench.cache.discard("images", "an-image", "a test")
    bench.build_image()
    with pytest.raises(LabError, match="xen1: what its kept disk lies over is no longer in the cache"):
        bench.lab.start(bench.spec())
    assert disk_of(bench).read_text() == "precious"


def test_a_state_that_qemu_refuses_is_made_once_more(bench: Bench) -> None:
    bench.refuse_states = 1
    bench.lab.start(bench.spec())
    assert bench.started == ["restored", "restored"]
    assert any("Unknown savevm section" in line and "built again" in line for line in bench.heard)


def test_a_state_that_qemu_refuses_twice_is_an_error_and_nothing_runs(bench: Bench) -> None:
    bench.refuse_states = 2
    with pytest.raises(LabError, match="Unknown savevm section"):
        bench.lab.start(bench.spec())
    assert process.running(bench.lab.directory("xen1")) is None


def test_a_host_that_was_left_half_started_is_started_again(bench: Bench) -> None:
    bench.lab.start(bench.spec())
    record = bench.lab.directory("xen1") / "host.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "ready": False}))
    half = process.running(bench.lab.directory("xen1"))
    assert bench.lab.start(bench.spec()) is True
    assert bench.lab.describe("xen1")["pid"] != half
    assert any("half started" in line for line in bench.heard)


def test_a_running_host_that_is_asked_for_otherwise_is_left_alone_and_said_so(bench: Bench) -> None:
    bench.lab.start(bench.spec())
    larger = Machine(memory=8192, cpus=2, disks=(), accelerator="tcg")
    spec = bench.spec()
    assert bench.lab.start(type(spec)("xen1", "an-image", larger)) is False
    assert any("another machine than it has is asked for" in line for line in bench.heard)


@pytest.mark.parametrize(("start", "said"), [("auto", 0), ("kept", 0), ("restored", 1), ("fresh", 1)])
def test_a_running_host_that_shall_begin_anew_is_left_alone_and_said_so(bench: Bench, start: str, said: int) -> None:
    bench.lab.start(bench.spec())
    assert bench.lab.start(bench.spec(start=start)) is False
    told = (
        f"xen1 runs and is left alone, with its disk; start {start} holds for a host that does not run: stop it first"
    )
    assert bench.heard.count(told) == said


def test_another_port_than_a_running_host_has_is_said_too(bench: Bench) -> None:
    bench.lab.start(bench.spec())
    bench.lab.start(bench.spec(port=bench.lab.describe("xen1")["port"]))
    assert not any("is asked for" in line for line in bench.heard)
    bench.lab.start(bench.spec(port=40022))
    assert any("another port than it has is asked for" in line for line in bench.heard)


def test_hosts_have_ports_addresses_and_machine_ids_of_their_own(bench: Bench) -> None:
    for name in ("a", "b", "c"):
        bench.lab.start(bench.spec(name))
    hosts = [bench.lab.describe(name) for name in bench.lab.names()]
    assert [host["private_address"] for host in hosts] == ["10.77.0.11", "10.77.0.12", "10.77.0.13"]
    assert len({host["port"] for host in hosts}) == 3
    records = [json.loads((bench.lab.directory(name) / "host.json").read_text()) for name in bench.lab.names()]
    assert len({record["machine_id"] for record in records}) == 3
    keys = [Path(host["private_key"]).read_text() for host in hosts]
    assert len(set(keys)) == 3


def test_the_number_of_a_host_that_is_gone_is_given_again(bench: Bench) -> None:
    for name in ("a", "b"):
        bench.lab.start(bench.spec(name))
    bench.lab.stop("a", "hard", 1)
    bench.lab.remove("a")
    bench.lab.start(bench.spec("c"))
    assert bench.lab.describe("c")["private_address"] == "10.77.0.11"


def test_a_port_that_is_taken_is_one_sentence_and_leaves_nothing(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(LabError, match=f"^xen1: another program has the port {port} of 127.0.0.1; "):
            bench.lab.start(bench.spec(port=port))
    assert bench.lab.names() == []
    assert not bench.lab.directory("xen1").exists()


def test_a_remembered_port_that_was_taken_meanwhile_is_replaced(bench: Bench) -> None:
    bench.lab.start(bench.spec())
    bench.kill("xen1")
    port = bench.lab.describe("xen1")["port"]
    with socket.create_server(("127.0.0.1", port)):
        bench.lab.start(bench.spec())
    assert bench.lab.describe("xen1")["port"] != port


def test_labs_that_start_at_the_same_moment_choose_different_ports(tmp_path: Path) -> None:
    with network.held(network.any_port([]), tmp_path) as first, network.held(network.any_port([]), tmp_path) as second:
        assert first is not None
        assert second is not None
        assert first != second
    with network.held([first], tmp_path) as again:
        assert again == first


@pytest.mark.parametrize("name", ["", "-a", "a-", "A", "a_b", "../a", "a/b", "a" * 64, "a\n"])
def test_a_name_that_is_no_host_name_is_refused(bench: Bench, name: str) -> None:
    with pytest.raises(LabError, match="is no name for a host"):
        bench.lab.start(bench.spec(name))


def test_an_image_that_the_cache_does_not_have_is_one_sentence(bench: Bench) -> None:
    bench.cache.discard("images", "an-image", "a test")
    with pytest.raises(LabError, match="xen1: the cache has no image an-image; build it"):
        bench.lab.start(bench.spec())
    assert not bench.lab.is_up("xen1")


def test_a_host_that_does_not_shut_down_is_an_error_and_runs_on(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.lab.start(bench.spec())
    monkeypatch.setattr(process, "power_down", lambda directory, limit: False)
    with pytest.raises(LabError, match="xen1 did not shut down within 5 s and still runs"):
        bench.lab.stop("xen1", "graceful", 5)
    assert bench.lab.is_up("xen1")


def test_a_stopped_host_keeps_its_disk_and_a_removed_one_nothing(bench: Bench) -> None:
    bench.lab.start(bench.spec())
    assert bench.lab.stop("xen1", "hard", 1) is True
    assert bench.lab.stop("xen1", "hard", 1) is False
    assert (bench.lab.directory("xen1") / "disk.qcow2").exists()
    assert bench.lab.remove("xen1") is True
    assert bench.lab.remove("xen1") is False
    assert bench.lab.names() == []


@pytest.mark.parametrize("damaged", ["{", "null", "[]", "{}"])
def test_a_damaged_record_says_what_to_do(bench: Bench, damaged: str) -> None:
    bench.lab.start(bench.spec())
    record = bench.lab.directory("xen1") / "host.json"
    intact = record.read_text()
    record.write_text(damaged)
    pid = process.running(bench.lab.directory("xen1"))
    with pytest.raises(
        LabError, match=rf"host.json is damaged; end its process {pid}, then remove .*/hosts/xen1 and start"
    ):
        bench.lab.describe("xen1")
    bench.kill("xen1")
    with pytest.raises(LabError, match=r"host.json is damaged; remove .*/hosts/xen1 and start the host again"):
        bench.lab.describe("xen1")
    record.write_text(intact)


def test_planning_a_start_writes_nothing(bench: Bench) -> None:
    planned = bench.lab.planned(bench.spec())
    assert planned["running"] is True
    assert planned["port"] >= 22022
    assert not bench.lab.state_dir.exists()


def test_the_inventory_has_every_host_with_strictly_known_keys(bench: Bench) -> None:
    bench.lab.start(bench.spec())
    hosts = inventory(bench.lab)["xen_hosts"]["hosts"]
    variables = hosts["xen1"]
    assert variables["ansible_host"] == "127.0.0.1"
    assert variables["ansible_port"] == bench.lab.describe("xen1")["port"]
    assert "StrictHostKeyChecking=yes" in variables["ansible_ssh_common_args"]
    known_hosts = bench.lab.directory("xen1") / "known_hosts"
    assert f'UserKnownHostsFile="{known_hosts}"' in variables["ansible_ssh_common_args"]
    assert known_hosts.read_text().startswith(f"[127.0.0.1]:{variables['ansible_port']} ssh-ed25519 ")


def test_the_configuration_for_ssh_leads_to_the_same_place(bench: Bench) -> None:
    bench.lab.start(bench.spec())
    assert f"Host xen1\n    HostName 127.0.0.1\n    Port {bench.lab.describe('xen1')['port']}\n" in ssh_config(
        bench.lab
    )
