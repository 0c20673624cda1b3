# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab's actions have in common: they run on the controller, show their progress, fail with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.xlops.xen.plugins.module_utils._lab.cache import Cache
from ansible_collections.xlops.xen.plugins.module_utils._lab.commands import end_with_parent
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError
from ansible_collections.xlops.xen.plugins.module_utils._lab.host import Lab
from ansible_collections.xlops.xen.plugins.module_utils._lab.progress import Progress

display = Display()


def say(line: str) -> None:
    display.display(f"    lab: {line}", color="blue")


class LabAction(ActionBase):
    """An action without a module on any host. Subclasses give the arguments and the act."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    ARGUMENTS: ClassVar[dict[str, dict[str, Any]]] = {}

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        end_with_parent()  # Ansible forked this process; killed, it could not end it
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(argument_spec=self.ARGUMENTS)
        try:
            result.update(self.act(args, bool(self._task.check_mode)))
        except LabError as error:
            result.update(failed=True, msg=str(error))
        except OSError as error:
            result.update(failed=True, msg=f"{error.strerror or error}: {error.filename or _directories(args)}")
        return result

    def act(self, args: dict[str, Any], check: bool) -> dict[str, Any]:
        raise LabError(f"{type(self).__name__} does nothing")


def _directories(args: dict[str, Any]) -> str:
    """Where the lab writes: what an error without a file is about."""
    return " or ".join(args[name] for name in ("cache_dir", "state_dir") if name in args)


def cache_of(args: dict[str, Any]) -> Cache:
    return Cache(Path(args["cache_dir"]).absolute(), say)


def progress_of(args: dict[str, Any]) -> Progress:
    return Progress(say, Path(args["cache_dir"]).absolute() / "durations.json")


def lab_of(args: dict[str, Any]) -> Lab:
    return Lab(Path(args["state_dir"]), cache_of(args), progress_of(args))
