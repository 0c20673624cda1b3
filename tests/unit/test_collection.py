# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as users get it: from a plain clone in any directory, and from the tarball that Galaxy builds."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tarfile

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = pathlib.Path(sys.executable).parent
PLUGINS = {
    kind: sorted(f"xlops.xen.{path.stem}" for path in (ROOT / directory).glob("*.py"))
    for kind, directory in (("module", "plugins/modules"), ("filter", "plugins/filter"))
}
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))


def run(directory: pathlib.Path, *command: str) -> str:
    """What a command says that runs in a directory, with no Ansible setting but those that it finds there."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
    environment |= {"PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The tree as git would hand it out, in a directory whose path says nothing of the collection's name."""
    directory = tmp_path_factory.mktemp("somewhere") / "with a blank"
    listing = run(ROOT, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listing.split("\0")):
        source, target = ROOT / name, directory / name
        if source.is_symlink() or source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_symlink():
                target.symlink_to(source.readlink())
            else:
                target.write_bytes(source.read_bytes())
                target.chmod(source.stat().st_mode)
    return directory


@pytest.fixture(scope="module")
def tarball(clone: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    directory = tmp_path_factory.mktemp("built")
    run(clone, "ansible-galaxy", "collection", "build", "--output-path", str(directory))
    (built,) = directory.glob("*.tar.gz")
    return built


@pytest.fixture(scope="module")
def installed(tarball: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A directory in which Ansible finds the installed collection, and no clone of it."""
    directory = tmp_path_factory.mktemp("empty")
    (directory / "ansible.cfg").write_text("[defaults]\ncollections_path = .\n")
    run(
        directory,
        "ansible-galaxy",
        "collection",
        "install",
        "--offline",
        "--no-deps",
        "-p",
        str(directory),
        str(tarball),
    )
    return directory


@pytest.fixture(params=["clone", "installed"])
def place(request: pytest.FixtureRequest) -> pathlib.Path:
    found: pathlib.Path = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("kind", PLUGINS)
def test_every_plugin_is_documented_in_a_clone_and_when_installed(place: pathlib.Path, kind: str) -> None:
    documented = json.loads(run(place, "ansible-doc", "--json", "-t", kind, *PLUGINS[kind]))
    assert sorted(documented) == PLUGINS[kind]


def test_every_role_describes_its_arguments_in_a_clone_and_when_installed(place: pathlib.Path) -> None:
    described = json.loads(run(place, "ansible-doc", "--json", "-t", "role", *(f"xlops.xen.{role}" for role in ROLES)))
    assert sorted(described) == [f"xlops.xen.{role}" for role in ROLES]


def test_every_playbook_runs_by_its_full_name_in_a_clone_and_when_installed(place: pathlib.Path) -> None:
    run(place, "ansible-playbook", "--syntax-check", "-i", "localhost,", *(f"xlops.xen.{name}" for name in PLAYBOOKS))


def test_artifact_is_free_of_what_belongs_to_a_clone(tarball: pathlib.Path) -> None:
    with tarfile.open(tarball) as archive:
        names = archive.getnames()
    ours = {"LICENSES", "README.md", "changelogs", "docs", "meta", "playbooks", "plugins", "roles", "tests"}
    galaxys = {"FILES.json", "MANIFEST.json"}
    assert {name.split("/")[0] for name in names} - {"CHANGELOG.rst", "CONTRIBUTING.md"} == ours | galaxys
    assert {name for name in names if name.startswith("tests/")} == {"tests/config.yml"}


def test_debian_packages_include_those_that_the_emulated_host_needs() -> None:
    listed = {line.split("#")[0].strip() for line in (ROOT / "requirements/debian.txt").read_text().splitlines()}
    lab = yaml.safe_load((ROOT / "roles/xen_lab/vars/main.yml").read_text())
    assert set(lab["xen_lab_packages"]) <= listed


def test_the_first_release_tells_of_no_change_to_what_nobody_had() -> None:
    released = yaml.safe_load((ROOT / "changelogs/changelog.yaml").read_text())["releases"]
    fragments = {path.name: yaml.safe_load(path.read_text()) for path in (ROOT / "changelogs/fragments").glob("*.yml")}
    told = {"release_summary", "major_changes", "minor_changes", "known_issues", "trivial"}
    mended = {name: sorted(parts.keys() - told) for name, parts in fragments.items() if parts.keys() - told}
    assert released or mended == {}
