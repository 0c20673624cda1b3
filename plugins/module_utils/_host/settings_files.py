# SPDX-License-Identifier: GPL-3.0-or-later
"""The toolstack's files of settings on a host: where they are, what they say, and what becomes of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError, Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.settings_file import (
    SHELL,
    XL,
    Style,
    edited,
    values_in,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.toolstack_settings import (
    numbers_of_xl_conf,
    settled,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.files import (
    SIZE_LIMIT,
    read_file,
    read_text,
    replace_file,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.messages import clean
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack_seen import Seen
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_settings import (
    DEBIANS_NAME,
    SETTINGS,
    WRITTEN_OUT,
    settings_of,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import DEBIAN, XL_CONF

MODE = 0o644


@dataclass(frozen=True)
class Changes:
    """``texts`` are before and after, by path; ``units`` have read what changes when they were started."""

    texts: Mapping[str, tuple[str | None, str]] = field(default_factory=dict)
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class SettingsFiles:
    paths: Paths
    seen: Seen
    directory: str  # of those that are no xl.conf

    def path(self, file: str) -> str:
        """Where a file is. A release with a prefix of its own has links to the host's."""
        if file == XL_CONF:
            return os.path.realpath(self.paths.xl_conf)
        name = DEBIANS_NAME.get(file, file) if self.seen.origin == DEBIAN else file
        return os.path.realpath(f"{self.directory}/{name}")

    def plan(self, declared: Mapping[str, Mapping[str, Any]]) -> Changes:
        """What changes. A ConfigError with everything that is wrong in any file."""
        findings = []
        texts: dict[str, tuple[str | None, str]] = {}
        units: set[str] = set()
        for file, values in declared.items():
            try:
                before, after = self._changed(file, values)
            except ConfigError as fault:
                findings += fault.findings
                continue
            if (before or "") != after:
                texts[self.path(file)] = (before, after)
                units.update(self._readers(file, before or "", after))
        if findings:
            raise ConfigError(findings)
        return Changes(texts, tuple(sorted(units)))

    def _changed(self, file: str, declared: Mapping[str, Any]) -> tuple[str | None, str]:
        values = settled(file, declared, self.seen.release, self.seen.origin)
        before = read_text(self.path(file))
        if before is not None and ("\ufffd" in before or len(before.encode("utf-8", "replace")) >= SIZE_LIMIT):
            raise ConfigError([Finding(ERROR, "it is no UTF-8, or has a MiB and more", filename=self.path(file))])
        if file in WRITTEN_OUT:
            rows = settings_of(file, self.seen.release, self.seen.origin)
            values = {key: rows[key].default if value is None else value for key, value in values.items()}
            if before is None:
                values = {**{key: row.default for key, row in rows.items()}, **values}
        numbers = numbers_of_xl_conf(self.seen.release) if file == XL_CONF else frozenset()
        after = edited(before or "", values, self._style(file), numbers)
        return before, after

    def _style(self, file: str) -> Style:
        return Style(XL if file == XL_CONF else SHELL, self.path(file))

    def _readers(self, file: str, before: str, after: str) -> Iterator[str]:
        """The units that run with the former value of a key."""
        style = self._style(file)
        former, coming = values_in(before, style), values_in(after, style)
        for key, row in settings_of(file, self.seen.release, self.seen.origin).items():
            if former.get(key) != coming.get(key):
                yield from row.units

    @staticmethod
    def write(texts: Mapping[str, tuple[str | None, str]]) -> None:
        for path, (_before, after) in texts.items():
            there = read_file(path)
            os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
            replace_file(path, after.encode("utf-8", "replace"), there[1] if there else MODE)

    def report(self, changes: Changes) -> tuple[dict[str, dict[str, Any]], list[str]]:
        """Path and values of each file, as they are once the changes are made; and what xl could not read."""
        found: dict[str, dict[str, Any]] = {}
        faults: list[str] = []
        for file in SETTINGS:
            path = self.path(file)
            text = changes.texts[path][1] if path in changes.texts else read_text(path)
            known = settings_of(file, self.seen.release, self.seen.origin)
            values: dict[str, str] = {}
            try:
                values = values_in(text or "", self._style(file))
            except ConfigError as fault:
                faults.append(f"xl refuses every command, for it cannot read its settings: {fault}")
            found[file] = {
                "path": path,
                "present": text is not None,
                "values": clean({key: value for key, value in values.items() if key in known}),
                "unknown": sorted(clean([key for key in values if key not in known])),
            }
        return found, faults
