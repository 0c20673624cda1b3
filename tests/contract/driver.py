# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one module as Ansible would, in a process of its own, with every place of the host moved into one directory.

Modules are forked from a server that has loaded Python and Ansible once, and nothing else. They are not forked from the
tests' own process: once a test there has used a part of Ansible's controller, Ansible takes the process for a
controller, and a module's warnings go to the terminal instead of into its result.
"""

from __future__ import annotations

import errno
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import forked_xl


def paths_below(root: str) -> Any:
    from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths

    return Paths(
        root=root,
        config_dir=f"{root}/etc",
        xl_conf=f"{root}/etc/xl.conf",
        scripts_dir=f"{root}/etc/scripts",
        capabilities=f"{root}/capabilities",
        hypervisor_type=f"{root}/hypervisor_type",
        hypervisor_version=f"{root}/hypervisor_version",
        machine_id=f"{root}/machine-id",
        networks=f"{root}/net",
        sysfs=f"{root}/sys",
        mounts=f"{root}/mountinfo",
        swaps=f"{root}/swaps",
        routes=(f"{root}/route", f"{root}/ipv6_route"),
        boot=f"{root}/boot",
        esp=(f"{root}/boot/efi",),
        defaults=f"{root}/default",
        grub_library=(f"{root}/share/grub-mkconfig_lib",),
        kernel_line=f"{root}/cmdline",
        device_tree=f"{root}/device-tree",
        logs=f"{root}/log",
        units=f"{root}/systemd/system",
        changed_units=f"{root}/changed-units",
        systemd=f"{root}/systemd",
        lock=f"{root}/lock",
        xenstore_sockets=(f"{root}/xenstored",),
        userdata=(f"{root}/userdata",),
        private_bin=(f"{root}/lib/xen*/bin",),
    )


class Machine(NamedTuple):
    """What os.uname() gives."""

    sysname: str
    nodename: str
    release: str
    version: str
    machine: str


def die_after(call: str) -> None:
    function, _colon, number = call.partition(":")
    original = getattr(os, function)
    left = int(number or 1)

    def deadly(*arguments: Any, **options: Any) -> Any:
        nonlocal left
        found = original(*arguments, **options)
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(os, function, deadly)


def fail_at(function: str) -> None:
    """As where a disk has no room left."""

    def failing(*_arguments: Any, **_options: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    setattr(os, function, failing)


def hurry(limit: float) -> None:
    """Give no program on the host more than so many seconds."""
    from ansible_collections.xlops.xen.plugins.module_utils._host import process

    wait_for = process._exit_code
    process._exit_code = lambda program, given: wait_for(program, min(given, limit))


def run_module(module: str, root: str, order: dict[str, Any]) -> None:
    from ansible.module_utils import basic

    arguments = {"_ansible_check_mode": order["check"], "_ansible_diff": True}
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": {**order["params"], **arguments}}).encode()
    basic._ANSIBLE_PROFILE = "legacy"
    os.geteuid = lambda: order["euid"]  # the stand-in xl works for everybody
    if order.get("machine"):
        here = Machine(*os.uname()[:4], order["machine"])
        os.uname = lambda: here
    if order["kill"]:
        die_after(order["kill"])
    if order.get("fail"):
        fail_at(order["fail"])
    if order.get("limit"):
        hurry(order["limit"])
    importlib.import_module(f"ansible_collections.xlops.xen.plugins.modules.{module}").main(paths_below(root))


@dataclass
class Run:
    """A module that is at work."""

    server: Server
    pid: int
    output: Path
    errors: Path

    def wait(self) -> int:
        """The module's exit code, negative when a signal ended it."""
        return self.server.ask("wait", self.pid)


class Server:
    """The process from which modules are forked, as the tests see it."""

    def __init__(self) -> None:
        command = [sys.executable, "-B", __file__, *filter(None, sys.path)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, module: str, root: Path, number: int, order: dict[str, Any]) -> Run:
        """order: params, check (bool), euid, machine, kill: the name of a function of the os module right after which
        the process dies as by SIGKILL ("fsync:3": after the third time), or nothing, fail: of one that finds no
        room on the disk, and limit: the seconds that a program on the host may take, where they are fewer than it has.
        """
        output, errors = root / f"output.{number}", root / f"errors.{number}"
        return Run(self, self.ask("start", module, str(root), str(output), str(errors), order), output, errors)

    def ask(self, *question: Any) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def end(self) -> None:
        self.process.communicate()


def serve() -> None:
    """Answer questions until the tests are done."""
    importlib.import_module("ansible.module_utils.basic")
    gc.freeze()  # what forked processes share stays shared
    for line in sys.stdin:
        word, *words = json.loads(line)
        print({"start": start, "wait": wait}[word](*words), flush=True)


def wait(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def start(module: str, root: str, output: str, errors: str, order: dict[str, Any]) -> int:
    importlib.import_module(f"ansible_collections.xlops.xen.plugins.modules.{module}")
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for descriptor, path in ((1, output), (2, errors)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        os.environ["STANDIN_XL"] = root
        programs = os.pathsep.join((f"{root}/bin", str(Path(__file__).parent)))
        os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"
        forked_xl.take_over()
        try:
            run_module(module, root, order)
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    sys.path[:0] = sys.argv[1:]
    serve()
