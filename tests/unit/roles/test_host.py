# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role xen_host without a host: what it refuses, what it writes, and what it takes for a reason to reboot."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
import yaml
from ansible_collections.xlops.xen.tests.unit.roles.plays import ROOT, of_role, play, tasks

FACTS = {"architecture": "x86_64", "distribution_major_version": "12"}


def test_wrong_words_are_refused_by_name(tmp_path: pathlib.Path) -> None:
    wrong: dict[str, dict[str, Any]] = {
        'dom0_max_vcpus: "two" is not what it takes': {"xen_host_dom0_max_vcpus": "two"},
        'dom0_max_vcpus: "1,2" is not what it takes': {"xen_host_dom0_max_vcpus": "1,2"},
        'dom0_max_vcpus: "-" is not what it takes': {"xen_host_dom0_max_vcpus": "-"},
        "xendomains.A B: there is no such key": {"xen_host_xendomains": {"A B": "1"}},
        "xencommons.XENCONSOLED_TRACE: Debian's start scripts do not read it": {
            "xen_host_xencommons": {"XENCONSOLED_TRACE": "guest"}
        },
        "xencommons.XENSTORED_ARGS: ": {"xen_host_xencommons": {"XENSTORED_ARGS": "1\n2"}},
        "xl_conf.max_grant_version: ": {"xen_host_xl_conf": {"max_grant_version": ["1"]}},
        "did you mean autoballoon?": {"xen_host_xl_conf": {"autobaloon": "off"}},
    }
    good = [{"xen_host_dom0_max_vcpus": value} for value in (2, "2", "1-4", "2-", "-4", "")]
    good.append({"xen_host_xencommons": {"XENSTORED_ARGS": "-D"}, "xen_host_xendomains": {"XENDOMAINS_RESTORE": True}})
    good.append({"xen_host_xl_conf": {"autoballoon": False, "vif.default.bridge": "xenbr0", "claim_mode": None}})
    listed: list[dict[str, Any]] = [{"ansible.builtin.set_fact": {"cacheable": True, **FACTS}}]
    listed += [of_role("xen_host", "declaration", **variables) for variables in good]
    listed += [of_role("xen_host", "declaration", ignore_errors=True, **variables) for variables in wrong.values()]
    said = tasks(tmp_path, listed, {}).replace('\\"', '"')
    assert [finding for finding in wrong if finding not in said] == []
    assert f"ignored={len(wrong)}" in said


def test_words_that_the_release_reads_otherwise_are_refused_before_the_first_change(tmp_path: pathlib.Path) -> None:
    cases = {
        "dom0_men: no release of Xen has such a parameter; did you mean dom0_mem?": {
            "xen_host_xen": {"dom0_men": "2G"}
        },
        "did you mean spec-ctrl?": {"xen_host_xen_cmdline": ["spec_ctrl=no"]},
        "xen_nopv: a control domain needs": {"xen_host_linux_cmdline": ["xen_nopv"]},
    }
    good = {"xen_host_dom0_memory": "2G", "xen_host_xen": {"smt": False}, "xen_host_xen_cmdline": ["loglvl=all"]}
    listed: list[dict[str, Any]] = [{"ansible.builtin.set_fact": {"cacheable": True, **FACTS}}]
    listed += [of_role("xen_host", "declaration", True, **variables) for variables in [*cases.values(), good]]
    said = tasks(tmp_path, listed, {})
    assert [text for text in cases if text not in said] == [], said
    assert "so nothing was changed" in said
    assert f"ignored={len(cases)}" in said


def test_a_bare_number_of_dom0s_memory_is_refused_as_what_it_is_to_xen(tmp_path: pathlib.Path) -> None:
    listed: list[dict[str, Any]] = [{"ansible.builtin.set_fact": {"cacheable": True, **FACTS}}]
    listed += [of_role("xen_host", "declaration", True, xen_host_dom0_memory=value) for value in (2048, "2048")]
    said = tasks(tmp_path, listed, {}).replace('\\"', '"')
    assert "ignored=2" in said, said
    told = 'msg: \'What localhost shall boot is wrong, so nothing was changed: dom0_mem: "2048" is 2048 KiB'
    assert said.count(told) == 2, said


def test_another_architecture_is_told_as_that(tmp_path: pathlib.Path) -> None:
    arm = {"distribution": "Debian", "distribution_version": "12.11", **FACTS, "architecture": "aarch64"}
    facts = {"ansible.builtin.set_fact": {"cacheable": True, **arm}}
    said = tasks(tmp_path, [facts, of_role("xen_host", "preconditions")], {})
    assert "The role needs an x86_64 machine, and localhost is aarch64." in said, said
    assert "become" not in said


@pytest.mark.parametrize("role", ["xen_host", "xen_storage"])
def test_become_is_advised_for_want_of_rights_alone(role: str) -> None:
    listed = yaml.safe_load((ROOT / f"roles/{role}/tasks/preconditions.yml").read_text())
    (advice,) = (task for task in listed if "Run it with become" in str(task))
    asked = advice["ansible.builtin.assert"]["that"]
    assert isinstance(asked, str), f"{asked}: become helps against one of them"
    assert "user" in asked


def test_packages_that_are_there_are_not_asked_for(tmp_path: pathlib.Path) -> None:
    """apt would renew its lists first, and a host without a way to its mirror would fail with every run."""
    known = {"xen_host_toolstack": {"stat": {"exists": True}}, "xen_host_packages": ["coreutils", "dpkg"]}
    said = play(tmp_path, "xen_host", "packages", known, "--check")
    assert "failed=0" in said, said
    _before, asked = said.split("Install the packages]")
    assert "skipping: [localhost]" in asked, said


def test_all_packages_of_the_role_are_asked_for_at_once(tmp_path: pathlib.Path) -> None:
    """The lists are renewed for those that are missing, whatever they are for; later there is nothing to install."""
    installing = [
        path.name for path in (ROOT / "roles/xen_host/tasks").glob("*.yml") if "builtin.apt:" in path.read_text()
    ]
    assert installing == ["packages.yml"]
    (_end, seen, _install) = yaml.safe_load((ROOT / "roles/xen_host/tasks/packages.yml").read_text())
    role = yaml.safe_load((ROOT / "roles/xen_host/vars/main.yml").read_text())
    show = {"ansible.builtin.debug": {"msg": "{{ xen_host_needed }}"}, "vars": seen["vars"]}
    known = {
        "xen_host_packages": ["xen"],
        "xen_host_logs_consoles": True,
        "xen_host_time": "chrony",
        **{name: role[name] for name in ("xen_host_time_daemons", "xen_host_time_daemon")},
    }
    said = tasks(tmp_path, [show], known)
    assert [name for name in ("xen", "logrotate", "chrony") if f"- {name}" not in said] == [], said


def booted(release: str, *reasons: str, changed: bool = False) -> dict[str, Any]:
    """What xen_boot says of a host whose default entry is of that release."""
    entry = {"name": "xen", "hypervisor": f"/boot/xen-{release}-amd64.gz"}
    missing = [reason.split()[-1] for reason in reasons if "without" in reason]
    return {
        "changed": changed,
        "default_entry": "xen",
        "entries": [{"name": "linux", "hypervisor": None}, entry],
        "reasons": list(reasons),
        "missing": missing,
    }


LACK = "the hypervisor runs without smt=off"
UPGRADE = "Xen 4.17 runs, and the next boot is of Xen 4.20"
RUNNING: dict[str, Any] = {
    "xen_host_capabilities": {"stat": {"exists": True}},
    "xen_host_running": {"host": {"skew": False, "xen_release": "4.17", "toolstacks": ["4.17"]}},
    "xen_host_boot": booted("4.17", LACK),
    "xen_host_newer": {"matched": 0},
    "xen_host_rebooted": {"changed": False},
    "xen_host_reboot_reasons": [],
}
SKEW: dict[str, Any] = {
    "xen_host_running": {"host": {"skew": True, "xen_release": "4.17", "toolstacks": ["4.20"]}},
    "xen_host_boot": booted("4.20", UPGRADE),
}


@pytest.mark.parametrize("check", [True, False])
def test_a_check_has_the_reasons_for_a_reboot_that_a_run_has(tmp_path: pathlib.Path, check: bool) -> None:
    newer: dict[str, Any] = {"xen_host_newer": {"matched": 1}}
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, []),
        (newer, [LACK]),
        ({"xen_host_boot": booted("4.17", LACK, changed=True)}, [LACK]),
        (SKEW, []),
        (SKEW | newer, [UPGRADE]),
        (SKEW | newer | {"xen_host_boot": booted("4.17")}, []),
    ]
    listed = []
    for number, (variables, reasons) in enumerate(cases):
        known = {key: value for key, value in (RUNNING | variables).items() if key != "xen_host_reboot_reasons"}
        listed.append(of_role("xen_host", "reasons", **known))
        listed.append(
            {"ansible.builtin.assert": {"that": f"xen_host_reboot_reasons == {reasons}", "fail_msg": f"case {number}"}}
        )
    said = tasks(tmp_path, listed, {}, *["--check"] * check)
    assert "failed=0" in said, said


def test_a_toolstack_of_another_release_says_what_to_do(tmp_path: pathlib.Path) -> None:
    cases: dict[str, dict[str, Any]] = {
        "Set xen_host_reboot to allowed": {"xen_host_reboot_reasons": ["Xen 4.17 runs"]},
        "starts xen-4.17-amd64.gz, so a reboot would not help": {"xen_host_boot": booted("4.17")},
        "the last boot: the machine was started by another entry": {},
    }
    listed = [of_role("xen_host", "verify", True, **(RUNNING | SKEW | variables)) for variables in cases.values()]
    said = tasks(tmp_path, listed, {})
    assert [text for text in cases if text not in said] == []
    allowed = RUNNING | SKEW | {"xen_host_rebooted": {"changed": True}}
    assert "does not run under its new Xen yet" in play(tmp_path, "xen_host", "verify", allowed, "--check")


@pytest.mark.parametrize("given", [[], ["distribution"]])
def test_facts_that_the_play_did_not_gather_are_gathered(tmp_path: pathlib.Path, given: list[str]) -> None:
    gathered = {"ansible.builtin.setup": {"gather_subset": ["!all", "!min", *given]}}
    needed = ["distribution", "distribution_version", "distribution_major_version", "architecture"]
    complete = {"ansible.builtin.assert": {"that": [f"ansible_facts[{name!r}] is defined" for name in needed]}}
    again = of_role("xen_host", "facts")
    said = tasks(tmp_path, [*[gathered] * bool(given), of_role("xen_host", "facts"), complete, again], {})
    assert "failed=0" in said
    assert "skipped=1" in said
