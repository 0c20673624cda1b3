# SPDX-License-Identifier: GPL-3.0-or-later
"""Do to one guest what its plan says. What can be undone is undone when a later step fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial

from ansible_collections.xlops.xen.plugins.module_utils._config.compare import json_differences
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import read_config
from ansible_collections.xlops.xen.plugins.module_utils._config.secrets import hidden_json
from ansible_collections.xlops.xen.plugins.module_utils._host.departure import discard, leave, stop
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError, HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._host.workers import is_watched
from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Commands
from ansible_collections.xlops.xen.plugins.module_utils._plan.live import Change
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.plan import GuestPlan
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import Presence
from ansible_collections.xlops.xen.plugins.module_utils._plan.renewal import way_back
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import Step

POLL = 0.5
MOST_PAUSES = 255  # that Xen counts
SHOWN_DIFFERENCES = 5
TROUBLE = (ConfigError, GuestError, HostError, OSError)  # that one guest has, and no other for it


@dataclass
class Outcome:
    """What became of a plan. ``undo`` takes back what can be, until the outcome is confirmed."""

    plan: GuestPlan
    done: list[Step] = field(default_factory=list)
    forced: bool = False
    error: str = ""
    elapsed: float = 0.0
    undo: ExitStack = field(default_factory=ExitStack)
    revocable: set[Step] = field(default_factory=set)

    def on_failure(self, step: Step, take_back: Callable[..., object], *arguments: object, **keywords: object) -> None:
        """Say how a step is taken back if a later one fails; the last one first."""
        self.revocable.add(step)
        self.undo.callback(take_back, *arguments, **keywords)

    def fail(self, why: str) -> None:
        """Take back what can be, and say why."""
        self.error = why
        try:
            self.undo.close()
        except TROUBLE as error:
            self.error += f"; and what had been done could not be undone: {error}"
        else:
            self.done = [step for step in self.done if step not in self.revocable]


def apply(outcome: Outcome, host: Host, seen: Observation, last: Step | None = None) -> Outcome:
    """Take the steps of its plan that are left, up to one if it is given. Never raises for what goes wrong with the
    guest: the outcome says it.
    """
    started = time.monotonic()
    try:
        for step in () if outcome.error else outcome.plan.steps[len(outcome.done) :]:
            ACTIONS[step](_Action(outcome, host, seen))
            outcome.done.append(step)
            if step is last:
                break
    except TROUBLE as error:
        outcome.fail(str(error))
    outcome.elapsed += time.monotonic() - started
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
        self.outcome.on_failure(Step.BACKUP, self.host.files.forget, kept)

    def write(self) -> None:
        files = self.host.files
        bring_back = files.keep(self.plan.name)
        with files.candidate(self.plan.name, self.plan.text.encode()) as candidate:
            self.examine(candidate)
            files.publish(candidate, self.plan.name)
            self.outcome.on_failure(Step.WRITE, bring_back)

    def examine(self, path: str) -> None:
        """Have the host's own xl read the file: nothing is created that was not meant."""
        try:
            read = read_config(self.host.xl.dry_run(path))
        except ConfigError as wrong:
            raise GuestError(str(wrong)) from None
        if json_differences(self.plan.config, read):
            told = json_differences(hidden_json(self.plan.config or {}), hidden_json(read))
            shown = ", ".join(told[:SHOWN_DIFFERENCES]) or "a password is not the same"
            raise GuestError(
                f"xl of Xen {self.seen.release} reads the file that was to be written otherwise than meant: {shown}; "
                "nothing was changed, please report it"
            )

    def move(self) -> None:
        """At any instant one thing starts the guest. The file goes last: by it, the next run knows what is left."""
        former = self.plan.former
        if former is None:
            return
        files = self.host.files
        self.outcome.on_failure(Step.MOVE, files.move_links(former.name, self.plan.name))
        self.outcome.on_failure(Step.MOVE, self.host.units.move(former.name, self.plan.name))
        if former.file is not None and not former.file.managed:
            self.outcome.on_failure(Step.MOVE, files.forget, files.back_up(former.name))
        bring_back = files.keep(former.name)
        files.remove(former.name)
        self.outcome.on_failure(Step.MOVE, bring_back)

    def stage(self) -> None:
        self.outcome.on_failure(Step.STAGE, self._unstage)
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

    def _unstage(self) -> None:
        """What waited for the next boot before waits for it again."""
        if self.domain.staged is None:
            self.host.forget_staged(self.domain.domid, self.domain.uuid)
        else:
            with self.host.files.candidate(self.plan.name, self.domain.staged.encode()) as former:
                self.host.xl.stage(self.domain.domid, former)

    def alter(self) -> None:
        """Change what can be changed now. What xl says of it counts for little; confirm() looks for the effect."""
        for change in self.plan.changes:
            # A value may be half set, on some of the virtual CPUs; a device that did not come must not be taken away.
            is_value = change.difference.device is None
            if is_value:
                self._change_back(change)
            self._take(change.commands)
            if not is_value:
                self._change_back(change)
        if self.plan.makes_room:
            self._await_memory()

    def _change_back(self, change: Change) -> None:
        if change.undo:
            self.outcome.on_failure(Step.ALTER, self._take, change.undo)
        else:
            self.outcome.undo.callback(self._leave_changed, change)

    def _leave_changed(self, change: Change) -> None:
        """xl has no command that takes it back, so the guest stays altered."""
        self.outcome.revocable.discard(Step.ALTER)
        if Step.ALTER not in self.outcome.done:
            self.outcome.done.append(Step.ALTER)
        self.outcome.error += f"; {change.difference.label} stays as it is now, for xl cannot take it back"

    def _await_memory(self) -> None:
        """A guest gives memory back in its own time, and others are about to need it."""
        wanted = (self.plan.model or {}).get("memory", self.domain.memory)
        deadline = time.monotonic() + self.host.settle
        while time.monotonic() < deadline:
            row = self.host.table.find(self.domain.uuid)
            if row is None or row.memory <= wanted:
                return
            time.sleep(POLL)

    def _take(self, commands: Commands) -> None:
        for command in commands:
            self.host.xl.alter(*command)

    def create(self) -> None:
        self._create(Step.CREATE)

    def create_paused(self) -> None:
        self._create(Step.CREATE_PAUSED)

    def _create(self, step: Step) -> None:
        if Step.WRITE not in self.plan.steps:
            self.examine(self.path)
        take_back = partial(discard, self.host, self.plan.name, self.plan.uuid, self.seen)
        try:
            if step is Step.CREATE and self.plan.autostart.by_unit:
                self.host.units.start(self.plan.name)
            else:
                self.host.xl.create(self.path, paused=step is Step.CREATE_PAUSED)
        except GuestError:
            self.outcome.on_failure(step, take_back, spare_watched=True)
            raise
        self.outcome.on_failure(step, take_back)

    def pause(self) -> None:
        self.host.xl.pause(self.domain.domid)

    def unpause(self) -> None:
        """Xen counts the pauses of a domain, and whoever paused it before may have done so more than once."""
        deadline = time.monotonic() + self.host.settle
        for _pause in range(MOST_PAUSES):
            self.host.xl.unpause(self.domain.domid)
            if Step.STOP in self.plan.steps:  # a guest that does not stop is left as it was
                self.outcome.on_failure(Step.UNPAUSE, self.host.xl.pause, self.domain.domid)
            row = self.host.table.find(self.domain.uuid)
            if row is None or not row.paused or row.domid != self.domain.domid or time.monotonic() >= deadline:
                return

    def stop(self) -> None:
        self.outcome.forced = stop(self.host, self.plan.declaration, self.domain, self.watched)
        self._remember(Step.STOP)

    def destroy(self) -> None:
        leave(self.host, self.domain, self.watched)
        self.outcome.forced = True
        self._remember(Step.DESTROY)

    def watched(self) -> bool:
        """Whether an xl of the guest lives. One that watches another domain, whatever it is called, is none."""
        others = {domain.domid for domain in self.seen.domains} - {self.domain.domid}
        return is_watched(self.host.paths, self.plan.names, others)

    def _remember(self, step: Step) -> None:
        """A guest that is made anew comes back as it was if it cannot be made."""
        if self.plan.renewed_for:
            self.outcome.on_failure(step, self._bring_back)

    def _bring_back(self) -> None:
        text, lost = way_back(self.domain, self.seen)
        with self.host.files.candidate(self.plan.name, text.encode()) as former:
            self.host.xl.create(former, paused=self.plan.sighting.presence is Presence.PAUSED)
        if lost:
            self.outcome.error += f"; it came back without {', '.join(lost)}, for which xl.cfg has no words"

    def link(self) -> None:
        self.outcome.on_failure(Step.LINK, self.host.files.link(self.plan.name))

    def unlink(self) -> None:
        entries = self.host.files.links().get(self.plan.name, ())
        self.outcome.on_failure(Step.UNLINK, self.host.files.unlink(entries))

    def write_unit(self) -> None:
        self.outcome.on_failure(Step.UNIT, self.host.units.write(self.plan.name, self.plan.autostart.text or ""))

    def enable(self) -> None:
        self.outcome.on_failure(Step.ENABLE, self.host.units.enable(self.plan.name))

    def disable(self) -> None:
        self.outcome.on_failure(Step.DISABLE, self.host.units.disable(self.plan.name))

    def remove(self) -> None:
        self.host.files.remove(self.plan.name)


ACTIONS: Mapping[Step, Callable[[_Action], None]] = {
    Step.UNIT: _Action.write_unit,
    Step.BACKUP: _Action.back_up,
    Step.WRITE: _Action.write,
    Step.MOVE: _Action.move,
    Step.STAGE: _Action.stage,
    Step.ALTER: _Action.alter,
    Step.CREATE: _Action.create,
    Step.CREATE_PAUSED: _Action.create_paused,
    Step.PAUSE: _Action.pause,
    Step.UNPAUSE: _Action.unpause,
    Step.STOP: _Action.stop,
    Step.DESTROY: _Action.destroy,
    Step.LINK: _Action.link,
    Step.UNLINK: _Action.unlink,
    Step.ENABLE: _Action.enable,
    Step.DISABLE: _Action.disable,
    Step.REMOVE: _Action.remove,
}
