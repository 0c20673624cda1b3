# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role xen_host without a host: logs of consoles, time, sshd, and what it says of a host at its end."""

from __future__ import annotations

import os
import pathlib
from typing import Any

import pytest
import yaml
from ansible_collections.xlops.xen.tests.unit.roles.plays import ROOT, of_role, tasks

ROLE = ROOT / "roles/xen_host"
FACTS = {"architecture": "x86_64", "distribution_major_version": "12"}

# What the role looks at when all is as declared; of a release that no table has, so that its support never ends.
HOST: dict[str, Any] = {"xen_version": "4.99.0", "xl_conf": {"autoballoon": "auto"}}


def test_every_default_leaves_a_host_as_it_is() -> None:
    defaults = yaml.safe_load((ROLE / "defaults/main.yml").read_text())
    assert {key: value for key, value in defaults.items() if value in ("keep", {}, [])} == {
        "xen_host_console_log": "keep",
        "xen_host_time": "keep",
        "xen_host_kill_user_processes": "keep",
        **{f"xen_host_{name}": {} for name in ("xen", "xl_conf", "xencommons", "xendomains", "sshd", "sysctl")},
        **{f"xen_host_{name}": [] for name in ("xen_cmdline", "linux_cmdline", "bridges", "time_servers")},
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


def test_contradictions_are_refused_before_the_first_change(tmp_path: pathlib.Path) -> None:
    fixed = {"xen_host_dom0_memory": "2G"}
    wrong: list[dict[str, Any]] = [
        *({**fixed, "xen_host_xl_conf": {"autoballoon": value}} for value in ("on", True, 1)),
        {"xen_host_time_servers": ["time.example.org", "a\nb"]},
    ]
    good: list[dict[str, Any]] = [
        *({**fixed, "xen_host_xl_conf": {"autoballoon": value}} for value in ("off", "auto", False, None)),
        {"xen_host_xl_conf": {"autoballoon": "on"}},
        {"xen_host_time_servers": ["time.example.org", "192.0.2.1", "2001:db8::1"], "xen_host_console_log": "all"},
    ]
    listed: list[dict[str, Any]] = [{"ansible.builtin.set_fact": {"cacheable": True, **FACTS}}]
    listed += [of_role("xen_host", "declaration", **one) for one in good]
    listed += [of_role("xen_host", "declaration", True, **one) for one in wrong]
    said = tasks(tmp_path, listed, {})
    assert f"ignored={len(wrong)}" in said, said
    for value in ("on", "true", "1"):
        assert (
            f"fixes the memory of dom0 at 2G, but xen_host_xl_conf says autoballoon {value}, so xl would take" in said
        )
    assert "xen_host_time_servers names time.example.org, a" in said


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({}, False),
        ({"xen_host_console_log_size": "1G", "xen_host_console_log_count": 0}, False),
        ({"xen_host_console_log_size": "10 MiB"}, True),
        ({"xen_host_console_log_size": "0"}, True),
    ],
)
def test_a_size_that_logrotate_would_not_read_is_refused(
    tmp_path: pathlib.Path, given: dict[str, Any], refused: bool
) -> None:
    said = tasks(tmp_path, [of_role("xen_host", "console_log_checks", True, xen_host_console_log="guest", **given)], {})
    assert ("logrotate would not read what is said of the logs of consoles" in said) == refused, said


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


@pytest.mark.parametrize(
    ("given", "kills", "notes"),
    [
        ({}, "b false", []),
        ({}, "", []),
        (
            {"host": {**HOST, "xen_version": "4.5.0"}},
            "b false",
            ["Xen 4.5.0 has had no security support since 2018-01-15."],
        ),
        ({}, "b true", ["systemd-logind ends all processes of a login"]),
        ({"xen_host_kill_user_processes": "never"}, "b true", ["a later file than /etc/systemd/logind.conf.d/xlops"]),
        ({"host": {**HOST, "xl_conf": {"autoballoon": "on"}}}, "b false", []),
        (
            {"host": {**HOST, "xl_conf": {"autoballoon": "on"}}, "xen_host_dom0_memory": "2G"},
            "b false",
            ["xen_host_dom0_memory fixes the memory of dom0, but autoballoon is on in /etc/xen/xl.conf"],
        ),
    ],
)
def test_what_is_to_be_known_of_a_host_is_said_and_changes_nothing(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], kills: str, notes: list[str]
) -> None:
    program = tmp_path / "bin/busctl"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho '{kills}'\n" if kills else "#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    known = {"xen_host_running": {"host": given.get("host", HOST)}}
    known |= {key: value for key, value in given.items() if key != "host"}
    said = tasks(tmp_path, [of_role("xen_host", "notes", **known)], {})
    assert "changed=0" in said and "failed=0" in said, said
    assert [note for note in notes if note not in said] == [], said
    assert ("skipped=1" in said) == (not notes)
