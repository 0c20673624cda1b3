# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A configuration staged for the next boot of a running guest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.xlops.xen.tests.contract.running_config import (
    MORE_MEMORY,
    described,
    everything,
    keep,
    staged,
)


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


def test_a_second_task_waits_for_the_first(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.set(faults={"config-update": {"hangs": 1}})
    given = {"name": "web1", "state": "staged", "guest": described(bench, memory=128)}
    runs = [bench.start("libxl_config", **given) for _run in range(2)]
    assert sorted(bench.finish(run)["changed"] for run in runs) == [False, True]


@pytest.mark.sampled
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
