# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.model import examine
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import from_xl_cfg, read_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import RELEASES, Release

NAMED = "name='web1'\n"


def model(text: str) -> dict[str, Any]:
    return {key: value for key, value in from_xl_cfg(NAMED + text).items() if key != "name"}


def findings(text: str, release: Release | None = None) -> list[str]:
    return [str(finding) for finding in read_xl_cfg(NAMED + text, "web1.cfg", release)[1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("memory=0x200\n", {"memory": 512}),
        ("memory='512'\n", {"memory": 512}),
        ("hpet=1\npae='0'\nnx=7\n", {"hpet": True, "pae": False, "nx": True}),
        ("builder='hvm'\n", {"type": "hvm"}),
        ("builder='generic'\n", {"type": "pv"}),
        ("type='pvh'\n", {"type": "pvh"}),
        ("type='h'\n", {"type": "hvm"}),
        ("stdvga=1\n", {"vga": "stdvga"}),
        ("stdvga=0\n", {"vga": "cirrus"}),
        ("vga='qxl'\nstdvga=1\n", {"vga": "qxl"}),
        ("stdvga=1\nvga='none'\n", {"vga": "none"}),
        ("tsc_mode=2\n", {"tsc_mode": "native"}),
        ("tsc_mode='native'\n", {"tsc_mode": "native"}),
        ("root='/dev/xvda'\nextra='ro'\n", {"cmdline": "root=/dev/xvda ro"}),
        ("cpus='0-1'\nvcpus=2\n", {"cpus": "0-1", "vcpus": 2}),
        ("cpus=[0,'1']\nvcpus=2\n", {"cpus": ["0", "1"], "vcpus": 2}),
        ("viridian=1\n", {"viridian": True}),
        ("viridian=['base','!freq']\n", {"viridian": ["base", "!freq"]}),
        ("gfx_passthru=1\n", {"gfx_passthru": True}),
        ("gfx_passthru='igd'\n", {"gfx_passthru": "igd"}),
        ("serial='pty'\n", {"serial": "pty"}),
        ("serial=['pty','vc']\n", {"serial": ["pty", "vc"]}),
        ("bootloader_args='-q --x'\n", {"bootloader_args": ["-q", "--x"]}),
        ("irqs=[5,'7']\n", {"irqs": [5, 7]}),
        ("rtc_timeoffset='-3600'\n", {"rtc_timeoffset": -3600}),
        ("vif=['',]\n", {"vif": [{}]}),
        (
            "vif=[' mac=0:16:3E:1:2:3, bridge=br0,netdev=eth0,accel=x,untrusted']\n",
            {"vif": [{"mac": "00:16:3e:01:02:03", "bridge": "br0", "gatewaydev": "eth0", "trusted": False}]},
        ),
        ("vif=['mtu=01500,devid=010']\n", {"vif": [{"mtu": 1500, "devid": 10}]}),
        ("vfb=['vncdisplay=010,vnc=01']\n", {"vfb": [{"vncdisplay": 10, "vnc": True}]}),
        (
            "usbdev=['hostbus=010,hostaddr=0x3,controller=010,port=09']\n",
            {"usbdev": [{"type": "hostdev", "hostbus": 8, "hostaddr": 3, "controller": 10, "port": 9}]},
        ),
        (
            "type='pvh'\nvnuma=[['size=0512','vcpus=0-1','vdistances=010']]\n",
            {
                "type": "pvh",
                "vnuma": [{"size": 512, "vcpus": "0-1", "vdistances": [10]}],
                "maxvcpus": 2,
            },
        ),
        ("vfb=['vnc=1,vncpasswd=a=b']\n", {"vfb": [{"vnc": True, "vncpasswd": "a=b"}]}),
        ("channel=['name = a , connection = pty']\n", {"channel": [{"name": "a", "connection": "pty"}]}),
        (
            "type='pvh'\nvnuma=[['size=64','vcpus=0-1,4'],['size=64','vcpus=2,3']]\n",
            {
                "type": "pvh",
                "vnuma": [{"size": 64, "vcpus": "0-1,4"}, {"size": 64, "vcpus": "2,3"}],
                "maxvcpus": 5,
            },
        ),
        (
            "type='pvh'\nvnuma=[['size=512','vcpus=0-1']]\n",
            {"type": "pvh", "vnuma": [{"size": 512, "vcpus": "0-1"}], "maxvcpus": 2},
        ),
        ("usbdev=['hostbus=1,hostaddr=0x3']\n", {"usbdev": [{"type": "hostdev", "hostbus": 1, "hostaddr": 3}]}),
        (
            "virtio=['type=virtio,device22,transport=mmio']\n",
            {"virtio": [{"type": "virtio,device22", "transport": "mmio"}]},
        ),
        ("virtio=['type=xen,transport=mmio']\n", {"virtio": [{"type": "xen", "transport": "mmio"}]}),
        (
            "vdispl=['be-alloc=1,connectors=a:1x2;b:3x4']\n",
            {"vdispl": [{"be_alloc": True, "connectors": ["a:1x2", "b:3x4"]}]},
        ),
        (
            "vsnd=[['CARD, short-name=c','pcm,name=d','stream,type=p','Stream, type=c'],['card','stream,type=p']]\n",
            {
                "vsnd": [
                    {"short_name": "c", "pcm": [{"name": "d", "stream": [{"type": "p"}, {"type": "c"}]}]},
                    {"pcm": [{"stream": [{"type": "p"}]}]},
                ]
            },
        ),
        ("rdm='strategy=host,policy=strict'\n", {"rdm": {"strategy": "host", "policy": "strict"}}),
        (
            "pci=['3:0.1@a,permissive=1','bdf=0000:04:00.*,vslot=1f','name=gpu']\n",
            {
                "pci": [
                    {"bdf": "0000:03:00.1", "vslot": 10, "permissive": True},
                    {"bdf": "0000:04:00.*", "vslot": 31},
                    {"name": "gpu"},
                ]
            },
        ),
    ],
)
def test_a_file_means_what_it_means_to_xl(text: str, expected: dict[str, Any]) -> None:
    assert model(text) == expected


@pytest.mark.parametrize(
    ("spec", "expected", "remedy"),
    [
        ("3:0.0@7", [{"bdf": "0000:03:00.0", "vslot": 7}], None),
        ("3:0.0,vslot=7,seize=1", [{"bdf": "0000:03:00.0", "seize": True}], "such as 0000:03:00.0@7"),
        ("3:0.0,bdf=4:0.0", [{"bdf": "0000:03:00.0"}], "the address alone, in front of all else"),
        ("bdf=3:0.0", None, "the address alone, in front of all else"),
        ("vslot=7,bdf=3:0.0", None, "such as 0000:03:00.0@7"),
    ],
)
def test_the_words_of_a_pci_address_came_with_xen_4_15(spec: str, expected: Any, remedy: str | None) -> None:
    text = f"name='a'\nkernel='k'\npci=['{spec}']\n"
    before, found = read_xl_cfg(text, "", Release(4, 14))
    assert before.get("pci", []) == (expected or [])
    assert [(one.rule, one.line, str(one.remedy).endswith(str(remedy))) for one in found] == (
        [("later-key", 3, True)] if remedy else []
    )
    refused = expected is None
    assert all(("xl would refuse the file" if refused else "xl would complain") in one.message for one in found)
    assert read_xl_cfg(text, "", Release(4, 15))[1] == []


@pytest.mark.parametrize(("slot", "number"), [("7", 7), ("010", 16), ("1f", 31), ("0x10", 16), ("0X1f", 31)])
def test_a_slot_is_hexadecimal_however_it_is_written(slot: str, number: int) -> None:
    for spec in (f"bdf=3:0.0,vslot={slot}", f"3:0.0@{slot}"):
        text = f"name='a'\nkernel='k'\npci=['{spec}']\n"
        assert read_xl_cfg(text, "", Release(4, 17))[0]["pci"] == [{"bdf": "0000:03:00.0", "vslot": number}]


def test_no_release_is_written_the_words_of_a_pci_address() -> None:
    guest = {"name": "a", "kernel": "k", "pci": [{"bdf": "0000:03:00.0", "vslot": 7, "seize": True}]}
    for release in RELEASES:
        text = to_xl_cfg(guest, release)
        assert '"0000:03:00.0@7,seize=1"' in text
        assert read_xl_cfg(text, "", release) == (examine(guest, release)[0], [])


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("/d,raw,xvda,rw", {"target": "/d", "format": "raw", "vdev": "xvda", "access": "rw"}),
        ("/d,,xvda,", {"target": "/d", "format": "raw", "vdev": "xvda"}),
        ("phy:/dev/vg/a,xvda,w", {"target": "/dev/vg/a", "vdev": "xvda", "access": "rw"}),
        ("file:/a.img,hda:disk,r", {"target": "/a.img", "vdev": "hda", "devtype": "disk", "access": "ro"}),
        ("file:/a.iso,hdc:cdrom,r", {"target": "/a.iso", "vdev": "hdc", "devtype": "cdrom", "access": "ro"}),
        (",hdc:cdrom,r", {"target": "", "vdev": "hdc", "devtype": "cdrom", "format": "empty", "access": "ro"}),
        ("tap2:qcow2:/a,xvda,w", {"target": "/a", "format": "qcow2", "vdev": "xvda", "access": "rw"}),
        ("iscsi:x,xvda,w", {"target": "x", "script": "block-iscsi", "vdev": "xvda", "access": "rw"}),
        ("/a.iso,,hdc,cdrom", {"target": "/a.iso", "format": "raw", "vdev": "hdc", "devtype": "cdrom"}),
        (
            "format=raw, vdev=xvda,access=ro, script=block-x , target=a=b,c,",
            {"format": "raw", "vdev": "xvda", "access": "ro", "script": "block-x ", "target": "a=b,c"},
        ),
        (
            "vdev=xvda,direct-io-safe,no-discard,untrusted,backendtype=qdisk,target=/d",
            {
                "vdev": "xvda",
                "direct_io_safe": True,
                "discard": False,
                "trusted": False,
                "backendtype": "qdisk",
                "target": "/d",
            },
        ),
        ("/d,raw,xvda,access=ro,w", {"target": "/d", "format": "raw", "vdev": "xvda", "access": "rw"}),
        (
            "vdev=hda,devtype=disk,devtype=cdrom,backendtype=phy,backendtype=phy,target=/d",
            {"vdev": "hda", "devtype": "cdrom", "backendtype": "phy", "target": "/d"},
        ),
        (
            "vdev=xvda,specification=xen,specification=xen,grant_usage=0,grant_usage=1,colo-port=8,colo-port=9,target=/d",
            {"vdev": "xvda", "specification": "xen", "grant_usage": True, "colo_port": 9, "target": "/d"},
        ),
        (
            "vdev=xvda,colo,colo-host=h,colo-port=9,target=/d",
            {"vdev": "xvda", "colo": True, "colo_host": "h", "colo_port": 9, "target": "/d"},
        ),
    ],
)
def test_a_disk_is_read_as_xls_own_lexer_reads_it(spec: str, expected: dict[str, Any]) -> None:
    assert model(f"disk=['{spec}']\n") == {"disk": [expected]}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("memry=1\n", 'web1.cfg:2:1, guest "web1", memry: there is no such option'),
        ("memory='lots'\n", 'web1.cfg:2:1, guest "web1", memory: "lots" is not a number, and xl would warn and go on'),
        ("memory=[1]\n", "memory: it is a list where xl reads a single value"),
        ("disk='/d'\n", "disk: it is a single value where xl reads a list"),
        ("vif=[['x']]\n", "vif: it holds a list where xl reads a text"),
        ("vnuma=['size=1']\n", 'vnuma: "size=1" stands where a list of texts should be'),
        ("cmdline=['x']\n", "cmdline: it is a list where xl reads a single value"),
        ("on_crash='explode'\n", 'on_crash: "explode" is not one of destroy'),
        (
            "disk=['/d,raw,xvda']\ndisk=['/d,vmdk,xvda,w','/e,raw,xvdb,x,y']\n",
            'disk: "/e,raw,xvdb,x,y" specifies no disk',
        ),
        ("disk=['/d,vmdk,xvda,w']\n", 'web1.cfg:2:7, guest "web1", disk[0].format: "vmdk" is not one of raw'),
        ("disk=['vdev=xvda,vdev=xvdb,target=/d']\n", "vdev is given twice"),
        ("disk=['vdev=xvda,backendtype=phy,backendtype=tap,target=/d']\n", "backendtype is given twice"),
        ("disk=['vdev=xvda,script=s,script=s,target=/d']\n", "script is given twice"),
        ("disk=['/d,raw,xvda,w,w']\n", '"w" is one positional parameter too many'),
        ("disk=['vhdx:/d,xvda,w']\n", "the prefix vhdx: is unknown"),
        ("disk=['foo=1,vdev=xvda,target=/d']\n", "disk[0].foo: there is no such option"),
        ("disk=['=']\n", 'bad syntax at "="'),
        ("vif=['bridge']\n", '"bridge" is neither a flag nor key=value'),
        ("vif=['','brigde=x']\n", 'web1.cfg:2:9, guest "web1", vif[1].brigde: there is no such option'),
        ("vif=['mtu=0x600']\n", 'vif[0].mtu: "0x600" is not a number of bytes, and xl would take the digits in front'),
        ("vfb=['vnc=0x1']\n", 'vfb[0].vnc: "0x1"'),
        ("pci=['03:00.0,seize=0x1']\n", 'pci[0].seize: "0x1"'),
        ("vsnd=[['speaker']]\n", '"speaker" begins with none of card, pcm, stream'),
        ("pci=['nonsense']\n", '"nonsense" is no PCI address'),
        ("pci=['permissive=1']\n", "pci[0].bdf: a device has an address or a name"),
        ("device_model='x'\n", "device_model: xl warns about it and forgets it; use device_model_override"),
        ("vif2=['x']\n", "vif2: xl warns about it and forgets it; use vif"),
        ("Memory=1\n", 'web1.cfg:2:1: xl does not know what "Memory=1" is'),
    ],
)
def test_what_xl_would_not_take_is_found_where_it_stands(text: str, complaint: str) -> None:
    assert any(complaint in finding for finding in findings(text)), findings(text)


def test_a_file_with_faults_has_no_model() -> None:
    with pytest.raises(ConfigError, match="memry"):
        from_xl_cfg(NAMED + "memry=1\n")


CONTRADICTION = 'web1.cfg:4:1, guest "web1", builder: type says "pv", and xl refuses a file that contradicts itself'


@pytest.mark.parametrize(("release", "refused"), [(None, True), (Release(4, 10), True), (Release(4, 9), False)])
def test_a_file_of_two_minds_has_no_model(release: Release | None, refused: bool) -> None:
    text = "kernel='k'\ntype='pv'\nbuilder='hvm'\n"
    assert any(CONTRADICTION in one for one in findings(text, release)) == refused
    assert findings("kernel='k'\ntype='pv'\nbuilder='generic'\n", release) == []


def test_a_key_the_release_ignores_is_found() -> None:
    (finding,) = findings("kernel='k'\nvnuma=[['size=1','vcpus=0']]\n", Release(4, 5))
    assert finding == (
        'web1.cfg:3:1, guest "web1", vnuma: this release does not know it, and xl would ignore it (Xen 4.5); '
        "the first that does is Xen 4.6."
    )


def test_a_finding_about_an_alias_stands_where_the_alias_does() -> None:
    (finding,) = findings("kernel='k'\nbuilder='linux'\n")
    assert finding.startswith('web1.cfg:3:1, guest "web1", type: "linux" is not one of pv')
