# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in host with a toolstack: upstream's units, Debian's start scripts, or programs alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import units_of
from conftest import files_below
from standin import toolstack
from standin.world import Place

DROP_IN = "systemd/system/xenconsoled.service.d/xlops-xen.conf"
PROGRAMS = ("xenstored", "xenconsoled", "xenwatchdogd", "xendomains", "xen-init-dom0", "qemu-system-i386", "xl")
WANTED = "\n[Install]\nWantedBy={}\n"
# As upstream's, without what does not matter here.
EARLY_STORE = """[Unit]
Requires=xenstored_ro.socket xenstored.socket proc-xen.mount var-lib-xenstored.mount
After=proc-xen.mount var-lib-xenstored.mount

[Service]
Type=notify
EnvironmentFile=-{default}/xencommons
ExecStart=/bin/sh -c "exec $XENSTORED --no-fork $XENSTORED_ARGS"
"""
STORE = """[Unit]
Requires=proc-xen.mount
After=proc-xen.mount

[Service]
Type=notify
ExecStart=/etc/xen/scripts/launch-xenstore
"""
QEMU = """[Unit]
After=proc-xen.mount xenstored.service xenconsoled.service

[Service]
Type=simple
ExecStart={bin}/qemu-system-i386 -xen-domid 0 \\
\t-daemonize -pidfile /var/run/xen/qemu-dom0.pid
"""
CONSOLED = """[Unit]
After=proc-xen.mount xenstored.service

[Service]
EnvironmentFile={dash}{default}/xencommons
ExecStart={bin}/xenconsoled -i
"""
OTHER = """[Unit]
After=proc-xen.mount xenstored.service xenconsoled.service xen-init-dom0.service

[Service]
ExecStart=/bin/true
"""


class ToolstackHost:
    def __init__(self, bench: Any) -> None:
        self.bench = bench
        self.root: Path = bench.root
        self.bin = self.root / "lib/xen-4.17/bin"
        self.packaged = self.root / toolstack.PACKAGED
        self.units = self.root / toolstack.OWN
        self.default = self.root / "default"
        self.xl_conf = self.root / "etc/xl.conf"

    def build(self, release: str, under_xen: bool = True) -> None:
        """A host with Xen and nothing that starts its toolstack."""
        self.release = release
        self.bench.build(release, toolstack={}, failing={})
        for directory in (self.bin, self.packaged, self.units, self.default, self.root / "etc/init.d"):
            directory.mkdir(parents=True, exist_ok=True)
        numbers = self.root / "hypervisor_version"
        numbers.mkdir(exist_ok=True)
        for name, number in zip(("major", "minor"), release.split(".")):
            (numbers / name).write_text(f"{number}\n")
        (self.root / "hypervisor_type").write_text("xen\n")
        (self.root / "cmdline").write_text("placeholder root=/dev/sda1\n")
        if not under_xen:
            for name in ("capabilities", "hypervisor_type"):
                (self.root / name).unlink()

    def programs(self, *without: str, xenstored: str = "libsystemd.so.0") -> None:
        for name in (*PROGRAMS, "xenstore-read"):
            if name not in without:
                (self.bin / name).write_text(xenstored if name == "xenstored" else "")
                (self.bin / name).chmod(0o755)
        if "launch-xenstore" not in without:
            (self.root / "etc/scripts/launch-xenstore").write_text("#!/bin/sh\n")
            (self.root / "etc/scripts/launch-xenstore").chmod(0o755)

    def upstream(self, release: str = "4.17.5", *without: str, runs: bool = True) -> None:
        """Installed by upstream's makefiles, enabled as its INSTALL says."""
        self.build(release)
        self.programs()
        parsed = Release.parse(release)
        for name, row in units_of(parsed).items():
            if name in without:
                continue
            text = self.text_of(name, parsed)
            (self.packaged / name).write_text(text)
            if row.needed and "WantedBy" in text:
                self.link(name, text)
            if row.needed and runs:
                self.runs(name)
        self.settle()

    def text_of(self, name: str, release: Release) -> str:
        places = {"default": self.default, "bin": self.bin, "dash": "-" if release >= Release(4, 16) else ""}
        if name.endswith(".mount"):
            return "[Unit]\nAfter=proc-xen.mount\n[Mount]\nWhat=xenfs\n"
        if name.endswith(".socket"):
            return "[Unit]\nAfter=proc-xen.mount\n[Socket]\n" + WANTED.format("sockets.target")
        text = {
            "xenstored.service": EARLY_STORE if release < Release(4, 8) else STORE,
            "xenconsoled.service": CONSOLED,
            "xen-qemu-dom0-disk-backend.service": QEMU,
        }.get(name, OTHER)
        return text.format(**places) + WANTED.format("multi-user.target")

    def link(self, name: str, text: str) -> None:
        target = "sockets.target" if "sockets.target" in text else "multi-user.target"
        (self.units / f"{target}.wants").mkdir(exist_ok=True)
        (self.units / f"{target}.wants" / name).symlink_to(self.packaged / name)

    def debian(self, release: str = "4.17.5") -> None:
        """Installed by Debian's packages."""
        self.build(release)
        self.programs("xendomains", "launch-xenstore")
        (self.root / "etc/rc3.d").mkdir()
        for name in ("xen", "xendomains"):
            (self.root / "etc/init.d" / name).write_text("#!/bin/sh\n")
            (self.root / "etc/rc3.d" / f"S01{name}").symlink_to(f"../init.d/{name}")
            self.runs(f"{name}.service")
        (self.default / "xen").write_text(
            "## Path: System/Virtualization\n#\n#XENSTORED=/usr/sbin/oxenstored\nXENSTORED_ARGS=\n"
        )
        (self.default / "xendomains").write_text(
            '# to migrate to\n#\nXENDOMAINS_MIGRATE=""\n\nXENDOMAINS_SAVE=/var/lib/xen/save\nXENDOMAINS_RESTORE=true\n'
        )
        self.xl_conf.write_text('## Global XL config file ##\n\n#autoballoon="auto"\n\n#claim_mode=1\n')
        self.settle()

    def settle(self) -> None:
        """systemd has read all units."""
        toolstack.daemon_reload(self.place, [])
        self.bench.calls()

    @property
    def place(self) -> Place:
        return self.bench.place  # type: ignore[no-any-return]

    def runs(self, name: str, active: str = "active", **more: str) -> None:
        with self.place.world() as world:
            known = world["toolstack"].setdefault(name, {"invocation": f"{len(world['toolstack']) + 1:032x}"})
            known.update(active=active, **more)
            journal = self.root / "journal"
            journal.mkdir(exist_ok=True)
            (journal / known["invocation"]).write_text(more.get("said", ""))

    def state(self, name: str) -> dict[str, Any]:
        with self.place.world() as world:
            return dict(world["toolstack"].get(name, {}))

    def files(self) -> dict[str, tuple[str, int]]:
        """Everything that the module could write."""
        found = {}
        for directory in ("systemd", "default", "etc", "usr", "run"):
            if (self.root / directory).exists():
                found.update({f"{directory}/{name}": one for name, one in files_below(self.root / directory).items()})
        return found

    def run(self, **options: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.bench.run("xen_units", **options)
        return found

    def ok(self, **options: Any) -> dict[str, Any]:
        found = self.run(**options)
        assert not found.get("failed"), found["msg"]
        return found

    def fails(self, **options: Any) -> str:
        before = self.files()
        found = self.run(**options)
        assert found.get("failed"), found
        assert self.files() == before, "what is refused must not be begun"
        return str(found["msg"])

    def called(self) -> list[str]:
        """What systemctl was told, without what it was asked."""
        told = [call[1:] for call in self.bench.calls() if call[0] == "systemctl" and call[1] != "show"]
        return [" ".join(word for word in call if word != "--") for call in told]

    def cured(self) -> None:
        """With the drop-ins that upstream's units need."""
        self.ok(complete=True)
        self.runs("xen-qemu-dom0-disk-backend.service")
        for mark in (self.root / "run/xlops-xen-outdated").glob("*"):
            mark.unlink()
        self.called()

    def twice(self, **declared: Any) -> dict[str, Any]:
        """In check mode, in earnest, and again: the first foretells the second, and the third changes nothing."""
        before = self.files()
        self.called()
        foreseen = self.ok(check=True, **declared)
        assert self.files() == before
        assert self.called() == []
        made = self.ok(**declared)
        for key in ("changed", "steps", "diff", "settings", "pending"):
            assert foreseen[key] == made[key], key
        self.called()
        after = self.files()
        for check in (True, False):
            again = self.ok(check=check, **declared)
            assert (again["changed"], again["steps"], again["diff"]) == (False, [], [])
        assert self.called() == []
        assert self.files() == after
        return made
