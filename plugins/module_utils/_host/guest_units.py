# SPDX-License-Identifier: GPL-3.0-or-later
"""The units of guests on a host: their files, which are read and written without systemd, and their starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import entries
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.systemd import (
    JOURNAL_DELAY,
    said,
    show,
    systemctl,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.unit_files import UnitFiles, settled_program
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import CREATE_LIMIT, sentence
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Units, is_ours
from ansible_collections.xlops.xen.plugins.module_utils._plan.units import (
    DROP_IN,
    SHARES_DROP_IN,
    TEMPLATE,
    drop_in_name,
    is_guests,
    template_text,
    unit_name,
)


@dataclass(frozen=True)
class GuestUnits:
    """``xl`` is the program by which units make guests."""

    paths: Paths
    xl: str
    limit: float = CREATE_LIMIT

    @property
    def files(self) -> UnitFiles:
        return UnitFiles(self.paths)

    @property
    def standard(self) -> str:
        return template_text(settled_program(self.xl), self.paths.config_dir)

    def read(self, names: Iterable[str]) -> Units:
        """Everything, but the drop-ins of the named guests alone."""
        files = self.files
        found = frozenset(files.names())
        template = files.read(TEMPLATE) if TEMPLATE in found else None
        drop_ins = {name: files.read(drop_in_name(name)) for name in names if f"{unit_name(name)}.d" in found}
        ours = template is not None and is_ours(template)
        return Units(
            systemd=files.systemd,
            standard=self.standard,
            template=template,
            drop_ins={name: text for name, text in drop_ins.items() if text is not None},
            enabled=frozenset(filter(is_guests, entries(self.paths.wanted_units)) if ours else ()),
            files=found,
        )

    def write(self, name: str, text: str) -> Callable[[], None]:
        """The texts of a guest's unit. Calling the result takes back the guest's own."""
        files, path = self.files, drop_in_name(name)
        former = files.read(path)
        if files.read(TEMPLATE) != self.standard:
            files.write(TEMPLATE, self.standard)
        files.write(path, text)
        return lambda: files.put(path, former)

    def enable(self, name: str) -> Callable[[], None]:
        """Start a guest when the host boots. Calling the result takes it back."""
        self.files.link(unit_name(name), TEMPLATE)
        return lambda: self.files.unlink(unit_name(name))

    def disable(self, name: str) -> Callable[[], None]:
        """Leave nothing of a guest's unit. Calling the result brings back what there was."""
        files, unit = self.files, unit_name(name)
        linked = files.linked(unit)
        former = {path: files.read(path) for path in (drop_in_name(name, base) for base in (SHARES_DROP_IN, DROP_IN))}
        files.unlink(unit)
        for path, text in former.items():
            if text is not None or path == drop_in_name(name):
                files.put(path, None)

        def bring_back() -> None:
            for path, text in former.items():
                if text is not None:
                    files.write(path, text)
            if linked:
                self.enable(name)

        return bring_back

    def move(self, former: str, name: str) -> Callable[[], None]:
        """Have the unit of a guest's new name start it, none of its former one. Calling the result takes it back."""
        files, before, after = self.files, unit_name(former), unit_name(name)
        linked, text = files.linked(before), files.read(drop_in_name(former))
        shares = files.read(drop_in_name(former, SHARES_DROP_IN))
        if linked:
            files.relink(before, after)
        if shares is not None:
            files.write(drop_in_name(name, SHARES_DROP_IN), shares)
            files.put(drop_in_name(former, SHARES_DROP_IN), None)
        if text is not None:
            files.put(drop_in_name(former), None)

        def bring_back() -> None:
            if text is not None:
                files.write(drop_in_name(former), text)
            if shares is not None:
                files.write(drop_in_name(former, SHARES_DROP_IN), shares)
                files.put(drop_in_name(name, SHARES_DROP_IN), None)
            if linked:
                files.relink(after, before)

        return bring_back

    def reload(self) -> bool:
        """Have systemd read what was changed, if anything was."""
        return self.files.reload()

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
