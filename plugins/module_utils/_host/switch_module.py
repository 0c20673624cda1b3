# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xen_switch: one step nearer to the wanted hypervisor, from whatever the host is at.

A switch goes over a reboot, so that nothing but what is on the host says how far it is: which hypervisor runs, which
one is the default, what is noted as being tried and since which boot.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.grub_menu import base
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import DomainRow
from ansible_collections.xlops.xen.plugins.module_utils._host import health
from ansible_collections.xlops.xen.plugins.module_utils._host.boot_choice import Chooser
from ansible_collections.xlops.xen.plugins.module_utils._host.boot_grub import find_grub
from ansible_collections.xlops.xen.plugins.module_utils._host.boot_running import read_machine, read_running
from ansible_collections.xlops.xen.plugins.module_utils._host.domain_table import DomainTable
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import entries
from ansible_collections.xlops.xen.plugins.module_utils._host.lock import turn_of
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import find_program, ready_xl
from ansible_collections.xlops.xen.plugins.module_utils._host.switch_releases import (
    FORMER,
    Hypervisor,
    Record,
    Releases,
    Try,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.systemd import systemctl
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot_choice import entry_of
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot_grub import boots
from ansible_collections.xlops.xen.plugins.module_utils._release.chooser import TRY_TIMER
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

REFUSE, STOP = "refuse", "stop"
STARTED_BY_GRUB_ON_UEFI = Release(4, 9)
SAVED_GUESTS = "/var/lib/xen/save"
# What the result says of the host.
RUNS, REBOOT, UNHEALTHY = "runs", "reboot", "unhealthy"

Result = dict[str, Any]


def switch_spec() -> dict[str, dict[str, Any]]:
    return {
        "to": {"type": "str", "required": True},
        "guests": {"type": "str", "choices": [REFUSE, STOP], "default": REFUSE},
        "stop_timeout": {"type": "int", "default": 300},
        "deadline": {"type": "int", "default": 900},
        "settle_timeout": {"type": "int", "default": 300},
        "unattended": {"type": "bool", "default": True},
        "executable": {"type": "str", "default": "xl"},
        "lock_timeout": {"type": "int", "default": 300},
    }


def switch_host(module: AnsibleModule, paths: Paths | None = None) -> Result:
    """Do the next step, and give the module's result."""
    result: Result = {}
    with in_one_sentence(module):
        if os.geteuid() != 0:
            raise HostError("what a host boots is changed by root alone: run the task with become: true")
        if module.params["deadline"] <= module.params["settle_timeout"]:
            raise HostError(
                f"deadline is {module.params['deadline']} s: it counts from the boot, and must be longer than the "
                f"{module.params['settle_timeout']} s of settle_timeout and the boot together"
            )
        here = paths or Paths()
        with turn_of(here.lock, module.params["lock_timeout"], module.check_mode):
            result.update(_Switch(module, here).step())
    return result


class _Switch:
    """One run of the module."""

    def __init__(self, module: AnsibleModule, paths: Paths) -> None:
        self.module = module
        self.paths = paths
        self.params: dict[str, Any] = module.params
        self.releases = Releases(paths)
        self.grub = self._grub()
        if not read_running(paths, self.params["executable"]).xen:
            raise HostError("the machine does not run under Xen: boot the hypervisor that it has, by xen_boot, first")
        self.present = self.releases.running(self._default_file())
        self.tried = self.releases.tried()
        self.record = self.releases.record()
        self.target = self._target()
        self.steps: list[str] = []
        self.stopped: list[str] = []

    def _grub(self) -> Chooser:
        grub = find_grub(self.paths)
        if grub is None:
            raise HostError(
                f"there is no grub.cfg in {self.paths.boot}: a hypervisor that the firmware starts itself is chosen by "
                "xen_boot, with once and default"
            )
        return Chooser(grub.paths, grub.directory, grub.prefix)

    def _default_file(self) -> str:
        """The hypervisor that is booted when nobody is there to choose."""
        menu = self.grub.menu()
        entry = boots(menu, menu.default, self.grub.environment())
        return base(entry.hypervisor) if entry else ""

    def _target(self) -> Hypervisor:
        name = str(self.params["to"])
        if name != FORMER:
            return self.releases.named(name)
        if self.tried is not None:
            # Either the way back is being tried, or what shall be left.
            back = self.tried.name == self.record.former
            return self.releases.named(self.tried.name if back else self.tried.former)
        known = self.record.former or (self.record.present if self.record.left else "")
        if not known:
            raise HostError("nothing is known of a former release: no switch was done on this host. Name one in to")
        return self.releases.named(known)

    def step(self) -> Result:
        if self.target == self.present:
            return self._settle()
        if self.tried and self.tried.name == self.target.name and self.tried.boot != self.releases.boot_id():
            raise self._came_back(self.tried)
        return self._arm()

    # The wanted one runs.

    def _settle(self) -> Result:
        wrong = self._wrong()
        if wrong:
            return self._result(UNHEALTHY, wrong)
        file = self.target.file
        seen, planned = self.grub.plan(file)
        self.steps += self.grub.steps(planned)
        if self.tried is not None:
            self.steps.append(f"note that {self.target.name} is no longer tried")
        if not self.module.check_mode:
            if planned.changes:
                self.grub.carry_out(seen, planned, file)
            self._conclude()
        entry = entry_of(self.grub.menu(), file)
        if entry is not None and not entry.simple:
            self.module.warn(
                f"GRUB puts another hypervisor than {file} first, so the default entry is of one kernel, "
                f"{entry.kernel}: when that is removed, GRUB boots the first one of its menu. Run the task again after "
                "kernels changed"
            )
        self.record = self._concluded()
        return self._result(RUNS)

    def _concluded(self) -> Record:
        """What is to be known of the switches so far."""
        if self.tried is None or self.tried.name != self.target.name:
            return self.record
        former = self.tried.former
        back = self.target.name == self.record.former
        return Record(self.target.name, "" if back else former, former if back else "")

    def _conclude(self) -> None:
        """The try is over. What ran before is on disk before the note of the try, which also tells it, is gone."""
        if self.record != self._concluded():
            self.releases.write_record(self._concluded())
        if self.tried is not None:
            self.grub.forget_single_boot()
            self.releases.forget_try()
            # It would find nothing to do; but another switch may be asked for before its time is up.
            if find_program("systemctl"):
                systemctl("stop", TRY_TIMER)

    def _wrong(self) -> list[str]:
        """Complaints; the one that was the host's already is not examined: nothing would be done about it."""
        if self.tried is None and self._default_file() == self.target.file:
            return []
        return health.complaints(
            self.paths, self.params["executable"], self.target.release, self.params["settle_timeout"]
        )

    # It was tried.

    def _came_back(self, tried: Try) -> HostError:
        if not self.module.check_mode:
            self.releases.forget_try()
        return HostError(
            f"Xen {tried.name} was booted once, and the host came back with {self.present.name}, which is still its "
            f"default: either {self.target.file} or its kernel did not come up, or the host was not found healthy "
            f"within {tried.seconds} s. The host's serial console has the reason, and journalctl -b -1 where the "
            "kernel did come up. Run it again to try again"
        )

    # It is to be tried.

    def _arm(self) -> Result:
        self._preflight()
        default, once = self._fallback(), self.target.file
        if default == once:
            return self._go_back()
        seen, planned = self.grub.plan(default, once)
        if self.params["unattended"]:
            away = self.grub.stays_away(once)
            if away:
                raise HostError(
                    f"{once} must not be tried yet, as the host would not come back by itself: {'; '.join(away)}. Or "
                    "have somebody at its console, and set unattended to false"
                )
        guests = self._guests()
        note = Try(self.target.name, self.params["deadline"], self.releases.boot_id(), self.present.name)
        self.steps += [f"shut down {row.name}" for row in guests]
        if self.tried != note:
            self.steps.append(f"note that {note.name} is tried, with {note.seconds} s to be found healthy")
        self.steps += self.grub.steps(planned)
        if not self.module.check_mode:
            self._stop(guests)
            with self._noted(note):
                if planned.changes:
                    self.grub.carry_out(seen, planned, default, once)
        return self._result(REBOOT)

    @contextmanager
    def _noted(self, note: Try) -> Iterator[None]:
        """The note is there before the entry is, and goes where the entry does not come."""
        if self.tried != note:
            self.releases.note_try(note)
        try:
            yield
        except (ConfigError, HostError, OSError):
            if self.tried is None:
                self.releases.forget_try()
            else:
                self.releases.note_try(self.tried)
            raise

    def _fallback(self) -> str:
        """What is the default while another is tried: the one that runs, or the one that was noted as the default."""
        noted = self._default_file() if self.grub.notes_default() else ""
        return noted if any(one.file == noted for one in self.releases.all()) else self.present.file

    def _go_back(self) -> Result:
        """To the one that is the default already: what runs was a try, or was chosen by hand."""
        guests = self._guests()
        self.steps += [f"shut down {row.name}" for row in guests]
        given_up = self.tried is not None and self.tried.name == self.present.name
        if given_up:
            self.steps.append(f"note that {self.present.name} is no longer tried")
        if not self.module.check_mode:
            self._stop(guests)
            if given_up:
                self.releases.write_record(Record(self.target.name, "", self.present.name))
                self.releases.forget_try()
        return self._result(REBOOT)

    def _preflight(self) -> None:
        machine = read_machine(self.paths)
        if machine.secure_boot:
            raise HostError("Secure Boot is on, and would refuse a hypervisor that is not signed: switch it off first")
        if machine.efi and Release.parse(self.target.release) < STARTED_BY_GRUB_ON_UEFI:
            raise HostError(
                f"GRUB cannot start Xen before {STARTED_BY_GRUB_ON_UEFI} on a machine with UEFI: boot "
                f"{self.target.name} by its xen.efi, with xen_boot"
            )
        self.releases.require_toolstack(self.target)
        saved = entries(str(self.releases.at(SAVED_GUESTS)))
        if saved:
            self.module.warn(
                f"{SAVED_GUESTS} has {', '.join(saved)}: guests that were saved by Xen {self.present.version} are "
                "restored by another release at the next boot, which an older one cannot do"
            )

    def _guests(self) -> list[DomainRow]:
        """Those that run. HostError where they may not be stopped."""
        guests = self._running()
        if guests and self.params["guests"] == REFUSE:
            raise HostError(
                f"{', '.join(row.name for row in guests)} run, and the toolstack of another release cannot take over "
                "guests that run: migrate or stop them, or set guests to stop, which shuts them down"
            )
        return guests

    def _running(self) -> list[DomainRow]:
        """What has shut down and was kept goes with the reboot; a domain with xenstored is the host's own."""
        try:
            rows = DomainTable(ready_xl(self.paths, self.params["executable"])).rows()
        except HostError:
            # What is left may be a toolstack that does not work, and guests without it have no devices.
            if entries(f"{self.paths.sysfs}/bus/xen-backend/devices"):
                raise
            return []
        return [row for row in rows if row.domid and not row.shut_down and row.name != "Xenstore"]

    def _stop(self, guests: list[DomainRow]) -> None:
        """Ask them one after the other; nothing is destroyed."""
        xl = ready_xl(self.paths, self.params["executable"])
        for row in guests:
            done = xl.shut_down(row.domid, self.params["stop_timeout"])
            if not done or any(one.domid == row.domid for one in self._running()):
                before = f"; {', '.join(self.stopped)} did" if self.stopped else ""
                raise HostError(
                    f"guest {row.name} did not shut down within {self.params['stop_timeout']} s{before}. What is "
                    "booted was not changed: stop it, or raise stop_timeout"
                )
            self.stopped.append(row.name)
        came_back = [row.name for row in self._running()] if guests else []
        if came_back:
            raise HostError(
                f"{', '.join(came_back)} shut down and came back: on_poweroff is restart, or somebody starts guests. "
                "What is booted was not changed"
            )

    def _result(self, outcome: str, complaints: list[str] | None = None) -> Result:
        return {
            "changed": bool(self.steps),
            "outcome": outcome,
            "to": self.target.name,
            "present": self.present.name,
            "former": self.record.former or None,
            "steps": self.steps,
            "stopped": self.stopped,
            "complaints": complaints or [],
            "hypervisor_messages": health.hypervisors_messages(self.params["executable"]) if complaints else [],
        }
