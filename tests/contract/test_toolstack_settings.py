# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xen_units and the toolstack's files of settings; and what becomes of a run that dies."""

from __future__ import annotations

from typing import Any

import pytest
from toolstack_host import ToolstackHost


@pytest.fixture
def host(bench: Any) -> ToolstackHost:
    return ToolstackHost(bench)


def test_keys_are_changed_where_they_stand_and_all_else_stays(host: ToolstackHost) -> None:
    host.debian()
    made = host.twice(
        xendomains={"XENDOMAINS_SAVE": "", "XENDOMAINS_STOP_MAXWAIT": 600},
        xl_conf={"autoballoon": False, "claim_mode": True, "vif.default.bridge": 'br"0'},
        xencommons={"XENSTORED": "/usr/sbin/xenstored"},
    )
    assert (host.default / "xendomains").read_text() == (
        '# to migrate to\n#\nXENDOMAINS_MIGRATE=""\n\nXENDOMAINS_SAVE=""\nXENDOMAINS_RESTORE=true\n'
        'XENDOMAINS_STOP_MAXWAIT="600"\n'
    )
    assert host.xl_conf.read_text() == (
        '## Global XL config file ##\n\n#autoballoon="auto"\nautoballoon="off"\n\n#claim_mode=1\nclaim_mode=1\n'
        'vif.default.bridge="br\\"0"\n'
    )
    assert (host.default / "xen").read_text() == (
        "## Path: System/Virtualization\n#\n#XENSTORED=/usr/sbin/oxenstored\n"
        'XENSTORED="/usr/sbin/xenstored"\nXENSTORED_ARGS=\n'
    )
    assert made["settings"]["xencommons"]["path"] == str(host.default / "xen")
    assert made["settings"]["xl_conf"]["values"] == {
        "autoballoon": "off",
        "claim_mode": "1",
        "vif.default.bridge": 'br"0',
    }
    (pending,) = made["pending"]
    assert pending.startswith("xen.service runs with its former settings; it is not restarted, for xenstored is among")
    assert [one["before_header"] for one in made["diff"]] == [
        str(host.default / "xen"),
        str(host.default / "xendomains"),
        str(host.xl_conf),
    ]


def test_null_takes_a_key_away_and_of_xendomains_writes_the_packaged_value(host: ToolstackHost) -> None:
    host.debian()
    host.ok(xl_conf={"autoballoon": "off"}, xendomains={"XENDOMAINS_SAVE": ""})
    host.twice(xl_conf={"autoballoon": None}, xendomains={"XENDOMAINS_SAVE": None})
    assert "\nautoballoon" not in host.xl_conf.read_text()
    assert 'XENDOMAINS_SAVE="/var/lib/xen/save"\n' in (host.default / "xendomains").read_text()


def test_a_file_that_is_missing_is_written_whole_where_its_script_has_no_defaults(host: ToolstackHost) -> None:
    host.upstream()
    host.twice(xendomains={"XENDOMAINS_RESTORE": False}, xl_conf={"output_format": "json"})
    text = (host.default / "xendomains").read_text()
    assert 'XENDOMAINS_RESTORE="false"\n' in text
    assert 'XENDOMAINS_SHUTDOWN="--wait"\n' in text
    assert text.count("\n") == 11
    assert host.xl_conf.read_text() == 'output_format="json"\n'


def test_modes_stay_and_links_of_a_release_lead_on(host: ToolstackHost) -> None:
    host.upstream()
    (host.default / "real").write_text("# kept\n")
    (host.default / "real").chmod(0o600)
    (host.default / "xencommons").symlink_to("real")
    host.twice(xencommons={"XENCONSOLED_TRACE": "guest"})
    assert (host.default / "xencommons").is_symlink()
    assert (host.default / "real").read_text() == '# kept\nXENCONSOLED_TRACE="guest"\n'
    assert (host.default / "real").stat().st_mode & 0o777 == 0o600


def test_who_reads_a_changed_key_is_restarted_where_declared(host: ToolstackHost) -> None:
    host.upstream()
    first = host.twice(xencommons={"XENCONSOLED_TRACE": "all"})
    assert first["pending"] == ["xenconsoled.service runs with its former settings; give it the state restarted"]
    declared = {
        "xencommons": {"XENCONSOLED_TRACE": "all"},
        "units": [{"name": "xenconsoled", "state": "restarted"}],
    }
    assert host.twice(**declared)["steps"] == ["systemctl restart xenconsoled.service"]
    both = {**declared, "xencommons": {"XENCONSOLED_TRACE": "hv"}}
    assert host.twice(**both)["steps"] == [
        f"write {host.default}/xencommons",
        "systemctl restart xenconsoled.service",
    ]


@pytest.mark.parametrize(
    ("release", "declared", "said"),
    [
        ("4.17.5", {"xencommons": {"XENSTORD": 1}}, "there is no such key (Xen 4.17); did you mean XENSTORED?"),
        ("4.5.0", {"xencommons": {"XENSTORETYPE": "domain"}}, "it comes with Xen 4.8"),
        ("4.17.5", {"xencommons": {"XENSTORED_ROOTDIR": "/x"}}, "it is read up to Xen 4.7 alone"),
        ("4.5.0", {"xencommons": {"XENSTORED_TRACE": True}}, "upstream's units do not read it"),
        ("4.17.5", {"xencommons": {"XENCONSOLED_TRACE": "gues"}}, "did you mean guest?"),
        ("4.17.5", {"xencommons": {"XENSTORED_ARGS": "$(reboot)"}}, "which shell and systemd read differently"),
        ("4.17.5", {"xencommons": {"XENSTORED_ARGS": "a\nb"}}, "a control character"),
        ("4.17.5", {"xencommons": {"XENSTORED": "xenstored"}}, "is no absolute path"),
        ("4.17.5", {"xencommons": {"XENSTORED_OOM_MEM_THRESHOLD": 101}}, "no number from 0 to 100"),
        ("4.17.5", {"xencommons": {"XENSTORED_MAX_OPEN_FDS": "many"}}, "not of the form"),
        ("4.17.5", {"xendomains": {"XENDOMAINS_RESTORE": "perhaps"}}, "is no boolean"),
        ("4.17.5", {"xendomains": {"XENDOMAINS_AUTO": "auto"}}, "not of the form"),
        ("4.17.5", {"xl_conf": {"autobaloon": "off"}}, "did you mean autoballoon?"),
        ("4.17.5", {"xl_conf": {"bootloader_restrict": True}}, "it comes with Xen 4.18"),
        ("4.17.5", {"xl_conf": {"max_grant_version": 3}}, "no number from 0 to 2"),
        ("4.17.5", {"xl_conf": {"lockfile": ""}}, "is no absolute path"),
        ("4.17.5", {"xl_conf": {"blkdev_start": ["xvda"]}}, "is no single value"),
        ("4.17.5", {"xl_conf": {"vif.default.script": True}}, "is a boolean, not a text"),
        (
            "4.17.5",
            {"xl_conf": {"vif.default.bridge": "a", "defaultbridge": "b"}},
            "vif.default.bridge says the same, and wins",
        ),
    ],
)
def test_what_a_release_does_not_read_is_refused(
    host: ToolstackHost, release: str, declared: dict[str, Any], said: str
) -> None:
    host.upstream(release)
    assert said in host.fails(**declared)


def test_debians_scripts_read_fewer_keys(host: ToolstackHost) -> None:
    host.debian()
    said = host.fails(xencommons={"XENCONSOLED_TRACE": "all"}, xendomains={"XENDOMAINS_SHUTDOWN": ""})
    assert "xencommons.XENCONSOLED_TRACE: Debian's start scripts do not read it" in said
    assert "xendomains.XENDOMAINS_SHUTDOWN: Debian's start scripts do not read it" in said


def test_a_file_that_xl_cannot_read_is_told_and_not_made_worse(host: ToolstackHost) -> None:
    host.debian()
    host.xl_conf.write_text("autoballoon=off\n")
    found = host.ok()
    assert not found["healthy"]
    assert found["reasons"][0].startswith("xl refuses every command, for it cannot read its settings: ")
    assert "xl.conf:1" in host.fails(xl_conf={"claim_mode": True})


def test_a_line_that_cannot_be_changed_alone_is_refused(host: ToolstackHost) -> None:
    host.debian()
    host.xl_conf.write_text("claim_mode=1; output_format='json'\n")
    assert "bring it to one line of its own" in host.fails(xl_conf={"claim_mode": False})
    assert "bring it to one line of its own" in host.fails(xl_conf={"claim_mode": None})
    (host.default / "xendomains").write_text('XENDOMAINS_MIGRATE="a \\\n b"\n')
    assert "bring it to one line of its own" in host.fails(xendomains={"XENDOMAINS_MIGRATE": ""})
    host.twice(xl_conf={"blkdev_start": "xvdb"})


def test_what_cannot_be_read_whole_is_not_written(host: ToolstackHost) -> None:
    host.debian()
    (host.default / "xendomains").write_bytes(b"# \xe4\n")
    with_latin = (host.default / "xendomains").read_bytes()
    assert "it is no UTF-8" in host.run(xendomains={"XENDOMAINS_SAVE": ""})["msg"]
    assert (host.default / "xendomains").read_bytes() == with_latin


def test_a_key_that_is_not_there_is_not_taken_away(host: ToolstackHost) -> None:
    host.upstream()
    assert not host.ok(xl_conf={"autoballoon": None})["changed"]
    assert not host.xl_conf.exists()


def test_keys_that_nobody_reads_are_named(host: ToolstackHost) -> None:
    host.debian()
    (host.default / "xen").write_text("XENSTORED_TRACE=yes\nXENSTORED_ARGS='-v'  # more\n")
    one = host.ok()["settings"]["xencommons"]
    assert (one["values"], one["unknown"]) == ({"XENSTORED_ARGS": "-v"}, ["XENSTORED_TRACE"])


@pytest.mark.sampled
@pytest.mark.parametrize("call", ["fsync", "replace", "unlink", "makedirs", "open"])
def test_a_run_that_dies_is_finished_by_the_next(host: ToolstackHost, call: str) -> None:
    declared: dict[str, Any] = {
        "complete": True,
        "xencommons": {"XENCONSOLED_TRACE": "all"},
        "xendomains": {"XENDOMAINS_SAVE": ""},
        "xl_conf": {"autoballoon": "off"},
        "units": [
            {"name": "xenconsoled", "state": "restarted", "settings": {"Service": {"Nice": 5}}},
            {"name": "xen-watchdog", "enabled": True, "state": "started"},
        ],
    }
    host.upstream("4.5.0", "xen-watchdog.service")
    started = host.state("xenconsoled.service")["invocation"]
    store = host.state("xenstored.service")["invocation"]
    deaths = 0
    for number in range(1, 200, 3):
        found = host.run(kill=f"{call}:{number}", **declared)
        for path in (host.default / "xencommons", host.xl_conf):
            assert not path.exists() or path.read_text().endswith("\n"), "a file is whole or not there"
        if found:
            assert not found.get("failed"), found["msg"]
            break
        deaths += 1
    assert deaths
    host.ok(**declared)
    host.called()
    last = host.ok(**declared)
    assert (last["changed"], last["healthy"]) == (False, True), last["reasons"]
    assert host.called() == []
    assert host.state("xenconsoled.service")["invocation"] != started, "it runs with what was declared"
    assert not last["units"]["xenconsoled.service"]["outdated"]
    assert host.state("xenstored.service")["invocation"] == store
    assert [line for line in last["pending"] if line.startswith("xenstored.service runs with its former settings")]
    assert host.state("xen-watchdog.service")["active"] == "active"


@pytest.mark.sampled
@pytest.mark.parametrize("command", ["daemon-reload", "enable", "start", "restart"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_death_at_systemd_is_finished_by_the_next(host: ToolstackHost, command: str, moment: str) -> None:
    declared: dict[str, Any] = {
        "xencommons": {"XENCONSOLED_TRACE": "all"},
        "units": [
            {"name": "xenconsoled", "state": "restarted"},
            {"name": "xen-watchdog", "enabled": True, "state": "started"},
        ],
    }
    host.upstream("4.17.5", "xen-watchdog.service")
    started = host.state("xenconsoled.service")["invocation"]
    host.bench.set(faults={f"systemctl {command}": {"kills": moment, "once": True}})
    assert host.run(**declared) == {}
    made = host.ok(**declared)
    host.called()
    assert not host.ok(**declared)["changed"]
    assert host.called() == []
    assert host.state("xenconsoled.service")["invocation"] != started
    assert host.state("xen-watchdog.service")["active"] == "active"
    assert host.ok()["units"]["xen-watchdog.service"]["enabled"]
    assert not made["units"]["xenconsoled.service"]["outdated"]


def test_a_full_disk_is_a_sentence(host: ToolstackHost) -> None:
    host.upstream()
    found = host.run(fail="replace", xl_conf={"autoballoon": "off"})
    assert found["msg"].startswith("the host refused: ")
    assert not host.xl_conf.exists()
