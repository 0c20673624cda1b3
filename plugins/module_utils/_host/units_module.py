# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xen_units: its options, and the way from them to the toolstack of a host."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError, Finding
from ansible_collections.xlops.xen.plugins.module_utils._host.boot_running import read_machine, read_running
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError, HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.lock import turn_of
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.settings_files import Changes, SettingsFiles
from ansible_collections.xlops.xen.plugins.module_utils._host.systemd import systemctl
from ansible_collections.xlops.xen.plugins.module_utils._host.toolstack import Toolstack
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import sentence
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack import Plan, plan, steps
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack_declared import (
    RESTARTED,
    STARTED,
    STOPPED,
    Wanted,
    read_wanted,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack_health import health, report
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack_seen import Seen
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, OLDEST, Release
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_settings import SETTINGS

START_LIMIT = 900.0  # xendomains starts guests one after the other

Result = dict[str, Any]


def units_spec() -> dict[str, dict[str, Any]]:
    return {
        "units": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {
                "name": {"type": "str", "required": True},
                "enabled": {"type": "bool"},
                "state": {"type": "str", "choices": [STARTED, STOPPED, RESTARTED]},
                "settings": {"type": "dict"},
            },
        },
        "complete": {"type": "bool", "default": False},
        "generate": {"type": "bool", "default": True},
        "xencommons": {"type": "dict", "default": {}},
        "xendomains": {"type": "dict", "default": {}},
        "xl_conf": {"type": "dict", "default": {}},
        "release": {"type": "str"},
        "executable": {"type": "str", "default": "xl"},
        "lock_timeout": {"type": "int", "default": 300},
    }


def keep_units(module: AnsibleModule, paths: Paths | None = None) -> Result:
    """Bring the toolstack's units and settings to their declaration, and give the module's result."""
    result: Result = {}
    with in_one_sentence(module):
        if os.geteuid() != 0:
            raise HostError("units of a host are read and changed by root: run the task with become: true")
        result.update(_Units(module, paths or Paths()).keep())
    return result


class _Units:
    """One run of the module."""

    def __init__(self, module: AnsibleModule, paths: Paths) -> None:
        self.module = module
        self.paths = paths
        self.params: dict[str, Any] = module.params
        if not os.path.isdir(paths.systemd):
            raise HostError("systemd does not run this host, so it has no units")
        running = read_running(paths, self.params["executable"])
        release = self._release(running.release)
        self.toolstack = Toolstack(paths, release, running.xen)

    def keep(self) -> Result:
        acts = any(self.params[key] for key in ("units", "complete", "xencommons", "xendomains", "xl_conf"))
        with turn_of(self.paths.lock, self.params["lock_timeout"], self.module.check_mode or not acts):
            return self._kept()

    def _release(self, running: str) -> Release:
        said = self.params["release"] or running or read_machine(self.paths).newest
        if not said:
            raise HostError("nothing says which release of Xen this host has: give it in release")
        try:
            release = Release.parse(said)
        except ValueError as fault:
            raise HostError(f"release: {fault}") from None
        if not OLDEST <= release <= NEWEST:
            raise HostError(f"release {release} is none of those known, {OLDEST} to {NEWEST}")
        return release

    def _kept(self) -> Result:
        seen = self.toolstack.observe()
        files = SettingsFiles(self.paths, seen, self.toolstack.settings_directory(seen))
        wanted, changes = self._declared(seen, files)
        planned = plan(wanted, seen, changes.texts, changes.units)
        diff = self._diff(planned, seen) if planned.changes else []
        if planned.changes and not self.module.check_mode:
            _Apply(self.toolstack, seen, planned).run()
            seen = self.toolstack.observe()
        return {
            **self._result(seen, planned, files, changes),
            "diff": [one for one in diff if one["before"] != one["after"]],
        }

    def _declared(self, seen: Seen, files: SettingsFiles) -> tuple[Wanted, Changes]:
        """What is wanted of units, and what changes in files. A ConfigError with all that is wrong in both."""
        findings: list[Finding] = []
        wanted, changes = Wanted(), Changes()
        try:
            wanted = read_wanted(self.params, seen.release, seen.origin)
        except ConfigError as fault:
            findings += fault.findings
        try:
            changes = files.plan({file: self.params[file] for file in SETTINGS if self.params[file]})
        except ConfigError as fault:
            findings += fault.findings
        if findings:
            raise ConfigError(findings)
        return wanted, changes

    def _result(self, seen: Seen, planned: Plan, files: SettingsFiles, changes: Changes) -> Result:
        def said(name: str) -> list[str]:
            return self.toolstack.last_lines(seen, name)

        settings, unreadable = files.report(changes)
        found = health(seen, {name: said(name) for name, state in seen.units.items() if state.failed})
        reasons = [*found.reasons, *unreadable]
        return {
            "changed": planned.changes,
            "release": str(seen.release),
            "origin": seen.origin,
            "steps": steps(planned, self.paths.units, self.toolstack.helper),
            "units": report(seen, said),
            "settings": settings,
            "healthy": not reasons,
            "reasons": reasons,
            "missing": list(found.missing),
            "out_of_order": list(found.out_of_order),
            "pending": list(planned.pending),
        }

    def _diff(self, planned: Plan, former: Seen) -> list[Result]:
        """Files, and what systemd is told of units."""
        diffs = [_texts(path, before, after) for path, (before, after) in planned.settings.items()]
        diffs += [
            _texts(f"{self.paths.units}/{name}", former.files.get(name), text or "")
            for name, text in planned.texts.items()
        ]
        before, after = _states(planned)
        return [*diffs, {"before_header": "systemctl", "after_header": "systemctl", "before": before, "after": after}]


def _states(planned: Plan) -> tuple[Result, Result]:
    told = (
        (planned.enable, "enabled", False, True),
        (planned.disable, "enabled", True, False),
        (planned.start, "started", False, True),
        (planned.stop, "started", True, False),
        (planned.restart, "settings", "former", "present"),
    )
    sides: tuple[Result, Result] = ({}, {})
    for names, what, *values in told:
        for name in names:
            for side, value in zip(sides, values):
                side.setdefault(name, {})[what] = value
    return sides


def _texts(path: str, before: str | None, after: str) -> Result:
    return {"before_header": path, "after_header": path, "before": before or "", "after": after}


@dataclass(frozen=True)
class _Apply:
    """The steps of a plan, in an order in which each may be the last: files, systemd's reading of them, its units."""

    toolstack: Toolstack
    seen: Seen
    plan: Plan

    def run(self) -> None:
        self.toolstack.mark_outdated(self.seen, self.plan.outdated)
        SettingsFiles.write(self.plan.settings)
        if self.plan.helper:
            self.toolstack.write_helper()
        for name, text in self.plan.texts.items():
            self.toolstack.files.put(name, text)
        if self.plan.reload:
            self.toolstack.files.reload()
        for verb, names in (("enable", self.plan.enable), ("disable", self.plan.disable)):
            for name in names:
                self._command(verb, name)
        for verb, names in (("stop", self.plan.stop), ("start", self.plan.start), ("restart", self.plan.restart)):
            for name in names:
                self._command(verb, name)
                if verb != "stop":
                    self._confirm(verb, name)
        self.toolstack.forget_outdated((*self.plan.stop, *self.plan.start, *self.plan.restart))

    def _command(self, verb: str, name: str) -> None:
        finished = systemctl(verb, "--", name, limit=START_LIMIT)
        if not finished.ok:
            raise GuestError(f"{sentence(f'systemctl {verb} {name}', finished, START_LIMIT)}{self._words(name)}")

    def _confirm(self, verb: str, name: str) -> None:
        state = self.toolstack.observe().unit(name)
        if not state.active:
            why = ", for a condition of it is not met" if state["ConditionResult"] == "no" else ""
            raise GuestError(f"systemctl {verb} {name} went well, and it does not run{why}{self._words(name)}")

    def _words(self, name: str) -> str:
        lines = self.toolstack.last_lines(self.toolstack.observe(), name)
        return f"; it said last: {' | '.join(lines)}" if lines else ""
