# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a play sees of the lab: sentences instead of tracebacks, an honest check mode, documentation that is true."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
import yaml
from ansible_collections.xlops.xen.plugins.action import xen_lab_host, xen_lab_image, xen_lab_info
from ansible_collections.xlops.xen.plugins.doc_fragments import host as host_fragments
from ansible_collections.xlops.xen.plugins.module_utils._lab import commands
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError

from .conftest import Bench

ROOT = Path(__file__).parents[3]
ACTIONS = {"xen_lab_host": xen_lab_host, "xen_lab_image": xen_lab_image, "xen_lab_info": xen_lab_info}


def perform(module: Any, args: dict[str, Any], check: bool = False) -> dict[str, Any]:
    """Run an action as a play does."""
    task = MagicMock(args=args, check_mode=check, async_val=0, delegate_to=None)
    action = module.ActionModule(
        task=task, connection=MagicMock(), play_context=MagicMock(check_mode=check), loader=MagicMock(),
        templar=MagicMock(), shared_loader_obj=MagicMock(),
    )  # fmt: skip
    result: dict[str, Any] = action.run(None, {})
    return result


def documentation(module: str) -> dict[str, Any]:
    text = (ROOT / "plugins/modules" / f"{module}.py").read_text()
    parsed: dict[str, Any] = yaml.safe_load(text.split('DOCUMENTATION = r"""')[1].split('"""')[0])
    return parsed


def image_arguments(cache_dir: Path) -> dict[str, Any]:
    role = ROOT / "roles/xen_lab/files"
    return {
        "label": "x",
        "suite": "bookworm",
        "packages": ["systemd"],
        "overlays": [str(role / "image/common")],
        "guests": str(role / "guests"),
        "cache_dir": str(cache_dir),
    }


def test_what_is_no_package_is_refused(tmp_path: Path) -> None:
    result = perform(xen_lab_image, {**image_arguments(tmp_path), "built": [str(tmp_path / "none.deb")]}, check=True)
    assert result["failed"] is True
    assert result["msg"].startswith(f"{tmp_path / 'none.deb'} is no package of Debian.")


@pytest.fixture
def arguments(tmp_path: Path) -> dict[str, Any]:
    return {
        "name": "xen1",
        "image": "an-image",
        "accelerator": "tcg",
        "state_dir": str(tmp_path / "lab"),
        "cache_dir": str(tmp_path / "cache"),
    }


def test_check_mode_foresees_the_start_and_does_nothing(bench: Bench, arguments: dict[str, Any]) -> None:
    foreseen = perform(xen_lab_host, arguments, check=True)
    assert foreseen["changed"] is True
    assert foreseen["diff"] == {"before": "xen1: absent\n", "after": "xen1: started\n"}
    assert not bench.lab.state_dir.exists()
    done = perform(xen_lab_host, arguments)
    assert (done["changed"], done["diff"]) == (foreseen["changed"], foreseen["diff"])
    assert done["host"]["port"] == foreseen["host"]["port"]


def test_the_second_start_changes_nothing(bench: Bench, arguments: dict[str, Any]) -> None:
    perform(xen_lab_host, arguments)
    for check in (True, False):
        again = perform(xen_lab_host, arguments, check=check)
        assert again["changed"] is False
        assert again["diff"]["before"] == again["diff"]["after"]


@pytest.mark.parametrize(("state", "left"), [("stopped", True), ("absent", False)])
def test_a_host_is_stopped_or_removed_once(bench: Bench, arguments: dict[str, Any], state: str, left: bool) -> None:
    perform(xen_lab_host, arguments)
    down = {**arguments, "state": state, "stop": "hard"}
    assert perform(xen_lab_host, down, check=True)["changed"] is True
    assert bench.lab.is_up("xen1")
    assert perform(xen_lab_host, down)["changed"] is True
    assert bench.lab.directory("xen1").exists() is left
    assert perform(xen_lab_host, down)["changed"] is False


def test_stopping_a_host_that_never_was_changes_nothing(bench: Bench, arguments: dict[str, Any]) -> None:
    assert perform(xen_lab_host, {**arguments, "state": "stopped"})["changed"] is False
    assert not bench.lab.directory("xen1").exists()


def test_what_is_wrong_is_told_in_a_sentence(bench: Bench, arguments: dict[str, Any]) -> None:
    result = perform(xen_lab_host, {**arguments, "name": "Not a name"})
    assert result["failed"] is True
    assert result["msg"].startswith('"Not a name" is no name for a host')
    del arguments["image"]
    assert "needs image" in perform(xen_lab_host, arguments)["msg"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"memory": 0}, "xen1: memory is 0; it must be from 128 to 1048576."),
        ({"cpus": 0}, "xen1: cpus is 0; it must be from 1 to 255."),
        ({"disks": [1, 0]}, "xen1: disks is 0; it must be from 1 to 65536."),
        ({"port": 80000}, "xen1: port is 80000; it must be from 1 to 65535."),
    ],
)
def test_a_machine_that_cannot_be_is_refused(
    bench: Bench, arguments: dict[str, Any], wrong: dict[str, Any], said: str
) -> None:
    for check in (True, False):
        assert perform(xen_lab_host, {**arguments, **wrong}, check=check)["msg"] == said
    assert not bench.lab.state_dir.exists()


def test_a_host_is_not_half_made_where_a_program_is_missing(
    bench: Bench, arguments: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "SEARCH_PATH", "/nowhere")
    result = perform(xen_lab_host, arguments)
    assert result["msg"].startswith("This machine lacks qemu-system-x86_64, qemu-img, ")
    assert not bench.lab.state_dir.exists()


def test_a_directory_that_cannot_be_written_is_a_sentence_too(
    bench: Bench, arguments: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    result = perform(xen_lab_host, {**arguments, "state_dir": str(tmp_path / "file")})
    assert result["failed"] is True
    assert result["msg"].startswith("Not a directory: ")


def test_a_full_disk_is_told_with_the_place(
    bench: Bench, arguments: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(bench.lab.__class__, "start", full)
    place = f"{arguments['cache_dir']} or {arguments['state_dir']}"
    assert perform(xen_lab_host, arguments)["msg"] == f"No space left on device: {place}"


def test_a_missing_program_is_told_before_anything_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(programs: object) -> None:
        raise LabError("This machine lacks qemu-system-x86_64")

    monkeypatch.setattr(xen_lab_image, "require", lacking)
    monkeypatch.setattr(xen_lab_image.image, "obtain", lambda *args: pytest.fail("built"))
    result = perform(xen_lab_image, image_arguments(tmp_path))
    assert result["msg"] == "This machine lacks qemu-system-x86_64"


def test_a_directory_without_hosts_is_no_error(tmp_path: Path) -> None:
    found = perform(xen_lab_info, {"state_dir": str(tmp_path / "nothing")})
    assert (found["hosts"], found["inventory"]) == ([], {"xen_hosts": {"hosts": {}}})
    assert not (tmp_path / "nothing").exists()


def attributes(module: str) -> dict[str, Any]:
    """The attributes that a module's documentation declares, its fragments included."""
    own = documentation(module)
    fragment = yaml.safe_load(host_fragments.ModuleDocFragment.INFO)["attributes"]
    declared: dict[str, Any] = (fragment if own.get("extends_documentation_fragment") else {}) | own.get(
        "attributes", {}
    )
    return declared


def test_a_module_that_says_it_shows_differences_does(bench: Bench, arguments: dict[str, Any]) -> None:
    results = {
        "xen_lab_host": perform(xen_lab_host, arguments),
        "xen_lab_image": perform(xen_lab_image, image_arguments(bench.cache.root), check=True),
        "xen_lab_info": perform(xen_lab_info, {"state_dir": arguments["state_dir"]}),
    }
    shown = {name: "diff" in result for name, result in results.items()}
    assert shown == {name: attributes(name)["diff_mode"]["support"] == "full" for name in ACTIONS}


@pytest.mark.parametrize("name", ACTIONS)
def test_the_documentation_has_the_arguments_of_the_action(name: str) -> None:
    options = documentation(name)["options"]
    documented = {option: {key: row[key] for key in row if key != "description"} for option, row in options.items()}
    assert documented == ACTIONS[name].ActionModule.ARGUMENTS


def test_every_flavour_of_the_role_has_its_files() -> None:
    role = ROOT / "roles/xen_lab"
    flavours = yaml.safe_load((role / "vars/main.yml").read_text())["xen_lab_flavours"]
    specs = yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    assert sorted(flavours) == sorted(specs["xen_lab_flavour"]["choices"])
    assert all((role / "files/image" / flavour).is_dir() for flavour in flavours)
