# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xen_switch over reboots, against stand-ins for xl, systemd and GRUB's programs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.grub_menu import read_menu
from ansible_collections.xlops.xen.plugins.module_utils._release import chooser
from boot_host import DEBIANS_OVERRIDE, BootHost

OLD, NEW = "xen-4.17-amd64.gz", "4.20.0"
NEW_FILE = f"xen-{NEW}.gz"
DATES = {OLD: "Sat Nov 29 13:52:25 UTC 2025", NEW_FILE: "Thu Mar 6 10:00:00 UTC 2025"}
VERSIONS = {OLD: ("4", "17", ".5"), NEW_FILE: ("4", "20", ".0")}


class SwitchHost(BootHost):
    """A host of the distribution's Xen, on which a release was installed and made ready."""

    boots = 0

    def ready(self) -> None:
        self.build(OLD, NEW_FILE)
        (self.root / "default/grub").write_text('GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX="panic=30"\n')
        (self.root / "default/grub.d/xen.cfg").write_text(DEBIANS_OVERRIDE)
        for name, date in DATES.items():
            (self.boot / name).write_text(f"xen\0{date}\0")
        # The menu was made before the release was installed.
        (self.boot / NEW_FILE).rename(self.root / "new")
        self.update_grub()
        (self.root / "new").rename(self.boot / NEW_FILE)
        self.write(f"{chooser.DISTRIBUTION}4.17/bin/xl", "")
        self.write(chooser.GENERATOR, chooser.GENERATOR_TEXT)
        waiting = f"{chooser.RELEASES}/{NEW}"
        self.write(f"{waiting}/prefix", f"/opt/xen/{NEW}\n")
        self.write(f"{waiting}/hypervisor", f"{NEW_FILE}\n")
        self.write(f"{waiting}/built", f"{DATES[NEW_FILE]}\n")
        self.write(f"/opt/xen/{NEW}/{chooser.MANIFEST}", "{}")
        (self.boot / OLD.replace(".gz", ".efi")).write_text(DATES[OLD])
        (self.boot / "xen.gz").symlink_to(OLD)
        self.runs(OLD)

    def write(self, path: str, text: str) -> None:
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def runs(self, file: str) -> None:
        """Boot a hypervisor, whatever GRUB says."""
        self.boots += 1
        for name, text in zip(("major", "minor", "extra"), VERSIONS[file]):
            self.write(f"/sys/hypervisor/version/{name}", f"{text}\n")
        self.write("/sys/hypervisor/compilation/compile_date", f"{DATES[file]}\n")
        self.write("/proc/sys/kernel/random/boot_id", f"boot-{self.boots}\n")
        self.runs_xen("placeholder")
        self.bench.set(release="".join(VERSIONS[file]).replace("4", "4.", 1))

    def next_boot(self) -> str:
        """The hypervisor that GRUB boots; it forgets that of a single boot."""
        menu = read_menu(self.menu.read_text())
        name = self.noted("next_entry") or self.noted()
        self.write("boot/grub/grubenv", f"# GRUB Environment Block\nsaved_entry={self.noted()}\n".ljust(1024, "#"))
        entry = menu.find(name)
        assert entry is not None, name
        return entry.hypervisor.rsplit("/", 1)[-1]

    def reboot(self, comes_up: bool = True) -> str:
        file = self.next_boot()
        if not comes_up:
            file = self.next_boot()
        self.runs(file)
        return file

    def switch(self, to: str = NEW, **options: Any) -> dict[str, Any]:
        result: dict[str, Any] = self.bench.run("xen_switch", to=to, **{"settle_timeout": 0, **options})
        return result

    def good(self, to: str = NEW, **options: Any) -> dict[str, Any]:
        result = self.switch(to, **options)
        assert "failed" not in result, result["msg"]
        return result

    def everything(self) -> dict[str, str]:
        """All files that a switch could touch."""
        notes = [self.root / chooser.TRY[1:], self.root / "var/lib/xlops.xen/switch.json"]
        return {**self.files(), **{str(path): path.read_text() for path in notes if path.exists()}}

    def record(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.root / "var/lib/xlops.xen/switch.json").read_text())
        return found


@pytest.fixture
def host(bench: Any) -> SwitchHost:
    one = SwitchHost(bench)
    one.ready()
    return one


def outcome(result: dict[str, Any]) -> tuple[str, bool]:
    return result["outcome"], result["changed"]


def test_a_release_is_tried_once_and_is_the_default_when_the_host_is_healthy(host: SwitchHost) -> None:
    before = host.everything()
    foreseen = host.good(check=True)
    assert host.everything() == before
    armed = host.good()
    assert outcome(foreseen) == outcome(armed) == ("reboot", True)
    assert [step.split(" ")[0] for step in armed["steps"]] == ["note", "write", "grub-mkconfig", *foreseen_notes(armed)]
    assert (armed["to"], armed["present"], armed["former"]) == (NEW, OLD, None)
    host.bootable()
    menu = read_menu(host.menu.read_text())
    default = menu.find(host.noted())
    assert default is not None
    assert default.hypervisor == f"/boot/{OLD}", "although GRUB puts the new one first now"
    assert outcome(host.good()) == ("reboot", False)

    assert host.reboot() == NEW_FILE
    foreseen = host.good(check=True)
    settled = host.good()
    assert outcome(foreseen) == outcome(settled) == ("runs", True)
    assert foreseen["steps"] == settled["steps"]
    assert (foreseen["former"], settled["former"]) == (OLD, OLD)
    assert host.record() == {"present": NEW, "former": OLD, "left": ""}
    assert not (host.root / chooser.TRY[1:]).exists()
    for check in (True, False):
        again = host.good(check=check)
        assert (outcome(again), again["steps"]) == (("runs", False), [])
    assert host.reboot() == NEW_FILE


def foreseen_notes(result: dict[str, Any]) -> list[str]:
    return [step.split(" ")[0] for step in result["steps"] if step.startswith(("grub-set-default", "grub-reboot"))]


def test_an_entry_that_does_not_come_up_is_left_again(host: SwitchHost) -> None:
    host.good()
    assert host.reboot(comes_up=False) == OLD
    foreseen = host.switch(check=True)
    failed = host.switch()
    assert foreseen["msg"] == failed["msg"]
    assert f"Xen {NEW} was booted once, and the host came back with {OLD}" in failed["msg"]
    assert outcome(host.good()) == ("reboot", True), "the next run tries again"
    assert host.reboot() == NEW_FILE
    assert outcome(host.good()) == ("runs", True)


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        ({"faults": {"info": {"code": 1, "errors": "libxl: version mismatch\n"}}}, "version mismatch"),
        ({"faults": {"list": {"code": 1, "errors": "libxl: cannot get the list\n"}}}, "cannot get the list"),
        ({"release": "4.17.5"}, "xl info tells Xen 4.17.5, and Xen 4.20 was to be booted"),
        (
            {"services": {"xenconsoled.service": "failed", "xenstored.service": "active"}},
            "xenconsoled.service failed (exit-code)",
        ),
        ({"services": {"xenstored.service": "inactive"}}, "xenstored.service does not run"),
        ({"services": {"xendomains.service": "activating"}}, "xendomains.service is not done within 0 s"),
    ],
)
def test_a_host_that_is_not_healthy_keeps_its_former_default(
    host: SwitchHost, spoiled: dict[str, Any], said: str
) -> None:
    host.good()
    host.reboot()
    before = host.everything()
    host.bench.set(**spoiled)
    for check in (True, False):
        result = host.good(check=check)
        assert outcome(result) == ("unhealthy", False)
        assert any(said in complaint for complaint in result["complaints"]), result["complaints"]
    assert host.everything() == before
    host.bench.set(faults={}, services={})
    assert host.reboot() == OLD
    assert "came back" in host.switch()["msg"]


def test_a_unit_of_a_guest_that_failed_is_a_complaint(host: SwitchHost) -> None:
    host.good()
    host.reboot()
    unit = host.root / "systemd/system/multi-user.target.wants/xen-guest@web1.service"
    unit.parent.mkdir(parents=True)
    unit.symlink_to("../xen-guest@.service")
    host.bench.set(units={"xen-guest@web1.service": {"failed": True}})
    assert host.good()["complaints"] == ["xen-guest@web1.service failed (exit-code)"]


def test_guests_that_run_are_named_and_stopped_on_request(host: SwitchHost) -> None:
    host.bench.domains(host.bench.guest(), host.bench.guest("db1"))
    before = host.everything()
    for check in (True, False):
        assert "db1, web1 run, and" in names_sorted(host.switch(check=check)["msg"])
    assert host.everything() == before
    foreseen = host.good(check=True, guests="stop")
    assert host.bench.names() == ["db1", "web1"]
    stopped = host.good(guests="stop")
    assert foreseen["steps"][:2] == stopped["steps"][:2]
    assert sorted(stopped["stopped"]) == ["db1", "web1"]
    assert host.bench.names() == []


def names_sorted(text: str) -> str:
    names, _run, rest = text.partition(" run, and")
    return f"{', '.join(sorted(names.split(', ')))} run, and{rest}"


def test_a_guest_that_does_not_shut_down_leaves_what_is_booted(host: SwitchHost) -> None:
    host.bench.domains(host.bench.guest(cmdline="deaf"))
    before = host.everything()
    said = host.switch(guests="stop", stop_timeout=1)["msg"]
    assert "guest web1 did not shut down within 1 s. What is booted was not changed" in said
    assert host.everything() == before
    assert host.bench.names() == ["web1"]


def test_back_to_the_former_release_and_no_further(host: SwitchHost) -> None:
    assert "no switch was done on this host" in host.switch("former")["msg"]
    host.good()
    host.reboot()
    host.good()
    back = host.good("former")
    assert (back["outcome"], back["to"], back["present"]) == ("reboot", OLD, NEW)
    assert host.reboot() == OLD
    settled = host.good("former")
    assert (outcome(settled), settled["former"]) == (("runs", True), None)
    assert host.record() == {"present": OLD, "former": "", "left": NEW}
    for check in (True, False):
        assert outcome(host.good("former", check=check)) == ("runs", False)
    assert host.reboot() == OLD
    host.good()
    assert host.reboot() == NEW_FILE
    assert host.good()["former"] == OLD


def test_back_from_a_try_that_nobody_found_healthy(host: SwitchHost) -> None:
    host.good()
    host.reboot()
    foreseen, back = host.good("former", check=True), host.good("former")
    assert foreseen["steps"] == back["steps"] == [f"note that {NEW} is no longer tried"]
    assert (outcome(back), back["to"]) == (("reboot", True), OLD)
    assert outcome(host.good("former")) == ("reboot", False)
    assert host.reboot() == OLD
    assert outcome(host.good("former")) == ("runs", False)


def test_the_way_back_is_open_where_the_toolstack_does_not_answer(host: SwitchHost) -> None:
    host.good()
    host.reboot()
    host.bench.set(faults={"list": {"code": 1, "errors": "libxl: cannot get the list\n"}})
    devices = host.root / "sys/bus/xen-backend/devices/vbd-3-51712"
    devices.mkdir(parents=True)
    assert "cannot get the list" in host.switch("former")["msg"], "there are guests, and nobody can stop them"
    devices.rmdir()
    assert host.good("former")["outcome"] == "reboot"


def test_a_default_that_moved_to_the_new_one_by_itself_is_put_right_before_it_is_tried(host: SwitchHost) -> None:
    """As where a kernel was installed after the release: the first entry of Xen is the new one's."""
    host.update_grub()
    host.good()
    assert host.next_boot() == NEW_FILE
    assert host.next_boot() == OLD


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('GRUB_CMDLINE_LINUX=""\n', "no word such as panic=30"),
        ('GRUB_CMDLINE_LINUX="panic=0"\n', "no word such as panic=30"),
        ('GRUB_CMDLINE_LINUX="panic=30"\nGRUB_CMDLINE_XEN="noreboot"\n', "has the word noreboot"),
    ],
)
def test_an_entry_from_which_the_host_would_not_come_back_is_refused(host: SwitchHost, words: str, said: str) -> None:
    (host.root / "default/grub").write_text(f"GRUB_DEFAULT=0\n{words}")
    before = host.everything()
    for check in (True, False):
        assert said in host.switch(check=check)["msg"]
    assert host.everything() == before
    assert host.good(unattended=False)["outcome"] == "reboot"


def test_what_cannot_be_booted_is_refused_before_anything_is_changed(host: SwitchHost) -> None:
    def refused(to: str = NEW) -> str:
        before = host.everything()
        message = str(host.switch(to)["msg"])
        assert host.everything() == before
        return message

    assert f"cannot boot 4.5.0: it has {OLD}, {NEW} in" in refused("4.5.0")
    host.faults(grub_mkconfig={"menu": "no xen"})
    assert f"it has no entry that loads {OLD}" in refused()
    host.faults(grub_mkconfig={"code": 1, "errors": "no room\n"})
    assert "grub-mkconfig failed: no room" in refused()
    host.set(faults={}, abstraction="lvm")
    assert "leave once out" in refused()
    host.set(abstraction="")
    (host.root / chooser.GENERATOR[1:]).unlink()
    assert "run xen_release again" in refused()
    (host.root / "sys/hypervisor/version/minor").write_text("18\n")
    assert "Xen 4.18.5 runs, and no hypervisor" in refused()
    host.runs_linux()
    assert "does not run under Xen" in refused()
    assert "must be longer than the 900 s" in host.switch(settle_timeout=900)["msg"]
    assert "by root alone" in host.switch(euid=1000)["msg"]


def test_a_hypervisor_without_its_toolstack_is_refused(host: SwitchHost) -> None:
    host.good()
    host.reboot()
    host.good()
    (host.root / f"{chooser.DISTRIBUTION[1:]}4.17/bin/xl").unlink()
    assert f"the host has no toolstack for {OLD}" in host.switch("former")["msg"]


@pytest.mark.sampled
@pytest.mark.parametrize(
    "call", [*(f"replace:{number}" for number in range(1, 4)), *(f"fsync:{n}" for n in range(1, 7))]
)
def test_a_run_that_dies_leaves_a_default_that_was_booted_and_is_finished_by_the_next(
    host: SwitchHost, call: str
) -> None:
    host.switch(kill=call)
    default = read_menu(host.menu.read_text()).find(host.noted() or "0") or read_menu(host.menu.read_text()).entries[0]
    assert default.hypervisor.rsplit("/", 1)[-1] in (OLD, "")
    assert host.good()["outcome"] == "reboot"
    assert host.next_boot() == NEW_FILE
    assert host.next_boot() == OLD


@pytest.mark.sampled
@pytest.mark.parametrize("call", ["replace:1", "unlink:1", "fsync:1", "fsync:2"])
def test_a_run_that_dies_while_it_settles_is_finished_by_the_next(host: SwitchHost, call: str) -> None:
    host.good()
    host.reboot()
    host.switch(kill=call)
    assert host.good()["outcome"] == "runs"
    assert host.record() == {"present": NEW, "former": OLD, "left": ""}
    assert not (host.root / chooser.TRY[1:]).exists()
    assert host.next_boot() == NEW_FILE


def test_xen_boot_has_its_say_afterwards_and_a_second_run_changes_nothing(host: SwitchHost) -> None:
    host.good()
    host.reboot()
    host.good()
    for declared in (
        {"xen": {"loglvl": "all"}, "linux": ["console=hvc0", "panic=30"], "default": "keep"},
        {"xen": {"loglvl": "all"}, "linux": ["console=hvc0", "panic=30"], "release": "4.17"},
        {"state": "absent"},
    ):
        foreseen = host.ok(check=True, **declared)
        assert (foreseen["changed"], host.ok(**declared)["changed"]) == (True, True)
        assert not host.ok(**declared)["changed"]
        default = read_menu(host.menu.read_text()).find(host.noted())
        assert default is not None
        expected = {"keep": NEW_FILE, "4.17": OLD}.get(declared.get("default") or declared.get("release", ""), "")
        assert default.hypervisor.rpartition("/")[2] == expected


@pytest.mark.sampled
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("program", ["grub_mkconfig", "grub_set_default", "grub_reboot"])
def test_a_run_that_dies_in_a_program_is_finished_by_the_next(host: SwitchHost, program: str, moment: str) -> None:
    host.faults(**{program: {"kills": moment}})
    assert host.switch() == {}
    host.faults()
    assert host.good()["outcome"] == "reboot"
    host.bootable()
    assert host.next_boot() == NEW_FILE
    assert host.next_boot() == OLD
