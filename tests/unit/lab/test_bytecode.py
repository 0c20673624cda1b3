# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every Python of an emulated host keeps what it compiles out of archives, and is the same Python otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

DIST_PACKAGES = Path(__file__).parents[3] / "roles/xen_lab/files/image/common/usr/lib/python3/dist-packages"
IMPORT = """
import sys
sys.path[:0] = [{packages!r}, {archive!r}]
import zipimport
plain = zipimport._compile_source
import xen_lab_bytecode
xen_lab_bytecode.DIRECTORY = {kept!r}
def counted(path, source):
    print("compiled")
    return plain(path, source)
xen_lab_bytecode._compile = counted
import told
print(told.where(), told.where.__code__.co_filename, told.__file__)
"""

Run = Callable[..., list[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Write a module into a new archive, import it from there, and return what was printed."""

    def run(archive: str, word: str) -> list[str]:
        path = tmp_path / archive
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("told.py", f"def where():\n    return {word!r}\n")
        script = IMPORT.format(packages=str(DIST_PACKAGES), archive=str(path), kept=str(tmp_path / "kept"))
        done = subprocess.run([sys.executable, "-I", "-B", "-c", script], capture_output=True, text=True, check=True)
        assert not done.stderr
        return done.stdout.split()

    return run


def told(tmp_path: Path, archive: str, word: str) -> list[str]:
    file = str(tmp_path / archive / "told.py")
    return [word, file, file]


def test_a_source_is_compiled_once_whatever_its_archive_is_called(run: Run, tmp_path: Path) -> None:
    assert run("a.zip", "first") == ["compiled", *told(tmp_path, "a.zip", "first")]
    assert run("b.zip", "first") == told(tmp_path, "b.zip", "first")


def test_another_source_of_the_same_name_is_another_code(run: Run, tmp_path: Path) -> None:
    run("a.zip", "first")
    assert run("a.zip", "second") == ["compiled", *told(tmp_path, "a.zip", "second")]


@pytest.mark.parametrize("damage", [b"", b"short", b"\0" * 400])
def test_what_a_power_cut_left_of_a_file_is_compiled_again(run: Run, tmp_path: Path, damage: bytes) -> None:
    run("a.zip", "first")
    (kept,) = (tmp_path / "kept").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(damage)
    assert run("a.zip", "first")[0] == "compiled"
    assert kept.read_bytes() == whole


def test_one_turned_bit_is_seen(run: Run, tmp_path: Path) -> None:
    run("a.zip", "first")
    (kept,) = (tmp_path / "kept").iterdir()
    data = bytearray(kept.read_bytes())
    data[-1] ^= 1
    kept.write_bytes(data)
    assert run("a.zip", "first") == ["compiled", *told(tmp_path, "a.zip", "first")]


def test_where_nothing_can_be_kept_it_is_compiled_every_time(run: Run, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file, where the directory should be")
    for _ in range(2):
        assert run("a.zip", "first") == ["compiled", *told(tmp_path, "a.zip", "first")]


def test_a_source_with_a_mistake_fails_as_ever_and_is_not_kept(run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("told.py", "def where(:\n")
    script = IMPORT.format(packages=str(DIST_PACKAGES), archive=str(tmp_path / "a.zip"), kept=str(tmp_path / "kept"))
    done = subprocess.run([sys.executable, "-I", "-B", "-c", script], capture_output=True, text=True, check=False)
    assert "SyntaxError" in done.stderr
    assert not os.path.exists(tmp_path / "kept")


def test_the_line_that_loads_it_names_it(tmp_path: Path) -> None:
    line = (DIST_PACKAGES / "xen-lab.pth").read_text().splitlines()[-1]
    assert line == "import xen_lab_bytecode"
    script = "import site, sys, zipimport; site.addsitedir(sys.argv[1]); print(zipimport._compile_source.__module__)"
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", script, str(DIST_PACKAGES)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "xen_lab_bytecode"
