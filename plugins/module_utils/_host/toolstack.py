# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host has of Xen's toolstack, read with one process; and which units run with what they had before a change."""

from __future__ import annotations

import glob
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace

from ansible_collections.xlops.xen.plugins.module_utils._config.settings_file import SHELL, Style, values_in
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import entries, read_text, replace_file
from ansible_collections.xlops.xen.plugins.module_utils._host.messages import LINE_LENGTH, plain_lines
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import ADMIN_DIRECTORIES
from ansible_collections.xlops.xen.plugins.module_utils._host.systemd import said, show
from ansible_collections.xlops.xen.plugins.module_utils._host.unit_files import UnitFiles
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack_seen import PROPERTIES, Seen, State
from ansible_collections.xlops.xen.plugins.module_utils._release.units import HELPER, HELPER_TEXT
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_settings import DEBIANS_NAME
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_unit_texts import NOTIFIES, SILENT
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import (
    DEBIAN,
    MODULES_UNIT,
    NONE,
    SCRIPTS,
    SIGNS,
    SYSV,
    UNITS,
    UPSTREAM,
    XENCOMMONS,
)

PACKAGED = ("/usr/lib/systemd/system", "/lib/systemd/system", "/usr/local/lib/systemd/system")
OUTDATED = "/run/xlops-xen-outdated"  # goes with a boot, as what it is about
# More names of a program, and directories that hold some of them.
ALSO_CALLED = {"xenstored": ("oxenstored",), "qemu-system-i386": ("xen-qemu-system-i386",)}
HELPERS = ("/usr/libexec", "/usr/libexec/xen/bin", "/usr/lib/xen/bin")
TELLS_SYSTEMD = (b"libsystemd", b"NOTIFY_SOCKET")
SETTINGS_FILE = re.compile(r"^EnvironmentFile=-?(/\S+)/xencommons$", re.MULTILINE)
LAST_LINES = 5


@dataclass(frozen=True)
class Toolstack:
    """The toolstack of a host, of a release."""

    paths: Paths
    release: Release
    under_xen: bool

    @property
    def files(self) -> UnitFiles:
        return UnitFiles(self.paths)

    @property
    def helper(self) -> str:
        return f"{self.paths.root}{HELPER}"

    def observe(self) -> Seen:
        scripts = {script for each in SCRIPTS.values() for script in each}
        names = sorted({*UNITS, MODULES_UNIT, *(script.unit for script in scripts)})
        units = {name: State(shown) for name, shown in show(PROPERTIES, names).items()}
        silent = [name for name in names if name not in units]
        if silent:
            raise HostError(f"systemctl show says nothing of {', '.join(silent)}: see 'systemctl status'")
        there = frozenset(script.path for script in scripts if os.path.exists(self.paths.root + script.path))
        seen = Seen(
            self.release,
            _origin(units, there),
            self.under_xen,
            units,
            self._files(names),
            {name: text for name in UNITS for text in [self._text(units.get(name, State()))] if text},
            frozenset(name for name in UNITS for directory in PACKAGED if self._is_file(f"{directory}/{name}")),
            there,
            frozenset(script.unit for script in scripts if self._linked(script.path)),
            scripts_dir=self.paths.scripts_dir,
            helper=self.helper,
            helper_is_right=read_text(self.helper) == HELPER_TEXT and os.access(self.helper, os.X_OK),
            outdated=self._outdated(units),
            unread=os.path.exists(self.paths.changed_units),
            socket=any(os.path.exists(path) for path in self.paths.xenstore_sockets),
        )
        programs = self._programs()
        settings_path = (
            f"{self.settings_directory(seen)}/{DEBIANS_NAME.get(XENCOMMONS) if seen.origin == DEBIAN else XENCOMMONS}"
        )
        said = values_in(read_text(settings_path) or "", Style(SHELL, settings_path))
        return replace(
            seen,
            programs=programs,
            xenstored=_kind(programs.get("xenstored", "")),
            settings_path=settings_path,
            # A xenstore that is a domain has none.
            socket=seen.socket or said.get("XENSTORETYPE") == "domain",
        )

    def settings_directory(self, seen: Seen) -> str:
        """/etc/default or /etc/sysconfig, as it was built in: the units say. What is linked there from a release with a
        prefix of its own is the host's."""
        for text in seen.texts.values():
            match = SETTINGS_FILE.search(text)
            if match:
                return os.path.dirname(os.path.realpath(f"{match[1]}/{XENCOMMONS}"))
        system = f"{self.paths.root}/etc/sysconfig"
        return system if os.path.isfile(f"{system}/{XENCOMMONS}") else self.paths.defaults

    def write_helper(self) -> None:
        os.makedirs(os.path.dirname(self.helper), mode=0o755, exist_ok=True)
        replace_file(self.helper, HELPER_TEXT.encode(), 0o755)

    def last_lines(self, seen: Seen, name: str) -> list[str]:
        """What a unit said last: foreign text, so bounded and without control characters."""
        start = seen.unit(name)["InvocationID"]
        lines = [line.strip() for line in plain_lines(said(start))] if start else []
        return [line[:LINE_LENGTH] for line in lines if line][-LAST_LINES:]

    def mark_outdated(self, seen: Seen, names: tuple[str, ...]) -> None:
        """Before files are changed: where the run dies in between, the next one knows what a unit runs without."""
        for name in names:
            start = seen.unit(name)["InvocationID"]
            if start and name not in seen.outdated:
                os.makedirs(self._marks, mode=0o755, exist_ok=True)
                replace_file(f"{self._marks}/{name}", f"{start}\n".encode(), 0o644)

    def forget_outdated(self, names: tuple[str, ...]) -> None:
        for name in names:
            with suppress(FileNotFoundError):
                os.unlink(f"{self._marks}/{name}")

    @property
    def _marks(self) -> str:
        return f"{self.paths.root}{OUTDATED}"

    def _outdated(self, units: dict[str, State]) -> frozenset[str]:
        """Units that have not been started since they were marked."""
        marked = {name: (read_text(f"{self._marks}/{name}") or "").strip() for name in entries(self._marks)}
        return frozenset(
            name
            for name, start in marked.items()
            if name in units and start and units[name].active and units[name]["InvocationID"] == start
        )

    def _files(self, names: list[str]) -> dict[str, str | None]:
        files = self.files
        there = set(files.names())
        paths = [name for name in names if name in there]
        paths += [f"{name}.d/{base}" for name in names if f"{name}.d" in there for base in files.names(f"{name}.d")]
        return {path: files.read(path) for path in paths}

    @staticmethod
    def _text(state: State) -> str:
        """A unit's own text; a start script has one that systemd made."""
        path = state["FragmentPath"]
        return (read_text(path) or "") if path and not state["SourcePath"] else ""

    def _is_file(self, path: str) -> bool:
        return os.path.isfile(self.paths.root + path)

    def _linked(self, script: str) -> bool:
        """Whether a start script is run in one of the levels that systemd takes for a host at work."""
        return bool(glob.glob(f"{self.paths.root}/etc/rc[2345].d/S[0-9][0-9]{os.path.basename(script)}"))

    def _programs(self) -> dict[str, str]:
        """What units run. Of several releases, the program of this one."""
        own = [directory for pattern in self.paths.private_bin for directory in sorted(glob.glob(pattern))]
        own.sort(key=lambda directory: not re.search(rf"[-/]{re.escape(str(self.release))}(?![0-9])", directory))
        directories = [
            *own,
            *(self.paths.root + directory for directory in HELPERS),
            *os.environ.get("PATH", "").split(os.pathsep),
            *ADMIN_DIRECTORIES,
            self.paths.scripts_dir,
        ]
        search = os.pathsep.join(directories)
        found = {}
        for name in sorted({*(row.program for row in UNITS.values()), "xenstore-read", "launch-xenstore"} - {""}):
            places = (shutil.which(one, path=search) for one in (name, *ALSO_CALLED.get(name, ())))
            place = next(filter(None, places), None)
            if place:
                found[name] = place
        return found


def _origin(units: dict[str, State], scripts: frozenset[str]) -> str:
    """Who starts xenstored."""
    store = units.get("xenstored.service", State())
    if store.there and not store["SourcePath"] and not store.masked:
        return UPSTREAM
    for origin in (DEBIAN, SYSV):
        unit = f"{os.path.basename(SIGNS[origin])}.service"
        if SIGNS[origin] in scripts and not units.get(unit, State()).masked:
            return origin
    return NONE


def _kind(program: str) -> str:
    """Whether a xenstored tells systemd when it is ready."""
    try:
        with open(program, "rb") as file:
            content = file.read(64 << 20)
    except OSError:
        return ""
    return NOTIFIES if any(sign in content for sign in TELLS_SYSTEMD) else SILENT
