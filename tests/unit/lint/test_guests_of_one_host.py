# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of several guests and files: where the others stand, which are one, and what is said once."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import lint_text, lint_together
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_directory import import_directory
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_options import XM_OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._plan.lint import lint_declaration
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import KEYS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release
from ansible_collections.xlops.xen.plugins.plugin_utils.lint_files import Lint, lint_paths

UUID = "6b4d0d1e-51f5-4f0e-9a51-3f1d3f0f1a01"
XEND = f"""
name = "web1"
builder = "hvm"
memory = 512
uuid = "{UUID}"
disk = [ "phy:/dev/vg0/web1,hda,w" ]
vif = [ "mac=00:16:3e:00:00:01,bridge=br0" ]
on_crash = "restart"
"""
XEN_4_17 = Release(4, 17)


def linted(directory: Path, **files: str) -> Lint:
    for name, text in files.items():
        stem, _underscore, ending = name.rpartition("_")
        (directory / f"{stem}.{ending}").write_text(text)
    return lint_paths([str(directory)], XEN_4_17)


def findings(directory: Path, **files: str) -> list[Finding]:
    return list(linted(directory, **files).report.findings)


@pytest.mark.parametrize(
    ("rule", "line", "column"),
    [
        ("duplicate-uuid", f'uuid = "{UUID}"', 1),
        ("duplicate-mac", 'vif = [ "mac=00:16:3e:00:00:01" ]', 9),
        ("shared-disk", 'disk = [ "vdev=xvda,target=/d" ]', 10),
        ("shared-pci", 'pci = [ "03:00.0" ]', 9),
    ],
)
def test_what_two_guests_claim_names_both_with_their_places(tmp_path: Path, rule: str, line: str, column: int) -> None:
    of_b = f'name = "b"\nkernel = "/k"\n\n{line}\n'
    (finding,) = findings(tmp_path, a_cfg=f'name = "a"\nkernel = "/k"\n{line}\n', b_cfg=of_b)
    assert (finding.rule, finding.guest, finding.filename, finding.line) == (rule, "b", str(tmp_path / "b.cfg"), 4)
    assert f'by "a" ({tmp_path}/a.cfg:3:{column}), "b" ({tmp_path}/b.cfg:4:{column})' in finding.message


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("target=/dev/vg0/a", "target=/dev/vg0//a", True),
        ("target=/dev/vg0/a", "target=//dev/./vg0/b/../a", True),
        ("target=/dev/vg0/a", "target=/dev/vg0/A", False),
        ("script=s,target=/vg0/a", "script=s,target=/vg0//a", False),  # what a script takes is no path
        ("target=a//b", "target=a/b", False),
    ],
)
def test_a_disk_is_one_however_its_path_is_spelled(tmp_path: Path, one: str, other: str, shared: bool) -> None:
    texts = [
        f'name = "{name}"\nkernel = "/k"\ndisk = [ "vdev=xvda,{disk}" ]\n' for name, disk in (("a", one), ("b", other))
    ]
    found = findings(tmp_path, a_cfg=texts[0], b_cfg=texts[1])
    assert [finding.rule for finding in found if finding.rule == "shared-disk"] == ["shared-disk"] * shared


@pytest.mark.parametrize(
    ("disk", "shared"),
    [
        ("vdev=hdc,cdrom,access=rw,target=/x.iso", False),
        ("vdev=xvda,access=rw,script=block-drbd,target=r0", False),
        ("vdev=xvda,access=rw,target=/x.img", True),
        ("vdev=xvda,access=ro,target=/x.img", False),
    ],
)
def test_readers_and_scripts_of_their_own_may_share_a_disk(tmp_path: Path, disk: str, shared: bool) -> None:
    a, b = (f'name = "{name}"\nkernel = "/k"\ndisk = [ "{disk}" ]\n' for name in "ab")
    assert ["shared-disk"] * shared == [one.rule for one in findings(tmp_path, a_cfg=a, b_cfg=b) if "share" in one.rule]


def test_one_name_is_named_with_the_file_of_each(tmp_path: Path) -> None:
    declared = "xen_guests_domains:\n  - name: a\n    kernel: /other\n"
    (finding,) = findings(tmp_path, a_cfg='name = "a"\nkernel = "/k"\n', guests_yml=declared)
    assert finding.rule == "duplicate-name"
    assert f'by "a" ({tmp_path}/a.cfg:1:1), "a" ({tmp_path}/guests.yml:2:5)' in finding.message


def test_guests_without_files_are_counted() -> None:
    guest = {"name": "a", "kernel": "/k"}
    (finding,) = lint_together([lint_declaration(guest, None, NEWEST), lint_declaration(guest, None, NEWEST)])
    assert 'by "a" (number 1), "a" (number 2)' in finding.message


def test_one_pci_device_for_two_guests_is_a_warning_with_advice() -> None:
    guests = [lint_text(f'name = "{name}"\nkernel = "/k"\npci = [ "03:00.*" ]\n', XEN_4_17) for name in "ab"]
    (finding,) = lint_together(guests)
    assert (finding.severity, finding.key) == ("warning", "pci[0]")
    assert finding.message.startswith('the PCI device "0000:03:00.*" is claimed 2 times, by "a"')
    assert finding.message.endswith("and xl refuses the second while the first runs")
    assert finding.remedy == "give it to one of them, or let no more than one of them run"


def test_what_xm_to_xl_writes_into_one_directory_is_each_guest_once(tmp_path: Path) -> None:
    imported = import_directory({"web1": XEND, "web2": XEND.replace("web1", "web2").replace("01", "02")}, XEN_4_17)
    files = {name.replace(".", "_"): text for name, text in imported.configs().items()}
    lint = linted(tmp_path, **files, domains_yml=imported.declarations())
    assert {finding.rule for finding in lint.report.findings} == {"open-decision"}
    assert (len(lint.report.files), lint.report.guests) == (3, 2)


def test_a_declaration_of_another_guest_by_the_same_name_is_a_second_one(tmp_path: Path) -> None:
    imported = import_directory({"web1": XEND}, XEN_4_17)
    other = imported.declarations().replace("memory: 512", "memory: 1024")
    rules = {finding.rule for finding in findings(tmp_path, web1_cfg=imported.configs()["web1.cfg"], domains_yml=other)}
    assert {"duplicate-name", "duplicate-uuid"} <= rules


@pytest.mark.parametrize("one_host", ["directory", "all"])
def test_how_to_say_that_files_are_of_different_hosts(tmp_path: Path, one_host: str) -> None:
    text = 'name = "{}"\nkernel = "/k"\ndisk = [ "/dev/vg/a,raw,xvda" ]\n'
    for name in ("a", "b"):
        (tmp_path / f"{name}.cfg").write_text(text.format(name))
    (finding,) = lint_paths([str(tmp_path)], NEWEST, one_host).report.findings
    assert finding.rule == "shared-disk"
    assert str(finding.remedy).startswith("give each guest its own; if the files are of different hosts")
    assert "xen_lint_one_host" in str(finding.remedy)
    assert lint_paths([str(tmp_path)], NEWEST, "file").report.findings == []


@pytest.mark.parametrize("one_host", ["directory", "all"])
@pytest.mark.parametrize(
    ("other", "of_two_files"),
    [
        ("[]", False),
        ("{name: c, kernel: /k, vif: [{vifname: y}]}", False),
        ("{name: c, kernel: /k, vif: [{vifname: x}]}", True),
    ],
)
def test_guests_of_one_file_are_of_one_host(tmp_path: Path, other: str, of_two_files: bool, one_host: str) -> None:
    of_one = "[{name: a, kernel: /k, vif: [{vifname: x}]}, {name: b, kernel: /k, vif: [{vifname: x}]}]"
    (tmp_path / "a.yml").write_text(of_one)
    (tmp_path / "b.yml").write_text(other)
    (finding,) = lint_paths([str(tmp_path)], NEWEST, one_host).report.findings
    remedy, _semicolon, way_out = str(finding.remedy).partition("; ")
    assert (finding.rule, remedy, bool(way_out)) == ("duplicate-vifname", "give each guest its own", of_two_files)


def test_each_contest_is_of_its_own_files(tmp_path: Path) -> None:
    mac = "{mac: '00:16:3e:00:00:01'}"
    of_one = f"[{{name: a, kernel: /k, vif: [{{vifname: x}}, {mac}]}}, {{name: b, kernel: /k, vif: [{{vifname: x}}]}}]"
    (tmp_path / "a.yml").write_text(of_one)
    (tmp_path / "b.yml").write_text(f"{{name: c, kernel: /k, vif: [{mac}]}}")
    found = lint_paths([str(tmp_path)], NEWEST).report.findings
    assert {one.rule: "one_host" in str(one.remedy) for one in found} == {
        "duplicate-vifname": False,
        "duplicate-mac": True,
    }


def test_two_xl_cfg_of_one_guest_are_two() -> None:
    text = 'name = "a"\nkernel = "/k"\n'
    (finding,) = lint_together([lint_text(text, NEWEST, "a.cfg"), lint_text(text, NEWEST, "copy.cfg")])
    assert (finding.rule, finding.filename) == ("duplicate-name", "copy.cfg")


def test_an_older_name_of_a_key_is_said_once_for_all_files(tmp_path: Path) -> None:
    files = {f"{name}_cfg": f'name = "{name}"\nbuilder = "hvm"\n' for name in ("a", "b", "c")}
    (finding,) = findings(tmp_path, **files)
    assert (finding.rule, finding.filename) == ("alias", str(tmp_path / "a.cfg"))
    assert finding.message == "xl follows it, and type is its name since 4.10 (in 2 more files too)"
    (tmp_path / "c.cfg").unlink()
    (finding,) = lint_paths([str(tmp_path)], XEN_4_17).report.findings
    assert finding.message.endswith("(in another file too)")
    (finding,) = lint_paths([str(tmp_path / "a.cfg")], XEN_4_17).report.findings
    assert finding.message == "xl follows it, and type is its name since 4.10"


@pytest.mark.parametrize("release", ["4.5", "4.20"])
def test_a_key_of_xend_is_no_typo(release: str) -> None:
    text = 'name = "a"\nbuilder = "hvm"\nloader = "/usr/lib/xen/boot/hvmloader"\n'
    (finding,) = [one for one in lint_together([lint_text(text, Release.parse(release))]) if one.rule == "unknown-key"]
    assert (finding.key, finding.line) == ("loader", 3)
    assert finding.message.startswith("it is a key of xend")
    assert finding.remedy == (
        "xl has firmware_override in its place (hvmloader xl finds itself); xlops.xen.xm_to_xl converts files of xend"
    )


@pytest.mark.parametrize("key", sorted(set(XM_OPTIONS) - set(KEYS)))
def test_each_key_that_xend_alone_had_is_known_as_one(key: str) -> None:
    found = lint_together([lint_text(f'name = "a"\nkernel = "/k"\n{key} = "1"\n', NEWEST)])
    assert [(one.rule, one.message[:21]) for one in found] == [("unknown-key", "it is a key of xend, ")]
    assert "did you mean" not in str(found[0])


def test_a_typo_is_a_typo_still() -> None:
    (finding,) = lint_together([lint_text('name = "a"\nkernel = "/k"\nmemroy = 1\n', NEWEST)])
    assert finding.remedy == "did you mean memory?"
