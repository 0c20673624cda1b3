# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that dies at any instant leaves a host that the next run brings to the declared state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

# Where the module dies: right after a system call of its own, or before or after a command of xl has done its work.
OWN_CALLS = ("fsync", "replace", "symlink")
COMMANDS = [(command, moment) for command in ("-N create", "create") for moment in ("before", "after")]


def converges(bench: Any, guest: dict[str, Any]) -> None:
    """The next run reaches the declared state with one domain, and the one after has nothing to do."""
    bench.set(faults={})
    result = bench.domains(guest)
    assert "failed" not in result, result.get("msg")
    assert bench.names().count(guest["name"]) == (1 if guest.get("state", "running") == "running" else 0)
    assert bench.domains(guest)["changed"] is False
    assert [name for name in bench.files() if name.endswith(".xlops")] == []


@pytest.mark.sampled
@pytest.mark.parametrize("call", OWN_CALLS)
def test_a_run_killed_in_its_own_work(bench: Any, call: str) -> None:
    guest = bench.guest(autostart=True)
    assert bench.domains(guest, kill=call) == {}
    converges(bench, guest)
    assert bench.files()["auto/web1.cfg"] == ("../web1.cfg", 0)


@pytest.mark.sampled
@pytest.mark.parametrize(("command", "moment"), COMMANDS)
def test_a_run_killed_beside_xl(bench: Any, command: str, moment: str) -> None:
    guest = bench.guest()
    bench.set(faults={command: {"kills": moment}})
    assert bench.domains(guest) == {}
    converges(bench, guest)


def test_a_creation_that_outlives_its_run_is_not_repeated(bench: Any) -> None:
    guest = bench.guest()
    bench.set(faults={"create": {"kills": "before", "hangs": 2}})
    assert bench.domains(guest) == {}
    assert bench.names() == [], "xl is still at work"
    bench.calls()
    converges(bench, guest)
    assert [call for call in bench.calls() if call[0] == "create"] == []


@pytest.mark.sampled
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_run_killed_while_it_stages_a_change(bench: Any, moment: str) -> None:
    bench.domains(bench.guest())
    bench.set(faults={"config-update": {"kills": moment}})
    guest = bench.guest(memory=128)
    assert bench.domains(guest) == {}
    converges(bench, guest)
    domain = bench.domain("web1")
    staged = bench.place.staged_path(domain["domid"], domain)
    assert Path(staged).read_text() == bench.files()["web1.cfg"][0]


@pytest.mark.sampled
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("command", ["shutdown", "destroy"])
def test_a_run_killed_while_a_guest_goes(bench: Any, command: str, moment: str) -> None:
    bench.domains(bench.guest(autostart=True))
    bench.set(faults={command: {"kills": moment}})
    guest = {"name": "web1", "state": "absent", "destroy": "allowed"}
    if command == "destroy":
        guest["stop_timeout"] = 0
    assert bench.domains(guest) == {}
    converges(bench, guest)
    assert [name for name in bench.files() if "web1" in name] == []


@pytest.mark.sampled
@pytest.mark.parametrize("call", ["link", "replace"])
def test_a_run_killed_while_it_takes_a_file_over(bench: Any, call: str) -> None:
    theirs = f'name = "web1"\nkernel = "{bench.root}/images/kernel"\nmemory = 64\n# by hand\n'
    (bench.etc / "web1.cfg").write_text(theirs)
    assert bench.domains(bench.guest(), kill=call) == {}
    converges(bench, bench.guest())
    assert theirs in [path.read_text() for path in bench.etc.glob("web1.cfg.*~")]
