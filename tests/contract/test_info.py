# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules that only read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.xlops.xen.plugins.modules import xl_host_info

XL = Path(__file__).parent / "xl"


def test_guests_are_described_in_a_constant_number_of_processes(any_bench: Any) -> None:
    bench = any_bench
    bench.domains(
        bench.guest("run", autostart=True),
        bench.guest("wait", state="paused"),
        bench.guest("off", state="stopped"),
        *[bench.guest(f"g{number}", memory=16) for number in range(3)],
    )
    bench.calls()
    found = bench.run("xl_domain_info")["domains"]
    assert len(bench.calls()) == 3
    assert [found[name]["state"] for name in ("run", "wait", "off")] == ["running", "paused", "stopped"]
    assert "Domain-0" not in found
    run = found["run"]
    assert (run["managed"], run["autostart"], run["pending"], run["staged"]) == (True, True, [], False)
    assert run["monitor"] > 1
    assert run["config"]["c_info"]["uuid"] == run["uuid"]
    assert run["file"].endswith("/run.cfg")
    assert found["off"]["uuid"]
    assert found["off"]["config"] is None


def test_pending_changes_are_shown(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.domains(bench.guest(memory=128))
    found = bench.run("xl_domain_info", names=["web1", "nobody"])["domains"]
    (pending,) = found["web1"]["pending"]
    assert (pending["key"], pending["before"], pending["after"], pending["impact"]) == ("memory", 64, 128, "next_boot")
    assert pending["how"] == "it was made with a smaller maxmem"
    assert found["web1"]["staged"]
    assert (found["nobody"]["state"], found["nobody"]["domid"]) == ("absent", None)


def test_guests_of_others_are_shown_as_they_are(bench: Any) -> None:
    bench.domains(bench.guest(), bench.guest("seen"))
    (bench.etc / "web1.cfg").write_text("by hand = (")
    bench.set(hidden=["seen"])
    found = bench.run("xl_domain_info")["domains"]
    assert (found["web1"]["managed"], found["web1"]["state"]) == (False, "running")
    assert (found["seen"]["state"], found["seen"]["config"]) == ("unknown", None)
    assert "xl list -l" in found["seen"]["reason"]


def test_passwords_of_guests_are_not_shown(bench: Any) -> None:
    bench.domains(bench.guest())
    config = bench.domain("web1")["config"]
    config["vfbs"] = [{"devid": 0, "vnc": {"enable": "True", "passwd": "hunter2"}, "sdl": {}}]
    bench.change("web1", config=config)
    found = bench.run("xl_domain_info")
    assert "hunter2" not in str(found)
    assert found["domains"]["web1"]["config"]["vfbs"][0]["vnc"]["passwd"] == "(secret)"


def test_what_guests_have_written_cannot_act_on_a_terminal(bench: Any) -> None:
    written = "we\x1b[31mb1"
    bench.domains(bench.guest(), bench.guest("other"), bench.guest("third"))
    config = bench.domain("web1")["config"]
    config["c_info"]["name"] = written
    config["b_info"]["cmdline"] = "\x1b]0;title\x07"
    bench.change("web1", name=written, config=config)
    bench.change("other", name=r"we\x1b[31mb1")
    bench.change("third", name="hid\x9bden")
    bench.set(hidden=["hid\x9bden"])
    found = bench.run("xl_domain_info")["domains"]
    assert {r"we\x1b[31mb1", r"we\\x1b[31mb1", r"hid\x9bden"} <= set(found), "none stands for another"
    assert found[r"we\x1b[31mb1"]["config"]["b_info"]["cmdline"] == "?]0;title?"
    assert found[r"hid\x9bden"]["reason"]
    assert not [sign for sign in "\x1b\x07\x9b" if sign in json.dumps(found, ensure_ascii=False)]
    assert "\\u001b" not in json.dumps(found)
    (asked,) = bench.run("xl_domain_info", names=[written])["domains"].items()
    assert (asked[0], asked[1]["state"]) == (r"we\x1b[31mb1", "running")


def test_the_control_domain_is_no_guest(bench: Any) -> None:
    bench.calls()
    refused = bench.run("xl_domain_info", names=["web1", "Domain-0"])
    assert refused["failed"]
    assert "Domain-0" in refused["msg"]
    assert "xl_host_info" in refused["msg"]
    assert "xl_scheduler" in refused["msg"]
    assert bench.calls() == []
    bench.change("Domain-0", name="dom0")
    assert "control domain" in bench.run("xl_domain_info", names=["dom0"])["msg"]


def test_the_host_is_described(any_bench: Any) -> None:
    found = any_bench.run("xl_host_info")["host"]
    assert found["xen_release"] in ("4.5", "4.17")
    assert found["memory"]["free_memory"] == 3000
    assert found["cpupools"] == {"Pool-0": {"cpus": [0, 1], "scheduler": "credit2", "domains": 1}}
    assert found["numa"] == [{"node": 0, "memory": 4095, "free": 3000, "distances": [10]}]
    assert found["topology"][1] == {"cpu": 1, "core": 1, "socket": 0, "node": 0}
    assert found["dom0_gives_way"] is False
    assert found["xl_conf"]["autoballoon"] == "auto"


def test_the_board_is_told(bench: Any) -> None:
    assert bench.run("xl_host_info")["host"]["board"] is None
    (bench.root / "device-tree").mkdir()
    (bench.root / "device-tree/compatible").write_bytes(b"arm,juno\0arm,vexpress\0")
    (said,) = (yaml.safe_load(xl_host_info.RETURN)["host"]["contains"][one]["sample"] for one in ("board",))
    assert bench.run("xl_host_info")["host"]["board"] == said


def test_what_the_hypervisor_switched_on_is_told_when_asked(any_bench: Any) -> None:
    any_bench.calls()
    assert any_bench.run("xl_host_info")["host"]["features"] is None
    assert ["dmesg"] not in (before := any_bench.calls())
    host = any_bench.run("xl_host_info", features=True)["host"]
    assert any_bench.calls() == [*before, ["dmesg"]]
    found = host["features"]
    assert (found["log_begins"], found["scheduler"], found["scrubbed"]) == (True, "credit2", True)
    assert found["iommu"] is False, "what a guest says is not believed"


@pytest.mark.parametrize(("flask", "mode"), [(None, "disabled"), (1, "enforcing"), (0, "permissive")])
def test_whether_a_policy_is_enforced_is_told_when_asked(bench: Any, flask: int | None, mode: str) -> None:
    if flask is not None:
        bench.set(flask=flask)
    assert bench.run("xl_host_info")["host"]["xsm"] is None
    before = bench.calls()
    assert bench.run("xl_host_info", xsm=True)["host"]["xsm"] == mode
    assert ["getenforce"] not in before
    assert bench.calls()[-1] == ["getenforce"]


def test_a_policy_that_nothing_is_told_of(bench: Any) -> None:
    bench.set(faults={"getenforce": {"code": 255, "errors": "Failed to get enforcing mode\n"}})
    assert bench.run("xl_host_info", xsm=True)["host"]["xsm"] is None


def test_a_log_that_cannot_be_read_is_told_in_one_sentence(bench: Any) -> None:
    bench.set(faults={"dmesg": {"code": 1, "errors": "libxl: error: libxl_console.c:1: no console\n"}})
    assert "msg" not in bench.run("xl_host_info"), "nothing else reads it"
    said = bench.run("xl_host_info", features=True)
    assert said["failed"]
    assert said["msg"].startswith("xl dmesg failed with code 1"), said["msg"]
    assert "\n" not in said["msg"]


def test_skew_of_hypervisor_and_toolstack_is_seen(bench: Any) -> None:
    assert bench.run("xl_host_info")["host"]["skew"] is False
    directory = bench.root / "lib/xen-4.20/bin"
    directory.mkdir(parents=True)
    (directory / "xl").write_bytes(b"\x7fELF\0libxenlight.so.4.20\0")
    found = bench.run("xl_host_info")["host"]
    assert (found["toolstacks"], found["skew"]) == (["4.20"], True)


def test_skew_is_that_of_the_xl_which_is_used(bench: Any) -> None:
    """Both releases are installed, and the PATH leads to the wrong one."""
    used = bench.root / "bin/xl"
    used.parent.mkdir()
    used.write_text(f'#!/bin/sh\n# libxenlight.so.4.20\nexec {XL} "$@"\n')
    used.chmod(0o755)
    for release in ("4.17", "4.20"):
        directory = bench.root / f"lib/xen-{release}/bin"
        directory.mkdir(parents=True)
        (directory / "xl").write_bytes(f"\x7fELF\0libxenlight.so.{release}\0".encode())
    found = bench.run("xl_host_info", executable=str(used))["host"]
    assert (found["toolstack"], found["skew"]) == ("4.20", True)
    used.write_text(f'#!/bin/sh\nexec {XL} "$@"\n')
    found = bench.run("xl_host_info", executable=str(used))["host"]
    assert (found["toolstack"], found["skew"]) == (None, False)


def test_skew_is_seen_where_it_stops_xl(bench: Any) -> None:
    directory = bench.root / "lib/xen-4.20/bin"
    directory.mkdir(parents=True)
    (directory / "xl").write_bytes(b"\x7fELF\0libxenlight.so.4.20\0")
    bench.set(faults={"info": {"code": 1, "errors": "xencall: error: version mismatch\n"}})
    assert "version mismatch" in bench.run("xl_host_info")["msg"], "nothing says which hypervisor runs"
    (bench.root / "hypervisor_version").mkdir()
    for part, number in (("major", "4"), ("minor", "17")):
        (bench.root / "hypervisor_version" / part).write_text(f"{number}\n")
    found = bench.run("xl_host_info")["host"]
    assert (found["xen_release"], found["toolstacks"], found["skew"]) == ("4.17", ["4.20"], True)
    (said,) = (
        one for one in yaml.safe_load(xl_host_info.RETURN)["host"]["contains"]["skew"]["description"] if "only" in one
    )
    assert set(found) == set(re.findall(r"C\((\w+)\)", said)) - {"xl"}
    assert (found["psr"], found["features"], found["xsm"]) == (None, None, None)


def test_a_module_that_cannot_work_for_skew_says_so(bench: Any) -> None:
    used = bench.root / "bin/xl"
    used.parent.mkdir()
    used.write_text(f'#!/bin/sh\n# libxenlight.so.4.20\nexec {XL} "$@"\n')
    used.chmod(0o755)
    bench.set(faults={"list": {"code": 1, "errors": "xencall: error: version mismatch\n"}})
    (bench.root / "hypervisor_version").mkdir()
    for part, number in (("major", "4"), ("minor", "17")):
        (bench.root / "hypervisor_version" / part).write_text(f"{number}\n")
    (bench.root / "xenstored").unlink()
    said = bench.domains(bench.guest(), executable=str(used))["msg"]
    assert "is of Xen 4.20, and Xen 4.17 runs" in said, said
    assert "version mismatch" in said
