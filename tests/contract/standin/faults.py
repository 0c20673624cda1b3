# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong with a command of the stand-in, as the host's `faults` say."""

from __future__ import annotations

import os

from standin.world import Place


def fault_of(place: Place, *commands: str) -> dict:
    """The fault of the first of these that has one."""
    with place.world() as world:
        for command in filter(None, commands):
            fault = world["faults"].get(command, {})
            if fault.get("after", 0) > 0:
                fault["after"] -= 1
            elif fault:
                if fault.get("once"):
                    del world["faults"][command]
                return fault
    return {}


def strike(fault: dict, moment: str) -> None:
    """Kill who called, where the fault says so of this moment."""
    if fault.get("kills") == moment:
        import signal

        os.kill(os.getppid(), signal.SIGKILL)
