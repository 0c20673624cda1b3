# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts, XlConf
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import read_config
from ansible_collections.xlops.xen.plugins.module_utils._config.model import normalise
from ansible_collections.xlops.xen.plugins.module_utils._config.vif_numbers import vif_numbers
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.transcripts import stdout

XEN_4_5, XEN_4_17 = Release(4, 5), Release(4, 17)

NET = {
    "disk": [{"vdev": "xvda", "target": "/root/guest/d.img"}],
    "vif": [{"mac": "00:16:3E:00:00:01", "bridge": "xenbr0"}],
}
LINUX = {
    "kernel": "/root/guest/vmlinuz",
    "ramdisk": "/root/guest/initrd.gz",
    "cmdline": "console=hvc0",
    "memory": 192,
    "vcpus": 1,
    "on_crash": "preserve",
}
TINY = {"kernel": "/root/guest/tiny"}


def of(release: Release, host: HostFacts | None = None, **declared: Any) -> dict[str, Any]:
    return canonical(normalise({"name": "web1", "kernel": "/boot/vmlinuz", **declared}, release), release, host)


@pytest.mark.parametrize(
    ("recording", "declared"),
    [
        (
            "4.17/xl-create-n-pv.txt",
            {
                "name": "pv1",
                **TINY,
                "memory": 32,
                "vcpus": 1,
                "maxvcpus": 2,
                "extra": "console=hvc0",
                "on_crash": "preserve",
            },
        ),
        ("4.17/xl-create-n-pvh.txt", {"name": "pvh1", "type": "pvh", **TINY, "memory": 128}),
        (
            "4.17/xl-create-n-pvnet.txt",
            {
                "name": "pvnet",
                **TINY,
                **NET,
                "memory": 192,
                "vcpus": 2,
                "cpus": "0-1",
                "cpus_soft": "1",
                "cpu_weight": 512,
            },
        ),
        ("4.17/xl-create-n-typo.txt", {"name": "typo", **TINY, "memory": 32}),
        ("4.5.0/xl-create-n-pv.txt", {"name": "pv1", **LINUX}),
        ("4.5.0/xl-N-create.txt", {"name": "pv1", **LINUX}),
        ("4.5.0/xl-create-n-pvnet.txt", {"name": "pvnet", **LINUX, **NET}),
    ],
)
def test_it_is_what_xl_printed(recording: str, declared: dict[str, Any]) -> None:
    printed = read_config(stdout(recording))
    release = Release.parse(recording)
    model = normalise({**declared, "uuid": printed["c_info"]["uuid"]}, release)
    assert canonical(model, release) == printed


def test_shadow_memory_is_computed_by_releases_that_did() -> None:
    assert of(Release(4, 12), memory=1024, maxmem=2048, maxvcpus=4)["b_info"]["shadow_memkb"] == 20480
    assert "shadow_memkb" not in of(Release(4, 13), memory=1024)["b_info"]
    assert of(XEN_4_5)["b_info"]["shadow_memkb"] == 144115188075855864


def test_the_bootloader_moved_out_of_the_pv_half() -> None:
    declared = {
        "bootloader": "pygrub",
        "bootloader_args": ["-q"],
        "disk": [{"vdev": "xvda", "target": "/d"}],
    }
    expected = {"bootloader": "pygrub", "bootloader_args": ["-q"]}
    assert of(Release(4, 9), **declared)["b_info"]["type.pv"] == expected
    assert expected.items() <= of(Release(4, 10), **declared)["b_info"].items()


@pytest.mark.parametrize(
    ("release", "cpus", "placement"),
    [
        (Release(4, 11), "0-1", "False"),
        (Release(4, 12), "0-1", None),
        (Release(4, 12), ["0-1"], "False"),
    ],
)
def test_pins_turn_numa_placement_off_as_the_release_does(release: Release, cpus: Any, placement: str | None) -> None:
    assert of(release, vcpus=2, cpus=cpus)["b_info"].get("numa_placement") == placement


def test_a_list_of_pins_counts_for_the_vcpus_it_names() -> None:
    assert of(XEN_4_17, vcpus=2, cpus=["0"])["b_info"]["vcpu_hard_affinity"] == [[0]]
    assert of(XEN_4_17, vcpus=1, cpus=["0", "1"])["b_info"]["vcpu_hard_affinity"] == [[0]]


@pytest.mark.parametrize(
    ("cpus", "expected"),
    [
        ("all", [0, 1, 2, 3, 4, 5, 6, 7]),
        ("all,^5-8", [0, 1, 2, 3, 4]),
        ("1,node:1,^3", [1, 2]),
        ("nodes:0-1", [0, 1, 2, 3]),
        ("nodes:0-1,^node:1", [0, 1]),
        ("0-100", [0, 1, 2, 3, 4, 5, 6, 7]),
        ("12", []),
    ],
)
def test_cpu_lists_are_read_against_the_host(cpus: str, expected: list[int]) -> None:
    host = HostFacts(max_cpus=4, nodes=((0, 1), (2, 3)))
    assert of(XEN_4_17, host, vcpus=1, cpus=cpus)["b_info"]["vcpu_hard_affinity"] == [expected]


def test_a_node_the_host_does_not_have_is_an_error() -> None:
    with pytest.raises(ConfigError, match="names NUMA node 2, and the host has an unknown number"):
        of(XEN_4_17, vcpus=1, cpus="node:2")


def test_a_cdrom_is_read_only_and_may_be_empty() -> None:
    config = of(
        XEN_4_17,
        type="hvm",
        disk=[{"vdev": "hdc", "devtype": "cdrom"}, {"vdev": "hdd", "devtype": "cdrom", "target": "/a.iso"}],
    )
    assert config["disks"] == [
        {"vdev": "hdc", "format": "empty", "removable": 1, "is_cdrom": 1},
        {"vdev": "hdd", "pdev_path": "/a.iso", "format": "raw", "removable": 1, "is_cdrom": 1},
    ]


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        ("10Mb/s", [62500, 50000]),
        ("250KB/s@20ms", [5000, 20000]),
        ("1GB/s@2s", [2000000000, 2000000]),
        ("8b/s@1", [1, 1000000]),
    ],
)
def test_a_rate_is_bytes_in_an_interval(rate: str, expected: list[int]) -> None:
    nic = of(XEN_4_17, vif=[{"rate": rate}])["nics"][0]
    assert [nic["rate_bytes_per_interval"], nic["rate_interval_usecs"]] == expected


def test_a_rate_below_a_byte_in_an_interval_leaves_the_interval() -> None:
    assert of(XEN_4_17, vif=[{"rate": "19b/s"}])["nics"] == [{"devid": 0, "rate_interval_usecs": 50000}]


@pytest.mark.parametrize(
    ("release", "rdm", "expected"),
    [
        (Release(4, 14), {"strategy": "host"}, {}),
        (Release(4, 14), {"strategy": "host", "policy": "relaxed"}, {"strategy": "host", "policy": "relaxed"}),
        (Release(4, 15), {"strategy": "host"}, {"strategy": "host", "policy": "strict"}),
        (Release(4, 15), {"strategy": "host", "policy": "relaxed"}, {}),
    ],
)
def test_reserved_memory_goes_to_the_devices(release: Release, rdm: dict[str, str], expected: dict[str, str]) -> None:
    config = of(release, type="hvm", rdm=rdm, pci=[{"bdf": "03:00.0"}])
    assert config["b_info"]["type.hvm"]["rdm"] == expected
    assert config["pcidevs"][0].get("rdm_policy") == expected.get("policy")


@pytest.mark.parametrize(("release", "kept"), [(XEN_4_17, True), (Release(4, 18), False)])
def test_a_share_without_a_backend_had_that_of_the_one_before(release: Release, kept: bool) -> None:
    share = {"tag": "t", "security_model": "none", "path": "/p"}
    shares = of(release, p9=[{**share, "backend": "d"}, share])["p9s"]
    assert [one.get("backend_domname") for one in shares] == ["d", "d" if kept else None]


@pytest.mark.parametrize(
    ("firmware", "expected"), [("", {"bios": "ovmf"}), ("u", {"bios": "ovmf"}), ("bi", {}), ("/f", {"firmware": "/f"})]
)
def test_the_beginning_of_a_firmware_is_enough(firmware: str, expected: dict[str, str]) -> None:
    hvm = of(XEN_4_17, type="hvm", firmware=firmware)["b_info"]["type.hvm"]
    assert {key: hvm[key] for key in ("bios", "firmware") if key in hvm} == expected


def test_xl_conf_shows_in_the_configuration() -> None:
    host = HostFacts(
        XlConf(run_hotplug_scripts=False, claim_mode=False, blkdev_start="xvdb", vif_bridge="br7", vif_script="vif-ovs")
    )
    config = of(XEN_4_17, host, vif=[{}, {"bridge": "br8"}])
    assert config["c_info"]["run_hotplug_scripts"] == "False"
    assert config["b_info"]["claim_mode"] == "False"
    assert config["b_info"]["blkdev_start"] == "xvdb"
    assert config["nics"] == [
        {"devid": 0, "bridge": "br7", "script": "vif-ovs"},
        {"devid": 1, "bridge": "br8", "script": "vif-ovs"},
    ]


def test_a_newer_release_than_the_tables_is_taken_for_the_newest() -> None:
    assert of(Release(4, 99)) == of(Release(4, 22))
    assert of(Release(4, 22))["b_info"]["avail_vcpus"] == [0]


def test_limits_in_xenstore_are_numbers_as_c_reads_them() -> None:
    guest = {"name": "a", "kernel": "/k", "xenstore_quota": ["nodes=010", "watches=0x10", "size=0", "transactions=10"]}
    quota = canonical(normalise(guest, Release(4, 22)), Release(4, 22))["b_info"]["xenstore_quota"]["quota"]
    assert [one.get("val") for one in quota] == [8, 16, None, 10]
    with pytest.raises(ConfigError, match="08"):
        normalise({**guest, "xenstore_quota": ["nodes=08"]}, Release(4, 22))


def test_a_pin_that_xl_conf_leaves_no_cpu_is_an_error() -> None:
    host = HostFacts(XlConf(pv_cpumask="0-1"), max_cpus=4)
    assert of(XEN_4_17, host, vcpus=1, cpus="1-3")["b_info"]["vcpu_hard_affinity"] == [[1]]
    with pytest.raises(ConfigError, match="leaves no CPU to run on beside the masks"):
        of(XEN_4_17, host, vcpus=1, cpus="2-3")


@pytest.mark.parametrize("firmware", ["OVMF", "ovmf", "uefi", ""])
def test_firmware_may_name_a_bios_in_any_case(firmware: str) -> None:
    hvm = of(XEN_4_17, type="hvm", kernel=None, firmware=firmware)["b_info"]["type.hvm"]
    assert (hvm.get("bios"), "firmware" in hvm) == ("ovmf", False)
    assert of(XEN_4_17, type="hvm", kernel=None, firmware="UEFI")["b_info"]["type.hvm"]["firmware"] == "UEFI"


def test_libxl_writes_the_names_of_smbios_in_small_letters() -> None:
    hvm = of(Release(4, 18), type="hvm", kernel=None, smbios=["BIOS_Vendor=Xen"])["b_info"]["type.hvm"]
    assert hvm["smbios"] == [{"key": "bios_vendor", "value": "Xen"}]


def test_the_numbers_of_interfaces_are_those_that_xl_writes() -> None:
    vifs: list[dict[str, Any]] = [{"devid": 5}, {}, {"devid": 0}, {}]
    assert [nic["devid"] for nic in of(XEN_4_17, vif=vifs)["nics"]] == vif_numbers(vifs) == [5, 1, 0, 3]
