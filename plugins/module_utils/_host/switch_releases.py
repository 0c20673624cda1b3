# SPDX-License-Identifier: GPL-3.0-or-later
"""The hypervisors that a host can boot, each with the toolstack that comes with it, and what is noted of a switch."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._host.boot_running import read_machine
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import read_text, replace_file
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._release import chooser

FORMER = "former"
RECORD = "/var/lib/xlops.xen/switch.json"
MODE = 0o644


@dataclass(frozen=True)
class Hypervisor:
    """One that can be booted. ``name`` is what a user calls it: the version of a built release, else its file."""

    name: str
    file: str
    version: str  # of a distribution's, the release alone
    dates: tuple[str, ...]
    built: bool = False

    @property
    def release(self) -> str:
        match = re.match(r"\d+\.\d+", self.version)
        return match[0] if match else self.version


@dataclass(frozen=True)
class Try:
    """What is being tried, since which boot, and what ran before."""

    name: str
    seconds: int
    boot: str
    former: str


@dataclass(frozen=True)
class Record:
    """What ran before the last switch; ``left`` is what was given up for it."""

    present: str = ""
    former: str = ""
    left: str = ""


class Releases(chooser.Rooted):
    """Of one host."""

    def __init__(self, paths: Paths) -> None:
        super().__init__(paths.root or "/")
        self.paths = paths

    def all(self) -> list[Hypervisor]:
        """Those with a file in /boot that GRUB's script makes an entry for; those for UEFI alone are not among them."""
        owned = self._of_releases()
        return [
            owned.get(file) or Hypervisor(file, file, release, tuple(chooser.dates_in(Path(self.paths.boot, file))))
            for file, release in read_machine(self.paths).hypervisors
            if release and not file.endswith(".efi") and not os.path.islink(f"{self.paths.boot}/{file}")
        ]

    def _of_releases(self) -> dict[str, Hypervisor]:
        """Those of releases for which xen_release was run, by file."""
        found = {}
        for prefix in sorted(self.at(chooser.RELEASES).glob("*/prefix")):
            version = prefix.parent.name
            if self.at(f"{prefix.read_text(encoding='utf-8').strip()}/{chooser.MANIFEST}").exists():
                file, dates = ((prefix.parent / name).read_text(encoding="utf-8") for name in ("hypervisor", "built"))
                found[file.strip()] = Hypervisor(version, file.strip(), version, tuple(dates.splitlines()), built=True)
        return found

    def named(self, name: str) -> Hypervisor:
        """HostError where there is none."""
        known = self.all()
        for one in known:
            if name in (one.name, one.file):
                return one
        raise HostError(
            f"the host cannot boot {name}: it has {', '.join(one.name for one in known) or 'no hypervisor'} in "
            f"{self.paths.boot}. Install the release and give it to xen_release first, or give a file that is there"
        )

    def running(self, preferred: str) -> Hypervisor:
        """The one that runs. Where builds cannot be told apart, it is the preferred one, by file."""
        running = chooser.read_running(self.at("/sys/hypervisor"))
        ranked = [(chooser.rank(one.version, one.dates, running), one.file == preferred, one) for one in self.all()]
        best = max(ranked, key=lambda one: one[:2], default=None)
        if best is None or best[0] == chooser.ANOTHER:
            raise HostError(
                f"Xen {running.version or 'of unknown version'} runs, and no hypervisor in {self.paths.boot} is of "
                "that release, so that the host could not boot it again: reboot it, and run this again"
            )
        return best[2]

    def boot_id(self) -> str:
        return (read_text(str(self.at("/proc/sys/kernel/random/boot_id"))) or "").strip()

    def tried(self) -> Try | None:
        lines = (read_text(str(self.at(chooser.TRY))) or "").splitlines()
        return Try(lines[0], int(lines[1]), lines[2], lines[3]) if len(lines) == 4 and lines[1].isdigit() else None

    def note_try(self, what: Try) -> None:
        """Where the generator reads it at boot."""
        _write(self.at(chooser.TRY), f"{what.name}\n{what.seconds}\n{what.boot}\n{what.former}\n")

    def forget_try(self) -> None:
        self.at(chooser.TRY).unlink(missing_ok=True)

    def record(self) -> Record:
        text = read_text(str(self.at(RECORD)))
        try:
            return Record(**json.loads(text)) if text else Record()
        except (TypeError, ValueError) as fault:
            raise HostError(f"{RECORD} cannot be read ({fault}): it says what ran before. Remove it") from None

    def write_record(self, record: Record) -> None:
        _write(self.at(RECORD), json.dumps(asdict(record), indent=1) + "\n")

    def require_toolstack(self, one: Hypervisor) -> None:
        """Tools and hypervisor come together: no hypervisor is booted for which the host has none."""
        if one.built:
            if not self.at(chooser.GENERATOR).exists():
                raise HostError(f"{chooser.GENERATOR} is missing, which chooses the toolstack: run xen_release again")
            return
        if not self.at(f"{chooser.DISTRIBUTION}{one.release}/bin/xl").exists():
            raise HostError(
                f"the host has no toolstack for {one.file}: install the packages of Xen {one.release}, or give a "
                "release that xen_release made ready"
            )


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    replace_file(str(place), text.encode(), MODE)
