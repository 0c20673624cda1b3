# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Units on a host, where its systemctl hangs, dies or is not there, and who finds which xl."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.guest_units import GuestUnits
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths

# Notes its arguments, and hangs, or dies as by SIGKILL, where it is to start something.
SYSTEMCTL = """\
#!/bin/sh
echo "$@" >>{log}
test "$1" = start || exit 0
{start}
"""


@pytest.fixture
def units(tmp_path: Path) -> GuestUnits:
    paths = Paths(units=str(tmp_path / "units"), changed_units=str(tmp_path / "changed"), systemd=str(tmp_path))
    (tmp_path / "units").mkdir()
    return GuestUnits(paths, "/usr/sbin/xl", limit=0.5)


def program(directory: Path, name: str, text: str) -> None:
    (directory / name).write_text(text)
    (directory / name).chmod(0o755)


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ("exec sleep 30", r"systemctl start xen-guest@web1.service did not end within 0.5 s"),
        ("kill -9 $$", r"systemctl start xen-guest@web1.service failed with code -9"),
    ],
)
def test_who_starts_a_guest_is_ended_with_the_systemctl_that_waited_for_it(
    units: GuestUnits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str, message: str
) -> None:
    log = tmp_path / "log"
    program(tmp_path, "systemctl", SYSTEMCTL.format(log=log, start=start))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(GuestError, match=message):
        units.start("web1")
    assert "kill --kill-who=control --signal=KILL -- xen-guest@web1.service" in log.read_text().splitlines()


def test_a_host_without_systemctl_says_so(units: GuestUnits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_words, **_options: None)
    with pytest.raises(GuestError, match="the host has no program systemctl"):
        units.start("web1")


def test_all_who_find_xl_write_one_template(units: GuestUnits, tmp_path: Path) -> None:
    """Where /sbin leads to /usr/sbin. A link that xl itself is stays what it is: by its name it knows what to be."""
    (tmp_path / "usr").mkdir()
    (tmp_path / "usr/xl").symlink_to("/usr/lib/xen-common/bin/xen-toolstack-wrapper")
    (tmp_path / "sbin").symlink_to("usr")
    texts = {GuestUnits(units.paths, f"{tmp_path}/{place}/xl").standard for place in ("usr", "sbin")}
    (text,) = texts
    assert f"ExecStart={tmp_path}/usr/xl create " in text


def test_nothing_is_read_anew_where_nothing_was_changed(units: GuestUnits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_words, **_options: None)
    assert units.reload() is False


def test_what_is_taken_back_leaves_nothing(units: GuestUnits, tmp_path: Path) -> None:
    take_back = units.write("web1", "one")
    (tmp_path / "units/xen-guest@web1.service.d/.50-xlops.conf.zz.xlops").write_text("of a run that died")
    take_back()
    assert [path.name for path in (tmp_path / "units").iterdir()] == ["xen-guest@.service"]


def test_what_is_taken_back_brings_the_former_text(units: GuestUnits) -> None:
    units.write("web1", "one")
    units.enable("web1")
    units.write("web1", "two")()
    assert units.read(["web1"]).drop_ins == {"web1": "one"}
    units.disable("web1")()
    seen = units.read(["web1", "other"])
    assert (seen.drop_ins, seen.enabled) == ({"web1": "one"}, {"xen-guest@web1.service"})
