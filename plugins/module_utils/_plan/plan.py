# SPDX-License-Identifier: GPL-3.0-or-later
"""From what is declared and what is observed to what is to be done, guest by guest. Nothing here touches the host."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._config.dependencies import needed_by
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError, errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model
from ansible_collections.xlops.xen.plugins.module_utils._config.secrets import secrets_in, secrets_in_json
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._plan import renewal
from ansible_collections.xlops.xen.plugins.module_utils._plan.autostart import Autostart, autostart, by_unit
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import Declaration
from ansible_collections.xlops.xen.plugins.module_utils._plan.elsewhere import declared_in
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import ABSENT, DESTROY, PRESENT
from ansible_collections.xlops.xen.plugins.module_utils._plan.identity import complete
from ansible_collections.xlops.xen.plugins.module_utils._plan.known import file_model, running_identity
from ansible_collections.xlops.xen.plugins.module_utils._plan.live import Change, judged
from ansible_collections.xlops.xen.plugins.module_utils._plan.live_view import as_it_runs, differences, running_view
from ansible_collections.xlops.xen.plugins.module_utils._plan.memory import needed
from ansible_collections.xlops.xen.plugins.module_utils._plan.needs import boot_fault
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import (
    HEADER,
    MANAGED_MODE,
    PROTECTION,
    WATCHED_AS,
    ConfigFile,
    Domain,
    Observation,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import Presence, Sighting, sight
from ansible_collections.xlops.xen.plugins.module_utils._plan.renaming import Former, conflict, former, watched_as
from ansible_collections.xlops.xen.plugins.module_utils._plan.running import Running
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import (
    ALIVE,
    CREATING,
    MOVING,
    Step,
    Steps,
    reach,
    renewing,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import LIVE
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS


@dataclass(frozen=True)
class GuestPlan:
    """What is to be done to one guest. With an ``error`` nothing is: there are no steps then."""

    declaration: Declaration
    sighting: Sighting
    file: ConfigFile | None = None
    autostart: Autostart = field(default_factory=Autostart)
    former: Former | None = None  # what there is of it under another name
    model: Model | None = None  # None: the guest is not described, its file is left alone
    config: Mapping[str, Any] | None = None  # the model in libxl's words
    text: str = ""
    size: int = 0  # MiB that the host must have for it
    frees: int = 0  # MiB that the host has again when the domain is gone, where that is known better than by xl list
    steps: Steps = ()
    differences: tuple[Difference, ...] = ()  # between the declaration and what was declared before
    pending: tuple[Difference, ...] = ()  # between the managed file and the running guest, when the steps are done
    changes: tuple[Change, ...] = ()  # what is changed while it runs
    renewed_for: tuple[Difference, ...] = ()  # for what it is stopped and made anew while it runs
    makes_room: bool = False  # others need the memory that it gives back while it runs
    warnings: tuple[str, ...] = ()
    error: str = ""

    @property
    def name(self) -> str:
        return self.declaration.name

    @property
    def known_as(self) -> str:
        """The name that its domain has, before anything is done to it."""
        return self.former.name if self.former is not None and self.former.domain is not None else self.name

    @property
    def before(self) -> ConfigFile | None:
        """The file of its last declaration, which may be that of its former name."""
        return self.file if self.file is not None or self.former is None else self.former.file

    @property
    def names(self) -> tuple[str, ...]:
        """Those by which its xl may be known."""
        others = self.before.watched_as if self.before is not None else ()
        return (self.name, *((self.former.name,) if self.former is not None else ()), *others)

    @property
    def uuid(self) -> str:
        """Empty when the guest is neither described nor there."""
        domain = self.sighting.domain
        return str(self.model["uuid"]) if self.model else domain.uuid if domain else ""

    @property
    def secrets(self) -> frozenset[str]:
        """What may not be shown of the guest: as declared, as declared before, and as it runs."""
        models = (self.model, file_model(self.before))
        domain = self.sighting.domain
        told = {secret for model in models if model for secret in secrets_in(model)}
        return frozenset(told.union(secrets_in_json(domain.config) if domain and domain.config else ()))

    @property
    def creates(self) -> bool:
        return not CREATING.isdisjoint(self.steps)

    @property
    def protection(self) -> Sequence[str]:
        """What it is protected against: as declared, else as it was declared last."""
        declared = self.declaration.protect
        return declared if declared is not None else self.before.protection if self.before else ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The guests without which it cannot run, those that its managed file says among them."""
        return needed_by(self.model or self.declaration.keys, self.declaration.depends_on)

    @property
    def arrives(self) -> Model:
        """What comes to the host: the guest, or of one that runs what it gets now, and what its next boot would bring.

        A guest that boots without what it needs is gone, with nobody there who would see it.
        """
        if self.creates and self.model is not None:
            return self.model
        waiting = self.pending if Step.STAGE in self.steps else ()
        come: dict[str, Any] = {}
        for one in (change.difference for change in self.changes):
            if one.device is not None and one.after is not None:
                identity = OPTIONS[one.key].identity
                come.setdefault(one.key, []).append({**({identity: one.device} if identity else {}), **one.after})
        staged = self.model or {}
        return {**come, **{one.key: staged[one.key] for one in waiting if one.key in staged}}

    @property
    def leaves(self) -> bool:
        return self.declaration.goes

    def unhurried(self) -> GuestPlan:
        """The plan that leaves a running guest as it is: what could be changed at once waits like the rest."""
        left = (replace(change.difference, how="it is left to the next boot") for change in self.changes)
        waiting = (*self.pending, *left)
        steps = tuple(step for step in self.steps if step is not Step.ALTER)
        return replace(self, steps=steps, pending=waiting, changes=())

    def failed(self, why: str) -> GuestPlan:
        return replace(self, steps=(), pending=(), changes=(), renewed_for=(), error=why)


def plan(declarations: Iterable[Declaration], seen: Observation) -> list[GuestPlan]:
    """One plan for each declaration, in their order, each as if it were alone; order.py looks at them together."""
    guests = list(declarations)
    units = by_unit(guests, seen)
    return [_plan_guest(one, seen, autostart(one, seen, units)) for one in guests]


def _plan_guest(declaration: Declaration, seen: Observation, start: Autostart) -> GuestPlan:
    one, file = former(declaration, seen), seen.files.get(declaration.name)
    draft = GuestPlan(declaration, Sighting(Presence.ABSENT), file, start, one)
    fault = conflict(one, declaration, seen) if one is not None else ""
    if fault:
        return replace(draft, sighting=sight(draft.name, None, seen), former=None).failed(fault)
    try:
        return _described(draft, seen) if _is_described(draft) else _undescribed(draft, seen)
    except ConfigError as wrong:
        return draft.failed("\n".join(str(replace(one, guest=None)) for one in wrong.findings))


def _is_described(draft: GuestPlan) -> bool:
    """Whether it is said what the guest is: by its declaration, or by the managed file where that has only a name."""
    moves = draft.file is None and draft.before is not None and draft.before.managed
    if draft.declaration.state == ABSENT or (draft.declaration.leaves_file(draft.before is not None) and not moves):
        return False
    return draft.declaration.describes_guest or (draft.before is not None and draft.before.managed)


def _undescribed(draft: GuestPlan, seen: Observation) -> GuestPlan:
    known = file_model(draft.before)
    sighting = sight(draft.known_as, known.get("uuid") if known else None, seen, draft.names)
    if sighting.presence in (Presence.ABSENT, Presence.HUSK) and not draft.leaves:
        return replace(draft, sighting=sighting).failed(
            "nothing says what it is: it is declared by its name alone, and has no file that the collection manages; "
            "declare what it shall be"
        )
    return _with_steps(replace(draft, sighting=sighting))


def _described(draft: GuestPlan, seen: Observation) -> GuestPlan:
    declaration = draft.declaration
    if not declaration.describes_guest or declaration.leaves_file(draft.before is not None):
        keys = {**(file_model(draft.before) or declaration.keys), "name": draft.name}
        declaration = replace(declaration, keys=keys, of_defaults=frozenset())
    declared, examined = declaration.model(seen.release)
    findings = [declaration.told(one) for one in examined]
    if errors_in(findings):
        raise ConfigError(errors_in(findings))
    domain = next(iter(seen.named(draft.known_as)), None)
    try:
        model = complete(declared, _known(draft.before, domain), seen.machine_id)
    except ValueError:
        return draft.failed(
            "the host has no machine id to derive the guest's uuid from: declare one, or run systemd-machine-id-setup"
        )
    sighting = sight(draft.known_as, model["uuid"], seen, draft.names)
    draft = replace(
        draft,
        sighting=sighting,
        model=model,
        config=canonical(model, seen.release, seen.facts),
        text=_file_text(draft, sighting, to_xl_cfg(model, seen.release)),
        warnings=tuple(str(finding) for finding in findings),
    )
    declared_before = declared_in(draft.before.text) if draft.before is not None else set()
    view = running_view(domain, {*model, *declared_before}, seen) if domain is not None else None
    running = view.config if view is not None else None
    differing, waiting = _changes(draft, running, seen), _against(running, draft, seen)
    if differing or waiting:
        draft = replace(draft, differences=differing, pending=waiting)
        draft = _with_impacts(draft, view) if view is not None else draft
    fault = boot_fault(model) or _uuid_taken(draft, seen)
    if fault and draft.sighting.settled:
        return draft.failed(fault)
    return _with_memory(_with_steps(draft), model, domain, seen)


def _with_memory(one: GuestPlan, model: Model, domain: Domain | None, seen: Observation) -> GuestPlan:
    """What the host must have for it, and has again, where it comes or goes."""
    if MOVING.isdisjoint(one.steps):
        return one
    there = {**model, "memory": domain.memory, "maxmem": domain.memory} if domain is not None else {}
    frees = needed(there, seen.release, seen.info) if there else 0
    return replace(one, size=needed(model, seen.release, seen.info), frees=frees)


def _file_text(draft: GuestPlan, sighting: Sighting, text: str) -> str:
    names = watched_as(draft.former, draft.before, draft.declaration, sighting.presence)
    lines = [HEADER, *([PROTECTION + " ".join(sorted(draft.protection))] if draft.protection else [])]
    return "\n".join([*lines, *(WATCHED_AS + name for name in names), text])


def _with_impacts(draft: GuestPlan, view: Running) -> GuestPlan:
    """How each difference gets to this very guest, and the commands for what can be changed while it runs."""
    pending, changes = judged(draft.pending, view)
    since_then, _made_before = judged(draft.differences, view)
    return replace(draft, differences=tuple(since_then), pending=tuple(pending), changes=tuple(changes))


def sight_again(one: GuestPlan, seen: Observation) -> Sighting:
    """The guest of a plan, looked at once more: by its former name, where it has that still."""
    name = one.name if seen.named(one.name) or not seen.named(one.known_as) else one.known_as
    return sight(name, str(one.model["uuid"]) if one.model else None, seen, one.names)


def still_different(one: GuestPlan, seen: Observation) -> tuple[Difference, ...]:
    """What the guest of a plan does not have, looked at once more."""
    domain = sight_again(one, seen).domain
    keys = {*(one.model or ()), *(change.difference.key for change in one.changes)}
    running = as_it_runs(domain, keys, seen) if domain is not None else None
    return _against(running, one, seen)


def _known(file: ConfigFile | None, domain: Domain | None) -> Iterator[Model]:
    """Who the guest is already, best first. Its file is read only for those who ask on."""
    running = running_identity(domain)
    if running:
        yield running
    declared_before = file_model(file)
    if declared_before:
        yield declared_before


def _changes(draft: GuestPlan, running: Mapping[str, Any] | None, seen: Observation) -> tuple[Difference, ...]:
    """What the declaration changes: against the file, or the running guest where there is none.

    A file that has the very words need not be read for that.
    """
    if draft.model is None or (draft.file is not None and draft.file.text == draft.text):
        return ()
    before = file_model(draft.before)
    if before is None:
        return _against(running, draft, seen)
    written = canonical(complete(before, [draft.model], ""), seen.release, seen.facts)
    return _against(written, draft, seen, before)


def _against(
    other: Mapping[str, Any] | None, draft: GuestPlan, seen: Observation, former: Container[str] = ()
) -> tuple[Difference, ...]:
    """The differences between a configuration and the guest as it is declared."""
    if other is None or draft.model is None or draft.config is None:
        return ()
    return tuple(differences(draft.model, draft.config, other, seen, former))


def _uuid_taken(draft: GuestPlan, seen: Observation) -> str:
    for domain in seen.with_uuid(draft.uuid):
        if domain.name not in ("", draft.name, draft.known_as):
            return f"its uuid {domain.uuid} belongs to domain {domain.domid}, {domain.name}"
    return ""


def _with_steps(draft: GuestPlan) -> GuestPlan:
    sighting = draft.sighting
    if not sighting.settled:
        return draft.failed(f"nothing was done to it: {sighting.reason}")
    if DESTROY in draft.protection:
        draft = replace(draft, declaration=replace(draft.declaration, may_destroy=False))
    fault = _protected(draft) or _husk_fault(draft) or draft.autostart.fault
    if fault:
        return draft.failed(fault)
    if draft.leaves or sighting.presence not in ALIVE:
        return _with_last_steps(replace(draft, pending=(), changes=()), (), _domain_steps(draft))
    waiting = [one for one in draft.pending if one.impact != LIVE]
    against = renewal.obstacle(waiting, draft.declaration, draft.protection)
    explained = renewal.explained(draft.differences, against)
    told = replace(draft, differences=renewal.outstanding(explained, draft.pending))
    if against == "":
        told = replace(told, pending=(), changes=(), renewed_for=tuple(waiting))
        return _with_last_steps(told, (), _renewal_steps(told))
    told = replace(told, pending=renewal.explained(waiting, against))
    stage = (Step.STAGE,) if _wants_staging(draft) else ()
    return _with_last_steps(told, stage + ((Step.ALTER,) if told.changes else ()), _domain_steps(draft))


def _domain_steps(draft: GuestPlan) -> Steps:
    return reach(draft.declaration.state, draft.sighting.presence, draft.declaration.stop_timeout)


def _renewal_steps(draft: GuestPlan) -> Steps:
    return renewing(draft.declaration.state, draft.sighting.presence, draft.declaration.stop_timeout)


def _with_last_steps(draft: GuestPlan, changing: Steps, domain: Steps) -> GuestPlan:
    """A guest that leaves keeps its file until it is gone; a guest that comes has its file first."""
    files = _file_steps(draft)
    steps = domain + files if draft.leaves else files + changing + domain
    start = draft.autostart.described(draft.model or file_model(draft.before) or {}, draft.declaration)
    steps = start.first + steps + start.last + _removal_steps(draft)
    return replace(draft, autostart=start, steps=steps, warnings=draft.warnings + _left_behind(draft))


def _protected(draft: GuestPlan) -> str:
    """Why a guest that is protected against it cannot go for good."""
    there = draft.sighting.presence is not Presence.ABSENT or (draft.before is not None and draft.before.managed)
    if DESTROY not in draft.protection or not there:
        return ""
    if draft.declaration.state == ABSENT:
        return "it is protected and is not removed: declare it with a protect that does not say destroy, then remove it"
    if draft.leaves and draft.declaration.stop_timeout == 0:
        return "it is protected against being destroyed, and a stop_timeout of 0 leaves it no time to shut down"
    return ""


def _husk_fault(draft: GuestPlan) -> str:
    declaration = draft.declaration
    if draft.sighting.presence is not Presence.HUSK or declaration.state == PRESENT or declaration.may_destroy:
        return ""
    domain = draft.sighting.domain
    number = f"domain {domain.domid}" if domain else "its domain"
    return (
        f"it has shut down and {number} was kept; look into it, then remove it with 'xl destroy' "
        "or declare destroy: allowed"
    )


def _file_steps(draft: GuestPlan) -> Steps:
    """What has the former name goes when the file of the new one is there: until then, that is what the guest is."""
    moving = (Step.MOVE,) if draft.former is not None and draft.former.moves else ()
    file = draft.file
    if draft.model is None or (file is not None and file.text == draft.text and file.mode == MANAGED_MODE):
        return moving
    return ((Step.BACKUP,) if file is not None and not file.managed else ()) + (Step.WRITE,) + moving


def _wants_staging(draft: GuestPlan) -> bool:
    """Whether the guest's own reboot would not bring it to what is declared now, waits, or is declared no more."""
    domain = draft.sighting.domain
    if draft.model is None or domain is None or domain.staged == draft.text:
        return False
    return bool(draft.pending or draft.differences) or domain.staged is not None


def _removal_steps(draft: GuestPlan) -> Steps:
    gone = draft.declaration.state == ABSENT and draft.before is not None and draft.before.managed
    return (Step.REMOVE,) if gone else ()


def _left_behind(draft: GuestPlan) -> tuple[str, ...]:
    if draft.declaration.state == ABSENT and draft.file is not None and not draft.file.managed:
        return (f"guest {draft.name}: {draft.file.path} was written by somebody else and is left where it is",)
    return ()
