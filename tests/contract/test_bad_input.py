# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input gets one clear message that names guest, key and value, before anything was changed."""

from __future__ import annotations

from typing import Any

import pytest

GOOD = "good"

# What is wrong, the keys that say so, and words that the message must have.
DECLARATIONS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "unknown option": ({"memroy": 64}, ["web1", "memroy", "did you mean memory?"]),
    "unknown device option": ({"vif": [{"bridg": "xenbr0"}]}, ["web1", "vif[0].bridg", "bridge"]),
    "text for a number": ({"memory": "lots"}, ["web1", "memory", "lots", "MiB"]),
    "wrong unit": ({"memory": "1G"}, ["web1", "memory", "1G", "1024"]),
    "a word that is no choice": ({"type": "pvhh"}, ["web1", "type", "pvhh", "pvh"]),
    "a state that does not exist": ({"state": "started"}, ["web1", "state", "started"]),
    "a list that must be one": ({"disk": "xvda"}, ["web1", "disk", "xvda"]),
    "the control domain": ({"name": "Domain-0"}, ["Domain-0", "control domain"]),
    "a name with a slash": ({"name": "web/1"}, ["web/1", "slash"]),
    "a name of digits": ({"name": "17"}, ["17", "digits"]),
    "an address without quotes": ({"vif": [{"mac": 41135076020}]}, ["web1", "vif[0].mac", "number; quote it"]),
    "a PCI address without quotes": ({"pci": [{"bdf": 60.0}]}, ["web1", "pci[0].bdf", "number; quote it"]),
    "a text that is a boolean": ({"cmdline": True}, ["web1", "cmdline", "boolean; quote it"]),
    "a list for a text": ({"cmdline": ["quiet", "ro"]}, ["web1", "cmdline", '["quiet", "ro"] is not a text']),
    "a mapping for a name": ({"name": {"web1": {}}}, ["name", '{"web1": {}} is not a text']),
    "a list in a device": ({"disk": [{"vdev": ["xvda"]}]}, ["web1", "disk[0].vdev", '["xvda"] is not a text']),
    "nothing in a list": ({"depends_on": [None]}, ["web1", "depends_on", "null is not a text"]),
    "an empty name in a list": ({"depends_on": ["db", ""]}, ["web1", "depends_on", "the name is empty"]),
    "a former name too long for a file": ({"former_name": "n" * 201}, ["web1", "former_name", "200 bytes"]),
    "a former name that is hidden": ({"former_name": ".web"}, ["web1", "former_name", "begins with"]),
    "a name with a line break": ({"name": "web\n1"}, ["name"]),
    "a hidden name": ({"name": ".web1"}, [".web1", "begins with"]),
    "a name that looks like an option": ({"name": "-w"}, ["-w", "begins with"]),
    "no time to stop": ({"stop_timeout": 0}, ["web1", "stop_timeout", "destroy"]),
    "negative time to stop": ({"stop_timeout": -1}, ["web1", "stop_timeout", "-1"]),
}

# What the host lacks: the guest is not touched, and others are still done.
HOST: dict[str, tuple[dict[str, Any], list[str]]] = {
    "missing kernel": ({"kernel": "/nowhere/vmlinuz"}, ["kernel", "/nowhere/vmlinuz"]),
    "a directory as kernel": ({"kernel": "/tmp"}, ["kernel", "/tmp", "not a file"]),
    "missing ramdisk": ({"ramdisk": "/nowhere/initrd"}, ["ramdisk", "/nowhere/initrd"]),
    "nothing to boot": ({"kernel": None}, ["kernel", "bootloader"]),
    "missing bootloader": (
        {"bootloader": "nogrub", "disk": [{"vdev": "xvda", "target": "/dev/null"}]},
        ["bootloader", "nogrub"],
    ),
    "missing disk": ({"disk": [{"vdev": "xvda", "target": "/nowhere/d"}]}, ["disk[xvda].target", "/nowhere/d"]),
    "missing block script": (
        {"disk": [{"vdev": "xvda", "target": "x", "script": "block-nothing"}]},
        ["disk[xvda].script", "block-nothing"],
    ),
    "no such bridge": ({"vif": [{"bridge": "xenbr7"}]}, ["vif[0].bridge", "xenbr7"]),
    "an interface that is no bridge of Linux": (
        {"vif": [{"bridge": "ovs0"}]},
        ["vif[0].bridge: ovs0 is no bridge of Linux", "vif-openvswitch", "it has xenbr0: name one"],
    ),
    "missing vif script": ({"vif": [{"script": "vif-nothing"}]}, ["vif[0].script", "vif-nothing"]),
    "not enough memory": ({"memory": 9000}, ["memory", "9002 MiB", "2"]),
}


@pytest.mark.parametrize("case", DECLARATIONS)
@pytest.mark.parametrize("module", ["xl_domains", "xl_domain"])
def test_a_wrong_declaration_is_refused_before_the_host_is_read(bench: Any, case: str, module: str) -> None:
    keys, words = DECLARATIONS[case]
    guest = {**bench.guest(), **keys}
    before = bench.files()
    result = bench.run(module, **({"domains": [bench.guest(GOOD), guest]} if module == "xl_domains" else guest))
    assert result["failed"]
    for word in words:
        assert word in result["msg"], result["msg"]
    assert (bench.calls(), bench.files(), bench.names()) == ([], before, [])


def test_two_guests_of_one_name_are_refused(bench: Any) -> None:
    result = bench.domains(bench.guest(), bench.guest(memory=128))
    assert result["failed"]
    assert "web1" in result["msg"]
    assert "2 times" in result["msg"]
    assert (bench.calls(), bench.names()) == ([], [])


@pytest.mark.parametrize("check", [True, False])
def test_two_guests_that_write_one_disk_are_refused(bench: Any, check: bool) -> None:
    """As lint refuses them: where xl does not, the file system is destroyed."""
    image = str(bench.root / "images/disk.img")
    a, b = (bench.guest(name, disk=[{"vdev": "xvda", "target": image}]) for name in ("a", "b"))
    result = bench.domains(a, b, check=check)
    assert result["failed"]
    assert result["msg"].startswith('guest "b", disk[0].target: the disk "')
    assert 'is claimed 2 times, by "a", "b"' in result["msg"]
    assert (bench.calls(), bench.names()) == ([], [])
    read = {"disk": [{"vdev": "xvda", "target": image, "access": "ro"}]}
    assert "failed" not in bench.domains({**a, **read}, {**b, **read}, check=check)
    for state in ("stopped", "present"):
        assert "failed" not in bench.domains(a, {**b, "state": state}, check=check)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"domains": {"web1": {"memory": 64}}}, "domains: a mapping is not a list of guests; write each as a mapping"),
        ({"domains": "web1"}, "domains: a text is not a list of guests; write each as a mapping"),
        ({"domains": ["web1"]}, "domains[0]: a text is no guest; write a mapping with its name"),
        ({"domains": [{"name": "web1"}, None]}, "domains[1]: null is no guest; write a mapping with its name"),
        ({"domains": [{"name": "web1"}, 17]}, "domains[1]: 17 is no guest; write a mapping with its name"),
        ({"domains": [], "defaults": []}, "defaults: a list is not a mapping; write the keys that all guests have"),
    ],
)
def test_what_is_no_guest_at_all_is_said_by_its_place(bench: Any, options: dict[str, Any], message: str) -> None:
    result = bench.run("xl_domains", **options)
    assert result["failed"]
    assert result["msg"].startswith(message), result["msg"]
    assert (bench.calls(), bench.names()) == ([], [])


def test_a_text_of_which_ansible_makes_a_mapping_is_not_what_is_wrong(bench: Any) -> None:
    wrong = bench.run("xl_domains", domains=[{"name": "web1", "vcpus": "many"}], defaults="memory=64")
    assert "vcpus" in wrong["msg"]
    right = bench.run("xl_domains", domains=[bench.guest(memory=None)], defaults="memory=64")
    assert right["domains"]["web1"]["state"] == "running", right


def test_a_name_among_the_defaults_is_refused(bench: Any) -> None:
    result = bench.run("xl_domains", domains=[bench.guest()], defaults={"name": "all", "memory": 64})
    assert "defaults.name: the defaults are of all guests" in result["msg"]
    assert (bench.calls(), bench.names()) == ([], [])


@pytest.mark.parametrize("case", HOST)
def test_what_the_host_lacks_fails_the_guest_alone(bench: Any, case: str) -> None:
    keys, words = HOST[case]
    bad = {**bench.guest(), **keys, "autostart": True}
    check = bench.domains(bad, bench.guest(GOOD), check=True)
    run = bench.domains(bad, bench.guest(GOOD))
    assert run["failed"]
    assert run["msg"] == check["msg"]
    for word in ("web1", *words):
        assert word in run["msg"], run["msg"]
    assert run["domains"]["web1"]["actions"] == []
    assert run["domains"][GOOD]["state"] == "running"
    assert bench.names() == [GOOD]
    assert [name for name in bench.files() if "web1" in name] == []


def test_a_type_that_the_release_does_not_have_names_the_first_that_has(tmp_path: Any, bench: Any) -> None:
    bench.set(release="4.5.0")
    result = bench.domains(bench.guest(type="pvh"))
    for word in ("web1", "type", "pvh", "4.5", "4.10"):
        assert word in result["msg"], result["msg"]
    assert bench.names() == []


def test_memory_is_counted_over_all_guests_in_their_order(bench: Any) -> None:
    bench.set(free=150)
    result = bench.domains(bench.guest("a"), bench.guest("b"), bench.guest("c"), bench.guest("d", memory=8))
    assert bench.names() == ["a", "b", "d"]
    assert result["domains"]["c"]["error"].startswith("memory: it needs 66 MiB and the host has 18 MiB")


def test_memory_is_not_counted_where_dom0_gives_way(bench: Any) -> None:
    bench.set(free=10, commandline="console=vga")
    assert bench.domains(bench.guest())["changed"]
    (bench.etc / "xl.conf").write_text('autoballoon="off"\n')
    assert "memory" in bench.domains(bench.guest("b"))["msg"]


def test_a_guest_that_goes_makes_room(bench: Any) -> None:
    bench.domains(bench.guest("old", memory=2900))
    result = bench.domains(bench.guest("new", memory=2900), {"name": "old", "state": "absent"})
    assert "failed" not in result
    assert bench.names() == ["new"]


@pytest.mark.parametrize("module", ["xl_domains", "xl_domain", "xl_domain_info", "xl_host_info", "libxl_config"])
@pytest.mark.parametrize(
    ("break_it", "options", "words"),
    [
        ("", {"euid": 1000}, ["root", "become"]),
        ("capabilities", {}, ["booted without", "reboot into the Xen entry"]),
        ("", {"executable": "no-such-xl"}, ["no-such-xl", "install"]),
    ],
    ids=["not root", "not under Xen", "xl missing"],
)
def test_a_host_that_cannot_be_managed(
    bench: Any, module: str, break_it: str, options: dict[str, Any], words: list[str]
) -> None:
    if break_it:
        (bench.root / break_it).unlink()
    params = {
        "xl_domains": {"domains": [bench.guest()]},
        "xl_domain": bench.guest(),
        "libxl_config": {"name": "web1"},
    }.get(module, {})
    result = bench.run(module, **params, **options)
    assert result["failed"]
    for word in words:
        assert word in result["msg"], result["msg"]
    assert bench.calls() == []


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"capabilities": None, "hypervisor_type": "xen\n"}, ["mount it"]),
        ({"capabilities": ""}, ["is a guest of Xen"]),
    ],
    ids=["xenfs not mounted", "in a guest"],
)
def test_a_machine_that_is_not_quite_a_host(bench: Any, files: dict[str, Any], words: list[str]) -> None:
    for name, text in files.items():
        (bench.root / name).unlink(missing_ok=True)
        if text is not None:
            (bench.root / name).write_text(text)
    result = bench.domains(bench.guest())
    for word in words:
        assert word in result["msg"], result["msg"]


def test_without_xenstored_the_message_says_so(bench: Any) -> None:
    (bench.root / "xenstored").unlink()
    silence = (
        "libxl: error: libxl.c:115:libxl_ctx_alloc: cannot connect to xenstore: No such file or directory\n"
        "cannot init xl context\n"
    )
    bench.set(faults={"info": {"code": 1, "errors": silence}})
    result = bench.domains(bench.guest())
    assert result["msg"].startswith("xenstored is not running")


def test_output_that_is_no_table_stops_the_run(bench: Any) -> None:
    bench.set(faults={"list -v": {"code": 0}})
    result = bench.domains(bench.guest())
    assert "xl list" in result["msg"]
    assert bench.names() == []


def test_the_directory_of_the_files_is_an_absolute_path(bench: Any) -> None:
    a_file = bench.root / "images/disk.img"
    for given, why in (
        ("etc/xen", "config_dir is etc/xen: give an absolute path on the host"),
        ("/etc/x\0n", "config_dir is /etc/x\\x00n: give an absolute path on the host"),
        (str(a_file), f"config_dir is {a_file}, which is no directory: name one"),
    ):
        assert why in bench.run("xl_domain_info", config_dir=given)["msg"]


def test_a_directory_that_is_not_there_is_told_by_a_check_too(bench: Any) -> None:
    """The module makes no directory for the files of guests, and xl's own is there with xl."""
    absent = str(bench.root / "not/there")
    check = bench.domains(bench.guest(), config_dir=absent, check=True)
    run = bench.domains(bench.guest(), config_dir=absent)
    assert run["failed"]
    assert run["msg"] == check["msg"]
    assert f"web1: config_dir: the host has no directory {absent}" in run["msg"]
    assert bench.names() == []


@pytest.mark.parametrize("module", ["xl_domains", "xl_domain"])
def test_what_is_null_was_not_said(bench: Any, module: str) -> None:
    guest = bench.guest(state=None, on_crash=None, vif=None, disk=[])
    result = bench.run(module, **({"domains": [guest]} if module == "xl_domains" else guest), check=True)
    assert "failed" not in result, result["msg"]


@pytest.mark.parametrize(
    ("module", "option", "what"),
    [
        *(("xl_domains", option, "seconds") for option in ("settle_timeout", "lock_timeout")),
        ("xl_domains", "max_removals", "guests"),
        *(("xl_domain", option, "seconds") for option in ("settle_timeout", "lock_timeout")),
        ("libxl_config", "lock_timeout", "seconds"),
        *(("xl_restore", option, "seconds") for option in ("timeout", "lock_timeout")),
        ("xl_scheduler", "settle_timeout", "seconds"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_less_than_nothing_is_no_number_of_anything(
    bench: Any, module: str, option: str, what: str, check: bool
) -> None:
    params = {
        "xl_domains": {"domains": [bench.guest()]},
        "xl_domain": bench.guest(),
        "xl_scheduler": {},
        "xl_restore": {"name": "web1", "src": "/nowhere"},
    }.get(module, {"name": "web1"})
    result = bench.run(module, check=check, **{**params, option: -1})
    assert result["failed"]
    assert f"{option} is -1: give a number of {what}, 0 or more" in result["msg"]
    assert (bench.calls(), bench.names()) == ([], [])
