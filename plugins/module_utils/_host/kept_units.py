# SPDX-License-Identifier: GPL-3.0-or-later
"""The units of a host that do again what Xen forgets, at its next boot or at the next start of a guest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._host.resources import diff_of
from ansible_collections.xlops.xen.plugins.module_utils._host.systemd import systemctl
from ansible_collections.xlops.xen.plugins.module_utils._host.unit_files import UnitFiles, settled_program
from ansible_collections.xlops.xen.plugins.module_utils._plan.kept import (
    OURS,
    TARGET,
    TARGET_TEXT,
    TEMPLATE,
    TEMPLATE_TEXT,
    Resource,
    commands_in,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.kept_resources import scheduler_resources
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import is_ours
from ansible_collections.xlops.xen.plugins.module_utils._plan.scheduled import KeptCommands
from ansible_collections.xlops.xen.plugins.module_utils._plan.units import unit_name

PERSISTENT: dict[str, dict[str, Any]] = {"persistent": {"type": "bool", "default": True}}
STANDARD = {TEMPLATE: TEMPLATE_TEXT, TARGET: TARGET_TEXT}

Texts = Mapping[str, "str | None"]


@dataclass(frozen=True)
class Keeping:
    """The files with what is declared as they are and as they shall be, and the links that start units."""

    before: Texts = field(default_factory=dict)
    after: Texts = field(default_factory=dict)
    link: Sequence[str] = ()  # units that get one
    unlink: Sequence[str] = ()

    @property
    def changed(self) -> bool:
        return self.before != self.after or bool(self.link or self.unlink)

    def result(self, before: Mapping[str, Any], after: Mapping[str, Any], header: str, changed: bool) -> dict[str, Any]:
        """What a module says: ``changed`` of the running host, whose state before and after is given, or of a unit."""
        resources = [path for path in self.after if path not in STANDARD]
        differ = [path for path in resources if self.before[path] != self.after[path]]
        units: list[dict[str, Any]] = [
            {path: commands_in(texts[path]) for path in differ} for texts in (self.before, self.after)
        ]
        for starts, (now, then) in ((self.link, (False, True)), (self.unlink, (True, False))):
            units[0].update({unit: {"starts with the host": now} for unit in starts})
            units[1].update({unit: {"starts with the host": then} for unit in starts})
        return {
            "changed": changed or self.changed,
            "units": {path: commands_in(self.after[path]) for path in resources if self.after[path] is not None},
            "diff": diff_of({**before, **units[0]}, {**after, **units[1]}, header) if changed or self.changed else {},
        }


class KeptUnits:
    def __init__(self, module: AnsibleModule, host: Host) -> None:
        self.module = module
        self.host = host
        self.files = UnitFiles(host.paths)
        self.persistent = bool(module.params["persistent"])

    def plan(self, resources: Sequence[Resource]) -> Keeping:
        """What becomes of the units. GuestError where one is somebody else's."""
        if not self.files.systemd:
            if self.persistent:
                self.module.warn("systemd does not run this host, so what is set is lost at its next boot")
            return Keeping()
        xl = settled_program(self.host.xl.path)
        before: dict[str, str | None] = {one.path: self.files.read(one.path) for one in resources}
        after = {one.path: one.text(before[one.path], xl) for one in resources}
        started = {one.unit for one in resources if one.unit and after[one.path] is not None}
        left = {one.unit for one in resources if one.unit} - started
        if started:
            self._check(started)
            before.update({name: self.files.read(name) for name in STANDARD})
            after.update(STANDARD)
        ended = {unit for unit in left if self.files.linked(unit) and not self._others(unit, after)}
        return Keeping(
            before,
            after,
            sorted(unit for unit in started if not self.files.linked(unit)),
            sorted(ended),
        )

    def _others(self, unit: str, after: Texts) -> bool:
        """Whether the unit has more files of ours than those that are looked at here."""
        return any(f"{unit}.d/{name}" not in after for name in self.files.names(f"{unit}.d") if name.startswith(OURS))

    def _check(self, units: set[str]) -> None:
        there = set(self.files.names())
        for name in STANDARD:
            text = self.files.read(name) if name in there else None
            if name in there and (text is None or not is_ours(text)):
                raise GuestError(
                    f"the host has a {name} that somebody else wrote or masked; move it away, or set persistent to "
                    "false, and it is lost at the next boot"
                )
        for unit in sorted(units & there):
            raise GuestError(
                f"the host has a {shown(unit)} of its own, or has masked it; remove it, or set persistent to false, "
                "and it is lost at the next boot"
            )

    @contextmanager
    def kept(self, keeping: Keeping) -> Iterator[None]:
        """Run the block that changes the running host, its units being written before.

        Before, for of a run that dies in between there remains what the next boot shall bring. Where the block fails,
        they are taken back.
        """
        self._put(keeping.after, keeping.link, keeping.unlink)
        try:
            yield
        except Exception:
            self._put(keeping.before, keeping.unlink, keeping.link)
            with suppress(GuestError):  # then the next run does it
                self.files.reload()
            raise
        self.files.reload()
        if keeping.unlink:  # of most there is nothing to forget: one that has failed is listed no more
            systemctl("reset-failed", "--", *keeping.unlink)

    def _put(self, texts: Texts, link: Sequence[str], unlink: Sequence[str]) -> None:
        """Files before the links to them, and links that go before the files."""
        for unit in unlink:
            self.files.unlink(unit)
        for path, text in texts.items():
            if self.files.read(path) != text:
                self.files.put(path, text)
        for unit in link:
            self.files.link(unit, TEMPLATE)


def keep_shares(units: KeptUnits, kept: Mapping[tuple[str, str], KeptCommands]) -> Keeping:
    """What pools and domains are told. Of a guest that no unit starts it is said that nothing keeps it."""
    guests = [name for (_kind, name), one in kept.items() if one.guest]
    started = units.host.units.read(()).enabled if guests else frozenset()
    unstarted = [name for name in guests if unit_name(name) not in started or name.isdigit()]
    if units.persistent and unstarted:
        units.module.warn(
            f"no unit starts {', '.join(map(shown, unstarted))}, so what is set here is lost when it is made anew: "
            "run the play again then, or declare the guest with autostart_by: unit"
        )
    return units.plan(scheduler_resources(kept, units.persistent, unstarted))
