# SPDX-License-Identifier: GPL-3.0-or-later
"""The configurations of one running guest: what libxl says, what it was made of, what its next boot brings."""

from __future__ import annotations

import json

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError, errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.from_libxl import unsaid
from ansible_collections.xlops.xen.plugins.module_utils._config.secrets import hidden, hidden_json
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._plan.document import (
    Described,
    Document,
    differences,
    read_document,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.words import Report, differences_report
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

JSON, XL_CFG = "json", "xl_cfg"


def reading(domain: Domain, stored: str | None, seen: Observation) -> tuple[Report, list[str]]:
    """Everything that libxl has of a running guest, passwords hidden, and warnings about what cannot be read."""
    warnings: list[str] = []
    running = _running(domain, seen)
    made_of = _on_disk(stored, "what libxl has stored of it", domain, seen, warnings)
    staged = _on_disk(domain.staged, "what is staged for its next boot", domain, seen, warnings)
    return {
        "config": hidden_json(running.config),
        "stored": hidden_json(made_of.config) if made_of else None,
        "guest": hidden(running.model),
        "unsaid": unsaid(running.config, running.model, seen.release, seen.facts),
        "live_changes": _report(made_of, running, seen),
        "staged": domain.staged is not None,
        "next_boot": _report(running, staged, seen) if domain.staged is not None else [],
    }, warnings


def compared(document: Document, domain: Domain, seen: Observation) -> list[Report]:
    """What the guest would have to become to be as described."""
    return differences_report(differences(_running(domain, seen), _usable(document, seen), seen.release))


def export_text(domain: Domain, form: str, seen: Observation) -> tuple[str, list[str]]:
    """What a running guest is, to be kept in a file, with its passwords; and warnings about what is lost on the way."""
    running = _running(domain, seen)
    if form == JSON:
        return json.dumps(running.config, indent=4) + "\n", []
    if errors_in(running.findings):
        raise ConfigError(errors_in(running.findings))
    lost = unsaid(running.config, running.model, seen.release, seen.facts)
    warning = f"guest {domain.name}: xl.cfg has no words for {', '.join(lost)}; export it as JSON to keep all of it"
    return to_xl_cfg(running.model, seen.release), [warning] if lost else []


def next_boot(domain: Domain, seen: Observation) -> str:
    """What the guest boots with next, for diff mode: what is staged, else what runs."""
    if domain.staged is not None:
        return page(domain.staged, seen.release)
    return to_xl_cfg(hidden(_running(domain, seen).model), seen.release)


def page(text: str, release: Release) -> str:
    """A configuration for diff mode: passwords hidden, and nothing of what cannot be read."""
    try:
        document = read_document(text)
    except ConfigError:
        return "(no guest's configuration)\n"
    if document.config is not None:
        return json.dumps(hidden_json(document.config), indent=4) + "\n"
    return to_xl_cfg(hidden(document.described(release).model), release)


def _running(domain: Domain, seen: Observation) -> Described:
    return Document(config=domain.config or {}).described(seen.release, seen.facts)


def _usable(document: Document, seen: Observation) -> Described:
    """A described guest without errors; libxl's own JSON is taken as it is."""
    found = document.described(seen.release, seen.facts)
    if errors_in(found.findings) and not found.observed:
        raise ConfigError(errors_in(found.findings))
    return found


def _on_disk(text: str | None, what: str, domain: Domain, seen: Observation, warnings: list[str]) -> Described | None:
    """A configuration that libxl keeps of the guest; None where there is none, or where it cannot be read."""
    try:
        return None if text is None else _usable(read_document(text), seen)
    except ConfigError as wrong:
        warnings.append(f"guest {domain.name}: {what} cannot be read: {wrong.findings[0]}")
        return None


def _report(before: Described | None, after: Described | None, seen: Observation) -> list[Report] | None:
    return None if before is None or after is None else differences_report(differences(before, after, seen.release))
