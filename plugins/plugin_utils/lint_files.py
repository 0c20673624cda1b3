# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and directories of guests, read and linted. What is no file of a guest is named, not passed over in silence."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import (
    Linted,
    each_once,
    in_order,
    lint_text,
    lint_together,
    summarised,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.report import Report
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import finding
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.plugins.plugin_utils.declared_guests import Declared, read_declared

YAML_ENDINGS = (".yml", ".yaml")
XL_CFG_ENDINGS = (".cfg", ".xl", ".hvm", ".pv", ".pvh")
DOCUMENTED_OPTIONS = ("argument_specs.yml", "argument_specs.yaml")
FIRST_LINE = re.compile(rb"(?:[ \t\r\n]|#[^\n]*\n)*([^\n]*)")
STATEMENT = re.compile(rb"[a-z][a-z0-9_.]*[ \t]*\+?=")
OF_A_GUEST = re.compile(rb"^[ \t]*(?:name|builder|kernel|bootloader|memory|vcpus|disk|vif)[ \t]*\+?=", re.MULTILINE)
LARGEST = 4 << 20  # bytes of one file

# Which guests are taken for those of one host.
DIRECTORY, FILE, ALL = "directory", "file", "all"


@dataclass(frozen=True)
class _File:
    """A file as it was named, or found below a directory that was."""

    path: Path
    named: bool


@dataclass
class Lint:
    """What was found; ``passed_over`` are the files that declare no guest."""

    report: Report
    passed_over: list[str] = field(default_factory=list)


def lint_paths(paths: Sequence[str], release: Release, one_host: str = DIRECTORY) -> Lint:
    """Lint files, and all files of guests below directories. A path that is not there is a finding."""
    files: list[str] = []
    passed_over: list[str] = []
    findings: list[Finding] = []
    hosts: dict[str, list[Linted]] = {}
    steps: list[list[Linted]] = []
    for file in _files(paths):
        declared = _read(file, release)
        findings += declared.findings
        steps += declared.steps
        hosts.setdefault(_host(file.path, one_host), []).extend(declared.guests)
        empty = not (declared.guests or declared.steps or declared.findings)
        (passed_over if empty else files).append(declared.filename)
    count = 0
    for guests in [*hosts.values(), *steps]:
        contenders = each_once(guests)
        findings += lint_together(guests, contenders)
        count += len(contenders)
    return Lint(Report(release, files, count, summarised(in_order(findings))), passed_over)


def _host(path: Path, one_host: str) -> str:
    return {DIRECTORY: str(path.parent), FILE: str(path), ALL: ""}[one_host]


def _files(paths: Iterable[str]) -> Iterator[_File]:
    """Each file once, however many links lead to it, in a stable order."""
    seen: set[str] = set()
    for given in paths:
        path = Path(given).expanduser()
        named = not path.is_dir()
        for one in [path] if named else sorted(_below(path)):
            real = os.path.realpath(one)
            if real not in seen:
                seen.add(real)
                yield _File(one, named)


def _below(directory: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(directory):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(folder, name) for name in names if not name.startswith(".") and not name.endswith("~"))


def _read(file: _File, release: Release) -> Declared:
    """What a file declares: nothing, if it is found in a directory and is no file of guests."""
    declared, ending = Declared(str(file.path), release), file.path.suffix.lower()
    try:
        large = file.path.stat().st_size > LARGEST
        content = b"" if large else file.path.read_bytes()
    except OSError as wrong:
        declared.findings.append(_unreadable(declared, wrong.strerror or str(wrong)))
        return declared
    text = content.decode("utf-8", "surrogateescape")
    if large and file.named:
        declared.findings.append(_unreadable(declared, f"it has more than {LARGEST >> 20} MiB"))
    elif ending in YAML_ENDINGS and file.path.name not in DOCUMENTED_OPTIONS:
        read_declared(text, declared)
    elif file.named or _is_xl_cfg(content, ending):
        declared.guests.append(lint_text(text, release, declared.filename))
    return declared


def _is_xl_cfg(content: bytes, ending: str) -> bool:
    """Whether a file found in a directory is one: it sets something that guests have, and does not begin otherwise."""
    first = FIRST_LINE.match(content)
    line = first.group(1) if first else b""
    begins = not line.startswith(b"[") if ending in XL_CFG_ENDINGS else STATEMENT.match(line) is not None
    return begins and OF_A_GUEST.search(content) is not None


def _unreadable(file: Declared, why: str) -> Finding:
    where = {"filename": file.filename, "line": 1, "column": 1, "release": file.release}
    return finding("unreadable", f"it cannot be read: {why}", remedy="name another file", **where)
