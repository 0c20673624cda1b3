# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files are read, and which guests are those of one host."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST
from ansible_collections.xlops.xen.plugins.plugin_utils.lint_files import LARGEST, Lint, lint_paths

GUEST = 'name = "{}"\nkernel = "k"\nvif = [ "mac=00:16:3e:00:00:01" ]\n'


def lint(*paths: Path, one_host: str = "directory") -> Lint:
    return lint_paths([str(path) for path in paths], NEWEST, one_host)


def rules(found: Lint) -> list[str]:
    return [finding.rule for finding in found.report.findings]


@pytest.mark.parametrize("name", ["web1.cfg", "web1", "web1.example.org", "deep/er/web1.hvm"])
def test_a_file_of_a_guest_is_known_by_what_it_sets(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("# a comment\n\n" + GUEST)
    found = lint(tmp_path)
    assert found.report.files == [str(tmp_path / name)]
    assert found.report.guests == 1
    assert found.passed_over == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("setup.cfg", "[metadata]\nname = x\n"),
        ("grub.cfg", "GRUB_CMDLINE=x\n"),
        ("xl.conf", 'autoballoon="off"\n'),
        ("README.md", "# Guests\n\nSay\n\nname = 1\n"),
        ("run.py", "import os\nname = 1\n"),
        ("vars.yml", "name: x\n"),
        ("argument_specs.yml", "xen_guests_domains: {type: list}\n"),
        ("empty.cfg", ""),
    ],
)
def test_other_files_are_passed_over_and_named(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    found = lint(tmp_path)
    assert found.passed_over == [str(tmp_path / name)]
    assert (found.report.files, found.report.findings) == ([], [])


def test_a_file_that_is_named_is_read_whatever_it_looks_like(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("[x]\n")
    assert "syntax" in rules(lint(tmp_path / "x.txt"))


def test_a_file_that_is_not_there_or_too_large_is_a_finding(tmp_path: Path) -> None:
    large = tmp_path / "large.cfg"
    large.write_bytes(b"#" * (LARGEST + 1))
    assert rules(lint(tmp_path / "none.cfg", large)) == ["unreadable", "unreadable"]


def test_links_hidden_files_and_backups_are_not_second_guests(tmp_path: Path) -> None:
    (tmp_path / "web1.cfg").write_text(GUEST.format("a"))
    (tmp_path / "auto").mkdir()
    (tmp_path / "auto/web1.cfg").symlink_to(tmp_path / "web1.cfg")
    (tmp_path / ".web1.cfg.x.xlops").write_text(GUEST.format("a"))
    (tmp_path / "web1.cfg.1.2026~").write_text(GUEST.format("a"))
    assert lint(tmp_path).report.guests == 1


@pytest.mark.parametrize(
    ("one_host", "expected"),
    [("file", []), ("directory", ["duplicate-mac"]), ("all", ["duplicate-mac", "duplicate-name"])],
)
def test_only_guests_of_one_host_contend(tmp_path: Path, one_host: str, expected: list[str]) -> None:
    for directory, names in (("one", "ab"), ("two", "a")):
        (tmp_path / directory).mkdir()
        for name in names:
            (tmp_path / directory / f"{name}.cfg").write_text(GUEST.format(name))
    assert sorted(rules(lint(tmp_path, one_host=one_host))) == expected


def test_bytes_that_are_no_text_are_found_and_raise_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.cfg").write_bytes(b'name = "a"\nkernel = "\xff"\r\n')
    assert set(rules(lint(tmp_path))) == {"syntax", "nothing-to-boot", "wrong-value"}


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.cfg")
    found = lint(tmp_path)
    assert (found.passed_over, found.report.findings) == ([str(tmp_path / "pipe.cfg")], [])
    (named,) = lint(tmp_path / "pipe.cfg").report.findings
    assert "it cannot be read: it is no plain file" in named.message


def test_a_directory_that_nobody_may_look_into_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed, scandir = tmp_path / "closed", os.scandir
    closed.mkdir()

    def scan(path: Any) -> Any:
        if str(path) == str(closed):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scan)
    for named in (tmp_path, closed):
        (found,) = lint(named).report.findings
        assert (found.rule, found.filename, found.remedy) == ("unreadable", str(closed), "make it readable")
        assert "Permission denied" in found.message


@pytest.mark.parametrize("paths", [[""], [" "], ["", " "], []])
def test_no_path_is_not_the_directory_of_the_moment(paths: list[str]) -> None:
    with pytest.raises(ValueError, match="paths is empty"):
        lint_paths(paths, NEWEST)


def test_blanks_around_a_comma_are_no_part_of_a_name(tmp_path: Path) -> None:
    (tmp_path / "web1.cfg").write_text(GUEST)
    found = lint_paths(["", f" {tmp_path / 'web1.cfg'} "], NEWEST)
    assert (found.report.files, found.passed_over) == ([str(tmp_path / "web1.cfg")], [])


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("host_vars/xen1.example.org.yml", "host_vars/xen2.example.org.yml", []),
        ("host_vars/xen1/guests.yml", "host_vars/xen2/guests.yml", []),
        ("host_vars/xen1.yml", "host_vars/xen1/more/guests.yml", ["duplicate-mac"]),
        ("guests/xen1.yml", "guests/xen2.yml", ["duplicate-mac"]),
    ],
)
def test_host_vars_has_a_file_or_a_directory_for_each_host(
    tmp_path: Path, first: str, second: str, expected: list[str]
) -> None:
    for name, path in (("a", tmp_path / first), ("b", tmp_path / second)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"[{{name: {name}, kernel: k, vif: [{{mac: '00:16:3e:00:00:01'}}]}}]")
    assert rules(lint(tmp_path)) == expected
