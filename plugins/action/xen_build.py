# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the module of the same name in the background of the host, and say how far it is until it is done.

A module is silent while it works, and a build takes minutes. Should the task be lost, with the connection or by Ctrl-C,
the build goes on, and the next run waits for it and has its result.
"""

from __future__ import annotations

import json
import os
import shlex
import time
from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.xlops.xen.plugins.module_utils._build.progress import sentence
from ansible_collections.xlops.xen.plugins.module_utils._schema.build_spec import BUILD_DIR

MODULE = "xlops.xen.xen_build"
STATUS = "ansible.legacy.async_status"
LIMIT = 86400  # seconds
POLL = 2.0
SPEAK = 10.0  # every so many seconds, and with each new stage


class ActionModule(ActionBase):  # type: ignore[misc]
    """Two rounds: whether there is anything to do, and then the build."""

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        self._task_vars = task_vars
        if self._task.check_mode:
            return self._execute(MODULE)
        if self._task.async_val:
            return self._execute(MODULE, wrap_async=True)
        planned = self._planned()
        if planned.get("failed") or not planned.get("changed"):
            return planned
        self._say(f"building: {planned['reason']}")
        return self._build()

    def _planned(self) -> dict[str, Any]:
        """A run without anything to do is the usual one, and costs one round."""
        self._task.check_mode = True
        try:
            return self._execute(MODULE)
        finally:
            self._task.check_mode = False

    def _build(self) -> dict[str, Any]:
        self._task.async_val = LIMIT
        started = self._execute(MODULE, wrap_async=True)
        self._task.async_val = 0
        if "ansible_job_id" not in started:
            return started
        job = {"jid": started["ansible_job_id"], "_async_dir": os.path.dirname(started["results_file"])}
        said, spoken = "", time.monotonic()
        result = started
        while not (result.get("finished") or result.get("failed")):
            time.sleep(POLL)
            result = self._execute(STATUS, module_args=job)
            state = self._state()
            if state.get("stage") and (state["stage"] != said or time.monotonic() - spoken >= SPEAK):
                self._say(sentence(state))
                said, spoken = state["stage"], time.monotonic()
        self._execute(STATUS, module_args={**job, "mode": "cleanup"})
        return {name: value for name, value in result.items() if name not in JOB}

    def _state(self) -> dict[str, Any]:
        """What the module last wrote, empty while there is nothing."""
        path = f"{self._task.args.get('build_dir') or BUILD_DIR}/progress.json"
        done = self._low_level_execute_command(f"cat {shlex.quote(path)}")
        try:
            found = json.loads(done["stdout"])
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def _execute(self, name: str, **more: Any) -> dict[str, Any]:
        done: dict[str, Any] = self._execute_module(module_name=name, task_vars=self._task_vars, **more)
        return done

    def _say(self, text: str) -> None:
        self._display.display(f"[{self._task_vars['inventory_hostname'] if self._task_vars else 'host'}] {text}")


# What is told of the job itself.
JOB = {"ansible_job_id", "finished", "started", "results_file"}
