# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps a plan is made of, and which of them take a guest from what it is to what it shall be."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import (
    ABSENT,
    PAUSED,
    PRESENT,
    RUNNING,
    STOPPED,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import Presence


class Step(str, Enum):
    """One thing that is done to one guest. The value is its name in results."""

    UNIT = "unit"  # the texts of its systemd unit
    BACKUP = "backup"  # keep a file that somebody else wrote
    WRITE = "write"  # the managed file
    MOVE = "move"  # what has the guest's former name: its file, and what starts it with its host
    STAGE = "stage"  # the managed file for the running guest's next boot
    ALTER = "alter"  # the running guest, by xl's commands for that
    CREATE = "create"
    CREATE_PAUSED = "create_paused"
    PAUSE = "pause"
    UNPAUSE = "unpause"
    STOP = "stop"  # ask, wait, and destroy if that is allowed
    DESTROY = "destroy"
    LINK = "link"  # start it when the host boots
    UNLINK = "unlink"
    ENABLE = "enable"  # start it by its unit when the host boots
    DISABLE = "disable"
    REMOVE = "remove"  # the managed file


Steps = tuple[Step, ...]

_GONE: Mapping[Presence, Steps] = {
    Presence.ABSENT: (),
    Presence.RUNNING: (Step.STOP,),
    Presence.PAUSED: (Step.UNPAUSE, Step.STOP),  # a paused guest cannot hear that it shall shut down
    Presence.HUSK: (Step.DESTROY,),
}

# What happens to the domain, by declared state and by what was found.
REACH: Mapping[str, Mapping[Presence, Steps]] = MappingProxyType(
    {
        PRESENT: {},
        RUNNING: {
            Presence.ABSENT: (Step.CREATE,),
            Presence.PAUSED: (Step.UNPAUSE,),
            Presence.HUSK: (Step.DESTROY, Step.CREATE),
        },
        PAUSED: {
            Presence.ABSENT: (Step.CREATE_PAUSED,),
            Presence.RUNNING: (Step.PAUSE,),
            Presence.HUSK: (Step.DESTROY, Step.CREATE_PAUSED),
        },
        STOPPED: _GONE,
        ABSENT: _GONE,
    }
)

# How a guest that is there is made anew, by what it is and by what it shall be.
RENEWAL: Mapping[tuple[Presence, str], Steps] = MappingProxyType(
    {
        (Presence.RUNNING, RUNNING): (Step.STOP, Step.CREATE),
        (Presence.RUNNING, PAUSED): (Step.STOP, Step.CREATE_PAUSED),
        (Presence.PAUSED, RUNNING): (Step.UNPAUSE, Step.STOP, Step.CREATE),
        (Presence.PAUSED, PAUSED): (Step.UNPAUSE, Step.STOP, Step.CREATE_PAUSED),
    }
)

# What there must be when it is done.
GOAL: Mapping[str, Presence] = MappingProxyType(
    {
        RUNNING: Presence.RUNNING,
        PAUSED: Presence.PAUSED,
        STOPPED: Presence.ABSENT,
        ABSENT: Presence.ABSENT,
    }
)

ALIVE = frozenset((Presence.RUNNING, Presence.PAUSED))
CREATING = frozenset((Step.CREATE, Step.CREATE_PAUSED))
MOVING = CREATING | {Step.STOP, Step.DESTROY}  # the domain comes or goes
TOUCHING_DOMAIN = frozenset(
    (Step.ALTER, Step.CREATE, Step.CREATE_PAUSED, Step.PAUSE, Step.UNPAUSE, Step.STOP, Step.DESTROY)
)


def reach(state: str, found: Presence, stop_timeout: int) -> Steps:
    """The steps for the domain itself."""
    return _unasked(REACH[state].get(found, ()), stop_timeout)


def renewing(state: str, found: Presence, stop_timeout: int) -> Steps:
    """The steps that make a guest anew."""
    return _unasked(RENEWAL[found, state], stop_timeout)


def _unasked(steps: Steps, stop_timeout: int) -> Steps:
    """Without time to stop, a guest is not asked, and need not be awake to hear it."""
    if Step.STOP not in steps or stop_timeout != 0:
        return steps
    return tuple(Step.DESTROY if step is Step.STOP else step for step in steps if step is not Step.UNPAUSE)
