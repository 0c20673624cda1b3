# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a play sees of xen_release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._release import switch
from ansible_collections.xlops.xen.plugins.modules import xen_release

from .test_chooser import runs
from .test_switch import install

HOST = switch.Host


class Ended(Exception):
    pass


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(check: bool = False, table: str = "", **params: Any) -> dict[str, Any]:
        result: dict[str, Any] = {}

        class Module:
            check_mode = check

            def __init__(self, argument_spec: dict[str, dict[str, Any]], **more: Any) -> None:
                self.params = {key: params.get(key, option.get("default")) for key, option in argument_spec.items()}

            def get_bin_path(self, name: str, opt_dirs: list[str]) -> str | None:
                return name if table else None

            def run_command(self, command: list[str]) -> tuple[int, str, str]:
                assert command == ["xl", "list"]
                return 0, table, ""

            def exit_json(self, **more: Any) -> None:
                result.update(more, failed=False)
                raise Ended

            def fail_json(self, **more: Any) -> None:
                result.update(more, failed=True)
                raise Ended

        monkeypatch.setattr(xen_release, "AnsibleModule", Module)
        monkeypatch.setattr(switch, "Host", lambda: HOST(str(tmp_path)))
        with pytest.raises(Ended):
            xen_release.main()
        return result

    return run


def test_a_check_foresees_what_a_run_does_and_the_second_run_does_nothing(tmp_path: Path, run: Any) -> None:
    install(tmp_path)
    foreseen = run(check=True, version="4.5.0")
    assert foreseen["changed"] and not (tmp_path / "usr/local").exists()
    assert "/usr/local/sbin/xl: -> /run/xlops-xen/release/sbin/xl\n" in foreseen["diff"]["after"]
    assert run(version="4.5.0") == foreseen
    again = run(version="4.5.0")
    assert (again["changed"], again["changes"], again["diff"]) == (False, [], {"before": "", "after": ""})


def test_a_prefix_with_another_release_is_refused(tmp_path: Path, run: Any) -> None:
    prefix = install(tmp_path)
    said = run(version="4.17.0", prefix=prefix)
    assert (said["failed"], said["msg"]) == (True, "/opt/xen/4.5.0 has Xen 4.5.0, not 4.17.0.")


def test_a_release_that_would_take_effect_under_guests_is_refused(tmp_path: Path, run: Any) -> None:
    install(tmp_path)
    runs(tmp_path, "4.5.0")
    rows = "Name ID Mem VCPUs State Time(s)\nDomain-0 0 1024 2 r----- 9.0\n"
    for check in (True, False):
        said = run(check=check, version="4.5.0", table=f"{rows}web1 3 512 1 -b---- 1.0\n")
        assert said["failed"]
        assert "under web1. Stop the guests first" in said["msg"]
    assert not (tmp_path / "usr/local").exists()
    devices = tmp_path / "sys/bus/xen-backend/devices/vbd-3-51712"
    devices.mkdir(parents=True)
    assert "under guests with 1 devices" in run(version="4.5.0")["msg"], "also where xl does not answer"
    devices.rmdir()
    assert run(version="4.5.0", table=rows)["changed"]
    assert not run(version="4.5.0", table=f"{rows}web1 3 512 1 -b---- 1.0\n")["changed"]


def test_one_that_waits_for_its_hypervisor_is_no_matter_to_guests(tmp_path: Path, run: Any) -> None:
    install(tmp_path)
    runs(tmp_path, "4.17.5")
    assert run(version="4.5.0", table="Name ID\nDomain-0 0\nweb1 3\n")["changed"]


def test_what_goes_wrong_in_the_middle_is_said_in_a_sentence(
    tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path)

    def full(*_all: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(switch, "_link", full)
    said = run(version="4.5.0")
    assert said["msg"].startswith("Xen 4.5.0 is not the host's yet, or in part: ")
