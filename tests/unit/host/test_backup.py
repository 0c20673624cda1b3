# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xen_backup on a tree of files: a bundle of them, and the way back from it."""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import printable
from ansible_collections.xlops.xen.plugins.module_utils._host import backup
from ansible_collections.xlops.xen.plugins.module_utils._host.backup_module import backup_spec
from ansible_collections.xlops.xen.plugins.module_utils._host.bundle import gather
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.modules import xen_backup

BUNDLE = "20200101T000000Z.tar.gz"


class Ended(BaseException):
    pass


class Host:
    """A tree with some of a host's configuration, and the module on it."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.monkeypatch = root / "host", monkeypatch
        self.bundles = root / "backups"
        self.lock = str(root / "lock")
        self.write("etc/xen/xl.conf", "autoballoon=0\n")
        self.write("etc/xen/web1.cfg", 'vncpasswd="secret"\n', 0o600)
        self.write("etc/default/grub", "GRUB_TIMEOUT=5\n")
        (self.root / "etc/xen/auto").mkdir()
        (self.root / "etc/xen/auto/web1.cfg").symlink_to("../web1.cfg")

    def write(self, name: str, text: str, mode: int = 0o644) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def everything(self) -> dict[str, tuple[str, int]]:
        paths = sorted(path for path in self.root.rglob("*") if path.is_symlink() or path.is_file())
        return {
            str(path.relative_to(self.root)): (
                (os.readlink(path), 0) if path.is_symlink() else (path.read_text(), path.stat().st_mode & 0o7777)
            )
            for path in paths
        }

    def run(self, check: bool = False, **given: Any) -> dict[str, Any]:
        result: dict[str, Any] = {}

        class Module:
            check_mode = check

            def __init__(self, argument_spec: dict[str, dict[str, Any]], supports_check_mode: bool) -> None:
                assert supports_check_mode
                self.params = {key: given.get(key, option["default"]) for key, option in argument_spec.items()}

            def exit_json(self, **more: Any) -> None:
                result.update(more, failed=False)
                raise Ended

            def fail_json(self, **more: Any) -> None:
                result.update(more, failed=True)
                raise Ended

        given.setdefault("directory", str(self.bundles))
        self.monkeypatch.setattr(xen_backup, "AnsibleModule", Module)
        with pytest.raises(Ended):
            xen_backup.main(Paths(root=str(self.root), lock=self.lock))
        json.dumps(result).encode()
        return result

    def ok(self, **given: Any) -> dict[str, Any]:
        result = self.run(**given)
        assert not result["failed"], result
        return result

    def refused(self, **given: Any) -> str:
        before = self.everything()
        result = self.run(**given)
        assert result["failed"], result
        assert self.everything() == before
        return str(result["msg"])

    def names(self) -> list[str]:
        return sorted(path.name for path in self.bundles.iterdir())


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(tmp_path, monkeypatch)


def test_a_bundle_is_made_once_and_for_root_alone(host: Host) -> None:
    foreseen = host.ok(check=True)
    assert foreseen["changed"] and not host.bundles.exists() and foreseen["bundle"] is None
    made = host.ok()
    assert made["changed"] == foreseen["changed"] and made["files"] == foreseen["files"]
    assert made["files"] == ["/etc/default/grub", "/etc/xen/auto/web1.cfg", "/etc/xen/web1.cfg", "/etc/xen/xl.conf"]
    assert [str(host.bundles / name) for name in host.names()] == [made["bundle"]]
    assert backup.NAME.fullmatch(Path(made["bundle"]).name)
    assert (os.stat(made["bundle"]).st_mode & 0o777, host.bundles.stat().st_mode & 0o777) == (0o600, 0o700)
    for check in (True, False):
        again = host.ok(check=check)
        assert (again["changed"], again["bundle"]) == (False, made["bundle"])
    assert len(host.names()) == 1
    with tarfile.open(made["bundle"]) as archive:
        assert {member.mtime for member in archive} == {0}


@pytest.mark.parametrize("what", ["content", "mode", "link", "gone", "new"])
def test_another_configuration_is_another_bundle(host: Host, what: str) -> None:
    host.ok()
    if what == "content":
        host.write("etc/default/grub", "GRUB_TIMEOUT=6\n")
    elif what == "mode":
        (host.root / "etc/xen/web1.cfg").chmod(0o640)
    elif what == "link":
        (host.root / "etc/xen/auto/web1.cfg").unlink()
        (host.root / "etc/xen/auto/web1.cfg").symlink_to("../web2.cfg")
    elif what == "gone":
        (host.root / "etc/xen/xl.conf").unlink()
    else:
        host.write("etc/systemd/network/05-xen-eth0.network", "[Match]\n")
    assert host.ok()["changed"] and len(host.names()) == 2


def test_the_oldest_are_removed_and_the_clock_may_go_back(host: Host) -> None:
    names = []
    bundles = backup.Bundles(str(host.bundles))
    for number, now in enumerate((100.0, 50.0, 50.0, 1e9)):
        host.write("etc/xen/xl.conf", str(number))
        names.append(bundles.write(gather(str(host.root)), 3, now=now))
    assert names == sorted(names) and len(set(names)) == 4
    assert host.names() == names[1:]
    assert names[0] == "19700101T000140Z.tar.gz" and names[1] == "19700101T000141Z.tar.gz"


def test_what_a_dead_run_left_behind_goes(host: Host) -> None:
    host.ok()
    (host.bundles / ".20200101T000000Z.tar.gz.abc.xlops").write_text("")
    (host.bundles / "notes.txt").write_text("mine")
    host.write("etc/xen/xl.conf", "x")
    result = host.ok()
    assert host.names() == sorted(["notes.txt", *result["bundles"]]) and len(result["bundles"]) == 2


def test_the_way_there_and_back(host: Host) -> None:
    original = host.everything()
    host.ok()
    host.write("etc/default/grub", "GRUB_TIMEOUT=1\n", 0o600)
    host.write("etc/xen/web2.cfg", "name='web2'\n", 0o600)
    host.write("etc/passwd", "nobody's business")
    (host.root / "etc/xen/xl.conf").unlink()
    (host.root / "etc/xen/auto/web1.cfg").unlink()
    changed = host.everything()

    foreseen = host.ok(check=True, state="restored")
    assert host.everything() == changed and len(host.names()) == 1
    restored = host.ok(state="restored")
    for key in ("changed", "files", "newer", "removed", "afterwards", "diff", "bundle"):
        assert foreseen[key] == restored[key]
    assert restored["files"] == ["/etc/default/grub", "/etc/xen/auto/web1.cfg", "/etc/xen/xl.conf"]
    assert (restored["newer"], restored["removed"]) == (["/etc/xen/web2.cfg"], [])
    assert [one.split(":")[0] for one in restored["afterwards"]] == ["GRUB"]
    kept = {name: changed[name] for name in ("etc/xen/web2.cfg", "etc/passwd")}
    assert host.everything() == original | kept

    again = host.ok(state="restored")
    assert (again["changed"], again["files"], again["newer"]) == (False, [], ["/etc/xen/web2.cfg"])
    removed = host.ok(state="restored", remove="allowed")
    assert (removed["changed"], removed["removed"]) == (True, ["/etc/xen/web2.cfg"])
    assert host.everything() == original | {"etc/passwd": changed["etc/passwd"]}
    assert not host.ok(state="restored", remove="allowed")["changed"]
    assert not host.ok()["changed"]


def test_a_restore_does_not_leave_two_halves_of_a_network(host: Host) -> None:
    host.write("etc/network/interfaces", "iface eth0 inet dhcp\n")
    host.ok()
    host.write("etc/network/interfaces", "iface eth0 inet manual\n")
    host.write("etc/network/interfaces.d/xenbr0", "iface xenbr0 inet dhcp\n")
    before = host.everything()
    for check in (True, False):
        message = host.run(check=check, state="restored")["msg"]
        assert "and /etc/network/interfaces.d/xenbr0, made since then, would stay beside it" in message
    assert host.everything() == before and len(host.names()) == 1
    assert host.ok(state="restored", remove="allowed")["removed"] == ["/etc/network/interfaces.d/xenbr0"]


def test_a_restore_can_be_undone_by_the_name_of_what_it_kept(host: Host) -> None:
    host.ok()
    host.write("etc/xen/xl.conf", "changed\n")
    host.write("etc/xen/web2.cfg", "new\n")
    changed = host.everything()
    restored = host.ok(state="restored", remove="allowed")
    (kept,) = (name for name in restored["bundles"] if "before-restore" in name)
    assert host.everything() != changed
    assert host.ok(state="restored", bundle=kept)["changed"]
    assert host.everything() == changed


def test_the_newest_is_never_one_that_a_restore_made(host: Host) -> None:
    host.ok()
    first = host.everything()
    for text in ("one", "two", "three"):
        host.write("etc/xen/xl.conf", text)
        host.ok(state="restored", keep=2)
        assert host.everything() == first
    names = host.names()
    assert len([name for name in names if "before-restore" in name]) == 2
    assert len(names) == 3


def test_what_is_kept_already_is_not_kept_twice(host: Host) -> None:
    host.ok()
    host.write("etc/xen/xl.conf", "changed\n")
    oldest = host.names()[0]
    host.ok()
    host.ok(state="restored", bundle=oldest)
    assert not [name for name in host.names() if "before-restore" in name]


def test_a_diff_shows_no_secret(host: Host) -> None:
    host.ok()
    host.write("etc/xen/web1.cfg", 'vncpasswd="other"\n', 0o644)
    diff = host.ok(check=True, state="restored")["diff"]
    assert diff["before"].startswith(f"/etc/xen/web1.cfg 0644 {os.getuid()}:{os.getgid()} 18 bytes, sha256 ")
    assert diff["after"].startswith("/etc/xen/web1.cfg 0600 ")
    assert "secret" not in str(diff) and "other" not in str(diff)


def test_files_that_packages_brought_are_not_newer(host: Host) -> None:
    host.ok()
    host.write("etc/default/xendomains", "XENDOMAINS_SAVE=\n")
    host.write("etc/default/xen", "XENCONSOLED_ARGS=\n")
    host.write("etc/default/xen-mine", "mine\n")
    host.write("var/lib/dpkg/info/xen-utils-common.conffiles", "/etc/default/xendomains\n/etc/xen/xl.conf\n")
    host.write("var/lib/ucf/registry", "xen-utils-common\t/etc/default/xen\n\n")
    assert host.ok(state="restored", remove="allowed")["removed"] == ["/etc/default/xen-mine"]
    assert (host.root / "etc/default/xendomains").exists()


def test_nothing_is_written_through_a_link(host: Host, tmp_path: Path) -> None:
    host.ok()
    (host.root / "etc/default/grub").unlink()
    (host.root / "etc/default").rmdir()
    (tmp_path / "elsewhere").mkdir()
    (host.root / "etc/default").symlink_to(tmp_path / "elsewhere")
    assert "/etc/default/grub would be written through a link, or below a file: nothing was changed" in host.refused(
        state="restored"
    )
    assert not list((tmp_path / "elsewhere").iterdir())


def test_nothing_is_written_below_a_file(host: Host) -> None:
    host.ok()
    (host.root / "etc/default/grub").unlink()
    (host.root / "etc/default").rmdir()
    host.write("etc/default", "a file")
    assert "/etc/default/grub would be written through a link, or below a file" in host.refused(state="restored")


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(host: Host, tmp_path: Path) -> None:
    host.ok()
    (tmp_path / "precious").write_text("precious")
    (host.root / "etc/default/grub").unlink()
    (host.root / "etc/default/grub").symlink_to(tmp_path / "precious")
    assert host.ok(state="restored")["files"] == ["/etc/default/grub"]
    assert (tmp_path / "precious").read_text() == "precious"
    assert host.everything()["etc/default/grub"] == ("GRUB_TIMEOUT=5\n", 0o644)


def test_a_directory_in_the_place_of_a_file_is_an_error(host: Host) -> None:
    host.ok()
    (host.root / "etc/default/grub").unlink()
    (host.root / "etc/default/grub").mkdir()
    assert "/etc/default/grub is a directory or a device by now: nothing was changed" in host.refused(state="restored")


@pytest.mark.parametrize(
    "name", ["../bundles/x.tar.gz", "/etc/passwd", BUNDLE, "", "newest.tar.gz", "20200101T000000Z.tar.gz\n"]
)
def test_a_bundle_that_is_not_there_is_an_error_with_those_that_are(host: Host, name: str) -> None:
    made = host.ok()["bundles"]
    message = host.refused(state="restored", bundle=name)
    assert message == (f"there is no bundle {printable(name)} in {host.bundles}, only {made[0]}: name one of them")


def test_without_any_bundle_there_is_no_newest(host: Host) -> None:
    assert "only none" in host.refused(state="restored")


@pytest.mark.parametrize("what", ["written by others", "a link", "no bundle"])
def test_a_bundle_that_may_be_anybodys_is_not_trusted(host: Host, what: str, tmp_path: Path) -> None:
    made = Path(host.ok()["bundle"])
    if what == "written by others":
        made.chmod(0o620)
        said = "is a link, or may be written by others than root"
    elif what == "a link":
        made.rename(tmp_path / "bundle")
        made.symlink_to(tmp_path / "bundle")
        said = "is a link, or may be written by others than root"
    else:
        made.write_bytes(b"nothing")
        said = "it is no bundle that can be read"
    host.write("etc/xen/xl.conf", "changed")
    assert said in host.refused(state="restored")
    assert host.ok()["changed"]


@pytest.mark.parametrize("what", ["file", "link", "writable"])
def test_a_directory_that_is_not_roots_alone_is_refused(host: Host, what: str, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    if what == "file":
        host.bundles.write_text("")
    elif what == "link":
        host.bundles.symlink_to(tmp_path / "other")
    else:
        host.bundles.mkdir()
        host.bundles.chmod(0o770)
    said = "the host refused: " if what == "file" else "is no directory that root alone may write"
    assert said in host.refused()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"keep": 0}, "keep is 0: give the number of bundles to keep, 1 or more"),
        ({"directory": "backups"}, "directory is backups: give an absolute path on the host"),
    ],
)
def test_options_that_make_no_sense_are_refused(host: Host, given: dict[str, Any], said: str) -> None:
    assert host.refused(**given) == said


def test_a_restore_that_dies_is_completed_by_the_next(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    original = host.everything()
    host.ok()
    for name in ("etc/default/grub", "etc/xen/web1.cfg", "etc/xen/xl.conf"):
        host.write(name, "changed")
    changed = host.everything()
    calls = iter(range(10))

    def dies(path: str, content: bytes, mode: int) -> None:
        if next(calls) == 1:
            raise OSError("dead")
        written(path, content, mode)

    written = backup.replace_file
    with monkeypatch.context() as patched:
        patched.setattr(backup.Bundles, "write", lambda *_: written)
        patched.setattr(backup, "replace_file", dies)
        assert host.run(state="restored")["msg"] == "the host refused: dead"
    assert changed != host.everything() != original
    assert host.ok(state="restored")["changed"]
    assert host.everything() == original


def test_the_documentation_has_the_options() -> None:
    documented = yaml.safe_load(xen_backup.DOCUMENTATION)["options"]
    facts = ("type", "choices", "default")
    assert {key: {fact: one.get(fact) for fact in facts} for key, one in documented.items()} == {
        key: {fact: one.get(fact) for fact in facts} for key, one in backup_spec().items()
    }
