# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xen_boot with xen.efi, against a stand-in for efibootmgr."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from boot_host import BootHost

DEBIAN = ("debian", "\\EFI\\debian\\shimx64.efi")
LOADER = "\\EFI\\xen\\xen-4.5.0.efi"
DECLARED: dict[str, Any] = {"xen": {"dom0_mem": "2G,max:2G", "sched": "rtds"}, "linux": ["console=hvc0"]}
CFG = """\
[global]
default=xlops

# Managed by xlops.xen, module xen_boot: this section.
[xlops]
options=dom0_mem=2G,max:2G sched=rtds
kernel=vmlinuz-6.1.0 root=UUID=0c6d5f5e ro console=hvc0
ramdisk=initrd.img-6.1.0
"""


@pytest.fixture
def host(bench: Any) -> BootHost:
    one = BootHost(bench)
    one.build("xen-4.5.0.gz")
    one.uefi(DEBIAN)
    one.xen_efi("xen-4.5.0.efi")
    one.runs_linux()
    return one


def cfg(host: BootHost) -> Path:
    return host.esp / "EFI/xen/xen-4.5.0.cfg"


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key != "invocation"}


def test_a_host_boots_by_xen_efi(host: BootHost) -> None:
    before = host.files()
    foreseen = host.ok(check=True, **DECLARED)
    assert host.files() == before
    host.called()
    made = host.ok(**DECLARED)
    assert comparable(foreseen) == comparable(made)
    assert (made["loader"], made["release"]) == ("efi", "4.5")
    assert cfg(host).read_text() == CFG
    assert (host.esp / "EFI/xen/vmlinuz-6.1.0").read_text() == "vmlinuz-6.1.0"
    assert host.firmware()["made"] == ["/dev/sda", "1"]
    assert host.firmware()["entries"]["0001"] == ["Xen (xlops)", LOADER]
    assert host.firmware()["order"] == ["0001", "0000"]
    assert made["reasons"] == ["the next boot is of Xen, and the machine runs without it"]
    assert made["linux_words"] == ["root=UUID=0c6d5f5e", "ro", "console=hvc0"]
    assert host.called() == [
        f"efibootmgr -q -C -d /dev/sda -p 1 -L Xen (xlops) -l {LOADER}",
        "efibootmgr -q -o 0001,0000",
    ]
    for check in (True, False):
        again = host.ok(check=check, **DECLARED)
        assert (again["changed"], again["steps"], again["diff"]) == (False, [], [])
    assert host.called() == []


def test_what_runs_is_held_against_the_file(host: BootHost) -> None:
    host.ok(**DECLARED)
    host.bench.set(release="4.5.0")
    host.runs_xen("dom0_mem=2G,max:2G sched=rtds", "root=UUID=0c6d5f5e ro console=hvc0")
    assert not host.ok(**DECLARED)["pending_reboot"]
    host.runs_xen("dom0_mem=2G,max:2G", "root=UUID=0c6d5f5e ro console=hvc0")
    assert host.ok(**DECLARED)["missing"] == ["sched=rtds"]


def test_sections_of_others_stay(host: BootHost) -> None:
    theirs = "[global]\ndefault=mine\n# by hand\n\n[mine]\noptions=loglvl=all\nkernel=vmlinuz root=/dev/sda2\n"
    cfg(host).write_text(theirs)
    host.ok(**DECLARED)
    text = cfg(host).read_text()
    assert "[global]\ndefault=xlops\n# by hand\n\n[mine]\noptions=loglvl=all\n" in text
    assert not host.ok(**DECLARED)["changed"]
    host.ok(state="absent")
    assert cfg(host).read_text() == theirs
    assert not host.ok(state="absent")["changed"]


def test_linux_alone_boots_when_it_goes(host: BootHost) -> None:
    host.ok(**DECLARED)
    before = host.files()
    foreseen = host.ok(check=True, state="absent", loader="efi")
    assert host.files() == before
    gone = host.ok(state="absent", loader="efi")
    assert comparable(foreseen) == comparable(gone)
    assert not cfg(host).exists()
    assert host.firmware()["entries"] == {"0000": list(DEBIAN)}
    assert host.firmware()["order"] == ["0000"]
    assert not host.ok(state="absent", loader="efi")["changed"]


def test_one_boot_is_tried(host: BootHost) -> None:
    tried = host.ok(**DECLARED, default="linux", once="xen")
    assert (host.firmware()["order"], host.firmware()["next"]) == (["0000"], "0001")
    assert tried["once_entry"] in ("0001", "new")
    assert tried["pending_reboot"]
    assert not host.ok(**DECLARED, default="linux", once="xen")["changed"]
    assert host.ok(**DECLARED)["steps"] == ["efibootmgr -o 0001,0000"]
    assert 'no entry "0009"' in host.run(**DECLARED, default="0009")["msg"]
    assert host.ok(**DECLARED, default="0000")["default_entry"] == "0000"


def test_a_kernel_that_changed_is_copied_again(host: BootHost) -> None:
    host.ok(**DECLARED)
    (host.boot / "vmlinuz-6.1.0").write_text("a newer build")
    copied = host.ok(**DECLARED)
    assert copied["steps"] == [f"copy {host.boot}/vmlinuz-6.1.0 to {host.esp}/EFI/xen/vmlinuz-6.1.0"]
    assert (host.esp / "EFI/xen/vmlinuz-6.1.0").read_text() == "a newer build"
    (host.boot / "vmlinuz-6.12.0").write_text("another")
    (host.boot / "initrd.img-6.12.0").write_text("its files")
    assert len(host.ok(**DECLARED)["steps"]) == 3
    assert "kernel=vmlinuz-6.12.0 root=" in cfg(host).read_text()
    assert host.ok(**DECLARED, kernel=str(host.boot / "vmlinuz-6.1.0"))["changed"]
    assert "ramdisk=initrd.img-6.1.0" in cfg(host).read_text()


def test_further_files_and_lines(host: BootHost) -> None:
    (host.boot / "ucode.bin").write_text("ucode")
    (host.esp / "EFI/xen/other.cfg").write_text("")
    more = {"ucode": str(host.boot / "ucode.bin"), "video": "gfx-1024x768x32", "chain": "other.cfg"}
    host.ok(**DECLARED, **more)
    text = cfg(host).read_text()
    assert "default=xlops\nchain=other.cfg\n" in text
    assert "ucode=ucode.bin\nvideo=gfx-1024x768x32\n" in text
    assert not host.ok(**DECLARED, **more)["changed"]
    assert "other2.cfg, which it loads as chain, is not there" in host.run(**DECLARED, chain="other2.cfg")["msg"]
    assert "is not there" in host.run(**DECLARED, kernel="/boot/none")["msg"]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (
            {"efibootmgr -C": {"code": 5, "errors": "Could not prepare Boot variable: No space left on device\n"}},
            "No space",
        ),
        ({"efibootmgr -o": {"code": 5, "errors": "cannot\n"}}, "efibootmgr -q -o 0001,0000 failed"),
    ],
)
def test_what_the_firmware_refuses_is_taken_back(host: BootHost, fault: dict[str, Any], sentence: str) -> None:
    before, firmware = host.files(), host.firmware()
    host.set(faults=fault)
    failed = host.run(**DECLARED)
    assert sentence in failed["msg"]
    assert "What was done was undone" in failed["msg"]
    assert host.files() == before
    after = host.firmware()
    assert (after["entries"], after["order"]) == (firmware["entries"], firmware["order"])
    host.set(faults={})
    assert host.ok(**DECLARED)["changed"]


@pytest.mark.sampled
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_without_room(host: BootHost, call: str) -> None:
    before = host.files()
    assert "No space left on device" in host.run(fail=call, **DECLARED)["msg"]
    assert host.files() == before


@pytest.mark.sampled
@pytest.mark.parametrize("call", ["fsync", "replace", "unlink", "close"])
def test_a_run_killed_in_its_own_work(host: BootHost, call: str) -> None:
    assert host.run(kill=call, **DECLARED) == {}
    assert host.firmware()["order"] == ["0000"]
    assert not cfg(host).exists() or cfg(host).read_text() == CFG
    host.ok(**DECLARED)
    assert not host.ok(**DECLARED)["changed"]
    assert cfg(host).read_text() == CFG
    assert [name for name in host.files() if ".xlops" in name] == []


def test_no_mode_is_set_on_a_file_system_without_modes(host: BootHost) -> None:
    """FAT refuses what its mount options do not allow, so a run that sets a mode would end there."""
    assert host.run(kill="fchmod", **DECLARED)["changed"]


@pytest.mark.sampled
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("option", ["-C", "-o", "-n"])
def test_a_run_killed_beside_efibootmgr(host: BootHost, option: str, moment: str) -> None:
    once = "xen" if option == "-n" else "keep"
    host.set(faults={f"efibootmgr {option}": {"kills": moment}})
    assert host.run(**DECLARED, once=once) == {}
    host.set(faults={})
    host.ok(**DECLARED, once=once)
    assert not host.ok(**DECLARED, once=once)["changed"]
    assert host.firmware()["order"] == ["0001", "0000"]
    assert len(host.firmware()["entries"]) == 2


def test_a_machine_on_which_it_cannot_be(host: BootHost) -> None:
    assert "GRUB cannot start Xen before 4.9" in host.run(**DECLARED, loader="grub")["msg"]
    (host.root / "cmdline").write_text("quiet\n")
    assert "add root= to linux" in host.run(**DECLARED)["msg"]
    assert host.ok(xen={}, linux=["root=/dev/sda2"])["linux_words"] == ["root=/dev/sda2"]
    (host.root / "mountinfo").write_text("")
    host.set(entries={"0000": list(DEBIAN)}, order=["0000"])
    assert "which is no partition of a disk" in host.run(xen={}, linux=["root=/dev/sda2"])["msg"]
    assert "there is no" in host.run(**DECLARED, xen_efi=f"{host.esp}/EFI/xen/gone.efi")["msg"]
    (host.esp / "EFI/xen/xen-4.5.0.efi").unlink()
    assert "there is no xen*.efi in" in host.run(**DECLARED)["msg"]


def test_an_image_that_the_firmware_cannot_read_is_brought_to_it(host: BootHost) -> None:
    (host.esp / "EFI/xen/xen-4.5.0.efi").unlink()
    (host.esp / "EFI/xen").rmdir()
    packaged = host.boot / "xen-4.5.0.efi"
    packaged.write_text("of the package")
    brought = host.esp / "EFI/xen/xen-4.5.0.efi"
    first = f"copy {packaged} to {brought}"
    foreseen = host.ok(check=True, **DECLARED)
    assert foreseen["steps"][0] == first
    assert not brought.parent.exists()
    made = host.ok(**DECLARED)
    assert made["steps"] == foreseen["steps"]
    assert brought.read_text() == "of the package"
    assert cfg(host).read_text() == CFG
    assert host.firmware()["entries"]["0001"] == ["Xen (xlops)", LOADER]
    assert not host.ok(**DECLARED)["changed"]
    packaged.write_text("upgraded")
    assert host.ok(**DECLARED)["steps"] == [first]
    assert brought.read_text() == "upgraded"


def test_an_image_of_any_place_is_brought(host: BootHost, tmp_path: Path) -> None:
    image = tmp_path / "xen-4.5.0-debug.efi"
    image.write_text("debugging")
    made = host.ok(**DECLARED, xen_efi=str(image))
    assert made["steps"][0] == f"copy {image} to {host.esp}/EFI/xen/{image.name}"
    assert (host.esp / "EFI/xen/xen-4.5.0-debug.cfg").read_text() == CFG


def test_nothing_is_left_of_an_image_that_the_firmware_does_not_take(host: BootHost) -> None:
    (host.esp / "EFI/xen/xen-4.5.0.efi").rename(host.boot / "xen-4.5.0.efi")
    (host.esp / "EFI/xen").rmdir()
    before = host.files()
    host.set(faults={"efibootmgr -C": {"code": 5, "errors": "Could not prepare Boot variable\n"}})
    assert "What was done was undone" in host.run(**DECLARED)["msg"]
    assert host.files() == before
    assert not (host.esp / "EFI/xen").exists()


def test_an_image_without_a_partition_for_it(host: BootHost, tmp_path: Path) -> None:
    shutil.rmtree(host.esp / "EFI")
    assert "no EFI system partition is mounted" in host.run(**DECLARED, xen_efi="/srv/xen.efi")["msg"]


def test_a_release_that_grub_starts_on_uefi_too(host: BootHost) -> None:
    (host.boot / "xen-4.5.0.gz").rename(host.boot / "xen-4.17-amd64.gz")
    host.update_grub()
    assert host.ok(xen={})["loader"] == "grub"
    host.menu.unlink()
    (host.esp / "EFI/xen/xen-4.5.0.efi").rename(host.esp / "EFI/xen/xen-4.17.efi")
    assert host.ok(xen={})["loader"] == "efi"


def test_arm(host: BootHost) -> None:
    host.menu.unlink()
    (host.boot / "Image-6.12.0").write_text("kernel")
    made = host.ok(machine="aarch64", xen={"dom0_mem": "1G", "dtuart": "/soc/uart"}, linux=["console=hvc0"])
    assert "kernel=Image-6.12.0 root=" in cfg(host).read_text()
    assert made["xen_words"] == ["dom0_mem=1G", "dtuart=/soc/uart"]
    refused = host.run(machine="aarch64", xen={"dom0_mem": "1G,max:1G", "dtuart": "/soc/uart@12345678/a-long-name"})
    assert 'dom0_mem: "max:1G" is not for arm64 (Xen 4.5)' in refused["msg"]
    assert "dtuart: its value has 30 characters, and Xen cuts it after 29" in refused["msg"]


def test_a_declaration_for_a_board_is_refused_on_another_machine(host: BootHost) -> None:
    before = host.files()
    host.called()
    for machine, tree in (("x86_64", None), ("aarch64", b"linux,dummy-virt\0"), ("aarch64", b"\x1b[2Jarm,juno\0")):
        if tree is not None:
            (host.root / "device-tree").mkdir(exist_ok=True)
            (host.root / "device-tree/compatible").write_bytes(tree)
        for state in ("present", "absent"):
            refused = host.run(machine=machine, board="juno", state=state)
            assert refused["msg"].startswith("the declaration is for board juno (Arm Juno), and th"), refused
            assert refused["msg"].isprintable()
            assert ("linux,dummy-virt" in refused["msg"]) == (tree == b"linux,dummy-virt\0")
    assert host.files() == before
    assert host.called() == []


def test_a_board_has_its_console(host: BootHost) -> None:
    (host.root / "device-tree").mkdir()
    (host.root / "device-tree/compatible").write_bytes(b"arm,juno\0arm,vexpress\0")
    declared: dict[str, Any] = {"machine": "aarch64", "loader": "efi", "board": "juno", "linux": ["console=hvc0"]}
    assert host.ok(**declared, xen={"dom0_mem": "1G"})["xen_words"] == [
        "dom0_mem=1G",
        "dtuart=serial0",
        "console=dtuart",
    ]
    assert "options=dom0_mem=1G dtuart=serial0 console=dtuart\n" in cfg(host).read_text()
    assert host.ok(**declared, xen_words=["dtuart=serial1"])["xen_words"] == ["console=dtuart", "dtuart=serial1"]
    assert not host.ok(**declared, xen_words=["dtuart=serial1"])["changed"]


def test_a_board_that_u_boot_starts_is_sent_to_its_script(host: BootHost) -> None:
    (host.root / "device-tree").mkdir()
    (host.root / "device-tree/compatible").write_bytes(b"calxeda,ecx-2000\0")
    shutil.rmtree(host.root / "sys/firmware")
    host.menu.unlink()
    assert "U-Boot starts such a board" in host.run(machine="armv7l", board="midway")["msg"]


def test_the_firmwares_own_programs_boot_no_system(host: BootHost) -> None:
    """OVMF has its setup at the head of the order, and passes over it there; as the next boot it would wait."""
    setup = ("UiApp", "FvVol(7cb8bdc9-f8eb-4f34-aaea-3ee4af6516a1)/FvFile(462caa21-7614-4503-836e-8ab6f4662331)")
    host.set(entries={"0000": list(setup), "0001": list(DEBIAN)}, order=["0000", "0001"])
    host.ok(**DECLARED)
    host.bench.set(release="4.5.0")
    host.runs_xen("dom0_mem=2G,max:2G sched=rtds", "root=UUID=0c6d5f5e ro console=hvc0")
    back = host.ok(**DECLARED, default="linux", once="linux")
    assert (back["default_entry"], back["once_entry"]) == ("0001", "0001")
    assert host.firmware()["order"] == ["0000", "0001", "0002"]
