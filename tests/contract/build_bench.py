# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xen_build as a process, with a stand-in tree and a stand-in compiler. Everything else is real."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._build.digest import of_tree
from source_tree import make_compiler, make_tree

LIMIT = 60.0
RUN = """
import json, sys
from ansible.module_utils import basic
arguments = json.loads(sys.stdin.read())
basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
basic._ANSIBLE_PROFILE = "legacy"
from ansible_collections.xlops.xen.plugins.modules.xen_build import main
main()
"""


class BuildBench:
    """One directory with tree, compiler and results, in which whoever compiles can look around."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tree, self.control, self.build_dir = root / "source", root / "control", root / "build"
        self.control.mkdir()
        self.control.chmod(0o777)
        self.compiler = root / "gcc"
        make_tree(self.tree, self.control)
        make_compiler(self.compiler, "12.2.0")

    def tell(self, word: str, text: str = "") -> None:
        (self.control / word).write_text(text)

    def forget(self, word: str) -> None:
        (self.control / word).unlink(missing_ok=True)

    @property
    def cleaned(self) -> list[str]:
        file = self.control / "cleaned"
        return file.read_text().split() if file.exists() else []

    def order(self) -> dict[str, Any]:
        """Parameters that work."""
        return {
            "sources": {
                "tree": {"path": str(self.tree), "sha256": of_tree(str(self.tree))},
                "acknowledge_unsupported": True,
            },
            "version": "4.17.5",
            "environment": {"kind": "host"},
            "compiler": str(self.compiler),
            "build_dir": str(self.build_dir),
            "cache_dir": str(self.root / "cache"),
            "user": "nobody",
        }

    def start(self, check: bool = False, **params: Any) -> subprocess.Popen[str]:
        order = {**self.order(), "_ansible_check_mode": check, **params}
        command = [sys.executable, "-B", "-c", RUN]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(order))
        process.stdin.close()
        process.stdin = None
        return process

    def run(self, check: bool = False, **params: Any) -> dict[str, Any]:
        output, errors = self.start(check, **params).communicate(timeout=LIMIT)
        assert not errors, errors
        result: dict[str, Any] = json.loads(output)
        return result

    def kill_at(self, stage: str, **params: Any) -> None:
        """Run until a stage is at work, and die there as by SIGKILL."""
        self.tell(f"block-{stage}")
        process = self.start(**params)
        self.wait_for(self.control / f"at-{stage}", process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.forget(f"block-{stage}")
        self.forget(f"at-{stage}")

    def wait_for(self, path: Path, process: subprocess.Popen[str]) -> None:
        deadline = time.monotonic() + LIMIT
        while not path.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"it never came to {path.name}: {process.communicate()}")
            time.sleep(0.02)

    def at_work(self) -> list[str]:
        """The processes that mention our directory."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    command = (entry / "cmdline").read_bytes()
                except OSError:
                    continue
                if str(self.root).encode() in command:
                    found.append(command.replace(b"\0", b" ").decode())
        return found

    def files(self, result: dict[str, Any]) -> list[str]:
        return [one["path"] for one in json.loads(Path(result["manifest"]).read_text())["files"]]


@contextmanager
def build_bench() -> Iterator[BuildBench]:
    """Not pytest's own directory, which is closed to everybody else."""
    root = Path(tempfile.mkdtemp(prefix="xlops-build-"))
    root.chmod(0o755)
    try:
        yield BuildBench(root)
    finally:
        shutil.rmtree(root)
