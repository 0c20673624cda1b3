# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of the network that waits for its confirmation: saved as a whole before anything is touched, then carried
out by units of the host, which bring the former network back by themselves.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import read_text, replace_file, settle_directory
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import find_program
from ansible_collections.xlops.xen.plugins.module_utils._host.systemd import systemctl
from ansible_collections.xlops.xen.plugins.module_utils._host.unit_files import UnitFiles
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import sentence
from ansible_collections.xlops.xen.plugins.module_utils._plan.network import Plan
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_files import mode_of
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_seen import Step
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_units import (
    APPLIED,
    APPLY,
    BEGUN,
    CONFIRMED,
    LINKED,
    MANIFEST,
    NAT_SERVICE,
    NEW,
    OLD,
    PENDING,
    PHASES,
    RETURNED,
    RETURNING,
    ROLLBACK,
    SCRIPT,
    TIMER,
    nat_text,
    unit_texts,
)

POLL = 0.5
GRACE = 120.0  # seconds for the former network to come back after its time is up
UNFINISHED = "pending.new"
WAITS, APPLIED_, RETURNED_, CONFIRMED_, NOTHING = "waits", "applied", "returned", "confirmed", "nothing"


@dataclass(frozen=True)
class NetworkChange:
    paths: Paths

    @property
    def state(self) -> str:
        return f"{self.paths.root}/var/lib/xlops-xen/network"

    @property
    def script(self) -> str:
        return f"{self.paths.root}/usr/local/lib/xlops-xen/network-change"

    # What was ordered, and what became of it.

    def outcome(self, identity: str = "") -> str:
        """How far a change is; without an identity, the one that waits."""
        for directory in (PENDING, RETURNING):
            if self._is(directory, identity):
                applied = directory == PENDING and self._has(directory, APPLIED)
                return APPLIED_ if applied else WAITS
        if identity and self._is(CONFIRMED, identity):
            return CONFIRMED_
        return RETURNED_ if identity and self._is(RETURNED, identity) else NOTHING

    def _is(self, directory: str, identity: str) -> bool:
        said = read_text(f"{self.state}/{directory}/id")
        return said is not None and (not identity or said.strip() == identity)

    def _has(self, directory: str, mark: str) -> bool:
        return os.path.exists(f"{self.state}/{directory}/{mark}")

    def applied_at(self) -> float:
        """Seconds from the boot of the host to the end of the change."""
        return float((read_text(f"{self.state}/{PENDING}/{APPLIED}") or "0").strip() or 0)

    def seconds(self) -> int:
        """In how many a change that waits is taken back, counted from its beginning."""
        said = (read_text(f"{self.state}/{PENDING}/seconds") or "").strip()
        return int(said) if said.isdigit() else 0

    def wait(self, reached: Callable[[str], bool], patience: float, identity: str = "") -> str:
        deadline = time.monotonic() + patience
        while True:
            outcome = self.outcome(identity)
            if reached(outcome) or time.monotonic() >= deadline:
                return outcome
            time.sleep(POLL)

    # Before the first change of a run.

    def clear_away(self) -> None:
        """What a former run left. One that died before the host began is forgotten; one that is not confirmed yet
        returns by itself, for which we wait.
        """
        shutil.rmtree(f"{self.state}/{UNFINISHED}", ignore_errors=True)
        if self._is(PENDING, "") and not self._has(PENDING, BEGUN) and not self._armed():
            shutil.rmtree(f"{self.state}/{PENDING}")
            return
        if self.outcome() == NOTHING:
            return
        if not self._armed() and not os.path.isdir(f"{self.state}/{RETURNING}"):
            self._call("start", "--no-block", ROLLBACK)  # its timer is lost, as where somebody stopped it
        if self.wait(lambda outcome: outcome == NOTHING, self.seconds() + GRACE) != NOTHING:
            raise HostError(
                "a former change of the network is not confirmed, and has not been taken back: "
                f"see journalctl -u {ROLLBACK}"
            )

    def _armed(self) -> bool:
        return systemctl("is-active", TIMER).ok

    def check_programs(self, plan: Plan) -> list[str]:
        """Programs that the change runs and the host lacks."""
        steps = plan.steps
        named = (step.argv[0] for phase in PHASES for step in getattr(steps, phase))
        return [name for name in dict.fromkeys(named) if find_program(name) is None]

    # The change itself.

    def order(self, plan: Plan, seconds: int, nat: bool) -> str:
        """Save it, arm what takes it back, have it begun, and give its identity. The host begins when we are gone."""
        self._install(seconds, nat)
        identity = os.urandom(8).hex()
        self._save(plan, identity, seconds)
        self._call("restart", TIMER)
        self._call("start", "--no-block", APPLY)
        return identity

    def _install(self, seconds: int, nat: bool) -> None:
        directory = os.path.dirname(self.script)
        os.makedirs(directory, mode=0o755, exist_ok=True)
        os.makedirs(self.state, mode=0o700, exist_ok=True)
        if read_text(self.script) != SCRIPT:
            replace_file(self.script, SCRIPT.encode(), 0o755)
        units = UnitFiles(self.paths)
        texts = unit_texts(self.script, self.state, seconds)
        linked = list(LINKED)
        if nat:
            texts[NAT_SERVICE] = nat_text(find_program("nft") or "/usr/sbin/nft")
            linked.append(NAT_SERVICE)
        for name, text in texts.items():
            if units.read(name) != text:
                units.write(name, text)
        for name in linked:
            if not units.linked(name):
                units.link(name, name)
        units.reload()

    def _save(self, plan: Plan, identity: str, seconds: int) -> None:
        """In a directory that has its name only when it is whole and on the disk."""
        place = f"{self.state}/{UNFINISHED}"
        for directory in (OLD, NEW, *(phase for phase in PHASES if getattr(plan.steps, phase))):
            os.makedirs(f"{place}/{directory}", mode=0o700, exist_ok=True)
        lines = []
        for number, path in enumerate(sorted(plan.after)):
            text, here = plan.after[path], f"{self.paths.root}{path}"
            lines.append(f"{number} {here}\n")
            kept = self._keep(here, f"{place}/{OLD}/{number}")
            if text is not None:
                _write(f"{place}/{NEW}/{number}", text.encode(), kept or mode_of(path))
        for phase in PHASES:
            for number, step in enumerate(getattr(plan.steps, phase)):
                _write(f"{place}/{phase}/{number:03}", _words(step).encode(), 0o600)
        for name, content in ((MANIFEST, "".join(lines)), ("seconds", f"{seconds}\n"), ("id", f"{identity}\n")):
            _write(f"{place}/{name}", content.encode(), 0o600)
        for directory, _directories, _files in os.walk(place):
            settle_directory(directory)
        os.rename(place, f"{self.state}/{PENDING}")
        settle_directory(self.state)

    @staticmethod
    def _keep(path: str, kept: str) -> int:
        """Save a file as it is, owner and mode included; give its mode, 0 where there is none."""
        try:
            with open(path, "rb") as file:
                content, status = file.read(), os.fstat(file.fileno())
        except FileNotFoundError:
            return 0
        _write(kept, content, stat.S_IMODE(status.st_mode))
        with suppress(PermissionError):
            os.chown(kept, status.st_uid, status.st_gid)
        return stat.S_IMODE(status.st_mode)

    def confirm(self) -> bool:
        """From here on it stays. False where it has been taken back meanwhile: the two cannot both happen."""
        shutil.rmtree(f"{self.state}/{CONFIRMED}", ignore_errors=True)
        try:
            os.rename(f"{self.state}/{PENDING}", f"{self.state}/{CONFIRMED}")
        except FileNotFoundError:
            return False
        settle_directory(self.state)
        systemctl("stop", TIMER)  # where that fails, it finds nothing to take back
        return True

    def revert(self) -> None:
        self._call("start", "--no-block", ROLLBACK)

    @staticmethod
    def _call(*words: str) -> None:
        finished = systemctl(*words)
        if not finished.ok:
            raise HostError(sentence(f"systemctl {' '.join(words)}", finished))


def _words(step: Step) -> str:
    return "".join(f"{word}\n" for word in ("need" if step.needed else "try", *step.argv))


def _write(path: str, content: bytes, mode: int) -> None:
    """A file of a directory that nobody reads yet."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
