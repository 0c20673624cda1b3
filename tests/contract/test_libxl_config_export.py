# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of a running guest exported, and restored from there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.xlops.xen.tests.contract.running_config import (
    described,
    everything,
    keep,
)


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


@pytest.mark.sampled
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


@pytest.mark.sampled
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_restoring_killed_in_its_own_work_is_made_good_by_the_next(bench: Any, call: str) -> None:
    bench.domains(bench.guest())
    given = {"guest": described(bench, memory=128)}
    assert keep(bench, "restored", kill=call, **given) == {}
    assert "failed" not in keep(bench, "restored", **given)
    assert keep(bench, "restored", **given)["changed"] is False
    assert "memory = 128" in bench.files()["web1.cfg"][0]
    assert [name for name in bench.files() if name.endswith(".xlops")] == []
