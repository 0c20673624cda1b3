# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.claims import duplicates
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.model import examine, normalise
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

XEN_4_5, XEN_4_17 = Release(4, 5), Release(4, 17)

SMALLEST = {"name": "web1", "kernel": "/boot/vmlinuz"}


def complaint(release: Release | None = XEN_4_17, **declared: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        normalise({**SMALLEST, **declared}, release)
    return str(caught.value)


def test_values_come_out_in_their_normal_form() -> None:
    model = normalise(
        {
            **SMALLEST,
            "uuid": "6B4D0D1E51F54F0E9A513F1D3F0F1A01",
            "memory": "512",
            "cpus": " 0-3, ^1 ".replace(" ", ""),
            "vcpus": 2.0,
            "bootloader": None,
            "vif": [{"mac": "00:16:3E:01:02:03", "trusted": "no"}],
        },
        XEN_4_17,
    )
    assert model == {
        "name": "web1",
        "uuid": "6b4d0d1e-51f5-4f0e-9a51-3f1d3f0f1a01",
        "vcpus": 2,
        "cpus": "0-3,^1",
        "memory": 512,
        "kernel": "/boot/vmlinuz",
        "vif": [{"mac": "00:16:3e:01:02:03", "trusted": False}],
    }


@pytest.mark.parametrize(
    ("declared", "key", "normal"),
    [
        ({"cpus": "0-3, ^1,"}, "cpus", "0-3,^1"),
        ({"cpus": ["0,,1", "\t2"]}, "cpus", ["0,1", "2"]),
        ({"vif": [{"mac": "0-16-3E-1-2-3"}]}, "vif", [{"mac": "00:16:3e:01:02:03"}]),
        ({"vif": [{"mac": "00.16.3e.01.02.03"}]}, "vif", [{"mac": "00:16:3e:01:02:03"}]),
    ],
)
def test_a_value_is_declared_in_the_forms_that_people_write(declared: dict[str, Any], key: str, normal: Any) -> None:
    assert normalise({**SMALLEST, **declared}, XEN_4_17)[key] == normal


def test_the_normal_form_of_a_model_is_itself() -> None:
    model = normalise(
        {**SMALLEST, "root": "/dev/xvda", "cpus": "0", "disk": [{"vdev": "xvda", "target": "/d"}]}, XEN_4_17
    )
    assert normalise(model, XEN_4_17) == model


@pytest.mark.parametrize(
    ("declared", "cmdline"),
    [
        ({"root": "/dev/xvda", "extra": "quiet"}, "root=/dev/xvda quiet"),
        ({"root": "/dev/xvda"}, "root=/dev/xvda"),
        ({"extra": "quiet"}, "quiet"),
    ],
)
def test_root_and_extra_become_the_command_line(declared: dict[str, str], cmdline: str) -> None:
    model = normalise({**SMALLEST, **declared}, XEN_4_5)
    assert model["cmdline"] == cmdline
    assert not {"root", "extra"} & set(model)


def test_pins_never_stand_without_vcpus() -> None:
    assert normalise({**SMALLEST, "cpus": "0"}, XEN_4_17)["vcpus"] == 1
    assert "vcpus" not in normalise({**SMALLEST, "cpus": "0", "maxvcpus": 2}, XEN_4_17)


def test_an_unknown_option_names_guest_key_release_and_the_likely_one() -> None:
    assert complaint(memry=512) == (
        'guest "web1", memry: there is no such option, and xl would ignore it without a word (Xen 4.17); '
        "did you mean memory?"
    )


def test_an_unknown_sub_key_names_its_device() -> None:
    assert "vif[1].brige: there is no such option" in complaint(vif=[{}, {"brige": "xenbr0"}])
    assert "did you mean vif[0].bridge?" in complaint(vif=[{"brige": "xenbr0"}])


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        (
            {"memory": "512M"},
            'memory: "512M" is not a number of MiB, and xl would warn and go on without it',
        ),
        ({"memory": "2 GiB"}, "write 2048"),
        ({"type": "hvm", "gfx_passthru": ""}, "xl would refuse the file"),
        ({"vif": [{"type": "x"}]}, "xl would complain and pass over it"),
        ({"usbctrl": [{"version": "x"}]}, "xl would silently read what it can of it"),
        ({"pci": [{"bdf": "03:00.0", "nosuch": 1}]}, "there is no such option, and xl would refuse the file"),
        ({"disk": [{"vdev": "xvda", "target": "/d", "trusted": True}]}, "not know it, and xl would refuse the file"),
        ({"memory": "0.5g"}, "write 512"),
        ({"memory": True}, "is not a number of MiB"),
        ({"memory": 1.5}, "is not a number of MiB"),
        ({"memory": 0}, "memory: 0 is below 1"),
        ({"vcpus": "two"}, 'vcpus: "two" is not a whole number'),
        ({"cpu_weight": 70000}, "70000 is above 65535"),
        ({"on_crash": "restrt"}, "did you mean restart?"),
        ({"on_crash": "zzz"}, "is not one of destroy, restart"),
        ({"uuid": "web1"}, 'uuid: "web1" is not a UUID'),
        ({"uuid": "{6b4d0d1e-51f5-4f0e-9a51-3f1d3f0f1a01}"}, "is not a UUID"),
        ({"cpus": "0-"}, 'cpus: "0-" is not a CPU list'),
        ({"cpus": "3-1"}, 'cpus: "3-1" is not a CPU list'),
        ({"cpus": "node:^1"}, 'cpus: "node:^1" is not a CPU list'),
        ({"cpus": ","}, 'cpus: "," is not a CPU list'),
        ({"type": "hvm", "bios": "OVMF"}, "in small letters alone, though xl does not (Xen 4.17); did you mean ovmf?"),
        ({"type": "hvm", "vga": "STDVGA"}, "and xl would refuse the file (Xen 4.17); did you mean stdvga?"),
        ({"cpus": ["0", "^all"]}, 'cpus: "^all" is not a CPU list'),
        (
            {"ioports": ["fffffffe"]},
            '"fffffffe" has ports beyond ffff, the last that there is, and the guest is not created',
        ),
        (
            {"ioports": ["0-ffffffff"]},
            '"0-ffffffff" has ports beyond ffff, the last that there is, and xl would refuse',
        ),
        ({"type": "hvm", "viridian": ["base", "!all"]}, '"!all" leaves out all, which can only be asked for'),
        ({"type": "hvm", "viridian": ["!defaults"]}, '"!defaults" leaves out defaults, which can only be asked for'),
        ({"type": "hvm", "viridian": ["!!base"]}, '"!base" is not one of base'),
        ({"type": "hvm", "mca_caps": ["!lmce"]}, '"!lmce" is not one of lmce, and xl would refuse the file'),
        ({"vsnd": [{"sample_formats": ["!s8"]}]}, '"!s8" is not one of s8'),
        ({"cpus": {}}, "cpus: {} is not a text"),
        ({"kernel": "/boot/a\0b"}, "contains a NUL character"),
        ({"kernel": "\udcff"}, "is not valid Unicode"),
        ({"bootloader_args": "-q"}, 'bootloader_args: "-q" is not a list'),
        ({"disk": {"vdev": "xvda"}}, "disk: "),
        ({"disk": ["phy:/dev/vg0/a,xvda,w"]}, "disk[0]: "),
        ({"disk": [{"target": "/d"}]}, "disk[0].vdev: it is missing"),
        ({"disk": [{"vdev": "xvda"}]}, "disk[0].target: it is missing"),
        ({"disk": [{"vdev": "xvda,b", "target": "/d"}]}, 'disk[0].vdev: "xvda,b" has a comma'),
        ({"disk": [{"vdev": "xvda", "target": "/d\n"}]}, 'disk[0].target: "/d\\n" has a line break'),
        ({"disk": [{"vdev": "xvda", "target": "/d", "direct_io_safe": "maybe"}]}, "is not a boolean"),
        ({"vif": [{"mac": "aa:bb"}]}, 'vif[0].mac: "aa:bb" is not a MAC address'),
        ({"vif": [{"rate": "fast"}]}, 'vif[0].rate: "fast" is not a rate'),
        ({"memory": 512, "maxmem": 256}, "maxmem: 256 is below memory, 512"),
        ({"vcpus": 4, "maxvcpus": 2}, "maxvcpus: 2 is below vcpus, 4"),
        ({"cmdline": "a", "extra": "b"}, "cmdline: it stands beside root or extra"),
        (
            {"disk": [{"vdev": "xvda", "target": "/a"}, {"vdev": "xvda", "target": "/b"}]},
            'the device "xvda" is there 2 times',
        ),
    ],
)
def test_a_wrong_value_says_what_and_what_instead(declared: dict[str, Any], message: str) -> None:
    assert message in complaint(**declared)


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({"vif": [{"mac": 41135076020}]}, "vif[0].mac: 41135076020 is not a MAC address"),
        ({"pci": [{"bdf": 60.0}]}, "pci[0].bdf: 60.0 is not of the form it must have"),
        ({"uuid": 12345}, "uuid: 12345 is not a UUID"),
        ({"vif": [{"rate": 90}]}, "vif[0].rate: "),
        ({"name": 123}, "name: "),
        ({"name": 1.5}, "name: 1.5 may have been written otherwise"),
    ],
)
def test_a_text_that_yaml_took_for_a_number_is_to_be_quoted(declared: dict[str, Any], message: str) -> None:
    said = complaint(**declared)
    assert message in said
    assert "; YAML read it as a number; quote it" in said


@pytest.mark.parametrize("declared", [{"name": True}, {"disk": [{"vdev": True, "target": "/d"}]}, {"kernel": False}])
def test_a_text_that_yaml_took_for_a_boolean_is_to_be_quoted(declared: dict[str, Any]) -> None:
    assert "is not a text" in complaint(**declared)
    assert "; YAML read it as a boolean; quote it" in complaint(**declared)


def test_a_number_is_taken_where_it_is_the_text_that_it_was() -> None:
    digits = "12345678123456781234567812345678"
    guest = normalise({**SMALLEST, "uuid": int(digits), "disk": [{"vdev": 51712, "target": "/d"}]}, XEN_4_17)
    assert (guest["uuid"].replace("-", ""), guest["disk"][0]["vdev"]) == (digits, "51712")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Domain-0", "Domain-0 is the control domain"),
        ("17", "which xl takes for a domain number"),
        ("a/b", "has a slash, a control character, or a blank at an end"),
        ("a\nb", "has a slash, a control character, or a blank at an end"),
        (" a", "has a slash, a control character, or a blank at an end"),
        ("", "the name is empty"),
        (None, "name: it is missing"),
        (["a"], "is not a text"),
    ],
)
def test_a_name_that_xl_could_not_use_is_refused(name: Any, message: str) -> None:
    assert message in complaint(name=name)


def test_everything_wrong_is_said_at_once() -> None:
    assert len(complaint(memory="512M", vcpus="two", foo=1).splitlines()) == 3


@pytest.mark.parametrize(
    ("release", "declared", "first"),
    [
        (XEN_4_5, {"type": "pvh"}, "the first release that can is Xen 4.10"),
        (XEN_4_5, {"on_soft_reset": "destroy"}, "the first that does is Xen 4.7"),
        (XEN_4_5, {"on_crash": "soft-reset"}, "the first release that can is Xen 4.7"),
        (Release(4, 18), {"disk": [{"vdev": "xvda", "target": "/d", "trusted": False}]}, "is Xen 4.19"),
        (Release(4, 7), {"disk": [{"vdev": "xvda", "target": "/d", "colo": True}]}, "is Xen 4.8"),
        (Release(4, 8), {"disk": [{"vdev": "xvda", "target": "/d", "format": "qed"}]}, "is Xen 4.9"),
        (Release(4, 4), {}, "Xen 4.4 is too old"),
    ],
)
def test_what_a_release_cannot_do_names_the_first_that_can(
    release: Release, declared: dict[str, Any], first: str
) -> None:
    assert first in complaint(release, **declared)


def test_without_a_release_only_what_no_release_can_do_is_wrong() -> None:
    assert normalise({**SMALLEST, "type": "pvh", "on_soft_reset": "destroy"})["type"] == "pvh"


def test_a_release_newer_than_the_tables_is_taken_for_the_newest() -> None:
    assert normalise({**SMALLEST, "type": "pvh"}, Release(4, 99))["type"] == "pvh"


def test_an_option_without_effect_on_the_guest_type_is_a_warning() -> None:
    model, findings = examine({"name": "win1", "type": "hvm", "bootloader": "pygrub"}, XEN_4_17)
    assert model["bootloader"] == "pygrub"
    assert [(finding.severity, finding.key) for finding in findings] == [("warning", "bootloader")]


def test_guests_that_claim_the_same_name_uuid_or_mac_are_named() -> None:
    twins = [
        {"name": "a", "uuid": "6b4d0d1e-51f5-4f0e-9a51-3f1d3f0f1a01", "vif": [{"mac": "00:16:3e:00:00:01"}]},
        {"name": "b", "uuid": "6b4d0d1e-51f5-4f0e-9a51-3f1d3f0f1a01", "vif": [{"mac": "00:16:3e:00:00:01"}, {}]},
        {"name": "a", "vif": []},
    ]
    messages = [str(finding) for finding in duplicates(twins)]
    assert len(messages) == 3
    assert '"a" is claimed 2 times, by "a"' in messages[0]
    assert 'is claimed 2 times, by "a", "b"' in messages[1]
    assert '"00:16:3e:00:00:01"' in messages[2]


def test_hostile_values_are_shown_in_bounded_printable_form() -> None:
    message = complaint(memory="\x1b[2J" + "x" * 10_000)
    assert "\x1b" not in message
    assert len(message) < 300
