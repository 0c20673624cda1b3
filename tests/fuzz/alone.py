# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The xl of a release, started on this machine with alone.c preloaded instead of on a Xen host: fast, and no proof.

What it says is what xl says on a host with two CPUs; the runs that count are those on hosts.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_conf import read_xl_conf
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.fuzz.xl_host import DryRun, XlHost, dry_run

SECONDS = 60


class XlAlone:
    """What XlHost is, for a command that starts an xl with alone.c preloaded."""

    xl_conf = ""

    def __init__(self, command: Path, version: str) -> None:
        self._command = command.resolve()
        self.version = version
        self.release = Release.parse(version)
        self._facts = HostFacts(max_cpus=2, nodes=((0, 1),), firmware_dir=f"/usr/lib/xen-{self.release}/boot")

    def facts(self, xl_conf: str) -> HostFacts:
        return replace(self._facts, xl_conf=read_xl_conf(xl_conf))

    def dry_runs(self, texts: list[str], xl_conf: str) -> list[DryRun]:
        with tempfile.TemporaryDirectory() as directory, ThreadPoolExecutor(os.cpu_count()) as pool:
            work = Path(directory)
            (work / "xl.conf").write_text(xl_conf)
            return list(pool.map(lambda case: self._run(work, *case), enumerate(texts)))

    def _run(self, work: Path, index: int, text: str) -> DryRun:
        name = f"{index:05}"
        (work / f"{name}.cfg").write_text(text)
        done = subprocess.run(
            [self._command, "-N", "create", "-q", f"{name}.cfg"],
            cwd=work,
            env={**os.environ, "XL_CONF": str(work / "xl.conf")},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        answers = {"err": done.stderr, "json": done.stdout, "rc": str(done.returncode).encode()}
        return dry_run(
            {f"{name}.{kind}": said.decode(errors="surrogateescape") for kind, said in answers.items()}, name
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where xl is asked: on a host of the lab, or here."""
    parser.add_argument("--inventory", type=Path, help="inventory file that the lab wrote")
    parser.add_argument("--host", default="xen1", help="host in it")
    parser.add_argument("--alone", nargs=2, metavar=("COMMAND", "VERSION"), help="an xl without a host, see alone.c")


def asked(arguments: argparse.Namespace) -> XlHost | XlAlone:
    if arguments.alone:
        return XlAlone(Path(arguments.alone[0]), arguments.alone[1])
    if arguments.inventory is None:
        raise SystemExit("give --inventory or --alone")
    return XlHost(arguments.inventory, arguments.host)
