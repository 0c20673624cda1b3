# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do to one guest what its plan says. What can be undone is undone when a later step fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from ansible_collections.xlops.xen.plugins.module_utils._config.compare import json_differences
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import read_config
from ansible_collections.xlops.xen.plugins.module_utils._host.departure import discard, leave, stop
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError, HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import Step

UNDOABLE = frozenset((Step.BACKUP, Step.WRITE, Step.LINK, Step.CREATE, Step.CREATE_PAUSED))
SHOWN_DIFFERENCES = 5


@dataclass
class Outcome:
    """What became of a plan. ``undo`` takes back what can be, until the outcome is confirmed."""

    plan: GuestPlan
    done: list[Step] = field(default_factory=list)
    forced: bool = False
    error: str = ""
    elapsed: float = 0.0
    undo: ExitStack = field(default_factory=ExitStack)

    def fail(self, why: str) -> None:
        """Take back what can be, and say why."""
        self.error = why
        try:
            self.undo.close()
        except (GuestError, HostError, OSError) as error:
            self.error += f"; and what had been done could not be undone: {error}"
        else:
            self.done = [step for step in self.done if step not in UNDOABLE]


def apply(plan: GuestPlan, host: Host, seen: Observation) -> Outcome:
    """Take the steps of one plan. Never raises for what goes wrong with the guest: the outcome says it."""
    outcome = Outcome(plan, error=plan.error)
    started = time.monotonic()
    try:
        for step in plan.steps:
            ACTIONS[step](_Action(outcome, host, seen))
            outcome.done.append(step)
    except (GuestError, HostError, OSError) as error:
        outcome.fail(str(error))
    outcome.elapsed = time.monotonic() - started
    return outcome


@dataclass(frozen=True)
class _Action:
    """One step on one guest."""

    outcome: Outcome
    host: Host
    seen: Observation

    @property
    def plan(self) -> GuestPlan:
        return self.outcome.plan

    @property
    def domain(self) -> Domain:
        if self.plan.sighting.domain is None:
            raise GuestError("there is no domain to do it to")
        return self.plan.sighting.domain

    @property
    def path(self) -> str:
        return self.host.paths.config_file(self.plan.name)

    def back_up(self) -> None:
        kept = self.host.files.back_up(self.plan.name)
        self.outcome.undo.callback(self.host.files.forget, kept)

    def write(self) -> None:
        files = self.host.files
        bring_back = files.keep(self.plan.name)
        with files.candidate(self.plan.name, self.plan.text.encode()) as candidate:
            self.examine(candidate)
            files.publish(candidate, self.plan.name)
            self.outcome.undo.callback(bring_back)

    def examine(self, path: str) -> None:
        """Have the host's own xl read the file: nothing is created that was not meant."""
        try:
            read = read_config(self.host.xl.dry_run(path))
        except ConfigError as wrong:
            raise GuestError(str(wrong)) from None
        differences = json_differences(self.plan.config, read)
        if differences:
            shown = ", ".join(differences[:SHOWN_DIFFERENCES])
            raise GuestError(
                f"xl of Xen {self.seen.release} reads the file that was to be written otherwise than meant: {shown}; "
                "nothing was changed, please report it"
            )

    def stage(self) -> None:
        with self.staging_file() as path:
            self.host.xl.stage(self.domain.domid, path)
        stored = self.host.staged(self.domain.domid, self.domain.uuid)
        # Where libxl keeps what it knows of the domain is then known to us, and what is staged must be there.
        known = stored is not None or self.host.stored(self.domain.domid, self.domain.uuid) is not None
        if known and stored != self.plan.text:
            raise GuestError(f"xl config-update did not keep the file for the next boot of domain {self.domain.domid}")

    @contextmanager
    def staging_file(self) -> Iterator[str]:
        """The managed file where it has the text by now, else a file of its own, which xl must read as it is meant."""
        managed = self.host.files.read_one(self.plan.name)
        if managed is not None and managed.text == self.plan.text:
            yield self.path
            return
        with self.host.files.candidate(self.plan.name, self.plan.text.encode()) as candidate:
            self.examine(candidate)
            yield candidate

    def create(self) -> None:
        self._create(paused=False)

    def create_paused(self) -> None:
        self._create(paused=True)

    def _create(self, paused: bool) -> None:
        if Step.WRITE not in self.plan.steps:
            self.examine(self.path)
        self.outcome.undo.callback(discard, self.host, self.plan.name, self.plan.uuid, self.seen)
        self.host.xl.create(self.path, paused)

    def pause(self) -> None:
        self.host.xl.pause(self.domain.domid)

    def unpause(self) -> None:
        self.host.xl.unpause(self.domain.domid)

    def stop(self) -> None:
        self.outcome.forced = stop(self.host, self.plan.declaration, self.domain)

    def destroy(self) -> None:
        leave(self.host, self.plan.name, self.domain)
        self.outcome.forced = True

    def link(self) -> None:
        self.host.files.link(self.plan.name)
        self.outcome.undo.callback(self.host.files.unlink, [f"{self.plan.name}.cfg"])

    def unlink(self) -> None:
        self.host.files.unlink(self.seen.links[self.plan.name])

    def remove(self) -> None:
        self.host.files.remove(self.plan.name)


ACTIONS: Mapping[Step, Callable[[_Action], None]] = {
    Step.BACKUP: _Action.back_up,
    Step.WRITE: _Action.write,
    Step.STAGE: _Action.stage,
    Step.CREATE: _Action.create,
    Step.CREATE_PAUSED: _Action.create_paused,
    Step.PAUSE: _Action.pause,
    Step.UNPAUSE: _Action.unpause,
    Step.STOP: _Action.stop,
    Step.DESTROY: _Action.destroy,
    Step.LINK: _Action.link,
    Step.UNLINK: _Action.unlink,
    Step.REMOVE: _Action.remove,
}
