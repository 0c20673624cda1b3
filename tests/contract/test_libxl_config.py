# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of a running guest: read, compared, staged for its next boot, exported, restored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

MORE_MEMORY = [{"key": "memory", "before": 64, "after": 128, "impact": "next_boot"}]


def keep(bench: Any, state: str = "read", **options: Any) -> dict[str, Any]:
    """The result for guest web1."""
    result: dict[str, Any] = bench.run("libxl_config", **{"name": "web1", "state": state, **options})
    return result


def described(bench: Any, **keys: Any) -> dict[str, Any]:
    """A guest as the module's option has it: without its name."""
    guest: dict[str, Any] = bench.guest(**keys)
    del guest["name"]
    return guest


def userdata(bench: Any) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(bench.place.userdata).iterdir()}


def staged(bench: Any) -> str:
    domain = bench.domain("web1")
    return Path(bench.place.staged_path(domain["domid"], domain)).read_text()


def staged_files(bench: Any) -> list[str]:
    return [name for name in userdata(bench) if name.endswith(".xl")]


def everything(bench: Any) -> Any:
    return bench.files(), userdata(bench), bench.names()


def test_a_running_guest_is_read(any_bench: Any) -> None:
    bench = any_bench
    disk = [{"vdev": "xvda", "target": f"{bench.root}/images/disk.img"}]
    bench.domains(bench.guest(vif=[{"bridge": "xenbr0"}], disk=disk))
    before = everything(bench)
    bench.calls()
    result = keep(bench)
    assert (everything(bench), bench.acts()) == (before, [])
    assert (result["changed"], result["staged"], result["next_boot"]) == (False, False, [])
    assert (result["live_changes"], result["unsaid"]) == ([], [])
    assert result["config"]["c_info"]["uuid"] == result["stored"]["c_info"]["uuid"] == result["uuid"]
    assert result["guest"]["disk"] == disk
    assert keep(bench, "compared", guest=result["guest"])["differences"] == []


def test_what_was_done_to_the_guest_since_it_was_made_is_shown(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.change("web1", memory=32)
    assert keep(bench)["live_changes"] == [{"key": "memory", "before": 64, "after": 32, "impact": "live"}]


def test_what_the_next_boot_changes_is_shown(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.domains(bench.guest(memory=128))
    result = keep(bench)
    assert (result["staged"], result["next_boot"]) == (True, MORE_MEMORY)


def test_what_is_staged_and_cannot_be_read_is_said(bench: Any) -> None:
    bench.domains(bench.guest())
    domain = bench.domain("web1")
    Path(bench.place.staged_path(domain["domid"], domain)).write_text("name = (")
    Path(bench.place.stored_path(domain["domid"], domain)).write_text("{")
    result = keep(bench)
    assert (result["staged"], result["next_boot"], result["stored"], result["live_changes"]) == (True, None, None, None)
    assert "staged for its next boot cannot be read" in str(result["warnings"])
    assert "stored of it cannot be read" in str(result["warnings"])


def test_a_comparison_changes_nothing(any_bench: Any) -> None:
    bench = any_bench
    bench.domains(bench.guest())
    before = everything(bench)
    bench.calls()
    result = keep(bench, "compared", guest=described(bench, memory=128))
    assert (result["changed"], result["differences"]) == (False, MORE_MEMORY)
    assert (everything(bench), bench.acts()) == (before, [])


def forms(bench: Any) -> dict[str, dict[str, Any]]:
    """One configuration in every form in which it can be given."""
    guest = bench.guest(memory=128)
    text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in guest.items() if key != "type")
    (bench.root / "web1.cfg").write_text(text)
    keep(bench, "exported", dest=str(bench.root / "web1.json"))
    config = json.loads((bench.root / "web1.json").read_text())
    config["b_info"].update(target_memkb=128 * 1024, max_memkb=128 * 1024)
    (bench.root / "web1.json").write_text(json.dumps(config))
    return {
        "guest": {"guest": described(bench, memory=128)},
        "text": {"content": text},
        "text without a name": {"content": text.replace('name = "web1"\n', "")},
        "json": {"content": json.dumps([{"domid": 7, "config": config}])},
        "xl.cfg": {"src": str(bench.root / "web1.cfg")},
        "export": {"src": str(bench.root / "web1.json")},
    }


@pytest.mark.parametrize("form", ["guest", "text", "text without a name", "json", "xl.cfg", "export"])
def test_a_configuration_is_staged_and_stays_so(any_bench: Any, form: str) -> None:
    bench = any_bench
    bench.domains(bench.guest())
    given = forms(bench)[form]
    before = everything(bench)
    bench.calls()
    check = keep(bench, "staged", check=True, **given)
    assert (everything(bench), bench.acts()) == (before, [])
    run = keep(bench, "staged", **given)
    assert run["differences"] == check["differences"] == keep(bench, "compared", **given)["differences"] == MORE_MEMORY
    assert run["actions"] == check["actions"] == ["stage"]
    assert run["diff"] == check["diff"]
    assert "memory = 128" in staged(bench)
    assert keep(bench, "staged", **given)["changed"] is False
    assert keep(bench, "staged", check=True, **given)["changed"] is False
    assert bench.files() == before[0], "the guest's file is not touched"
    assert keep(bench)["next_boot"] == MORE_MEMORY


def test_the_guests_own_reboot_brings_what_is_staged(bench: Any) -> None:
    bench.domains(bench.guest(vif=[{"bridge": "xenbr0"}]))
    before = bench.domain("web1")
    given = {"guest": described(bench, memory=128, vif=[{"bridge": "xenbr0"}])}
    keep(bench, "staged", **given)
    bench.change("web1", ended="reboot")
    result = keep(bench)
    bench.await_names("web1")
    result = keep(bench, "staged", **given)
    assert (result["changed"], result["differences"]) == (False, [])
    after = bench.domain("web1")
    assert (after["memory"], after["uuid"]) == (128, before["uuid"])
    assert after["config"]["nics"][0]["mac"] == before["config"]["nics"][0]["mac"]


def test_what_is_staged_is_what_the_engine_would_stage(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.domains(bench.guest(memory=128))
    assert keep(bench, "staged", guest=described(bench, memory=128))["changed"] is False
    keep(bench, "staged", guest=described(bench, memory=96))
    assert bench.domains(bench.guest(memory=128))["domains"]["web1"]["actions"] == ["stage"]


@pytest.mark.parametrize("state", ["staged", "restored"])
def test_a_running_guest_is_left_alone_where_it_could_be_changed(bench: Any, state: str) -> None:
    bench.domains(bench.guest(memory=64, maxmem=128))
    bench.calls()
    result = keep(bench, state, guest=described(bench, memory=96, maxmem=128))
    assert [one["key"] for one in result["differences"]] == ["memory"]
    assert bench.domain("web1")["memory"] == 64
    assert "mem-set" not in {words[0] for words in bench.calls()}


def test_a_staging_is_taken_back_by_staging_what_runs(bench: Any) -> None:
    bench.domains(bench.guest())
    keep(bench, "staged", guest=described(bench, memory=128))
    result = keep(bench, "staged", guest=described(bench))
    assert (result["actions"], result["differences"]) == (["stage"], [])
    assert keep(bench)["next_boot"] == []


def test_a_guest_that_will_not_come_back_is_warned_about(bench: Any) -> None:
    bench.domains(bench.guest(on_reboot="destroy"))
    given = {"guest": described(bench, memory=128, kernel="/nowhere/vmlinuz")}
    warnings = str(keep(bench, "staged", **given)["warnings"])
    assert "its on_reboot is destroy" in warnings
    assert "its next boot will fail as the host is now: kernel: /nowhere/vmlinuz" in warnings


def test_a_staging_of_which_xl_lies_is_an_error(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.set(faults={"config-update": {"code": 0}})
    result = keep(bench, "staged", guest=described(bench, memory=128))
    assert "guest web1: xl config-update did not keep the file" in result["msg"]
    assert [name for name in bench.files() if name.endswith(".xlops")] == []


def test_what_xl_reads_otherwise_than_meant_is_not_staged(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.set(misreads={"max_memkb": 1})
    result = keep(bench, "staged", guest=described(bench, memory=128))
    assert "guest web1: xl of Xen 4.17 reads the file that was to be written otherwise than meant" in result["msg"]
    assert keep(bench)["staged"] is False


@pytest.mark.parametrize("form", ["json", "xl_cfg"])
def test_a_configuration_is_exported_and_stays_so(any_bench: Any, form: str) -> None:
    bench = any_bench
    bench.domains(bench.guest())
    path = bench.root / "export"
    before = everything(bench)
    options = {"dest": str(path), "format": form}
    check = keep(bench, "exported", check=True, **options)
    assert not path.exists()
    run = keep(bench, "exported", **options)
    assert run["actions"] == check["actions"] == ["export"]
    assert run["diff"] == check["diff"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert keep(bench, "exported", **options)["changed"] is False
    assert keep(bench, "exported", check=True, **options)["changed"] is False
    assert keep(bench, "compared", src=str(path))["differences"] == []
    path.chmod(0o644)
    assert keep(bench, "exported", **options)["changed"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert everything(bench) == before


def test_an_export_is_what_xl_printed(bench: Any) -> None:
    bench.domains(bench.guest())
    keep(bench, "exported", dest=str(bench.root / "export"))
    config = json.loads((bench.root / "export").read_text())
    assert config == keep(bench)["config"]


def test_passwords_are_in_the_export_and_nowhere_else(bench: Any) -> None:
    bench.domains(bench.guest())
    config = bench.domain("web1")["config"]
    config["vfbs"] = [{"devid": 0, "vnc": {"enable": "True", "passwd": "hunter2"}, "sdl": {}}]
    bench.change("web1", config=config)
    path = bench.root / "export"
    results = [keep(bench), keep(bench, "exported", dest=str(path))]
    assert "hunter2" in path.read_text()
    vfb = [{"vnc": True, "vncpasswd": "hunter3"}]
    results.append(keep(bench, "compared", guest=described(bench, vfb=vfb)))
    text = 'kernel = "/k"\nvfb = [ "vnc=1,vncpasswd=hunter4" ]\n'
    results.append(keep(bench, "compared", content=text))
    results.append(keep(bench, "exported", dest=str(path), format="xl_cfg"))
    assert "vncpasswd=hunter2" in path.read_text()
    assert results[0]["guest"]["vfb"] == [{"vnc": True, "vncpasswd": "(secret)"}]
    assert "vncpasswd=(secret)" in results[-1]["diff"]["after"]
    assert "hunter" not in str(results)


def test_what_xl_cfg_cannot_say_is_warned_about(bench: Any) -> None:
    bench.domains(bench.guest())
    config = bench.domain("web1")["config"]
    config["c_info"]["xsdata"] = {"vm-data/role": "web"}
    bench.change("web1", config=config)
    assert keep(bench)["unsaid"] == ["c_info.xsdata.vm-data/role"]
    result = keep(bench, "exported", dest=str(bench.root / "export"), format="xl_cfg")
    assert "xl.cfg has no words for c_info.xsdata.vm-data/role" in str(result["warnings"])


def test_an_export_is_restored_into_file_and_next_boot(any_bench: Any) -> None:
    bench = any_bench
    bench.domains(bench.guest())
    original = bench.files()["web1.cfg"]
    path = str(bench.root / "export")
    keep(bench, "exported", dest=path)
    bench.domains(bench.guest(memory=128))
    before = everything(bench)
    check = keep(bench, "restored", check=True, src=path)
    assert everything(bench) == before
    run = keep(bench, "restored", src=path)
    assert run["actions"] == check["actions"] == ["write", "stage"]
    assert keep(bench, "restored", src=path)["changed"] is False
    assert keep(bench, "restored", check=True, src=path)["changed"] is False
    text, mode = bench.files()["web1.cfg"]
    assert ("memory = 64" in text, mode) == (True, original[1])
    assert keep(bench)["next_boot"] == []
    assert keep(bench, "compared", src=f"{bench.etc}/web1.cfg")["differences"] == []


def test_a_guest_that_is_not_there_is_restored_into_its_file(bench: Any) -> None:
    bench.domains(bench.guest(memory=96, vif=[{}]))
    uuid = bench.domain("web1")["uuid"]
    path = str(bench.root / "export")
    keep(bench, "exported", dest=path)
    bench.domains({"name": "web1", "state": "absent"})
    result = keep(bench, "restored", src=path)
    assert (result["actions"], result["domid"], result["uuid"]) == (["write"], None, uuid)
    assert bench.names() == []
    assert f'uuid = "{uuid}"' in bench.files()["web1.cfg"][0]
    assert keep(bench, "restored", src=path)["changed"] is False


def test_a_file_of_somebody_else_is_kept_beside(bench: Any) -> None:
    (bench.etc / "web1.cfg").write_text('name = "web1"\n# by hand\n')
    result = keep(bench, "restored", guest=described(bench))
    assert result["actions"] == ["backup", "write"]
    (kept,) = bench.etc.glob("web1.cfg.*~")
    assert kept.read_text() == 'name = "web1"\n# by hand\n'


def test_a_second_task_waits_for_the_first(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.set(faults={"config-update": {"hangs": 1}})
    given = {"name": "web1", "state": "staged", "guest": described(bench, memory=128)}
    runs = [bench.start("libxl_config", **given) for _run in range(2)]
    assert sorted(bench.finish(run)["changed"] for run in runs) == [False, True]


# What the task says, and words that the message must have. Nothing of it touches the host.
WRONG_TASKS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the control domain": ({"name": "Domain-0"}, ["Domain-0", "control domain"]),
    "a name with a slash": ({"name": "../web1"}, ["../web1", "slash"]),
    "no such state": ({"state": "updated"}, ["state", "updated", "staged"]),
    "nothing to stage": ({"state": "staged"}, ["state is staged", "guest, content, src"]),
    "two things to stage": ({"state": "staged", "src": "/a", "content": "memory = 1"}, ["mutually exclusive"]),
    "no place to export to": ({"state": "exported"}, ["dest"]),
    "something to read": ({"state": "read", "content": "memory = 1"}, ["web1", "content is for", "state is read"]),
    "a place to read to": ({"dest": "/a"}, ["web1", "dest", "state is read"]),
    "a relative place": ({"state": "exported", "dest": "web1.json"}, ["web1", '"web1.json"', "absolute"]),
    "no such file": ({"state": "staged", "src": "/nowhere"}, ["web1", "/nowhere", "export to it first"]),
    "a wrong key": ({"state": "staged", "guest": {"memroy": 1}}, ["web1", "memroy", "did you mean memory?"]),
    "an engine key": ({"state": "staged", "guest": {"autostart": True}}, ["autostart"]),
    "a wrong unit": ({"state": "staged", "guest": {"memory": "1G"}}, ["web1", "memory", "1G", "1024"]),
    "no configuration": ({"state": "staged", "content": "name = ("}, ["web1", "content:1:8"]),
    "no JSON": ({"state": "staged", "content": "{"}, ["web1", "content", "not JSON"]),
    "another name": ({"state": "restored", "guest": {"name": "db1"}}, ["web1", "describes", "db1", "this guest"]),
    "a hidden password": (
        {"state": "staged", "guest": {"vncpasswd": "(secret)", "vfb": [{"vncpasswd": "(secret)"}]}},
        ["web1", "vfb[0].vncpasswd", "was not shown", "give the password"],
    ),
    "many domains": ({"state": "staged", "content": "[]"}, ["web1", "0 domains"]),
}


@pytest.mark.parametrize("case", WRONG_TASKS)
def test_a_wrong_task_is_refused_before_the_host_is_read(bench: Any, case: str) -> None:
    options, words = WRONG_TASKS[case]
    result = bench.run("libxl_config", **{"name": "web1", **options})
    assert result["failed"]
    for word in words:
        assert word in result["msg"], result["msg"]
    assert bench.calls() == []


# What the host is, what the task says, and words of the message.
def reboots(bench: Any) -> None:
    bench.change("web1", ended="reboot")
    bench.set(reboot_pause=4)


def is_built(bench: Any) -> None:
    bench.set(hidden=["web1"])


def is_kept(bench: Any) -> None:
    bench.change("web1", ended="poweroff", config={**bench.domain("web1")["config"], "on_poweroff": "preserve"})


def goes(bench: Any) -> None:
    bench.domains({"name": "web1", "state": "stopped", "stop_timeout": 5})


def falls_silent(bench: Any) -> None:
    bench.set(faults={"list -l": {"code": 1, "errors": "libxl: error: cannot open hypercall interface\n"}})


def prints_nonsense(bench: Any) -> None:
    bench.set(faults={"list -l": {"code": 0}})


STAGE = {"state": "staged", "guest": {"type": "pv", "kernel": "/k"}}
WRONG_HOSTS: dict[str, tuple[Any, dict[str, Any], list[str]]] = {
    "no such guest": (None, {"name": "web2"}, ["guest web2", "no such guest", "did you mean web1?"]),
    "not running": (goes, {}, ["guest web1", "not running", "/web1.cfg"]),
    "not running, to be staged": (goes, STAGE, ["guest web1", "not running", "/web1.cfg"]),
    "being built": (is_built, {"settle_timeout": 0}, ["guest web1", "being built", "xl list -l"]),
    "rebooting": (reboots, {"settle_timeout": 1}, ["guest web1", "xl process"]),
    "kept": (is_kept, {**STAGE, "settle_timeout": 2}, ["guest web1", "shut down and was kept", "restore"]),
    "silent": (falls_silent, {}, ["guest web1", "xl list -l failed with code 1"]),
    "nonsense": (prints_nonsense, {}, ["guest web1", "the output of xl list -l cannot be read", "not JSON"]),
    "too new": (
        None,
        {"state": "staged", "guest": {"type": "pvh", "kernel": "/k", "altp2m_count": 1}},
        ["4.21", "web1"],
    ),
    "no directory": (None, {"state": "exported", "dest": "/nowhere/web1"}, ["guest web1", "/nowhere", "make it"]),
    "a directory": (None, {"state": "exported", "dest": "/tmp"}, ["guest web1", "/tmp is no file"]),
    "its own file": (None, {"state": "exported", "dest": "ETC/web1.cfg"}, ["guest web1", "own file", "restore"]),
}


@pytest.mark.parametrize("case", WRONG_HOSTS)
def test_what_cannot_be_done_is_said_and_not_done(bench: Any, case: str) -> None:
    prepare, options, words = WRONG_HOSTS[case]
    bench.domains(bench.guest())
    if prepare is not None:
        prepare(bench)
    options = {key: value.replace("ETC", str(bench.etc)) if key == "dest" else value for key, value in options.items()}
    files, staged_before = bench.files(), staged_files(bench)
    result = bench.run("libxl_config", **{"name": "web1", **options})
    assert result["failed"]
    for word in words:
        assert word in result["msg"], result["msg"]
    assert bench.files() == files
    assert staged_files(bench) == staged_before


def test_text_of_foreign_origin_is_made_harmless(bench: Any) -> None:
    bench.domains(bench.guest())
    config = bench.domain("web1")["config"]
    config["b_info"]["cmdline"] = "a\x1b[31mred\x07" + "x" * 50_000
    bench.change("web1", config=config)
    result = keep(bench)
    assert "\x1b" not in str(result)
    assert result["config"]["b_info"]["cmdline"].startswith("a?[31mred?")
    assert len(result["config"]["b_info"]["cmdline"]) < 20_000


def test_a_file_that_is_too_large_or_no_text_is_refused(bench: Any) -> None:
    (bench.root / "large").write_text("#" * (1 << 20))
    (bench.root / "latin").write_bytes(b"# caf\xe9\n")
    assert "more than 1048576 bytes" in keep(bench, "staged", src=str(bench.root / "large"))["msg"]
    assert "is not UTF-8" in keep(bench, "staged", src=str(bench.root / "latin"))["msg"]
    assert bench.calls() == []


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_an_export_killed_in_its_own_work_is_whole_or_not_there(bench: Any, call: str) -> None:
    bench.domains(bench.guest())
    path = bench.root / "exports/web1.json"
    path.parent.mkdir()
    options = {"dest": str(path)}
    assert keep(bench, "exported", kill=call, **options) == {}
    assert call == "fsync" or json.loads(path.read_text())["c_info"]["name"] == "web1"
    keep(bench, "exported", **options)
    assert keep(bench, "exported", **options)["changed"] is False
    assert [entry.name for entry in path.parent.iterdir()] == ["web1.json"]


@pytest.mark.parametrize(("command", "moment"), [
    (command, moment) for command in ("-N create", "config-update") for moment in ("before", "after")
])  # fmt: skip
@pytest.mark.parametrize("state", ["staged", "restored"])
def test_a_task_killed_beside_xl_is_made_good_by_the_next(bench: Any, state: str, command: str, moment: str) -> None:
    bench.domains(bench.guest())
    bench.set(faults={command: {"kills": moment}})
    given = {"guest": described(bench, memory=128)}
    assert keep(bench, state, **given) == {}
    bench.set(faults={})
    assert "failed" not in keep(bench, state, **given)
    assert keep(bench, state, **given)["changed"] is False
    assert "memory = 128" in staged(bench)
    assert [name for name in bench.files() if name.endswith(".xlops")] == []
    assert keep(bench)["next_boot"] == MORE_MEMORY


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_restoring_killed_in_its_own_work_is_made_good_by_the_next(bench: Any, call: str) -> None:
    bench.domains(bench.guest())
    given = {"guest": described(bench, memory=128)}
    assert keep(bench, "restored", kill=call, **given) == {}
    assert "failed" not in keep(bench, "restored", **given)
    assert keep(bench, "restored", **given)["changed"] is False
    assert "memory = 128" in bench.files()["web1.cfg"][0]
    assert [name for name in bench.files() if name.endswith(".xlops")] == []
