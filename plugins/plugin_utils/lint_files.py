# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and directories of guests, read and linted. What is no file of a guest is named, not passed over in silence."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import NOTE, Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import (
    Linted,
    between,
    each_once,
    in_order,
    lint_text,
    lint_together,
    summarised,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.report import Report
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import TOGETHER, finding
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
# The directory in which Ansible has a file, or a directory, for each host.
BY_HOST = "host_vars"

ANOTHER = "name another file"
READABLE = "make it readable"
OF_OTHER_HOSTS = "if the files are of different hosts, lint with xen_lint_one_host (one_host of xl_lint): file"
OF_ONE_HOST = frozenset(rule.id for rule in TOGETHER)


@dataclass(frozen=True)
class _File:
    """A file as it was named, or found below a directory that was; a directory if it is ``closed``, which says why."""

    path: Path
    named: bool
    closed: str = ""


@dataclass
class Lint:
    """What was found; ``passed_over`` are the files that declare no guest."""

    report: Report
    passed_over: list[str] = field(default_factory=list)


def lint_paths(paths: Sequence[str], release: Release, one_host: str = DIRECTORY) -> Lint:
    """Lint files, and all files of guests below directories. A path that is not there is a finding.

    What stood between two commas with nothing between them names nothing, and not the directory of the moment.
    """
    given = [path.strip() for path in paths if path.strip()]
    if not given:
        raise ValueError("paths is empty; name files or directories")
    files: list[str] = []
    passed_over: list[str] = []
    findings: list[Finding] = []
    hosts: dict[str, list[Linted]] = {}
    steps: list[list[Linted]] = []
    for file in _files(given):
        declared = _read(file, release)
        findings += declared.findings
        steps += declared.steps
        hosts.setdefault(_host(file.path, one_host), []).extend(declared.guests)
        empty = not (declared.guests or declared.steps or declared.findings)
        (passed_over if empty else files).append(declared.filename)
    count = 0
    for guests in [*hosts.values(), *steps]:
        contenders = each_once(guests)
        found = lint_together(guests, contenders)
        findings += found if one_host == FILE else _with_way_out(found, contenders)
        count += len(contenders)
    return Lint(Report(release, files, count, summarised(in_order(findings))), passed_over)


def _with_way_out(findings: Iterable[Finding], guests: Iterable[Linted]) -> Iterator[Finding]:
    """What is wrong between guests is not, if they are of different hosts. Those of one file are of one host: what its
    guests alone contend for would be said of them in the same words.
    """
    files: dict[str, list[Linted]] = {}
    for guest in guests:
        files.setdefault(guest.positioned(Finding(NOTE, "")).filename, []).append(guest)
    within = {(one.position, one.rule, one.message) for alone in files.values() for one in between(alone)}
    for one in findings:
        way_out = one.rule in OF_ONE_HOST and (one.position, one.rule, one.message) not in within
        yield replace(one, remedy=f"{one.remedy}; {OF_OTHER_HOSTS}") if way_out else one


def _host(path: Path, one_host: str) -> str:
    return {DIRECTORY: _directory(path), FILE: str(path), ALL: ""}[one_host]


def _directory(path: Path) -> str:
    """``host_vars/xen1`` of ``host_vars/xen1.yml`` and of ``host_vars/xen1/guests.yml``."""
    parts = path.absolute().parts
    if BY_HOST not in parts[:-1]:
        return str(path.parent)
    host = Path(*parts[: parts.index(BY_HOST) + 2])
    return str(host.with_suffix("") if host.suffix in YAML_ENDINGS else host)


def _files(paths: Iterable[str]) -> Iterator[_File]:
    """Each file once, however many links lead to it, in a stable order."""
    seen: set[str] = set()
    for given in paths:
        path = Path(given).expanduser()
        named = not path.is_dir()
        for one in [_File(path, named)] if named else sorted(_below(path), key=lambda file: file.path):
            real = os.path.realpath(one.path)
            if real not in seen:
                seen.add(real)
                yield one


def _below(directory: Path) -> Iterator[_File]:
    closed: list[OSError] = []
    for folder, folders, names in os.walk(directory, onerror=closed.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        kept = [name for name in names if not name.startswith(".") and not name.endswith("~")]
        yield from (_File(Path(folder, name), named=False) for name in kept)
    yield from (_File(Path(wrong.filename), named=False, closed=_reason(wrong)) for wrong in closed)


def _reason(wrong: OSError) -> str:
    return wrong.strerror or str(wrong)


def _read(file: _File, release: Release) -> Declared:
    """What a file declares: nothing, if it is found in a directory and is no file of guests."""
    declared, ending = Declared(str(file.path), release), file.path.suffix.lower()
    if file.closed:
        declared.findings.append(_unreadable(declared, file.closed, READABLE))
        return declared
    try:
        unfit = _unfit(file.path)
        content = b"" if unfit else file.path.read_bytes()
    except OSError as wrong:
        remedy = READABLE if isinstance(wrong, PermissionError) else ANOTHER
        declared.findings.append(_unreadable(declared, _reason(wrong), remedy))
        return declared
    text = content.decode("utf-8", "surrogateescape")
    if unfit and file.named:
        declared.findings.append(_unreadable(declared, unfit, ANOTHER))
    elif ending in YAML_ENDINGS and file.path.name not in DOCUMENTED_OPTIONS:
        read_declared(text, declared)
    elif file.named or _is_xl_cfg(content, ending):
        declared.guests.append(lint_text(text, release, declared.filename))
    return declared


def _unfit(path: Path) -> str:
    """Why a file is not even opened: who opens a pipe to which nobody writes waits for ever."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return "it is no plain file"
    return f"it has more than {LARGEST >> 20} MiB" if status.st_size > LARGEST else ""


def _is_xl_cfg(content: bytes, ending: str) -> bool:
    """Whether a file found in a directory is one: it sets something that guests have, and does not begin otherwise."""
    first = FIRST_LINE.match(content)
    line = first.group(1) if first else b""
    begins = not line.startswith(b"[") if ending in XL_CFG_ENDINGS else STATEMENT.match(line) is not None
    return begins and OF_A_GUEST.search(content) is not None


def _unreadable(file: Declared, why: str, remedy: str) -> Finding:
    where = {"filename": file.filename, "line": 1, "column": 1, "release": file.release}
    return finding("unreadable", f"it cannot be read: {why}", remedy=remedy, **where)
