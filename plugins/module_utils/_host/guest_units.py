# SPDX-License-Identifier: GPL-3.0-or-later
"""The units of guests on a host: their files, which are read and written without systemd, and their starts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import (
    CANDIDATE_SUFFIX,
    entries,
    read_text,
    replace_file,
    settle_directory,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.systemd import (
    JOURNAL_DELAY,
    said,
    show,
    systemctl,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import CREATE_LIMIT, sentence
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Units, is_ours
from ansible_collections.xlops.xen.plugins.module_utils._plan.units import (
    DROP_IN,
    TEMPLATE,
    is_guests,
    template_text,
    unit_name,
)

MODE = 0o644  # systemd complains of less, and there is no secret in them


@dataclass(frozen=True)
class GuestUnits:
    """``xl`` is the program by which units make guests."""

    paths: Paths
    xl: str
    limit: float = CREATE_LIMIT

    @property
    def standard(self) -> str:
        # Of /sbin and /usr/sbin, which are one, each user finds another first.
        directory, base = os.path.split(self.xl)
        return template_text(os.path.join(os.path.realpath(directory), base), self.paths.config_dir)

    def read(self, names: Iterable[str]) -> Units:
        """Everything, but the drop-ins of the named guests alone."""
        found = frozenset(entries(self.paths.units))
        template = read_text(self._template) if TEMPLATE in found else None
        drop_ins = {name: read_text(self._drop_in(name)) for name in names if f"{unit_name(name)}.d" in found}
        ours = template is not None and is_ours(template)
        return Units(
            systemd=os.path.isdir(self.paths.systemd),
            standard=self.standard,
            template=template,
            drop_ins={name: text for name, text in drop_ins.items() if text is not None},
            enabled=frozenset(filter(is_guests, entries(self.paths.wanted_units)) if ours else ()),
            files=found,
        )

    def write(self, name: str, text: str) -> Callable[[], None]:
        """The texts of a guest's unit. Calling the result takes back the guest's own."""
        former = read_text(self._drop_in(name))
        self._mark()
        if read_text(self._template) != self.standard:
            replace_file(self._template, self.standard.encode(), MODE)
        self._write_drop_in(name, text)
        return lambda: self._put_back(name, former)

    def enable(self, name: str) -> Callable[[], None]:
        """Start a guest when the host boots. Calling the result takes it back."""
        os.makedirs(self.paths.wanted_units, mode=0o755, exist_ok=True)
        with suppress(FileNotFoundError):
            os.unlink(self._link(name))
        os.symlink(self._template, self._link(name))
        settle_directory(self.paths.wanted_units)
        return lambda: self._unlink(name)

    def disable(self, name: str) -> Callable[[], None]:
        """Leave nothing of a guest's unit. Calling the result brings back what there was."""
        former, linked = read_text(self._drop_in(name)), os.path.lexists(self._link(name))
        self._unlink(name)
        self._put_back(name, None)

        def bring_back() -> None:
            self._put_back(name, former)
            if linked:
                self.enable(name)

        return bring_back

    def move(self, former: str, name: str) -> Callable[[], None]:
        """Have the unit of a guest's new name start it, none of its former one. Calling the result takes it back."""
        text, linked = read_text(self._drop_in(former)), os.path.lexists(self._link(former))
        if linked:
            os.replace(self._link(former), self._link(name))
            settle_directory(self.paths.wanted_units)
        if text is not None:
            self._put_back(former, None)

        def bring_back() -> None:
            if text is not None:
                self._put_back(former, text)
            if linked:
                os.replace(self._link(name), self._link(former))
                settle_directory(self.paths.wanted_units)

        return bring_back

    def reload(self) -> bool:
        """Have systemd read what was changed, if anything was."""
        if not os.path.exists(self.paths.changed_units):
            return False
        finished = systemctl("daemon-reload")
        if not finished.ok:
            raise GuestError(f"{sentence('systemctl daemon-reload', finished)}; so systemd has the former units")
        os.unlink(self.paths.changed_units)
        return True

    def forget(self, names: Iterable[str]) -> None:
        """Let no guest be listed as failed that has no unit any more. Of most there is nothing to forget."""
        systemctl("reset-failed", "--", *map(unit_name, names))

    def start(self, name: str) -> None:
        """Make a guest by its unit, which it needs no other unit for: what it depends on was looked at before."""
        self.reload()
        unit = unit_name(name)
        finished = systemctl("start", "--job-mode=ignore-dependencies", "--", unit, limit=self.limit)
        if finished.code is None or finished.code < 0:  # whom systemctl waited for works on
            systemctl("kill", "--kill-who=control", "--signal=KILL", "--", unit)
        shown = show(["Result", "InvocationID"], [unit]).get(unit, {})
        if shown.get("Result") == "exec-condition":
            raise GuestError(f"{unit} has not started it: a domain of this name is there already, see 'xl list'")
        if finished.ok:
            return
        start = shown.get("InvocationID", "")
        words = (start and said(start, JOURNAL_DELAY)) or finished.errors
        raise GuestError(sentence(f"systemctl start {unit}", replace(finished, errors=words), self.limit))

    @property
    def _template(self) -> str:
        return f"{self.paths.units}/{TEMPLATE}"

    def _drop_in(self, name: str) -> str:
        return f"{self.paths.units}/{unit_name(name)}.d/{DROP_IN}"

    def _link(self, name: str) -> str:
        return f"{self.paths.wanted_units}/{unit_name(name)}"

    def _write_drop_in(self, name: str, text: str) -> None:
        path = self._drop_in(name)
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        replace_file(path, text.encode(), MODE)
        settle_directory(self.paths.units)

    def _put_back(self, name: str, text: str | None) -> None:
        self._mark()
        if text is not None:
            self._write_drop_in(name, text)
            return
        directory, base = os.path.split(self._drop_in(name))
        for entry in entries(directory):
            if entry == base or entry.endswith(CANDIDATE_SUFFIX):
                os.unlink(f"{directory}/{entry}")
        with suppress(OSError):  # somebody else has drop-ins there
            os.rmdir(directory)
        settle_directory(self.paths.units)

    def _unlink(self, name: str) -> None:
        with suppress(FileNotFoundError):
            os.unlink(self._link(name))
            settle_directory(self.paths.wanted_units)

    def _mark(self) -> None:
        """Before a text is changed: where the run dies, the next one knows that systemd has not read it."""
        with open(self.paths.changed_units, "ab"):
            pass
