# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What libxl's JSON says can be written down again, so that it says the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import compare, json_differences
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.from_libxl import from_libxl, unsaid
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import guest_type
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import read_config, read_domain_list
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model, normalise
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import from_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.config.strategies import models
from ansible_collections.xlops.xen.tests.unit.transcripts import DATA, stdout
from hypothesis import assume, given, settings

RELEASE = Release(4, 17)
HOST = HostFacts(max_cpus=8, nodes=((0, 1, 2, 3), (4, 5, 6, 7)))

LISTS = sorted(DATA.glob("4.*/xl-list-l*.txt"))
DRY_RUNS = sorted(path for path in DATA.glob("4.*/xl-*reate-n*.txt") if stdout(str(path)).strip())


def with_effect(model: Model) -> Model:
    """Without the keys that xl reads for other types of guests alone."""
    return {key: value for key, value in model.items() if guest_type(model) in OPTIONS[key].guests}


@given(models())
@settings(max_examples=400, deadline=None)
def test_what_is_read_back_makes_the_same_json(case: tuple[Release, Model]) -> None:
    release, model = case[0], with_effect(case[1])
    config = canonical(model, release, HOST)
    again, findings = from_libxl(json.loads(json.dumps(config)), release, HOST)
    # A policy for model specific registers has words only where each of its bits has a name.
    assume("cpuid" in again or '"msr"' not in json.dumps(config["b_info"].get("cpuid")))
    assert [str(finding) for finding in errors_in(findings)] == []
    assert json_differences(config, canonical(again, release, HOST)) == []
    assert unsaid(config, again, release, HOST) == []


@given(models())
@settings(max_examples=200, deadline=None)
def test_what_is_read_back_can_be_written_as_a_file(case: tuple[Release, Model]) -> None:
    release, model = case[0], with_effect(case[1])
    again, _findings = from_libxl(canonical(model, release, HOST), release, HOST)
    assert from_xl_cfg(to_xl_cfg(again, release)) == again
    assert normalise(again, release) == again


def release_of(path: Path) -> Release:
    return Release.parse(path.parent.name)


@pytest.mark.parametrize("path", LISTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_recorded_running_guests_are_read_back(path: Path) -> None:
    release = release_of(path)
    listed = [one for one in read_domain_list(stdout(str(path)) or "[]") if one.domid]
    for domain in listed:
        model, findings = from_libxl(domain.config, release)
        assert findings == []
        assert compare(model, release, canonical(model, release), domain.config, undeclared=True) == []
        assert unsaid(domain.config, model, release) == []


@pytest.mark.parametrize("path", DRY_RUNS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_recorded_dry_runs_are_read_back_to_the_letter(path: Path) -> None:
    release = release_of(path)
    config = read_config(stdout(str(path)))
    model, findings = from_libxl(config, release)
    assert errors_in(findings) == []
    assert json_differences(config, canonical(model, release)) == []


def test_a_guest_made_by_hand_becomes_a_declaration() -> None:
    (_dom0, _pv1, pvnet) = read_domain_list(stdout("4.17/xl-list-l.txt"))
    model, _findings = from_libxl(pvnet.config, Release(4, 17))
    assert model == {
        "name": "pvnet",
        "uuid": "93862e3b-4492-479e-a3b2-8d891664cdfc",
        "type": "pv",
        "vcpus": 2,
        "cpus": "0-1",
        "cpus_soft": "1",
        "cpu_weight": 512,
        "cap": 0,
        "memory": 192,
        "kernel": "/root/guest/tiny",
        "disk": [{"vdev": "xvda", "target": "/root/guest/d.img"}],
        "vif": [{"mac": "00:16:3e:00:00:01", "bridge": "xenbr0", "type": "vif"}],
        "msr_relaxed": False,
    }


def test_a_password_with_a_comma_needs_no_device_specification() -> None:
    release = Release(4, 17)
    model = normalise({"name": "a", "kernel": "/k", "vnc": True, "vncpasswd": "a,b"}, release)
    config = canonical(model, release)
    again, findings = from_libxl(config, release)
    assert (again["vncpasswd"], findings) == ("a,b", [])
    assert canonical(again, release) == config


@pytest.mark.parametrize("kind", ["pvh", "hvm"])
def test_the_keyboard_of_a_framebuffer_without_effect_is_none_of_vkb(kind: str) -> None:
    guest = {"name": "a", "type": kind, "kernel": "/k", "vfb": [{"vnc": True}], "vkb": [{"backend_type": "linux"}]}
    model, findings = from_libxl(canonical(normalise(guest, Release(4, 17)), Release(4, 17)), Release(4, 17))
    assert (model["vkb"], findings) == ([{"backend_type": "linux"}], [])


def test_the_policy_that_xl_takes_from_nowhere_is_not_written_down() -> None:
    release = Release(4, 15)
    config = canonical(normalise({"name": "a", "type": "hvm", "rdm": {"strategy": "host"}}, release), release)
    model, findings = from_libxl(config, release)
    assert (model["rdm"], findings) == ({"strategy": "host"}, [])
    assert canonical(model, release) == config


def test_the_trust_that_libxl_fills_in_before_xl_can_say_it_is_not_missed() -> None:
    release = Release(4, 17)
    disk = {"vdev": "xvda", "target": "/d"}
    config = canonical(normalise({"name": "a", "kernel": "/k", "disk": [disk]}, release), release)
    for trusted in ("True", "False"):
        config["disks"][0]["trusted"] = trusted
        assert unsaid(config, from_libxl(config, release)[0], release) == []


def test_domain_0_is_no_guest() -> None:
    dom0 = read_domain_list(stdout("4.5.0/xl-list-l.txt"))[0]
    assert "control domain" in str(errors_in(from_libxl(dom0.config, Release(4, 5))[1])[0])


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"c_info": {"type": "invalid"}, "b_info": {"type.hvm": {}}}, "hvm"),
        ({"b_info": []}, "pv"),
        ({"c_info": [], "b_info": {"type.pvh": []}}, "pvh"),
        ({"disks": "none", "nics": [3], "b_info": {"avail_vcpus": 3, "vcpu_hard_affinity": 1}}, "pv"),
    ],
)
def test_a_configuration_of_an_odd_shape_is_read_as_far_as_it_goes(config: dict[str, Any], expected: str) -> None:
    c_info = {**dict(config.get("c_info") or {}), "name": "odd"}
    model, _findings = from_libxl({**config, "c_info": c_info}, Release(4, 17))
    assert (model["name"], model["type"]) == ("odd", expected)


def test_what_xl_cfg_has_no_words_for_is_named() -> None:
    config = canonical(normalise({"name": "a", "kernel": "/k", "memory": 32}, Release(4, 17)), Release(4, 17))
    config["c_info"]["xsdata"] = {"vm-data/role": "web"}
    config["disks"] = [{"vdev": "xvda", "pdev_path": "/d", "format": "raw", "colo_host": "", "removable": 1}]
    model, _findings = from_libxl(config, Release(4, 17))
    assert unsaid(config, model, Release(4, 17)) == ["c_info.xsdata.vm-data/role", "disks[0].removable"]


def test_the_number_of_a_function_is_nothing_to_be_said_where_all_are_meant() -> None:
    release = Release(4, 5)
    model = normalise(
        {"name": "a", "type": "pv", "kernel": "/k", "memory": 32, "pci": [{"bdf": "0000:18:0b.*"}]}, release
    )
    config = canonical(model, release, HOST)
    config["pcidevs"][0]["func"] = 255  # as xl of 4.5 may have it
    assert unsaid(config, model, release, HOST) == []
    assert from_libxl(config, release, HOST)[0]["pci"] == model["pci"]


def test_a_target_that_is_an_empty_word_is_read_back_as_one() -> None:
    """xl makes two different texts of none and of an empty one, which a disk specification can have."""
    release = Release(4, 5)
    disk = {"vdev": "hdc", "format": "raw", "access": "ro", "devtype": "cdrom", "target": ""}
    config = canonical({"name": "a", "type": "hvm", "memory": 64, "disk": [disk]}, release, HOST)
    again, _findings = from_libxl(json.loads(json.dumps(config)), release, HOST)
    assert config["disks"][0]["pdev_path"] == ""
    assert json_differences(config, canonical(again, release, HOST)) == []


def test_numbers_of_interfaces_are_said_where_counting_does_not_give_them() -> None:
    def read_back(*numbers: int) -> list[dict[str, Any]]:
        config = canonical({"name": "a", "kernel": "/k", "memory": 64, "vif": [{}] * len(numbers)}, RELEASE, HOST)
        config["nics"] = [{"mac": f"00:16:3e:00:00:0{number}", "devid": number} for number in numbers]
        return [{key: vif[key] for key in vif if key == "devid"} for vif in from_libxl(config, RELEASE, HOST)[0]["vif"]]

    assert read_back(0, 1) == [{}, {}]
    assert read_back(0, 5, 2) == [{"devid": 0}, {"devid": 5}, {"devid": 2}]


def test_a_policy_for_model_specific_registers_is_written_with_flags() -> None:
    release = Release(4, 20)
    model = normalise({"name": "a", "kernel": "/k", "cpuid": "host,tm=0,sse3=k,doitm=1"}, release)
    config = canonical(model, release)
    again, _findings = from_libxl(config, release)
    assert sorted(again["cpuid"].split(",")) == ["doitm=1", "host", "sse3=k", "tm=0"]
    assert canonical(again, release) == config


def test_bits_of_registers_that_have_no_name_are_not_said() -> None:
    release = Release(4, 20)
    config = canonical(normalise({"name": "a", "kernel": "/k", "cpuid": "host,brandid=0,doitm=1"}, release), release)
    model, _findings = from_libxl(config, release)
    assert "cpuid" not in model
    assert unsaid(config, model, release)[0] == "b_info.cpuid.cpuid[0].leaf"
