# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine's command line: bound to loopback, free of long paths, and the same for equal machines."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._lab import accelerator, disk, firmware, network
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError
from ansible_collections.xlops.xen.plugins.module_utils._lab.machine import Machine

ROOT = Path(__file__).parents[3]
MACHINE = Machine(memory=4096, cpus=2, disks=(), accelerator="tcg")
DEEP = Path("/" + "a-long-directory/" * 20) / "hosts" / "xen1"


def arguments(machine: Machine = MACHINE, **more: object) -> list[str]:
    return machine.arguments(DEEP, port=22022, private_group="239.1.2.3:20000", **more)  # type: ignore[arg-type]


def test_nothing_listens_beyond_loopback() -> None:
    listening = [word for word in arguments() if "hostfwd" in word or "mcast" in word]
    assert len(listening) == 2
    assert all("127.0.0.1" in word for word in listening)


def test_sockets_are_named_without_their_directory() -> None:
    sockets = [word for word in arguments() if "server=on" in word]
    assert len(sockets) == 2
    assert all(str(DEEP) not in word for word in sockets)


def test_the_pid_file_has_its_full_path_which_marks_the_process_as_ours() -> None:
    words = arguments()
    assert words[words.index("-pidfile") + 1] == f"{DEEP}/qemu.pid"


def test_the_host_boots_from_its_first_disk_and_has_the_others_after_it() -> None:
    devices = [word for word in arguments(replace(MACHINE, disks=(1, 2))) if word.startswith("virtio-blk-pci")]
    assert devices == [
        "virtio-blk-pci,drive=disk0,bootindex=0",
        "virtio-blk-pci,drive=disk1",
        "virtio-blk-pci,drive=disk2",
    ]


def test_only_a_restored_machine_waits_for_its_state() -> None:
    assert "-incoming" not in arguments()
    assert arguments(incoming=True)[-2:] == ["-incoming", "defer"]


@pytest.fixture
def known_qemu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accelerator, "fingerprint", lambda kind: {"accelerator": kind, "qemu": "7.2"})


@pytest.mark.parametrize(
    "change", [{"memory": 2048}, {"cpus": 1}, {"disks": (1,)}, {"accelerator": "kvm"}, {"firmware": "uefi"}]
)
def test_a_state_fits_only_an_equal_machine(known_qemu: None, change: dict[str, object]) -> None:
    assert replace(MACHINE).identity == MACHINE.identity
    assert replace(MACHINE, **change).identity != MACHINE.identity  # type: ignore[arg-type]


def test_the_bridge_of_the_image_has_the_address_of_the_uplink() -> None:
    netdev = ROOT / "roles/xen_lab/files/image/xen/etc/systemd/network/10-xenbr0.netdev"
    assert f"MACAddress={network.UPLINK_MAC}\n" in netdev.read_text()
    assert any(f"mac={network.UPLINK_MAC}" in word for word in arguments())


class TestFirmware:
    def test_a_machine_with_a_bios_has_no_variables(self, tmp_path: Path) -> None:
        firmware.create_variables(tmp_path, "bios", tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_variables_of_a_restored_machine_lie_over_those_of_its_state(self, tmp_path: Path) -> None:
        saved, restored = tmp_path / "saved", tmp_path / "restored"
        saved.mkdir()
        restored.mkdir()
        firmware.create_variables(saved, "uefi", tmp_path)
        firmware.create_variables(restored, "uefi", saved)
        told = [
            json.loads(subprocess.run(
                ["qemu-img", "info", "--output=json", str(path / "firmware.qcow2")], check=True, capture_output=True
            ).stdout)
            for path in (saved, restored)
        ]  # fmt: skip
        assert [one.get("backing-filename") for one in told] == [None, str(saved / "firmware.qcow2")]
        # The flash memory of the machine is of exactly the size of both files.
        assert told[1]["virtual-size"] + firmware.CODE.stat().st_size == 4 << 20

    def test_a_missing_firmware_is_told_in_one_sentence(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(firmware, "CODE", tmp_path / "OVMF_CODE_4M.fd")
        with pytest.raises(
            LabError, match=r"^A machine with UEFI needs .*OVMF_CODE_4M\.fd: install the package ovmf\.$"
        ):
            firmware.require("uefi")
        firmware.require("bios")


class TestAccelerator:
    @pytest.fixture(autouse=True)
    def a_machine_with_kvm(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "kvm").touch()
        (tmp_path / "cpuinfo").write_text("model name\t: Some CPU\nflags\t\t: fpu svm npt\n")
        monkeypatch.setattr(accelerator, "KVM_DEVICE", tmp_path / "kvm")
        monkeypatch.setattr(accelerator, "CPUINFO", tmp_path / "cpuinfo")
        monkeypatch.setattr(accelerator, "run", lambda *argv, **more: "QEMU emulator version 7.2\n")

    def test_auto_takes_kvm_that_works(self) -> None:
        assert accelerator.choose("auto") == "kvm"

    def test_a_device_without_processor_support_proves_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "cpuinfo").write_text("flags\t\t: fpu avx\n")
        assert accelerator.choose("auto") == "tcg"

    def test_kvm_with_which_no_machine_starts_is_not_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*argv: object, **more: object) -> str:
            raise LabError("qemu-system-x86_64 failed: failed to initialize kvm: Operation not permitted")

        monkeypatch.setattr(accelerator, "run", refuse)
        assert accelerator.choose("auto") == "tcg"

    def test_asking_for_kvm_where_it_is_missing_says_why(self, tmp_path: Path) -> None:
        (tmp_path / "kvm").unlink()
        with pytest.raises(LabError, match=r"KVM cannot be used on this machine: .*kvm is missing or not accessible"):
            accelerator.choose("kvm")

    def test_tcg_is_taken_without_a_trial(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(accelerator, "run", lambda *argv, **more: pytest.fail("tried KVM"))
        assert accelerator.choose("tcg") == "tcg"

    def test_a_state_made_with_kvm_depends_on_the_processor(self) -> None:
        assert accelerator.fingerprint("kvm")["processor"] == "Some CPU"
        assert "processor" not in accelerator.fingerprint("tcg")


@pytest.mark.parametrize("kind", firmware.CHOICES)
def test_qemu_accepts_the_command_line(tmp_path: Path, kind: str) -> None:
    """The options are checked by QEMU itself, with a machine that quits at once."""
    words = replace(MACHINE, firmware=kind).arguments(
        tmp_path, port=network.ephemeral_port(), private_group="239.255.77.1:29999", incoming=True
    )
    disk.create_blank(tmp_path / "disk.qcow2", 1)
    firmware.create_variables(tmp_path, kind, tmp_path)
    with subprocess.Popen(
        [*words, "-monitor", "stdio"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as qemu:
        _out, errors = qemu.communicate(b"quit\n", timeout=60)
    assert (qemu.returncode, errors) == (0, b"")
