# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module once, out of the archive that Ansible sends, against a stand-in host; started by host.py.

one_run.py ARCHIVE CONTRACT ROOT MODULE ORDER USAGE: ORDER is a file with what driver.run_module takes, USAGE becomes
one with the CPU seconds of this process and of those that it ran.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path


def main(archive: str, contract: str, root: str, module: str, order: str, usage: str) -> None:
    sys.path[:0] = [archive, contract]
    import driver

    try:
        driver.run_module(module, root, json.loads(Path(order).read_text()))
    finally:
        spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        Path(usage).write_text(json.dumps([one.ru_utime + one.ru_stime for one in spent]))


if __name__ == "__main__":
    main(*sys.argv[1:])
