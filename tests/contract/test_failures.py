# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong on the way leaves nothing half-made, and does not stop the other guests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

HOTPLUG = (
    "libxl: error: libxl_exec.c:117:libxl_report_child_exitstatus: /etc/xen/scripts/vif-bridge online [3087] "
    "exited with error status 1\n"
    "libxl: error: libxl_device.c:1265:device_hotplug_child_death_cb: script: Could not find bridge device xenbr0\n"
    "libxl: error: libxl_create.c:1840:domcreate_attach_devices: Domain 3:unable to add vif devices\n"
    "libxl: error: libxl_domain.c:1183:libxl__destroy_domid: Domain 3:Non-existant domain\n"
)


def _scripts(bench: Any) -> dict[str, tuple[str, int]]:
    return {name: found for name, found in bench.files().items() if name.startswith("scripts/")}


def web_files(bench: Any) -> list[str]:
    return [name for name in bench.files() if "web1" in name]


@pytest.mark.parametrize("leaves", [False, True], ids=["clean", "with a domain left behind"])
def test_a_failed_creation_leaves_nothing(bench: Any, leaves: bool) -> None:
    bench.set(faults={"create": {"code": 3, "errors": HOTPLUG, "leaves": leaves, "once": True}})
    result = bench.domains(bench.guest(autostart=True), bench.guest("other"))
    assert result["failed"]
    assert bench.names() == ["other"]
    assert web_files(bench) == []
    report = result["domains"]["web1"]
    assert (report["state"], report["actions"], report["changed"]) == ("absent", [], False)
    assert "Could not find bridge device xenbr0" in report["error"]
    assert "xen-hotplug.log" in report["error"]
    assert "libxl_device.c" not in report["error"]
    assert "Non-existant" not in report["error"]
    assert bench.domains(bench.guest(autostart=True))["domains"]["web1"]["state"] == "running"


def test_a_guest_that_somebody_else_made_at_the_same_moment_is_spared(bench: Any) -> None:
    exists = 'libxl: error: libxl_domain.c:81:libxl__domain_rename: Domain 3:Domain with name "web1" already exists.\n'
    bench.set(faults={"create": {"code": 3, "errors": exists, "leaves": "watched", "once": True}})
    result = bench.domains(bench.guest())
    assert "already exists" in result["msg"]
    assert bench.names() == ["web1"]
    assert result["domains"]["web1"]["actions"] == []


def test_a_failed_creation_brings_the_former_file_back(bench: Any) -> None:
    bench.domains(bench.guest(state="stopped"))
    before = bench.files()
    bench.set(faults={"create": {"code": 3, "errors": HOTPLUG}})
    result = bench.domains(bench.guest(memory=128))
    assert result["failed"]
    assert bench.files() == before


def test_a_failed_takeover_brings_the_former_file_back_to_the_byte(bench: Any) -> None:
    theirs = bench.etc / "web1.cfg"
    theirs.write_bytes(b"# caf\xe9\nname = 'web1'\n")
    theirs.chmod(0o640)
    bench.set(faults={"create": {"code": 3, "errors": HOTPLUG}})
    result = bench.domains(bench.guest())
    assert result["failed"]
    assert theirs.read_bytes() == b"# caf\xe9\nname = 'web1'\n"
    assert theirs.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in bench.etc.glob("web1*")] == ["web1.cfg"]


def test_a_file_of_somebody_else_is_kept_beside(bench: Any) -> None:
    theirs = f'name = "web1"\nkernel = "{bench.root}/images/kernel"\nmemory = 64\n# by hand\n'
    (bench.etc / "web1.cfg").write_text(theirs)
    (bench.etc / "web1.cfg").chmod(0o644)
    result = bench.domains(bench.guest())
    assert result["domains"]["web1"]["actions"] == ["backup", "write", "create"]
    assert "# file: written by somebody else, mode 0644\n" in result["diff"][0]["before"]
    assert "# file: managed, mode 0600\n" in result["diff"][0]["after"]
    (kept,) = bench.etc.glob("web1.cfg.*~")
    assert kept.read_text() == theirs
    assert bench.domains(bench.guest())["changed"] is False


def test_a_file_of_somebody_else_outlives_its_guest(bench: Any) -> None:
    (bench.etc / "web1.cfg").write_text('name = "web1"\n')
    result = bench.domains({"name": "web1", "state": "absent"})
    assert result["changed"] is False
    assert "left where it is" in str(result["warnings"])
    assert (bench.etc / "web1.cfg").exists()


def test_what_xl_reads_otherwise_than_meant_is_not_created(bench: Any) -> None:
    bench.set(misreads={"max_memkb": 1})
    result = bench.domains(bench.guest())
    assert "b_info.max_memkb is 1 instead of 65536" in result["msg"]
    assert "4.17" in result["msg"]
    assert (bench.names(), web_files(bench)) == ([], [])


def test_a_file_that_xl_refuses_is_not_published(bench: Any) -> None:
    bench.set(faults={"-N create": {"code": 1, "errors": "x:1: config parsing error near `y': syntax error\n"}})
    result = bench.domains(bench.guest())
    assert "config parsing error" in result["msg"]
    assert (bench.names(), web_files(bench)) == ([], [])


@pytest.mark.parametrize("behaviour", ["ends", "crashes"])
def test_a_guest_that_dies_at_once_is_an_error(bench: Any, behaviour: str) -> None:
    result = bench.domains(bench.guest(cmdline=behaviour), bench.guest("other"))
    assert "gone again" in result["domains"]["web1"]["error"]
    assert "xl-web1.log" in result["domains"]["web1"]["error"]
    assert bench.names() == ["other"]
    assert web_files(bench) == []


def test_a_guest_that_crashes_for_ever_is_taken_down_again(bench: Any) -> None:
    """It has to be met while it is there, half of the time here; often it is gone by itself before xl destroys it."""
    bench.set(reboot_pause=0.1)
    result = bench.domains(bench.guest(cmdline="crashes", on_crash="restart"), settle_timeout=10)
    assert result["failed"]
    assert bench.names() == []
    assert web_files(bench) == []


def test_what_a_failed_creation_left_may_be_gone_when_it_is_destroyed(bench: Any) -> None:
    bench.set(
        faults={
            "create": {"code": 3, "errors": "xl: no room\n", "leaves": True, "once": True},
            "destroy": {"ends": "web1"},
        }
    )
    domains = bench.domains(bench.guest(), bench.guest("other"))["domains"]
    assert domains["web1"]["error"] == "xl create failed with code 3: xl: no room"
    assert ["destroy", "1"] in bench.calls()
    assert bench.names() == ["other"]
    assert web_files(bench) == []


def test_a_creation_of_which_xl_lies_is_an_error(bench: Any) -> None:
    bench.set(faults={"create": {"code": 0}})
    result = bench.domains(bench.guest())
    assert result["failed"]
    assert (bench.names(), web_files(bench)) == ([], [])


def test_a_pause_of_which_xl_lies_is_an_error(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.set(faults={"pause": {"code": 0}})
    result = bench.domains(bench.guest(state="paused"))
    assert "host shows it running" in result["msg"]
    assert result["domains"]["web1"]["state"] == "running"


def test_what_was_done_is_told_although_the_host_falls_silent(bench: Any) -> None:
    bench.set(faults={"list -v": {"code": 1, "errors": "xl: no answer\n", "after": 1}})
    result = bench.domains(bench.guest(), bench.guest("off", state="stopped"))
    assert result["failed"]
    assert result["changed"]
    report = result["domains"]["web1"]
    assert (report["state"], report["actions"]) == ("unknown", ["write", "create"])
    assert "could not be seen" in report["error"]
    bench.set(faults={})
    assert bench.domains(bench.guest())["domains"]["web1"]["state"] == "running"


def test_a_failed_step_takes_back_what_was_staged(bench: Any) -> None:
    for staged in (None, 96):
        bench.domains(bench.guest())
        if staged:
            bench.domains(bench.guest(memory=staged))
        domain = bench.domain("web1")
        path = Path(bench.place.staged_path(domain["domid"], domain))
        before = path.read_text() if path.exists() else None
        bench.set(faults={"pause": {"code": 1, "errors": "xl: no\n"}})
        result = bench.domains(bench.guest(memory=128, state="paused"))
        assert result["domains"]["web1"]["actions"] == []
        assert (path.read_text() if path.exists() else None) == before
        bench.set(faults={})


def test_a_link_that_led_elsewhere_comes_back(bench: Any) -> None:
    (bench.etc / "auto").mkdir()
    (bench.etc / "auto/web1.cfg").symlink_to("/srv/theirs.cfg")
    result = bench.domains(bench.guest(cmdline="ends", autostart=True))
    assert result["failed"]
    assert bench.files() == {"auto/web1.cfg": ("/srv/theirs.cfg", 0), **_scripts(bench)}


def test_all_failed_guests_are_in_one_message(bench: Any) -> None:
    result = bench.domains(
        bench.guest("a", kernel="/nowhere/a"), bench.guest("b"), bench.guest("c", kernel="/nowhere/c")
    )
    assert result["msg"].startswith("2 of 3 guests failed. a: ")
    assert "| c: " in result["msg"]
    assert bench.names() == ["b"]


def test_a_hostile_message_is_made_harmless(bench: Any) -> None:
    bench.set(faults={"create": {"code": 3, "errors": "libxl: error: a\x1b[31mred\x07\n" + "x" * 5000 + "\n"}})
    error = bench.domains(bench.guest())["domains"]["web1"]["error"]
    assert "\x1b" not in error
    assert "\x07" not in error
    assert len(error) < 1000


def test_a_uuid_of_another_guest_is_refused(bench: Any) -> None:
    bench.domains(bench.guest("first"))
    uuid = bench.domain("first")["uuid"]
    result = bench.domains(bench.guest("second", uuid=uuid))
    assert f"its uuid {uuid} belongs to domain 1, first" in result["msg"]
    assert bench.names() == ["first"]


def test_a_file_in_auto_that_is_no_link_is_not_touched(bench: Any) -> None:
    (bench.etc / "auto").mkdir()
    (bench.etc / "auto/web1.cfg").write_text("theirs")
    result = bench.domains(bench.guest(autostart=True))
    assert "autostart" in result["msg"]
    assert bench.names() == []
    assert (bench.etc / "auto/web1.cfg").read_text() == "theirs"
