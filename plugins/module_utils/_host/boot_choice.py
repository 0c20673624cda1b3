# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing among the hypervisors in GRUB's menu. Whatever happens in between, the default entry can be booted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ansible_collections.xlops.xen.plugins.module_utils._config.grub_menu import Menu
from ansible_collections.xlops.xen.plugins.module_utils._host.boot_grub import Grub
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import read_text
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot import Booting, Wanted
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot_choice import (
    SETTINGS,
    entry_of,
    faults,
    plan,
    stays_away,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot_grub import SAVED, Plan, Seen

# Sorts after the file that xen_boot and xen_host write, whose words stay as they are.
DROP_IN = "xlops-xen.default.cfg"


@dataclass(frozen=True)
class Chooser(Grub):
    """GRUB of one host, as far as it chooses. Hypervisors are named by their files in /boot."""

    @property
    def drop_in_path(self) -> str:
        return f"{self.paths.defaults}/grub.d/{DROP_IN}"

    def plan(self, default: str, once: str = "") -> tuple[Seen, Plan]:
        """What is there, and what has to be done. HostError where it would not do."""
        self.check(Wanted(once=once or "keep"))
        settings = self.settings(SETTINGS)
        if settings.default != SAVED:
            raise HostError(
                f"something that GRUB reads after {self.drop_in_path} sets GRUB_DEFAULT to {settings.default}: remove "
                "it, or let it sort before"
            )
        found = read_text(self.drop_in_path)
        seen = Seen(found, self.menu(), self.environment(), settings, settings, "", Booting(True))
        planned = plan(default, once, seen)
        if not planned.regenerate:
            self._refuse(seen.menu, [file for file in (default, once) if file])
        return seen, planned

    def notes_default(self) -> bool:
        """Whether the default entry is one that was noted, and not the first, or the one of some title."""
        return read_text(self.drop_in_path) == SETTINGS and self.menu().default == SAVED

    def stays_away(self, file: str) -> list[str]:
        """Why the machine would not come back by itself from a hypervisor."""
        menu, settings = self.menu(), self.settings(SETTINGS)
        entry = entry_of(menu, file) if menu.default == SAVED else None
        lines = (settings.xen_words, settings.linux_words) if entry is None else (entry.xen_words, entry.linux_words)
        return list(stays_away(*lines))

    def carry_out(self, seen: Seen, planned: Plan, default: str, once: str = "") -> None:
        """Where it fails, all is as it was. The default is noted before a menu that asks for it is there."""
        chosen = planned
        with self._taking_back(seen, planned):
            if planned.write:
                self._write_drop_in(planned.drop_in)
            if planned.regenerate:
                with self._candidate() as candidate:
                    menu = self._made_for(candidate, [file for file in (default, once) if file])
                    chosen = plan(default, once, replace(seen, menu=menu))
                    self._note(chosen)
                    self._publish(candidate)
            else:
                self._note(chosen)
        if chosen.once:
            self._act("reboot", chosen.once)

    def forget_single_boot(self) -> None:
        if self.environment().get("next_entry"):
            self._forget("next_entry")

    def _made_for(self, candidate: str, files: list[str]) -> Menu:
        menu = self._written(candidate)
        self._refuse(menu, files)
        return menu

    def _refuse(self, menu: Menu, files: list[str]) -> None:
        found = list(faults(menu, files, self.missing))
        if found:
            raise HostError(f"GRUB's menu cannot be used: {'; '.join(found)}")
