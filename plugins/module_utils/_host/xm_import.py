# SPDX-License-Identifier: GPL-3.0-or-later
"""The guest files of an xm host on disk: a directory is read, files for xl are written, nothing else is replaced."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import counted, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_directory import (
    DECLARATIONS,
    REPORT,
    GuestFile,
    import_directory,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_import import supported, usable
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_lexer import LARGEST
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_report import report
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import DECISION, counts, without_secrets
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError

AUTO = "auto"
FILE_MODE, DIRECTORY_MODE = 0o600, 0o700
MOST_SHOWN = 20


@dataclass
class SourceFiles:
    """What was found: texts by name, why other entries have none, and who is started when the host boots."""

    texts: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    autostarted: set[str] = field(default_factory=set)


def import_as_asked(asked: Mapping[str, Any], check: bool, diff: bool) -> dict[str, Any]:
    """Convert a directory, or a single file, into another directory; what the module says about it."""
    source, dest = asked["src"], asked["dest"]
    if os.path.realpath(source) == os.path.realpath(dest):
        raise HostError(f"{shown(dest)} is where the files of xm are; give another directory for those of xl")
    files = read_source(source)
    directory = import_directory(
        files.texts, supported(asked["release"]), usable(asked["variables"]), files.autostarted
    )
    directory.others.update(files.others)
    outputs = {**directory.configs(), REPORT: report(directory)}
    if asked["declarations"]:
        outputs[DECLARATIONS] = directory.declarations()
    plans = [_Output(os.path.join(dest, name), content) for name, content in sorted(outputs.items())]
    _refuse_foreign(plans, dest, asked["force"])
    changed = [plan for plan in plans if plan.differs]
    if changed and not check:
        os.makedirs(dest, mode=DIRECTORY_MODE, exist_ok=True)
        for plan in changed:
            plan.write()
    told = os.path.join(dest, REPORT)
    converted = sum(bool(guest.output) for guest in directory.guests)
    decisions = sum(guest.imported.decisions for guest in directory.guests if guest.imported)
    return {
        "changed": bool(changed),
        "guests": [_said(guest) for guest in directory.guests],
        "clashes": [str(clash) for clash in directory.clashes],
        "no_guests": directory.others,
        "files": [plan.path for plan in plans],
        "report": told,
        "decisions": decisions,
        "summary": f"{converted} of {counted(len(directory.guests), 'guest')} converted, "
        f"{counted(decisions, 'decision')} to make: {told}",
        **({"diff": [plan.diff() for plan in changed]} if diff else {}),
    }


def read_source(source: str) -> SourceFiles:
    """The files of a directory that may be guests. Nothing is followed out of it, and nothing but files is opened."""
    found = SourceFiles()
    try:
        if not os.path.isdir(source):
            _read_entry(found, source, os.path.basename(source), os.path.realpath(source))
            return found
        root = os.path.realpath(source)
        for entry in sorted(os.listdir(source)):
            if os.path.isdir(os.path.join(root, entry)):
                found.others[entry] = "a directory"
            else:
                _read_entry(found, os.path.join(root, entry), entry, root)
        _read_auto(found, root)
    except OSError as error:
        raise HostError(f"{shown(error.filename or source)} cannot be read: {error.strerror}") from None
    return found


def _read_entry(found: SourceFiles, path: str, name: str, root: str) -> None:
    if os.path.islink(path) and os.path.realpath(path) != root:
        inside = os.path.dirname(os.path.realpath(path)) == root
        found.others[name] = f"a link {'to another file here' if inside else 'out of the directory, not followed'}"
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            found.others[name] = "no plain file"
            return
        content = file.read(4 * LARGEST + 1)
    if len(content) > 4 * LARGEST:
        found.others[name] = "too large for a guest"
        return
    try:
        found.texts[name] = content.decode("utf-8-sig")  # Python passes over a byte order mark
    except UnicodeDecodeError:
        found.texts[name] = content.decode("latin-1")


def _read_auto(found: SourceFiles, root: str) -> None:
    """Links in auto/ say who is started; a file in it is a guest that has no other place."""
    auto = os.path.join(root, AUTO)
    if os.path.islink(auto) or not os.path.isdir(auto):
        return
    for entry in sorted(os.listdir(auto)):
        path = os.path.join(auto, entry)
        if os.path.islink(path):
            directory, base = os.path.split(os.path.realpath(path))
            if directory == root:
                found.autostarted.add(base)
            else:
                found.others[f"{AUTO}/{entry}"] = "a link out of the directory, not followed"
        elif os.path.isfile(path):
            found.autostarted.add(f"{AUTO}/{entry}")
            _read_entry(found, path, f"{AUTO}/{entry}", auto)


class _Output:
    """One file that is to be there."""

    def __init__(self, path: str, content: str) -> None:
        self.path = path
        self.content = content.encode()
        self.before: bytes | None = None
        self.plain = True
        self.mode = FILE_MODE
        with suppress(FileNotFoundError, NotADirectoryError):
            status = os.lstat(path)
            self.plain = stat.S_ISREG(status.st_mode)
            self.mode = stat.S_IMODE(status.st_mode)
            if self.plain:
                with open(path, "rb") as file:
                    self.before = file.read()

    @property
    def foreign(self) -> bool:
        """Whether somebody else's content is there."""
        return not self.plain or self.before not in (None, self.content)

    @property
    def differs(self) -> bool:
        return self.before != self.content or self.mode != FILE_MODE

    def write(self) -> None:
        """Put the file there at once, readable for its owner alone."""
        directory, name = os.path.split(self.path)
        descriptor, candidate = tempfile.mkstemp(".xlops", f".{name[:100]}.", directory)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(self.content)
                file.flush()
                os.fsync(descriptor)
            os.replace(candidate, self.path)
        except BaseException:
            os.unlink(candidate)
            raise

    def diff(self) -> dict[str, str]:
        before = (self.before or b"").decode("utf-8", "replace")
        return {
            "before_header": self.path,
            "after_header": self.path,
            "before": without_secrets(before),
            "after": without_secrets(self.content.decode()),
        }


def _refuse_foreign(plans: list[_Output], dest: str, force: bool) -> None:
    impossible = [plan.path for plan in plans if not plan.plain]
    if impossible:
        raise HostError(f"{dest}: {_listed(impossible)} is no plain file; remove it or choose another directory")
    foreign = [plan.path for plan in plans if plan.foreign]
    if foreign and not force:
        raise HostError(
            f"{dest}: {_listed(foreign)} is there with other content, and nothing was written; look at it, then "
            "remove it, choose another directory, or say force"
        )


def _listed(paths: list[str]) -> str:
    more = f" and {len(paths) - MOST_SHOWN} more" if len(paths) > MOST_SHOWN else ""
    return ", ".join(shown(os.path.basename(path)) for path in paths[:MOST_SHOWN]) + more


def _said(guest: GuestFile) -> dict[str, Any]:
    imported = guest.imported
    rows = imported.rows if imported else []
    return {
        "source": guest.source,
        "name": guest.name,
        "file": guest.output or None,
        "syntax": imported.syntax if imported else None,
        "autostart": bool(imported and imported.autostart),
        "errors": list(guest.refused),
        "counts": counts(rows),
        "decisions": list(_decisions(guest)),
        "remarks": [without_secrets(str(remark)) for remark in imported.remarks] if imported else [],
    }


def _decisions(guest: GuestFile) -> Iterator[str]:
    for row in guest.imported.rows if guest.imported else ():
        if row.action == DECISION:
            place = f"line {row.line}: " if row.line is not None else ""
            yield f"{place}{row.key or row.old}: {row.reason}"
