# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xen_boot: its options, and the way from them to what the host boots."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.grub_menu import Entry, Menu
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_cmdline import without_grubs, words_of
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_releases import Target
from ansible_collections.xlops.xen.plugins.module_utils._host.boot_efi import XenEfi, files_of, find_xen_efi
from ansible_collections.xlops.xen.plugins.module_utils._host.boot_grub import Grub, find_grub
from ansible_collections.xlops.xen.plugins.module_utils._host.boot_running import (
    Machine,
    point_of_file,
    read_machine,
    read_running,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.lock import turn_of
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._plan import boot_efi, boot_grub
from ansible_collections.xlops.xen.plugins.module_utils._plan.board import filled, misfit
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot import (
    ABSENT,
    KEEP,
    LINUX,
    PRESENT,
    XEN,
    Booting,
    Wanted,
    examined,
    pending,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.boards import BOARDS, U_BOOT, Board
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import X86_64
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release, point_of

AUTO, GRUB, EFI = "auto", "grub", "efi"
# On x86 GRUB starts earlier ones by BIOS alone: their image has no header for a boot from UEFI.
STARTED_BY_GRUB_ON_UEFI = Release(4, 9)
LOADED = ("kernel", "ramdisk", "ucode", "xsm", "dtb")
EXTRAS = ("video", "chain")

Result = dict[str, Any]


def boot_spec() -> dict[str, dict[str, Any]]:
    return {
        "state": {"type": "str", "choices": [PRESENT, ABSENT], "default": PRESENT},
        "xen": {"type": "dict", "default": {}},
        "xen_words": {"type": "list", "elements": "str", "default": []},
        "linux": {"type": "list", "elements": "str", "default": []},
        "exclusive": {"type": "bool", "default": False},
        "default": {"type": "str", "default": XEN},
        "once": {"type": "str", "default": KEEP},
        "loader": {"type": "str", "choices": [AUTO, GRUB, EFI], "default": AUTO},
        "release": {"type": "str"},
        "board": {"type": "str", "choices": list(BOARDS)},
        "xen_efi": {"type": "path"},
        **{key: {"type": "path"} for key in LOADED},
        **{key: {"type": "str"} for key in EXTRAS},
        "executable": {"type": "str", "default": "xl"},
        "lock_timeout": {"type": "int", "default": 300},
    }


def keep_boot(module: AnsibleModule, paths: Paths | None = None) -> Result:
    """Bring what the host boots to its declaration, and give the module's result."""
    result: Result = {}
    with in_one_sentence(module):
        if os.geteuid() != 0:
            raise HostError("what a host boots is changed by root alone: run the task with become: true")
        result.update(_Boot(module, paths or Paths()).keep())
    return result


class _Boot:
    """One run of the module."""

    def __init__(self, module: AnsibleModule, paths: Paths) -> None:
        self.module = module
        self.paths = paths
        self.params: dict[str, Any] = module.params
        self.machine = read_machine(paths)
        self.board = self._board()
        self.running = read_running(paths, self.params["executable"])
        self.loader = self._loader()
        self.target = self._target()
        self.wanted = self._wanted()

    def keep(self) -> Result:
        if self.wanted.state == PRESENT:
            self._check_machine()
            self._warn(examined(self.wanted, self.target))
        with turn_of(self.paths.lock, self.params["lock_timeout"], self.module.check_mode):
            return self._by_grub(self.loader) if isinstance(self.loader, Grub) else self._by_efi(self.loader)

    def _board(self) -> Board | None:
        """The board that the declaration is for, which the machine is."""
        if self.params["board"] is None:
            return None
        board = BOARDS[self.params["board"]]
        fault = misfit(board, self.machine.compatible)
        if fault:
            raise HostError(fault)
        return board

    def _loader(self) -> Grub | XenEfi:
        """What starts the hypervisor here."""
        declared, absent = self.params["loader"], self.params["state"] == ABSENT
        if declared == EFI and not self.machine.efi:
            raise HostError("the machine was not booted by UEFI, so that xen.efi cannot be its loader: use grub")
        grub = find_grub(self.paths)
        too_old = self._too_old_for_grub()
        if self.machine.efi and declared != GRUB:
            efi = find_xen_efi(self.paths, self.params["xen_efi"])
            if efi is not None and (declared == EFI or grub is None or too_old or (absent and efi.declared())):
                return efi
        if declared == EFI or (declared == AUTO and grub is not None and too_old and not absent):
            raise HostError(
                f"there is no xen*.efi in {self.paths.boot}, nor in EFI/* of an EFI system partition at "
                f"{' or '.join(self.paths.esp)}: install the hypervisor's EFI image, or name it in xen_efi"
            )
        if grub is None:
            started = "what starts this machine is not known"
            if self.board is not None and self.board.boots == U_BOOT:
                started = "U-Boot starts such a board, by a script that is not written here (docs/boards.md)"
            raise HostError(
                f"there is no grub.cfg in {self.paths.boot}, and no xen.efi on an EFI system partition: {started}"
            )
        if too_old and not absent:
            raise HostError(
                f"GRUB cannot start Xen before {STARTED_BY_GRUB_ON_UEFI} on a machine with UEFI: boot it by its "
                "xen.efi, with loader efi"
            )
        return grub

    def _too_old_for_grub(self) -> bool:
        release = self._parsed(self.params["release"] or self.machine.newest)
        return (
            self.machine.efi
            and self.machine.arch in (X86_64, "")
            and release is not None
            and release < STARTED_BY_GRUB_ON_UEFI
        )

    def _target(self) -> Target:
        """What will read the words."""
        own = self.loader.release if isinstance(self.loader, XenEfi) else ""
        said = self.params["release"] or own or self.machine.newest or self.running.release
        release = self._parsed(said)
        if release is None and self.params["state"] == PRESENT:
            raise HostError("the name of no hypervisor in /boot says its release: give it in release")
        point = point_of(said or "")
        return Target(release or Release(0, 0), self.machine.arch, self._point(release) if point is None else point)

    def _point(self, release: Release | None) -> int | None:
        """What files say of the point release."""
        if isinstance(self.loader, XenEfi):
            return point_of_file(self.loader.binary)
        return self.machine.point_of(str(release))

    @staticmethod
    def _parsed(text: str | None) -> Release | None:
        try:
            return Release.parse(text) if text else None
        except ValueError as fault:
            raise HostError(f"release: {fault}") from None

    def _wanted(self) -> Wanted:
        if self.params["state"] == ABSENT:
            return Wanted(ABSENT, default=LINUX)
        xen, more = self.params["xen"], self.params["xen_words"]
        return Wanted(
            PRESENT,
            (*words_of(filled(xen, more, self.board) if self.board else xen), *more),
            tuple(self.params["linux"]),
            self.params["exclusive"],
            self.params["default"],
            self.params["once"],
        )

    def _check_machine(self) -> None:
        _check_hypervisor(self.machine, self.loader, self.target, bool(self.params["release"]), self.paths)
        if self.machine.secure_boot and not (
            self.wanted.default in (KEEP, LINUX) and self.wanted.once in (KEEP, LINUX)
        ):
            raise HostError(
                "Secure Boot is on, and what starts the hypervisor would refuse one that is not signed: switch it off "
                "in the firmware's setup first, or set default to linux"
            )

    def _warn(self, findings: Sequence[Finding]) -> None:
        for finding in findings:
            self.module.warn(str(finding))

    def _by_grub(self, grub: Grub) -> Result:
        grub.check(self.wanted)
        release = str(self.target.release) if self.wanted.state == PRESENT else ""
        seen, planned = grub.look(self.wanted, release, self.running)
        menu = seen.menu
        if planned.changes and not self.module.check_mode:
            menu, planned = grub.apply(self.wanted, seen, planned)
        environment = {
            **seen.environment,
            **{key: name for key, name in (("saved_entry", planned.default), ("next_entry", planned.once)) if name},
        }
        if planned.forget:
            environment.pop("next_entry", None)
        default = boot_grub.boots(menu, seen.settings.default, environment)
        if planned.entry is not None and environment.get("saved_entry") == planned.entry.name:
            default = planned.entry
        once = self._single(menu, planned, environment)
        self._warn_of_kernel(default)
        entry = once or default
        coming = None if entry is None else boot_grub.booting(entry, seen.settings, planned.regenerate)
        before = {"saved_entry": seen.environment.get("saved_entry"), "next_entry": seen.environment.get("next_entry")}
        after = {key: environment.get(key) for key in before}
        return self._result(
            GRUB,
            planned.changes,
            grub.steps(planned),
            coming,
            [
                _texts(grub.drop_in_path, seen.drop_in, planned.drop_in),
                {"before_header": "grubenv", "after_header": "grubenv", "before": before, "after": after},
            ],
            {
                "default_entry": default.name if default else None,
                "once_entry": once.name if once else None,
                "entries": [_entry(one) for one in menu.entries],
                "xen_words": [] if self.wanted.state == ABSENT else without_grubs(seen.settings.xen_words),
                "linux_words": [] if self.wanted.state == ABSENT else list(seen.settings.linux_words),
            },
        )

    def _warn_of_kernel(self, default: Entry | None) -> None:
        """But for the first one of Xen, GRUB's entries are each of one kernel, and go when that is removed."""
        if self.wanted.default == XEN and default is not None and default.of_xen and not default.simple:
            self.module.warn(
                f"GRUB puts another hypervisor than Xen {self.target.release} first, or has no submenus, so the "
                f"default entry is of one kernel, {default.kernel}: when that is removed, GRUB boots the first one of "
                "its menu. Run the task again after kernels changed"
            )

    @staticmethod
    def _single(menu: Menu, planned: boot_grub.Plan, environment: dict[str, str]) -> Entry | None:
        name = environment.get("next_entry", "")
        found = menu.find(name) if name else None
        return planned.entry if found is None and planned.entry and planned.entry.name == name else found

    def _by_efi(self, efi: XenEfi) -> Result:
        present = self.wanted.state == PRESENT
        files = files_of(self.paths, {key: self.params[key] for key in LOADED}) if present else boot_efi.Files()
        seen = efi.look(self.wanted, files, self.running, str(self.target.release))
        extras = {key: self.params[key] for key in EXTRAS if self.params[key]}
        planned = boot_efi.plan(self.wanted, seen, extras)
        efi.check(planned)
        if planned.changes and not self.module.check_mode:
            efi.apply(seen, planned)
        own = seen.firmware.loading(seen.loader)
        number = own.number if own else boot_efi.NEW
        order = planned.order or seen.firmware.order
        default = next((one for one in order if one == number or one in seen.firmware.booting), None)
        single = planned.next or seen.firmware.next
        of_xen = present and (single or default) == number
        coming = boot_efi.booting(planned.cfg, str(self.target.release)) if of_xen else Booting(False)
        return self._result(
            EFI,
            planned.changes,
            efi.steps(planned),
            coming,
            [
                _texts(efi.cfg_path, seen.text, planned.text),
                {
                    "before_header": "efibootmgr",
                    "after_header": "efibootmgr",
                    "before": {"BootOrder": list(seen.firmware.order), "BootNext": seen.firmware.next},
                    "after": {"BootOrder": list(order), "BootNext": single},
                },
            ],
            {
                "default_entry": default,
                "once_entry": single or None,
                "entries": [{"name": one.number, "title": one.label} for one in seen.firmware.entries],
                "xen_words": list(self.wanted.xen),
                "linux_words": list(planned.cfg.words(boot_efi.SECTION, "kernel")[1:]) if present else [],
            },
        )

    def _result(
        self,
        loader: str,
        changed: bool,
        steps: list[str],
        coming: Booting | None,
        diffs: list[Result],
        found: Result,
    ) -> Result:
        waits = pending(coming, self.running)
        return {
            "changed": changed,
            "state": self.wanted.state,
            "loader": loader,
            "release": str(self.target.release) if self.target.release.major else None,
            "steps": steps,
            **found,
            "running": {
                "xen": self.running.xen,
                "release": self.running.release or None,
                "xen_words": None if self.running.xen_words is None else without_grubs(self.running.xen_words),
                "linux_words": list(self.running.linux_words),
            },
            "pending_reboot": bool(waits.reasons),
            "reasons": list(waits.reasons),
            "missing": list(waits.missing),
            "extra": list(waits.extra),
            "diff": [one for one in diffs if one["before"] != one["after"]] if changed else [],
        }


def _check_hypervisor(machine: Machine, loader: Grub | XenEfi, target: Target, declared: bool, paths: Paths) -> None:
    """Whether there is something to boot."""
    if isinstance(loader, XenEfi):
        return
    if not machine.hypervisors:
        raise HostError(f"there is no hypervisor in {paths.boot}: install Xen first")
    fitting = [file for file, release in machine.hypervisors if release in (str(target.release), "")]
    if declared and not fitting:
        files = ", ".join(file for file, _release in machine.hypervisors)
        raise HostError(
            f"{paths.boot} has no hypervisor of Xen {target.release}, but {files}: install it, or give another"
        )


def _texts(path: str, before: str | None, after: str | None) -> Result:
    return {"before_header": path, "after_header": path, "before": before or "", "after": after or ""}


def _entry(entry: Entry) -> Result:
    return {
        "name": entry.name,
        "title": entry.title,
        "hypervisor": entry.hypervisor or None,
        "kernel": entry.kernel or None,
    }
