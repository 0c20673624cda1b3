# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xen_boot with GRUB, against stand-ins for its programs."""

from __future__ import annotations

from typing import Any

import pytest
from boot_host import DEBIANS_OVERRIDE, LINUX_ENTRY, XEN_ENTRY, BootHost

DECLARED: dict[str, Any] = {
    "xen": {"dom0_mem": {"size": "2G", "max": "2G"}, "dom0_max_vcpus": 2, "smt": False},
    "linux": ["console=hvc0"],
}
LINE = "dom0_mem=2G,max:2G dom0_max_vcpus=2 smt=off"


@pytest.fixture
def host(bench: Any) -> BootHost:
    one = BootHost(bench)
    one.build("xen-4.17-amd64.gz")
    one.runs_linux()
    return one


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    """Without what a check cannot know: the entries of a menu that it does not make."""
    return {key: value for key, value in result.items() if key not in ("invocation", "entries")}


def test_a_host_boots_as_declared(host: BootHost) -> None:
    before = host.files()
    foreseen = host.ok(check=True, **DECLARED)
    assert host.files() == before
    assert host.called() == ["grub-mkconfig -o " + str(host.menu)], "of the fixture alone"
    made = host.ok(**DECLARED)
    assert comparable(foreseen) == comparable(made)
    assert made["steps"] == [
        f"write {host.drop_in}",
        f"grub-mkconfig -o {host.menu}",
        f"grub-set-default {XEN_ENTRY}",
    ]
    assert f"placeholder {LINE} " in host.menu.read_text()
    assert host.noted() == XEN_ENTRY
    assert made["default_entry"] == XEN_ENTRY
    assert made["xen_words"] == LINE.split()
    assert made["linux_words"] == ["console=hvc0", "quiet"]
    assert made["reasons"] == ["the next boot is of Xen, and the machine runs without it"]
    assert made["diff"][0]["after"].startswith("# Managed by xlops.xen\n")
    host.bootable()
    host.called()
    for check in (True, False):
        again = host.ok(check=check, **DECLARED)
        assert (again["changed"], again["steps"], again["diff"]) == (False, [], [])
        assert again["pending_reboot"]
    assert host.called() == []


def test_what_runs_is_held_against_what_boots_next(host: BootHost) -> None:
    host.ok(**DECLARED)
    host.runs_xen(f"placeholder {LINE}", "placeholder root=UUID=0c6d5f5e ro console=hvc0 quiet")
    assert not host.ok(**DECLARED)["pending_reboot"]
    host.runs_xen("placeholder dom0_mem=1G smt=off", "placeholder root=UUID=0c6d5f5e ro quiet")
    waits = host.ok(**DECLARED)
    assert waits["reasons"] == [
        "the hypervisor runs without dom0_mem=2G,max:2G dom0_max_vcpus=2",
        "the hypervisor still runs with dom0_mem=1G",
        "the control domain's kernel runs without console=hvc0",
    ]
    assert (waits["missing"], waits["extra"]) == (["dom0_mem=2G,max:2G", "dom0_max_vcpus=2"], ["dom0_mem=1G"])


def test_where_xl_does_not_tell_words_are_not_compared(host: BootHost) -> None:
    host.ok(**DECLARED)
    host.runs_xen("placeholder loglvl=all", "placeholder root=UUID=0c6d5f5e ro console=hvc0 quiet")
    version = host.root / "hypervisor_version"
    version.mkdir()
    (version / "major").write_text("4\n")
    (version / "minor").write_text("20\n")
    silent = host.ok(executable="/none", **DECLARED)
    assert (silent["running"]["xen"], silent["running"]["release"], silent["running"]["xen_words"]) == (
        True,
        "4.20",
        None,
    )
    assert silent["reasons"] == ["Xen 4.20 runs, and the next boot is of Xen 4.17"]
    host.bench.set(faults={"info": {"code": 1, "errors": "xl: libxl is of another release\n"}})
    assert host.ok(**DECLARED)["running"]["xen_words"] is None


def test_a_word_that_is_declared_no_more_leaves_the_menu(host: BootHost) -> None:
    host.ok(**DECLARED)
    host.runs_xen(f"placeholder {LINE}")
    less = host.ok(xen={"dom0_mem": "2G,max:2G"})
    assert less["extra"] == ["dom0_max_vcpus=2", "smt=off"]
    assert "smt" not in host.menu.read_text()
    assert "console=hvc0" not in host.menu.read_text()


def test_words_of_others_stay_unless_ours_are_to_be_alone(host: BootHost) -> None:
    (host.root / "default/grub").write_text(
        'GRUB_DEFAULT=0\nGRUB_CMDLINE_XEN="ucode=scan"\nGRUB_CMDLINE_LINUX="net.ifnames=0"\n'
    )
    kept = host.ok(xen={"smt": False}, linux=["console=hvc0"])
    assert kept["xen_words"] == ["ucode=scan", "smt=off"]
    assert kept["linux_words"] == ["net.ifnames=0", "console=hvc0"]
    alone = host.ok(xen={"smt": False}, linux=["console=hvc0"], exclusive=True)
    assert alone["xen_words"] == ["smt=off"]
    assert alone["linux_words"] == ["console=hvc0"]
    assert not host.ok(xen={"smt": False}, linux=["console=hvc0"], exclusive=True)["changed"]


def test_a_word_that_another_wins_over_is_refused(host: BootHost) -> None:
    (host.root / "default/grub").write_text('GRUB_DEFAULT=0\nGRUB_CMDLINE_XEN_DEFAULT="loglvl=none"\n')
    before = host.files()
    for check in (True, False):
        refused = host.run(check=check, xen={"loglvl": "all"})
        assert "GRUB's settings have loglvl=none after loglvl=all" in refused["msg"]
    assert host.files() == before
    assert host.ok(xen={"loglvl": "all"}, exclusive=True)["xen_words"] == ["loglvl=all"]


def test_a_file_that_is_read_after_ours_is_named(host: BootHost) -> None:
    (host.root / "default/grub.d/zz.cfg").write_text("GRUB_DEFAULT=2\n")
    assert 'sets GRUB_DEFAULT to "2"' in host.run(**DECLARED)["msg"]
    (host.root / "default/grub.d/zz.cfg").write_text("GRUB_CMDLINE_XEN=\n")
    assert "drops dom0_mem=2G,max:2G" in host.run(**DECLARED)["msg"]
    (host.root / "default/grub.d/zz.cfg").write_text("if true; then\n")
    assert "cannot be read" in host.run(**DECLARED)["msg"]
    assert not host.drop_in.exists()


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ({"dom0_memory": "2G"}, "dom0_memory: no release of Xen has such a parameter; did you mean dom0_mem?"),
        ({"dom0pvh": True}, "dom0pvh: it went away after Xen 4.8 (Xen 4.17); use dom0=pvh."),
        ({"llc-coloring": True}, "llc-coloring: it comes with Xen 4.20"),
        ({"dom0_mem": "4G,max:2G"}, 'dom0_mem: "4G" is more than "max:2G"'),
    ],
)
def test_a_wrong_word_is_said_before_anything_is_changed(
    host: BootHost, declared: dict[str, Any], sentence: str
) -> None:
    before = host.files()
    for check in (True, False):
        refused = host.run(check=check, xen=declared, machine="aarch64" if "llc-coloring" in declared else "x86_64")
        assert sentence in refused["msg"]
    assert host.files() == before


def test_several_faults_are_said_together(host: BootHost) -> None:
    refused = host.run(xen={"smt": "maybe"}, xen_words=["dom0pvh", "loglvl"], linux=["dom0_mem=1G"])
    assert len(refused["msg"].splitlines()) == 4


@pytest.mark.parametrize(
    ("release", "file", "said"),
    [
        (None, "xen-4.17.5.gz", ""),
        (None, "xen-4.17-amd64.gz", "comes with Xen 4.17.2, and an earlier 4.17 passes over it"),
        ("4.17.5", "xen-4.17-amd64.gz", ""),
        (None, "xen-4.17.1.gz", "comes with Xen 4.17.2 (Xen 4.17)"),
        (None, "xen-4.17.2-pre.gz", "and an earlier 4.17 passes over it"),
    ],
)
def test_what_came_with_a_point_release(bench: Any, release: str | None, file: str, said: str) -> None:
    host = BootHost(bench)
    host.build(file)
    host.runs_linux()
    given = {"release": release} if release else {}
    result = host.run(xen={"spec-ctrl": {"gds-mit": False}}, check=True, **given)
    told = str(result.get("warnings", "")) + str(result.get("msg", ""))
    assert (said in told) if said else ("gds-mit" not in told)


def test_what_is_doubtful_is_a_warning(host: BootHost) -> None:
    result = host.ok(xen_words=["loglvl=all", "loglvl=error"], linux=["console=tty0", "xen-pciback.hid=1"])
    assert "Xen takes the last" in str(result["warnings"])
    assert "add console=hvc0" in str(result["warnings"])
    assert "did you mean xen_pciback.hide?" in str(result["warnings"])


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"grub_mkconfig": {"code": 1, "errors": "No space left on device\n"}}, "grub-mkconfig failed: No space left"),
        ({"grub_mkconfig": {"menu": "half"}}, "grub-mkconfig failed: it ended with 1"),
        ({"grub_mkconfig": {"menu": "syntax"}}, "grub-mkconfig made a menu that GRUB cannot read"),
        ({"grub_mkconfig": {"menu": "no xen"}}, "it has no entry that loads Xen 4.17"),
        ({"grub_mkconfig": {"menu": "no file"}}, "xen-gone.gz, which its entry"),
        ({"grub_mkconfig": {"menu": "no words"}}, "lacks dom0_mem=2G,max:2G dom0_max_vcpus=2 smt=off"),
        (
            {"grub_set_default": {"code": 1, "errors": "cannot write\n"}},
            "grub-set-default xen-gnulinux-simple-0c6d5f5e failed",
        ),
    ],
)
def test_what_cannot_be_booted_is_taken_back(host: BootHost, fault: dict[str, Any], sentence: str) -> None:
    before = host.files()
    host.faults(**fault)
    failed = host.run(**DECLARED)
    assert sentence in failed["msg"]
    assert "What was done was undone" in failed["msg"]
    assert host.files() == before
    host.bootable()
    host.faults()
    assert host.ok(**DECLARED)["changed"]


def test_an_entry_that_the_new_menu_has_not(host: BootHost) -> None:
    before = host.files()
    host.faults(grub_mkconfig={"menu": "renamed"})
    failed = host.run(**DECLARED, default=LINUX_ENTRY)
    assert f'the boot menu has no entry "{LINUX_ENTRY}"' in failed["msg"]
    assert "What was done was undone" in failed["msg"]
    assert host.files() == before


def test_a_former_declaration_comes_back_where_the_next_fails(host: BootHost) -> None:
    host.ok(**DECLARED)
    before = host.files()
    host.faults(grub_mkconfig={"menu": "no words"})
    assert "What was done was undone" in host.run(xen={"smt": True})["msg"]
    assert host.files() == before


@pytest.mark.sampled
@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
def test_a_disk_without_room(host: BootHost, call: str) -> None:
    if call == "open":
        host.faults(grub_mkconfig={"code": 1, "errors": "cannot create: No space left on device\n"})
    before = host.files()
    failed = host.run(fail="" if call == "open" else call, **DECLARED)
    assert "No space left on device" in failed["msg"]
    assert host.files() == before
    host.bootable()


def converges(host: BootHost) -> None:
    host.faults()
    host.ok(**DECLARED)
    assert not host.ok(**DECLARED)["changed"]
    assert host.noted() == XEN_ENTRY
    host.bootable()


@pytest.mark.sampled
@pytest.mark.parametrize("call", ["fsync", "replace", "unlink", "makedirs"])
def test_a_run_killed_in_its_own_work(host: BootHost, call: str) -> None:
    host.run(kill=call, **DECLARED)
    assert f"'{LINUX_ENTRY}' {{" in host.menu.read_text()
    converges(host)


@pytest.mark.sampled
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("program", ["grub_mkconfig", "grub_script_check", "grub_set_default", "grub_reboot"])
def test_a_run_killed_beside_a_program(host: BootHost, program: str, moment: str) -> None:
    host.faults(**{program: {"kills": moment}})
    assert host.run(**DECLARED, once="xen") == {}
    assert f"'{LINUX_ENTRY}' {{" in host.menu.read_text()
    converges(host)


def test_one_boot_is_tried_and_linux_stays_the_default(host: BootHost) -> None:
    foreseen = host.ok(check=True, **DECLARED, default="linux", once="xen")
    tried = host.ok(**DECLARED, default="linux", once="xen")
    assert comparable(foreseen) == comparable(tried)
    assert (host.noted(), host.noted("next_entry")) == (LINUX_ENTRY, XEN_ENTRY)
    assert (tried["default_entry"], tried["once_entry"]) == (LINUX_ENTRY, XEN_ENTRY)
    assert tried["pending_reboot"]
    assert not host.ok(**DECLARED, default="linux", once="xen")["changed"]
    # It came up: nothing is left to be tried, and the next boot is of Linux again.
    host.runs_xen(f"placeholder {LINE}", "placeholder root=UUID=0c6d5f5e ro quiet console=hvc0")
    (host.boot / "grub/grubenv").write_text(f"# GRUB Environment Block\nsaved_entry={LINUX_ENTRY}\n".ljust(1024, "#"))
    after = host.ok(**DECLARED, default="linux", once="xen")
    assert not after["changed"]
    assert after["reasons"] == ["the next boot is of Linux without Xen, and the machine runs under it"]
    assert host.ok(**DECLARED)["steps"] == [f"grub-set-default {XEN_ENTRY}"]
    assert not host.ok(**DECLARED)["pending_reboot"]


def test_a_single_boot_needs_a_disk_that_grub_can_write_to(host: BootHost) -> None:
    host.set(abstraction="lvm")
    refused = host.run(**DECLARED, once="xen")
    assert "is on lvm, where GRUB cannot write" in refused["msg"]
    host.set(abstraction="", fs="btrfs")
    assert "is on btrfs" in host.run(**DECLARED, once="xen")["msg"]
    assert host.ok(**DECLARED)["changed"]


def test_an_entry_by_its_name(host: BootHost) -> None:
    (host.boot / "xen-4.20-amd64.gz").write_text("xen")
    host.update_grub()
    menu = "Advanced options for Debian GNU/Linux (with Xen hypervisor)"
    name = f"{menu}>xen-hypervisor-4.17-amd64-0c6d5f5e>xen-gnulinux-6.1.0-advanced-0c6d5f5e"
    assert host.ok(**DECLARED)["default_entry"] == XEN_ENTRY
    assert host.ok(**DECLARED)["release"] == "4.20"
    older = host.ok(**DECLARED, release="4.17")
    assert older["default_entry"] == host.noted() == name
    assert "is of one kernel, /boot/vmlinuz-6.1.0" in str(older["warnings"])
    assert name in [entry["name"] for entry in older["entries"]]
    assert host.ok(**DECLARED, default=LINUX_ENTRY)["default_entry"] == LINUX_ENTRY
    refused = host.run(**DECLARED, default="gone")
    assert 'the boot menu has no entry "gone"' in refused["msg"]
    assert "of Xen 4.5" in host.run(**DECLARED, release="4.5")["msg"]


def test_the_default_may_be_others_business(host: BootHost) -> None:
    kept = host.ok(**DECLARED, default="keep")
    assert "GRUB_DEFAULT" not in host.drop_in.read_text()
    assert kept["default_entry"] == LINUX_ENTRY
    assert not kept["pending_reboot"]


def test_a_menu_that_somebody_else_wrote_is_put_right(host: BootHost) -> None:
    host.ok(**DECLARED)
    host.menu.write_text(host.menu.read_text().replace("smt=off", "smt=on"))
    assert host.ok(**DECLARED)["steps"] == [f"grub-mkconfig -o {host.menu}"]
    assert "smt=off" in host.menu.read_text()


def test_it_goes_and_linux_boots(host: BootHost) -> None:
    (host.root / "default/grub.d/xen.cfg").write_text(DEBIANS_OVERRIDE)
    host.ok(**DECLARED)
    before = host.files()
    foreseen = host.ok(check=True, state="absent")
    assert host.files() == before
    gone = host.ok(state="absent")
    assert comparable(foreseen) == comparable(gone)
    assert gone["default_entry"] == LINUX_ENTRY
    assert f'set default="{LINUX_ENTRY}"' in host.menu.read_text()
    assert "dom0_mem" not in host.menu.read_text()
    assert not host.ok(state="absent")["changed"]
    host.bootable()


def test_a_single_boot_of_it_is_forgotten_with_it(host: BootHost) -> None:
    host.ok(**DECLARED, default="linux", once="xen")
    foreseen = host.ok(check=True, state="absent")
    gone = host.ok(state="absent")
    assert comparable(foreseen) == comparable(gone)
    assert gone["steps"][-1] == f"grub-editenv {host.boot}/grub/grubenv unset next_entry"
    assert (host.noted("next_entry"), gone["once_entry"], gone["pending_reboot"]) == ("", None, False)


def test_it_goes_without_a_trace_where_nobody_else_asks_for_xen(host: BootHost) -> None:
    host.ok(**DECLARED)
    host.ok(state="absent")
    assert not host.drop_in.exists()
    assert 'set default="0"' in host.menu.read_text()
    assert not host.ok(state="absent")["changed"]
    assert host.ok(**DECLARED)["changed"]


def test_an_absence_that_was_never_there(host: BootHost) -> None:
    result = host.ok(state="absent", check=True)
    assert (result["changed"], result["default_entry"]) == (False, LINUX_ENTRY)


def test_a_machine_on_which_it_cannot_be(host: BootHost) -> None:
    assert "run the task with become: true" in host.run(euid=1000, **DECLARED)["msg"]
    (host.root / "capabilities").write_text("\n")
    assert "is a guest of Xen" in host.run(**DECLARED)["msg"]
    host.runs_linux()
    assert "use grub" in host.run(loader="efi", **DECLARED)["msg"]
    assert "release: " in host.run(release="new", **DECLARED)["msg"]
    (host.boot / "xen-4.17-amd64.gz").rename(host.boot / "xen-syms-4.17")
    assert "there is no hypervisor in" in host.run(**DECLARED, release="4.17")["msg"]
    host.menu.unlink()
    assert "what starts this machine is not known" in host.run(**DECLARED, release="4.17")["msg"]


def test_secure_boot_is_refused(host: BootHost) -> None:
    variables = host.root / "sys/firmware/efi/efivars"
    variables.mkdir(parents=True)
    (variables / "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c").write_bytes(b"\x06\x00\x00\x00\x01")
    assert "Secure Boot is on" in host.run(**DECLARED)["msg"]
    assert host.ok(**DECLARED, default="linux")["changed"]


def test_a_hypervisor_whose_name_says_nothing(host: BootHost) -> None:
    (host.boot / "xen-4.17-amd64.gz").rename(host.boot / "xen-local.gz")
    assert "give it in release" in host.run(**DECLARED)["msg"]
    (host.boot / "xen-local.gz").rename(host.boot / "xen-4.5.0.gz")
    (host.boot / "xen.gz").symlink_to("xen-4.5.0.gz")
    host.update_grub()
    assert host.ok(xen={"sched": "sedf"})["release"] == "4.5"
    assert host.run(xen={"sched": "null"})["msg"].startswith('sched: "null" comes with Xen 4.9 (Xen 4.5)')
