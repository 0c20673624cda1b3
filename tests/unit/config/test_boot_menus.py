# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What boots: GRUB's menu and memory, the firmware's entries, and the file of xen.efi."""

from __future__ import annotations

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.efi_boot import (
    Boot,
    read_firmware,
    read_xen_cfg,
    with_default,
    with_section,
    without_section,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.grub_menu import read_environment, read_menu
from ansible_collections.xlops.xen.tests.unit.transcripts import DATA
from hypothesis import given, settings
from hypothesis import strategies as st

MENU = (DATA / "boot/grub-2.06.cfg").read_text()
DISK = "0c6d5f5e-6f0e-4f9d-9c5e-1d2f3a4b5c6d"
OF_XEN = "Advanced options for Debian GNU/Linux (with Xen hypervisor)"
NEWER = f"{OF_XEN}>xen-hypervisor-4.20-amd64-{DISK}>xen-gnulinux-6.1.0-31-amd64-advanced-{DISK}"
MARK = "# ours"


def test_a_real_menu() -> None:
    menu = read_menu(MENU)
    assert (menu.default, menu.one_shot) == ("saved", True)
    assert len(menu.entries) == 10
    first = menu.find(f"xen-gnulinux-simple-{DISK}")
    assert first is not None
    assert first.title == "Debian GNU/Linux, with Xen hypervisor"
    assert first.hypervisor == "/boot/xen.gz"
    assert first.xen_words == ("placeholder", "dom0_mem=2G,max:2G", "cpufreq=hwp;xen", "${xen_rm_opts}")
    assert first.kernel == "/boot/vmlinuz-6.1.0-31-amd64"
    assert first.linux_words == ("placeholder", "root=/dev/vda1", "ro", "quiet")
    assert first.ramdisks == ("/boot/initrd.img-6.1.0-31-amd64",)
    assert first.release == ""
    plain = menu.first_of_linux()
    assert plain is not None
    assert (plain.name, plain.of_xen) == (f"gnulinux-simple-{DISK}", False)
    assert plain.ramdisks == ("/boot/initrd.img-6.1.0-31-amd64",)


def test_two_submenus_of_one_id() -> None:
    """GRUB looks into the first, so the second goes by its title."""
    menu = read_menu(MENU)
    newer = menu.first_of_xen("4.20")
    assert newer is not None
    assert newer.name == NEWER
    assert (newer.release, newer.files[0]) == ("4.20", "/boot/xen-4.20-amd64.gz")
    assert menu.find(NEWER) == newer
    assert menu.find(NEWER.replace(OF_XEN, f"gnulinux-advanced-{DISK}")) is None
    assert menu.find("3>1>0") == newer
    older = menu.first_of_xen("4.5")
    assert older is not None
    assert "recovery" not in older.name
    assert menu.first_of_xen("4.19") == menu.find(f"xen-gnulinux-simple-{DISK}"), "its name says nothing"


def test_titles_with_what_leads_into_submenus() -> None:
    menu = read_menu("submenu 'a > b' {\nmenuentry 'c>d' {\nlinux /k\n}\n}\nmenuentry 'e' --id f {\nlinux /l\n}\n")
    assert [entry.name for entry in menu.entries] == ["a >> b>c>>d", "f"]
    for entry in menu.entries:
        assert menu.find(entry.name) == entry
    assert menu.find("e") == menu.find("f") == menu.find("1")
    assert menu.find("0") is None, "a submenu is no entry"


def test_other_ways_to_start_a_hypervisor() -> None:
    arm = read_menu(
        "menuentry x {\nxen_hypervisor /xen-4.17-arm64.efi placeholder\nxen_module /Image quiet\n}\n"
    ).entries[0]
    assert (arm.release, arm.kernel, arm.linux_words) == ("4.17", "/Image", ("quiet",))
    chained = read_menu("menuentry x {\nchainloader /EFI/xen/xen.efi\n}\n").entries[0]
    assert (chained.of_xen, chained.hypervisor) == (True, "/EFI/xen/xen.efi")
    windows = read_menu("menuentry x {\nchainloader /EFI/Microsoft/bootmgfw.efi\n}\n").entries[0]
    assert (windows.of_xen, windows.of_linux) == (False, False)
    other = read_menu("menuentry x {\nmultiboot /memtest\n}\n").entries[0]
    assert not other.of_xen
    assert read_menu("menuentry {\nlinux\n}\n").entries[0].title == ""


@settings(deadline=None)
@given(st.text())
def test_whatever_stands_in_a_menu(text: str) -> None:
    for entry in read_menu(text + MENU).entries:
        assert isinstance(entry.name, str)
    read_environment(text)
    read_xen_cfg(text)
    read_firmware(text)


def test_what_grub_remembers() -> None:
    text = "# GRUB Environment Block\nsaved_entry=a>b\nnext_entry=\n" + "#" * 900
    assert read_environment(text) == {"saved_entry": "a>b", "next_entry": ""}


def test_the_table_of_a_firmware() -> None:
    text = (
        "BootCurrent: 0001\nBootNext: 0003\nTimeout: 1 seconds\nBootOrder: 0000,0001,0003,000a\n"
        "Boot0001* debian\tHD(1,GPT,6e0f4f9d-9c5e,0x800,0x100000)/File(\\EFI\\debian\\shimx64.efi)\n"
        "Boot0003  Xen (xlops)\tHD(1,GPT,6e0f4f9d-9c5e,0x800,0x100000)/\\EFI\\xen\\xen.efi\n"
        "Boot000A* UEFI PXEv4\tPciRoot(0x0)/Pci(0x3,0x0)/MAC(525400123456,0)/IPv4(0.0.0.0)\n"
        "Boot0000* UiApp\tFvVol(7cb8bdc9-f8eb-4f34-aaea-3ee4af6516a1)/FvFile(462caa21-7614-4503-836e-8ab6f4662331)\n"
    )
    firmware = read_firmware(text)
    assert (firmware.current, firmware.next, firmware.order) == ("0001", "0003", ("0000", "0001", "0003", "000A"))
    assert firmware.entries[1] == Boot("0003", "Xen (xlops)", False, "\\EFI\\xen\\xen.efi")
    assert firmware.loading("\\efi\\XEN\\xen.efi") == firmware.entries[1]
    assert firmware.loading("\\EFI\\debian\\shimx64.efi") == firmware.entries[0]
    assert firmware.entries[2].file == ""
    assert (firmware.entries[2].own, firmware.entries[3].own) == (False, True)
    assert firmware.booting == ("0001", "000A"), "one entry is switched off"
    assert read_firmware("") == read_firmware("EFI variables are not supported on this system.\n")


def test_a_file_of_xen_efi() -> None:
    text = (
        "[global]\ndefault=a\nvideo=gfx-800x600x32\n\n[a]\noptions=loglvl=all\nkernel=k root=/dev/a\noptions=no\n#x=y\n"
    )
    cfg = read_xen_cfg(text)
    assert cfg.default == "a"
    assert cfg.words("a", "kernel") == ("k", "root=/dev/a")
    assert cfg.get("a", "options") == "loglvl=all", "of two lines the first counts"
    assert cfg.get("a", "video") == "gfx-800x600x32"
    assert cfg.get("b", "kernel") == ""
    assert read_xen_cfg("options=x\n").get("", "options") == "x"
    assert read_xen_cfg("[b]\nkernel=k\n").get("", "kernel") == "k", "nothing is the default: the first line counts"


@pytest.mark.parametrize(
    ("key", "value"), [("kernel", ""), ("ramdisk", ""), ("options", ""), ("xsm", ""), ("dtb", ""), ("video", "v"),
                       ("ucode", "u"), ("chain", "c")],
)  # fmt: skip
def test_of_the_global_section_xen_efi_reads_little(key: str, value: str) -> None:
    keys = "kernel=k\nramdisk=r\noptions=o\nxsm=x\ndtb=d\nvideo=v\nucode=u\nchain=c\n"
    assert read_xen_cfg(f"[global]\ndefault=a\n{keys}[a]\n").get("a", key) == value
    assert read_xen_cfg("[global]\nvideo=v\n[a]\nvideo=\nchain=c\n").get("a", key) == ""


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("options=loglvl=all #loglvl=none", "loglvl=all"),
        ("  options= loglvl=all", "loglvl=all"),
        ("options=loglvl=all\tsmt=off", "loglvl=all"),
        ("options=a;b", "a;b"),
        ("options =loglvl=all", ""),
        ("; options=loglvl=all", ""),
        (" # options=loglvl=all", ""),
    ],
)
def test_a_line_as_xen_efi_reads_it(line: str, value: str) -> None:
    assert read_xen_cfg(f"[a] # ours\n{line}\n").get("a", "options") == value


def test_a_section_with_a_comment_is_replaced_too() -> None:
    written = with_section("[a] # old\nkernel=old\n", "a", [("kernel", "new")], "a", MARK)
    assert read_xen_cfg(written).get("a", "kernel") == "new"


NAMES = st.sampled_from(["a", "b", "ours", "global"])
LINES = st.lists(st.one_of(NAMES.map(lambda name: f"[{name}]"), st.sampled_from(["k=v", "default=a", "# c", "", MARK])))


@settings(deadline=None)
@given(LINES, st.sampled_from(["ours", "a"]))
def test_a_section_comes_and_goes(lines: list[str], default: str) -> None:
    text = "\n".join(lines)
    pairs = [("options", "loglvl=all"), ("kernel", "k root=/dev/a")]
    written = with_section(text, "ours", pairs, default, MARK)
    assert with_section(written, "ours", pairs, default, MARK) == written
    cfg = read_xen_cfg(written)
    assert cfg.default == default
    assert dict(cfg.sections["ours"]) == dict(pairs)
    rest = without_section(written, "ours", MARK)
    assert "ours" not in read_xen_cfg(rest).sections
    assert without_section(rest, "ours", MARK) == rest
    assert read_xen_cfg(with_default(rest, "")).default == ""
    others = [line for line in lines if line.startswith("[") and line not in ("[ours]", "[global]")]
    assert [line for line in rest.splitlines() if line.startswith("[") and line != "[global]"] == others
