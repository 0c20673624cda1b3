#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible sends to a host to run a module, taken from where it arrives: the standard input of the interpreter.

python3 tests/tools/payload.py xlops.xen.xl_domains    lists the files in it, the largest first
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULE_UTILS = "ansible_collections/xlops/xen/plugins/module_utils/"

# Ansible sends its own code along with every module; with this one, little else.
LEAST = "ansible.builtin.ping"

# Bytes that the collection may add to that; see docs/decisions/payload-budget-is-what-we-add.md.
BUDGET = 200_000
LARGER = {
    "xlops.xen.libxl_config": 326_000,
    "xlops.xen.xl_domain": 312_000,
    "xlops.xen.xl_domain_info": 248_000,
    "xlops.xen.xl_domains": 312_000,
    "xlops.xen.xl_psr": 208_000,
    "xlops.xen.xl_restore": 228_000,
    "xlops.xen.xl_save": 228_000,
    "xlops.xen.xl_scheduler": 204_000,
    "xlops.xen.xm_to_xl": 210_000,
}

# Their action plugin runs the module on the host and tells how far it is.
ACCOMPANIED = {"xen_build.py"}

# Pipelining gives the interpreter everything on its standard input.
RECORDER = """\
#!/bin/sh
exec cat > "$PAYLOAD"
"""


def modules() -> list[str]:
    """Modules that run on hosts; action plugins stay on the controller, but for those that only accompany a module."""
    actions = {path.name for path in (ROOT / "plugins/action").glob("*.py")} - ACCOMPANIED
    found = sorted(path for path in (ROOT / "plugins/modules").glob("*.py") if path.name not in actions)
    return [f"xlops.xen.{path.stem}" for path in found]


def budget(module: str) -> int:
    return LARGER.get(module, BUDGET)


@dataclass(frozen=True)
class Payload:
    """What was sent for one module: a program that holds a zip archive in base64."""

    module: str
    content: bytes

    @property
    def archive(self) -> bytes:
        return base64.b64decode(max(re.findall(rb"[A-Za-z0-9+/]+=*", self.content), key=len))

    def files(self) -> dict[str, int]:
        """The bytes that each file takes in the archive, with its two headers."""
        with zipfile.ZipFile(io.BytesIO(self.archive)) as archive:
            return {info.filename: info.compress_size + 76 + 2 * len(info.filename) for info in archive.infolist()}

    def parts(self) -> dict[str, int]:
        """The same, by layer of the collection; `ansible` is what Ansible sends of itself."""
        sizes: Counter[str] = Counter()
        for name, size in self.files().items():
            layer = name[len(MODULE_UTILS) :].split("/")[0] if name.startswith(MODULE_UTILS + "_") else "modules"
            sizes["ansible" if name.startswith("ansible/") else layer] += size
        return dict(sizes)


def sent(module: str, check: bool = False, **arguments: object) -> Payload:
    """Have Ansible run a module on a host whose interpreter does nothing but keep what it is given."""
    with tempfile.TemporaryDirectory() as directory:
        recorder, payload = Path(directory, "recorder"), Path(directory, "payload")
        recorder.write_text(RECORDER)
        recorder.chmod(0o755)
        settings = {
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
            "ANSIBLE_LOCAL_TEMP": directory,
            "ANSIBLE_PIPELINING": "true",
            "LC_ALL": "C.UTF-8",
            "PAYLOAD": str(payload),
        }
        # It fails, for the recorder has no result to give.
        done = subprocess.run(
            [
                *(sys.executable, "-m", "ansible", "adhoc", "host", "--inventory=host,", "--connection=local"),
                *(f"--extra-vars=ansible_python_interpreter={recorder}", f"--module-name={module}"),
                *(["--check"] if check else []),
                *([f"--args={json.dumps(arguments)}"] if arguments else []),
            ],
            cwd=directory,
            env={**{key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}, **settings},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert payload.exists() and payload.stat().st_size, done.stdout + done.stderr
        return Payload(module, payload.read_bytes())


def main() -> int:
    for module in sys.argv[1:] or modules():
        payload = sent(module)
        print(f"{module}: {len(payload.content)} bytes sent, an archive of {len(payload.archive)}")
        for name, size in sorted(payload.files().items(), key=lambda item: -item[1]):
            print(f"{size:8} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
