# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host shall boot against what it would: settings, menus, and why a reboot is needed."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.efi_boot import Firmware, read_firmware
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.grub_menu import Menu, read_menu
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_releases import Target
from ansible_collections.xlops.xen.plugins.module_utils._plan import boot_efi
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot import (
    ABSENT,
    KEEP,
    LINUX,
    Booting,
    Wanted,
    examined,
    pending,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot_grub import (
    Seen,
    Settings,
    boots,
    drop_in,
    menu_faults,
    plan,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.transcripts import DATA

MENU = read_menu((DATA / "boot/grub-2.06.cfg").read_text())
DISK = "0c6d5f5e-6f0e-4f9d-9c5e-1d2f3a4b5c6d"
XEN_ENTRY, LINUX_ENTRY = f"xen-gnulinux-simple-{DISK}", f"gnulinux-simple-{DISK}"
ON_LINUX = Booting(False)
SETTINGS = Settings(
    {
        "GRUB_DEFAULT": "saved",
        "GRUB_CMDLINE_XEN": "dom0_mem=2G,max:2G 'cpufreq=hwp;xen'",
        "GRUB_CMDLINE_LINUX_DEFAULT": "quiet",
    }
)
WANTED = Wanted(xen=("dom0_mem=2G,max:2G", "cpufreq=hwp;xen"))


def seen(**changed: object) -> Seen:
    environment = {"saved_entry": XEN_ENTRY}
    text = drop_in(WANTED, MENU, Settings({}), environment)
    return replace(Seen(text, MENU, environment, Settings({}), SETTINGS, "", ON_LINUX), **changed)  # type: ignore[arg-type]


def test_nothing_is_done_where_all_is_as_declared() -> None:
    assert not plan(WANTED, seen()).changes


def test_what_is_missing_is_done() -> None:
    first = plan(WANTED, seen(drop_in=None, environment={}))
    assert (first.write, first.regenerate, first.default, first.once) == (True, False, XEN_ENTRY, "")
    stale = plan(WANTED, seen(settings=Settings({**SETTINGS.values, "GRUB_CMDLINE_XEN_DEFAULT": "loglvl=all"})))
    assert stale.regenerate
    bare = plan(WANTED, seen(menu=Menu(tuple(one for one in MENU.entries if one.of_linux), "0")))
    assert (bare.regenerate, bare.entry and bare.entry.name) == (True, XEN_ENTRY)
    assert plan(WANTED, seen(menu=Menu())).entry is None


def test_a_single_boot_is_asked_for_as_long_as_it_is_not_what_runs() -> None:
    once = replace(WANTED, default=LINUX, once="xen")
    assert plan(once, seen()).once == XEN_ENTRY
    assert plan(once, seen(environment={"next_entry": XEN_ENTRY})).once == ""
    running = Booting(True, "", ("placeholder", *WANTED.xen), ("root=/dev/vda1", "ro", "quiet"))
    assert plan(once, seen(running=running)).once == ""
    assert plan(replace(once, once=LINUX), seen(running=running)).once == LINUX_ENTRY


def test_our_file_is_a_shells() -> None:
    text = drop_in(replace(WANTED, linux=("xen-pciback.hide=(03:00.0)",)), MENU, Settings({}), {})
    assert text is not None
    assert "GRUB_DEFAULT=saved\n" in text
    line = next(line for line in text.splitlines() if line.startswith("GRUB_CMDLINE_XEN="))
    assert shlex.split(line)[0].endswith("}dom0_mem=2G,max:2G 'cpufreq=hwp;xen'")
    assert "$GRUB_CMDLINE_LINUX} \"'xen-pciback.hide=(03:00.0)'" in text.replace("''\"'\"'", "'").replace(
        "'\"'\"''", "'"
    )
    alone = drop_in(Wanted(exclusive=True, default=KEEP), MENU, Settings({}), {})
    assert alone is not None
    assert "GRUB_DEFAULT" not in alone
    assert "GRUB_CMDLINE_LINUX_XEN_REPLACE=' '\n" in alone


def test_plain_linux_needs_a_file_where_somebody_else_asks_for_xen() -> None:
    gone = Wanted(ABSENT)
    assert drop_in(gone, MENU, Settings({"GRUB_DEFAULT": "0"}), {}) is None
    text = drop_in(gone, MENU, Settings({"GRUB_DEFAULT": "Debian GNU/Linux, with Xen hypervisor"}), {})
    assert text is not None
    assert text.endswith(f"GRUB_DEFAULT={LINUX_ENTRY}\n")
    saved = Settings({"GRUB_DEFAULT": "saved"})
    noted = {"saved_entry": XEN_ENTRY, "next_entry": XEN_ENTRY}
    settings = Settings({**SETTINGS.values, "GRUB_DEFAULT": "saved"})
    left = plan(gone, Seen(None, MENU, noted, saved, settings, "", ON_LINUX))
    assert (left.default, left.forget) == (LINUX_ENTRY, True)
    lone = Menu(tuple(one for one in MENU.entries if one.of_xen))
    with pytest.raises(ConfigError, match="no entry of Linux without Xen"):
        drop_in(gone, lone, Settings({"GRUB_DEFAULT": "0"}), {})


def test_what_boots_without_anybody() -> None:
    assert boots(MENU, "saved", {"saved_entry": XEN_ENTRY}) == MENU.find(XEN_ENTRY)
    assert boots(MENU, "saved", {"saved_entry": "gone"}) == MENU.find(LINUX_ENTRY)
    assert boots(Menu(), "0", {}) is None


def test_menus_that_must_not_be_used() -> None:
    def faults(menu: Menu, wanted: Wanted = WANTED, release: str = "", gone: str = "none") -> str:
        return "; ".join(menu_faults(wanted, menu, release, lambda entry: [one for one in entry.files if gone in one]))

    assert faults(MENU) == ""
    assert faults(Menu()) == "it has no entries"
    assert "initrd.img-6.1.0-31-amd64, which its entry" in faults(MENU, gone="initrd")
    assert "no entry that loads Xen 4.19" in faults(Menu(MENU.entries[:3], "saved"), release="4.19")
    assert "lacks smt=off" in faults(MENU, replace(WANTED, xen=("smt=off",)))
    assert "kernel of its entry" in faults(MENU, replace(WANTED, linux=("console=hvc0",)))
    assert "has cpufreq=hwp;xen after cpufreq=xen" in faults(MENU, replace(WANTED, xen=("cpufreq=xen",)))
    assert "its default entry is 0" in faults(replace(MENU, default="0"))
    assert "does not look for the entry" in faults(replace(MENU, one_shot=False), replace(WANTED, once="xen"))
    long = replace(MENU.entries[3], linux_words=("placeholder", *("root=/dev/vda1",) * 70))
    assert "the line has 1049 characters, and Xen hands 1023" in faults(Menu((long,), "saved"))
    entry = replace(MENU.entries[3], kernel="")
    assert "loads no kernel" in faults(Menu((entry,), "saved"))
    assert faults(Menu((MENU.entries[3],)), Wanted(ABSENT)) == "it has no entry of Linux without Xen"
    assert "vmlinuz" in faults(MENU, Wanted(ABSENT), gone="vmlinuz")


def test_an_entry_that_is_not_there() -> None:
    with pytest.raises(ConfigError, match='once: the boot menu has no entry "gone"'):
        plan(replace(WANTED, once="gone"), seen())


@pytest.mark.parametrize(
    ("coming", "running", "reasons"),
    [
        (None, ON_LINUX, ()),
        (Booting(False), ON_LINUX, ()),
        (Booting(True), ON_LINUX, ("the next boot is of Xen, and the machine runs without it",)),
        (Booting(False), Booting(True), ("the next boot is of Linux without Xen, and the machine runs under it",)),
        (Booting(True, "4.20"), Booting(True, "4.17"), ("Xen 4.17 runs, and the next boot is of Xen 4.20",)),
        (Booting(True, "", ("placeholder", "a")), Booting(True, "", ("b", "no-real-mode")),
         ("the hypervisor runs without a", "the hypervisor still runs with b")),
        (Booting(True, "", ("a",)), Booting(True, "", None), ()),
        (Booting(True, "", (), ("BOOT_IMAGE=/k", "root=/dev/a", "hvc")), Booting(True, "", (), ("root=/dev/a",)),
         ("the control domain's kernel runs without hvc",)),
    ],
)  # fmt: skip
def test_reasons_for_a_reboot(coming: Booting | None, running: Booting, reasons: tuple[str, ...]) -> None:
    assert pending(coming, running).reasons == reasons


def test_what_is_declared_is_examined() -> None:
    target = Target(Release(4, 17), "x86")
    assert examined(Wanted(xen=("smt=off",)), target) == []
    (said,) = examined(Wanted(linux=("console=tty0",)), target)
    assert said.remedy == "add console=hvc0"
    with pytest.raises(ConfigError) as wrong:
        examined(Wanted(xen=("dom0pvh",), linux=("dom0_mem=1G",)), target)
    assert len(wrong.value.findings) == 2


FIRMWARE = read_firmware("BootOrder: 0000,0001\nBoot0000* debian\tFile(\\a.efi)\nBoot0001* pxe\tMAC(1)\n")
FILES = boot_efi.Files("/boot/vmlinuz-6.1", "/boot/initrd.img-6.1")
ROOT = Booting(False, linux_words=("root=/dev/a", "ro", "quiet"))


def of_efi(**changed: object) -> boot_efi.Seen:
    found = boot_efi.Seen(None, FIRMWARE, "\\xen.efi", FILES, frozenset({"kernel"}), ROOT, "4.5")
    return replace(found, **changed)  # type: ignore[arg-type]


def test_xen_efi_is_set_up() -> None:
    made = boot_efi.plan(WANTED, of_efi(), {})
    assert made.text is not None
    assert "kernel=vmlinuz-6.1 root=/dev/a ro\nramdisk=initrd.img-6.1\n" in made.text
    assert made.copies == {"/boot/vmlinuz-6.1": "vmlinuz-6.1"}
    assert (made.create, made.order) == (True, ("new", "0000", "0001"))
    assert boot_efi.plan(replace(WANTED, default=KEEP), of_efi(), {}).order == ()
    assert boot_efi.plan(replace(WANTED, default=LINUX), of_efi(), {}).order == ()
    assert boot_efi.plan(replace(WANTED, default="0001"), of_efi(), {}).order == ("0001", "0000")
    assert boot_efi.plan(replace(WANTED, once=LINUX), of_efi(), {}).next == ""
    under_xen = of_efi(running=Booting(True, "4.5", (), ROOT.linux_words))
    assert boot_efi.plan(replace(WANTED, once=LINUX), under_xen, {}).next == "0000"
    assert boot_efi.plan(replace(WANTED, once="0001"), under_xen, {}).next == "0001"
    with pytest.raises(ConfigError, match="no entry that does not start Xen"):
        boot_efi.plan(replace(WANTED, once=LINUX), of_efi(firmware=Firmware()), {})
    with pytest.raises(ConfigError, match="there is no kernel to boot"):
        boot_efi.plan(WANTED, of_efi(files=boot_efi.Files()), {})


@pytest.mark.parametrize(
    ("wanted", "extras", "sentence"),
    [
        (replace(WANTED, xen=("loglvl=all#x",)), {}, 'xen: "loglvl=all#x" has a #, and xen.efi takes what follows for'),
        (replace(WANTED, linux=("a=#1",)), {}, 'linux: "a=#1" has a #'),
        (WANTED, {"video": "a#b"}, 'video: "a#b" has a #'),
        (WANTED, {"chain": "a#b"}, 'chain: "a#b" has a #'),
        (replace(WANTED, linux=("root=/dev/vda1",) * 70), {}, "linux: the line has 1049 characters"),
        (replace(WANTED, linux=("quiet=12345678",) * 68), {}, "linux: the line has 1034 characters"),
    ],
)
def test_what_xen_efi_would_not_hand_over(wanted: Wanted, extras: dict[str, str], sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        boot_efi.plan(wanted, of_efi(), extras)
    assert str(refused.value).startswith(sentence)


def test_a_file_name_with_a_comment_in_it() -> None:
    with pytest.raises(ConfigError, match='ramdisk: "initrd#1" has a #'):
        boot_efi.plan(WANTED, of_efi(files=boot_efi.Files("/boot/k", "/boot/initrd#1")), {})


def test_xen_efi_goes() -> None:
    own = read_firmware("BootOrder: 0002,0000\nBoot0000* debian\tFile(\\a.efi)\nBoot0002* by hand\tFile(\\xen.efi)\n")
    theirs = "[global]\ndefault=b\n\n[b]\nkernel=k\n"
    kept = boot_efi.plan(Wanted(ABSENT), of_efi(firmware=own, text=theirs), {})
    assert (kept.write, kept.remove, kept.order) == (False, "", ("0000", "0002"))
    lone = read_firmware("BootOrder: 0002\nBoot0002* Xen (xlops)\tFile(\\xen.efi)\n")
    with pytest.raises(ConfigError, match="would have nothing to boot but"):
        boot_efi.plan(Wanted(ABSENT), of_efi(firmware=lone), {})


def test_files_that_xen_efi_would_not_find() -> None:
    made = boot_efi.plan(WANTED, of_efi(), {})
    assert list(boot_efi.cfg_faults(made, ["vmlinuz-6.1", "initrd.img-6.1"])) == []
    assert list(boot_efi.cfg_faults(made, ["vmlinuz-6.1"])) == [
        "initrd.img-6.1, which it loads as ramdisk, is not there"
    ]
    assert list(boot_efi.cfg_faults(boot_efi.Plan("", True), [])) == ["it has no section "]


def test_the_newest_by_its_name() -> None:
    assert boot_efi.newest(["vmlinuz-6.1.0-9", "vmlinuz-6.1.0-31", "vmlinuz-5.10.0"]) == "vmlinuz-6.1.0-31"
    assert boot_efi.newest([]) == ""
