# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which release a boot has: the generator itself, with the places of a host moved into a directory."""

from __future__ import annotations

import gzip
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._release import chooser, switch

from .test_switch import install, make

DATE, ANOTHER_DATE = "Mon Jan 12 16:53:24 UTC 2015", "Sat Nov 29 13:52:25 UTC 2025"
PLACES = (chooser.RELEASES, chooser.TRY, "/sys/hypervisor", chooser.DISTRIBUTION, chooser.CURRENT)


def program(root: Path) -> Path:
    """The generator of a host below a directory."""
    text = chooser.GENERATOR_TEXT
    for place in PLACES:
        assert f"={place}\n" in text
        text = text.replace(f"={place}\n", f"={root}{place}\n")
    path = root / "generator"
    path.write_text(text)
    path.chmod(0o755)
    return path


def runs(root: Path, version: str, built: str = "") -> None:
    """The hypervisor that runs; of the version, what follows the second number is the rest."""
    major, minor, rest = version.split(".", 2)
    for name, text in (
        ("version/major", major),
        ("version/minor", minor),
        ("version/extra", f".{rest}"),
        ("compilation/compile_date", built),
    ):
        place = root / "sys/hypervisor" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{text}\n")


def distribution(root: Path, release: str) -> None:
    place = root / f"{chooser.DISTRIBUTION[1:]}{release}/bin/xl"
    place.parent.mkdir(parents=True)
    place.touch(0o755)


def ready(root: Path, version: str, built: str = "", *units: str) -> str:
    """A release for which xen_release was run."""
    image = root / f"boot/xen-{version}.gz"
    image.parent.mkdir(exist_ok=True)
    image.write_bytes(gzip.compress(f"\0gcc\0{built}\0".encode()))
    manifest = f'{{"version": "{version}", "configure": [], "files": [{{"path": "/boot/xen-{version}.gz"}}]}}'
    prefix = install(root, version, **{"share/xlops-xen/manifest.json": manifest})
    make(root, prefix, *units)
    return prefix


def boot(root: Path) -> tuple[dict[str, str], str]:
    """What the generator gives systemd, by path: texts, and where links lead; and where programs are led."""
    with at_their_place(root):
        return _boot(root)


@contextmanager
def at_their_place(root: Path) -> Iterator[None]:
    """Prefixes as the generator must see them here, with the directory before them."""
    places = {place: place.read_text() for place in (root / chooser.RELEASES[1:]).glob("*/prefix")}
    for place, text in places.items():
        place.write_text(f"{root}{text}")
    yield
    for place, text in places.items():
        place.write_text(text)


def _boot(root: Path) -> tuple[dict[str, str], str]:
    generated = root / "generator.normal"
    subprocess.run(["rm", "-rf", generated], check=True)
    generated.mkdir()
    early, late = root / "early", root / "late"
    for arguments in ((generated, early, late), ("link",)):
        said = subprocess.run([program(root), *arguments], capture_output=True, text=True, check=True)
        assert said.stdout + said.stderr == ""
    found = {}
    for path in generated.rglob("*"):
        if path.is_symlink() or path.is_file():
            found[str(path.relative_to(generated))] = os.readlink(path) if path.is_symlink() else path.read_text()
    current = root / chooser.CURRENT[1:]
    return found, os.readlink(current).removeprefix(str(root)) if current.is_symlink() else ""


def test_a_boot_has_the_release_of_its_hypervisor_and_the_next_one_another(tmp_path: Path) -> None:
    old, new = ready(tmp_path, "4.5.0"), ready(tmp_path, "4.20.0")
    runs(tmp_path, "4.20.0")
    units, programs = boot(tmp_path)
    assert programs == new
    assert units["xenstored.service"] == "/opt/xen/4.20.0/lib/systemd/system/xenstored.service"
    assert units["multi-user.target.wants/xenstored.service"] == "../xenstored.service"
    assert "xenstored.service.d/xlops-sockets-under-var-run.conf" not in units
    runs(tmp_path, "4.5.0")
    units, programs = boot(tmp_path)
    assert programs == old
    assert "bind-xenstored" in units["xenstored.service.d/xlops-sockets-under-var-run.conf"]


@pytest.mark.parametrize("version", ["4.17.5", "4.50.0", "3.4.5"])
def test_a_hypervisor_of_others_has_nothing_of_ours(tmp_path: Path, version: str) -> None:
    ready(tmp_path, "4.5.0")
    runs(tmp_path, "4.5.0")
    assert boot(tmp_path)[1]
    runs(tmp_path, version)
    assert boot(tmp_path) == ({}, "")


def test_without_a_hypervisor_there_is_nothing(tmp_path: Path) -> None:
    ready(tmp_path, "4.5.0")
    assert boot(tmp_path) == ({}, "")


@pytest.mark.parametrize(
    ("running", "built", "known", "of_distribution", "chosen"),
    [
        ("4.17.5", DATE, DATE, True, True),
        ("4.17.5", ANOTHER_DATE, DATE, True, False),
        ("4.17.5", ANOTHER_DATE, DATE, False, True),
        ("4.17.5", "", DATE, True, True),
        ("4.17.5", DATE, "", True, True),
        ("4.17.3", ANOTHER_DATE, DATE, False, True),
        ("4.17.3", ANOTHER_DATE, DATE, True, False),
        ("4.18.5", DATE, DATE, False, False),
    ],
)
def test_builds_of_one_version_are_told_apart_by_their_dates(
    tmp_path: Path, running: str, built: str, known: str, of_distribution: bool, chosen: bool
) -> None:
    """The distribution's own 4.17.5 and one that was built from its source: each with its own programs."""
    prefix = ready(tmp_path, "4.17.5", known)
    runs(tmp_path, running, built)
    if of_distribution:
        distribution(tmp_path, "4.17")
    assert boot(tmp_path)[1] == (prefix if chosen else "")
    seen = chooser.read_running(tmp_path / "sys/hypervisor")
    assert seen == chooser.Running(running, built)
    assert chooser.chosen("4.17.5", [known] if known else [], seen, of_distribution) is chosen


def test_the_nearest_of_a_release_is_taken(tmp_path: Path) -> None:
    prefixes = {version: ready(tmp_path, version) for version in ("4.17.0", "4.17.3", "4.17.5")}
    for version in prefixes:
        runs(tmp_path, version)
        assert boot(tmp_path)[1] == prefixes[version]


def test_a_release_whose_package_was_removed_is_passed_over(tmp_path: Path) -> None:
    prefix = ready(tmp_path, "4.5.0")
    runs(tmp_path, "4.5.0")
    (tmp_path / prefix[1:] / chooser.MANIFEST).unlink()
    assert boot(tmp_path) == ({}, ""), "what somebody made of a file of the package stays when the package goes"


def test_a_boot_at_any_instant_has_all_of_a_release_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """xen_release is killed before each of its writes in turn, and the host boots the release's hypervisor."""
    whole_host = tmp_path / "whole"
    whole_host.mkdir()
    ready(whole_host, "4.5.0")
    runs(whole_host, "4.5.0")
    whole = sorted(boot(whole_host)[0])
    replace, seen = os.replace, []
    for writes in range(100):
        host = tmp_path / str(writes)
        host.mkdir()
        runs(host, "4.5.0")
        left = [writes]

        def cut(source: str, target: str, left: list[int] = left) -> None:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            replace(source, target)

        monkeypatch.setattr(os, "replace", cut)
        try:
            ready(host, "4.5.0")
        except KeyboardInterrupt:
            pass
        else:
            break
        finally:
            monkeypatch.setattr(os, "replace", replace)
        units, programs = boot(host)
        assert sorted(units) in ([], whole)
        assert bool(units) == bool(programs)
        seen.append(bool(units))
        make(host, "/opt/xen/4.5.0")
        assert sorted(boot(host)[0]) == whole
    assert 20 < len(seen) < 100
    assert set(seen) == {False, True}


def test_a_release_that_is_tried_has_so_much_time_and_no_other(tmp_path: Path) -> None:
    ready(tmp_path, "4.5.0")
    ready(tmp_path, "4.20.0")
    (tmp_path / chooser.TRY[1:]).write_text("4.20.0\n900\n")
    runs(tmp_path, "4.20.0")
    units, _programs = boot(tmp_path)
    assert "OnBootSec=900\n" in units[chooser.TRY_TIMER]
    assert "SuccessAction=reboot\n" in units["xlops-xen-try.service"]
    assert f"ConditionPathExists={tmp_path}{chooser.TRY}\n" in units["xlops-xen-try.service"]
    assert units[f"sysinit.target.wants/{chooser.TRY_TIMER}"] == f"../{chooser.TRY_TIMER}"
    runs(tmp_path, "4.5.0")
    assert chooser.TRY_TIMER not in boot(tmp_path)[0]


@pytest.mark.parametrize("text", ["", "4.20.0\n", "4.20.0\n9; reboot\n", "4.20.0\n\n"])
def test_a_damaged_note_of_a_try_does_no_harm(tmp_path: Path, text: str) -> None:
    ready(tmp_path, "4.20.0")
    (tmp_path / chooser.TRY[1:]).write_text(text)
    runs(tmp_path, "4.20.0")
    units, programs = boot(tmp_path)
    assert programs
    assert chooser.TRY_TIMER not in units


def test_what_cannot_be_read_has_no_date(tmp_path: Path) -> None:
    assert chooser.dates_in(tmp_path / "none") == []
    (tmp_path / "damaged.gz").write_bytes(b"\x1f\x8b\x08 damaged")
    assert chooser.dates_in(tmp_path / "damaged.gz") == []
    (tmp_path / "plain").write_bytes(b"\x7fELF\0Sun Nov 22 13:22:54 UTC 2026\0Mon, 12 Jan 2015 16:53:24 GMT git:a\0")
    assert chooser.dates_in(tmp_path / "plain") == ["Sun Nov 22 13:22:54 UTC 2026"]


@pytest.mark.parametrize(
    ("running", "link", "effect"),
    [("4.20.0", "", False), ("4.5.0", "", True), ("4.5.0", "/opt/xen/4.5.0", False), ("4.5.0", "/opt/other", True)],
)
def test_it_is_known_whether_a_release_would_take_effect_at_once(
    tmp_path: Path, running: str, link: str, effect: bool
) -> None:
    prefix = install(tmp_path)
    runs(tmp_path, running)
    if link:
        current = tmp_path / chooser.CURRENT[1:]
        current.parent.mkdir(parents=True)
        current.symlink_to(link)
    host = switch.Host(str(tmp_path))
    assert switch.takes_effect(host, switch.read_release(host, prefix)) is effect
