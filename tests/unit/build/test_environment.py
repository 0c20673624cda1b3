# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The system that a build happens in: what it is made of, what it is known by, and what a failed attempt leaves."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build import environment, mirror
from ansible_collections.xlops.xen.plugins.module_utils._build.confinement import Confinement
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._build.store import Store
from ansible_collections.xlops.xen.plugins.module_utils._host.process import Finished
from ansible_collections.xlops.xen.plugins.module_utils._schema.compiler_knowledge import Compiler
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

V45 = Release(4, 5)
GCC = Compiler("gcc", (10, 2, 1), "x86_64-linux-gnu")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    store = Store(str(tmp_path / "build"))
    store.prepare()
    monkeypatch.setattr(environment.os, "geteuid", lambda: 0)
    monkeypatch.setattr(environment.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(environment, "probe", lambda *_arguments: GCC)
    monkeypatch.setattr(environment, "_installed", lambda root: {"gcc": "4:10.2.1-1"})
    return store


def unpacked(commands: list[list[str]], code: int = 0, said: str = "I: installing packages...\n") -> Any:
    def stream(argv: list[str], log: Any, listen: Any) -> int:
        commands.append(argv)
        listen(said)
        return code

    return stream


def test_the_release_says_in_what_it_is_built() -> None:
    old = environment.declared({}, V45, ccache=False)
    assert (old.kind, old.suite) == ("chroot", "bullseye")
    assert "python2-dev" in old.packages
    other = environment.declared({"suite": "buster", "packages": ["figlet"]}, V45, ccache=True)
    assert (other.suite, {"figlet", "ccache", "bcc"} - set(other.packages)) == ("buster", set())
    assert environment.declared({"kind": "host"}, V45, ccache=False).identity() == {"kind": "host"}


def test_where_the_packages_come_from_is_no_difference() -> None:
    one = environment.declared({"mirror": "http://a.example.org/debian"}, V45, ccache=False)
    two = environment.declared({"mirror": "http://b.example.org/debian"}, V45, ccache=False)
    assert one.key == two.key
    assert one.key != environment.declared({"packages": ["figlet"]}, V45, ccache=False).key


def test_a_chroot_is_made_once_and_found_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(environment, "stream", unpacked(commands))
    wanted = environment.declared({"mirror": "http://mirror.example.org/debian"}, V45, ccache=False)
    assert environment.find(wanted, store, "gcc", Confinement()) is None
    environment.make(wanted, store, io.BytesIO(), lambda line: None)
    found = environment.find(wanted, store, "gcc", Confinement())
    assert found is not None
    assert (found.in_chroot, found.compiler, found.packages) == (True, GCC, {"gcc": "4:10.2.1-1"})
    (argv,) = commands
    assert argv[-3] == "bullseye"
    assert argv[-1] == "http://mirror.example.org/debian"
    # What mmdebstrap mounts is gone with it, and it with us.
    assert argv[: argv.index("mmdebstrap")][:4] == ["setpriv", "--pdeathsig", "KILL", "unshare"]
    assert "--mount" in argv


def test_one_that_could_not_be_made_says_why_and_leaves_no_chroot(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "E: The repository 'http://mirror.example.org/debian bullseye Release' does not have a Release file.\n"
    monkeypatch.setattr(environment, "stream", unpacked([], 1, said))
    wanted = environment.declared({}, V45, ccache=False)
    with pytest.raises(BuildError, match=r"could not make a Debian bullseye: .*does not have a Release file.*mirror"):
        environment.make(wanted, store, io.BytesIO(), lambda line: None)
    assert environment.find(wanted, store, "gcc", Confinement()) is None
    monkeypatch.setattr(environment, "stream", unpacked([]))
    environment.make(wanted, store, io.BytesIO(), lambda line: None)
    assert [path.name for path in Path(store.path("environments")).iterdir()] == [wanted.key]


def test_who_may_not_make_one_is_told_what_to_do(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = environment.declared({}, V45, ccache=False)
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    with pytest.raises(BuildError, match="install the package mmdebstrap"):
        environment.make(wanted, store, io.BytesIO(), lambda line: None)
    monkeypatch.setattr(environment.os, "geteuid", lambda: 1000)
    with pytest.raises(BuildError, match=r"become root, or set environment\.kind to host"):
        environment.make(wanted, store, io.BytesIO(), lambda line: None)


def test_the_mirror_is_the_one_that_apt_of_the_host_has(monkeypatch: pytest.MonkeyPatch) -> None:
    said = (
        "Packages https://packages.example.org/tools/\n"
        "Translations http://mirror.example.org/debian/\n"
        "Packages http://mirror.example.org/debian-security/\n"
        "Packages http://mirror.example.org/debian/\n"
    )
    monkeypatch.setattr(mirror.shutil, "which", lambda name: name)
    monkeypatch.setattr(mirror, "run", lambda argv, limit: Finished(argv, 0, said, ""))
    assert mirror.mirror_of_host() == "http://mirror.example.org/debian"
    monkeypatch.setattr(mirror, "run", lambda argv, limit: Finished(argv, 100, "", "E:"))
    assert mirror.mirror_of_host() == ""


def test_a_damaged_record_is_no_chroot(store: Store) -> None:
    wanted = environment.declared({}, V45, ccache=False)
    record = Path(store.path("environments", wanted.key, "environment.json"))
    record.parent.mkdir()
    record.write_text(json.dumps([]))
    assert environment.find(wanted, store, "gcc", Confinement()) is None
