# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of texts that people write often: what is wrong, what xl of a release does, and what to write."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import lint_text
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import read_declaration
from ansible_collections.xlops.xen.plugins.module_utils._plan.lint import lint_declaration
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release

PV = 'name = "a"\nkernel = "/k"\n'


def found(text: str, release: str) -> list[Finding]:
    return list(lint_text(PV + text + "\n", Release.parse(release)).findings)


def read(text: str, release: str | None) -> Any:
    return read_declaration(text + "\n", "", Release.parse(release) if release else None).declaration


@pytest.mark.parametrize(
    ("release", "line", "key", "xl"),
    [
        ("4.5", 'vif = [ "bridge = br7" ]', "vif[0].bridge", "silently go on without it"),
        ("4.6", 'vif = [ "bridge = br7" ]', "vif[0].bridge", "complain and pass over it"),
        ("4.20", 'vif = [ "mac=00:16:3e:00:00:01, bridge = br7" ]', "vif[0].bridge", "complain and pass over it"),
        ("4.17", 'vfb = [ "vnc =1" ]', "vfb[0].vnc", "silently go on without it"),
        ("4.17", 'vtpm = [ "backend=b,uuid =x" ]', "vtpm[0].uuid", "refuse the file"),
        ("4.17", 'usbctrl = [ "version =2" ]', "usbctrl[0].version", "refuse the file"),
        ("4.14", 'pci = [ "03:00.0, permissive=1" ]', "pci[0].permissive", "complain and pass over it"),
        ("4.15", 'pci = [ "03:00.0, permissive=1" ]', "pci[0].permissive", "refuse the file"),
    ],
)
def test_a_blank_before_the_equals_sign_is_part_of_the_sub_key(release: str, line: str, key: str, xl: str) -> None:
    (finding,) = found(line, release)
    assert (finding.rule, finding.key) == ("unknown-sub-key", key)
    assert "has a blank that belongs to the name" in finding.message and finding.message.endswith(xl)
    assert finding.remedy == f"write {key.partition('.')[2]}= without blanks around it"


@pytest.mark.parametrize(
    ("release", "line"),
    [
        ("4.5", 'vif = [ "mac=00:16:3e:00:00:01, bridge=br7" ]'),
        ("4.5", 'channel = [ " connection = pty , name = c " ]'),
        ("4.20", 'channel = [ " connection = pty , name = c " ]'),
        ("4.18", 'p9 = [ "tag = t, path = /p , security_model = none" ]'),
        ("4.17", 'p9 = [ "tag=t, path=/p, security_model=none" ]'),
        ("4.17", 'pci = [ "03:00.0,permissive=1" ]'),
    ],
)
def test_blanks_that_xl_passes_over_are_none_of_anything(release: str, line: str) -> None:
    assert found(line, release) == []


def test_before_xen_4_18_blanks_of_a_share_are_not_taken_off() -> None:
    rules = [finding.rule for finding in found('p9 = [ "tag=t,path=/p,security_model =none" ]', "4.17")]
    assert rules == ["unknown-sub-key", "share-incomplete"]


def test_the_reader_knows_no_sub_key_with_a_blank() -> None:
    assert read('vif = [ "bridge = br7" ]', "4.17") == {"vif": [{"bridge ": " br7"}]}
    assert read('vif = [ "bridge= br7" ]', None) == {"vif": [{"bridge": " br7"}]}
    assert read('channel = [ "connection = pty" ]', "4.5") == {"channel": [{"connection": "pty"}]}
    share = 'p9 = [ "tag = t" ]'
    assert read(share, "4.18") == read(share, None) == {"p9": [{"tag": "t"}]}
    assert read(share, "4.17") == {"p9": [{"tag ": " t"}]}


@pytest.mark.parametrize(
    ("release", "vif"),
    [("4.5", {"mac": "00:16:3e:00:00:01"}), ("4.6", {"mac": "00:16:3e:00:00:01", "bridge": "b"})],
)
def test_a_piece_of_a_vif_that_is_nothing(release: str, vif: dict[str, str]) -> None:
    """Before Xen 4.6 xl reads no further; since then it complains and goes on."""
    text = 'vif = [ "mac=00:16:3e:00:00:01,odd,bridge=b" ]'
    assert read(text, release) == {"vif": [vif]}
    (finding,) = found(text, release)
    assert finding.rule == "device-unreadable"
    assert ("read no further" in finding.message) == (release == "4.5")


@pytest.mark.parametrize(("release", "xl"), [("4.17", "silently read no further in it"), ("4.18", "refuse")])
def test_a_piece_of_a_share_that_is_nothing(release: str, xl: str) -> None:
    (finding, *_others) = found('p9 = [ "tag=t,path=/p,security_model=none,odd" ]', release)
    assert finding.rule == "device-unreadable" and xl in finding.message


def test_memory_with_a_unit() -> None:
    (finding,) = found('memory = "512M"', "4.17")
    assert (
        finding.message
        == '"512M" is not a number, and xl would warn and go on without it: a guest without maxmem gets 32 MiB'
    )
    assert finding.remedy == "write 512, which is in MiB"
    (finding,) = lint_declaration({"name": "a", "kernel": "/k", "memory": "2 GiB"}, None, NEWEST).findings
    assert finding.remedy == "write 2048, which is in MiB"
    assert found("memory = 512", "4.17") == []


@pytest.mark.parametrize(
    ("release", "xl"), [("4.5", "xl would silently go on without it"), ("4.6", "xl would refuse the file")]
)
def test_a_pci_function_above_seven(release: str, xl: str) -> None:
    for address in ("01:00.9", "0000:01:00.8,permissive=1", "01:00.10@5"):
        (finding,) = found(f'pci = [ "{address}" ]', release)
        assert finding.rule == "device-unreadable"
        assert "is above 7, the last that a PCI device can have" in finding.message
        assert finding.message.endswith(xl)
        assert finding.remedy == "write the address as lspci shows it"
    assert found('pci = [ "01:00.7" ]', release) == []


def test_a_declared_pci_function_above_seven() -> None:
    declared = {"name": "a", "kernel": "/k", "pci": [{"bdf": "01:00.9"}]}
    finding, *_others = lint_declaration(declared, None, NEWEST).findings
    assert "its function, 9, is above 7" in finding.message


@pytest.mark.parametrize("key", ["memory", "maxmem"])
def test_memory_in_bytes(key: str) -> None:
    (finding,) = found(f"{key} = {512 << 20}", "4.5")
    assert finding.rule == "out-of-range"
    assert finding.message.startswith(
        "536870912 MiB is more than any host has; it looks like bytes, and xl would take it"
    )
    assert finding.remedy == "write 512, which is in MiB"
    assert found(f"{key} = {1 << 27}", "4.5") == []


def test_a_file_of_windows_is_one_mistake_and_is_read_all_the_same() -> None:
    text = "# a remark\r\nname = 'a'\r\n\r\nkernel = '/k'\r\nmemry = 1\r\n"
    ends, typo = lint_text(text, NEWEST, "a.cfg").findings
    assert (ends.rule, ends.line, ends.column) == ("syntax", 2, 11)
    assert ends.message == "the line and 3 more end in a carriage return, as on Windows, and xl refuses the file"
    assert ends.remedy == "convert it to Unix line ends, as dos2unix does"
    assert (typo.rule, typo.line) == ("unknown-key", 5)


def test_a_carriage_return_in_a_comment_is_nothing_to_xl() -> None:
    assert found("# a remark\r\nmemory = 64", "4.17") == []


@pytest.mark.parametrize(
    ("disk", "rest"),
    [
        ("vdev=xvda,target=/x,rw", "rw"),
        ("vdev=xvda,target=/x,format=qcow2", "format=qcow2"),
        ("target=/x, vdev=xvda, w", " vdev=xvda, w"),
    ],
)
def test_what_follows_the_target_is_part_of_it(disk: str, rest: str) -> None:
    for release in ("4.5", "4.20"):
        finding, *others = found(f'disk = [ "{disk}" ]', release)
        assert (finding.rule, finding.severity, finding.key) == ("target-not-last", "warning", "disk[0].target")
        assert finding.message == f'xl takes all that follows target= for the path, "{rest}" too'
        assert finding.remedy == "write target=/x at the end"
        assert {other.rule for other in others} <= {"missing"}


@pytest.mark.parametrize(
    "disk",
    [
        "/x,raw,xvda,rw",
        "vdev=xvda,access=rw,target=/x",
        "vdev=xvda,access=rw,target=/x,",
        "vdev=xvda,target=/a,b",
        "vdev=xvda,script=block-iscsi,target=iqn=q,portal=p,format=raw",
    ],
)
def test_a_target_at_the_end_is_where_it_belongs(disk: str) -> None:
    assert found(f'disk = [ "{disk}" ]', "4.17") == []


def test_a_type_that_there_is_in_no_release() -> None:
    (finding,) = found('type = "xen"', "4.5")
    assert finding.rule == "type-misread"
    assert finding.remedy == 'it is no type to a later one either; write builder = "hvm" or "generic" instead'
    (finding,) = found('type = "pvh"', "4.5")
    assert finding.remedy == "use Xen 4.10 or later"


@pytest.mark.parametrize(
    ("release", "line", "key", "word"),
    [
        ("4.5", 'bios = "OVMF"', "bios", "ovmf"),
        ("4.5", 'tsc_mode = "Native"', "tsc_mode", "native"),
        ("4.5", 'timer_mode = "ONE_MISSED_TICK_PENDING"', "timer_mode", "one_missed_tick_pending"),
        ("4.5", 'viridian = [ "BASE", "!Freq", "defaults" ]', "viridian", ["base", "!freq", "defaults"]),
        ("4.5", 'vendor_device = "XenServer"', "vendor_device", "xenserver"),
        ("4.6", 'hdtype = "AHCI"', "hdtype", "ahci"),
        ("4.6", 'gic_version = "V3"', "gic_version", "v3"),
        ("4.7", 'gfx_passthru = "IGD"', "gfx_passthru", "igd"),
        ("4.7", 'usbctrl = [ "type=PV" ]', "usbctrl", [{"type": "pv"}]),
        ("4.9", 'altp2m = "External"', "altp2m", "external"),
        ("4.12", 'vkb = [ "backend-type=Linux" ]', "vkb", [{"backend_type": "linux"}]),
        (
            "4.12",
            'vsnd = [ [ "card, sample-formats=S8;s16_LE", "stream, type=P" ] ]',
            "vsnd",
            [{"sample_formats": ["s8", "s16_le"], "pcm": [{"stream": [{"type": "p"}]}]}],
        ),
        ("4.13", 'passthrough = "Disabled"', "passthrough", "disabled"),
        ("4.13", 'tee = "OPTEE"', "tee", "optee"),
        (
            "4.15",
            'pci = [ "03:00.0,rdm_policy=Relaxed" ]',
            "pci",
            [{"bdf": "0000:03:00.0", "rdm_policy": "relaxed"}],
        ),
        ("4.18", 'smbios = [ "Bios_Vendor=Xen" ]', "smbios", ["Bios_Vendor=Xen"]),
        ("4.18", 'sve = "HW"', "sve", "hw"),
        (
            "4.18",
            'virtio = [ "type=virtio,device22,transport=MMIO" ]',
            "virtio",
            [{"type": "virtio,device22", "transport": "mmio"}],
        ),
        (
            "4.20",
            'p9 = [ "tag=t,path=/p,security_model=none,type=QEMU" ]',
            "p9",
            [{"tag": "t", "path": "/p", "security_model": "none", "type": "qemu"}],
        ),
        ("4.21", 'arm_sci = "type=SCMI_SMC"', "arm_sci", {"type": "scmi_smc"}),
    ],
)
def test_a_word_that_libxl_compares_may_be_in_capitals(release: str, line: str, key: str, word: Any) -> None:
    text = f'{PV}builder = "hvm"\n{line}\n'
    linted = lint_text(text, Release.parse(release))
    assert [finding for finding in linted.findings if finding.severity == "error"] == []
    assert linted.declaration[key] == word


@pytest.mark.parametrize(
    ("release", "line", "key"),
    [
        ("4.17", 'vga = "STDVGA"', "vga"),
        ("4.17", 'on_crash = "Destroy"', "on_crash"),
        ("4.17", 'ms_vm_genid = "None"', "ms_vm_genid"),
        ("4.17", 'viridian = [ "ALL" ]', "viridian"),
        ("4.17", 'device_model_version = "QEMU-xen"', "device_model_version"),
        ("4.17", 'vif = [ "type=VIF" ]', "vif[0].type"),
        ("4.17", 'disk = [ "vdev=xvda,format=RAW,target=/d" ]', "disk[0].format"),
        ("4.14", 'pci = [ "03:00.0,rdm_policy=Relaxed" ]', "pci[0].rdm_policy"),
    ],
)
def test_a_word_that_xl_compares_itself_may_not(release: str, line: str, key: str) -> None:
    text = f'{PV}builder = "hvm"\n{line}\n'
    errors = [one for one in lint_text(text, Release.parse(release)).findings if one.severity == "error"]
    assert [(one.rule, one.key) for one in errors] == [("wrong-value", key)]


@pytest.mark.parametrize("cpus", ["0-7, ^3", "0 ,2", "1 - 3", "0, node:1", "all ", "0, ", "node:1 "])
@pytest.mark.parametrize(("key", "line"), [("cpus", 'cpus = "{}"'), ("cpus_soft", 'cpus_soft = [ "0", "{}" ]')])
def test_a_blank_in_a_cpu_list_where_xl_passes_over_none(key: str, line: str, cpus: str) -> None:
    for release in ("4.5", "4.17"):
        (finding,) = found(f"vcpus = 2\n{line.format(cpus)}", release)
        assert (finding.rule, finding.severity, finding.key) == ("wrong-value", "error", key)
        assert finding.message == f'"{cpus}" has a blank where xl passes over none, and xl would refuse the file'
        assert finding.remedy == "remove the blanks"


@pytest.mark.parametrize("cpus", ["0, 2", "0,1,", "0,,1", "^1,0", "node: 0", "0- 1", ",all", "^node:0,1"])
def test_a_cpu_list_that_xl_reads(cpus: str) -> None:
    assert [one for one in found(f'vcpus = 2\ncpus = "{cpus}"', "4.17") if one.rule != "no-cpu"] == []


def test_a_uuid_of_a_text_has_dashes() -> None:
    digits, dashed = "6B4D0D1E51F54F0E9A513F1D3F0F1A01", "6b4d0d1e-51f5-4f0e-9a51-3f1d3f0f1a01"
    for release in ("4.5", "4.17"):
        for line, key in ((f'uuid = "{digits}"', "uuid"), (f'vtpm = [ "backend=b,uuid={digits}" ]', "vtpm")):
            (finding,) = found(line, release)
            assert (finding.severity, finding.key, finding.remedy) == ("error", key, f"write {dashed}")
            assert f'"{digits}" has no dashes, and xl would refuse the file' in finding.message
        assert found(f'uuid = "{dashed.upper()}"\nvtpm = [ "backend=b,uuid={dashed}" ]', release) == []


@pytest.mark.parametrize(
    ("release", "mac", "known"),
    [
        ("4.6", "00-16-3e-01-02-03", True),
        ("4.22", "0:16:3e:1:2:3", True),
        ("4.5", "00-16-3e-01-02-03", True),
        ("4.5", "0:16:3e:1:2:3", False),
    ],
)
def test_octets_of_a_mac(release: str, mac: str, known: bool) -> None:
    """Xen 4.5 takes two characters for an octet, and skips one; later ones look for its end."""
    findings = found(f'vif = [ "mac={mac}" ]', release)
    if known:
        assert findings == []
        return
    (finding,) = findings
    assert (finding.severity, finding.remedy) == ("error", "write 00:16:3e:01:02:03")
    assert finding.message.endswith("has an octet of one digit, and xl would silently read what it can of it")


@pytest.mark.parametrize("release", ["4.5", "4.22"])
def test_the_display_that_xend_called_by_its_type(release: str) -> None:
    vnc, sdl = found('vfb = [ "type=vnc,vncunused=1", "type=sdl" ]', release)
    assert (vnc.rule, vnc.severity, vnc.key) == ("no-effect", "warning", "vfb[0].type")
    assert (sdl.rule, sdl.severity, sdl.key) == ("unknown-sub-key", "error", "vfb[1].type")
    assert read('vfb = [ "type=vnc,vncunused=1" ]', release)["vfb"] == [{"vncunused": True}]


@pytest.mark.parametrize("release", ["4.5", "4.6", "4.22"])
def test_a_blank_behind_a_mac_is_not_looked_at(release: str) -> None:
    line = 'vif = [ "mac=00:16:3e:01:02:03 , bridge=b", "bridge=b, mac=00:16:3e:01:02:04\t" ]'
    assert found(line, release) == []
    assert [vif["mac"] for vif in read(line, release)["vif"]] == ["00:16:3e:01:02:03", "00:16:3e:01:02:04"]


@pytest.mark.parametrize(
    ("release", "value", "xl"),
    [
        ("4.5", "mac=00:16:3e:01:02:03:04", "has more behind six octets, and xl would silently read what it can of it"),
        ("4.6", "mac=00:16:3e:01:02:03:04", "has more behind six octets, and xl would silently read what it can of it"),
        ("4.5", "mac=00163e010203", "is not a MAC address, and xl would silently read what it can of it"),
        ("4.6", "mac=00163e010203", "is not a MAC address, and xl would complain and pass over it"),
        ("4.5", "type=netfront", "is not one of vif, ioemu, and xl would silently take it for vif"),
        ("4.6", "type=netfront", "is not one of vif, ioemu, and xl would complain and pass over it"),
    ],
)
def test_what_xl_of_4_5_does_not_complain_of(release: str, value: str, xl: str) -> None:
    (finding,) = found(f'vif = [ "{value}" ]', release)
    assert (finding.severity, finding.message.endswith(xl)) == ("error", True), finding.message


@pytest.mark.parametrize(
    ("lines", "key", "xl"),
    [
        ("memory = 512\nmemory += 5", "memory", "xl would warn and go on without it: a guest without maxmem gets 32"),
        ("vcpus += 2", "vcpus", "xl would warn and go on without it"),
        ('localtime += "1"', "localtime", "xl would warn and go on without it"),
        ("max_grant_frames += 64", "max_grant_frames", "xl would refuse the file"),
        ("vmtrace_buf_kb += 64", "vmtrace_buf_kb", "xl would silently go on without it"),
        ("tsc_mode += 1", "tsc_mode", "xl would refuse the file"),
        ("gfx_passthru += 1", "gfx_passthru", "xl would refuse the file"),
        ("viridian += 1", "viridian", "xl would silently go on without it"),
    ],
)
def test_nothing_is_added_to_a_number(lines: str, key: str, xl: str) -> None:
    (finding,) = [one for one in found(f'type = "hvm"\n{lines}', "4.17") if one.rule == "passed-over"]
    assert (finding.severity, finding.key, finding.remedy) == ("error", key, "write all of it behind =")
    assert finding.message.startswith("xl adds nothing to a number, and ") and xl in finding.message
    assert key not in read(lines, "4.17")


def test_what_is_written_anew_behind_an_addition_counts() -> None:
    assert read("memory += 5\nmemory = 64", "4.17") == {"memory": 64}
    assert read('tsc_mode = "nat"\ntsc_mode += "ive"', None) == {"tsc_mode": "native"}


@pytest.mark.parametrize(
    ("release", "line", "key", "word"),
    [
        ("4.5", 'vfb = [ "vnc=yes" ]', "vfb[0].vnc", "yes"),
        ("4.5", 'pci = [ "03:00.0,permissive=true" ]', "pci[0].permissive", "true"),
        ("4.17", 'vkb = [ "backend-type=linux,feature-raw-pointer=on" ]', "vkb[0].feature_raw_pointer", "on"),
        ("4.20", 'virtio = [ "type=x,transport=mmio,grant_usage=y" ]', "virtio[0].grant_usage", "y"),
        ("4.20", 'p9 = [ "tag=t,path=/p,security_model=none,auto-delete=t" ]', "p9[0].auto_delete", "t"),
        ("4.20", 'vdispl = [ "connectors=0:1x1,be-alloc=no" ]', "vdispl[0].be_alloc", "no"),
    ],
)
def test_a_yes_in_words_is_a_no_to_xl(release: str, line: str, key: str, word: str) -> None:
    (finding,) = [one for one in found(line, release) if one.severity == "error"]
    assert (finding.rule, finding.key, finding.remedy) == ("wrong-value", key, "write 1 for yes, 0 for no")
    assert finding.message == f'"{word}" is not a number, and {finding.xl}'
    assert finding.xl == "xl would silently take it for a no, unless it begins with a digit"


def test_of_a_disk_xl_knows_no_yes_in_words() -> None:
    (finding,) = found('disk = [ "vdev=xvda,grant_usage=yes,target=/d" ]', "4.20")
    assert finding.message == '"yes" is not a number, and xl would refuse the file'
    assert found('disk = [ "vdev=xvda,grant_usage=1,target=/d" ]', "4.20") == []


def test_a_declaration_says_yes_in_the_words_of_ansible() -> None:
    declared = {"name": "a", "kernel": "/k", "vfb": [{"vnc": "yes"}], "disk": [{"vdev": "xvda", "target": "/d"}]}
    assert lint_declaration(declared, None, NEWEST).findings == []


@pytest.mark.parametrize(
    ("release", "line", "xl"),
    [
        ("4.5", 'vif = [ "type=tap" ]', "silently take it for vif"),
        ("4.6", 'vif = [ "type=tap" ]', "complain and pass over it"),
        ("4.5", 'vif = [ "mac=00:16:3e:01:02:zz" ]', "silently read what it can of it"),
        ("4.6", 'vif = [ "mac=00:16:3e:01:02:zz" ]', "complain and pass over it"),
        ("4.6", 'irqs = [ "5x" ]', "take the digits in front, or refuse the file where there are none"),
        ("4.7", 'irqs = [ "5x" ]', "refuse the file"),
        ("4.6", 'iomem = [ "fe000,1x" ]', "take the digits in front, or refuse the file where there are none"),
        ("4.7", 'iomem = [ "fe000,1x" ]', "refuse the file"),
        ("4.14", 'pci = [ "03:00.0@20" ]', "take it silently"),
        ("4.15", 'pci = [ "03:00.0@20" ]', "refuse the file"),
        ("4.21", "vcpus = 0", "take a 0 silently, or refuse the file where it is negative"),
        ("4.22", "vcpus = 0", "silently make it 1"),
        ("4.5", "vcpus = 1\nmaxvcpus = 0", "take it silently"),
        ("4.6", "vcpus = 1\nmaxvcpus = 0", "take a 0 silently, or refuse the file where it is negative"),
        ("4.17", 'type = "hvm"\nvnuma = [ [ "size=64", "vcpus=0-x" ] ]', "silently read what it can of it"),
        ("4.21", 'arm_sci = "typ=scmi_smc"', "silently go on without it"),
        ("4.21", 'arm_sci = " type=scmi_smc"', "silently go on without it"),
        ("4.21", 'arm_sci = "scmi_smc"', "silently go on without it"),
    ],
)
def test_what_a_release_does_with_a_wrong_value(release: str, line: str, xl: str) -> None:
    (finding,) = found(line, release)
    assert finding.severity == "error"
    assert finding.message.endswith(f", and xl would {xl}")


def test_before_xen_4_18_a_value_of_a_channel_ends_at_an_equals_sign() -> None:
    (finding,) = found('channel = [ "name=a,connection=socket,path=/run/a=b" ]', "4.17")
    assert finding.message == '"/run/a=b" ends at its equals sign, and xl of this release silently drops the rest'
    assert finding.remedy == "write one without, or use Xen 4.18"
