# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config import compare as comparison
from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference, compare, json_differences
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import read_domain_list
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model, normalise
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.config.strategies import models
from ansible_collections.xlops.xen.tests.unit.transcripts import stdout
from hypothesis import given, settings
from hypothesis import strategies as st

XEN_4_17 = Release(4, 17)

PVNET = {
    "name": "pvnet",
    "kernel": "/root/guest/tiny",
    "memory": 192,
    "vcpus": 2,
    "cpus": "0-1",
    "cpus_soft": "1",
    "cpu_weight": 512,
    "disk": [{"vdev": "xvda", "target": "/root/guest/d.img"}],
    "vif": [{"mac": "00:16:3e:00:00:01"}],
}
PV1 = {"name": "pv1", "kernel": "/root/guest/tiny", "cmdline": "console=hvc0", "memory": 32, "vcpus": 1, "maxvcpus": 2}


def running(name: str, recording: str = "4.17/xl-list-l.txt") -> dict[str, Any]:
    return next(domain.config for domain in read_domain_list(stdout(recording)) if domain.name == name)


def changes(undeclared: bool = False, observed: dict[str, Any] | None = None, **declared: Any) -> list[Difference]:
    model = normalise({**PVNET, **declared}, XEN_4_17)
    return compare(model, XEN_4_17, canonical(model, XEN_4_17), observed or running("pvnet"), undeclared)


@pytest.mark.parametrize("undeclared", [False, True])
def test_a_guest_that_is_as_declared_has_no_difference(undeclared: bool) -> None:
    assert changes(undeclared) == []


def test_what_libxl_adds_to_a_running_guest_is_no_difference() -> None:
    model = normalise({**PV1, "on_crash": "preserve"}, XEN_4_17)
    assert compare(model, XEN_4_17, canonical(model, XEN_4_17), running("pv1"), undeclared=True) == []


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"memory": 128}, Difference("memory", 192, 128, "live")),
        ({"memory": 256, "maxmem": 256}, Difference("memory", 192, 256, "next_boot")),
        ({"vcpus": 1, "maxvcpus": 2}, Difference("vcpus", 2, 1, "live")),
        ({"cpus": "1"}, Difference("cpus", "0-1", "1", "live")),
        ({"cpus": ["0", "1"]}, Difference("cpus", "0-1", ["0", "1"], "live")),
        ({"cmdline": "quiet"}, Difference("cmdline", None, "quiet", "next_boot")),
        ({"on_crash": "preserve"}, Difference("on_crash", "destroy", "preserve", "next_boot")),
        ({"on_reboot": "preserve"}, Difference("on_reboot", "restart", "preserve", "next_boot")),
        ({"type": "hvm"}, Difference("type", "pv", "hvm", "restart")),
        (
            {"uuid": "6b4d0d1e-51f5-4f0e-9a51-3f1d3f0f1a01"},
            Difference(
                "uuid", "93862e3b-4492-479e-a3b2-8d891664cdfc", "6b4d0d1e-51f5-4f0e-9a51-3f1d3f0f1a01", "recreate"
            ),
        ),
    ],
)
def test_a_difference_has_the_models_words_and_an_impact(declared: dict[str, Any], expected: Difference) -> None:
    assert expected in changes(**declared)


def test_memory_that_was_set_by_hand_is_a_difference() -> None:
    observed = running("pvnet", "4.17/xl-list-l-after-memset.txt")
    assert changes(observed=observed) == [Difference("memory", 128, 192, "live")]


def test_a_changed_disk_is_named_by_its_vdev_and_shows_what_changed() -> None:
    disk = {"vdev": "xvda", "target": "/root/guest/d.img", "access": "ro"}
    (difference,) = changes(disk=[disk])
    assert difference == Difference("disk", {"access": "rw"}, {"access": "ro"}, "live", "xvda")
    assert difference.label == "disk[xvda]"


def test_disks_that_come_and_go_are_whole() -> None:
    gone, come = sorted(changes(disk=[{"vdev": "xvdb", "target": "/b"}]), key=lambda one: one.before is None)
    assert (come.device, come.before, come.after) == (
        "xvdb",
        None,
        {"vdev": "xvdb", "target": "/b", "format": "raw", "access": "rw", "devtype": "disk"},
    )
    assert (gone.device, gone.after) == ("xvda", None)


def test_a_changed_interface_is_named_by_its_mac() -> None:
    (difference,) = changes(vif=[{"mac": "00:16:3e:00:00:01", "rate": "10Mb/s"}])
    assert difference == Difference("vif", {"rate": None}, {"rate": "1250000B/s"}, "live", "00:16:3e:00:00:01")


def test_another_mac_is_another_interface() -> None:
    come, gone = changes(vif=[{"mac": "00:16:3e:00:00:02"}])
    assert (come.device, come.before) == ("00:16:3e:00:00:02", None)
    assert (gone.device, gone.after) == ("00:16:3e:00:00:01", None)


def test_interfaces_without_mac_are_told_apart_by_their_number() -> None:
    (difference,) = changes(vif=[{"rate": "10Mb/s"}])
    assert difference.label == "vif[0]"


def test_keys_that_are_not_declared_are_left_alone_unless_asked_for() -> None:
    model = normalise({"name": "pvnet", "kernel": "/root/guest/tiny"}, XEN_4_17)
    wanted = canonical(model, XEN_4_17)
    assert compare(model, XEN_4_17, wanted, running("pvnet")) == []
    keys = {one.label for one in compare(model, XEN_4_17, wanted, running("pvnet"), undeclared=True)}
    assert keys == {"memory", "vcpus", "cpus", "cpus_soft", "disk[xvda]", "vif[00:16:3e:00:00:01]"}


def test_a_bootloader_is_found_where_an_older_release_left_it() -> None:
    disk = {"vdev": "xvda", "target": "/d"}
    model = normalise({"name": "a", "bootloader": "pygrub", "disk": [disk]}, XEN_4_17)
    observed = canonical(model, Release(4, 9))
    assert compare(model, XEN_4_17, canonical(model, XEN_4_17), observed) == []


@pytest.mark.parametrize("observed", [{}, {"c_info": None, "b_info": 3, "disks": {}}, {"b_info": {"avail_vcpus": "x"}}])
def test_an_odd_configuration_is_compared_without_a_crash(observed: dict[str, Any]) -> None:
    model = normalise(PVNET, XEN_4_17)
    assert compare(model, XEN_4_17, canonical(model, XEN_4_17), observed)


def test_a_generation_id_is_random_and_its_absence_is_not() -> None:
    """xl makes another one for each creation."""
    model = normalise({"name": "a", "type": "hvm", "ms_vm_genid": "generate"}, XEN_4_17)
    wanted, observed = canonical(model, XEN_4_17), canonical(model, XEN_4_17)
    observed["b_info"]["type.hvm"]["ms_vm_genid"] = list(range(16))
    assert compare(model, XEN_4_17, wanted, observed) == []
    del observed["b_info"]["type.hvm"]["ms_vm_genid"]
    (difference,) = compare(model, XEN_4_17, wanted, observed)
    assert difference.key == "ms_vm_genid"


def test_two_dry_runs_differ_in_words_but_for_what_is_random() -> None:
    ours = {"c_info": {"name": "x"}, "disks": [{"vdev": "xvda"}], "on_crash": "destroy"}
    theirs = {"c_info": {"uuid": "b", "name": "y"}, "disks": [{"vdev": "xvdb"}], "b_info": {}}
    assert json_differences(ours, theirs) == [
        'c_info.name is "y" instead of "x"',
        'disks[0].vdev is "xvdb" instead of "xvda"',
        'on_crash is absent instead of "destroy"',
        "b_info is {} instead of absent",
    ]
    assert json_differences([1], [1, 2], "a") == ["a is [1, 2] instead of [1]"]


def test_the_number_of_a_function_means_nothing_where_all_are_meant() -> None:
    ours: dict[str, Any] = {"pcidevs": [{"dev": 11, "bus": 24, "vfunc_mask": 2**32 - 1}]}
    theirs: dict[str, Any] = {"pcidevs": [{"func": 255, "dev": 11, "bus": 24, "vfunc_mask": 2**32 - 1}]}
    assert json_differences(ours, theirs) == []
    ours["pcidevs"][0]["vfunc_mask"] = theirs["pcidevs"][0]["vfunc_mask"] = 1
    assert json_differences(ours, theirs) == ["pcidevs[0].func is 255 instead of absent"]


def test_the_shapes_of_point_releases_are_no_difference() -> None:
    leaf = {"leaf": 1, "edx": "x" * 32}
    before = {"b_info": {"cpuid": [leaf]}, "channels": [{"name": "a"}]}
    after = {"b_info": {"cpuid": {"cpuid": [leaf], "msr": []}}, "channels": [{"name": "a", "devid": 0}]}
    assert json_differences(before, after) == []


@given(models(XEN_4_17), models(XEN_4_17), st.booleans())
@settings(max_examples=200, deadline=None)
def test_keys_that_are_literally_the_same_need_no_look(
    one: tuple[Release, Model], other: tuple[Release, Model], undeclared: bool
) -> None:
    case = (one[1], XEN_4_17, canonical(one[1], XEN_4_17), canonical(other[1], XEN_4_17), undeclared)
    found = compare(*case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparison, "_suspects", lambda *_configs: {key for key in OPTIONS if OPTIONS[key].places})
        assert compare(*case) == found


def test_firmware_is_another_way_to_say_bios() -> None:
    def firmware(word: str) -> tuple[dict[str, Any], dict[str, Any]]:
        model = normalise({"name": "h", "type": "hvm", "firmware": word}, XEN_4_17)
        return model, canonical(model, XEN_4_17)

    (ovmf, wanted), (_seabios, running) = firmware("ovmf"), firmware("seabios")
    expected = Difference("bios", "seabios", "ovmf", "next_boot")
    assert compare(ovmf, XEN_4_17, wanted, running, undeclared=True) == [expected]
    bios, plain = firmware("bios")
    assert compare(bios, XEN_4_17, plain, running, undeclared=True) == []
