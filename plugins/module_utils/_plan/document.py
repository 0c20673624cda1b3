# SPDX-License-Identifier: GPL-3.0-or-later
"""One guest's configuration in whatever form it comes: a declaration, the text of an xl.cfg, or libxl's JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import (
    Difference,
    by_identity,
    compare,
    impact_of,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, Finding, shown, unusable
from ansible_collections.xlops.xen.plugins.module_utils._config.from_libxl import from_libxl
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import (
    ListedDomain,
    config_of,
    domains_of,
    read_json,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model, examine
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import read_declaration
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import ENGINE_OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.filled import DEFAULTS
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

LARGEST = 1 << 20  # characters; a guest with a hundred disks has twenty thousand
SHOWN_NAMES = 8
FORMS = "a mapping of xl.cfg keys, the text of an xl.cfg, or libxl's JSON"

# A mapping with one of these keys is libxl's JSON: bare, or beside the number of the domain.
LIBXL = {"c_info", "b_info", "domid"}


@dataclass(frozen=True)
class Described:
    """A guest as a release of xl sees it: the model and libxl's JSON, and what there is to say about them.

    ``observed`` says that the JSON is libxl's own, and the model what could be read out of it.
    """

    model: Model
    config: Mapping[str, Any]
    findings: Sequence[Finding] = ()
    observed: bool = False


@dataclass(frozen=True)
class Document:
    """A configuration as it came. Without ``config`` it is a declaration: xl.cfg keys, no engine keys."""

    keys: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] | None = None
    findings: Sequence[Finding] = ()

    def described(self, release: Release, host: HostFacts | None = None) -> Described:
        if self.config is not None:
            model, findings = from_libxl(self.config, release, host)
            return Described(model, self.config, findings, observed=True)
        model, findings = examine(self.keys, release)
        wrong = [finding for finding in (*self.findings, *findings) if finding.severity == ERROR]
        return Described(model, {} if wrong else canonical(model, release, host), [*self.findings, *findings])


def read_document(value: Any, filename: str = "") -> Document:
    """Recognise a configuration by its form; a ConfigError where it has none of the three, or cannot be read."""
    if isinstance(value, str):
        return _read_text(value, filename)
    if isinstance(value, Mapping) and LIBXL & set(value):
        return Document(config=config_of(value))
    if isinstance(value, Mapping):
        return Document({key: one for key, one in value.items() if key not in ENGINE_OPTIONS})
    if isinstance(value, list):
        return Document(config=_only(domains_of(value)))
    raise unusable(f"{shown(value)} is no guest", f"give {FORMS}")


def _read_text(text: str, filename: str) -> Document:
    if len(text) > LARGEST:
        raise unusable(f"the text has {len(text)} characters, and {LARGEST} are more than any guest needs", "check it")
    if not text.strip(" \t\r\n\0"):
        raise unusable("the text is empty", "give the text of an xl.cfg, or libxl's JSON")
    if text.lstrip().startswith(("{", "[")):  # no xl.cfg begins like that
        return read_document(read_json(text, filename or "the JSON"))
    reading = read_declaration(text, filename)
    return Document(reading.declaration, findings=reading.findings)


def _only(domains: Sequence[ListedDomain]) -> Mapping[str, Any]:
    if len(domains) == 1:
        return domains[0].config
    if not domains:
        raise unusable("an empty list, which lists 0 domains, is no guest", f"give {FORMS}")
    names = [shown(domain.name) for domain in domains[:SHOWN_NAMES]]
    more = ", ..." if len(domains) > SHOWN_NAMES else ""
    raise unusable(
        f"it lists {len(domains)} domains: {', '.join(names)}{more}",
        "give the output of xl list -l NAME, or choose one of them",
    )


def differences(before: Described, after: Described, release: Release) -> list[Difference]:
    """What is different, and how a guest that is as ``before`` gets to be as ``after``.

    Between two of a kind every key counts that either of them has. Between a declaration and libxl's own JSON a key
    that is not declared does not count where libxl fills it in; between JSON and JSON not where it does so in one of
    them, with the default.
    """
    if after.observed and not before.observed:
        found = compare(before.model, release, before.config, after.config, undeclared=True)
        return [_reversed(one, release, before) for one in found]
    declared = after.model if after.observed != before.observed else _either(before.model, after.model)
    found = compare(declared, release, after.config, before.config, undeclared=True)
    return [one for one in map(_asked_for, found) if one] if after.observed and before.observed else found


def _reversed(one: Difference, release: Release, before: Described) -> Difference:
    impact = impact_of(OPTIONS[one.key], one.before, release, before.config)
    return replace(one, before=one.after, after=one.before, impact=impact)


def _asked_for(one: Difference) -> Difference | None:
    """The difference without what is in one of the two only because libxl fills it in at some time."""
    option = OPTIONS[one.key]
    if option.kind != "devices":
        return None if _filled_in(one.key, one.before, one.after) else one
    if one.before is None or one.after is None:
        return one
    keys = [key for key in one.before if not _filled_in(f"{one.key}.{key}", one.before[key], one.after[key])]
    before, after = ({key: side[key] for key in keys} for side in (one.before, one.after))
    return replace(one, before=before, after=after) if keys else None


def _filled_in(key: str, before: Any, after: Any) -> bool:
    """Whether one of the two is not set, and the other is what libxl fills in."""
    return None in (before, after) and (after if before is None else before) == DEFAULTS.get(key)


def _either(before: Model, after: Model) -> Model:
    """The keys of both, the devices of ``after`` with the sub-keys that the same device has before."""
    devices = {key: _either_devices(before.get(key, []), after[key], OPTIONS[key]) for key in after if _is_list(key)}
    others = {key: value for key, value in before.items() if not _is_list(key)}
    return {**others, **after, **devices}


def _is_list(key: str) -> bool:
    return OPTIONS[key].kind == "devices"


def _either_devices(before: Sequence[Model], after: Sequence[Model], option: Option) -> list[Model]:
    there, ours = by_identity(option, before, after)
    return [{**there.get(identity, {}), **device} for identity, device in ours.items()]
