# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a user declared to the model: every value in its normal form, everything wrong said at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.combinations import (
    guest_type,
    objections,
    vcpus_of_nodes,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import (
    ERROR,
    WARNING,
    ConfigError,
    Finding,
    did_you_mean,
    errors_in,
    shown,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.kinds import NORMAL_FORM, NotThisKind
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import KEYS, OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, OLDEST, Release

Model = dict[str, Any]


def normalise(declaration: Mapping[str, Any], release: Release | None = None) -> Model:
    """The model of a declaration, or a ConfigError with every reason why there is none.

    The declaration holds xl.cfg keys alone; a key whose value is None counts as not declared.
    Without a release only what no release can do is wrong.
    """
    model, findings = examine(declaration, release)
    if errors_in(findings):
        raise ConfigError(errors_in(findings))
    return model


def examine(declaration: Mapping[str, Any], release: Release | None = None) -> tuple[Model, list[Finding]]:
    """The model as far as it can be made, and everything there is to say about the declaration."""
    examination = _Examination(declaration, release)
    model = examination.run()
    return model, examination.findings


def duplicates(models: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """What several guests of one host claim and only one can have: name, uuid, MAC address.

    The models may be declarations still; what is no text or list there is someone else's finding.
    """
    claims: dict[tuple[str, str], list[str]] = {}
    for model in models:
        for claim in _claims(model):
            claims.setdefault(claim, []).append(str(model.get("name", "")))
    return [
        Finding(
            ERROR,
            f"{shown(value)} is claimed {len(names)} times, by {', '.join(shown(name) for name in sorted(set(names)))}",
            guest=names[0],
            key=key,
            value=value,
            remedy="give each guest its own",
        )
        for (key, value), names in claims.items()
        if len(names) > 1
    ]


def _claims(model: Mapping[str, Any]) -> list[tuple[str, str]]:
    vifs = model.get("vif")
    macs = [vif.get("mac") for vif in vifs if isinstance(vif, Mapping)] if isinstance(vifs, (list, tuple)) else []
    found = [("name", model.get("name")), ("uuid", model.get("uuid")), *(("mac", mac) for mac in macs)]
    return [(key, text if key == "name" else text.lower()) for key, text in found if isinstance(text, str) and text]


class _Examination:
    """One walk over one declaration."""

    def __init__(self, declaration: Mapping[str, Any], release: Release | None) -> None:
        self.declaration = declaration
        self.release = release
        self.guest = str(declaration.get("name") or "")
        self.findings: list[Finding] = []

    def run(self) -> Model:
        if self.release is not None and self.release < OLDEST:
            self.report(None, f"Xen {self.release} is too old", f"use Xen {OLDEST} or newer")
        model = self.mapping(self.declaration, tuple(OPTIONS.values()), "")
        for option in OPTIONS.values():
            if option.required and self.declaration.get(option.key) is None:
                self.report(option.key, "it is missing", "every guest needs one")
        self.check_guest_type(model)
        for objection in objections(model, self.release):
            self.report(objection.key, objection.message, objection.remedy, severity=objection.severity)
        return _settled(model)

    def report(
        self, key: str | None, message: str, remedy: str | None = None, value: Any = None, severity: str = ERROR
    ) -> None:
        self.findings.append(Finding(severity, message, self.guest or None, key, value, self.release, remedy))

    def mapping(self, declared: Mapping[str, Any], options: Sequence[Option], prefix: str) -> Model:
        """The declared keys in their normal form, in the order of the rows."""
        rows = {option.key: option for option in options}
        for key in declared:
            if key not in rows:
                self.report_unknown(prefix, str(key), rows)
        values = {
            key: self.value(declared[key], option, prefix)
            for key, option in rows.items()
            if declared.get(key) is not None
        }
        return {key: value for key, value in values.items() if value is not None}

    def report_unknown(self, prefix: str, key: str, rows: Mapping[str, Option]) -> None:
        alias = KEYS.get(key) if not prefix else None
        suggestion = did_you_mean(key.replace("-", "_").lower(), rows)
        if alias is not None:
            remedy = f"use {alias.instead}"
        else:
            remedy = f"did you mean {prefix}{suggestion}?" if suggestion else "remove it"
        self.report(prefix + key, "there is no such option, and xl would ignore it without a word", remedy)

    def value(self, value: Any, option: Option, prefix: str) -> Any:
        key = prefix + option.key
        if not self.readable(key, option):
            return None
        try:
            normal = self.normal_form(value, option, key)
        except NotThisKind as wrong:
            message = "the value is not what it must be" if option.secret else wrong.message
            self.report(key, message, wrong.remedy, None if option.secret else value)
            return None
        return normal if all(self.expressible(word, option, key) for word in _chosen(normal, option)) else None

    def normal_form(self, value: Any, option: Option, key: str) -> Any:
        if option.kind == "devices":
            return self.devices(value, option, key)
        if option.kind == "struct":
            return self.device(value, option, key)
        return NORMAL_FORM[option.kind](value, option)

    def readable(self, key: str, option: Option) -> bool:
        """Whether the release reads the key at all."""
        if self.release is None or option.known_to(self.release) or self.release > NEWEST:
            return True
        if self.release < option.first:
            before = f"; before it, use {option.earlier}" if option.earlier else ""
            remedy = f"the first that does is Xen {option.first}{before}"
            self.report(key, "this release does not know it and would ignore it", remedy)
        else:
            remedy = f"use {option.instead}" if option.instead else "remove it"
            self.report(key, f"it went away after Xen {option.last}", remedy)
        return False

    def expressible(self, word: str, option: Option, key: str) -> bool:
        """Whether the release knows the chosen word."""
        choice = option.choice(word)
        if self.release is None or self.release > NEWEST or choice.known_to(self.release):
            return True
        remedy = (
            f"the first release that can is Xen {choice.first}"
            if self.release < choice.first
            else f"the last release that could is Xen {choice.last}"
        )
        self.report(key, f"{shown(word)} is nothing this release can do", remedy, word)
        return False

    def devices(self, value: Any, option: Option, key: str) -> list[Model]:
        if not isinstance(value, (list, tuple)):
            raise NotThisKind(f"{shown(value)} is not a list", "write a list of mappings")
        return [self.device(device, option, f"{key}[{index}]") for index, device in enumerate(value)]

    def device(self, declared: Any, option: Option, key: str) -> Model:
        if not isinstance(declared, Mapping):
            self.report(key, f"{shown(declared)} is not a mapping", f"write sub-keys such as {option.fields[0].key}")
            return {}
        device = self.mapping(declared, option.fields, key + ".")
        for row in option.fields:
            if row.required and declared.get(row.key) in (None, []):
                self.report(f"{key}.{row.key}", "it is missing", f"every {option.key} needs one")
            elif isinstance(device.get(row.key), str):
                self.check_device_text(device[row.key], row, f"{key}.{row.key}")
            if _unsaid(device.get(row.key), row):
                del device[row.key]
        return device

    def check_device_text(self, text: str, row: Option, key: str) -> None:
        if "\n" in text:
            self.report(key, f"{shown(text)} has a line break", "no device specification can hold one", text)
        if "," in text and not row.commas:
            self.report(key, f"{shown(text)} has a comma", "xl takes a comma for the end of the value", text)

    def check_guest_type(self, model: Model) -> None:
        for key in model:
            if guest_type(model) not in OPTIONS[key].guests:
                readers = " and ".join(OPTIONS[key].guests)
                self.report(
                    key,
                    f"it has no effect on {guest_type(model)} guests",
                    f"it is for {readers} guests",
                    severity=WARNING,
                )


def _unsaid(value: Any, row: Option) -> bool:
    """What xl has no word for, or crashes on, so that absence says the same: a flag without a no, an empty list."""
    return value is False if len(row.flags) == 1 else value == []


def _chosen(value: Any, option: Option) -> list[str]:
    """The words of an enumeration in a value."""
    found = value if isinstance(value, list) else [value]
    return [word.lstrip("!") for word in found if option.choices and isinstance(word, str)]


def _settled(model: Model) -> Model:
    """One way to say each thing: root and extra become cmdline, and nothing is left that xl would guess or lose.

    xl drops the pins of a file that has neither vcpus nor maxvcpus (and overruns its memory), takes the number of
    vcpus of vnuma nodes from them only as far as the host has CPUs, and forgets a USB device without a type.
    """
    root, extra = model.pop("root", None), model.pop("extra", None)
    if "cmdline" not in model and (root is not None or extra is not None):
        parts = ([f"root={root}"] if root is not None else []) + ([extra] if extra is not None else [])
        model["cmdline"] = " ".join(parts)
    if model.get("vnuma") and "maxvcpus" not in model:
        model["maxvcpus"] = len(vcpus_of_nodes(model["vnuma"]))
    for device in model.get("usbdev", ()):
        device.setdefault("type", "hostdev")
    if ("cpus" in model or "cpus_soft" in model) and "vcpus" not in model and "maxvcpus" not in model:
        model["vcpus"] = 1
    return {key: model[key] for key in OPTIONS if key in model}
