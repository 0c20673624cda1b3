# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one module as Ansible would, in a process of its own, with every place of the host moved into one directory."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible.module_utils import basic
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths


def paths_below(root: str) -> Paths:
    return Paths(
        config_dir=f"{root}/etc",
        xl_conf=f"{root}/etc/xl.conf",
        scripts_dir=f"{root}/etc/scripts",
        capabilities=f"{root}/capabilities",
        hypervisor_type=f"{root}/hypervisor_type",
        hypervisor_version=f"{root}/hypervisor_version",
        machine_id=f"{root}/machine-id",
        networks=f"{root}/net",
        boot=f"{root}/boot",
        logs=f"{root}/log",
        lock=f"{root}/lock",
        xenstore_sockets=(f"{root}/xenstored",),
        userdata=(f"{root}/userdata",),
        private_bin=(f"{root}/lib/xen*/bin",),
    )


def die_after(function: str) -> None:
    original = getattr(os, function)

    def deadly(*arguments: Any, **options: Any) -> Any:
        original(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(os, function, deadly)


def run_module(module: str, root: str, order: dict[str, Any]) -> None:
    arguments = {"_ansible_check_mode": order["check"], "_ansible_diff": True}
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": {**order["params"], **arguments}}).encode()
    basic._ANSIBLE_PROFILE = "legacy"
    os.geteuid = lambda: order["euid"]  # the stand-in xl works for everybody
    if order["kill"]:
        die_after(order["kill"])
    importlib.import_module(f"ansible_collections.xlops.xen.plugins.modules.{module}").main(paths_below(root))


@dataclass
class Run:
    """A module that is at work. ``code`` is negative when a signal ended it."""

    pid: int
    output: Path
    errors: Path

    def wait(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def start(module: str, root: Path, number: int, order: dict[str, Any]) -> Run:
    """Fork, so that Python and Ansible need not be loaded again for every run.

    order: params, check (bool), euid, and kill: the name of a function of the os module right after which the process
    dies as by SIGKILL, or nothing.
    """
    run = Run(0, root / f"output.{number}", root / f"errors.{number}")
    importlib.import_module(f"ansible_collections.xlops.xen.plugins.modules.{module}")
    sys.stdout.flush()
    run.pid = os.fork()
    if run.pid:
        return run
    try:
        os.setsid()
        for descriptor, path in ((1, run.output), (2, run.errors)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        os.environ["STANDIN_XL"] = str(root)
        code = 0
        try:
            run_module(module, str(root), order)
        except SystemExit as ended:
            code = int(ended.code or 0)
        except BaseException:
            traceback.print_exc()
            code = 70
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)
