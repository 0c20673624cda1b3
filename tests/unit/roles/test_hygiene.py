# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role xen_host without a host: logs of consoles, time, sshd, and what it says of a host at its end."""

from __future__ import annotations

import base64
import os
import pathlib
from typing import Any

import pytest
import yaml
from ansible_collections.xlops.xen.tests.unit.roles.plays import ROOT, of_role, tasks

ROLE = ROOT / "roles/xen_host"

# What the role looks at when all is as declared; of a release that no table has, so that its support never ends.
HOST: dict[str, Any] = {"xen_version": "4.99.0", "xl_conf": {"autoballoon": "auto"}}


def test_every_default_leaves_a_host_as_it_is() -> None:
    defaults = yaml.safe_load((ROLE / "defaults/main.yml").read_text())
    assert {key: value for key, value in defaults.items() if value in ("keep", {}, [])} == {
        "xen_host_console_log": "keep",
        "xen_host_time": "keep",
        "xen_host_kill_user_processes": "keep",
        **{f"xen_host_{name}": {} for name in ("xen", "xl_conf", "xencommons", "xendomains", "sshd", "sysctl")},
        **{f"xen_host_{name}": [] for name in ("xen_cmdline", "linux_cmdline", "time_servers")},
    }


def test_what_is_logged_of_consoles_is_an_argument_beside_those_of_the_user(tmp_path: pathlib.Path) -> None:
    declared = {"XENCONSOLED_ARGS": "--timestamp=all", "XENSTORED_ARGS": "-D"}
    cases: list[tuple[str, dict[str, str], dict[str, Any]]] = [
        ("keep", {}, {}),
        ("keep", declared, declared),
        ("none", {}, {"XENCONSOLED_ARGS": None}),
        ("none", declared, declared),
        ("guest", {}, {"XENCONSOLED_ARGS": "--log=guest"}),
        ("all", declared, {**declared, "XENCONSOLED_ARGS": "--log=all --timestamp=all"}),
    ]
    others = {"xen_host_xl_conf": {}, "xen_host_xendomains": {}}
    listed: list[dict[str, Any]] = [{"ansible.builtin.include_vars": str(ROLE / "vars/main.yml")}]
    for log, given, wanted in cases:
        listed.append(
            {
                "ansible.builtin.assert": {
                    "that": ["xen_host_xencommons_all == wanted", "xen_host_settings | int == wanted | length"],
                    "fail_msg": f"{log}: {{{{ xen_host_xencommons_all }}}}",
                },
                "vars": {"xen_host_console_log": log, "xen_host_xencommons": given, "wanted": wanted, **others},
            }
        )
    said = tasks(tmp_path, listed, {})
    assert "failed=0" in said, said


def named(task_file: str, name: str, **given: Any) -> dict[str, Any]:
    """One task of the role as it is written there, that may fail, with variables."""
    (found,) = (task for task in yaml.safe_load((ROLE / f"tasks/{task_file}.yml").read_text()) if task["name"] == name)
    return {**found, "vars": {**found.get("vars", {}), **given}, "ignore_errors": True}


def test_contradictions_are_refused(tmp_path: pathlib.Path) -> None:
    memory, servers = "Check that what is fixed of dom0's memory stays", "Check the servers of the time"
    cases: list[tuple[str, str, Any, bool]] = [
        *((memory, "2G", value, False) for value in ("off", "auto", False, None)),
        *((memory, "2G", value, True) for value in ("on", True, 1)),
        (memory, "", "on", False),
    ]
    listed = [
        named("declaration", name, xen_host_dom0_memory=fixed, xen_host_xl_conf={"autoballoon": value})
        for name, fixed, value, _refused in cases
    ]
    listed.append(named("declaration", memory, xen_host_dom0_memory="2G", xen_host_xl_conf={}))
    for given in (["time.example.org", "192.0.2.1", "2001:db8::1"], [], ["time.example.org", "a b"]):
        listed.append(named("declaration", servers, xen_host_time_servers=given))
    for size in ("1G", "10M", "512", "10 MiB", "0"):
        check = {"xen_host_console_log_size": size, "xen_host_console_log_count": 0}
        listed.append(named("console_log_checks", "Check how large they may become", **check))
    said = tasks(tmp_path, listed, {})
    assert "ignored=6" in said, said
    for value in ("on", "true", "1"):
        assert f"dom0 at 2G, but xen_host_xl_conf says autoballoon {value}, so xl would take from it" in said, said
    assert "xen_host_time_servers names time.example.org, a b, and takes names" in said
    for size in ("10 MiB", "0"):
        assert f"xen_host_console_log_size is {size} and takes a size such as 10M" in said


def test_settings_that_the_kernel_lacks_are_refused(tmp_path: pathlib.Path) -> None:
    there = {"kernel.ostype": "a", "net/ipv4/ip_forward": "b", "net.ipv4.conf.lo.forwarding": "c", "no.such.one": None}
    lacking = {"kernel.ostyp": "a", "net.ipv4.conf.lo/7.forwarding": "b"}
    listed = [
        of_role("xen_host", "hygiene_checks", True, xen_host_sshd={}, xen_host_sysctl=given)
        for given in (there, {**there, **lacking})
    ]
    said = tasks(tmp_path, listed, {})
    assert "ignored=1" in said and "changed=0" in said, said
    assert "xen_host_sysctl names kernel.ostyp, net.ipv4.conf.lo/7.forwarding, and the kernel of localhost" in said


@pytest.mark.parametrize(
    ("first", "refused"),
    [
        ("Include /etc/ssh/sshd_config.d/*.conf", False),
        ("\n# words\n  include  /etc/ssh/other.conf /etc/ssh/sshd_config.d/*.conf", False),
        ("PasswordAuthentication yes\nInclude /etc/ssh/sshd_config.d/*.conf", True),
        ("", True),
    ],
)
def test_settings_that_sshd_would_not_reach_are_refused(tmp_path: pathlib.Path, first: str, refused: bool) -> None:
    (block,) = (task for task in yaml.safe_load((ROLE / "tasks/hygiene_checks.yml").read_text()) if "block" in task)
    (check,) = (
        task for task in block["block"] if task["name"] == "Check that its directory comes before its first setting"
    )
    text = {"content": base64.b64encode(f"{first}\nUsePAM yes\n".encode()).decode()}
    said = tasks(tmp_path, [check], {"xen_host_sshd_config": text})
    assert ("what is declared would have no effect" in said) == refused
    assert f"failed={int(refused)}" in said, said


def rendered(tmp_path: pathlib.Path, name: str, **given: Any) -> str:
    listed = [
        {
            "ansible.builtin.template": {"src": str(ROLE / "templates" / name), "dest": str(tmp_path / name)},
            "vars": given,
        }
    ]
    said = tasks(tmp_path, listed, {})
    assert "failed=0" in said, said
    return (tmp_path / name).read_text()


def test_logs_are_cut_while_they_are_written(tmp_path: pathlib.Path) -> None:
    text = rendered(tmp_path, "logrotate.j2", xen_host_console_log_size="10M", xen_host_console_log_count=4)
    lines = [line.strip() for line in text.splitlines()]
    assert lines[1] == "/var/log/xen/console/*.log {" and lines[-1] == "}"
    assert {"size 10M", "rotate 4", "copytruncate", "compress", "missingok"} <= set(lines)


def test_settings_of_sshd_are_lines_of_words(tmp_path: pathlib.Path) -> None:
    given = {"PasswordAuthentication": False, "MaxAuthTries": 3, "AllowUsers": ["root", "admin@192.0.2.*"]}
    text = rendered(tmp_path, "sshd.j2", xen_host_sshd=given)
    assert text.splitlines()[1:] == [
        "PasswordAuthentication no",
        "MaxAuthTries 3",
        "AllowUsers root",
        "AllowUsers admin@192.0.2.*",
    ]


def test_each_keeper_of_time_has_servers_in_its_own_words(tmp_path: pathlib.Path) -> None:
    servers = ["a.example", "192.0.2.1"]
    assert rendered(tmp_path, "timesyncd.j2", xen_host_time_servers=servers).endswith(
        "[Time]\nNTP=a.example 192.0.2.1\n"
    )
    assert rendered(tmp_path, "chrony.j2", xen_host_time_servers=servers).endswith(
        "server a.example iburst\nserver 192.0.2.1 iburst\n"
    )
    daemons = yaml.safe_load((ROLE / "vars/main.yml").read_text())["xen_host_time_daemons"]
    spec = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    assert ["keep", *daemons] == spec["xen_host_time"]["choices"]
    assert all((ROLE / f"templates/{name}.j2").is_file() for name in daemons)


def test_what_is_to_be_known_of_a_host_is_said_and_changes_nothing(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixed = {"xen_host_dom0_memory": "2G"}
    ballooning = {**HOST, "xl_conf": {"autoballoon": "on"}}
    cases: list[tuple[dict[str, Any], str, dict[str, Any], str]] = [
        (HOST, "b false", {}, ""),
        (HOST, "", fixed, ""),
        ({**HOST, "xen_version": "4.5.0"}, "b false", {}, "Xen 4.5.0 has had no security support since 2018-01-15. Of"),
        (HOST, "b true", {}, "systemd-logind ends all processes of a login when it ends"),
        (
            HOST,
            "b true",
            {"xen_host_kill_user_processes": "never"},
            "never; a later file than /etc/systemd/logind",
        ),
        (ballooning, "b false", {}, ""),
        (ballooning, "b false", {**fixed, "xen_host_xl_conf": {"autoballoon": "off"}}, ""),
        (ballooning, "b false", fixed, "but autoballoon is on in /etc/xen/xl.conf"),
    ]
    usual = {"xen_host_dom0_memory": "", "xen_host_xl_conf": {}, "xen_host_kill_user_processes": "keep"}
    listed: list[dict[str, Any]] = [{"ansible.builtin.include_vars": str(ROLE / "vars/main.yml")}]
    for host, kills, given, said in cases:
        known = {"xen_host_running": {"host": host}, "xen_host_kill_setting": {"stdout": kills}, **usual, **given}
        check = {"that": "xen_host_notes | join(' ') is search(said) if said else xen_host_notes == []"}
        check["fail_msg"] = "{{ said }}: {{ xen_host_notes }}"
        listed.append({"ansible.builtin.assert": check, "vars": {**known, "said": said}})
    program = tmp_path / "bin/busctl"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'b true'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    listed.append(of_role("xen_host", "notes", xen_host_running={"host": HOST}))
    told = tasks(tmp_path, listed, {})
    assert "changed=0" in told and "failed=0" in told, told
    assert "systemd-logind ends all processes of a login" in told
