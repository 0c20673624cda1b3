# SPDX-License-Identifier: GPL-3.0-or-later
"""GRUB on a host. Whatever happens in between, the menu that is there can be booted."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.grub_menu import (
    Entry,
    Menu,
    base,
    read_environment,
    read_menu,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.boot_running import release_of_file
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import read_text, replace_file, settle_directory
from ansible_collections.xlops.xen.plugins.module_utils._host.messages import plain
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import find_program
from ansible_collections.xlops.xen.plugins.module_utils._host.process import Finished, run
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot import KEEP, Booting, Wanted
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot_grub import (
    SETTINGS,
    Plan,
    Seen,
    Settings,
    drop_in,
    menu_faults,
    plan,
)

DROP_IN = "xlops-xen.cfg"
DROP_IN_MODE = 0o644
CANDIDATE = ".grub.cfg.xlops"
# By the name that GRUB 2 has on a distribution: its directory in /boot, and the beginning of its programs' names.
FLAVOURS = (("grub", "grub"), ("grub2", "grub2"))
MENU_LIMIT = 900.0  # os-prober looks into every partition
LIMIT = 60.0
ERROR_LINES = 4
LONGEST_SAID = 300

# GRUB's settings are a shell's. grub-mkconfig sources them, and so they are sourced here, in its order, but with our
# file as it shall be. What they print is no setting. Its library comes first: Debian's xen.cfg calls functions of it.
READ_SETTINGS = """
set -e
xlops_ours=$1 xlops_text=$2 xlops_library=$3
shift 3
if [ -n "$xlops_library" ]; then pkgdatadir=${{xlops_library%/*}}; . "$xlops_library"; fi >&2
unset {names}
for xlops_file do
    if [ "$xlops_file" = "$xlops_ours" ]; then eval "$xlops_text"; elif [ -e "$xlops_file" ]; then . "$xlops_file"; fi
done >&2
for xlops_name in {names}; do eval "printf '%s\\0' \\"\\${{$xlops_name-}}\\""; done
""".format(names=" ".join(SETTINGS))

# File systems and layers on which GRUB cannot write, so that it would never forget a single boot.
UNWRITABLE_FILE_SYSTEMS = ("btrfs", "zfs", "squash4", "iso9660")


@dataclass(frozen=True)
class Grub:
    """GRUB of one host."""

    paths: Paths
    directory: str
    prefix: str

    @property
    def menu_path(self) -> str:
        return f"{self.directory}/grub.cfg"

    @property
    def environment_path(self) -> str:
        return f"{self.directory}/grubenv"

    @property
    def drop_in_path(self) -> str:
        return f"{self.paths.defaults}/grub.d/{DROP_IN}"

    def program(self, name: str) -> str:
        found = find_program(f"{self.prefix}-{name}")
        if found is None:
            raise HostError(f"the host has no program {self.prefix}-{name}: install GRUB's own programs")
        return found

    def menu(self, path: str = "") -> Menu:
        """The menu; a hypervisor whose file is a link has the name of what it leads to."""
        menu = read_menu(read_text(path or self.menu_path) or "")
        return replace(menu, entries=tuple(self._resolved(entry) for entry in menu.entries))

    def _resolved(self, entry: Entry) -> Entry:
        path = self._on_host(entry.hypervisor)
        if not entry.of_xen or entry.release or not release_of_file(path):
            return entry
        return replace(entry, hypervisor=os.path.realpath(path))

    def _on_host(self, path: str) -> str:
        """A file of the menu: what GRUB calls by its place in a file system of its own is in /boot."""
        return f"{self.paths.boot}/{base(path)}"

    def missing(self, entry: Entry) -> list[str]:
        return [path for path in entry.files if not any(map(os.path.exists, self._places(path)))]

    def _places(self, path: str) -> list[str]:
        return [self._on_host(path), *(f"{esp}{path}" for esp in self.paths.esp)]

    def environment(self) -> Mapping[str, str]:
        return read_environment(read_text(self.environment_path) or "")

    def settings(self, ours: str | None) -> Settings:
        """What GRUB's files say together, with our file having this text, or with none."""
        directory = os.path.dirname(self.drop_in_path)
        others = {*_names(directory), os.path.basename(self.drop_in_path)}
        files = [f"{self.paths.defaults}/grub", *(f"{directory}/{name}" for name in sorted(others))]
        library = next(filter(os.path.exists, self.paths.grub_library), "")
        done = run(["sh", "-c", READ_SETTINGS, "sh", self.drop_in_path, ours or "", library, *files], LIMIT)
        values = done.output.split("\0")
        if not done.ok or len(values) != len(SETTINGS) + 1:
            raise HostError(
                f"GRUB's settings in {self.paths.defaults}/grub and {directory} cannot be read{_said(done)}. "
                "Nothing was changed: mend them first"
            )
        return Settings(dict(zip(SETTINGS, values)))

    def steps(self, planned: Plan) -> list[str]:
        """What a plan does, for a reader."""
        said = []
        if planned.write:
            said.append(f"{'remove' if planned.drop_in is None else 'write'} {self.drop_in_path}")
        if planned.regenerate:
            said.append(f"{self.prefix}-mkconfig -o {self.menu_path}")
        for program, name in (("set-default", planned.default), ("reboot", planned.once)):
            if name:
                said.append(f"{self.prefix}-{program} {name}")
        if planned.forget:
            said.append(f"{self.prefix}-editenv {self.environment_path} unset next_entry")
        return said

    def check(self, wanted: Wanted) -> None:
        """Whether what is asked can be done with this GRUB at all."""
        if "default/grub.d" not in (read_text(self.program("mkconfig")) or ""):
            raise HostError(
                f"{self.prefix}-mkconfig here does not read {os.path.dirname(self.drop_in_path)}, so a boot entry "
                "cannot be declared beside what the administrator set"
            )
        if wanted.once != KEEP:
            self._check_memory()

    def _check_memory(self) -> None:
        """GRUB forgets a single boot by writing to a file in place, which it can do on plain partitions alone."""
        layers = self._probe("abstraction")
        system = self._probe("fs")
        if layers or system in UNWRITABLE_FILE_SYSTEMS:
            raise HostError(
                f"{self.directory} is on {' '.join(layers.split()) or system}, where GRUB cannot write, so it would "
                "boot the entry of a single boot again and again: leave once out, or put /boot on a plain partition"
            )

    def _probe(self, target: str) -> str:
        done = run([self.program("probe"), f"--target={target}", self.directory], LIMIT)
        if not done.ok:
            raise HostError(f"{self.prefix}-probe does not tell what {self.directory} is on{_said(done)}")
        return done.output.strip()

    def look(self, wanted: Wanted, release: str, running: Booting) -> tuple[Seen, Plan]:
        menu, environment = self.menu(), self.environment()
        bare = self.settings(None)
        text = drop_in(wanted, menu, bare, environment)
        found = read_text(self.drop_in_path)
        seen = Seen(found, menu, environment, bare, self.settings(text), release, running)
        return seen, plan(wanted, seen)

    def apply(self, wanted: Wanted, seen: Seen, planned: Plan) -> tuple[Menu, Plan]:
        """Carry a plan out; where that fails, all is as it was. What is booted is chosen from the menu that is."""
        menu, chosen = seen.menu, planned
        with self._taking_back(seen, planned):
            if planned.write:
                self._write_drop_in(planned.drop_in)
            if planned.regenerate:
                with self._candidate() as candidate:
                    menu = self._made(candidate, wanted, seen)
                    chosen = plan(wanted, replace(seen, menu=menu, drop_in=planned.drop_in))
                    self._note(chosen)
                    self._publish(candidate)
            else:
                self._note(chosen)
        if chosen.once:
            self._act("reboot", chosen.once)
        if chosen.forget:
            self._forget("next_entry")
        return menu, replace(planned, default=chosen.default, once=chosen.once, entry=chosen.entry)

    def _write_drop_in(self, text: str | None) -> None:
        directory = os.path.dirname(self.drop_in_path)
        if text is None:
            with suppress(FileNotFoundError):
                os.unlink(self.drop_in_path)
            settle_directory(directory)
            return
        os.makedirs(directory, mode=0o755, exist_ok=True)
        replace_file(self.drop_in_path, text.encode(), DROP_IN_MODE)

    @contextmanager
    def _candidate(self) -> Iterator[str]:
        """Where a menu is made that is not used yet. grub-mkconfig has a file of its own beside it."""
        path = f"{self.directory}/{CANDIDATE}"
        try:
            yield path
        finally:
            for leftover in (path, f"{path}.new"):
                with suppress(FileNotFoundError):
                    os.unlink(leftover)

    def _made(self, candidate: str, wanted: Wanted, seen: Seen) -> Menu:
        menu = self._written(candidate)
        faults = list(menu_faults(wanted, menu, seen.release, self.missing))
        if faults:
            raise HostError(f"{self.prefix}-mkconfig made a menu that must not be used: {'; '.join(faults)}")
        return menu

    def _written(self, candidate: str) -> Menu:
        """A menu that GRUB can read, on disk."""
        done = run([self.program("mkconfig"), "-o", candidate], MENU_LIMIT)
        if not done.ok or not os.path.exists(candidate):
            raise HostError(f"{self.prefix}-mkconfig failed{_said(done)}")
        checked = run([self.program("script-check"), candidate], LIMIT)
        if not checked.ok:
            raise HostError(f"{self.prefix}-mkconfig made a menu that GRUB cannot read{_said(checked)}")
        with open(candidate, "rb") as file:
            os.fsync(file.fileno())
        return self.menu(candidate)

    def _publish(self, candidate: str) -> None:
        os.replace(candidate, self.menu_path)
        settle_directory(self.directory)

    def _note(self, chosen: Plan) -> None:
        """The default entry, before the menu that asks for it: what is noted and not there counts for the first."""
        if chosen.default:
            self._act("set-default", chosen.default)

    def _act(self, program: str, *arguments: str) -> None:
        done = run([self.program(program), *arguments], LIMIT)
        if not done.ok:
            raise HostError(f"{self.prefix}-{program} {' '.join(arguments)} failed{_said(done)}")

    def _forget(self, name: str) -> None:
        self._act("editenv", self.environment_path, "unset", name)

    @contextmanager
    def _taking_back(self, seen: Seen, planned: Plan) -> Iterator[None]:
        try:
            yield
        except (ConfigError, HostError, OSError) as fault:
            left = self._take_back(seen, planned)
            reason = f"the host refused: {fault}" if isinstance(fault, OSError) else str(fault)
            raise HostError(
                f"{reason}. {f'What was done could not be undone: {left}' if left else 'What was done was undone'}"
            ) from None

    def _take_back(self, seen: Seen, planned: Plan) -> str:
        try:
            if planned.write and read_text(self.drop_in_path) != seen.drop_in:
                self._write_drop_in(seen.drop_in)
            noted = seen.environment.get("saved_entry")
            if self.environment().get("saved_entry") != noted:
                if noted:
                    self._act("set-default", noted)
                else:
                    self._forget("saved_entry")
        except (HostError, OSError) as fault:
            return str(fault)
        return ""


def find_grub(paths: Paths) -> Grub | None:
    for directory, prefix in FLAVOURS:
        if os.path.exists(f"{paths.boot}/{directory}/grub.cfg"):
            return Grub(paths, f"{paths.boot}/{directory}", prefix)
    return None


def _names(directory: str) -> list[str]:
    with suppress(FileNotFoundError, NotADirectoryError):
        return [name for name in os.listdir(directory) if name.endswith(".cfg") and not name.startswith(".")]
    return []


def _said(done: Finished) -> str:
    """The end of what a program complained of."""
    if done.code is None:
        return f": it did not end within {MENU_LIMIT if 'mkconfig' in done.argv[0] else LIMIT:g} s"
    lines = [plain(line).strip() for line in done.errors.splitlines() if line.strip()][-ERROR_LINES:]
    return f": {'; '.join(lines)[-LONGEST_SAID:] if lines else f'it ended with {done.code}'}"
