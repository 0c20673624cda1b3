# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Xen host on which many configurations are given to the real ``xl -N create``, in few connections."""

from __future__ import annotations

import io
import json
import shlex
import subprocess
import tarfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import read_config
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_conf import read_xl_conf
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import parse_info, parse_topology
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

# Each dry run may take half a second on an emulated host.
SECONDS_PER_RUN = 5

FACTS = "xl info -n; echo ---; cat /etc/xen/xl.conf; echo ---; ls -d /usr/lib/xen-*/boot 2>/dev/null | head -n 1"
ONE = """
name=${1%.cfg}
xl -N create -q "$1" > "$name.json" 2> "$name.err"
echo $? > "$name.rc"
"""
EACH = f"""
set -u; work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"; tar -x
mount --bind xl.conf /etc/xen/xl.conf
printf '%s\\0' *.cfg | xargs -0 -n 1 -P "$(nproc)" sh -c {shlex.quote(ONE)} sh
rm -f -- *.cfg; tar -c .
"""
# In a mount namespace of its own: xl reads one xl.conf, and that of the host stays as it is.
# Without address randomisation: an emulated processor then translates xl once and not in every run, which takes half.
DRY_RUNS = f"unshare --mount setarch -R sh -c {shlex.quote(EACH)}"


@dataclass(frozen=True)
class DryRun:
    """What xl made of one file: its configuration, or None, and what it said."""

    config: dict[str, Any] | None
    messages: str


class XlHost:
    """A host of an inventory file as the lab writes it, reached by ssh."""

    def __init__(self, inventory: Path, name: str) -> None:
        variables = yaml.safe_load(inventory.read_text())["xen_hosts"]["hosts"][name]
        known_hosts = Path(variables["ansible_ssh_private_key_file"]).with_name("known_hosts")
        self._ssh = [
            *("ssh", "-F", "none", "-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={known_hosts}"),
            *("-i", variables["ansible_ssh_private_key_file"], "-p", str(variables["ansible_port"])),
            f"{variables['ansible_user']}@{variables['ansible_host']}",
        ]
        info, conf, firmware = self.run(FACTS).decode().split("---\n")
        self.version = parse_info(info)["xen_version"]
        self.release = Release.parse(self.version)
        self.xl_conf = "".join(line for line in conf.splitlines(keepends=True) if not line.startswith("#")).lstrip()
        self._facts = HostFacts(
            max_cpus=int(parse_info(info)["max_cpu_id"]) + 1,
            nodes=_nodes(info),
            firmware_dir=firmware.strip() or HostFacts().firmware_dir,
        )

    def facts(self, xl_conf: str) -> HostFacts:
        """What the host adds to configurations with that text as its xl.conf."""
        return replace(self._facts, xl_conf=read_xl_conf(xl_conf))

    def dry_runs(self, texts: list[str], xl_conf: str) -> list[DryRun]:
        """``xl -N create`` of each text, in one connection, with that text as xl.conf."""
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            files = {"xl.conf": xl_conf, **{f"{index:05}.cfg": text for index, text in enumerate(texts)}}
            for name, text in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(text.encode())
                tar.addfile(entry, io.BytesIO(text.encode()))
        answer = self.run(DRY_RUNS, archive.getvalue(), 300 + SECONDS_PER_RUN * len(texts))
        with tarfile.open(fileobj=io.BytesIO(answer)) as tar:
            answers = {Path(member.name).name: _content(tar, member) for member in tar if member.isfile()}
        return [dry_run(answers, f"{index:05}") for index in range(len(texts))]

    def run(self, script: str, stdin: bytes = b"", timeout: int = 300) -> bytes:
        """What a script of the shell prints there."""
        done = subprocess.run([*self._ssh, script], input=stdin, capture_output=True, timeout=timeout, check=False)
        if done.returncode != 0:
            raise SystemExit(f"the host answers with {done.returncode}: {done.stderr.decode(errors='replace')}")
        return done.stdout


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    stream = tar.extractfile(member)
    return stream.read().decode(errors="surrogateescape") if stream else ""


def dry_run(files: dict[str, str], name: str) -> DryRun:
    messages = files[f"{name}.err"].strip()
    if files[f"{name}.rc"].strip() != "0":
        return DryRun(None, messages)
    try:
        return DryRun(read_config(json.dumps(json.loads(files[f"{name}.json"]))), messages)
    except ValueError as error:
        return DryRun(None, f"{messages}\nno JSON: {error}")


def _nodes(info: str) -> tuple[tuple[int, ...], ...]:
    rows = parse_topology(info)
    nodes = sorted({row["node"] for row in rows})
    return tuple(tuple(row["cpu"] for row in rows if row["node"] == node) for node in nodes)
