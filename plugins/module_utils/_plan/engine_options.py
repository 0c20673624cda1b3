# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine keys of a declaration: what is done with the guest, not what it is. Rows like those of xl.cfg's keys."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ansible_collections.xlops.xen.plugins.module_utils._schema.argspec import ArgumentSpec, argument_spec
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import Option, words

PRESENT, RUNNING, PAUSED, STOPPED, ABSENT = "present", "running", "paused", "stopped", "absent"
NEVER, ALLOWED = "never", "allowed"
UNIT, XENDOMAINS = "unit", "xendomains"
PERMISSION = words(NEVER, ALLOWED)

# What a guest can be protected against.
DESTROY, RESTART = "destroy", "restart"

ENGINE_OPTIONS: Mapping[str, Option] = MappingProxyType(
    {
        option.key: option
        for option in (
            Option("state", "choice", choices=words(RUNNING, PRESENT, PAUSED, STOPPED, ABSENT), implied=RUNNING),
            Option("autostart", "flag"),
            Option("autostart_by", "choice", choices=words(UNIT, XENDOMAINS)),
            Option("stop_timeout", "integer", unit="seconds", minimum=0, maximum=86400, implied=60),
            Option("destroy", "choice", choices=PERMISSION, implied=NEVER),
            Option("restart", "choice", choices=PERMISSION, implied=NEVER),
            Option("recreate", "choice", choices=PERMISSION, implied=NEVER),
            Option("protect", "texts", choices=words(DESTROY, RESTART)),
            Option("depends_on", "texts", implied=()),
            Option("former_name", "name"),
        )
    }
)


def engine_argument_spec() -> ArgumentSpec:
    """No defaults: a key that a guest does not give can still come from the defaults of all guests."""
    return argument_spec(ENGINE_OPTIONS.values())
