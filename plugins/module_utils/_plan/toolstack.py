# SPDX-License-Identifier: GPL-3.0-or-later
"""What was declared of the toolstack's units, what is there, and what is to be done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError, Finding
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack_declared import (
    RESTARTED,
    STARTED,
    STOPPED,
    Wanted,
    WantedUnit,
    drop_in_name,
    drop_in_text,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack_generated import (
    generated,
    modules_text,
    remedies,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack_seen import Seen
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import (
    MODULES_UNIT,
    UNITS,
    Unit,
    units_of,
)

STORE = "xenstored.service"


@dataclass(frozen=True)
class Plan:
    """``texts`` are files of units by their names below /etc/systemd/system, None where one goes; ``helper`` says that
    a drop-in needs the program that binds xenstored's sockets. ``outdated`` units run on with what they had before.
    """

    settings: Mapping[str, tuple[str | None, str]] = field(default_factory=dict)  # path -> before, after
    texts: Mapping[str, str | None] = field(default_factory=dict)
    helper: bool = False
    reload: bool = False
    enable: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    restart: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        return bool(
            self.settings
            or self.texts
            or self.helper
            or self.reload
            or self.enable
            or self.disable
            or self.stop
            or self.start
            or self.restart
        )


def plan(
    wanted: Wanted,
    seen: Seen,
    settings: Mapping[str, tuple[str | None, str]],
    touched: Iterable[str] = (),
) -> Plan:
    """The steps. ``settings`` are files that change, ``touched`` the units that have a changed setting. A ConfigError
    with everything that must not be.
    """
    declared = list(_completed(wanted, seen))
    findings = [found for one in declared for found in _refused(one, wanted, seen)]
    if findings:
        raise ConfigError(findings)
    texts = _texts(wanted, declared, seen)
    changed_units = {name.partition(".d/")[0] for name in texts}
    start, stop, enable, disable = [], [], [], []
    for one in declared:
        name = seen.carrier(one.name)
        state, replaced = seen.unit(name), texts.get(name, "") is None
        if one.enabled is True and (replaced or not seen.enabled(name)) and not _itself(name):
            enable.append(name)
        if one.enabled is False and seen.enabled(name):
            disable.append(name)
        if one.state in (STARTED, RESTARTED) and seen.under_xen and not state.active:
            start.append(name)
        if one.state == STOPPED and state.active:
            stop.append(name)
    if texts.get(MODULES_UNIT) or (seen.ours(MODULES_UNIT) and wanted.acts and not seen.enabled(MODULES_UNIT)):
        enable.insert(0, MODULES_UNIT)
    outdated = {
        name
        for name in {*map(seen.carrier, touched), *changed_units}
        if seen.unit(name).active and name not in stop and name != MODULES_UNIT
    }
    behind = outdated | seen.outdated
    restart = [
        name
        for one in declared
        for name in [seen.carrier(one.name)]
        if one.state == RESTARTED and name in behind and name not in start
    ]
    return Plan(
        settings,
        texts,
        wanted.acts and not seen.helper_is_right and _runs_helper(texts, seen),
        bool(texts) or (seen.unread and wanted.acts),
        _once(enable),
        _once(disable),
        _once(stop),
        _once(start),
        _once(restart),
        tuple(sorted(outdated)),
        tuple(_pending(behind - set(restart), seen, declared)),
    )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _itself(name: str) -> bool:
    return name in UNITS and UNITS[name].starts_itself


def _completed(wanted: Wanted, seen: Seen) -> Iterator[WantedUnit]:
    """What was declared, and what a host cannot do without where all of that is asked for."""
    needed = [name for name, row in units_of(seen.release).items() if wanted.complete and _is_needed(row, seen)]
    for one in wanted.units:
        yield replace(one, enabled=True) if one.enabled is None and one.name in needed else one
    said = {one.name for one in wanted.units}
    yield from (WantedUnit(name, enabled=True) for name in needed if name not in said)


def _is_needed(row: Unit, seen: Seen) -> bool:
    return row.needed and not (row.companion and not seen.has_upstreams_store)


def _refused(one: WantedUnit, wanted: Wanted, seen: Seen) -> Iterator[Finding]:
    """Why something that was declared must not be."""
    name = seen.carrier(one.name)
    row, state = UNITS.get(one.name), seen.unit(name)
    script = seen.script(name)
    kept = script.kept if script else (row.kept if row else "")
    where: dict[str, Any] = {"key": one.name, "release": seen.release}
    by = f" by {script.path}, as {name}" if script else ""
    if one.state in (STOPPED, RESTARTED) and kept:
        verb = "stopped" if one.state == STOPPED else "restarted"
        yield Finding(ERROR, f"it is never {verb}{f' ({name} of {script.path})' if script else ''}: {kept}", **where)
    needed = [UNITS[each] for each in (one.name, *(script.covers if script else ())) if each in UNITS]
    purpose = next((each.purpose for each in needed if each.needed), "")
    if one.enabled is False and purpose:
        yield Finding(ERROR, f"a Xen host does not work without it: {purpose}", **where)
    if state.masked and (one.enabled or one.state in (STARTED, RESTARTED)):
        yield Finding(ERROR, f"{name} is masked", remedy=f"systemctl unmask {name}, if that is meant", **where)
    if one.settings is not None and script and name != one.name:
        yield Finding(ERROR, f"it is started{by}", remedy=f"give the settings to {name}", **where)
    path = drop_in_name(name)
    if one.settings is not None and seen.files.get(path) is not None and not seen.ours(path):
        yield Finding(ERROR, f"{path} is somebody else's", remedy="give it another name", **where)
    if not script and not state.there and not seen.ours(name) and one.needs_it:
        yield from _cannot_be_made(one, wanted, seen, where)


def _cannot_be_made(one: WantedUnit, wanted: Wanted, seen: Seen, where: dict[str, Any]) -> Iterator[Finding]:
    if not wanted.generate:
        yield Finding(ERROR, "the host has no such unit", remedy="install it, or set generate to true", **where)
        return
    try:
        generated(one.name, seen)
    except ConfigError as fault:
        yield from fault.findings


def _texts(wanted: Wanted, declared: list[WantedUnit], seen: Seen) -> dict[str, str | None]:
    """The files of units that change."""
    texts: dict[str, str | None] = {}
    for one in declared:
        name = seen.carrier(one.name)
        if not seen.script(name) and (one.needs_it or seen.ours(name)):
            texts.update(_own_text(one.name, wanted, seen))
        if one.settings is not None:
            texts[drop_in_name(name)] = drop_in_text(one.settings)
    for name in _cured(declared, seen):
        text = texts.get(name) or seen.texts.get(name)
        for remedy, content in remedies(name, text, seen).items() if text else ():
            path = f"{name}.d/xlops-{remedy}.conf"
            if seen.files.get(path) is None:  # one that is there may name another program
                texts[path] = content
    return {name: text for name, text in texts.items() if seen.files.get(name) != text}


def _own_text(name: str, wanted: Wanted, seen: Seen) -> Iterator[tuple[str, str | None]]:
    if name in seen.packaged and seen.ours(name):
        yield name, None  # what was missing has come, and ours would be in its place
    elif wanted.generate and name in UNITS and (seen.ours(name) or not seen.unit(name).there):
        yield name, generated(name, seen)
        if name == STORE:
            yield MODULES_UNIT, modules_text()


def _cured(declared: list[WantedUnit], seen: Seen) -> list[str]:
    return [one.name for one in declared if not seen.script(seen.carrier(one.name))]


def _runs_helper(texts: Mapping[str, str | None], seen: Seen) -> bool:
    """Whether a drop-in runs the program that binds xenstored's sockets."""
    files = {**seen.files, **texts}
    return any(seen.helper in (text or "") for name, text in files.items() if name.startswith(f"{STORE}.d/"))


def _pending(names: Iterable[str], seen: Seen, declared: list[WantedUnit]) -> Iterator[str]:
    """Why what was declared is not yet what runs, and what to do."""
    for name in sorted(names):
        script, row = seen.script(name), UNITS.get(name)
        kept = script.kept if script else (row.kept if row else "")
        remedy = f"it is not restarted, for {kept}" if kept else "give it the state restarted"
        yield f"{name} runs with its former settings; {remedy}"
    if not seen.under_xen:
        for one in declared:
            if one.state in (STARTED, RESTARTED):
                yield f"{one.name} is started when the machine runs under Xen, which it does not now"


def steps(plan: Plan, directory: str, helper: str) -> list[str]:
    """The plan in words."""
    return [
        *(f"write {path}" for path in plan.settings),
        *([f"write {helper}"] if plan.helper else []),
        *(f"{'remove' if text is None else 'write'} {directory}/{name}" for name, text in plan.texts.items()),
        *(["systemctl daemon-reload"] if plan.reload else []),
        *(f"systemctl enable {name}" for name in plan.enable),
        *(f"systemctl disable {name}" for name in plan.disable),
        *(f"systemctl stop {name}" for name in plan.stop),
        *(f"systemctl start {name}" for name in plan.start),
        *(f"systemctl restart {name}" for name in plan.restart),
    ]
