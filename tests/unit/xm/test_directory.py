# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A directory of an xm host: what is a guest, what is not, and what is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_directory import (
    ImportedDirectory,
    import_directory,
    no_guest,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_import import import_guest, is_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_report import escaped, report
from ansible_collections.xlops.xen.plugins.module_utils._host.xm_import import read_source
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.xm.guests import CORPUS, PV, V4_17
from yaml import safe_load

XL = 'name = "new"\ntype = "pvh"\nkernel = "/boot/linux"\nmemory = 64\n'


def directory(**files: str) -> ImportedDirectory:
    return import_directory(files, V4_17)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("xend-config.sxp", "(xend-relocation-server no)\n"),
        ("xend-pci-quirks.sxp", "(quirks)\n"),
        ("web.sxp", "(vm (name web) (memory 64))\n"),
        ("web", "# made by xm create -n\n(vm (name web) (memory 64))\n"),
        ("xl.conf", 'autoballoon = "auto"\n'),
        ("xmexample1", PV),
        ("xlexample.hvm", XL),
        ("web~", PV),
        ("web.bak", PV),
        ("web.rpmsave", PV),
        ("web.dpkg-old", PV),
        (".web.swp", PV),
        ("README", PV),
        ("qemu-ifup", "#!/bin/sh\nname=x\nmemory=1\n"),
        ("xm-config.xml", "<?xml version='1.0'?>\n"),
        ("web.xml", "  <vm name='web'/>\n"),
        ("disk.img", PV),
        ("data", "name = 'a'\nmemory = 1\n\0"),
        ("oxenstored.conf", "persistent = true\nquota-maxentity = 1000\n"),
        ("empty", ""),
        ("fstab", "/dev/sda1 / ext3 defaults 0 1\n"),
    ],
)
def test_no_guest(name: str, text: str) -> None:
    assert no_guest(name, text)
    assert import_directory({name: text}, V4_17).others[name]


def test_a_name_of_more_than_ascii_is_shown_as_it_is() -> None:
    text = report(directory(latin="name = 'latin\u00e9'\nkernel = '/k'\n"))
    assert "| latin\u00e9 | `latin` |" in text and "## latin\u00e9" in text


def test_a_byte_order_mark_makes_no_file_of_xl_one_of_xm() -> None:
    imported = import_guest(f"\ufeff{XL}", V4_17)
    assert (imported.syntax, imported.config) == ("xl", XL)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_every_file_of_the_corpus_is_a_guest_of_xm(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]
    assert not no_guest(path.name, text)  # type: ignore[attr-defined]
    assert not is_xl_cfg(text)


@pytest.mark.parametrize(
    "text",
    [
        XL,
        'name = "a"\nkernel = "/k"\ndisk = [ "/dev/vg/a,raw,xvda,rw" ]\n',
        'name = "a"\nkernel = "/k"\ndisk = [ "format=raw,vdev=xvda,target=/dev/vg/a" ]\n',
        'name = "a"\nkernel = "/k"\ncmdline = "root=/dev/xvda"\n',
    ],
)
def test_a_file_for_xl_stays_as_it_is(text: str) -> None:
    assert is_xl_cfg(text)
    (guest,) = directory(a=text).guests
    assert guest.imported
    assert guest.imported.config == text


def test_a_file_for_xl_is_said_to_be_one() -> None:
    assert "It is a file for xl already" in report(directory(a=XL))


def test_the_report_shows_a_file_for_xl_as_it_is() -> None:
    secret = 'vnc = 1\nvncpasswd = "hunter2"\nvfb = [ "vnc=1,vncpasswd=hunter2,4" ]\n'
    text = report(directory(a=f'{XL}disk = [ "/dev/vg/a,raw,xvda,rw" ]\n{secret}'))
    assert '| 5 | `disk` | `["/dev/vg/a,raw,xvda,rw"]` | `disk` |' in text
    assert "hunter2" not in text and text.count("********") == 2


def test_of_a_file_for_xl_is_said_what_the_release_has_against_it() -> None:
    found = directory(a=XL.replace('name = "new"\n', ""))
    (guest,) = found.guests
    assert guest.imported
    assert [remark.key for remark in guest.imported.remarks] == ["name"]
    assert "### What this release says" in report(found)


@pytest.mark.parametrize("text", [PV, f"{PV}cpu_cap = 50\nbios = 'seabios'\n", f"{PV}x = 1 + 1\ntype = 'pv'\n"])
def test_what_both_can_read_is_for_xm(text: str) -> None:
    assert not is_xl_cfg(text)


def test_a_file_that_cannot_be_read_is_a_guest_that_is_not_converted() -> None:
    (guest,) = directory(web="name = 'web'\nmemory = = 1\n").guests
    assert (guest.output, guest.imported) == ("", None)
    assert "web:2:10" in guest.refused[0]


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "a/b", "Domain-0", "7", ".hidden", "a\\nb", "a\\x1b[2J", " ", "x" * 250]
)
def test_a_name_that_makes_no_file_makes_none(name: str) -> None:
    found = directory(web=f"kernel = '/k'\nmemory = 64\nname = '{name}'\n")
    assert found.configs() == {}
    assert found.guests[0].refused
    assert all(line.isprintable() for line in report(found).splitlines())


def test_a_dot_dot_is_no_way_out() -> None:
    assert directory(web="kernel = '/k'\nmemory = 64\nname = '..'\n").configs() == {}


def test_of_two_guests_with_one_name_none_is_written() -> None:
    found = directory(one=PV, two=PV, three=PV.replace("guest", "other"))
    assert list(found.configs()) == ["other.cfg"]
    assert '"two"' in found.guests[0].refused[0]


def test_what_guests_share_and_only_one_can_have() -> None:
    mac = "vif = ['mac=00:16:3e:01:02:03,bridge=b']\n"
    found = directory(one=PV + mac, two=PV.replace("guest", "other") + mac)
    assert "00:16:3e:01:02:03" in str(found.clashes[0])
    assert "Between guests" in report(found)


def test_a_disk_that_two_guests_write_is_between_them() -> None:
    disk = "disk = ['phy:/dev/vg/data,xvdb,w!']\n"
    (clash,) = directory(one=PV + disk, two=PV.replace("guest", "other") + disk).clashes
    assert (clash.rule, clash.guest) == ("shared-disk", "other")


def test_declarations_are_those_of_xl_domains() -> None:
    found = import_directory({"web": PV, "new": XL}, V4_17, autostarted=["web"])
    declared = safe_load(found.declarations())["xen_guests_domains"]
    assert [guest["name"] for guest in declared] == ["new", "guest"]
    assert [guest.get("autostart") for guest in declared] == [None, True]
    assert {guest["state"] for guest in declared} == {"present"}


def test_the_report_has_a_row_for_every_option() -> None:
    for path in CORPUS:
        found = import_directory({path.name: path.read_text()}, V4_17)
        (guest,) = found.guests
        text = report(found)
        assert guest.imported
        for row in guest.imported.rows:
            assert row.key in text
            if row.line is not None:
                assert f"| {row.line} | `{row.key}`" in text or f"line {row.line}, column {row.column}" in text


def test_the_report_shows_what_the_file_for_xl_has() -> None:
    text = (
        "builder = 'hvm'\nname = 'a'\nkernel = 'hvmloader'\nvnc = 1\nnics = 2\ncdrom = '/dev/cdrom'\n"
        "cpus = ['1', '2']\nvfb = ['vnc=1,vncdisplay=3,vncpasswd=hunter2']\nvif = ['bridge=b']\n"
        "vcpus = 2\non_xend_start = 'start'\n"
    )
    found = directory(a=text)
    (guest,) = found.guests
    assert guest.imported
    shown = {row.key: row.new for row in guest.imported.rows if row.new}
    disk = '"vdev=hdc,format=raw,access=ro,devtype=cdrom,target=/dev/cdrom"'
    assert shown["vnc"] == "vnc = 1"
    assert shown["cdrom"] == f"disk = [ {disk} ]"
    assert (shown["vif[0]"], shown["nics"]) == ('vif = [ "bridge=b" ]', 'vif = [ "" ]')
    assert shown["cpus"] == 'cpus = [ "1", "2", ]'
    assert shown["vfb[0]"].startswith("vnc = 1; vncdisplay = 3; vncpasswd = ")
    assert shown["on_xend_start"] == "autostart: true"
    assert '| 6 | `cdrom` | `"/dev/cdrom"` | `' + shown["cdrom"] in report(found)
    assert "hunter2" not in report(found)
    lines = guest.imported.config.splitlines()
    told = [one for key, new in shown.items() if "vncpasswd" not in new for one in new.split("; ")]
    assert {one for one in told if "[" not in one and one not in lines} == {"autostart: true"}


def test_the_report_shows_the_older_key_of_an_older_release() -> None:
    found = import_directory({"a": f"{PV}builder = 'linux'\n"}, Release(4, 5))
    assert '`builder = "generic"`' in report(found)


def test_hostile_text_does_not_become_markup() -> None:
    assert escaped("a|b <script> [x](y) `c`\n#") == "a\\|b &lt;script&gt; \\[x\\](y) \\`c\\` \\#"
    text = report(directory(web=f"{PV}extra = '|</td><script>`'\n"))
    assert "\\|</td><script>'" in text


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "web").write_bytes(b"\xef\xbb\xbfname = 'caf\xc3\xa9'\n")
    assert read_source(str(tmp_path)).texts == {"web": "name = 'caf\u00e9'\n"}
