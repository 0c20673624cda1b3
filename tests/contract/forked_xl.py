# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in xl without a new Python for each of its calls, which takes five times what the call itself does.

The process is forked from the module's as ever, with the session, descriptors and directory that it shall have, and is
xl from there on. What modules look for among the processes of the host is a program of its own, by whose words it is
known, and so is what leaves a monitor behind.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from standin import commands
from standin.world import Place

XL = str(Path(__file__).resolve().parent / "xl")
KNOWN_BY_THEIR_WORDS = ("create", "restore", "block-", "cd-", "network-", "pci-", "usb", "vtpm-")

Popen = subprocess.Popen


def is_forked(argv: Sequence[str]) -> bool:
    return argv[0] == XL and not argv[1].startswith(KNOWN_BY_THEIR_WORDS)


def play(argv: Sequence[str], environment: Mapping[str, str], own_os: dict[str, Any]) -> None:
    """Be xl, to the end. Whoever waits for the program's start waits for the end of a pipe, which is closed here."""
    code = 1
    try:
        vars(os).update(own_os)
        os.environ.clear()
        os.environ.update(environment)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        commands.PLACE = Place(os.environ["STANDIN_XL"])
        code = commands.main(list(argv[1:]))
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
    finally:
        os._exit(code)


def take_over() -> None:
    """From now on. What a test does to the functions of the module's process is nothing to xl."""
    own_os = dict(vars(os))

    def start(argv: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
        if is_forked(argv):
            environment = options.get("env") or dict(os.environ)
            options["preexec_fn"] = lambda: play(argv, environment, own_os)
        return Popen(argv, **options)

    subprocess.Popen = start
