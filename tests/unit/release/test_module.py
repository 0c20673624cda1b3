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

from .test_switch import install

HOST = switch.Host


class Ended(Exception):
    pass


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(check: bool = False, **params: Any) -> dict[str, Any]:
        result: dict[str, Any] = {}

        class Module:
            check_mode = check

            def __init__(self, argument_spec: dict[str, dict[str, Any]], **more: Any) -> None:
                self.params = {key: params.get(key, option.get("default")) for key, option in argument_spec.items()}

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
    assert "/usr/local/sbin/xl: -> /opt/xen/4.5.0/sbin/xl\n" in foreseen["diff"]["after"]
    assert run(version="4.5.0") == foreseen
    again = run(version="4.5.0")
    assert (again["changed"], again["changes"], again["diff"]) == (False, [], {"before": "", "after": ""})


def test_a_prefix_with_another_release_is_refused(tmp_path: Path, run: Any) -> None:
    prefix = install(tmp_path)
    said = run(version="4.17.0", prefix=prefix)
    assert (said["failed"], said["msg"]) == (True, "/opt/xen/4.5.0 has Xen 4.5.0, not 4.17.0.")


def test_what_goes_wrong_in_the_middle_is_said_in_a_sentence(
    tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path)

    def full(*_all: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(switch, "_link", full)
    said = run(version="4.5.0")
    assert said["msg"].startswith("Xen 4.5.0 is not the host's yet, or in part: ")
